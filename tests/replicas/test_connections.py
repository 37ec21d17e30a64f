"""What a thread is connected to, and what becomes of a request whose connection breaks."""

import time
from contextlib import contextmanager
from unittest.mock import Mock, patch

import psycopg
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory, SimpleTestCase

from cables.management.room_command import ReaderCommand
from cables.mirror import processes
from cables.search_index.indexer import IndexFollower
from reading_room.environment import REPLICAS
from reading_room.replicas.base import DatabaseWrapper
from reading_room.replicas.monitor import FLEETS, Fleet
from reading_room.replicas.replica_middleware import ReplicasMiddleware, is_signed_in
from reading_room.replicas.server import ArchiveState, Server
from tests.base import TestCase

NOWHERE = "/nowhere"
ALIAS = "default"  # Django reads what the types of extensions are from a connection of this name.


class ConnectionTests(TestCase):
    """Every server is that of the tests, which goes by several names, or stands nowhere."""

    def setUp(self):
        here = connection.settings_dict
        self.one, self.two, self.primary = (
            Server(here["HOST"], here["PORT"], Mock()) for _ in range(3)
        )
        self.fleet = FLEETS[ALIAS] = Fleet([self.primary], [self.one, self.two], 60)
        self.addCleanup(FLEETS.clear)
        self.primary.is_standby = False
        self.say(7, 7, 7)
        self.fleet.note(time.monotonic(), self.primary)
        self.say(7, 7)
        engine = {"ENGINE": REPLICAS, "OPTIONS": {}, "CONN_HEALTH_CHECKS": True}
        self.reader = DatabaseWrapper({**here, **engine}, ALIAS)
        self.addCleanup(self.reader.close)

    def say(self, *numbers):
        """Say which number each server shows, None that it does not answer."""
        for server, number in zip((self.one, self.two, self.primary), numbers, strict=False):
            server.state = None if number is None else ArchiveState(number)
            server.is_trusted, server.asked = True, time.monotonic()

    def ask(self, statement="SELECT pg_backend_pid()"):
        with self.reader.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]

    def begin_request(self):
        self.reader.close_if_unusable_or_obsolete()
        self.reader.health_check_done = False

    def test_readers_are_spread_over_the_replicas(self):
        found = set()
        for _ in range(40):
            self.reader.close()
            self.ask()
            found.add(self.reader.server)
        self.assertEqual(found, {self.one, self.two})

    def test_where_no_replica_is_well_the_primary_is_read_until_one_is(self):
        self.say(None, 6)
        self.ask()
        self.assertIs(self.reader.server, self.primary)
        self.say(None, 7)
        self.begin_request()
        self.ask()
        self.assertIs(self.reader.server, self.two)

    def test_a_connection_lasts_as_long_as_its_replica_is_well(self):
        self.say(7, None)
        first = self.ask()
        self.begin_request()
        self.assertEqual(self.ask(), first)
        self.say(6, 7)
        self.begin_request()
        self.assertNotEqual(self.ask(), first)
        self.assertIs(self.reader.server, self.two)

    def is_reader(self):
        """Let everything read as this reader, until the test ends."""
        self.enterContext(patch.object(connections._connections, "reader", self.reader))

    @patch("cables.search_index.indexer.update")
    def test_the_index_follows_another_server_when_its_replica_falls_behind(self, update):
        self.is_reader()
        follower = IndexFollower()
        for numbers, server in (((7, None), self.one), ((6, 7), self.two)):
            self.say(*numbers)
            follower.look()
            self.assertIs(self.reader.server, server)

    def test_what_writes_files_reads_the_primary(self):
        self.is_reader()
        ask = Mock(side_effect=lambda *_, **options: self.ask() and None)
        with patch.object(processes, "makers", [Mock(make=ask)]):
            processes.render_batch([])
        self.assertIs(self.reader.server, self.primary)
        self.reader.close()
        call_command(type("Command", (ReaderCommand,), {"handle": ask})())
        self.assertIs(self.reader.server, self.primary)

    def test_one_that_cannot_be_reached_is_left_out(self):
        self.say(7, None)
        self.one.host = NOWHERE
        with self.assertLogs("reading_room.replicas", "WARNING"):
            self.ask()
        self.assertIs(self.reader.server, self.primary)
        self.assertIsNone(self.one.state)

    def test_an_error_says_that_no_server_can_be_reached(self):
        self.one.host = self.two.host = self.primary.host = NOWHERE
        with self.assertLogs("reading_room.replicas"), self.assertRaises(OperationalError):
            self.ask()
        self.assertTrue(self.reader.broke)

    def test_a_connection_that_breaks_is_noted(self):
        self.say(7, None)
        with self.assertLogs("reading_room.replicas"), self.assertRaises(OperationalError):
            self.ask("SELECT pg_terminate_backend(pg_backend_pid())")
        self.assertTrue(self.reader.broke)
        self.assertIsNone(self.one.state)

    def test_what_a_replica_ends_for_the_sake_of_the_primary_is_noted(self):
        raised = "DO $$ BEGIN RAISE SQLSTATE '{}' USING MESSAGE = 'ended'; END $$"
        for code, noted in (("40001", True), ("40P01", True), ("57014", False)):
            with self.subTest(code):
                self.reader.broke = False
                with self.assertRaises(OperationalError):
                    self.ask(raised.format(code))
                self.assertEqual(self.reader.broke, noted)
                self.assertEqual((self.one.state, self.two.state), ((7, None), (7, None)))

    def test_who_may_have_written_reads_the_primary_for_that_request(self):
        self.ask()
        self.begin_request()
        with self.reader.at_primary():
            first = self.ask()
            self.assertIs(self.reader.server, self.primary)
        self.assertEqual(self.ask(), first, "What streams goes on.")
        self.begin_request()
        self.ask()
        self.assertIsNot(self.reader.server, self.primary)

    def test_a_primary_that_is_silent_is_not_asked_who_is_signed_in(self):
        self.assertTrue(self.reader.hears_primary)
        self.say(7, 7, None)
        self.assertFalse(self.reader.hears_primary)

    def test_without_one_primary_nothing_is_written_or_read_in_its_place(self):
        self.say(None, None, None)
        for problem, words in (("", "No PostgreSQL server"), ("Several", "Several")):
            self.fleet.problem = problem
            with self.subTest(words), self.assertRaisesRegex(OperationalError, words):
                self.ask()
        self.fleet.replicas, self.fleet.problem = [], ""
        with self.assertRaisesRegex(psycopg.OperationalError, "No PostgreSQL server"):
            self.reader.get_connection_params()
        self.say(None, None, 7)
        named = self.reader.get_connection_params()
        self.assertEqual(named["host"], self.primary.host)


