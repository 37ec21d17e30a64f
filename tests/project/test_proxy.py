"""nginx in front of the room, with the file of docs/deployment: it keeps pages, and no old one."""

import http.client
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.test import override_settings

from reading_room.settings import page_cache
from tests.base import LiveServerTestCase
from tests.benchmarks.web import HOST
from tests.builders import forget_counts, make_cable, withhold
from tests.proxies import NAME, nginx_before

CABLE, LIST = "/cable/06BERLIN900001/", "/tag/EFIS/"
HELD = {name: page_cache(f"tests: {name}", 1) for name in ("pages", "questions")}


@override_settings(ALLOWED_HOSTS=[NAME], CACHES=settings.CACHES | HELD)
class NginxTests(LiveServerTestCase):
    def setUp(self):
        forget_counts()
        caches["pages"].clear()
        self.cable = make_cable(subject="HARBOR FEES", tags=["EFIS"])
        self.room = self.server_thread.port
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        try:
            self.port = self.enterContext(nginx_before(self.room, self.folder))
        except LookupError as error:
            self.skipTest(str(error))

    def get(self, address, port=None, **headers):
        """Return the answer to a request through nginx, or at another port, with its text."""
        connection = http.client.HTTPConnection(HOST, port or self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", address, headers={"Host": NAME, **headers})
        response = connection.getresponse()
        response.text = response.read().decode()
        return response

    def test_a_page_is_made_once_and_not_sent_to_who_has_it(self):
        first, second = self.get(CABLE), self.get(CABLE)
        self.assertEqual((first.status, second.status), (200, 200))
        self.assertIn("raised", second.text)
        self.assertEqual(self.get(CABLE, self.room).headers["Cache-Status"], "reading-room; hit")
        self.assertIsNone(second.headers["Cache-Status"], "The room did not send it again.")
        self.assertIsNone(second.headers["X-Accel-Expires"])
        known = self.get(CABLE, **{"If-None-Match": first.headers["ETag"]})
        self.assertEqual((known.status, known.text), (304, ""))

    def test_what_a_reader_asks_is_written_nowhere(self):
        first = self.get("/search/?q=harbor")
        self.assertIn("06BERLIN900001", first.text)
        known = self.get("/search/?q=harbor", **{"If-None-Match": first.headers["ETag"]})
        self.assertEqual((known.status, known.text), (304, ""))
        self.get(CABLE)
        kept = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        self.assertTrue(any(CABLE.encode() in text for text in kept))
        self.assertFalse(any(b"q=harbor" in text for text in kept))

    def test_what_is_withheld_is_gone_with_the_next_request(self):
        pages = {address: self.get(address) for address in (CABLE, LIST)}
        for page in pages.values():
            self.assertIn("HARBOR FEES", page.text)
        withhold(self.cable, "It names a witness.")
        for address, page in pages.items():
            for headers in ({}, {"If-None-Match": page.headers["ETag"]}):
                with self.subTest(address, **headers):
                    after = self.get(address, **headers)
                    self.assertIn(after.status, (200, 404, 410))
                    self.assertNotIn("HARBOR FEES", after.text)

    def test_what_is_private_is_kept_by_nobody(self):
        self.get(CABLE)
        signed_in = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=any"}
        self.assertIn("no-store", self.get(CABLE, **signed_in).headers["Cache-Control"])
        self.assertIn("public", self.get(CABLE).headers["Cache-Control"])
        self.assertEqual(self.get("/cable/06BERLIN900002/").status, 404)
        make_cable("06BERLIN900002")
        self.assertEqual(self.get("/cable/06BERLIN900002/").status, 200)
