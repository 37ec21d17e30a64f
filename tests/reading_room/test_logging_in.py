"""Logging in at the desk: guesses are counted and forgotten; a second factor, a passkey."""

import json
import re
import time
from datetime import timedelta
from unittest import mock

from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import RequestFactory, override_settings
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from cables.models import Change
from reading_room.incoming_requests import client_network
from reading_room.passkeys import ALLOWED_FOR, ALLOWED_UNTIL
from tests.base import TestCase

LOGIN, DESK, FACTOR = "/admin/login/", "/admin/", "/admin/second-factor/"
PASSWORD = "quay-window-4412"


class LoginTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.anna = User.objects.create_superuser("anna", password=PASSWORD)

    def log_in(self, password=PASSWORD, code="", **more):
        words = {"username": "anna", "password": password, "otp_token": code}
        return self.client.post(LOGIN, words, **more)

    def is_in(self):
        return self.client.get(DESK).status_code == 200


class AttemptTests(LoginTestCase):
    def fail(self, times, **more):
        for _ in range(times):
            response = self.log_in("a wrong guess", **more)
        return response

    def test_five_wrong_passwords_close_the_desk_to_that_address(self):
        self.assertEqual(self.fail(4).status_code, 200)
        response = self.fail(1)
        self.assertContains(response, "for 15 minutes", status_code=429)
        self.assertEqual(response["Retry-After"], "900")
        self.assertEqual(self.log_in().status_code, 429)
        self.assertFalse(self.is_in())
        self.log_in(REMOTE_ADDR="203.0.113.9")
        self.assertTrue(self.is_in(), "Nobody can lock a curator out from elsewhere.")

    def test_an_ipv6_network_has_no_more_guesses_than_an_address(self):
        for number in range(5):
            response = self.fail(1, REMOTE_ADDR=f"2001:db8::{number}")
        self.assertEqual(response.status_code, 429)
        self.log_in(REMOTE_ADDR="2001:db8:0:1::1")
        self.assertTrue(self.is_in())

    def test_a_quarter_of_an_hour_later_it_opens_and_nothing_is_kept(self):
        self.fail(5)
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
        self.log_in()
        self.assertTrue(self.is_in())
        self.assertFalse(AccessAttempt.objects.exists() or AccessLog.objects.exists())

    def test_no_password_and_no_code_is_kept(self):
        self.log_in("almost the password", code="123456")
        kept = str(AccessAttempt.objects.values().get())
        self.assertNotIn("almost the password", kept)
        self.assertNotIn("123456", kept)

    def test_an_administrator_ends_the_wait(self):
        self.fail(5)
        call_command("axes_reset_username", "anna", stdout=mock.Mock())
        self.log_in()
        self.assertTrue(self.is_in())

    def test_only_the_proxy_is_believed(self):
        given = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9", "REMOTE_ADDR": "127.0.0.1"}
        request = RequestFactory().get(LOGIN, **given)
        self.assertEqual(client_network(request), "127.0.0.1")
        with override_settings(HTTPS=True):
            self.assertEqual(client_network(request), "203.0.113.9")


