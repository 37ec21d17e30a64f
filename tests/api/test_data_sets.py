"""Data sets: what they contain, how they are downloaded, and that they go when a cable goes."""

import gzip
import hashlib
import json
import tempfile
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import mlcroissant
import pyarrow.parquet
import yaml
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from lxml import html
from procrastinate.contrib.django import app

from cables.api import data_sets
from cables.api.data_set_files import DESCRIPTIONS
from cables.api.data_set_metadata import COLUMNS_DESCRIBED
from cables.api.data_sets import make_data_set, offered_data_sets, stored_data_sets, tend_data_sets
from cables.api.problems import TEXT
from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import lift_redaction, redact_cable
from cables.models import Cable, Note, Redaction, State
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TransactionTestCase
from tests.builders import load_records, make_cable, publish, withhold
from tests.planted import WORD as EMBARGOED
from tests.project.test_embargo_leaks import load_under_embargo
from tests.source_files import csv_record

SITE = "https://cables.example.org"
WORD = "RATATOSKR"
BODY = f"1. (U) {WORD} rose.\n\n2. (U) Ships."


def tend():
    """Do what the worker does each minute."""
    tend_data_sets(timestamp=0)


def fresh(cable: Cable) -> Cable:
    return Cable.objects.get(pk=cable.pk)


def unpacked(path: Path) -> bytes:
    if path.suffix == ".parquet":
        return str(pyarrow.parquet.read_table(path).to_pylist()).encode()
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


class DataSetTestCase(TransactionTestCase):
    licence, licence_url = "Free of known copyright.", ""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory())) / "data_sets"
        self.enterContext(
            override_settings(
                DATA_SETS=SITE,
                DATA_SETS_DIR=self.folder,
                DATA_LICENCE=self.licence,
                DATA_LICENCE_URL=self.licence_url,
            )
        )
        self.enterContext(mock.patch.object(data_sets, "QUIET", timedelta(0)))
        with transaction.atomic():
            self.cable = self.first_cable()
            make_cable("07ROME900001", origin="Embassy Rome", subject="SHIPS")
            withhold(make_cable("06OSLO900001", subject=WORD), "It names a ship.")

    def first_cable(self):
        return make_cable(body=BODY, tags=["EFIS", "DOE, JANE"], cites=["06ROME900001"])

    def texts(self):
        """Return the files on the disk that have the word, by name."""
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.name for path in paths if WORD.encode() in unpacked(path).upper()}

    def get(self, address="/datasets/", **headers):
        return self.client.get(address, headers=headers)

    def content(self, address):
        response = self.get(address)
        self.assertEqual(response.status_code, 200, address)
        return response.getvalue()


