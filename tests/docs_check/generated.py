"""Parts of documents that are made from the project, between two comments; what is not fresh.

python -m tests.docs_check --write writes them anew.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.import_graph import import_graph, without_detours

from .documents import Document, Finding, Piece

WRITE = "python -m tests.docs_check --write"
BEGIN, END = f"<!-- Made by {WRITE} -->\n", "<!-- End -->\n"
PART = re.compile(rf"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", re.DOTALL)
DECISIONS = "docs/decisions"
NO_PACKAGES = {"__init__", "apps"}


def picture_of_packages(_: Path) -> str:
    """Return what packages import as a Mermaid chart, without arrows that others stand for."""
    graph = import_graph()
    shown = {name: found for name, found in graph.items() if name not in NO_PACKAGES}
    lines = [
        f"    {name} --> {' & '.join(sorted(found))}"
        for name, found in sorted(without_detours(shown).items())
        if found
    ]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def list_of_decisions(root: Path) -> str:
    """Return a line for each decision: its number, which links to it, and its title."""
    lines = []
    for path in sorted((root / DECISIONS).glob("0*.md")):
        number, title = path.read_text().partition("\n")[0].removeprefix("# ").split(". ", 1)
        item = f"- [{number}]({path.name}): {title}"
        lines.append(textwrap.fill(item, 120, subsequent_indent="  ", break_on_hyphens=False))
    return "\n".join([*lines, ""])


PARTS: dict[str, Callable[[Path], str]] = {
    "docs/contributing.md": picture_of_packages,
    f"{DECISIONS}/README.md": list_of_decisions,
}


def check_generated(documents: list[Document], root: Path) -> Iterator[Finding]:
    """Yield documents whose generated part is missing, or is not what it would be now."""
    for document in documents:
        if document.path in PARTS:
            part = PART.search(document.markdown)
            if not part or part[0] != PARTS[document.path](root):
                line = document.markdown[: part.start()].count("\n") if part else 0
                yield document.finding(Piece("its made part", line), f"not fresh: {WRITE}")


def write_generated(root: Path) -> None:
    """Write the generated parts of all documents anew."""
    for name, made in PARTS.items():
        path = root / name
        new = made(root)
        path.write_text(PART.sub(lambda _, new=new: new, path.read_text()))
