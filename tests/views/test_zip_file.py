"""Lists, searches and selections as one ZIP file with all texts."""

import csv
import hashlib
import json
import tempfile
import tracemalloc
from io import BytesIO, StringIO
from pathlib import Path
from unittest.mock import patch
from zipfile import ZipFile

import bagit
from django.contrib.auth.models import User
from django.test import override_settings

from cables.api import cable_sets
from cables.api.bulk_export import COLUMNS
from cables.curation.redactions_and_corrections import redact_cable
from cables.models import State
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.views.list_pages import list_page, zip_file
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, make_cables, withhold
from tests.project.test_redacted_leaks import PHRASES, WORD, plant

BODY = "1. (U) The harbor raised its fees.\n\n2. (U) Quintin complained; é & <b>."
SITE = "http://testserver"
TABLES = ["README.txt", "cables.csv", "cables.jsonl", "citations.json"]


class ZipTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(body=BODY, tags=["EFIS"], subject="=CMD()")
        cls.other = make_cable("06LIMA900001", origin="Embassy Lima", body=BODY, tags=["EFIS"])

    def files(self, address):
        """Return {name: content} of the ZIP at an address, which is sound."""
        response = self.client.get(address)
        self.assertEqual((response.status_code, response["Content-Type"]), (200, "application/zip"))
        with ZipFile(BytesIO(response.getvalue())) as packed:
            self.assertIsNone(packed.testzip())
            return {name: packed.read(name).decode() for name in packed.namelist()}

    def texts(self, address):
        """Return the references of the texts in the ZIP at an address, in order."""
        names = [name for name in self.files(address) if name.startswith("texts/")]
        return [name.removeprefix("texts/").removesuffix(".txt") for name in names]


