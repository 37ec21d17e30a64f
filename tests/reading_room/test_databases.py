"""The address of a database of one host, and of several."""

from unittest import TestCase

from reading_room.environment import (
    POSTGRESQL,
    REPLICAS,
    parse_database_url,
    reading_entry,
    writing_entry,
)

ONE = "postgresql://reader:p%40ss@db.example/cables"
SEVERAL = "postgresql://reader:p%40s,s@one.example,two.example:5433/cables?sslmode=require"


def described(url):
    return parse_database_url("NOT_SET_ANYWHERE", url)


class AddressTests(TestCase):
    def test_several_hosts(self):
        for hosts, expected in (
            ("one,two", [("one", 5432), ("two", 5432)]),
            ("one:5433,10.0.0.2", [("one", 5433), ("10.0.0.2", 5432)]),
            ("[fd00::1]:6000,[fd00::2]", [("fd00::1", 6000), ("fd00::2", 5432)]),
            ("%2Frun%2Fa%20b,%2frun%2Fc", [("/run/a b", 5432), ("/run/c", 5432)]),
        ):
            with self.subTest(hosts):
                replicas = described(f"postgresql://reader@{hosts}/cables")["REPLICAS"]
                self.assertEqual([(each["HOST"], each["PORT"]) for each in replicas], expected)

    def test_all_else_is_read_as_of_one_host(self):
        found = described(SEVERAL)
        self.assertEqual(
            [found[part] for part in ("ENGINE", "USER", "PASSWORD", "NAME", "OPTIONS")],
            [POSTGRESQL, "reader", "p@s,s", "cables", {"sslmode": "require"}],
        )

    def test_hosts_that_make_no_sense(self):
        for url in (
            "postgresql://reader@one,/cables",
            "postgresql://reader@one,two:port/cables",
            "postgresql://reader@one,two three/cables",
            "one,two/cables",
        ):
            with self.subTest(url), self.assertRaises(ValueError):
                described(url)


class RoleTests(TestCase):
    def test_one_host_is_read_as_ever(self):
        found = reading_entry(described(ONE), described(ONE), 5)
        self.assertEqual(found, described(ONE))
        self.assertEqual(found["ENGINE"], POSTGRESQL)

    def test_a_single_replica_is_watched_too(self):
        for written in (ONE, SEVERAL):
            reader = described("postgresql://reader@db2.example/cables")
            found = reading_entry(reader, writing_entry(described(written), 5), 5)
            self.assertEqual(found["ENGINE"], REPLICAS)
            self.assertEqual(hosts(found["REPLICAS"]), ["db2.example"])

    def test_replicas_know_the_primary(self):
        found = reading_entry(described(SEVERAL), described(ONE), 7)
        self.assertEqual((found["ENGINE"], found["LAG"]), (REPLICAS, 7))
        self.assertEqual(found["PRIMARIES"], [{"HOST": "db.example", "PORT": 5432}])
        self.assertEqual(hosts(found["REPLICAS"]), ["one.example", "two.example"])

    def test_of_several_hosts_one_is_the_primary(self):
        written = writing_entry(described(SEVERAL), 5)
        self.assertEqual((written["ENGINE"], written["REPLICAS"]), (REPLICAS, []))
        self.assertEqual(hosts(written["PRIMARIES"]), ["one.example", "two.example"])
        self.assertNotIn("target_session_attrs", written["OPTIONS"])
        found = reading_entry(described(SEVERAL), written, 5)
        self.assertEqual(found["PRIMARIES"], written["PRIMARIES"])
        self.assertEqual(writing_entry(described(ONE), 5), described(ONE))


def hosts(places):
    return [each["HOST"] for each in places]
