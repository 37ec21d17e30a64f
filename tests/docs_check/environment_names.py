"""Check environment variables: docs name settings that the code reads, and list each once.

The default in the list is the one in the code.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from tests.paths import PROJECT

from .documents import Document, Finding, Piece
from .setting_defaults import default_fault, plain_default

SETTINGS_PAGE = "docs/settings.md"
NAME = re.compile(r"[A-Z][A-Z0-9_]{2,}")
SOURCES = ("reading_room", "cables", "tests", "docs/notebooks")
# Functions that are given the name of a variable, beside the methods of os.environ.
READERS = {"read", "number", "text", "texts", "database", "read_rules"}
# A variable that the web server reads by itself.
READ_BY_OTHERS = {"GUNICORN_CMD_ARGS"}
NOT_FOR_USERS = {"DJANGO_SETTINGS_MODULE"}
OF_TESTS = "CABLES_"  # Other variables that tests read are not for those who run them.
# Names of other programs' variables that documents set.
OTHER_PROGRAMS = {"TMPDIR"}
ASSIGNED = re.compile(r"(?<![\w.&?/-])([A-Z][A-Z0-9_]{2,})=")
IN_NOTEBOOK = re.compile(r'environ\.get\(\\"([A-Z_]+)\\", \\"([^"\\]*)')
IDENTIFIER = re.compile(r"[A-Z]+(?:_[A-Z0-9]+)+")


def check_settings(documents: list[Document]) -> Iterator[Finding]:
    """Yield settings that the table of settings lacks, has twice, or that nothing reads."""
    page = next((each for each in documents if each.path == SETTINGS_PAGE), None)
    rows = [*rows_of_settings(page)] if page else []
    listed = Counter(piece.text for piece, _ in rows)
    for name in sorted(setting_names() - listed.keys()):
        yield Finding(SETTINGS_PAGE, 0, name, "the code reads this setting, the table lacks it")
    for piece, default in rows:
        if piece.text not in setting_names():
            yield Finding(SETTINGS_PAGE, piece.line, piece.text, "no code reads this setting")
        elif listed[piece.text] > 1:
            yield Finding(SETTINGS_PAGE, piece.line, piece.text, "listed twice")
        elif fault := default_fault(default, settings_read()[piece.text]):
            yield Finding(SETTINGS_PAGE, piece.line, piece.text, fault)


def rows_of_settings(page: Document) -> Iterator[tuple[Piece, str]]:
    """Yield (name, the cell with its default) of the settings in the tables of a page."""
    for row in page.rows:
        for name in re.findall(rf"`({NAME.pattern})`", row.cells[0]):
            yield Piece(name, row.line), row.cells[1]


def check_names(documents: list[Document]) -> Iterator[Finding]:
    """Yield names of variables in code that are no settings, nor names in the project's code."""
    for document in documents:
        lone = [span for span in document.spans if IDENTIFIER.fullmatch(span.text)]
        assigned = [
            Piece(name, piece.line)
            for piece in document.code
            for name in ASSIGNED.findall(piece.text)
        ]
        for name in lone + assigned:
            if name.text not in setting_names() | code_names() | OTHER_PROGRAMS:
                yield document.finding(name, "no setting, and no name in code")


@cache
def setting_names() -> frozenset[str]:
    """Return the names of all environment variables that the project reads for its users."""
    return frozenset(settings_read())


@cache
def settings_read() -> dict[str, set[str]]:
    """Return {name: its plain defaults in the code} of the variables of `setting_names`.

    The set is empty if the code works the default out.
    """
    read: dict[str, set[str]] = {name: set() for name in READ_BY_OTHERS}
    for folder in SOURCES:
        for path in (PROJECT / folder).rglob("*.py"):
            for name, default in variables_read(ast.parse(path.read_text())):
                if folder != "tests" or name.startswith(OF_TESTS):
                    read.setdefault(name, set()).update(plain_default(default))
    for path in (PROJECT / "docs").rglob("*.ipynb"):
        for name, default in IN_NOTEBOOK.findall(path.read_text()):
            read.setdefault(name, set()).add(default)
    return {name: read[name] for name in read.keys() - NOT_FOR_USERS}


def variables_read(tree: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield (name, the default that is given with it, if any) of what code reads."""
    for node in ast.walk(tree):
        texts: list[ast.expr] = []
        if isinstance(node, ast.Call) and reads_environment(node.func):
            texts = node.args[:3]
        elif isinstance(node, ast.Subscript) and is_environ(node.value):
            texts = [node.slice]
        elif isinstance(node, ast.Compare) and is_environ(node.comparators[0]):
            texts = [node.left]
        for text, default in zip(texts[:2], [*texts[1:], None], strict=False):
            if isinstance(text, ast.Constant) and NAME.fullmatch(str(text.value)):
                yield str(text.value), default


def reads_environment(function: ast.expr) -> bool:
    """Whether a function that is called is given the name of a variable."""
    if isinstance(function, ast.Attribute):
        return function.attr in {"get", "setdefault"} and is_environ(function.value)
    return isinstance(function, ast.Name) and function.id in READERS


def is_environ(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "environ"


@cache
def code_names() -> frozenset[str]:
    """Return the names in capitals in the project's code, Makefile and configuration files."""
    paths = [
        PROJECT / "Makefile",
        *(path for folder in SOURCES for path in (PROJECT / folder).rglob("*.py")),
    ]
    return frozenset(
        name for path in paths for name in re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", path.read_text())
    )