class ZipTests(ZipTestCase):
    def test_its_files_have_what_the_pages_have(self):
        files = self.files("/tag/EFIS.zip?sort=reference")
        names = ["06BERLIN900001", "06LIMA900001"]
        self.assertEqual(sorted(files), [*TABLES, *(f"texts/{each}.txt" for each in names)])
        rows = list(csv.DictReader(StringIO(files["cables.csv"], newline="")))
        lines = [json.loads(line) for line in files["cables.jsonl"].splitlines()]
        cited = json.loads(files["citations.json"])
        self.assertEqual([row["reference"] for row in rows], names)
        for name, row, line, source in zip(names, rows, lines, cited, strict=True):
            text = files[f"texts/{name}.txt"]
            self.assertEqual(text, self.client.get(f"/cable/{name}.txt").content.decode())
            self.assertEqual(list(line), list(COLUMNS))
            self.assertEqual(text, f"{line['header']}\n\n{line['body']}\n")
            self.assertEqual((row["body"], row["version"]), (BODY, "1"))
            self.assertEqual(row["digest"], hashlib.sha256(text.encode()).hexdigest())
            (of_page,) = self.client.get(f"/cable/{name}.csl.json").json()
            self.assertEqual(source, of_page)
        self.assertEqual((rows[0]["subject"], lines[0]["subject"]), ("'=CMD()", "=CMD()"))

    def test_each_list_and_search_has_one(self):
        for address, references in (
            ("/search.zip", ["06BERLIN900001", "06LIMA900001"]),
            ("/search.zip?q=harbor&origin=embassy-lima", ["06LIMA900001"]),
            ("/search.zip?q=zebra", []),
            ("/tag/EFIS.zip?sort=-reference", ["06LIMA900001", "06BERLIN900001"]),
            ("/tag/EFIS.zip?q=harbor&origin=embassy-lima", ["06LIMA900001"]),
            ("/origin/embassy-lima.zip", ["06LIMA900001"]),
            ("/created/2006/03.zip?sort=reference", ["06BERLIN900001", "06LIMA900001"]),
            ("/cite.zip?c=06LIMA900001/par1&c=06BERLIN900001", ["06LIMA900001", "06BERLIN900001"]),
        ):
            with self.subTest(address):
                self.assertEqual(self.texts(address), references)

    def test_a_selection_cites_what_was_selected(self):
        address = "/cite.{}?c=06LIMA900001/par1&c=06LIMA900001&c=06BERLIN900001"
        files = self.files(address.format("zip"))
        self.assertEqual(files["citations.json"], self.client.get(address.format("csl.json")).text)
        self.assertEqual(len(files["cables.jsonl"].splitlines()), 2)
        refused = self.client.get("/cite.zip?c=06LIMA900001&c=06ROME900009")
        self.assertContains(refused, "/cite.zip?c=06LIMA900001\n", status_code=404)

    @override_settings(DATA_LICENCE="Public domain", DATA_LICENCE_URL="https://licence.example/")
    def test_the_readme_says_what_was_asked_and_of_which_state(self):
        told = self.files("/search.zip?q=harbor&origin=embassy-lima&bag=no")["README.txt"]
        page = f"{SITE}/search/?q=harbor&origin=embassy-lima"
        self.assertEqual(self.client.get(page).status_code, 200)
        for words in (
            "“harbor”, origin Embassy Lima\n",
            f"A set of 1 cable of the Cable Reading Room, {SITE}/\n",
            f"Address:  {page}\n",
            f"Archive:  state {State.objects.get().number} of ",
            "Licence:  Public domain, https://licence.example/\n",
        ):
            with self.subTest(words):
                self.assertIn(words, told)
        self.assertNotIn("It changed", told)

    def test_the_readme_says_that_the_archive_changed_meanwhile(self):
        response = self.client.get("/tag/EFIS.zip")
        with patch.object(cable_sets, "archive_state", return_value="9999"):
            content = response.getvalue()
        with ZipFile(BytesIO(content)) as packed:
            self.assertIn("It changed while the set was sent", packed.read("README.txt").decode())

    def test_it_is_a_bag_if_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            content = self.client.get("/search.zip?q=harbor&bag=yes").getvalue()
            ZipFile(BytesIO(content)).extractall(folder)
            bag = bagit.Bag(folder)
            bag.validate()
            self.assertEqual(len(list(Path(folder, "data/texts").iterdir())), 2)
        self.assertEqual(bag.info["External-Identifier"], f"{SITE}/search/?q=harbor")
        self.assertEqual(bag.info["External-Description"], "“harbor”")

    def test_headers_are_those_of_a_file_that_nobody_indexes(self):
        response = self.client.get("/tag/EFIS.zip?q=harbor")
        name = 'attachment; filename="cables-tag-efis.zip"'
        self.assertEqual(response["Content-Disposition"], name)
        self.assertEqual(response["X-Robots-Tag"], "noindex, nofollow")
        self.assertEqual(response["Accept-Ranges"], "none")
        table = self.client.get("/tag/EFIS.csv?q=harbor")
        self.assertEqual(response["Cache-Control"], table["Cache-Control"])
        again = self.client.get(
            "/tag/EFIS.zip?q=harbor", headers={"If-None-Match": response["ETag"]}
        )
        self.assertEqual(again.status_code, 304)

    def test_invalid_filters_and_unknown_lists_give_no_file(self):
        for address, status in (
            ("/search.zip?q=fees&tag=NONE", 400),
            ("/tag/EFIS.zip?tag=NONE", 400),
            ("/tag/NONE.zip", 404),
        ):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response.status_code, status)
                self.assertTrue(response["Content-Type"].startswith("text/plain"))

    def test_hostile_references_and_words_stay_inside(self):
        make_cable("../../06ROME900001", tags=["EWWT"], body="1. (U) Rose.")
        files = self.files("/search.zip?q=rose%0D%0ABag-Size:+1+{page}&plain=yes")
        self.assertFalse([name for name in files if name.startswith("texts/")])
        self.assertEqual(self.texts("/tag/EWWT.zip"), ["....06ROME900001"])

    def test_withheld_cables_are_not_in_it(self):
        withhold(self.other)
        forget_counts()
        files = self.files("/tag/EFIS.zip")
        self.assertEqual(sorted(files), [*TABLES, "texts/06BERLIN900001.txt"])
        self.assertNotIn("LIMA", "".join(files.values()).upper())

    def test_redacted_words_are_not_in_it(self):
        self.cable.delete()
        curator = User.objects.create_user("anna", is_staff=True)
        redact_cable(plant(), Strike(EVERYWHERE, PHRASES), "A witness is named.", curator)
        forget_counts()
        files = self.files("/tag/PREL.zip")
        shown = self.client.get("/cable/06BERLIN900001.txt").content.decode()
        self.assertEqual(files["texts/06BERLIN900001.txt"], shown)
        self.assertNotIn(WORD, "".join(files.values()).upper())
        lines = map(json.loads, files["cables.jsonl"].splitlines())
        digests = {line["reference"]: line["digest"] for line in lines}
        self.assertIsNone(digests["06BERLIN900001"])

    def test_a_cable_that_is_withheld_while_it_is_sent_is_in_no_later_file(self):
        with patch.object(zip_file, "AT_ONCE", 1):
            response = self.client.get("/tag/EFIS.zip?sort=reference")
            withhold(self.other)
            with ZipFile(BytesIO(response.getvalue())) as packed:
                names = packed.namelist()
        self.assertEqual(sorted(names), [*TABLES, "texts/06BERLIN900001.txt"])

    def test_pages_offer_it_with_its_size(self):
        for page, link in (
            ("/tag/EFIS/?origin=embassy-lima", "/tag/EFIS.zip?origin=embassy-lima"),
            ("/tag/EFIS/?q=harbor", "/tag/EFIS.zip?q=harbor"),
            ("/search/?q=harbor", "/search.zip?q=harbor"),
        ):
            with self.subTest(page):
                response = self.client.get(page)
                self.assertContains(response, f'<a rel="nofollow" href="{link}"')
                self.assertRegex(response.content.decode(), r">All texts \(ZIP, about \d+ kB\)</a>")
        with patch.object(list_page, "facets_of_list", return_value=None):
            page = self.client.get("/tag/EFIS/?origin=embassy-lima")
            self.assertContains(page, ">All texts (ZIP)</a>")  # The index cannot count.
        page = self.client.get("/cite/?c=06LIMA900001")
        self.assertContains(page, 'href="/cite.zip?c=06LIMA900001">All texts')

    def test_the_size_is_told_by_the_words_of_those_in_it(self):
        make_cable("06LIMA900002", tags=["PREL"], body=" ".join(map(str, range(30_000, 35_000))))
        for page, told in (
            ("/tag/EFIS/", "about 1 kB"),  # Two of eleven words.
            ("/tag/PREL/", "about 31 kB"),  # One of 5,000.
            ("/tag/PREL/?sort=created", "about 31 kB"),
            ("/search/?q=30001", "about 31 kB"),
        ):
            with self.subTest(page):
                self.assertContains(self.client.get(page), f">All texts (ZIP, {told})</a>")


class SizeTests(ZipTestCase):
    def test_memory_does_not_grow_with_the_number_of_texts(self):
        words = "".join(hashlib.sha256(b"%d" % n).hexdigest() for n in range(300))
        make_cables([f"07LIMA9{n:05}" for n in range(2_000)], body=f"1. Zebra {words}")
        response = self.client.get("/search.zip?q=zebra")
        tracemalloc.start()
        size = sum(map(len, response.streaming_content))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.assertGreater(size, 20_000_000)
        self.assertLess(peak, 25_000_000)

    def test_each_file_reads_a_batch_in_one_query(self):
        make_cables([f"07LIMA9{n:05}" for n in range(30)], body="1. Zebra.")
        response = self.client.get("/search.zip?q=zebra")
        with self.assertNumQueries(5, using="reader"):  # Four files, and the state at the end.
            response.getvalue()
