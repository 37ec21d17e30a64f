"""What every answer says to browsers."""

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

    def test_readers_pages_run_no_script(self):
        for address in ADDRESSES[:-1]:
            with self.subTest(address):
                response = self.client.get(address)
                self.assertNotIn("script-src", response["Content-Security-Policy"])
                page = response.content.decode()
                page = page.replace('<script type="application/ld+json">', "")  # Data, no script.
                self.assertNotIn("<script", page)
                self.assertNotContains(response, "style=", status_code=response.status_code)

    def test_old_defences(self):
        response = self.client.get("/")
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")
        self.assertEqual(response["X-Frame-Options"], "DENY")
        self.assertEqual(response["Referrer-Policy"], "same-origin")
