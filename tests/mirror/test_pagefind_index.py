"""The index of a mirror: what Pagefind's files hold, what updates it, what is never in it."""

import gzip
import json
import shutil
from unittest import mock

from django.contrib.auth.models import User
from django.test import SimpleTestCase

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import release_due
from cables.mirror.build import ExportError
from cables.mirror.pagefind_index import beginnings_in, page_for_index
from cables.models import Cable, LoadRow
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import CREATED, forget_counts, make_cable, publish, withhold
from tests.project.test_embargo_leaks import load_under_embargo
from tests.project.test_redacted_leaks import PHRASES, WORD, plant

from .base import (
    FewPages,
    digests,
    export,
    export_removals,
    files_in,
    files_of_bag,
    new_folder,
    sums_of,
)

SIGN = b"pagefind_dcd"


def unpacked(content: bytes) -> bytes:
    """Return a file of an index as the browser reads it."""
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def index_of(folder) -> dict[str, bytes]:
    """Return {path: unpacked content} of the files of the index of a mirror."""
    files = files_in(folder).items()
    return {path: unpacked(text) for path, text in files if path.startswith("pagefind/")}


def fragments_of(folder) -> dict[str, dict]:
    """Return {reference: what a result shows} of all cables in the index."""
    texts = (text for path, text in index_of(folder).items() if "/fragment/" in path)
    found = [json.loads(text.removeprefix(SIGN)) for text in texts]
    return {each["meta"]["reference"]: each for each in found}


