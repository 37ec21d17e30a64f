"""At the desk a held record that is another message becomes a cable of its own."""

from datetime import timedelta

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from cables.curation.erasures import erase
from cables.curation.held_records import leave_held, publish_held
from cables.loader import LoadReport, load
from cables.models import Cable, Change, Load, LoadRow
from cables.operations.integrity import IntegrityReport, check
from tests.builders import withhold
from tests.loader.test_other_names import NUMBER, SECRET, OtherNamesTestCase, of_archives
from tests.loader.test_volumes import OTHER, VOLUME, row
from tests.opened import send
from tests.source_files import csv_file

SECOND = "They paid in oil."


class HeldOfAnotherCableTests(OtherNamesTestCase):
    def hold_second(self):
        """Let the second document with the number of a withheld cable be held."""
        self.archives(of_archives(SECRET))
        withhold(Cable.objects.get())
        self.archives(of_archives(SECRET), of_archives(SECOND))
        return LoadRow.objects.get(reference=f"{NUMBER}-2")

    def curator(self, *rights):
        user = User.objects.create_user("rita", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        self.client.force_login(user)
        return user

    def test_a_curator_publishes_a_second_document_under_its_name(self):
        held = self.hold_second()
        self.curator("redact_cable", "see_sealed", "view_loadrow")
        address = f"/admin/cables/loadrow/{held.pk}/publish/"
        offered = self.client.get(f"/admin/cables/loadrow/{held.pk}/change/")
        self.assertContains(offered, address)
        self.assertContains(self.client.get(address), SECOND)
        send(self.client, address, {"reason": "It is about another ship."})
        cable = Cable.objects.get(reference=f"{NUMBER}-2")
        self.assertContains(self.client.get(cable.get_absolute_url()), SECOND)
        self.assertEqual(cable.changes.get().reason, "It is about another ship.")
        held.refresh_from_db()
        self.assertEqual((held.outcome, held.raw), ("applied", ""))
        self.assert_hidden()
        report = self.archives(of_archives(SECRET), of_archives(SECOND))
        self.assertEqual(report, LoadReport(rows=2, unchanged=2))
        told = []
        check(IntegrityReport(), told.append)
        self.assertEqual(told, [])

    def test_it_is_offered_and_allowed_only_to_who_may_redact_and_read_it(self):
        held = self.hold_second()
        for rights in (("redact_cable",), ("load_files", "see_sealed")):
            with self.subTest(rights):
                User.objects.filter(username="rita").delete()
                self.curator("view_loadrow", *rights)
                page = self.client.get(f"/admin/cables/loadrow/{held.pk}/change/")
                self.assertNotContains(page, "/publish/")
                answer = self.client.post(f"/admin/cables/loadrow/{held.pk}/publish/")
                self.assertEqual(answer.status_code, 403)

    def test_a_message_with_the_number_of_a_volumes_telegram_gets_the_next_free_name(self):
        load(VOLUME)
        self.assertEqual(load(csv_file(self.folder, row(body=OTHER))).held, 1)
        cable = publish_held(LoadRow.objects.get(), "Another message.", None)
        self.assertEqual((cable.reference, cable.body), ("56LISBON412-2", OTHER))
        self.assertTrue(Cable.objects.known_as("56LISBON412").body.startswith("412. Subject"))
        told = []
        check(IntegrityReport(), told.append)
        self.assertEqual(told, [])
        before = Cable.objects.count()
        load(csv_file(self.folder, row(body=OTHER)))
        self.assertEqual(Cable.objects.count(), before)
        self.assertFalse(LoadRow.objects.filter(outcome="held").exists())

    def test_a_name_that_was_erased_or_waits_is_not_given_again(self):
        held = self.hold_second()
        Cable.objects.create(**self.another(f"{NUMBER}-2"))
        erase(f"{NUMBER}-2", "A court said so.")
        held = LoadRow.objects.filter(pk=held.pk).first() or self.again(held)
        waits = replace_row(held, reference=f"{NUMBER}-3", outcome="waiting", digest="3")
        waits.due = timezone.now() + timedelta(days=1)
        waits.save()
        self.assertEqual(publish_held(held, "Another.", None).reference, f"{NUMBER}-4")

    def another(self, reference):
        cable = Cable.objects.get()
        return {
            field.attname: getattr(cable, field.attname)
            for field in Cable._meta.concrete_fields
            if field.attname != "id"
        } | {"reference": reference, "withheld_reason": ""}

    def again(self, row):
        row.pk = None
        row.save()
        return row

    def test_nothing_is_published_before_the_embargo_of_its_load_ends(self):
        held = self.hold_second()
        Load.objects.filter(pk=held.load_id).update(due=timezone.now() + timedelta(days=1))
        with self.assertRaisesMessage(ValueError, "under embargo"):
            publish_held(LoadRow.objects.get(pk=held.pk), "Another.", None)
        self.assertEqual(Cable.objects.count(), 1)

    def test_a_new_text_of_a_document_that_is_here_is_no_other_cable(self):
        self.archives(of_archives(SECRET))
        withhold(Cable.objects.get())
        self.archives(of_archives(SECOND))
        with self.assertRaisesMessage(ValueError, "is here already"):
            publish_held(LoadRow.objects.get(), "Another.", None)

    def test_who_decides_second_is_told(self):
        held = self.hold_second()
        leave_held(held, "Unclear.", None)
        with self.assertRaisesMessage(ValueError, "Somebody decided"):
            publish_held(held, "Another.", None)
        self.assertEqual(Change.objects.filter(action="published").count(), 0)


def replace_row(row, **values):
    return LoadRow(
        **{
            **{
                field.attname: getattr(row, field.attname)
                for field in LoadRow._meta.concrete_fields
            },
            **values,
            "id": None,
        }
    )
