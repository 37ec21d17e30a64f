"""Which replicas readers read from, as they fall behind, fall silent and come back."""

from unittest import TestCase
from unittest.mock import Mock, patch

import psycopg

from reading_room.replicas.monitor import (
    APPLICATION_NAME,
    FLEETS,
    Fleet,
    Server,
    fleet_of,
    server_at,
)

LAG = 5


class FleetTests(TestCase):
    """Numbers and seconds, without a server; every server was asked just now."""

    def setUp(self):
        self.clock = self.enterContext(patch("reading_room.replicas.monitor.time")).monotonic
        self.one, self.two = (Server(name, 5432, Mock()) for name in ("one", "two"))
        self.fleet = Fleet(Server("primary", 5432, Mock()), [self.one, self.two], LAG)

    def at(self, now, primary, one, two):
        """Say what each server shows now; return the replicas that are well."""
        self.clock.return_value = now
        if primary is not None:
            self.fleet.note(now, primary)
        for server, number in ((self.one, one), (self.two, two)):
            server.number = number
            server.asked = now if number is not None else server.asked
        return [str(server).partition(":")[0] for server in self.fleet.well()]

    def test_a_replica_may_be_a_little_behind(self):
        self.assertEqual(self.at(100, 7, 7, 7), ["one", "two"])
        self.assertEqual(self.at(101, 8, 7, 8), ["one", "two"])
        self.assertEqual(self.at(102, 8, 7, 8), ["one", "two"])

    def test_it_is_left_out_before_it_is_further_behind_and_comes_back(self):
        self.at(100, 7, 7, 7)
        self.at(101, 8, 7, 8)
        self.assertEqual(self.at(101 + LAG - 2, 8, 7, 8), ["two"])
        self.assertEqual(self.at(101 + LAG, 9, 8, 9), ["one", "two"])

    def test_one_that_follows_a_busy_archive_is_well(self):
        for now in range(100, 160):
            well = self.at(now, now, now - 2, now - LAG)
        self.assertEqual(well, ["one"])

    def test_nothing_is_behind_where_nothing_changes(self):
        for now in (100, 1_000, 100_000):
            self.assertEqual(self.at(now, 7, 7, 7), ["one", "two"])

    def test_at_the_start_it_must_show_what_the_primary_shows(self):
        self.assertEqual(self.at(100, 7, 6, 7), ["two"])

    def test_one_that_does_not_answer_is_left_out_until_it_does(self):
        self.assertEqual(self.at(100, 7, None, 7), ["two"])
        self.assertEqual(self.at(101, 7, 7, 7), ["one", "two"])

    def test_one_that_has_stopped_answering_is_left_out(self):
        self.at(100, 7, 7, 7)
        self.clock.return_value = 100 + LAG + 1
        self.assertEqual(self.fleet.well(), [])

    def test_readers_go_on_without_the_primary(self):
        self.at(100, 7, 7, 6)
        self.assertEqual(self.at(1_000, None, 7, 6), ["one"])
        self.assertEqual(self.at(1_001, None, 8, 8), ["one", "two"])

    def test_a_primary_that_was_restored_may_show_less(self):
        self.at(100, 7, 7, 7)
        self.at(101, 3, 3, 3)
        self.assertEqual(self.at(101 + LAG, 3, 3, 2), ["one"])


class ServerTests(TestCase):
    def setUp(self):
        self.connection = Mock()
        self.connection.execute.return_value.fetchone.return_value = (7,)
        self.server = Server("one", 5432, Mock(return_value=self.connection))

    def test_says_what_it_shows(self):
        for row, number in (((7,), 7), (None, 0)):
            self.connection.execute.return_value.fetchone.return_value = row
            self.server.look()
            self.assertEqual(self.server.number, number)
        self.server.connect.assert_called_once_with()

    def test_connects_anew_after_an_error_and_says_so_once(self):
        self.server.look()
        self.connection.execute.side_effect = psycopg.OperationalError("terminated")
        with self.assertLogs("reading_room.replicas", "WARNING") as logged:
            self.server.look()
            self.server.look()
        self.assertEqual(len(logged.output), 1)
        self.assertIn("PostgreSQL at one:5432 is left out: terminated", logged.output[0])
        self.assertIsNone(self.server.number)
        self.connection.execute.side_effect = None
        self.server.look()
        self.assertEqual(self.server.connect.call_count, 3)
        self.assertEqual(self.server.number, 7)

    def test_is_found_as_the_settings_say(self):
        described = {"NAME": "cables", "USER": "reader", "PASSWORD": "", "OPTIONS": {}}
        for host, port, more in (
            ("one", 5433, {}),
            ("one,two", "1,2", {"target_session_attrs": "read-write"}),
        ):
            with self.subTest(host), patch("reading_room.replicas.monitor.psycopg") as driver:
                server_at({"HOST": host, "PORT": port}, described).connect()
                given = {"dbname": "cables", "user": "reader", "host": host, "port": port} | more
                told = {"application_name": APPLICATION_NAME, "autocommit": True}
                driver.connect.assert_called_once_with(**given, **told)

    def test_are_watched_once_in_a_process(self):
        described = {"REPLICAS": [{"HOST": "one", "PORT": 1}], "PRIMARY": {"HOST": "", "PORT": ""}}
        described |= {"LAG": LAG, "OPTIONS": {}}
        self.addCleanup(FLEETS.clear)
        with patch.object(Fleet, "start") as start:
            self.assertIs(fleet_of("made-up", described), fleet_of("made-up", described))
        start.assert_called_once_with()
