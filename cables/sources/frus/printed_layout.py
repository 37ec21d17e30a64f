"""How a volume sets a document: italics, headings of enclosures (F-29), columns of tables."""

import re
from collections import Counter

from lxml import etree

from ...telegram.editors_additions import DATELINE, HEADING, ITALIC, SECTION, SIGNATURE, START
from ...telegram.paragraphs import is_endorsement
from ...telegram.paragraphs.lines import PADDING
from .tei_text import local, text_of

WIDEST = 32  # Characters: a column with longer cells is aligned to this width only.
MOST_COLUMNS = 100  # A span beyond is an error of the file.


def columns_of(table: etree._Element) -> dict[etree._Element, tuple[int, int]]:
    """Return {cell: (columns left empty before it, columns that it takes)} of a table.

    A cell may span columns (`cols`) and rows (`rows`). Where a row has as many cells as the table
    has columns, those beside a span are written out, and nothing is left empty for it. Headings
    that are one too few stand over the last columns.
    """
    rows = [[cell for cell in row if local(cell) == "cell"] for row in table if local(row) == "row"]
    spans = [[_span(cell, "cols") for cell in row] for row in rows]
    widths = [*map(sum, spans)]
    width = max(widths, default=0)
    places: dict[etree._Element, tuple[int, int]] = {}
    taken: Counter[int] = Counter()  # Rows for which a column is taken by a cell above.
    is_short = len(widths) > 2 and widths == [width - 1, *[width] * (len(widths) - 1)]
    indented = rows[0][:1] if is_short and len(rows[0]) > 1 and all(map(text_of, rows[0])) else []
    for row, row_spans in zip(rows, spans, strict=True):
        is_whole = sum(row_spans) >= width
        at, held = 0, Counter[int]()
        for cell, span in zip(row, row_spans, strict=True):
            start = at
            at += cell in indented
            while not is_whole and taken[at]:
                at += 1
            places[cell] = (at - start, span)
            for column in range(at, at + span):
                held[column] = _span(cell, "rows")
            at += span
        taken = Counter({at: left - 1 for at, left in (taken | held).items() if left > 1})
    return places


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "")
    return min(int(value), MOST_COLUMNS) if value.isdecimal() and int(value) else 1


def aligned(written: list[str], end: str) -> list[str]:
    """Return rows, in which `end` ends each cell, with tabs between cells of the same width.

    Cells are filled up with a blank that is not read as text: ids of paragraphs need not it.
    """
    rows = [[" ".join(cell.split()) for cell in row.split(end)] for row in written]
    widths: Counter[int] = Counter()
    for row in rows:
        for at, cell in enumerate(row[:-1]):
            widths[at] = min(max(widths[at], len(cell)), WIDEST)
    filled = ([cell.ljust(widths[at], PADDING) for at, cell in enumerate(row)] for row in rows)
    return ["\t".join(row).rstrip() for row in filled]


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
# "[Inclosure No. 1 will be found in the Statutes.]", "(Inclosure: Complaint of Rell.)" below a
# letter: these say where it is, and that it went with the letter.
REMARK = re.compile(
    rf"\[.*\b(?:will be found|(?:is|are) not (?:printed|sent)|see)\b.*\]\.?|\({_NAME}\b.*\)\.?",
    re.IGNORECASE,
)
BRACKETED = re.compile(r"\[[^\[\]]+\]\.?")
# "Washington, August 4, 1955.", "Moscow, undated.", at the head of an enclosure.
DATED = re.compile(
    r"\[?(?:[A-Z][^:;\d]{2,50}, ?)?(?:undated|(?:[A-Z][a-z]{2,8}\.? )?\d{1,2},? (?:[A-Z][a-z]+ )?"
    r"\d{4}(?:, .{0,20}[apAP]\.?[mM])?)\.?\]?\.?"
)


def style_of(element: etree._Element, *, below_heading: bool = False) -> str:
    """Return how a volume sets an element of a text: a style of telegram.editors_additions, or "".

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
    if REMARK.fullmatch(words) and (words[0] == "[" or local(element.getparent()) == "postscript"):
        return ""
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
    if local(element.getparent()) != "attachment":
        return False
    before = map(local, element.itersiblings(preceding=True))
    return all(name in ("", "pb", "dateline") for name in before)
