"""The docs name everything that a reader, curator or operator can type."""

import re
from unittest import TestCase

from cables.sources import file_suffixes
from tests.paths import PROJECT

DOCS = {path.name: path.read_text() for path in [PROJECT / "README.md", *PROJECT.glob("docs/*.md")]}
VARIABLE = re.compile(
    r'(?:read\(\s*[\w.]+,\s*|environ(?:\.get|\.setdefault)?[(\[]|database\()"([A-Z_]+)"'
)


LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


class DocsTests(TestCase):
    def test_every_setting_is_in_the_readme(self):
        sources = [*(PROJECT / "reading_room").glob("*.py")]
        sources.append(PROJECT / "cables" / "management" / "commands" / "serve.py")
        names = set()
        for path in sources:
            names |= set(VARIABLE.findall(path.read_text()))
        self.assertIn("READER_DATABASE_URL", names)
        for name in sorted(names - {"DJANGO_SETTINGS_MODULE"}):
            with self.subTest(name):
                self.assertTrue(f"`{name}`" in DOCS["README.md"])

    def test_every_command_is_in_the_docs(self):
        for path in (PROJECT / "cables" / "management" / "commands").glob("[a-z]*.py"):
            with self.subTest(path.stem):
                self.assertTrue(any(path.stem in text for text in DOCS.values()))

    def test_every_reader_is_in_the_docs(self):
        for suffix in file_suffixes():
            with self.subTest(suffix):
                self.assertTrue(f"`{suffix}`" in DOCS["sources.md"])

    def test_links_between_documents_lead_somewhere(self):
        for path in [PROJECT / "README.md", *PROJECT.glob("docs/**/*.md")]:
            for target in LINK.findall(path.read_text()):
                with self.subTest(path.name, target=target):
                    self.assertTrue((path.parent / target).exists())

    def test_files_that_texts_name_exist(self):
        named = re.compile(r"(?<![\w.*{}/-])(?:[\w-]+/)*[a-z_]\w*\.py\b")
        files = [path.relative_to(PROJECT) for path in PROJECT.glob("[!.]*/**/*.py")]
        files += [path.relative_to(PROJECT) for path in PROJECT.glob("*.py")]
        ends = {"/".join(path.parts[-n:]) for path in files for n in range(1, 8)}
        texts = [PROJECT / "README.md", *PROJECT.glob("docs/**/*.md")]
        for folder in ("cables", "reading_room"):
            texts += [p for p in (PROJECT / folder).rglob("*.py") if "migrations" not in p.parts]
        for path in texts:
            for name in set(named.findall(path.read_text())):
                with self.subTest(path.name, names=name):
                    self.assertTrue(name in ends)

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