class SecondFactorTests(LoginTestCase):
    def setUp(self):
        self.log_in()

    def act(self, action, code=""):
        return self.client.post(FACTOR, {"action": action, "code": code})

    def code(self, ahead=0):
        """Return the code of a moment; the next one works too, as no clock is exact."""
        device = TOTPDevice.objects.get(user=self.anna)
        generator = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
        generator.time = timezone.now().timestamp() + ahead * device.step
        return f"{generator.token():06}"

    def set_up(self):
        self.act("begin")
        response = self.act("confirm", self.code())
        return re.findall(r"<li><code>(\w+)", response.content.decode())

    def wait(self):
        """Do as if the pause after a wrong code were over."""
        for kind in (TOTPDevice, StaticDevice):
            kind.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)

    def again(self, code):
        """Log in anew with this code; tell whether that opened the desk."""
        self.wait()
        self.client = self.client_class()
        self.log_in(code=code)
        return self.is_in()

    def test_it_is_set_up_with_a_drawing_or_by_typing(self):
        self.assertContains(self.client.get(FACTOR), "Set up codes")
        self.assertFalse(TOTPDevice.objects.exists(), "Looking at a page stores nothing.")
        self.act("begin")
        page = self.client.get(FACTOR)
        self.assertContains(page, "<svg")
        self.assertNotContains(page, "style=")
        self.assertNotIn("http:", page["Content-Security-Policy"])
        self.assertContains(self.act("confirm", "000000"), "not the code of this moment")
        self.assertTrue(self.is_in(), "It counts once it is confirmed.")
        self.wait()
        self.assertEqual(len(self.set_up()), 10)
        self.assertTrue(self.is_in(), "Who confirmed it goes on.")
        self.assertNotContains(self.client.get(FACTOR), "Recovery codes</h2>")
        self.assertEqual(Change.objects.get().what, "the second factor of anna")

    def test_two_tabs_set_up_one_secret(self):
        self.act("begin")
        shown = self.client.get(FACTOR).context["secret"]
        self.act("begin")  # In a tab that was opened before.
        self.assertEqual(self.client.get(FACTOR).context["secret"], shown)
        code = self.code()
        self.assertContains(self.act("confirm", code), "Recovery codes</h2>")
        kept = list(StaticToken.objects.values_list("token", flat=True))
        for action in ("begin", "confirm"):
            with self.subTest(action):
                self.assertRedirects(self.act(action, code), FACTOR)
                self.assertEqual(list(StaticToken.objects.values_list("token", flat=True)), kept)

    def test_then_a_password_alone_is_not_enough(self):
        earlier = self.client_class()
        earlier.post(LOGIN, {"username": "anna", "password": PASSWORD})
        recovery = self.set_up()
        self.assertEqual(earlier.get(DESK).status_code, 302)
        self.assertEqual(earlier.get(FACTOR).status_code, 302, "Nor is it changed by it.")
        for code, opens in [
            ("", False),
            ("000000", False),
            ("wrongone", False),
            (self.code(1), True),
            (self.code(1), False),  # Each works once.
            (recovery[0].upper(), True),
            (recovery[0], False),
        ]:
            with self.subTest(code):
                self.assertEqual(self.again(code), opens)
        self.assertEqual(StaticToken.objects.count(), 9)

    def test_wrong_codes_make_the_next_wait(self):
        self.set_up()
        self.client = self.client_class()
        self.log_in(code="000000")
        self.log_in(code=self.code(1))
        self.assertFalse(self.is_in())

    def test_codes_of_another_account_are_no_use(self):
        recovery = self.set_up()
        User.objects.create_superuser("bert", password=PASSWORD)
        TOTPDevice.objects.create(user=User.objects.get(username="bert"), name="telephone")
        other = self.client_class()
        for code in (recovery[0], self.code(1)):
            other.post(LOGIN, {"username": "bert", "password": PASSWORD, "otp_token": code})
            self.assertEqual(other.get(DESK).status_code, 302)

    def test_it_is_taken_away_with_a_code_or_by_the_command(self):
        self.set_up()
        self.wait()
        self.act("take away", "000000")
        self.assertTrue(TOTPDevice.objects.exists())
        self.wait()
        self.act("take away", self.code(1))
        self.assertFalse(TOTPDevice.objects.exists())
        self.assertTrue(self.again(""))
        self.set_up()
        call_command("reset_second_factor", "anna", stdout=mock.Mock())
        self.assertTrue(self.again(""))
        for name in ("anna", "nobody"):
            with self.assertRaises(CommandError):
                call_command("reset_second_factor", name)

    @override_settings(REQUIRE_TOTP=True)
    def test_a_room_can_ask_every_curator_for_it(self):
        response = self.client.get("/admin/cables/article/", follow=True)
        self.assertEqual(response.request["PATH_INFO"], FACTOR)
        self.assertContains(response, "This room asks every curator")
        self.set_up()
        self.assertTrue(self.is_in())
        self.assertContains(self.act("take away", self.code(1)), "asks every curator")
        self.assertTrue(TOTPDevice.objects.exists())

    def test_nobody_else_sees_a_secret(self):
        self.act("begin")
        for address in ("otp_totp/totpdevice/", "otp_static/staticdevice/", "axes/accessattempt/"):
            self.assertEqual(self.client.get(f"/admin/{address}").status_code, 404)
        self.client.logout()
        self.assertEqual(self.client.get(FACTOR)["Location"], LOGIN)


BEGIN, MADE = "/admin/passkey/", "/admin/passkey/made/"
LOGIN_BEGIN, LOGIN_SIGNED = "/admin/login/passkey/", "/admin/login/passkey/signed/"


def make_passkey(user, name="laptop"):
    return WebAuthnCredential.objects.create(
        user=user, name=name, credential_id=name.encode(), public_key=b"key", aaguid="0"
    )


