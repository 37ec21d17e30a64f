"""The docs are true, and name everything that a reader, curator or operator can type."""

import re
from datetime import date
from unittest import TestCase

from cables.loader import load
from cables.loader.specimen_collections import FOLDER
from cables.sources import file_suffixes
from tests import base
from tests.builders import forget_counts
from tests.docs_check.addresses import OF_NO_ROUTE, addresses_in
from tests.docs_check.documents import read_document
from tests.docs_check.files import missing_files
from tests.docs_check.report import check, table
from tests.paths import PROJECT

DOCS = {path.name: path.read_text() for path in [PROJECT / "README.md", *PROJECT.glob("docs/*.md")]}
# A page for each kind of reader: reader, curator, operator, programmer, contributor.
FIRST_PAGES = ("reading", "curation", "deployment", "programs", "contributing")


class DocsTests(TestCase):
    maxDiff = None

    def test_what_they_name_exists(self):
        """Links, pictures, commands, options, settings, addresses and files (make docs)."""
        self.assertEqual(table(check(PROJECT)), "")

    def test_each_kind_of_reader_has_a_page_one_step_from_the_readme(self):
        links = {link.text for link in read_document("README.md", DOCS["README.md"]).links}
        self.assertLessEqual({f"docs/{name}.md" for name in FIRST_PAGES}, links)

    def test_every_command_is_in_the_docs(self):
        for path in (PROJECT / "cables" / "management" / "commands").glob("[a-z]*.py"):
            with self.subTest(path.stem):
                self.assertTrue(any(path.stem in text for text in DOCS.values()))

    def test_every_reader_is_in_the_docs(self):
        for suffix in file_suffixes():
            with self.subTest(suffix):
                self.assertTrue(f"`{suffix}`" in DOCS["sources.md"])

    def test_modules_that_docstrings_name_exist(self):
        for folder in ("cables", "reading_room"):
            for path in (PROJECT / folder).rglob("*.py"):
                named = re.findall(r"(?<![\w.*{}/-])(?:[\w-]+/)*[a-z_]\w*\.py\b", path.read_text())
                if named and "migrations" not in path.parts:
                    with self.subTest(path.name):
                        self.assertEqual(missing_files(" ".join(named), PROJECT, PROJECT), set())

    def test_decisions_are_numbered_once_and_dated(self):
        numbers = []
        for path in sorted((PROJECT / "docs" / "decisions").glob("0*.md")):
            heading, dated = path.read_text().split("\n")[:2]
            numbers.append(path.name[:4])
            with self.subTest(path.name):
                self.assertRegex(heading, rf"^# {int(path.name[:4])}\. \S")
                self.assertRegex(dated, r"^\d{4}-\d\d-\d\d · \w")
        self.assertEqual(len(numbers), len({*numbers}))

    def test_every_rule_that_code_names_is_written_down(self):
        rule = re.compile(r"(?<!/)\b[MXCIHTLABPR]-\d+[ab]?\b")
        written = set(rule.findall(DOCS["format.md"] + DOCS["paragraphs.md"]))
        for path in (PROJECT / "cables").rglob("*.py"):
            for name in set(rule.findall(path.read_text())):
                with self.subTest(name, file=path.name):
                    self.assertIn(name, written)

    def test_every_rule_about_telegrams_has_a_test_that_names_it(self):
        """The rules of a telegram's fields, references and parts; those of its ids have vectors."""
        rule = re.compile(r"\b(?:[HTR]-\d+[ab]?|B-(?:7|8|9|10|11|12))\b")
        written = rule.findall(DOCS["format.md"] + DOCS["paragraphs.md"])
        tests = "".join(path.read_text() for path in (PROJECT / "tests").rglob("test_*.py"))
        self.assertEqual(set(written) - set(rule.findall(tests)), set())


class FirstStepsTests(base.TestCase):
    """Whoever follows the README or the page for readers finds what they name."""

    @classmethod
    def setUpTestData(cls):
        load(FOLDER / "cables", released=date(2012, 3, 5))

    def setUp(self):
        forget_counts()

    def test_every_address_answers_in_a_room_with_the_invented_cables(self):
        for name in ("README.md", "reading.md"):
            document = read_document(name, DOCS[name])
            addresses = {each for piece in document.code for each in addresses_in(piece.text)}
            addresses -= OF_NO_ROUTE
            self.assertTrue(addresses)
            for address in sorted(addresses):
                with self.subTest(name, address=address):
                    response = self.client.get(address, HTTP_HOST="localhost")
                    self.assertEqual(response.status_code, 200)
                    fragment = address.partition("#")[2]
                    self.assertIn(f'id="{fragment}"' if fragment else "", self.text(response))

    def text(self, response):
        return b"".join(response).decode(errors="replace")
