"""What every answer says to browsers."""

import re

from django.contrib.auth.models import User

from tests.base import TestCase
from tests.builders import make_cable

POLICY = "default-src 'none'"
ADDRESSES = ["/", "/cable/06BERLIN901234/", "/tag/", "/nowhere/", "/admin/login/"]


class HeaderTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN901234")

    def test_nothing_is_loaded_from_elsewhere(self):
        for address in ADDRESSES:
            with self.subTest(address):
                policy = self.client.get(address)["Content-Security-Policy"]
                self.assertIn(POLICY, policy)
                self.assertNotIn("unsafe-inline", policy)
                self.assertNotIn("http", policy)

    def test_readers_pages_run_only_scripts_of_this_site(self):
        for address in ADDRESSES[:-1]:
            with self.subTest(address):
                response = self.client.get(address)
                policy = response["Content-Security-Policy"]
                for name in ("script-src", "connect-src"):
                    self.assertIn(f"{name} 'self';", f"{policy};")
                page = response.content.decode()
                page = page.replace('<script type="application/ld+json">', "")  # Data, no script.
                page = re.sub('<script (type="module" )?src="/static/', "", page)
                self.assertNotIn("<script", page)
                self.assertNotContains(response, "style=", status_code=response.status_code)

    def test_old_defences(self):
        response = self.client.get("/")
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")
        self.assertEqual(response["X-Frame-Options"], "DENY")
        self.assertEqual(response["Referrer-Policy"], "same-origin")
        self.assertEqual(response["Cross-Origin-Opener-Policy"], "same-origin")
        self.assertEqual(response["Cross-Origin-Resource-Policy"], "same-origin")
        self.assertIn("camera=()", response["Permissions-Policy"])

    def test_only_the_desk_sets_cookies(self):
        for address in ADDRESSES:
            with self.subTest(address):
                cookies = self.client_class().get(address).cookies
                is_desk = address.startswith("/admin/")
                self.assertEqual(bool(cookies), is_desk)
                for cookie in cookies.values():
                    self.assertEqual((cookie["path"], cookie["httponly"]), ("/admin/", True))


class RedirectTests(TestCase):
    """Nobody is led to another site by an address of this one."""

    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN901234")
        cls.curator = User.objects.create_superuser("root", password="quay-window-4412")

    def test_after_the_login(self):
        words = {"username": "root", "password": "quay-window-4412"}
        for target in (
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "javascript:x",
        ):
            with self.subTest(target):
                response = self.client_class().post("/admin/login/", words | {"next": target})
                self.assertRedirects(response, "/admin/", fetch_redirect_response=False)

    def test_from_any_address(self):
        addresses = [
            *(
                "//evil.example/tag",
                "//evil.example",
                "/\\evil.example/about",
                "/about?//evil.example",
            ),
            *(
                "/cable/%2F%2Fevil.example",
                "/cable/06%20berlin%20901234",
                "/tag/%2Fevil.example%2F",
            ),
            *("/search/?q=//evil.example", "/search/?q=06berlin901234&next=//evil.example"),
            *("/cable.php?id=//evil.example", "/origin/0_//evil.example.html", "/support/"),
            *("/tag/prel/?next=https://evil.example", "/tag//evil.example_0.html"),
        ]
        for address in addresses:
            with self.subTest(address):
                response = self.client.get(address)
                target = response.get("Location", "/")
                self.assertRegex(target, r"^/(?![/\\])")