class PasskeyTests(LoginTestCase):
    def post_json(self, address, data=None):
        return self.client.post(address, json.dumps(data or {}), content_type="application/json")

    def act(self, action, **data):
        return self.client.post(FACTOR, {"action": action} | data)

    def test_the_password_is_asked_for_again(self):
        self.assertEqual(self.post_json(BEGIN).status_code, 403)  # Not logged in.
        self.log_in()
        self.assertEqual(self.post_json(BEGIN).json()["code"], "password_needed")
        self.assertContains(self.act("allow passkey", password="wrong"), "not your password")
        self.assertEqual(self.post_json(BEGIN).status_code, 403)
        self.act("allow passkey", password=PASSWORD)
        options = self.post_json(BEGIN).json()
        self.assertEqual(options["authenticatorSelection"]["userVerification"], "required")
        self.assertEqual(options["rp"], {"id": "testserver", "name": "Cable Reading Room"})

    def test_the_permission_ends_after_some_minutes(self):
        self.log_in()
        self.act("allow passkey", password=PASSWORD)
        session = self.client.session
        session[ALLOWED_UNTIL] = time.time() - 1
        session.save()
        self.assertEqual(self.post_json(BEGIN).status_code, 403)
        self.assertLessEqual(ALLOWED_FOR, 600)

    def test_wrong_passwords_count_as_at_the_login(self):
        self.log_in()
        for _ in range(5):
            response = self.act("allow passkey", password="wrong")
        self.assertEqual(response.status_code, 429)

    def test_nonsense_is_refused_and_opens_nothing(self):
        self.log_in()
        self.act("allow passkey", password=PASSWORD)
        nonsense = ({}, {"id": "x"}, {"id": "eA", "rawId": "eA", "type": "public-key"})
        for address, begin in ((MADE, BEGIN), (LOGIN_SIGNED, LOGIN_BEGIN)):
            for data in nonsense:
                with self.subTest(address, data=data):
                    self.post_json(begin)
                    self.assertIn(self.post_json(address, data).status_code, (400, 403, 404, 422))
            with self.subTest(address, data="an answer without a question"):
                self.assertIn(self.post_json(address).status_code, (400, 403))
            with self.subTest(address, data="no JSON"):
                response = self.client.post(address, "{", content_type="application/json")
                self.assertEqual(response.status_code, 400)
        self.assertFalse(WebAuthnCredential.objects.exists())

    def test_what_is_to_be_signed_names_no_account(self):
        make_passkey(self.anna)
        options = self.post_json(LOGIN_BEGIN).json()
        self.assertEqual(options.get("allowCredentials", []), [])
        self.assertEqual(options["userVerification"], "required")

    def test_a_password_alone_is_not_enough_beside_a_passkey(self):
        make_passkey(self.anna)
        self.assertContains(self.log_in(), "or use your passkey")
        self.assertFalse(self.is_in())

    def test_recovery_codes_open_the_desk_if_the_passkey_is_lost(self):
        self.log_in()
        make_passkey(self.anna)
        session = self.client.session  # As after a login with the passkey.
        session["otp_device_id"] = WebAuthnCredential.objects.get().persistent_id
        session.save()
        self.assertContains(self.act("renew", password="wrong"), "not your password")
        page = self.act("renew", password=PASSWORD)
        codes = page.context["codes"]
        self.client.logout()
        self.log_in(code=codes[0])
        self.assertTrue(self.is_in())

    def test_a_passkey_is_removed_with_the_password(self):
        self.log_in()
        passkey = make_passkey(self.anna)
        session = self.client.session
        session["otp_device_id"] = passkey.persistent_id
        session.save()
        other = make_passkey(User.objects.create_superuser("bert", password=PASSWORD), "phone")
        for data in (
            {"passkey": passkey.pk, "password": "wrong"},
            {"passkey": other.pk, "password": PASSWORD},
            {"passkey": "x", "password": PASSWORD},
        ):
            with self.subTest(data=data):
                self.act("remove passkey", **data)
                self.assertEqual(WebAuthnCredential.objects.count(), 2)
        with override_settings(REQUIRE_TOTP=True):
            refused = self.act("remove passkey", passkey=passkey.pk, password=PASSWORD)
            self.assertContains(refused, "asks every curator")
        self.act("remove passkey", passkey=passkey.pk, password=PASSWORD)
        self.assertEqual(list(WebAuthnCredential.objects.all()), [other])

    def test_only_the_login_may_ask_the_browser_for_one(self):
        for address, policy in (("/admin/login/", "(self)"), ("/", "()"), (FACTOR, "()")):
            with self.subTest(address):
                header = self.client.get(address)["Permissions-Policy"]
                self.assertIn(f"publickey-credentials-get={policy}", header)

    def test_the_operator_resets_it(self):
        make_passkey(self.anna)
        call_command("reset_second_factor", "anna", stdout=mock.Mock())
        self.assertFalse(WebAuthnCredential.objects.exists())
        self.log_in()
        self.assertTrue(self.is_in())
