"""The docs name everything that can be typed, what they and messages tell to type works."""

import ast
import importlib
import os
import re
import tempfile
import unittest
from datetime import date
from io import StringIO
from pathlib import Path
from unittest import mock
from unittest.mock import patch

import nbformat
from nbclient import NotebookClient

from cables.loader import load
from cables.loader.specimen_collections import FOLDER
from cables.management.commands.serve import load_specimens
from cables.models import Cable
from cables.sources import file_suffixes
from reading_room import paths
from tests import base
from tests.base import TestCase
from tests.builders import forget_counts
from tests.docs_check.addresses import OF_NO_ROUTE, addresses_in
from tests.docs_check.documents import read_document
from tests.docs_check.files import missing_files
from tests.docs_check.report import check, table
from tests.paths import PROJECT
from tests.slow import slow
from tests.waiting import PATIENCE
from tests.working import run_command

# By name; README.md is that of the project, not the list of documents.
DOCS = {path.name: path.read_text() for path in [*PROJECT.glob("docs/*.md"), PROJECT / "README.md"]}
# A page for each kind of reader: reader, curator, operator, programmer, contributor.
FIRST_PAGES = ("reading", "curation", "deployment", "programs", "contributing")


class DocsTests(unittest.TestCase):
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
        load(FOLDER / "frus")

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


# What is typed in a checkout only.
OF_A_CHECKOUT = re.compile(r"manage\.py|\bmake (?:run|stop|curator)\b|\.venv/|\bpip install\b")
# These know the difference.
MAY_NAME_BOTH = {"reading_room/command_line.py", "reading_room/paths.py"}


def messages(path):
    """Yield the texts in a module, without its docstrings."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


class MessageTests(unittest.TestCase):
    def test_messages_leave_it_to_the_paths_what_is_typed(self):
        for folder in ("cables", "reading_room"):
            for path in sorted((PROJECT / folder).rglob("*.py")):
                name = path.relative_to(PROJECT).as_posix()
                if "migrations" in path.parts or name in MAY_NAME_BOTH:
                    continue
                with self.subTest(name):
                    found = [text for text in messages(path) if OF_A_CHECKOUT.search(text)]
                    self.assertEqual(found, [])

    def test_pages_do_so_too(self):
        for path in sorted((PROJECT / "templates").rglob("*.html")):
            with self.subTest(path.name):
                self.assertIsNone(OF_A_CHECKOUT.search(path.read_text()))

    def test_in_a_checkout_it_is_manage_py(self):
        self.assertEqual(paths.COMMAND, "manage.py")
        self.assertEqual(paths.typed_command("load_cables", "a b"), "manage.py load_cables 'a b'")
        self.assertEqual(paths.install_command("a==1"), ".venv/bin/python -m pip install a==1")

    def test_an_installed_room_has_its_own_command_and_whole_paths(self):
        self.addCleanup(importlib.reload, paths)
        with mock.patch.object(Path, "is_file", return_value=False):
            importlib.reload(paths)
        self.assertEqual(paths.COMMAND, "reading-room")
        expected = f"reading-room load_cables {PROJECT / 'a'}"
        self.assertEqual(paths.typed_command("load_cables", "a"), expected)
        self.assertIn("pipx inject cable-reading-room a==1", paths.install_command("a==1"))


NOTEBOOK = PROJECT / "docs/notebooks/cables_and_references.ipynb"


@slow("no notebook run")
class NotebookTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_specimens(stdout=StringIO())

    def test_it_runs_and_its_tables_agree_with_the_archive(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "cables.parquet"
            run_command("export", "parquet", file)
            notebook = nbformat.read(NOTEBOOK, as_version=4)
            with patch.dict(os.environ, CABLES_PARQUET=str(file)):
                NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3").execute()
        tables = [self.output(cell) for cell in notebook.cells if cell.cell_type == "code"]
        cables = Cable.objects.published()
        self.assertIn(f" {cables.count()} ", tables[0])
        first = cables.listed("created").first()
        self.assertIn(f" {first.created.year} ", tables[1])
        citing = cables.with_references().count()
        self.assertIn(f" {citing} ", tables[3])
        most_cited = tables[4].splitlines()[5].split("│")[1].strip()
        self.assertTrue(cables.filter(reference=most_cited).exists())
        self.assertIn(most_cited, tables[5])
        self.assertIn("/par", tables[6])

    def output(self, cell) -> str:
        """Return what a cell shows as text."""
        shown = [each.data["text/plain"] for each in cell.outputs if "data" in each]
        return "\n".join(shown)

    def test_it_is_stored_without_outputs(self):
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
            self.assertFalse(cell.get("outputs"))
