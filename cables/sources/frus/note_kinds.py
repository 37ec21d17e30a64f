"""Which notes of a volume tell the source of a document, and which are printed in its text."""

import re

from lxml import etree

from .tei_text import local, text_of

CLASSES = (
    "Top Secret|Secret|Confidential|Limited Official Use|Official Use Only|Restricted"
    "|Unclassified|No classification(?: marking)?|No marking"
)
CLASSED = re.compile(rf"\. (?:{CLASSES})(?:[.;]|$)")
# What a volume prints in brackets above a text of the 19th century: no source.
IN_BRACKETS = re.compile(
    r"\[(?:Extracts?|Translat(?:ion|ed)|Circular|Confidential|Private|Copy)[.,]?\]", re.IGNORECASE
)


def is_in_brackets(words: str) -> bool:
    """Return whether a note above a text is such words as "[Extract.]": no source (F-18)."""
    return IN_BRACKETS.fullmatch(words) is not None


def is_inline(note: etree._Element) -> bool:
    """Return whether a note is printed in the text rather than at the foot of the page."""
    return "inline" in (note.get("rend"), note.get("place"))


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