class Reader:
    """A connection that breaks so many times."""

    def __init__(self, breaks):
        self.breaks, self.broke, self.primary = breaks, False, False
        self.close = Mock()

    @contextmanager
    def at_primary(self):
        self.primary = True
        yield
        self.primary = False


class MiddlewareTests(SimpleTestCase):
    def answers(self, method, breaks, kind=HttpResponse):
        """Return the status of a request during which the connection breaks, and the attempts."""
        reader, attempts = Reader(breaks), []

        def get_response(request):
            attempts.append(request.path)
            reader.broke = reader.broke or len(attempts) <= reader.breaks
            return kind(status=500 if len(attempts) <= reader.breaks else 200)

        with patch("reading_room.replicas.replica_middleware.connections", {"reader": reader}):
            request = RequestFactory().generic(method, "/tag/EFIS/")
            return ReplicasMiddleware(get_response)(request).status_code, len(attempts)

    def test_a_safe_request_is_answered_once_more(self):
        for method, breaks, expected in (
            ("GET", 0, (200, 1)),
            ("GET", 1, (200, 2)),
            ("HEAD", 1, (200, 2)),
            ("GET", 2, (500, 2)),
            ("POST", 1, (500, 1)),
        ):
            with self.subTest(method, breaks=breaks):
                self.assertEqual(self.answers(method, breaks), expected)

    def test_a_stream_that_has_begun_is_not(self):
        self.assertEqual(self.answers("GET", 1, StreamingHttpResponse), (500, 1))

    def test_only_the_signed_in_read_the_primary(self):
        for signed_in in (True, False):
            reader, seen = Reader(0), []
            with (
                self.subTest(signed_in),
                patch("reading_room.replicas.replica_middleware.connections", {"reader": reader}),
                patch(
                    "reading_room.replicas.replica_middleware.is_signed_in", return_value=signed_in
                ),
            ):
                answer = ReplicasMiddleware(
                    lambda request, of=reader, seen=seen: seen.append(of.primary) or HttpResponse()
                )
                answer(RequestFactory().get("/"))
                self.assertEqual(seen, [signed_in])


class SignedInTests(TestCase):
    def setUp(self):
        self.reader = Mock(hears_primary=True)
        of = {"reader": self.reader}
        self.enterContext(patch("reading_room.replicas.replica_middleware.connections", of))

    def request(self, key):
        request = RequestFactory().get("/")
        request.COOKIES = {"sessionid": key} if key else {}
        return request

    def test_a_session_that_exists(self):
        session = SessionStore()
        session.create()
        self.assertTrue(is_signed_in(self.request(session.session_key)))
        self.assertFalse(is_signed_in(self.request("made-up")))

    def test_readers_without_a_cookie_cost_nothing(self):
        with self.assertNumQueries(0):
            self.assertFalse(is_signed_in(self.request("")))

    def test_without_the_primary_everybody_reads_alike(self):
        self.reader.hears_primary = False
        with self.assertNumQueries(0):
            self.assertFalse(is_signed_in(self.request("made-up")))
        self.reader.hears_primary = True
        for error in (OperationalError, InterfaceError):
            with patch.object(SessionStore, "exists", side_effect=error):
                self.assertFalse(is_signed_in(self.request("made-up")))
