"""Headings of a document, and which of its notes are on the source or printed in the text."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from lxml import etree

from .tei_text import ID, local, text_of

CLASSES = (
    "Top Secret|Secret|Confidential|Limited Official Use|Official Use Only|Restricted"
    "|Unclassified|No classification(?: marking)?|No marking"
)
# "Personal and Confidential", "Administratively Restricted", "For Official Use Only".
BEFORE_CLASS = "(?:(?:Personal|Private) and |Administratively |Strictly |For )?"
CLASSED = re.compile(rf"\.[”’]? {BEFORE_CLASS}(?:{CLASSES})(?:[.;]|$)")
# What a volume prints above a text of the 19th century: "[Telegram.—Received July 19.]",
# "No. 56.]", "*No. 13.[26]", "C.".
NO_SOURCE = re.compile(
    r"[\[(](?:(?:Strictly|Private and|By|Per) )*(?:Extracts?|Translat(?:ion|ed)|Circular"
    r"|Confidential|Private|Copy|Paraphrase|Memorandum|Statement|(?:Tele|Cable)gram|Cable|Telegraph)\b"
    r"(?! (?:from|of)\b)[^][]*[])][.,]?"
    r"|(?:\*?(?P<number>No\.? ?(?:\d+½?|—))|[A-Z])(?P<end>[].|]*)(?: ?\[\d+\])?",
    re.IGNORECASE,
)

LONGEST_LINE = 80  # Characters of a line between paragraphs that is marked as a note.
BRACKETED = re.compile(r"[\[(](?!Source:)[^\[\]]*[\])]\.?")
FROM_PAPER = re.compile(
    r"[\[(](?:(?:an?|article|copy|extracts?|of|printed|slip|the|translat\w+)[ ,.—–-]+)*"
    r"(?:from|in)\b",
    re.IGNORECASE,
)
TITLE = re.compile(r"[^\Wa-z\d]+(?:[ ,.’-]+[^\Wa-z\d]+){2,}\.?")  # "LETTERS OF MR. RELL."


def is_no_source(words: str) -> bool:
    """Return whether a note above a text is such words as "[Extract.]" or "No. 56.]" (F-18)."""
    return NO_SOURCE.fullmatch(words) is not None


def is_caption(words: str) -> bool:
    """Return whether a note above a text is in brackets or in capitals, and names no paper.

    "[From the Lima Herald.]" tells the source, "[Protest.]" and "LETTERS OF MR. RELL." do not.
    """
    in_brackets = BRACKETED.fullmatch(words) and not FROM_PAPER.match(words)
    return bool(in_brackets or TITLE.fullmatch(words))


def number_in_volume(document: etree._Element) -> str:
    """Return the line with a document's number in its volume, "" if none stands before its heading.

    "No. 7." without a bracket is that; "No. 56.]", and a second line, are of its sender.
    """
    before = takewhile(lambda child: local(child) != "head", document)
    lines = (NO_SOURCE.fullmatch(text_of(child)) for child in before)
    first = next((line for line in lines if line and line["number"]), None)
    return first[0] if first and "]" not in first["end"] else ""


def own_lines(lines: Sequence[str], in_volume: str = "") -> tuple[str, ...]:
    """Return the lines above a text without a number that is not the last, or is `in_volume`."""
    numbers = [line for line in lines if (found := NO_SOURCE.fullmatch(line)) and found["number"]]
    return tuple(line for line in lines if line not in (*numbers[:-1], in_volume))


def is_inline(note: etree._Element) -> bool:
    """Return whether a note is printed in the text rather than at the foot of the page."""
    return "inline" in (note.get("rend"), note.get("place"))


def is_line(note: etree._Element) -> bool:
    """Return whether what is marked as a note is a line between paragraphs: "[Enclosure A.]".

    It has no number, no id and no place. Outside attachments a longer one is a footnote that lost
    its number, and one in brackets is a remark of the editors: "[Inclosure not sent.]".
    """
    parent, words = local(note.getparent()), text_of(note)
    if parent not in ("attachment", "div") or {*note.keys()} & {"n", ID, "rend", "place", "type"}:
        return False
    return parent == "attachment" or (len(words) <= LONGEST_LINE and words[:1] != "[")


def is_on_source(note: etree._Element) -> bool:
    """Return whether a note above a text is marked as the source note of its document."""
    return note.get("type") == "source" or (is_inline(note) and note.get("type") != "summary")


def says_source(note: etree._Element) -> bool:
    """Return whether a note begins like a source note, whatever its markup.

    The first note of a heading that has a class as a sentence is one too.
    """
    words = text_of(note)
    first = note.get("n") == "1" and local(note.getparent()) == "head"
    return words.startswith("Source:") or (first and CLASSED.search(words) is not None)


# The elements that may stand above a text.
OUTER = frozenset(
    {"head", "dateline", "opener", "byline", "pb", "note", "lb", "milestone", "anchor"}
)
UNTITLED = "[Untitled]"  # The heading of a document that has none, by its editors.
LONGEST_TITLE = 200  # Characters of a first line that is a title.
NO_TITLE = re.compile(r"[\[(]|\W*translat(?:ion|ed)\b|[IVXLC]+\.?$", re.IGNORECASE)


@lru_cache(maxsize=2)  # A document is asked for them several times.
def heads_of(document: etree._Element) -> tuple[etree._Element, ...]:
    """Return the headings above the text of a document."""
    above = takewhile(lambda child: not local(child) or local(child) in OUTER, document)
    line = title_line(document)
    return tuple(child for child in above if local(child) == "head" or child is line)


@lru_cache(maxsize=2)
def title_line(document: etree._Element) -> etree._Element | None:
    """Return the first line below the heading "[Untitled]", or an empty one: the title; or None.

    It is a note printed there, or a centred line, which is part of the text too.
    """
    head = next(document.iterchildren("{*}head"), None)
    if head is None or (head.text or "").lstrip()[:1] not in ("", UNTITLED[0]):
        return None  # A cheap test that ends most calls.
    if not text_of(head).startswith(UNTITLED) and text_of(head):
        return None
    for line in head.itersiblings("{*}note", "{*}p", "{*}opener"):
        is_note = local(line) == "note" and (is_inline(line) or is_line(line))
        if line.get("rend") != "center" and not is_note:
            return None
        if not is_no_source(words := text_of(line)):
            return line if len(words) <= LONGEST_TITLE and NO_TITLE.match(words) is None else None
    return None