class ContentTests(DataSetTestCase):
    def setUp(self):
        super().setUp()
        self.made = make_data_set()
        self.at = f"/datasets/{self.made.version}"

    def test_every_format_has_every_readable_cable_and_no_other(self):
        lines = gzip.decompress(self.content(f"{self.at}/cables.jsonl.gz")).decode().splitlines()
        rows = [json.loads(line) for line in lines]
        self.assertEqual([row["reference"] for row in rows], ["06BERLIN900001", "07ROME900001"])
        self.assertEqual(rows[0]["address"], f"{SITE}/cable/06BERLIN900001/")
        self.assertEqual(rows[0]["tags"], ["EFIS"])
        table = pyarrow.parquet.read_table(self.made.folder / "cables.parquet")
        self.assertEqual(table.column("body").to_pylist(), [row["body"] for row in rows])
        self.assertIn(WORD, gzip.decompress(self.content(f"{self.at}/cables.csv.gz")).decode())
        told = self.content(f"{self.at}/texts.sha256").decode().splitlines()
        self.assertIn(f"{rows[0]['digest']}  cable/06BERLIN900001.txt", told)
        self.assertEqual(len(told), 2)

    def test_without_pyarrow_there_is_no_parquet(self):
        make_cable("08OSLO900001")  # Another state: the version is another.
        with mock.patch.dict("sys.modules", {"pyarrow": None}):
            made = make_data_set()
        self.assertIsNone(made.file("cables.parquet"))
        metadata = json.loads((made.folder / "croissant.json").read_text())
        (field, *_) = metadata["recordSet"][0]["field"]
        self.assertEqual(field["source"]["fileObject"], {"@id": "cables.jsonl.gz"})

    def test_the_page_shows_counts_files_digests_and_licence(self):
        page = self.content("/datasets/").decode()
        tree = html.fromstring(page)
        rows = {tr.findtext("th"): tr.findtext("td") for tr in tree.xpath("(//table)[1]//tr")}
        self.assertEqual(rows["Cables"], "2, sent 2006-03-14 to 2006-03-14")
        self.assertEqual(rows["Withheld, not in it"], "1")
        self.assertEqual(rows["Licence"], self.licence)
        for link in tree.xpath("(//table)[2]//a"):
            digest = hashlib.sha256(self.content(link.get("href"))).hexdigest()
            with self.subTest(link.text):
                self.assertIn(digest, page)
                self.assertEqual(self.get(link.get("href"))["Content-Type"], link.get("type"))
        self.assertEqual(len(tree.xpath("(//table)[2]//a")), len(DESCRIPTIONS))

    def test_search_engines_are_told_of_the_page(self):
        for made, told in ((SITE, True), ("", False)):
            with self.subTest(made), override_settings(DATA_SETS=made):
                sitemap = self.content("/sitemap-lists-1.xml").decode()
                self.assertEqual("/datasets/</loc>" in sitemap, told)

    def test_the_page_of_holdings_leads_to_it_where_there_are_data_sets(self):
        for made, told in ((SITE, True), ("", False)):
            with self.subTest(made), override_settings(DATA_SETS=made):
                self.assertEqual('"/datasets/"' in self.content("/holdings/").decode(), told)

    def test_the_newest_has_an_address_of_its_own(self):
        response = self.get("/datasets/latest/cables.parquet")
        self.assertRedirects(response, f"{self.at}/cables.parquet")

    def test_no_cache_keeps_a_page_or_file_without_asking(self):
        for address in ("/datasets/", f"{self.at}/README.md", "/datasets/latest/README.md"):
            with self.subTest(address):
                self.assertEqual(self.get(address)["Cache-Control"], "public, no-cache")

    def test_the_card_has_front_matter_counts_and_columns(self):
        card = self.content(f"{self.at}/README.md").decode()
        front = yaml.safe_load(card.split("---\n")[1])
        self.assertEqual(front["license_name"], self.licence)
        self.assertEqual(front["configs"][0]["data_files"], "cables.parquet")
        self.assertEqual(front["size_categories"], ["n<1K"])
        self.assertIn("| withheld, and not in it | 1 |", card)
        self.assertNotIn("06OSLO900001", card)
        for column in COLUMNS_DESCRIBED:
            self.assertIn(f"| `{column}` |", card)

    def test_croissants_own_library_finds_the_metadata_valid_and_reads_the_records(self):
        path = self.made.folder / "croissant.json"
        described = {"croissant.json", "README.md"}  # Written after it.
        files = {name: str(self.made.folder / name) for name in DESCRIPTIONS.keys() - described}
        dataset = mlcroissant.Dataset(jsonld=str(path), mapping=files)
        issues = dataset.metadata.ctx.issues
        self.assertEqual((issues.errors, issues.warnings), (set(), set()))
        self.assertEqual(dataset.metadata.version, self.made.version)
        records = list(dataset.records("cables"))
        self.assertEqual(len(records), 2)
        self.assertEqual(records[0]["cables/reference"], b"06BERLIN900001")
        page = html.fromstring(self.content("/datasets/"))
        (script,) = page.xpath("//script[@type='application/ld+json']/text()")
        self.assertEqual(json.loads(script), json.loads(path.read_text()))


