"""Which servers are read from when some are late, differ, stop answering and recover."""

from unittest import TestCase
from unittest.mock import Mock, patch

import psycopg

from reading_room.replicas.monitor import APPLICATION_NAME, FLEETS, Fleet, fleet_of, server_at
from reading_room.replicas.server import NO_CHANGES, ArchiveState, Server

LAG = 5
LOG = "reading_room.replicas"


def states(text):
    """Return the states of "1 2 2b": numbers, and letters for times of another history."""
    named = ((each.rstrip("abc"), each) for each in text.split())
    return [ArchiveState(int(number), name) for number, name in named]


class StandIn(Server):
    """A server that shows what a test sets: its history, or None while it does not answer."""

    def __init__(self, name, is_standby=True):
        super().__init__(name, 5432, Mock(side_effect=Mock))
        self.shown, self.becomes, self.timeline, self.clock = None, is_standby, 1, None

    def query(self, asked_for):
        if self.shown is None:
            raise psycopg.OperationalError("no route")
        if self.connection is None:
            self.state, self.is_trusted, self.doubted = None, False, None
            self.connection = self.connect()
        self.history, self.is_standby, self.asked = (7, self.timeline), self.becomes, self.clock()
        self.state, self.past = ([NO_CHANGES, *self.shown])[-1], {NO_CHANGES, *self.shown}


