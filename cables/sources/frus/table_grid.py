"""Where the cells of a table stand: their columns, and the signs that align them in a text."""

from collections import Counter

from lxml import etree

from ...telegram.paragraphs.lines import PADDING
from .tei_text import local

WIDEST = 32  # Characters: a column with longer cells is aligned to this width only.
MOST_COLUMNS = 100  # A span beyond is an error of the file.


def columns_of(table: etree._Element) -> dict[etree._Element, tuple[int, int]]:
    """Return {cell: (columns left empty before it, columns that it takes)} of a table.

    A cell may span columns (`cols`) and rows (`rows`). Where a row has as many cells as the table
    has columns, those beside a span are written out, and nothing is left empty for it.
    """
    rows = [[cell for cell in row if local(cell) == "cell"] for row in table if local(row) == "row"]
    spans = [[_span(cell, "cols") for cell in row] for row in rows]
    width = max(map(sum, spans), default=0)
    places: dict[etree._Element, tuple[int, int]] = {}
    taken: Counter[int] = Counter()  # Rows for which a column is taken by a cell above.
    for row, row_spans in zip(rows, spans, strict=True):
        is_whole = sum(row_spans) >= width
        at, held = 0, Counter[int]()
        for cell, span in zip(row, row_spans, strict=True):
            start = at
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
