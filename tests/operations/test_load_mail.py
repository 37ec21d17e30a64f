"""Mail about loads: numbers and a link; a mail server that fails never fails a load."""

from smtplib import SMTPException, SMTPRecipientsRefused
from types import SimpleNamespace
from unittest import mock

from django.contrib.auth.models import Permission, User
from django.core import mail
from django.test import override_settings

from cables.models import Cable, Load
from cables.operations.load_mail import MOST_ATTEMPTS, LoadEvent, mail_about_load, text_of_mail
from tests.admin.test_loads import ONE, TWO, LoadsTestCase
from tests.source_files import csv_record
from tests.working import work

ON = {"EMAIL_HOST": "mail.example.org", "ROOM_ADDRESS": "https://cables.example.org"}


def attempt(number):
    """Return the context of a task that was tried some times before."""
    return SimpleNamespace(job=SimpleNamespace(attempts=number))


@override_settings(**ON, LOAD_MAIL_TO=["office@example.org"])
class MailTests(LoadsTestCase):
    def setUp(self):
        super().setUp()
        User.objects.filter(pk=self.curator.pk).update(email="lea@example.org")

    def sent(self):
        """Return (address, subject) of the mails since the last call."""
        sent = [(address, each.subject) for each in mail.outbox for address in each.to]
        mail.outbox.clear()
        return sent

    def test_a_load_that_was_compared_or_has_ended_is_told(self):
        load = self.load(csv_record(ONE), csv_record(TWO, classification="HUSH"))
        work()
        who = ("lea@example.org", "office@example.org")
        subject = f"Load {load.pk} waits for your decision"
        self.assertEqual(self.sent(), [(each, subject) for each in who])
        self.do(load, "apply")
        work()
        work()
        subject = f"Load {load.pk} is finished"
        self.assertEqual(self.sent(), [(each, subject) for each in who])

    def test_a_load_that_failed_is_told(self):
        load = self.load(csv_record(ONE))
        work()
        mail.outbox.clear()
        Load.objects.filter(pk=load.pk).update(file="/gone/Rossi.csv")
        self.do(load, "apply")
        with self.assertLogs("cables.operations.tasks", "ERROR"):
            work()
        work()
        self.assertEqual(self.sent()[0][1], f"Load {load.pk} failed")

    def test_a_mail_has_numbers_and_a_link_and_no_name_or_word(self):
        load = self.load(csv_record(ONE, subject="ROSSI"), csv_record(TWO, classification="HUSH"))
        Load.objects.filter(pk=load.pk).update(problem="Rossi", file="/x/Rossi.csv")
        load.refresh_from_db()
        for event in LoadEvent:
            subject, text = text_of_mail(load, event)
            with self.subTest(event):
                address = f"https://cables.example.org/admin/cables/load/{load.pk}/change/"
                self.assertIn(f"\n{address}\n", text)
                self.assertIn("1  new cables", text)
                self.assertIn("1  rejected", text)
                for secret in ("rossi", "rome", "hush", "csv", self.curator.username):
                    self.assertNotIn(secret, f"{subject} {text}".casefold())

    def test_each_address_gets_a_mail_of_its_own(self):
        self.load(csv_record(ONE))
        work()
        self.assertEqual(
            [each.to for each in mail.outbox], [["lea@example.org"], ["office@example.org"]]
        )
        self.assertFalse(any(each.cc or each.bcc for each in mail.outbox))

    def test_who_left_or_lost_the_right_gets_none(self):
        load = self.load(csv_record(ONE))
        bo = User.objects.create_user("bo", is_staff=True, email="bo@example.org")
        bo.user_permissions.set(Permission.objects.filter(codename="load_files"))
        Load.objects.filter(pk=load.pk).update(by=bo)
        changes = ({}, {"is_active": False}, {"is_active": True, "is_staff": False})
        for values, told in zip(changes, (True, False, False), strict=True):
            with self.subTest(values):
                mail.outbox.clear()
                User.objects.filter(pk=bo.pk).update(**values)
                mail_about_load(attempt(0), load=load.pk, event="finished")
                self.assertEqual("bo@example.org" in [each for each, _ in self.sent()], told)
        User.objects.filter(pk=bo.pk).update(is_staff=True)
        bo.user_permissions.clear()
        mail_about_load(attempt(0), load=load.pk, event="finished")
        self.assertEqual([each for each, _ in self.sent()], ["office@example.org"])

    def test_a_server_that_fails_fails_no_load(self):
        for error in (ConnectionRefusedError(), SMTPException("lea@example.org"), TimeoutError()):
            with self.subTest(error), mock.patch("django.core.mail.EmailMessage.send") as send:
                send.side_effect = error
                load = self.load(csv_record(ONE, text=type(error).__name__))
                self.do(load, "apply")
                with self.assertLogs("cables.operations.load_mail") as logged:
                    for _ in range(2):
                        self.try_to_work()
                load.refresh_from_db()
                self.assertEqual(load.state, "finished")
                self.assertNotIn("example.org", " ".join(logged.output))
        self.assertTrue(Cable.objects.exists())

    def try_to_work(self):
        with mock.patch("tests.working.Going.job", SimpleNamespace(attempts=9), create=True):
            work()

    def test_a_mail_is_tried_again_and_then_given_up(self):
        load = self.load(csv_record(ONE))
        with mock.patch("django.core.mail.EmailMessage.send", side_effect=OSError):
            for number in range(MOST_ATTEMPTS - 1):
                with self.assertLogs("cables.operations.load_mail", "WARNING"):
                    self.assertRaises(
                        OSError, mail_about_load, attempt(number), load=load.pk, event="finished"
                    )
            with self.assertLogs("cables.operations.load_mail", "ERROR") as logged:
                mail_about_load(attempt(MOST_ATTEMPTS - 1), load=load.pk, event="finished")
        self.assertIn("is given up", logged.output[0])

    def send_refusing(self, load, code):
        """Send mail through a server that refuses an address; return who got one."""
        sent = []

        def send(message):
            if message.to == ["lea@example.org"]:
                raise SMTPRecipientsRefused({"lea@example.org": (code, b"No such account")})
            sent.extend(message.to)

        with mock.patch("django.core.mail.EmailMessage.send", autospec=True, side_effect=send):
            mail_about_load(attempt(0), load=load.pk, event="finished")
        return sent

    def test_an_address_that_is_refused_for_good_takes_no_mail_from_others(self):
        load = self.load(csv_record(ONE))
        with self.assertLogs("cables.operations.load_mail", "ERROR") as logged:
            self.assertEqual(self.send_refusing(load, 550), ["office@example.org"])
        self.assertNotIn("example.org", " ".join(logged.output))
        with self.assertLogs("cables.operations.load_mail", "WARNING"):
            self.assertRaises(OSError, self.send_refusing, load, 450)

    def test_a_queue_that_fails_fails_no_load(self):
        with (
            mock.patch.object(mail_about_load, "defer", side_effect=RuntimeError),
            self.assertLogs("cables.operations.load_mail", "ERROR"),
        ):
            load = self.load(csv_record(ONE))
        self.assertEqual(load.state, "compared")

    def test_a_load_that_is_gone_is_no_error(self):
        mail_about_load(attempt(0), load=10**9, event="finished")
        self.assertEqual(mail.outbox, [])

    @override_settings(EMAIL_HOST="")
    def test_without_a_server_nothing_is_sent_or_queued(self):
        load = self.load(csv_record(ONE))
        self.assertEqual((load.state, work(), mail.outbox), ("compared", [], []))
