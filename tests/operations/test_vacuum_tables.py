"""What is erased is gone from the files of the database, when an archive asks for that."""

from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import psycopg
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import connection

from cables.curation.erasures import erase
from cables.curation.origin_tag_merges import merge
from cables.loader import locks, one_load
from cables.models import Country, Merge, Origin, Tag
from cables.operations import vacuum_tables
from tests.base import TestCase, TransactionTestCase
from tests.builders import make_cable, make_cables, make_origin, withhold
from tests.operations.test_backups import address
from tests.planted import WORD, make_planted_cable
from tests.waiting import wait_until
from tests.working import run_command

REASON = "A court ordered it."


def asked(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


class FilesTests(TransactionTestCase):
    def setUp(self):
        self.cable = make_planted_cable()
        make_cables([f"06ROME9000{n:02}" for n in range(10)], origin="Embassy Rome", tags=["EFIS"])
        Origin.objects.update(same_as=None)
        Tag.objects.create(code=WORD, kind=Tag.Kind.UNKNOWN)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        # Of what a curator wrote the log and the articles stay.
        self.kept = {
            f"cables_{name}" for name in ("change", "article", "page", "origin", "country")
        }

    def holding(self):
        """Return the relations in whose files the word stands. Skips where they are not ours."""
        data = Path(asked("SELECT current_setting('data_directory')"))
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute(
                "SELECT coalesce(main.relname, indexed.relname, one.relname),"
                " pg_relation_filepath(one.oid) FROM pg_class one"
                " LEFT JOIN pg_class main ON main.reltoastrelid = one.oid"
                " LEFT JOIN pg_index ON indexrelid = one.oid"
                " LEFT JOIN pg_class indexed ON indexed.oid = indrelid"
                " WHERE pg_relation_filepath(one.oid) IS NOT NULL"
            )
            rows = cursor.fetchall()
        try:
            return {
                name for name, path in rows if WORD in (data / path).read_bytes().decode("latin-1")
            }
        except OSError as error:
            self.skipTest(f"The files of the database are elsewhere: {error}")

    def run_command(self, *arguments, **options):
        return run_command(*arguments, **options)

    def scrub(self):
        """Scrub, again while autovacuum or another test's session still sees what was deleted."""

        def scrubbed():
            with suppress(CommandError):
                return [self.run_command("scrub")]

        return wait_until(scrubbed)[0]

    def test_it_is_gone_from_all_files_when_they_are_written_anew(self):
        self.assertLessEqual({"cables_cable", "cables_tagging", "pg_statistic"}, self.holding())
        told = self.run_command("erase", self.cable.reference, reason=REASON)
        self.assertIn("The files of the database may, until manage.py scrub.", told)
        self.assertIn("cables_cable", self.holding())  # VACUUM alone leaves the bytes.
        self.scrub()
        self.assertLessEqual(self.holding(), self.kept)

    def test_where_somebody_reads_it_says_what_is_left(self):
        name = connection.settings_dict["NAME"]
        with psycopg.connect(address(name)) as reading:
            reading.execute("SELECT count(*) FROM cables_cable")
            with (
                patch.object(vacuum_tables, "LOCK_TIMEOUT", "100ms"),
                self.assertRaisesRegex(CommandError, r"\bcables_cable\b.* may still hold"),
            ):
                self.run_command("scrub")
        self.scrub()

    def test_not_beside_a_load(self):
        with one_load():
            locks.this_thread.holds_lock = False  # As in another process.
            with self.assertRaisesMessage(CommandError, "Another load is running."):
                self.run_command("scrub")


class PlacesTests(TestCase):
    """Tags and origins that only an erased cable had."""

    def erase(self, cable):
        erase(cable.reference, REASON)

    def names(self):
        return {
            *Origin.objects.values_list("name", flat=True),
            *Tag.objects.values_list("code", flat=True),
            *Country.objects.values_list("name", flat=True),
        }

    def plant(self, **fields):
        country = Country.objects.create(iso2="XA", name="Atlantis", slug="atlantis")
        for name in ("Embassy Atlantis", "Consulate Atlantis"):
            Origin.objects.filter(pk=make_origin(name).pk).update(country=country)
        Origin.objects.filter(name="Consulate Atlantis").delete()
        for code in ("KLON", "EFIS"):
            Tag.objects.create(code=code, kind=Tag.Kind.SUBJECT)
        make_cable("06ROME900001", origin="Embassy Rome", tags=["EFIS"])
        return make_cable(origin="Embassy Atlantis", tags=["KLON", "EFIS"], **fields)

    def test_they_go_with_it(self):
        self.erase(self.plant())
        self.assertEqual(self.names(), {"Embassy Rome", "EFIS"})

    def test_also_with_a_withheld_one(self):
        cable = self.plant()
        withhold(cable)
        self.erase(cable)
        self.assertEqual(self.names(), {"Embassy Rome", "EFIS"})

    def test_but_not_those_of_another_although_it_is_withheld(self):
        cable = self.plant()
        withhold(make_cable("06BERLIN900002", origin="Embassy Atlantis", tags=["KLON"]))
        self.erase(cable)
        self.assertEqual(
            self.names(), {"Embassy Rome", "Embassy Atlantis", "Atlantis", "KLON", "EFIS"}
        )

    def test_what_undoing_a_merge_needs_forgets_it(self):
        cable, anna = self.plant(), User.objects.create_user("anna")
        merge("tag", "KLON", ["EFIS"], REASON, anna)
        merge("origin", "Embassy Atlantis", ["Embassy Rome"], REASON, anna)
        self.erase(cable)
        self.assertEqual([made.cables for made in Merge.objects.order_by("kind")], [[], {}])