class EmbargoTests(DataSetTestCase):
    def test_a_text_under_embargo_is_in_no_file_and_no_count(self):
        other = self.enterContext(tempfile.TemporaryDirectory())
        load_under_embargo(Path(other))
        made = make_data_set()
        self.assertEqual((made.cables, made.withheld), (2, 1))
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        found = {path.name for path in paths if EMBARGOED.encode() in unpacked(path).upper()}
        self.assertEqual(found, set())


class CommandTests(DataSetTestCase):
    def call(self):
        call_command("make_data_set", stdout=(out := StringIO()))
        return out.getvalue()

    def test_it_makes_a_data_set_and_says_what_is_in_it(self):
        self.assertRegex(self.call(), r"\A2 cables, 1 more withheld, in 6 files of [\d.]+ MB: ")
        self.assertEqual(len(offered_data_sets()), 1)

    def test_it_says_what_is_missing(self):
        self.call()
        with self.assertRaisesMessage(CommandError, "There is one of this state already"):
            self.call()
        with (
            override_settings(DATA_SETS=""),
            self.assertRaisesMessage(CommandError, "DATA_SETS is not set"),
        ):
            self.call()
        State.objects.all().delete()
        with self.assertRaisesMessage(CommandError, "There are no cables."):
            self.call()


