"""nginx in front of the room, with the file of docs/deployment: it keeps pages, and no old one."""

import http.client
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from unittest.mock import patch

from django.conf import settings
from django.core.cache import caches
from django.core.signals import request_started
from django.test import override_settings

from cables.api.data_sets import make_data_set
from cables.http_cache.middleware import WHILE_REVALIDATING, PageCacheMiddleware
from reading_room.settings import page_cache
from tests.base import LiveServerTestCase
from tests.benchmarks.web import HOST
from tests.builders import forget_counts, make_cable, withhold
from tests.proxies import NAME, nginx_before
from tests.waiting import PATIENCE, wait_until

CABLE, LIST = "/cable/06BERLIN900001/", "/tag/EFIS/"
# Seconds for which nginx may show a page; one more because it counts whole seconds of the clock.
LONGEST = settings.PROXY_SECONDS + WHILE_REVALIDATING + 1
HELD = {name: page_cache(f"tests: {name}", 1) for name in ("pages", "questions")}


@override_settings(ALLOWED_HOSTS=[NAME], CACHES=settings.CACHES | HELD)
class NginxTests(LiveServerTestCase):
    def setUp(self):
        forget_counts()
        caches["pages"].clear()
        self.cable = make_cable(subject="HARBOR FEES", tags=["EFIS"])
        self.room = self.server_thread.port
        try:
            self.port = self.enterContext(nginx_before(self.room, self.folder))
        except LookupError as error:
            self.skipTest(str(error))

    def get(self, address, port=None, **headers):
        """Return the answer to a request through nginx, or at another port, with its text."""
        connection = http.client.HTTPConnection(HOST, port or self.port, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request("GET", address, headers={"Host": NAME, **headers})
        response = connection.getresponse()
        response.text = response.read().decode(errors="replace")
        return response

    def asked(self):
        """Return a list that gets the address of each request that reaches the room."""
        addresses = []

        def note(environ, **_):
            addresses.append(environ["PATH_INFO"])

        request_started.connect(note)
        self.addCleanup(request_started.disconnect, note)
        return addresses

    def get_kept(self):
        """Return the page if nginx sends it without asking the room, as it does for a second."""
        page = self.get(CABLE)
        return None if page.headers["Cache-Status"] else page

    def get_at_once(self, address, times):
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(lambda _: self.get(address), range(times)))

    def test_a_page_is_made_once_and_not_sent_to_who_has_it(self):
        first = self.get(CABLE)
        self.assertEqual(self.get(CABLE, self.room).headers["Cache-Status"], "reading-room; hit")
        second = wait_until(self.get_kept)
        self.assertEqual((first.status, second.status), (200, 200))
        self.assertIn("raised", second.text)
        self.assertIsNone(second.headers["X-Accel-Expires"])
        known = self.get(CABLE, **{"If-None-Match": first.headers["ETag"]})
        self.assertEqual((known.status, known.text), (304, ""))

    def test_many_readers_in_one_second_are_one_request_to_the_room(self):
        asked = self.asked()
        for address in ("/", CABLE):
            begun = time.monotonic()
            pages = self.get_at_once(address, 20)
            seconds = int(time.monotonic() - begun)  # 0, but on a busy machine.
            with self.subTest(address):
                self.assertEqual({page.status for page in pages}, {200})
                self.assertIn(asked.count(address), range(1, 2 + seconds))
        time.sleep(LONGEST)
        before = asked.count(CABLE)
        self.assertEqual(self.get(CABLE).status, 200)
        self.assertEqual(asked.count(CABLE), before + 1)

    @override_settings(CDN_SECONDS=60)
    def test_what_is_no_page_is_asked_of_the_room_each_time(self):
        asked, redirect = self.asked(), CABLE.rstrip("/")
        for _ in range(2):
            self.assertEqual(self.get(redirect).status, 301)
        self.assertEqual(asked, [redirect] * 2)

    @override_settings(PROXY_SECONDS=0)
    def test_the_room_is_asked_each_time_where_the_setting_says_so(self):
        asked = self.asked()
        for _ in range(3):
            self.assertEqual(self.get(CABLE).status, 200)
        self.assertEqual(asked, [CABLE] * 3)

    def test_each_reader_gets_the_compression_that_it_can_read(self):
        for _ in range(2):
            for accepted, coding in (
                ("gzip, deflate, br, zstd", "br"),
                ("br", "br"),
                ("gzip", "gzip"),
                ("br;q=0, gzip", None),
                ("brotli, x-gzip", None),
                ("", None),
            ):
                with self.subTest(accepted):
                    page = self.get(CABLE, **{"Accept-Encoding": accepted})
                    self.assertEqual(page.headers["Content-Encoding"], coding)
                    self.assertIn("Accept-Encoding", page.headers["Vary"])

    def test_an_earlier_version_is_asked_of_the_room(self):
        self.get(CABLE)
        then = {"Accept-Datetime": "Thu, 31 May 2007 20:35:00 GMT"}
        self.assertEqual(self.get(CABLE, **then).status, 302)
        self.assertEqual(self.get(CABLE).status, 200)

    def test_what_a_reader_asks_is_written_nowhere(self):
        first = self.get("/search/?q=harbor")
        self.assertIn("06BERLIN900001", first.text)
        known = self.get("/search/?q=harbor", **{"If-None-Match": first.headers["ETag"]})
        self.assertEqual((known.status, known.text), (304, ""))
        self.get(CABLE)
        kept = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        self.assertTrue(any(CABLE.encode() in text for text in kept))
        self.assertFalse(any(b"q=harbor" in text for text in kept))

    def test_what_is_withheld_is_gone_in_a_moment(self):
        pages = {address: self.get(address) for address in (CABLE, LIST)}
        for page in pages.values():
            self.assertIn("HARBOR FEES", page.text.upper())
        withhold(self.cable, "It names a witness.")
        time.sleep(LONGEST)
        for address, page in pages.items():
            for headers in ({}, {"If-None-Match": page.headers["ETag"]}):
                with self.subTest(address, **headers):
                    after = self.get(address, **headers)
                    self.assertIn(after.status, (200, 404, 410))
                    self.assertNotIn("HARBOR FEES", after.text.upper())

    def test_who_sends_too_much_is_told_when_to_try_again(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        few = (("rate=20r/s", "rate=1r/m"), ("burst=60", "burst=1"))
        port = self.enterContext(nginx_before(self.room, folder, *few))
        answers = [self.get(CABLE, port) for _ in range(3)]
        self.assertEqual([each.status for each in answers], [200, 200, 429])
        self.assertEqual(answers[2].headers["Retry-After"], "1")
        self.assertEqual(answers[2].text, "Too many requests. Try again in a second.\n")

    def test_a_data_set_is_sent_in_parts_and_gone_at_once(self):
        site = {"DATA_SETS": f"https://{NAME}", "DATA_SETS_DIR": self.folder / "data_sets"}
        with override_settings(**site):
            address = f"/datasets/{make_data_set().version}/texts.sha256"
            whole = self.get(address)
            part = self.get(address, Range="bytes=2-5", **{"If-Range": whole.headers["ETag"]})
            self.assertEqual((part.status, part.text), (206, whole.text[2:6]))
            withhold(self.cable, "It names a witness.")
            for headers in ({}, {"Range": "bytes=2-5"}, {"If-None-Match": whole.headers["ETag"]}):
                with self.subTest(**headers):
                    self.assertEqual(self.get(address, **headers).status, 404)

    def test_a_slow_room_is_no_reason_to_show_an_old_page(self):
        """While one reader waits for the room, another does not get what was withheld since."""
        self.assertIn("HARBOR FEES", self.get(LIST).text.upper())
        time.sleep(LONGEST)
        withhold(self.cable, "It names a witness.")
        answer, may_answer = PageCacheMiddleware.answer, Event()

        def slowly(*args):
            may_answer.wait(PATIENCE)
            return answer(*args)

        with patch.object(PageCacheMiddleware, "answer", slowly), ThreadPoolExecutor(2) as pool:
            readers = [pool.submit(self.get, LIST) for _ in range(2)]
            time.sleep(0.5)
            self.assertFalse(any(reader.done() for reader in readers))
            may_answer.set()
            for reader in readers:
                self.assertNotIn("HARBOR FEES", reader.result().text.upper())

    def test_what_is_private_is_kept_by_nobody(self):
        self.get(CABLE)
        signed_in = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=any"}
        for headers, kept in ((signed_in, "no-store"), ({}, "public")):
            page = self.get(CABLE, **headers)
            self.assertEqual(page.status, 200, page.text)
            self.assertIn(kept, page.headers["Cache-Control"])
        self.assertEqual(self.get("/cable/06BERLIN900002/").status, 404)
        make_cable("06BERLIN900002")
        self.assertEqual(self.get("/cable/06BERLIN900002/").status, 200)

    def test_the_desk_is_never_kept(self):
        asked = self.asked()
        for address in ("/admin/login/", "/healthz"):
            self.get_at_once(address, 3)
            self.assertEqual(asked.count(address), 3)
        kept = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        self.assertFalse(any(b"csrftoken" in text for text in kept))
