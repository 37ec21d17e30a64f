"""Run all checks, and say what they found."""

from collections.abc import Iterable
from pathlib import Path

from .addresses import check_addresses
from .commands import check_commands, check_lone_options
from .documents import Finding, read_documents
from .environment_names import check_names, check_settings
from .files import check_files
from .generated import check_generated
from .line_lengths import check_line_lengths
from .links import check_links, check_pages_are_reached, check_pictures


def check(root: Path) -> list[Finding]:
    """Return what is wrong in the Markdown files of a project, by file and line."""
    documents = read_documents(root)
    found = [
        *check_links(documents, root),
        *check_pictures(documents, root),
        *check_pages_are_reached(documents),
        *check_commands(documents),
        *check_lone_options(documents),
        *check_settings(documents),
        *check_names(documents),
        *check_addresses(documents),
        *check_files(documents, root),
        *check_line_lengths(documents),
        *check_generated(documents, root),
    ]
    return sorted(set(found))


def table(findings: Iterable[Finding]) -> str:
    """Return the findings as a table of place, text and fault."""
    rows = [(f"{each.path}:{each.line}", each.text, each.fault) for each in findings]
    if not rows:
        return ""
    widths = [min(60, max(len(row[column]) for row in rows)) for column in (0, 1)]
    return "\n".join(f"{at:{widths[0]}}  {text:{widths[1]}}  {fault}" for at, text, fault in rows)
