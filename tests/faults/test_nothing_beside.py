"""What was taken from readers is in nothing that their role can read: no table, no catalog."""

import json
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection

from cables import models
from cables.curation.erasures import erase
from cables.curation.origin_tag_merges import merge
from cables.curation.redactions_and_corrections import correct_cable, redact_cable
from cables.loader import LoadBusy, Progress, apply, compare, load, one_load
from cables.models.planner_statistics import LISTS, drop_text_statistics, permitted
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.views.cable_pages.cable import find_cable
from tests.builders import make_cable, make_cables, make_origin, publish, withhold
from tests.faults.reading import ReaderRoleCase
from tests.planted import WORD, make_planted_cable
from tests.project.test_redacted_leaks import PHRASES, plant
from tests.source_files import csv_file, csv_record
from tests.working import run_command

REASON = "A witness is named in it."


class NothingBesideTests(ReaderRoleCase):
    def setUp(self):
        super().setUp()
        self.curator = User.objects.create_user("anna")

    def analyze(self):
        """Have PostgreSQL look at all rows, as it does by itself from time to time."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def telling(self, word=WORD):
        """Return the relations in which the role can read a word."""
        return {relation for relation, said in self.told().items() if word in said}

    def assert_taken(self, decide):
        make_cables([f"06LIMA9000{n:02}" for n in range(20)], origin="Embassy Lima", tags=["EFIS"])
        self.analyze()
        self.assertLessEqual({"cables_cable", "cables_tagging"}, self.telling())
        decide()
        with connection.cursor() as cursor:  # As on a server where nobody may revoke it.
            cursor.execute("GRANT SELECT ON pg_stats, pg_stats_ext, pg_stats_ext_exprs TO PUBLIC")
        self.assertEqual(self.telling(), set())
        self.analyze()
        self.assertEqual(self.telling(), set())

    def test_what_is_withheld(self):
        cable = make_planted_cable()
        self.assert_taken(lambda: withhold(cable, REASON))

    def test_what_is_redacted(self):
        cable = plant()
        strike = Strike(EVERYWHERE, PHRASES)
        self.assert_taken(lambda: redact_cable(cable, strike, REASON, self.curator))

    def test_what_is_erased(self):
        cable = make_planted_cable()
        withhold(cable, REASON)
        models.Origin.objects.filter(name="Embassy Rome").update(same_as=None)
        publish(cable)
        self.assert_taken(lambda: erase(cable.reference, REASON, self.curator))
        self.assertFalse(models.Tag.objects.filter(code=WORD).exists())
        self.assertFalse(models.Origin.objects.filter(name=f"Embassy {WORD.title()}").exists())

    def test_what_is_under_embargo(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        record = csv_record("06ROME900007", body=f"TAGS: {WORD}\n\n1. (U) {WORD} rose.")
        path = csv_file(folder, record, name=f"{WORD}.csv")
        run = models.Load.objects.create(
            collection=models.Collection.objects.create(slug=WORD.lower(), name=WORD),
            file=str(path),
            due=datetime(2099, 1, 1, tzinfo=UTC),
            embargo_reason=WORD,
        )
        compare(run, path, Progress(run))
        apply(run, path, Progress(run))
        row = models.LoadRow.objects.get(outcome=models.LoadRow.Outcome.WAITING)
        self.analyze()
        self.assertEqual(self.telling(), set())
        run_command("release_due")
        self.assertEqual(self.telling(), set())
        models.LoadRow.objects.filter(pk=row.pk).update(due=datetime(2009, 1, 1, tzinfo=UTC))
        run_command("release_due")
        self.assertIn("cables_cable", self.telling())

    def test_a_tag_that_is_corrected(self):
        cable = plant()
        self.analyze()
        self.assertTrue(self.kept(f"{WORD} JOHN"))
        others = [tag for tag in cable.tags if WORD not in tag]
        correct_cable(cable, "tags", others, REASON, self.curator)
        self.assertFalse(self.kept(f"{WORD} JOHN"))

    def test_a_tag_that_became_another(self):
        make_cables(["06BERLIN900001", "06BERLIN900002"], tags=[WORD])
        models.Tag.objects.create(code=WORD, kind=models.Tag.Kind.UNKNOWN)
        models.Tag.objects.create(code="EFIS", kind=models.Tag.Kind.SUBJECT)
        self.analyze()
        self.assertIn("cables_tagging.tag", self.kept(WORD))
        merge("tag", WORD, ["EFIS"], REASON, self.curator)
        self.assertFalse(self.kept(WORD))

    def kept(self, word):
        """Return the columns whose statistics, which an administrator sees, hold a word."""
        asked = """
        SELECT tablename || '.' || attname FROM pg_stats stats
        WHERE schemaname = 'public' AND upper(stats::text) LIKE %s
        """
        with connection.cursor() as cursor:
            cursor.execute(asked, [f"%{word}%"])
            return {name for (name,) in cursor.fetchall()}

    def test_there_are_no_statistics_of_texts_also_where_there_were(self):
        make_planted_cable()
        self.analyze()
        with connection.cursor() as cursor:
            for column in ("body", "header", "facts"):
                cursor.execute(f"ALTER TABLE cables_cable ALTER {column} SET STATISTICS 100")
            cursor.execute("ANALYZE cables_cable")
        self.assertIn("cables_cable.body", self.kept(f"{WORD} ROSE"))
        self.assertEqual(drop_text_statistics(), [])
        self.assertFalse(self.kept(f"{WORD} ROSE"))
        self.analyze()
        listed = {f"{table}.{name}" for table, names in LISTS.items() for name in names}
        self.assertLessEqual(self.kept(WORD), listed)

    def test_the_plans_of_questions_do_not_tell_either(self):
        make_cable(header=WORD, subject=WORD)
        make_cables([f"06LIMA9000{n:02}" for n in range(20)], header="A", subject="B")
        self.analyze()
        for column in ("header", "subject"):
            expected = {
                json.dumps(
                    self.session.execute(
                        f"EXPLAIN (FORMAT JSON) SELECT FROM cables_cable WHERE {column} = '{word}'"
                    ).fetchone()[0][0]["Plan"]["Plan Rows"]
                )
                for word in (WORD, "A", "B", "XYLOPHAGOUS")
            }
            with self.subTest(column):
                self.assertEqual(len(expected), 1)

    def test_nor_which_withheld_cable_has_notes(self):
        noted, plain = make_cable("06BERLIN900001"), make_cable("06BERLIN900002")
        public = make_cables([f"06LIMA9000{n:02}" for n in range(20)])
        notes = [models.Note(cable=cable, text="A bay.") for cable in [*public, noted] * 20]
        models.Note.objects.bulk_create(notes)
        withhold(noted, REASON)
        withhold(plain, REASON)
        self.analyze()
        asked = "EXPLAIN (FORMAT JSON) SELECT FROM cables_note WHERE cable_id = {}"
        plans = [self.session.execute(asked.format(each.pk)).fetchone() for each in (noted, plain)]
        self.assertEqual(*(plan[0][0]["Plan"]["Plan Rows"] for plan in plans))


class AdministratorTests(ReaderRoleCase):
    def test_a_revocation_that_only_warns_is_left_to_an_administrator(self):
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {self.role}")
            try:
                for statement in (
                    "REVOKE EXECUTE ON FUNCTION pg_sleep(float8) FROM PUBLIC",
                    "ALTER ROLE CURRENT_USER SET log_statement = 'none'",
                ):
                    with self.subTest(statement):
                        self.assertFalse(permitted(cursor, statement))
                self.assertTrue(permitted(cursor, "SELECT 1"))
            finally:
                cursor.execute("RESET ROLE")


class HiddenRowsTests(ReaderRoleCase):
    """Rows that no published cable has, and what a view leaves out."""

    def test_an_expression_that_fails_repeats_no_row_that_the_view_leaves_out(self):
        told, _ = models.ChangeKind.objects.get_or_create(
            name="withheld", defaults={"label": "Withheld"}
        )
        models.ChangeKind.objects.filter(pk=told.pk).update(is_public=True)
        withhold(make_cable("06BERLIN900001"), REASON)
        models.Change.objects.create(what=f"user {WORD}", action="changed", reason=WORD)
        shown = self.session.execute("SELECT count(*) FROM cables_publicchange").fetchone()
        self.assertEqual(shown, (1,))
        for column in ("reason", "what", "reference", "action", "name"):
            asked = f"""
            SELECT FROM cables_publicchange WHERE CASE
            WHEN strpos(what || action, 'user') > 0 THEN (what || {column})::int ELSE 1 END = 1
            """
            with self.subTest(column):
                self.assertTrue(self.may(asked))

    def test_each_view_of_the_room_is_barred(self):
        asked = """
        SELECT relname, coalesce('security_barrier=true' = ANY(reloptions), false)
        FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
            AND has_table_privilege(oid, 'select')
        """
        found = dict(self.session.execute(asked).fetchall())
        self.assertIn("cables_publicchange", found)
        self.assertEqual({name for name, barred in found.items() if not barred}, set())

    def test_no_function_of_the_room_runs_with_more_rights_than_its_caller(self):
        asked = """
        SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
        """
        self.assertEqual(self.session.execute(asked).fetchall(), [])

    def names(self):
        """Return the origins, countries and tags that the role can read."""
        asked = """
        SELECT name FROM cables_origin UNION SELECT name FROM cables_country
        UNION SELECT code FROM cables_tag UNION SELECT title FROM cables_article
        """
        return {name for (name,) in self.session.execute(asked).fetchall()}

    def test_names_are_there_while_a_published_cable_has_them(self):
        country = models.Country.objects.create(iso2="XA", name="Atlantis", slug="atlantis")
        origin = make_origin("Embassy Atlantis")
        models.Origin.objects.filter(pk=origin.pk).update(country=country)
        for code in ("EFIS", "KLON"):
            models.Tag.objects.create(code=code, kind=models.Tag.Kind.SUBJECT)
        models.Article.objects.create(slug="draft", title="Draft")
        cable = make_cable(origin="Embassy Atlantis", tags=["EFIS"])
        shown = {"Embassy Atlantis", "Atlantis", "EFIS"}
        self.assertEqual(self.names(), shown)
        withhold(cable, REASON)
        self.assertEqual(self.names(), set())
        publish(cable)
        self.assertEqual(self.names(), shown)

    def test_a_merged_name_is_there_while_a_published_cable_had_it(self):
        curator = User.objects.create_user("anna")
        make_cable(origin="Embassy Atlantis", tags=["EFIS"])
        cable = make_cable("06BERLIN900002", origin="Legation Atlantis", tags=["EFIX"])
        for code in ("EFIS", "EFIX"):
            models.Tag.objects.get_or_create(code=code, kind=models.Tag.Kind.SUBJECT)
        shown = {"Embassy Atlantis", "EFIS"}
        withhold(cable, REASON)
        merge("origin", "Legation Atlantis", ["Embassy Atlantis"], "One place.", curator)
        merge("tag", "EFIX", ["EFIS"], "A slip.", curator)
        self.assertEqual(self.names(), shown)
        publish(cable)
        self.assertEqual(self.names(), shown | {"Legation Atlantis", "EFIX"})

    def test_which_withheld_cable_was_worth_reading_is_not_told(self):
        cable = make_cable()
        models.Highlight.objects.create(cable=cable, paragraph="par2")
        asked = "SELECT cable_id, paragraph FROM cables_highlight"
        self.assertEqual(self.session.execute(asked).fetchall(), [(cable.pk, "par2")])
        withhold(cable, REASON)
        self.assertEqual(self.session.execute(asked).fetchall(), [])
        publish(cable)
        self.assertEqual(self.session.execute(asked).fetchall(), [(cable.pk, "par2")])

    def test_a_picture_is_told_of_while_readers_see_a_text_with_it(self):
        made = {"data": b"x", "digest": "0" * 32, "width": 1, "height": 1, "description": "A bay"}
        body = models.Picture.objects.create(**made).markdown
        article = models.Article.objects.create(slug="bay", title="Bay", body=body)
        asked = "SELECT description FROM cables_picture"
        self.assertEqual(self.session.execute(asked).fetchall(), [])
        models.Article.objects.filter(pk=article.pk).update(published="2026-01-02")
        self.assertEqual(self.session.execute(asked).fetchall(), [("A bay",)])

    def test_which_works_cite_a_cable_is_told_of_public_ones_alone(self):
        cable = make_cable()
        models.CitingWork.objects.create(cable=cable, title="Harbors")
        models.CitingWork.objects.create(cable=cable, title="For the desk", is_public=False)
        asked = "SELECT title FROM cables_citingwork"
        self.assertEqual(self.session.execute(asked).fetchall(), [("Harbors",)])
        withhold(cable, REASON)
        self.assertEqual(self.session.execute(asked).fetchall(), [])
        publish(cable)
        self.assertEqual(self.session.execute(asked).fetchall(), [("Harbors",)])

    def test_the_address_of_a_withheld_cable_still_answers(self):
        cable = make_cable(origin="Embassy Atlantis")
        withhold(cable, REASON)
        reference = self.session.execute(
            "SELECT reference FROM cables_cable WHERE withheld_reason <> ''"
        ).fetchone()
        self.assertEqual(reference, (cable.reference,))
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {self.role}")
            try:
                found = find_cable(cable.reference)
            finally:
                cursor.execute("RESET ROLE")
        self.assertEqual((found.reference, found.withheld_reason), (cable.reference, REASON))
        self.assertContains(self.client.get(f"/cable/{cable.reference}/"), REASON, status_code=410)


class LockTests(ReaderRoleCase):
    def test_it_cannot_keep_loads_and_erasures_from_running(self):
        make_cable("06BERLIN900001")
        for space in (0, 1):  # All that an earlier room locked, and whatever is like it.
            self.session.execute(f"SELECT pg_advisory_lock({0x4341424C + space})")
        self.session.execute("BEGIN")
        self.session.execute("LOCK TABLE cables_cable IN ACCESS SHARE MODE")
        run_command("erase", "06BERLIN900001", reason=REASON)
        self.assertFalse(models.Cable.objects.exists())

    def test_it_cannot_keep_the_first_load_from_running(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.session.execute("BEGIN")
        self.session.execute("LOCK TABLE cables_cable IN ACCESS SHARE MODE")
        load(csv_file(folder, csv_record("06ROME900007")))
        self.assertTrue(models.Cable.objects.exists())
        self.session.execute("SELECT")  # The server has not ended it, which the load waited for.

    def test_one_load_at_a_time(self):
        found = []

        def another():
            try:
                with one_load():
                    found.append("free")
            except LoadBusy as busy:
                found.append(str(busy))
            finally:
                connection.close()

        def ask():
            asking = threading.Thread(target=another)
            asking.start()
            asking.join()

        with one_load(), one_load():  # A restore migrates.
            ask()
        ask()
        self.assertIn("Another load is running.", found[0])
        self.assertEqual(found[1], "free")