def tells(folder, word: str) -> set[str]:
    """Return the files of a mirror, also those of the command, that have a word."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.name for path in paths if word.lower().encode() in unpacked(path.read_bytes()).lower()
    }


class IndexTests(FewPages, TestCase):
    @classmethod
    def setUpTestData(cls):
        body = "1. (U) Ratatoskr & <b>.\n\n2. (U) The lighthouse."
        tags = ["EFIS", "DOE, JANE"]
        cls.cable = make_cable(
            subject="HARBOR, FEES", body=body, tags=tags, classification="SECRET"
        )
        make_cable("07ROME900001", origin="Embassy Rome", created=CREATED.replace(year=2007))
        cls.made = new_folder(cls)
        export(cls.made, search=True)

    def setUp(self):
        self.folder = new_folder(self)
        shutil.copytree(self.made, self.folder)

    def test_a_result_shows_the_cable_and_leads_to_its_paragraphs(self):
        found = fragments_of(self.folder)
        self.assertEqual(set(found), {"06BERLIN900001", "07ROME900001"})
        cable = found["06BERLIN900001"]
        self.assertEqual(cable["url"], "/cable/06BERLIN900001/")
        self.assertEqual(cable["meta"]["title"], "Harbor, Fees")
        self.assertEqual(cable["meta"]["origin"], "Embassy Berlin")
        words = cable["content"].split()
        self.assertIn("<b>", cable["content"])
        starts = {anchor["id"]: anchor["location"] for anchor in cable["anchors"]}
        self.assertEqual(words[starts["par1"]], "1.")
        self.assertEqual(words[starts["par2"]], "2.")
        self.assertEqual({anchor["text"] for anchor in cable["anchors"]}, {""})

    def test_its_filters_are_origin_class_and_tags_but_no_names(self):
        found = fragments_of(self.folder)["06BERLIN900001"]["filters"]
        self.assertEqual(
            found, {"origin": ["embassy-berlin"], "classification": ["secret"], "tag": ["EFIS"]}
        )

    def test_a_year_has_its_own_index_with_what_a_search_loads_alone(self):
        years = {path.split("/")[1] for path in index_of(self.folder)}
        self.assertEqual(years, {"2006", "2007"})
        names = {path.split("/")[2] for path in index_of(self.folder) if "/2006/" in path}
        loaded = {"filter", "fragment", "index", "pagefind.js", "pagefind-entry.json"}
        self.assertLessEqual(loaded | {"wasm.en.pagefind"}, names)
        self.assertEqual(len(names), len(loaded) + 2)
        page = (self.folder / "data/search/index.html").read_text()
        self.assertIn("<option>2007</option><option>2006</option>", page)
        self.assertEqual(sums_of(self.folder), digests(self.folder))

    def test_files_of_words_say_in_which_periods_they_occur(self):
        found = {
            line.split()[0]: int(line.split()[1], 16)
            for path, text in files_in(self.folder).items()
            if path.startswith("search/words/")
            for line in text.decode().splitlines()[1:]
        }
        first = (self.folder / "data/search/words/ra.txt").read_text().splitlines()[0]
        self.assertEqual(first, "2007 2006")
        for beginning, periods in {
            "ratat": 2,
            "light": 2,
            "harbo": 3,
            "07rom": 1,
            "ber": 0,
        }.items():
            with self.subTest(beginning):
                self.assertEqual(found.get(beginning, 0), periods)
        self.assertNotIn("doe", found)

    def test_a_large_year_has_an_index_for_each_month(self):
        make_cable("06OSLO900001", origin="Embassy Oslo", created=CREATED.replace(month=11))
        forget_counts()
        with mock.patch("cables.mirror.pagefind_index.MOST_CABLES", 1):
            export(self.folder, search=True)
        periods = {path.split("/")[1] for path in index_of(self.folder)}
        self.assertEqual(periods, {"2006-03", "2006-11", "2007"})
        self.assertIn("06OSLO900001", fragments_of(self.folder))
        page = (self.folder / "data/search/index.html").read_text()
        self.assertIn('data-periods="2007 2006-11 2006-03"', page)
        self.assertIn("<option>2007</option><option>2006</option>", page)

    def test_a_second_export_writes_nothing_and_a_new_cable_one_year(self):
        again = export(self.folder, search=True)
        self.assertEqual((again.new, again.replaced, again.removed), (0, 0, 0))
        before = index_of(self.folder)
        make_cable("06OSLO900001", origin="Embassy Oslo", body="1. Fenrir.")
        forget_counts()
        export(self.folder, search=True)
        after = index_of(self.folder)
        changed = {path for path in before.keys() | after if before.get(path) != after.get(path)}
        self.assertEqual({path.split("/")[1] for path in changed}, {"2006"})
        self.assertIn("fenri 2", (self.folder / "data/search/words/fe.txt").read_text())
        self.assertIn("06OSLO900001", fragments_of(self.folder))

    def test_a_mirror_without_search_has_no_index(self):
        export(self.folder)
        self.assertEqual(index_of(self.folder), {})
        self.assertIn(
            "A search needs the live room", (self.folder / "data/search/index.html").read_text()
        )

    def test_a_withheld_or_erased_text_leaves_the_index_before_anything_is_written(self):
        decisions = {
            "withheld": lambda: withhold(self.cable, "It names a ship."),
            "erased": lambda: erase(self.cable.reference, "By order of a court."),
        }
        for name, decide in decisions.items():
            with self.subTest(name):
                self.assertIn("en_", str(tells(self.folder, "ratatoskr")))
                decide()
                forget_counts()
                export_removals(self, self.folder, search=True)
                self.assertEqual(tells(self.folder, "ratat"), set())
                export(self.folder, search=True)
                self.assertEqual(tells(self.folder, "ratatoskr"), set())
                self.assertEqual(set(fragments_of(self.folder)), {"07ROME900001"})
                if name == "withheld":
                    publish(Cable.objects.get(pk=self.cable.pk))
                    forget_counts()
                    export(self.folder, search=True)

    def test_files_that_a_killed_export_did_not_record_are_removed_first(self):
        left = self.folder / "data/pagefind/2006/fragment/en_0000000.pf_fragment"
        left.write_bytes(gzip.compress(b"Ratatoskr"))
        other = self.folder / "data/pagefind/1999/fragment/en_0000000.pf_fragment"
        other.parent.mkdir(parents=True)
        other.write_bytes(b"Ratatoskr")
        words = self.folder / "data/search/words/zz.txt"
        words.write_text("ratat")
        export(self.folder, search=True)
        self.assertFalse(left.exists() or other.exists() or words.exists())

    def test_a_failure_of_pagefind_is_said(self):
        make_cable("06OSLO900002", origin="Embassy Oslo")
        forget_counts()
        with (
            mock.patch("cables.mirror.pagefind_index.pagefind_program", return_value="/bin/false"),
            self.assertRaisesMessage(ExportError, "Pagefind failed (1)"),
        ):
            export(self.folder, search=True)
        self.assertEqual(list((self.folder / ".mirror/drafts").iterdir()), [])

    def test_texts_are_escaped(self):
        page = page_for_index(self.cable)
        self.assertIn("&lt;b&gt;", page)
        self.assertNotIn("<b>", page)


class BeginningTests(SimpleTestCase):
    def test_the_parts_of_a_word_are_found_too(self):
        for word, beginnings in {
            "Lighthouse-": {"light"},
            "(Zürich)": {"zuric"},
            "06BERLIN900001": {"06ber", "06", "berli", "90000"},
            "McDonald": {"mcdon", "mc", "donal"},
            "Łódź": {"lodz"},
            "Москва": set(),
            "--": set(),
        }.items():
            with self.subTest(word):
                self.assertEqual(beginnings_in([word]), beginnings)


class EmbargoedIndexTests(FewPages, TestCase):
    def test_a_text_under_embargo_is_in_no_file_until_it_is_released(self):
        make_cable("06OSLO900001", origin="Embassy Oslo")
        folder, sources = new_folder(self), new_folder(self).parent
        export(folder, search=True)
        before = files_of_bag(folder)
        load_under_embargo(sources)
        export(folder, search=True)
        self.assertEqual(files_of_bag(folder), before)
        self.assertEqual(tells(folder, WORD), set())
        LoadRow.objects.update(due=CREATED)
        self.assertEqual(release_due(), 1)
        forget_counts()
        export(folder, search=True)
        self.assertIn(WORD.lower().encode(), b"".join(index_of(folder).values()).lower())


class RedactedIndexTests(FewPages, TestCase):
    def test_redacted_words_are_in_no_file_of_the_index(self):
        folder = new_folder(self)
        cable = plant()
        export(folder, search=True)
        self.assertTrue(tells(folder, WORD))
        self.assertIn(WORD.lower().encode(), b"".join(index_of(folder).values()).lower())
        anna = User.objects.create_user("anna", is_staff=True)
        redact_cable(cable, Strike(EVERYWHERE, PHRASES), "A witness is named.", anna)
        forget_counts()
        export_removals(self, folder, search=True)
        self.assertEqual(tells(folder, WORD), set())
        export(folder, search=True)
        self.assertEqual(tells(folder, WORD), set())
