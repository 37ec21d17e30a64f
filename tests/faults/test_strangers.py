"""What a stranger can do to others over HTTP: to the room itself, and through nginx and Caddy."""

import json
import signal
import socket
import tempfile
import threading
import time
from contextlib import ExitStack
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg
from django.test import SimpleTestCase

from cables.http_cache.edition import index_version
from tests.faults import hostile
from tests.faults.room import Room
from tests.faults.slow_clients import HOST, SlowClients
from tests.proxies import NAME, caddy_before, nginx_before
from tests.slow import slow
from tests.waiting import PATIENCE, wait_until

CABLE = "/cable/06LISBON900412/"
AIMED_AT = (CABLE, "/tag/SCUL/", "/search/?q=lens")
PAGES = (
    *("/", *AIMED_AT, f"{CABLE}cite/", "/cable/06LISBON900412.txt", "/cable/06LISBON900412.json"),
    *("/cable/06LISBON900412", "/released.atom", "/search.json?q=lens", "/search.csv?q=lens"),
    *("/openapi.json", "/sitemap.xml", "/robots.txt", "/nowhere/", "/cable/06LISBON900999/"),
)
CODINGS = ("", "gzip", "br")
SAME = ("Content-Type", "Content-Encoding", "Content-Length", "Location", "Vary", "Cache-Control")
BROKEN = (500, 504)  # 502 is what Caddy says of a body that it cannot read.
SLOW_AT = {"headers": "/tag/", "body": "/quote/", "readers": "/origin/map/", "idle": "/"}
FLOODS = {
    "requests with a Host that is not ours": b"GET / HTTP/1.1\r\nHost: flood.example\r\n\r\n",
    "forms without their token": hostile.request(
        *("POST", "/quote/?flood", f"Host: {NAME}", "Content-Length: 0")
    ),
    "answers 404 (Not Found)": hostile.request("GET", "/flood/", f"Host: {NAME}"),
    "answers 400 (Bad Request)": b"GET / HTTP/1.1\r\nflood\r\n\r\n",
    # Python 3.13 has another phrase than 3.11.
    f"answers 413 ({HTTPStatus(413).phrase})": hostile.request(
        *("POST", "/flood/", f"Host: {NAME}", "Content-Length: 99000000")
    ),
}
TIMES = 40


@slow("no whole room closed, filled, or attacked")
class StrangersTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = Room()
        cls.addClassCleanup(cls.room.close)
        cls.room.environment["ALLOWED_HOSTS"] = f"{NAME},127.0.0.1"
        cls.index = cls.room.environment["SEARCH_INDEX_DIR"] = f"{cls.room.folder.name}/index"
        cls.room.open()
        cls.stack = ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.ways, cls.missing = {"the room itself": cls.room.port}, []
        cls.before("nginx", nginx_before, ("rate=20r/s", "rate=9000r/s"))
        cls.before("Caddy", caddy_before)

    @classmethod
    def before(cls, way, proxy, *changes):
        folder = Path(cls.stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            cls.ways[way] = cls.stack.enter_context(proxy(cls.room.port, folder, *changes))
        except LookupError as error:
            cls.missing.append(str(error))

    def tearDown(self):
        if self.missing:
            self.skipTest("; ".join(self.missing))

    def test_no_request_changes_what_others_get(self):
        for way, port in self.ways.items():
            expected = self.pages(port)
            self.assertEqual(expected[CABLE, ""][0], 200)
            self.new_edition()
            for path in AIMED_AT:
                for sent in hostile.requests(path):
                    with self.subTest(way, sent=sent):
                        self.assertNotIn(answer(port, sent), BROKEN)
            for _ in range(3):  # So that each process is asked.
                for asked, page in self.pages(port).items():
                    with self.subTest(way, asked=asked):
                        self.assertEqual(page, expected[asked])

    def pages(self, port):
        """Return {(address, coding): what everyone gets}."""
        return {(path, coding): get(port, path, coding) for path in PAGES for coding in CODINGS}

    def new_edition(self):
        """Have all pages made anew, as after a change of the archive.

        A search that is answered while the index commits is not stored, and says so.
        """
        with self.settings(SEARCH_INDEX_DIR=self.index):
            before = index_version()
            with psycopg.connect(self.room.server.url(), autocommit=True) as session:
                session.execute("UPDATE cables_state SET number = number + 1")
            wait_until(lambda: index_version() != before)

    def test_readers_get_pages_beside_slow_clients(self):
        for way, port in self.ways.items():
            for kind, path in SLOW_AT.items():
                slow = SlowClients(kind, port, name=NAME, path=path)
                with self.subTest(way, kind=kind), slow:
                    time.sleep(0.5)
                    for number in range(4):
                        self.assertEqual(get(port, f"/tag/?{kind}={number}")[0], 200)

    def test_the_log_stays_short_and_holds_no_word_of_theirs(self):
        lines = self.lines()
        for sent in FLOODS.values():
            threads = [threading.Thread(target=flood, args=[self.room.port, sent]) for _ in "1234"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertLess(len(self.lines()) - len(lines), 10)
        self.assertNotIn("flood", self.room.log.read_text())

    def lines(self):
        return self.room.log.read_text().splitlines()

    @classmethod
    def tearDownClass(cls):
        """All that was refused was counted."""
        cls.room.process.send_signal(signal.SIGTERM)
        cls.room.process.wait(PATIENCE)
        said = [
            json.loads(line) for line in cls.room.log.read_text().splitlines() if line[:1] == "{"
        ]
        told = " ".join(line["message"] for line in said if line["logger"].endswith("counts"))
        for kind in FLOODS:
            if kind not in told:
                raise AssertionError(f"It does not tell of {kind}: {told}")


def flood(port, sent):
    for _ in range(TIMES // 4):
        answer(port, sent)


def answer(port, sent):
    """Return the status that a request gets, sent as it is; 0 where it gets none."""
    with socket.create_connection((HOST, port), timeout=PATIENCE) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            head = connection.recv(15)
        except OSError:
            return 0
        return int(head[9:12]) if head[9:12].isdigit() else 0


def get(port, path, coding=""):
    """Return the status, the headers that make a difference and the body that a reader gets."""
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        headers = {"Host": NAME, "Accept-Encoding": coding}
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        told = [response.headers[name] for name in SAME]
        return response.status, told, response.read()
    except (OSError, HTTPException) as error:
        return 0, [], repr(error)
    finally:
        connection.close()
