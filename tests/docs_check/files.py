"""Check that files of the project which documents name exist."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .documents import Document, Finding, Piece

FOLDERS = "cables|reading_room|templates|static|tests|docs|\\.github|\\.ci|\\.devcontainer"
NAMED = re.compile(rf"(?<![\w./@-])(?:{FOLDERS})/[\w./-]*[\w/]")
MODULE = re.compile(r"(?<![\w.*{}/-])(?:[\w-]+/)*[a-z_]\w*\.py\b")
PLACEHOLDER = re.compile(r"(^|/)[A-Z]{3,}\.")  # cables/sources/NAME.py
OF_THE_PACKAGE = "reading_room/bundled"  # Not in a checkout.


def check_files(documents: list[Document], root: Path) -> Iterator[Finding]:
    """Yield paths and modules in code that the project does not have."""
    for document in documents:
        for piece in document.code:
            for name in missing_files(piece.text, root, (root / document.path).parent):
                yield document.finding(Piece(name, piece.line), "no such file")


def missing_files(text: str, root: Path, folder: Path) -> set[str]:
    """Return what a text names and the project lacks.

    Paths begin at the root or at the folder of the document. A module may be named by the last
    parts of its path.
    """
    modules = {name for name in MODULE.findall(text) if name not in ends_of_modules(root)}
    paths = {name for name in NAMED.findall(text) if not name.endswith(".py")}
    return modules | {
        name
        for name in paths - {OF_THE_PACKAGE}
        if not (root / name).exists()
        and not (folder / name).exists()
        and not PLACEHOLDER.search(name)
    }


@cache
def ends_of_modules(root: Path) -> frozenset[str]:
    """Return all ends of the paths of Python files: "deep/a.py" and "a.py"."""
    files = [*root.glob("*.py"), *root.glob("[!.]*/**/*.py")]
    parts = [path.relative_to(root).parts for path in files]
    return frozenset("/".join(each[-n:]) for each in parts for n in range(1, len(each) + 1))
