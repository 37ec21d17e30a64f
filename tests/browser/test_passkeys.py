"""Passkeys in a browser: a curator sets one up, logs in with it alone, and removes it."""

from django.contrib.auth.models import User
from django_otp_webauthn.models import WebAuthnCredential
from playwright.sync_api import expect

from cables.models import Change
from tests.browser.base import BrowserTestCase

PASSWORD = "quay-window-4412"
FACTOR = "/admin/second-factor/"
# A security key that the browser imitates: it has one PIN, which is always right.
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class PasskeyTests(BrowserTestCase):
    def setUp(self):
        self.anna = User.objects.create_superuser("anna", password=PASSWORD)
        self.page = self.open_window()
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("WebAuthn.enable")
        self.key = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    def log_in(self):
        self.visit(self.page, "/admin/login/?next=/admin/")
        self.page.fill("#id_username", "anna")
        self.page.fill("#id_password", PASSWORD)
        self.press(self.page, "Log in")

    def set_up(self):
        self.log_in()
        self.visit(self.page, FACTOR)
        self.page.fill("#id_password", PASSWORD)
        self.page.get_by_role("button", name="Set up a passkey").click()
        self.page.fill("#id_name", "office laptop")
        self.page.get_by_role("button", name="Create the passkey").click()
        expect(self.page.locator("form.passkey b")).to_have_text("office laptop")

    def log_out(self):
        self.page.context.clear_cookies()

    def test_a_passkey_replaces_the_password_until_it_is_removed(self):
        self.set_up()
        self.log_out()
        self.visit(self.page, "/admin/login/?next=/admin/cables/cable/")
        self.page.get_by_role("button", name="Use a passkey").click()
        expect(self.page).to_have_url(f"{self.live_server_url}/admin/cables/cable/")
        self.visit(self.page, FACTOR)
        remove = self.page.locator("form.passkey").filter(has_text="office laptop")
        remove.locator("[name=password]").fill(PASSWORD)
        remove.get_by_role("button", name="Remove office laptop").click()
        expect(self.page.locator("form.passkey b")).to_have_count(0)
        self.assertFalse(WebAuthnCredential.objects.exists())
        self.assertEqual(
            list(Change.objects.order_by("pk").values_list("action", "what")),
            [("set up", "a passkey of anna"), ("took away", "a passkey of anna")],
        )

    def test_the_password_alone_is_no_longer_enough(self):
        self.set_up()
        self.log_out()
        self.log_in()
        expect(self.page.locator(".errornote").first).to_contain_text("use your passkey")

    def test_a_passkey_that_was_removed_opens_nothing(self):
        self.set_up()
        WebAuthnCredential.objects.all().delete()
        self.log_out()
        self.visit(self.page, "/admin/login/")
        self.page.get_by_role("button", name="Use a passkey").click()
        expect(self.page.get_by_role("alert")).to_contain_text("not found")

    def test_a_device_that_does_not_check_its_owner_is_refused(self):
        given = {"authenticatorId": self.key["authenticatorId"]}
        self.devtools.send("WebAuthn.setUserVerified", given | {"isUserVerified": False})
        self.log_in()
        self.visit(self.page, FACTOR)
        self.page.fill("#id_password", PASSWORD)
        self.page.get_by_role("button", name="Set up a passkey").click()
        self.page.get_by_role("button", name="Create the passkey").click()
        expect(self.page.get_by_role("alert")).to_contain_text("was not used")
        self.assertFalse(WebAuthnCredential.objects.exists())
