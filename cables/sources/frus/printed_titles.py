"""The headings of a document, or the first line of one that has no heading."""

import re
from itertools import takewhile

from lxml import etree

from .note_kinds import is_inline, is_no_source
from .tei_text import local, text_of

# The elements that may stand above a text.
OUTER = frozenset(
    {"head", "dateline", "opener", "byline", "pb", "note", "lb", "milestone", "anchor"}
)
UNTITLED = "[Untitled]"  # The heading of a document that has none, by its editors.
LONGEST_TITLE = 200  # Characters of a first line that is a title.
NO_TITLE = re.compile(r"[\[(]|\W*translat(?:ion|ed)\b|[IVXLC]+\.?$", re.IGNORECASE)


def heads_of(document: etree._Element) -> list[etree._Element]:
    """Return the headings above the text of a document."""
    above = takewhile(lambda child: not local(child) or local(child) in OUTER, document)
    line = title_line(document)
    return [child for child in above if local(child) == "head" or child is line]


def title_line(document: etree._Element) -> etree._Element | None:
    """Return the first line below the heading "[Untitled]", which is the title; or None.

    It is a note printed there, or a centred line, which is part of the text too.
    """
    head = document.find("{*}head")
    if head is None or (head.text or "").lstrip()[:1] not in ("", UNTITLED[0]):
        return None  # A cheap test that ends most calls.
    if not text_of(head).startswith(UNTITLED):
        return None
    for line in head.itersiblings("{*}note", "{*}p", "{*}opener"):
        is_line = line.get("rend") == "center" or (local(line) == "note" and is_inline(line))
        if not is_line:
            return None
        if not is_no_source(words := text_of(line)):
            return line if len(words) <= LONGEST_TITLE and NO_TITLE.match(words) is None else None
    return None