class FleetTests(TestCase):
    """Servers that stand in, and seconds."""

    def setUp(self):
        self.clock = self.enterContext(patch("reading_room.replicas.monitor.time")).monotonic
        self.clock.return_value = 100
        self.log = Mock()
        for module in ("monitor", "server"):
            self.enterContext(patch(f"{LOG}.{module}.log", self.log))
        self.primary, self.other = StandIn("primary", is_standby=False), StandIn("other")
        self.one, self.two = StandIn("one"), StandIn("two")
        self.fleet = self.fleet_with([self.primary])

    def fleet_with(self, candidates):
        fleet = Fleet(candidates, [self.one, self.two], LAG)
        for server in fleet.servers:
            server.clock = self.clock
        return fleet

    def at(self, now, primary, one, two, **others):
        """Look twice at servers that show these histories; return the replicas that are well."""
        self.clock.return_value = now
        for server, text in ((self.primary, primary), (self.one, one), (self.two, two)):
            server.shown = None if text is None else states(text)
        for name, text in others.items():
            getattr(self, name).shown = None if text is None else states(text)
        for _ in range(2):
            self.look()
        return [server.host for server in self.fleet.well()]

    def look(self):
        for server in reversed(self.fleet.servers):
            self.fleet.look(server)

    def logged(self):
        """Return the errors and the last warning that were logged since the last call."""
        errors, warnings = (
            [call.args[0] % call.args[1:] for call in log.call_args_list]
            for log in (self.log.error, self.log.warning)
        )
        self.log.reset_mock()
        return errors, (warnings or [""])[-1]

    def test_a_replica_may_be_a_little_behind(self):
        self.assertEqual(self.at(100, "7", "7", "7"), ["one", "two"])
        self.assertEqual(self.at(101, "7 8", "7", "7 8"), ["one", "two"])
        self.assertEqual(self.at(102, "7 8", "7", "7 8"), ["one", "two"])

    def test_a_late_replica_is_left_out_until_it_has_caught_up(self):
        self.at(100, "7", "7", "7")
        self.at(101, "7 8", "7", "7 8")
        self.assertEqual(self.at(101 + LAG - 2, "7 8", "7", "7 8"), ["two"])
        self.assertEqual(self.at(101 + LAG, "7 8 9", "7 8", "7 8 9"), ["one", "two"])

    def test_a_replica_that_follows_a_busy_archive_is_used(self):
        for now in range(10, 70):
            history = [" ".join(map(str, range(1, now - late + 1))) for late in (0, 2, LAG)]
            well = self.at(now, *history)
        self.assertEqual(well, ["one"])

    def test_no_replica_is_behind_while_nothing_changes(self):
        for now, text in ((90, ""), (100, "7"), (1_000, "7"), (100_000, "7")):
            self.assertEqual(self.at(now, text, text, text), ["one", "two"])

    def test_at_the_start_a_replica_must_have_the_number_of_the_primary(self):
        self.assertEqual(self.at(100, "6 7", "6", "6 7"), ["two"])

    def test_a_replica_that_does_not_answer_is_left_out_until_it_does(self):
        self.assertEqual(self.at(100, "7", None, "7"), ["two"])
        self.assertEqual(self.at(101, "7", "7", "7"), ["one", "two"])

    def test_an_error_of_any_kind_does_not_end_the_watching(self):
        self.assertEqual(self.at(100, "7", "7", "7"), ["one", "two"])
        self.one.query = Mock(side_effect=KeyError("state"))
        sleep = Mock(side_effect=[None, SystemExit])
        with patch(f"{LOG}.monitor.time.sleep", sleep), self.assertRaises(SystemExit):
            self.fleet._watch(self.one)
        self.assertEqual(sleep.call_count, 2)
        self.assertFalse(self.one.is_trusted)

    def test_a_replica_that_has_stopped_answering_is_left_out(self):
        self.at(100, "7", "7", "7")
        self.clock.return_value = 100 + LAG + 1
        self.assertEqual(self.fleet.well(), [])

    def test_a_replica_with_what_the_primary_never_had_is_left_out_and_logged_once(self):
        """Also with a higher number, and with one that the primary has reached by another way."""
        self.at(100, "7", "7", "7")
        for now, primary, one in ((101, "7", "7 8b"), (102, "7 8 9", "7 8b 9b 10b")):
            with self.subTest(one):
                self.assertEqual(self.at(now, primary, one, primary), ["two"])
                self.at(now, primary, one, primary)
                self.assertEqual(len(self.logged()[0]), 1 if now == 101 else 0)
        self.assertEqual(self.fleet.fitness()[self.one], False)
        self.assertEqual(self.at(103, "7 8 9", "7 8 9", "7 8 9"), ["one", "two"])
        self.assertIn("one:5432 is used again", self.logged()[1])

    def test_a_state_that_a_replica_shows_before_the_primary_is_no_other_history(self):
        """As with synchronous replication: it is asked for twice."""
        self.at(100, "7", "7", "7")
        self.one.shown = states("7 8")
        self.look()
        self.assertTrue(self.fleet.is_well(self.one))
        self.assertEqual(self.at(101, "7 8", "7 8", "7 8"), ["one", "two"])

    def test_a_replica_that_connects_again_may_be_another_server(self):
        self.at(100, "7", "7", "7")
        self.one.close()
        self.one.shown = states("7 8b")
        self.fleet.look(self.one)
        self.assertFalse(self.fleet.is_well(self.one))

    def test_readers_can_read_while_the_primary_is_down(self):
        self.at(100, "6 7", "6 7", "6")
        self.assertEqual(self.at(1_000, None, "6 7", "6"), ["one"])
        self.assertEqual(self.at(1_001, None, "6 7", None), ["one"])
        self.assertEqual(self.at(1_002, None, "6 7 8", "6 7 8"), ["one", "two"])
        self.two.close()
        self.assertEqual(self.at(1_003, None, "6 7 8", "6 8b"), ["one"], "Another history.")

    def test_a_replica_without_the_last_decision_of_a_primary_that_fell_silent_is_left_out(self):
        """Though no process had seen that state in the primary, and even if nobody has it now."""
        self.at(100, "6 7", "6 7", "6 7")
        self.at(101, None, "6 7 8", "6 7")
        self.assertEqual(self.at(101 + LAG, None, "6 7 8", "6 7"), ["one"])
        self.assertEqual(self.at(102 + LAG, None, None, "6 7"), [])
        self.assertEqual(self.at(103 + LAG, "6 7", "6 7 8b", "6 7"), ["two"], "8 was lost.")

    def test_a_process_that_starts_while_the_primary_is_down_reads_what_agrees(self):
        for one, two, well in (
            ("6 7", "6 7", ["one", "two"]),
            ("6 7", "6", ["one"]),
            ("6 7", None, ["one"]),
            ("6 7", "6 7b 8b", []),
            (None, None, []),
        ):
            with self.subTest(one=one, two=two):
                self.fleet = self.fleet_with([self.primary])
                self.one.close()
                self.two.close()
                self.assertEqual(self.at(100, None, one, two), well)
        self.one.becomes = False  # An earlier primary.
        self.fleet = self.fleet_with([self.primary])
        self.one.close()
        self.assertEqual(self.at(101, None, "6 7b", "6"), [])

    def test_a_restored_primary_may_have_a_lower_number(self):
        self.at(100, "6 7", "6 7", "6 7")
        self.at(101, "2 3", "2 3", "2 3")
        self.assertEqual(self.at(101 + LAG, "2 3", "2 3", "2"), ["one"])
        self.assertEqual(self.at(102 + LAG, "2 3", "2 3", "6 7"), ["one"], "Not restored.")

    def test_after_a_failover_the_replicas_of_the_new_primary_are_read(self):
        self.fleet = self.fleet_with([self.primary, self.other])
        self.assertEqual(self.at(100, "6 7", "6 7", "6 7", other="6 7"), ["one", "two"])
        self.assertIs(self.fleet.primary, self.primary)
        self.at(101, None, "6 7", "6 7", other="6 7")
        self.assertIsNone(self.fleet.primary)
        self.other.becomes, self.other.timeline = False, 2
        self.assertEqual(self.at(102, None, "6", "6 7", other="6"), ["one"], "7 was lost.")
        self.assertIs(self.fleet.primary, self.other)
        self.assertEqual(self.at(103, None, "6 7b", "6 7b", other="6 7b"), ["one", "two"])

    def test_an_earlier_primary_that_comes_back_is_never_used(self):
        """Wherever it stands in the settings, and also while the later one is silent."""
        self.fleet = self.fleet_with([self.primary, self.other])
        self.other.becomes, self.other.timeline = False, 2
        self.at(100, "6 7b 8b", "6 7", "6 7b 8b", other="6 7")
        self.assertIs(self.fleet.primary, self.other)
        self.assertEqual([server.host for server in self.fleet.well()], ["one"])
        self.assertIn("another server was made the primary", self.primary.problem)
        self.assertEqual(self.at(101, "6 7b 8b", "6 7", None, other=None), ["one"])
        self.assertIsNone(self.fleet.primary)
        self.primary.becomes, self.primary.timeline = True, 2
        self.at(102, "6 7", "6 7", None, other="6 7")
        self.assertEqual(self.primary.problem, "", "It was copied anew.")

    def test_a_process_that_starts_beside_an_earlier_primary_reads_what_follows_the_later(self):
        """Readers' addresses may name the earlier primary too, with more changes than any other."""
        self.fleet = self.fleet_with([self.primary, self.other])
        self.one.timeline, self.two.becomes = 2, False
        self.assertEqual(self.at(100, "6 7b 8b", "6 7", "6 7b 8b", other=None), ["one"])
        self.assertIsNone(self.fleet.primary)

    def test_one_name_that_leads_back_to_an_earlier_primary(self):
        self.primary.timeline = 2
        self.at(100, "6 7", "6 7", "6 7")
        self.primary.timeline = 1
        self.primary.close()
        self.assertEqual(self.at(101, "6 7b", "6 7", "6 7"), ["one", "two"])
        self.assertIsNone(self.fleet.primary)

    def test_of_two_primaries_of_equal_right_none_is_read(self):
        self.fleet = self.fleet_with([self.primary, self.other])
        self.other.becomes = False
        self.assertEqual(self.at(100, "6 7", "6 7", "6 7", other="6 7b"), [])
        self.at(101, "6 7", "6 7", "6 7", other="6 7b")
        self.assertIsNone(self.fleet.primary)
        (logged,), _ = self.logged()
        self.assertIn("primary:5432, other:5432", logged)
        self.assertEqual({*self.fleet.fitness().values()}, {False})
        self.assertEqual(self.at(102, "6 7", "6 7", "6 7", other=None), ["one", "two"])


