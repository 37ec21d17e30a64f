"""The check of the docs finds what does not exist, and accepts what does."""

import io
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase
from unittest.mock import patch

from tests.docs_check.__main__ import main
from tests.docs_check.addresses import check_addresses
from tests.docs_check.command_lines import CommandLine, commands_in
from tests.docs_check.commands import check_commands, check_lone_options
from tests.docs_check.documents import Finding, read_document, read_documents
from tests.docs_check.environment_names import (
    check_names,
    check_settings,
    setting_names,
    settings_read,
)
from tests.docs_check.files import check_files
from tests.docs_check.generated import (
    BEGIN,
    DECISIONS,
    END,
    check_generated,
    list_of_decisions,
    write_generated,
)
from tests.docs_check.line_lengths import check_line_lengths
from tests.docs_check.links import check_links, check_pages_are_reached, check_pictures
from tests.import_graph import without_detours
from tests.paths import PROJECT

UNKNOWN = "_".join(["NO", "SUCH", "NAME"])  # No file of the project has this name as a whole.
# What a document says -> a part of the fault.
CODE_FAULTS = {
    "`manage.py nothing`": "there is no command nothing",
    "`DEBUG=1 .venv/bin/python manage.py nothing`": "there is no command nothing",
    "`manage.py export jsonl FILE --nothing`": "--nothing",
    "`manage.py export_site FOLDER --liv x`": "--liv",  # No abbreviations.
    "`manage.py export docx FILE`": "docx",
    "`manage.py load_cables --released someday a.csv`": "--released",
    "    manage.py export jsonl": "required",
    "    make stop && manage.py nothing": "there is no command nothing",
    "    manage.py export jsonl FILE \\\n      --nothing x": "--nothing",
    "```\n$ manage.py scrub --nothing     rewrite all tables\n```": "--nothing",
    "`reading-room nothing`": "there is no command nothing",
    "`pipx run --spec FILE.whl reading-room load --nothing PATH`": "--nothing",
    "`make nothing`": "make has no target nothing",
    "`make run NOTHING=1`": "make has no variable NOTHING",
    "`python -m tests.benchmarks nothing`": "nothing",
    "`python -m tests.benchmarks pages --nothing`": "--nothing",
    "`python -m tests.benchmarks growth --questions many`": "--questions",
    "`python -m tests.nothing`": "no such module",
    "`manage.py test tests.nothing.test_x`": "there is no test",
    "`manage.py test tests.docs_check.test_docs_check.No`": "there is no test",
    "`--nothing`": "no command has this option",
    f"`{UNKNOWN}=1 make run`": "no setting",
    f"`{UNKNOWN}`": "no setting",
    "`/nothing/`": "the room has no such address",
    "`GET /cable/06LISBON900412/nothing.json`": "the room has no such address",
    "    curl -s https://archive.example/nothing/": "the room has no such address",
    "`/admin/nothing/`": "the desk has no such address",
    "`/about/nothing/`": "there is no such guidance page",
    "`/static/css/nothing.css`": "no such file",
    "`cables/nothing/`": "no such file",
    "`no_such_module.py`": "no such file",
    "`tests/docs_check/no_such_module.py`": "no such file",
}
RIGHT = """
`manage.py load_cables path/to/cables.csv.gz`, `--dry-run`, `manage.py work`, `manage.py export`,
`make run PYTHON=python3.12`, `MOTTO="Read what was written" make run`, `reading-room load PATH`,
`FILTERS_OF_CABLES`, `/cable/REF/par3/`, `/oai`, `/admin/`, `/healthz`, `/search/?q=harbor#top`,
`/srv/reading-room`, `cables/sources/NAME.py`, `docs_check/links.py`, `SIPDIS`, `--live URL`.

    manage.py export FORMAT FILE [--filter QUERY] [--site ADDRESS]
    manage.py check_archive                          all of it
    python -m tests.benchmarks growth [--sizes 25000,100000] [--questions N]
    .venv/bin/python manage.py test tests.docs_check -k links
    set -a; . /etc/reading-room/environment; manage.py migrate   # The tables.
    curl -s https://archive.example/cable/06LISBON900412.json | jq .
"""


def code_findings(document):
    """Return what the checks of code find in a document."""
    found = []
    for each in (check_commands, check_lone_options, check_names, check_addresses):
        found += each([document])
    return [*found, *check_files([document], PROJECT)]


