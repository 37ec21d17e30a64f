"""Who may set up a passkey, and what an account with one needs to log in."""

import json
import time
from unittest import mock

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import override_settings
from django_otp_webauthn.models import WebAuthnCredential

from reading_room.passkeys import ALLOWED_FOR, ALLOWED_UNTIL
from tests.reading_room.test_logging_in import FACTOR, PASSWORD, LoginTestCase

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
