"""Find who signed a document (F-19)."""

import re

from lxml import etree

from .tei_text import text_of
from .volume import own_elements

LONGEST = 60  # Characters of a closing line that names a sender.
UNSIGNED = re.compile(r"[\[(]?File[d]? copy not signed", re.IGNORECASE)
BY_WIRE = re.compile(r"(?:\w+ )?(?:Tele|Air)gram\b", re.IGNORECASE)
# What the telegraph office adds behind the name.
OFFICE_NOTE = re.compile(r"\s*\bNOTE BY\b.*")
# "... mid-March. KISSINGER", "... TO FOLLOW. RELL UNQUOTE KISSINGER".
IN_CAPITALS = re.compile(r"(?:^|[.!?)”\"]\s*)(?:[A-Z]{4,} ){0,2}(?P<name>[A-Z][A-Z’'-]{3,})\.?$")


def signature_of(document: etree._Element, title: str) -> str:
    """Return who signed a document, "" if no one: its signature, closing line or last name."""
    if (signed := next(own_elements(document, "signed"), None)) is not None:
        return text_of(signed).rstrip(" ,")
    closers = [text_of(each) for each in own_elements(document, "closer")]
    if closers:
        named = len(closers[-1]) < LONGEST and not UNSIGNED.search(closers[-1])
        return closers[-1].rstrip(" ,") if named else ""
    return _at_the_end(document) if BY_WIRE.match(title) else ""


def _at_the_end(document: etree._Element) -> str:
    """Return the name in capitals with which the last paragraph ends."""
    paragraphs = (OFFICE_NOTE.sub("", text_of(each)) for each in own_elements(document, "p"))
    lines = [words for words in paragraphs if words and not words.startswith("[")]
    found = IN_CAPITALS.search(lines[-1]) if lines else None
    return found["name"] if found else ""