class CodeTests(TestCase):
    def test_each_fault_is_found(self):
        for markdown, fault in CODE_FAULTS.items():
            with self.subTest(markdown):
                findings = code_findings(read_document("docs/a.md", f"# A\n\n{markdown}\n"))
                self.assertTrue(any(fault in each.fault for each in findings), findings)

    def test_what_exists_is_accepted(self):
        self.assertEqual(code_findings(read_document("docs/a.md", RIGHT)), [])

    def test_a_finding_has_the_line(self):
        markdown = "# A\n\nOne `make run`\ntwo `make nothing`.\n\n```\nmake stop\nmake no\n```\n"
        findings = check_commands([read_document("docs/a.md", markdown)])
        self.assertEqual(
            [(each.line, each.text) for each in findings], [(4, "make nothing"), (8, "make no")]
        )

    def test_commands_are_found_in_lines(self):
        lines = {
            "A=1 make run B=2  # so": [CommandLine("make", ["run", "B=2"])],
            "cat x | manage.py restore -; make stop": [
                CommandLine("manage.py", ["restore", "-"]),
                CommandLine("make", ["stop"]),
            ],
            "uvx --from F reading-room serve": [CommandLine("reading-room", ["serve"])],
            "python3 -m http.server 8080": [CommandLine("http.server", ["8080"])],
            "systemctl restart reading-room reading-room-work": [],
            "sentence's make": [],
        }
        for line, commands in lines.items():
            with self.subTest(line):
                self.assertEqual([*commands_in(line)], commands)


class SettingsTests(TestCase):
    def table(self, names, defaults=None):
        stated = {name: self.stated(name) for name in names} | (defaults or {})
        rows = "".join(f"| `{name}` | {stated[name]} | what |\n" for name in names)
        return read_document("docs/settings.md", f"# S\n\n| a | b | c |\n|---|---|---|\n{rows}")

    def stated(self, name):
        """Return the default of a setting in the code as a cell of the table."""
        (default,) = settings_read().get(name) or {""}
        return f"`{default}`" if default else "none"

    def test_each_default_is_that_of_the_code(self):
        names = sorted(setting_names())
        wrong = {
            "MAIL_PORT": ["`25`", "none", "what the server says", "`587`, else `25`", ""],
            "LOAD_MEGABYTES": ["`8,000`"],
            "MAIL_SECURITY": ["`tls`"],
            "ALLOWED_HOSTS": ["`localhost`"],
            "HTTPS": ["`1`", "none", "`no`"],
            "MOTTO": ["`Read`", ""],
            "PAGE_CACHE_MB": ["`0`"],  # That of the tests.
            "WEB_CONCURRENCY": ["`4`"],
            "UPLOADS_DIR": ["`uploads`"],
            "CABLES_PARQUET": ["`cables`"],
        }
        for name, cells in wrong.items():
            for cell in cells:
                with self.subTest(name, cell=cell):
                    (finding,) = check_settings([self.table(names, {name: cell})])
                    self.assertEqual(finding.text, name)
                    self.assertIn("default", finding.fault)
        for name, cell in (("MAIL_HOST", "none: no mail"), ("CACHE_URL", "the memory")):
            with self.subTest(name, cell=cell):
                self.assertEqual([*check_settings([self.table(names, {name: cell})])], [])

    def test_names_are_read_from_the_code(self):
        expected = {"PORT", "DATABASE_URL", "APPROVALS", "MAIL_USER", "WEB_CONCURRENCY"}
        self.assertLessEqual(expected | {"CABLES_SLOW_TESTS", "CURATOR_NAME"}, setting_names())
        self.assertNotIn("DJANGO_SETTINGS_MODULE", setting_names())

    def test_each_has_one_row(self):
        names = sorted(setting_names())
        self.assertEqual([*check_settings([self.table(names)])], [])
        wrong = {
            "the table lacks it": names[1:],
            "listed twice": [*names, names[0]],
            "no code reads this setting": [*names, UNKNOWN],
        }
        for fault, rows in wrong.items():
            with self.subTest(fault):
                findings = [*check_settings([self.table(rows)])]
                self.assertIn(fault, findings[0].fault)