class WithdrawnTests(DataSetTestCase):
    """A cable in the data set goes: no reader gets it from then on, and the files go too."""

    def first_cable(self):
        """One that was loaded: a redaction is made in the copies of its sources."""
        sent = {"created": "3/14/2006 09:26", "origin": "Embassy Berlin"}
        load_records(csv_record("06BERLIN900001", body=BODY, **sent))
        return Cable.objects.get(reference="06BERLIN900001")

    def decide(self, decision):
        with transaction.atomic():
            decision()

    def test_each_decision_takes_the_data_set_offline_at_once(self):
        anna = User.objects.create_user("anna", is_staff=True)
        decisions = {
            "withheld": lambda: withhold(fresh(self.cable), "It names a ship."),
            "redacted": lambda: redact_cable(
                fresh(self.cable), Strike(EVERYWHERE, (WORD,)), "It names a ship.", anna
            ),
            "erased": lambda: erase(self.cable.reference, "By order of a court."),
        }
        for name, decision in decisions.items():
            with self.subTest(name):
                tend()
                made = offered_data_sets()[0]
                address = f"/datasets/{made.version}/cables.parquet"
                self.assertEqual(self.get(address).status_code, 200)
                self.assertTrue(self.texts())
                self.decide(decision)
                for gone in (address, "/datasets/latest/cables.parquet"):
                    self.assertEqual(self.get(gone).status_code, 404)
                self.assertContains(self.get(), "The next data set")
                self.assertNotContains(self.get(), made.version)
                tend()
                self.assertFalse(made.folder.exists())
                self.assertEqual(self.texts(), set())
                (newer,) = offered_data_sets()
                self.assertEqual(
                    self.get(f"/datasets/{newer.version}/cables.csv.gz").status_code, 200
                )
                if name == "withheld":
                    self.assertEqual((newer.cables, newer.withheld), (1, 2))
                    self.decide(lambda: publish(fresh(self.cable)))
                    tend_again_tomorrow()
                elif name == "redacted":
                    self.assertEqual(newer.redacted, 1)
                    self.decide(lambda: lift_redaction(Redaction.objects.get(), "A mistake.", anna))
                    tend_again_tomorrow()

    def test_the_worker_knows_the_task(self):
        self.assertIn(tend_data_sets.func.__module__, settings.PROCRASTINATE_IMPORT_PATHS)
        periodic = app.periodic_registry.periodic_tasks.values()
        self.assertIn(tend_data_sets.name, {each.task.name for each in periodic})

    def test_a_decision_while_it_is_made_is_noticed(self):
        write = data_sets.write_other_files

        def withhold_then_write(folder):
            self.decide(lambda: withhold(self.cable, "It names a ship."))
            write(folder)

        with mock.patch.object(data_sets, "write_other_files", withhold_then_write):
            tend()
        self.assertEqual(len(stored_data_sets()), 1)
        self.assertEqual(offered_data_sets(), [])
        tend()
        self.assertEqual(self.texts(), set())

    def test_after_several_decisions_the_next_is_made_once(self):
        """Each of them would take a data set offline that was made in between."""
        with mock.patch.object(data_sets, "QUIET", timedelta(minutes=10)):
            for minutes, offered in ((0, 0), (9, 0), (10, 1)):
                with self.subTest(minutes):
                    tend_later(timedelta(minutes=minutes, seconds=1))
                    self.assertEqual(len(offered_data_sets()), offered)
            self.assertContains(self.get(), "Version")
            self.decide(lambda: withhold(fresh(self.cable), "It names a ship."))
            tend()
            self.assertEqual(stored_data_sets(), [])
            self.assertContains(self.get(), "has not changed for ten minutes")

    def test_other_changes_leave_it_online_and_a_new_one_is_made_the_next_day(self):
        tend()
        with transaction.atomic():
            make_cable("08OSLO900001")
            note = Note.objects.create(cable=self.cable, text="")
            Note.objects.filter(pk=note.pk).update(text="A note.")
        with transaction.atomic():
            withhold(make_cable("08OSLO900002"), "It was never in the data set.")
        tend()
        (made,) = offered_data_sets()
        self.assertEqual(made.cables, 2)
        tend_again_tomorrow()
        self.assertEqual([each.cables for each in offered_data_sets()], [3, 2])
        self.assertContains(self.get(), "Earlier versions")

    def test_the_three_newest_are_kept(self):
        for day in range(5):
            with transaction.atomic():
                make_cable(f"09OSLO90000{day}")
            tend_again_tomorrow(day)
        tend()
        self.assertEqual([each.cables for each in stored_data_sets()], [7, 6, 5])

    def test_an_unchanged_archive_is_not_written_again(self):
        tend()
        tend_again_tomorrow()
        self.assertEqual(len(stored_data_sets()), 1)

    def test_where_none_are_offered_the_page_says_so(self):
        tend()
        with override_settings(DATA_SETS=""):
            self.assertContains(self.get(), "This archive offers no data sets.")
            self.assert_no_file("/datasets/latest/cables.parquet", "offers no data sets")
            self.assertEqual(self.get("/datasets/latest/README.md").status_code, 404)

    def test_what_is_no_file_is_answered_in_a_sentence(self):
        """Programs that save what they are sent get no page; the sentence says what there is."""
        self.assert_no_file("/datasets/latest/cables.parquet", "There is no data set now.")
        tend()
        self.assert_no_file("/datasets/latest/cables.zip", "/datasets/ has those of today.")
        self.assert_no_file("/datasets/2001-01-01-1/README.md", "/datasets/ has those of today.")
        problem = self.get("/datasets/latest/none.json")
        self.assertEqual(problem["Content-Type"], "application/problem+json")

    def assert_no_file(self, address, sentence):
        answer = self.get(address)
        self.assertEqual((answer.status_code, answer["Content-Type"]), (404, TEXT))
        self.assertIn(sentence, answer.content.decode())
        self.assertLess(len(answer.content), 200)

    def test_files_that_another_version_wrote_are_ignored_and_removed(self):
        """Also those of a data set whose removal was killed."""
        tend()
        (made,) = stored_data_sets()
        (made.folder / "data_set.json").write_text("{}")
        self.assertEqual(stored_data_sets(), [])
        self.assertEqual(self.get(f"/datasets/{made.version}/README.md").status_code, 404)
        (made.folder / "old").touch()
        tend()
        self.assertFalse((made.folder / "old").exists())


def tend_again_tomorrow(days=1):
    """Do what the worker does, some days later."""
    tend_later(timedelta(days=days))


def tend_later(after):
    """Do what the worker does after some time."""
    later = datetime.now(UTC) + after
    with mock.patch("cables.api.data_sets.datetime") as clock:
        clock.now.return_value = later
        tend()
