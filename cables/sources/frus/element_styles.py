"""How a volume sets words of a text: in italics, or as a part of an enclosure (F-29)."""

import re

from lxml import etree

from ...telegram.editors_additions import DATELINE, HEADING, ITALIC, SECTION, SIGNATURE, START
from ...telegram.paragraphs import is_endorsement
from .tei_text import local, text_of

LONGEST = 90  # Characters of a heading, or of the dateline of an enclosure.
APART = frozenset({"p", "note", "opener", "ab"})  # In which an enclosure may have its heading.
INSIDE = frozenset({"attachment", "div", "body"})  # Elements that hold an enclosure.
OF_PART = {"dateline": DATELINE, "signed": SIGNATURE}
_NAME = (
    r"(?:(?:sub-?)?[ei]nclosures?|attachments?|annex(?:ure)?|appendix|exhibit|schedule|tab"
    r"|indorsements?)"
)
# "[Inclosure 2 in No. 14.—Translation.]", "Tab A", "ANNEX 15", "Enclosure No. 1."
HEADS = re.compile(
    rf"[\[(]{_NAME}\b[^\[\]]*[\])]\.?|{_NAME}(?:,? (?:no\. ?)?[\dA-Z]{{1,4}}){{0,2}}[.:]?",
    re.IGNORECASE,
)
# "Recommendations:", "II. The Problem"; not "“The General Assembly,", "Mr. President:".
TITLE = re.compile(rf"(?!(?:Mrs?|Dear)\b)[\w(].{{,{LONGEST - 2}}}[^,;]")
BRACKETED = re.compile(r"\[[^\[\]]+\]\.?")
# "Washington, August 4, 1955.", "Moscow, undated.", at the head of an enclosure.
DATED = re.compile(
    r"\[?(?:[A-Z][^:;\d]{2,50}, ?)?(?:undated|(?:[A-Z][a-z]{2,8}\.? )?\d{1,2},? (?:[A-Z][a-z]+ )?"
    r"\d{4}(?:, .{0,20}[apAP]\.?[mM])?)\.?\]?\.?"
)


def style_of(element: etree._Element, *, below_heading: bool = False) -> str:
    """Return how a volume sets an element of a text: a style of `telegram.printed_styles`, or "".

    `below_heading` tells that it follows the heading of an enclosure. The first block of an
    enclosure without a heading is its START.
    """
    name = local(element)
    if element.get("rend") == "sectiontitleital":
        return SECTION if TITLE.fullmatch(text_of(element)) else ITALIC
    if name in ("hi", "emph"):
        return ITALIC if name == "emph" or "ital" in element.get("rend", "") else ""
    if name == "head":
        return HEADING if local(element.getparent()) in INSIDE else ""
    return _style_of_line(element, below_heading) if name in APART else OF_PART.get(name, "")


def _style_of_line(element: etree._Element, below_heading: bool) -> str:
    words, opens = text_of(element), _opens(element)
    if len(words) <= LONGEST:
        if HEADS.fullmatch(words) or (opens and BRACKETED.fullmatch(words)):
            return HEADING
        if below_heading and element.find("{*}hi[@rend='strong']") is not None:
            return HEADING
        if below_heading and DATED.fullmatch(words):
            return DATELINE
    starts = opens and element.getparent().find("{*}head") is None
    return START if starts and not is_endorsement(words) else ""


def _opens(element: etree._Element) -> bool:
    """Return whether an enclosure begins with an element."""
    before = map(local, element.itersiblings(preceding=True))
    is_first = all(name in ("", "pb", "dateline") for name in before)
    return is_first and local(element.getparent()) == "attachment"