class LinkTests(TestCase):
    def setUp(self):
        self.root = Path(self.enterContext(TemporaryDirectory()))
        (self.root / "docs" / "pictures").mkdir(parents=True)
        (self.root / "docs" / "pictures" / "a.png").touch()
        (self.root / "docs" / "a.md").write_text(
            "# A\n\n## Two words, `code`\n\n## A\n\n![A](pictures/a.png)\n"
        )

    def findings(self, readme):
        (self.root / "README.md").write_text(readme)
        documents = read_documents(self.root)
        found = [*check_links(documents, self.root), *check_pictures(documents, self.root)]
        return [*found, *check_pages_are_reached(documents)]

    def test_links_that_lead_somewhere(self):
        readme = (
            "# R\n\n[a](docs/a.md#two-words-code) [b](docs/a.md#a-1) [c](#r) [d](docs/) "
            "[e](https://example.org/x) [f](http://127.0.0.1:8000) [g](mailto:a@example.org)\n"
        )
        self.assertEqual(self.findings(readme), [])

    def test_each_fault_is_found(self):
        faults = {
            "[x](docs/none.md)": "no such file",
            "[x](../none.md)": "no such file",
            "[x](docs/a.md#none)": "no heading",
            "[x](#none)": "no heading",
            "[x](/docs/a.md)": "begins with a stroke",
            "[x](http://example.org/)": "not https",
            "[x](https://example/)": "no host",
            "[x](https://example.org/x.)": "ends with a mark",
            "[x](mailto:nobody)": "no address",
            "![x](docs/pictures/none.png)": "no such picture",
        }
        for markdown, fault in faults.items():
            with self.subTest(markdown):
                (finding,) = self.findings(f"# R\n\n[a](docs/a.md)\n\n{markdown}\n")
                self.assertIn(fault, finding.fault)
                self.assertEqual((finding.path, finding.line), ("README.md", 5))

    def test_a_picture_that_nobody_shows_and_a_page_that_nothing_reaches(self):
        (self.root / "docs" / "pictures" / "b.png").touch()
        self.assertEqual(
            [(each.path, each.fault) for each in self.findings("# R\n")],
            [
                ("docs/pictures/b.png", "no document shows this picture"),
                ("docs/a.md", "no link from README.md leads here"),
            ],
        )

    def test_links_of_guidance_texts_are_addresses_of_the_room(self):
        path = "cables/articles/guidance_texts/a.md"
        document = read_document(path, "[x](/about/faq/) [y](/search/?q=a) [z](/nothing/)")
        (finding,) = check_links([document], self.root)
        self.assertEqual(finding.text, "/nothing/")


class LineLengthTests(TestCase):
    def test_lines_of_any_kind_are_too_long_from_161_characters(self):
        for beginning in ("", "- ", "| ", "    ", "é"):
            line = beginning.ljust(160, "x")
            with self.subTest(beginning):
                fits, long = (
                    read_document("a.md", f"# A\n\n{each}\n") for each in (line, line + "x")
                )
                self.assertEqual([*check_line_lengths([fits])], [])
                (finding,) = check_line_lengths([long])
                self.assertEqual((finding.path, finding.line), ("a.md", 3))
                self.assertIn("161 characters", finding.fault)


class GeneratedTests(TestCase):
    def test_a_part_that_is_not_that_of_today_is_found_and_written_anew(self):
        root = Path(self.enterContext(TemporaryDirectory()))
        name = f"{DECISIONS}/README.md"
        self.enterContext(patch("tests.docs_check.generated.PARTS", {name: list_of_decisions}))
        (root / DECISIONS).mkdir(parents=True)
        (root / DECISIONS / "0001-a.md").write_text("# 1. One thing\n\nWhy.\n")
        for old in ("", "- [1](0001-a.md): Another\n"):
            page = f"# D\n\n{BEGIN}{old}{END}\nEnd.\n"
            with self.subTest(old):
                (finding,) = check_generated([read_document(name, page)], root)
                self.assertIn("not fresh", finding.fault)
                (root / name).write_text(page)
                write_generated(root)
                fresh = f"# D\n\n{BEGIN}- [1](0001-a.md): One thing\n{END}\nEnd.\n"
                self.assertEqual((root / name).read_text(), fresh)
                self.assertEqual([*check_generated([read_document(name, fresh)], root)], [])
        self.assertEqual(len([*check_generated([read_document(name, "# D\n")], root)]), 1)

    def test_an_arrow_that_others_stand_for_is_not_drawn(self):
        graph = {"a": {"b", "c", "d"}, "b": {"c"}, "c": {"d"}, "d": set()}
        self.assertEqual(without_detours(graph), {"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": set()})


class CommandTests(TestCase):
    def test_the_command_prints_a_table_and_fails(self):
        found = [Finding("docs/a.md", 3, "make nothing", "make has no target nothing")]
        for findings, status, printed in (
            (found, 1, "docs/a.md:3  make nothing  make has no target nothing\n"),
            ([], 0, "The docs name nothing that does not exist.\n"),
        ):
            with self.subTest(status=status), patch("tests.docs_check.report.check") as checked:
                checked.return_value = findings
                out = io.StringIO()
                with redirect_stdout(out):
                    self.assertEqual(main(), status)
                self.assertEqual(out.getvalue(), printed)

    def test_all_markdown_files_are_read(self):
        paths = {document.path for document in read_documents(PROJECT)}
        expected = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/reading.md"}
        guidance = {"cables/articles/guidance_texts/faq.md", ".github/pull_request_template.md"}
        self.assertLessEqual(expected | guidance, paths)
        self.assertIn("docs/decisions/0006-markdown-without-html.md", paths)
