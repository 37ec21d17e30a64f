"""Logging in with an account of the institution: who comes in, with which rights, and who not."""

import time
from datetime import timedelta
from http.client import HTTPConnection
from unittest import mock
from urllib.parse import parse_qs, urlencode, urlsplit

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from cables.models import Change, InstitutionAccount
from reading_room import institution_accounts, institution_answers
from tests.base import TestCase
from tests.reading_room.provider import CLIENT, SECRET, Provider

BEGIN, BACK = "/admin/login/institution/", "/admin/login/institution/back/"
DESK, LOGIN, CODE = "/admin/", "/admin/login/", "/admin/login/code/"
BACKEND = "reading_room.institution_accounts.InstitutionBackend"
ANNA = {"sub": "248289761001", "preferred_username": "anna", "email": "anna@example.org"}
PASSWORD = "quay-window-4412"


class InstitutionTestCase(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = Provider()
        cls.addClassCleanup(cls.provider.close)
        backends = [*settings.AUTHENTICATION_BACKENDS, BACKEND]
        cls.enterClassContext(
            override_settings(
                AUTHENTICATION_BACKENDS=backends,
                OIDC_ISSUER=cls.provider.issuer,
                OIDC_CLIENT_ID=CLIENT,
                OIDC_CLIENT_SECRET=SECRET,
                OIDC_GROUPS={"staff": ("Cataloguer", "Releaser"), "cn=red,o=x": ("Redactor",)},
                OIDC_SUPERUSERS="root",
                OIDC_SECOND_FACTOR=["mfa"],
                OIDC_NAME="your account of the archive",
            )
        )

    def setUp(self):
        super().setUp()
        self.provider.claims = ANNA | {"groups": ["staff"]}
        self.provider.spoilt, self.provider.userinfo = {}, {}
        self.provider.header, self.provider.key = {"alg": "RS256", "kid": "own"}, "own"
        self.provider.in_userinfo, self.provider.bodies = False, {}

    def begin(self, wanted="", client=None):
        """Follow the link of the login to the provider, and return where that leads back to."""
        begun = (client or self.client).get(f"{BEGIN}?{urlencode({'next': wanted})}")
        connection = HTTPConnection(urlsplit(self.provider.issuer).netloc)
        connection.request("GET", begun["Location"].removeprefix(self.provider.issuer))
        back = connection.getresponse()
        connection.close()
        return back.getheader("Location").removeprefix("http://testserver")

    def log_in(self, wanted="", client=None, **claims):
        self.provider.claims |= claims
        return (client or self.client).get(self.begin(wanted, client))

    def is_in(self, client=None):
        return (client or self.client).get(DESK).status_code == 200

    def assert_refused(self, response, sentence="was not completed"):
        self.assertContains(response, sentence, status_code=403)
        self.assertFalse(self.is_in())


class ComeInTests(InstitutionTestCase):
    def test_a_login_from_the_page_of_the_login_to_the_page_that_was_wanted(self):
        page = self.client.get(f"{LOGIN}?next=/admin/cables/cable/")
        self.assertContains(page, "Log in with your account of the archive")
        self.assertContains(page, f'href="{BEGIN}?next=%2Fadmin%2Fcables%2Fcable%2F"')
        response = self.log_in("/admin/cables/cable/")
        self.assertRedirects(response, "/admin/cables/cable/")
        anna = User.objects.get(username="anna")
        self.assertEqual(
            sorted(anna.groups.values_list("name", flat=True)), ["Cataloguer", "Releaser"]
        )
        self.assertEqual((anna.is_staff, anna.is_superuser), (True, False))
        self.assertFalse(anna.has_usable_password())
        account = InstitutionAccount.objects.get()
        self.assertEqual((account.issuer, account.subject), (self.provider.issuer, ANNA["sub"]))
        change = Change.objects.get()
        told = (change.action, change.what, change.by)
        self.assertEqual(told, ("added", "user anna", None))
        self.assertIn("Cataloguer, Releaser", change.reason)

    def test_the_provider_is_asked_with_pkce_state_and_nonce(self):
        address = self.client.get(BEGIN)["Location"]
        asked = parse_qs(urlsplit(address).query)
        self.assertTrue(address.startswith(f"{self.provider.issuer}/authorize?"))
        self.assertEqual(asked["code_challenge_method"], ["S256"])
        self.assertEqual(asked["redirect_uri"], [f"http://testserver{BACK}"])
        self.assertTrue(asked["state"] and asked["nonce"] and asked["code_challenge"])

    def test_without_a_provider_there_is_no_such_login(self):
        with override_settings(OIDC_ISSUER=""):
            self.assertNotContains(self.client.get(LOGIN), "institution")
            for address in (BEGIN, BACK):
                self.assertEqual(self.client.get(address).status_code, 404)

    def test_groups_can_be_told_apart_from_the_token(self):
        self.provider.in_userinfo = True
        self.log_in()
        self.assertTrue(self.is_in())
        self.provider.userinfo = {"sub": "of another"}
        self.client = self.client_class()
        self.assert_refused(self.log_in())

    def test_the_session_ends_after_some_hours_whatever_is_done(self):
        with override_settings(OIDC_HOURS=2):
            self.log_in()
        ends = self.client.session.get_expiry_date()
        self.assertLess(ends, timezone.now() + timedelta(hours=2, minutes=1))

    def test_a_local_account_logs_in_as_before(self):
        User.objects.create_superuser("bert", password=PASSWORD)
        self.client.post(LOGIN, {"username": "bert", "password": PASSWORD})
        self.assertTrue(self.is_in())


class RightsTests(InstitutionTestCase):
    def test_rights_are_those_of_the_groups_at_each_login(self):
        for groups, roles, superuser in (
            (["staff"], ["Cataloguer", "Releaser"], False),
            (["cn=red,o=x", "others"], ["Redactor"], False),
            ("staff", ["Cataloguer", "Releaser"], False),
            (["root"], [], True),
            (["staff", "root"], ["Cataloguer", "Releaser"], True),
            (["cn=red,o=x"], ["Redactor"], False),
        ):
            with self.subTest(groups):
                self.log_in(groups=groups, client=self.client_class())
                anna = User.objects.get(username="anna")
                self.assertEqual(sorted(anna.groups.values_list("name", flat=True)), roles)
                self.assertEqual((anna.is_staff, anna.is_superuser), (True, superuser))
        self.log_in(client=self.client_class())
        self.assertEqual(Change.objects.count(), 6, "The last login changed nothing.")

    def test_who_has_lost_all_groups_has_no_rights_in_open_sessions_either(self):
        self.log_in()
        self.assertTrue(self.is_in())
        response = self.log_in(groups=[], client=self.client_class())
        self.assertContains(response, "has no role", status_code=403)
        self.assertFalse(self.is_in())
        anna = User.objects.get()
        self.assertFalse(
            anna.groups.exists() or anna.is_staff or anna.has_perm("cables.view_cable")
        )

    def test_what_was_given_at_the_desk_ends_with_the_next_login(self):
        self.log_in()
        anna = User.objects.get()
        anna.groups.add(Group.objects.get(name="Auditor"))
        User.objects.update(is_superuser=True)
        self.log_in(client=self.client_class())
        anna.refresh_from_db()
        self.assertFalse(anna.is_superuser or anna.groups.filter(name="Auditor").exists())

    def test_no_claim_makes_a_superuser_without_a_group_for_it(self):
        with override_settings(OIDC_SUPERUSERS=""):
            for groups in (["root"], ["superuser"], [""], [None], {"root": True}):
                with self.subTest(groups):
                    self.assert_refused(self.log_in(groups=groups), "has no role")
                    AccessAttempt.objects.all().delete()
        self.assertFalse(User.objects.exists(), "Who has no role leaves no trace.")

    def test_a_disabled_account_stays_out(self):
        self.log_in()
        User.objects.update(is_active=False)
        self.assertFalse(self.is_in())
        self.assert_refused(self.log_in(groups=["root"], client=self.client_class()), "not active")
        self.assertFalse(User.objects.get().is_superuser)

    def test_no_password_can_be_set_for_it(self):
        self.log_in(groups=["root"])
        anna = User.objects.get()
        self.assertNotContains(self.client.get(f"/admin/auth/user/{anna.pk}/change/"), "/password/")
        page = self.client.get(f"/admin/auth/user/{anna.pk}/password/")
        self.assertEqual(page.status_code, 403)

    def test_a_role_that_does_not_exist_is_told_when_the_room_starts(self):
        told = mock.Mock()
        with override_settings(OIDC_GROUPS={"staff": ("Cataloger",)}):
            call_command("check", database=["default"], stderr=told)
        self.assertIn("there is no group Cataloger", str(told.mock_calls))


class CollisionTests(InstitutionTestCase):
    def test_nobody_takes_over_a_local_account(self):
        local = User.objects.create_superuser("anna", "anna@example.org", PASSWORD)
        self.log_in()
        other = InstitutionAccount.objects.get().user
        self.assertNotEqual(other, local)
        self.assertEqual((other.username, other.is_superuser), ("anna-2", False))

    def test_a_second_account_with_the_same_address_and_name_is_another(self):
        self.log_in()
        self.log_in(sub="another", groups=["cn=red,o=x"], client=self.client_class())
        names = User.objects.order_by("pk").values_list("username", flat=True)
        self.assertEqual([*names], ["anna", "anna-2"])
        first = User.objects.get(username="anna")
        self.assertFalse(first.groups.filter(name="Redactor").exists())

    def test_the_same_subject_of_another_provider_is_another(self):
        self.log_in()
        InstitutionAccount.objects.update(issuer="https://before.example")
        self.log_in(client=self.client_class())
        self.assertEqual(User.objects.count(), 2)

    def test_a_renamed_account_stays_the_same(self):
        self.log_in()
        self.log_in(preferred_username="bert", email="x@example.org", client=self.client_class())
        self.assertEqual(User.objects.get().username, "anna")

    def test_a_name_is_made_of_what_user_names_may_have(self):
        for given, expected in (
            ({"preferred_username": "Annа <b>"}, "Annb"),  # The last a is Cyrillic.
            ({"preferred_username": "…"}, "account"),
            ({"preferred_username": None}, "anna@example.org"),
            ({"preferred_username": None, "email": None}, ANNA["sub"]),
        ):
            with self.subTest(expected):
                self.assertEqual(institution_accounts.free_name(ANNA | given), expected)


class RefusedTests(InstitutionTestCase):
    def test_a_token_that_is_wrong_in_any_way(self):
        past = int(time.time()) - 3_600
        for name, spoilt in {
            "another issuer": {"iss": "https://other.example"},
            "no issuer": {"iss": None},
            "another client": {"aud": "other-room"},
            "another client, and this one by the way": {"aud": "other-room", "azp": CLIENT},
            "no audience": {"aud": None},
            "another nonce": {"nonce": "of-another-login"},
            "no nonce": {"nonce": None},
            "expired": {"exp": past, "iat": past - 300},
            "without an end": {"exp": None},
            "nobody": {"sub": None},
            "an empty subject": {"sub": ""},
            "a subject that no column can hold": {"sub": "a\0b"},
            "a subject that is longer than allowed": {"sub": "a" * 256},
        }.items():
            with self.subTest(name):
                self.provider.spoilt = spoilt
                self.assert_refused(self.log_in())
                AccessAttempt.objects.all().delete()
        self.assertFalse(User.objects.exists())

    def test_a_token_without_a_signature_of_the_provider(self):
        for name, header, key in (
            ("none, which this provider offers", {"alg": "none"}, "own"),
            ("none, with the name of its key", {"alg": "none", "kid": "own"}, "own"),
            ("the key of another", {"alg": "RS256", "kid": "own"}, "foreign"),
            ("an unknown key", {"alg": "RS256", "kid": "foreign"}, "foreign"),
        ):
            with self.subTest(name):
                self.provider.header, self.provider.key = header, key
                self.assert_refused(self.log_in())

    def test_an_answer_that_was_not_asked_for_or_is_used_again(self):
        back = self.begin()
        for name, address in {
            "another state": f"{back}x",
            "no state": back.partition("&state")[0],
            "nothing": BACK,
            "an error": f"{BACK}?error=access_denied",
        }.items():
            with self.subTest(name):
                self.assert_refused(self.client.get(address))
        AccessAttempt.objects.all().delete()
        other = self.client_class()
        self.assertEqual(other.get(back).status_code, 403, "The state is of another session.")
        self.client.get(back)
        self.assertTrue(self.is_in())
        self.assertEqual(self.client_class().get(back).status_code, 403)

    def test_five_failed_logins_are_the_last_and_lock_nobody_else_out(self):
        for _ in range(5):
            response = self.client.get(f"{BACK}?code=secret-code&state=secret-state")
        self.assertEqual(response.status_code, 429)
        self.assertNotIn("secret-", str(AccessAttempt.objects.values()))
        for _ in range(5):
            response = self.log_in(groups=[])
        self.assertEqual(response.status_code, 429)
        self.assertEqual(self.log_in(groups=["staff"]).status_code, 429)
        self.log_in(sub="a colleague")
        self.assertTrue(self.is_in())

    def test_next_leads_to_no_other_site(self):
        for wanted in (
            "https://evil.example/",
            "//evil.example/admin/",
            "http:evil.example",
            "javascript:alert(1)",
            "\\\\evil.example",
        ):
            with self.subTest(wanted):
                response = self.log_in(wanted, client=self.client_class())
                self.assertEqual(response["Location"], DESK)

    def test_next_may_be_any_text(self):
        for wanted in ("harbor", "?x", "%2f%2fevil.example", "../x", "admin:index"):
            with self.subTest(wanted):
                response = self.log_in(wanted, client=self.client_class())
                self.assertEqual(response.status_code, 302)
                self.assertNotIn("//", response["Location"])

    def test_an_answer_without_an_end_or_in_many_pieces_is_not_awaited(self):
        def endless():
            while True:
                yield b" " * 100_000

        def slow():
            for _ in range(50):
                yield b" "
                time.sleep(0.1)

        def stalled():
            yield b" "
            time.sleep(2)

        self.provider.in_userinfo = True
        self.enterContext(mock.patch.object(institution_answers, "PATIENCE", 1))
        for name, body in (("endless", endless), ("slow", slow), ("stalled", stalled)):
            for route in ("/token", "/userinfo"):
                with self.subTest(name, route=route):
                    self.provider.bodies = {route: body}
                    begun = time.monotonic()
                    self.assert_refused(self.log_in())
                    self.assertLess(time.monotonic() - begun, 3)
                    AccessAttempt.objects.all().delete()

    def test_a_provider_that_is_away(self):
        with override_settings(OIDC_ISSUER="http://127.0.0.1:9"):
            self.assertContains(self.client.get(BEGIN), "was not completed", status_code=403)

    def test_the_log_counts_why_and_has_nothing_that_was_typed(self):
        with mock.patch.object(institution_accounts.counts, "add") as add:
            self.client.get(f"{BACK}?code=typed&state=typed")
        told = [call.args[0] for call in add.mock_calls]
        self.assertIn("institution's accounts that failed (MismatchingStateError)", " ".join(told))
        self.assertNotIn("typed", " ".join(told))


class SecondFactorTests(InstitutionTestCase):
    def code(self):
        device = TOTPDevice.objects.get()
        return f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06}"

    def make_device(self):
        self.log_in(client=self.client_class())
        TOTPDevice.objects.create(user=User.objects.get(), name="telephone")

    @override_settings(REQUIRE_TOTP=True)
    def test_that_of_the_provider_is_enough_if_it_is_named(self):
        for claims, enough in (
            ({"amr": ["pwd", "mfa"]}, True),
            ({"amr": None, "acr": "mfa"}, True),
            ({"amr": ["pwd"], "acr": None}, False),
            ({"amr": None, "acr": None}, False),
        ):
            with self.subTest(claims):
                client = self.client_class()
                self.log_in(client=client, **claims)
                self.assertEqual(self.is_in(client), enough)
                if not enough:
                    page = client.get(DESK, follow=True)
                    self.assertContains(page, "Set yours up")
                    self.assertNotContains(page, "Set up a passkey")

    def test_else_the_code_of_this_room_is_asked_for(self):
        self.make_device()
        self.log_in("/admin/cables/cable/")
        self.assertFalse(self.is_in())
        page = self.client.get("/admin/cables/cable/", follow=True)
        asked = page.redirect_chain[-1][0]
        self.assertContains(page, "You are logged in as anna")
        self.assertContains(self.client.post(asked, {"otp_token": "000000"}), "neither the current")
        self.assertFalse(self.is_in())
        TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
        response = self.client.post(asked, {"otp_token": self.code()})
        self.assertRedirects(response, "/admin/cables/cable/")

    def test_next_may_be_any_text_behind_the_code_too(self):
        self.make_device()
        self.log_in()
        response = self.client.post(f"{CODE}?next=harbor", {"otp_token": self.code()})
        self.assertEqual((response.status_code, response["Location"]), (302, "harbor"))

    def test_the_page_for_the_code_is_for_nobody_else(self):
        self.assertRedirects(self.client.get(CODE), LOGIN)
        self.make_device()
        bert = User.objects.create_superuser("bert", password=PASSWORD)
        TOTPDevice.objects.create(user=bert, name="telephone")
        self.client.force_login(bert, "django.contrib.auth.backends.ModelBackend")
        self.assertRedirects(self.client.get(CODE), LOGIN)

    def test_a_login_without_it_takes_the_place_of_one_with_it(self):
        self.make_device()
        self.log_in(amr=["mfa"])
        self.assertTrue(self.is_in())
        self.log_in(amr=["pwd"])
        self.assertFalse(self.is_in())
