"""Which replicas are read from when some are late, stop answering and recover."""

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
    """Without a server: numbers of the archive and seconds; each server has just answered."""

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

    def test_a_late_replica_is_left_out_until_it_has_caught_up(self):
        self.at(100, 7, 7, 7)
        self.at(101, 8, 7, 8)
        self.assertEqual(self.at(101 + LAG - 2, 8, 7, 8), ["two"])
        self.assertEqual(self.at(101 + LAG, 9, 8, 9), ["one", "two"])

    def test_a_replica_that_follows_a_busy_archive_is_used(self):
        for now in range(100, 160):
            well = self.at(now, now, now - 2, now - LAG)
        self.assertEqual(well, ["one"])

    def test_no_replica_is_behind_while_nothing_changes(self):
        for now in (100, 1_000, 100_000):
            self.assertEqual(self.at(now, 7, 7, 7), ["one", "two"])

    def test_at_the_start_a_replica_must_have_the_number_of_the_primary(self):
        self.assertEqual(self.at(100, 7, 6, 7), ["two"])

    def test_a_replica_that_does_not_answer_is_left_out_until_it_does(self):
        self.assertEqual(self.at(100, 7, None, 7), ["two"])
        self.assertEqual(self.at(101, 7, 7, 7), ["one", "two"])

    def test_a_replica_that_has_stopped_answering_is_left_out(self):
        self.at(100, 7, 7, 7)
        self.clock.return_value = 100 + LAG + 1
        self.assertEqual(self.fleet.well(), [])

    def test_readers_can_read_while_the_primary_is_down(self):
        self.at(100, 7, 7, 6)
        self.assertEqual(self.at(1_000, None, 7, 6), ["one"])
        self.assertEqual(self.at(1_001, None, 8, 8), ["one", "two"])

    def test_a_restored_primary_may_have_a_lower_number(self):
        self.at(100, 7, 7, 7)
        self.at(101, 3, 3, 3)
        self.assertEqual(self.at(101 + LAG, 3, 3, 2), ["one"])


class ServerTests(TestCase):
    def setUp(self):
        self.connection = Mock()
        self.connection.execute.return_value.fetchone.return_value = (7,)
        self.server = Server("one", 5432, Mock(return_value=self.connection))

    def test_a_server_reports_the_number_of_its_archive(self):
        for row, number in (((7,), 7), (None, 0)):
            self.connection.execute.return_value.fetchone.return_value = row
            self.server.look()
            self.assertEqual(self.server.number, number)
        self.server.connect.assert_called_once_with()

    def test_a_server_is_connected_again_after_an_error_and_logged_once(self):
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

    def test_the_address_of_a_server_is_that_of_the_settings(self):
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

    def test_the_servers_of_an_alias_are_watched_once_in_a_process(self):
        described = {"REPLICAS": [{"HOST": "one", "PORT": 1}], "PRIMARY": {"HOST": "", "PORT": ""}}
        described |= {"LAG": LAG, "OPTIONS": {}}
        self.addCleanup(FLEETS.clear)
        with patch.object(Fleet, "start") as start:
            self.assertIs(fleet_of("made-up", described), fleet_of("made-up", described))
        start.assert_called_once_with()
