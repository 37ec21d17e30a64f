"""How a volume sets words of a text: in italics, or as a part of an enclosure (F-29)."""

import re

from lxml import etree

from ...telegram.printed_styles import DATELINE, HEADING, ITALIC, SIGNATURE, START
from .tei_text import local, text_of

LONGEST = 90  # Characters of the heading or dateline of an enclosure.
APART = frozenset({"p", "note", "opener", "ab"})  # In which an enclosure may have its heading.
INSIDE = frozenset({"attachment", "div", "body"})  # Elements that hold an enclosure.
OF_PART = {"head": HEADING, "dateline": DATELINE, "signed": SIGNATURE}
_NAME = (
    r"(?:(?:sub-?)?[ei]nclosures?|attachments?|annex(?:ure)?|appendix|exhibit|schedule|tab"
    r"|indorsements?)"
)
# "[Inclosure 2 in No. 14.—Translation.]", "Tab A", "ANNEX 15", "Enclosure No. 1."
HEADS = re.compile(
    rf"[\[(]{_NAME}\b[^\[\]]*[\])]\.?|{_NAME}(?:,? (?:no\. ?)?[\dA-Z]{{1,4}}){{0,2}}[.:]?",
    re.IGNORECASE,
)
BRACKETED = re.compile(r"\[[^\[\]]+\]\.?")
# "Washington, August 4, 1955.", "Moscow, undated.", at the head of an enclosure.
DATED = re.compile(
    r"\[?(?:[A-Z][^:;\d]{2,50}, ?)?(?:undated|(?:[A-Z][a-z]{2,8}\.? )?\d{1,2},? (?:[A-Z][a-z]+ )?"
    r"\d{4}(?:, .{0,20}[apAP]\.?[mM])?)\.?\]?\.?"
)


def style_of(element: etree._Element) -> str:
    """Return how a volume sets an element of a text: a style of `telegram.printed_styles`, or "".

    The first block of an enclosure without a heading is its START.
    """
    name, parent = local(element), element.getparent()
    if name in ("hi", "emph") or element.get("rend") == "sectiontitleital":
        return ITALIC if name == "emph" or "ital" in element.get("rend", "") else ""
    if name in OF_PART:
        is_part = name != "head" or local(parent) in INSIDE
        return OF_PART[name] if is_part else ""
    if name not in APART:
        return ""
    words = text_of(element)
    if _is_heading(element, words):
        return HEADING
    before = element.getprevious()
    if before is not None and DATED.fullmatch(words) and style_of(before) == HEADING:
        return DATELINE
    return START if _opens(element) and not _has_head(element) else ""


def _is_heading(element: etree._Element, words: str) -> bool:
    """Return whether a paragraph is the heading of an enclosure, or set in bold as one."""
    if len(words) > LONGEST:
        return False
    is_bold = len(element) > 0 and element[0].get("rend") == "strong"
    if is_bold and text_of(element[0]) == words:
        return True
    return bool(HEADS.fullmatch(words) or (_opens(element) and BRACKETED.fullmatch(words)))


def _opens(element: etree._Element) -> bool:
    """Return whether an enclosure begins with an element."""
    before = map(local, element.itersiblings(preceding=True))
    is_first = all(name in ("", "pb", "dateline") for name in before)
    return is_first and local(element.getparent()) == "attachment"


def _has_head(element: etree._Element) -> bool:
    return element.getparent().find("{*}head") is not None