class ServerTests(TestCase):
    def setUp(self):
        self.answers = [[(True,)], [(7, "seven")], [(6, "six")], [(42, 3)]]
        self.connection = Mock()
        self.connection.execute.return_value.fetchall.side_effect = lambda: self.answer()
        self.server = Server("one", 5432, Mock(return_value=self.connection))

    def answer(self):
        self.answers.append(self.answers.pop(0))
        if isinstance(self.answers[-1], Exception):
            raise self.answers[-1]
        return self.answers[-1]

    def test_a_server_tells_its_state_and_which_it_had(self):
        self.server.look({ArchiveState(6, "six"), ArchiveState(5, "five")})
        self.assertEqual(self.server.state, (7, "seven"))
        self.assertEqual(self.server.past, {NO_CHANGES, (7, "seven"), (6, "six")})
        self.assertEqual((self.server.is_standby, self.server.history), (True, (42, 3)))

    def test_an_archive_that_is_not_migrated_and_a_service_that_hides_its_timeline(self):
        missing = psycopg.errors.UndefinedTable("cables_state")
        self.answers = [[(False,)], missing, missing, psycopg.NotSupportedError("managed")]
        self.server.look(set())
        self.assertEqual((self.server.state, self.server.history), (NO_CHANGES, (0, 0)))

    def test_a_server_is_connected_again_after_an_error_and_logged_once(self):
        self.server.look(set())
        self.connection.execute.side_effect = psycopg.OperationalError("terminated")
        with self.assertLogs(LOG, "WARNING") as logged:
            self.server.look(set())
            self.server.look(set())
        self.assertEqual(len(logged.output), 1)
        self.assertIn("PostgreSQL at one:5432 is left out: terminated", logged.output[0])
        self.assertIsNone(self.server.state)
        self.connection.execute.side_effect = None
        self.server.look(set())
        self.assertEqual(self.server.connect.call_count, 4)
        self.assertEqual(self.server.state, (7, "seven"))

    def test_a_connection_that_broke_is_tried_once_more_at_once(self):
        self.server.look(set())
        broken = psycopg.OperationalError("terminated")
        self.connection.execute.side_effect = [broken, *[self.connection.execute.return_value] * 4]
        self.server.look(set())
        self.assertIsNotNone(self.server.state)

    def test_the_address_of_a_server_is_that_of_the_settings(self):
        described = {"NAME": "cables", "USER": "reader", "PASSWORD": "", "OPTIONS": {}}
        with patch("reading_room.replicas.monitor.psycopg") as driver:
            server_at({"HOST": "one", "PORT": 5433}, described).connect()
        given = {"dbname": "cables", "user": "reader", "host": "one", "port": 5433}
        told = {"application_name": APPLICATION_NAME, "autocommit": True}
        told |= {"prepare_threshold": None}
        driver.connect.assert_called_once_with(**given, **told)

    def test_the_servers_of_an_alias_are_watched_once_in_a_process(self):
        described = {"REPLICAS": [{"HOST": "one", "PORT": 1}], "LAG": LAG, "OPTIONS": {}}
        described |= {"PRIMARIES": [{"HOST": "", "PORT": ""}]}
        self.addCleanup(FLEETS.clear)
        with patch.object(Fleet, "start") as start:
            self.assertIs(fleet_of("made-up", described), fleet_of("made-up", described))
        start.assert_called_once_with()
