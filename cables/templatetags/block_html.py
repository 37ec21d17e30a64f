"""HTML of the blocks of a telegram: the element for each role, tables, and markup of minor parts.

All characters stay in the text as sent; CSS hides or replaces them. Every block is a <p>, as
browsers put a blank line only after these when text is copied. In the table of a volume tabs stand
between the cells (F-27).
"""

import re
from html import escape

from ..telegram.paragraphs.block_shapes import is_bullet, is_drawn, item_rows
from ..telegram.paragraphs.line_starts import printed_start
from ..telegram.paragraphs.named_parts import find_rules
from ..telegram.paragraphs.part_headings import find_ends
from ..telegram.shorten_text import shorten

STYLED = ("signature", "dateline", "admin", "preformatted")
LONGEST_QUOTE = 1_500  # Characters.
SHORT_LINE = 46  # Characters: the lines of an address or a verse are not joined for reading.
LIST = '<span class="items" role="list"><span role="listitem">'
FIGURE = re.compile(r"[-+–—$£¥(.]*\s?\d")
YEAR = re.compile(r"(?:FY\s?)?1[6-9]\d\d(?:[-–/]\d+)?[.:]?")  # May head a column.
OPENS = '<div class="wire sheet" tabindex="0" role="group" aria-label="Table"><table><tr>'
MOST_HEADS = 3  # Rows.


def frame(block, outline, level=3, of_volume=False):
    """Return (opening tags, closing tags, replacements) of a block; `level` is that of headings.

    The tables of a volume have tabs between their cells.

    Replacements are (start, end, html) in order of start: HTML for parts of the text.
    """
    role = outline.roles.get(block.id)
    if role == "preformatted" and of_volume and "\t" in block.text:
        return table_frame(block.text)
    if role == "preformatted":
        return '<p class="wire" tabindex="0" role="group" aria-label="Table">', "</p>", []
    quiet = sorted(
        {*_start(block), *_rules(block.text), *_end_marks(block.text), *_signature(block, outline)}
    )
    if role == "list":
        return _listed(block.text, quiet)
    heading = f' role="heading" aria-level="{level}"' if role == "heading" else ""
    return f'<p class="wire"{heading}>', "</p>", quiet


def states(block, outline):
    """Return the CSS classes of a block, each after a blank."""
    role = outline.roles.get(block.id, "")
    classes = f" {role}" if role in STYLED else ""
    if "\n" not in block.text:
        return f" kept{classes}" if role == "preformatted" else classes
    if role == "preformatted" or any(_drawn_rows(block.text)):
        return f" kept{classes}"
    is_running = role or block.number
    if not is_running and max(map(len, block.text.split("\n"))) <= SHORT_LINE:
        return f" short-lines{classes}"
    return classes


def quote(text):
    """Return the paragraphs of a text without line breaks; a long text is cut after a sentence."""
    return shorten("\n".join(item_rows(text)), LONGEST_QUOTE).split("\n")


def _rows(text):
    """Yield (start, line) of each line."""
    start = 0
    for row in text.split("\n"):
        yield start, row
        start += len(row) + 1


def _drawn_rows(text):
    return ((start, row) for start, row in _rows(text) if row and is_drawn(row))


def _start(block):
    """Yield the number and the portion mark, which stand in the margin when a text is read."""
    if end := printed_start(block.text, block.number):
        # Their link and mark in the margin are heard.
        yield 0, end, f'<span class="sent" aria-hidden="true">{escape(block.text[:end])}</span>'


def _rules(text):
    """Yield replacements for rules, on a line of their own or within one."""
    for start, row in _drawn_rows(text):
        signs = row.lstrip()
        yield start + len(row) - len(signs), start + len(row), _rule(signs)
    for start, end in find_rules(text):
        yield start, end, _rule(text[start:end])


def _rule(signs):
    return f'<span class="rule" aria-hidden="true">{escape(signs)}</span>'


def _end_marks(text):
    for start, end, _ in find_ends(text):
        yield start, end, f'<span class="quiet">{escape(text[start:end])}</span>'


def _signature(block, outline):
    signature = outline.signature
    if signature and signature.id == block.id and not signature.alone:
        name = escape(block.text[signature.start : signature.end])
        yield signature.start, signature.end, f'<span class="quiet signed">{name}</span>'


def _listed(text, quiet):
    """Return the frame of a list, also behind other lines; tags of items replace line breaks."""
    starts = [start for start, row in _rows(text) if is_bullet(row)]
    opens = '<p class="wire">' + ("" if starts[0] else LIST)
    items = [
        (start - 1, start, '</span><span role="listitem">' if at else LIST)
        for at, start in enumerate(starts)
        if start
    ]
    return opens, "</span></span></p>", sorted([*items, *quiet])


def table_frame(text: str) -> tuple[str, str, list[tuple[int, int, str]]]:
    """Return (opening tags, closing tags, replacements) of a table, as `frame` does.

    The replacements are those of tabs and line ends. The rows above the first figures head the
    columns, and words in the first column head their row. A heading over headings spans them.
    """
    rows = [[cell.strip() for cell in row.split("\t")] for row in text.split("\n")]
    width, heads = max(map(len, rows)), _count_heads(rows)
    opens, closes, at, replacements = OPENS, "", 0, []
    for number, row in enumerate(text.split("\n")):
        below = rows[number + 1] if number + 1 < heads else []
        spans = _spans(rows[number], below, width) if number < heads else {}
        for column, cell in enumerate(row.split("\t")):
            if spans.get(column, 1):
                tag, attributes = _element(rows[number], column, spans.get(column, 0))
                between = "</tr><tr>" if at and not column else ""
                if at:
                    replacements.append((at - 1, at, f"{closes}{between}<{tag}{attributes}>"))
                else:
                    opens += f"<{tag}{attributes}>"
                closes = f"</{tag}>"
            at += len(cell) + 1
    return opens, f"{closes}</tr></table></div>", replacements


def _count_heads(rows: list[list[str]]) -> int:
    """Return how many rows head the columns: none in a table without figures."""
    with_figures = (at for at, row in enumerate(rows) if any(map(_is_figure, row[1:])))
    most = min(next(with_figures, 0), MOST_HEADS)
    heads = min(most, 1)
    while heads < most and (not rows[heads][0] or sum(map(bool, rows[heads - 1])) == 1):
        heads += 1
    return heads


def _is_figure(cell: str) -> bool:
    return FIGURE.match(cell) is not None and YEAR.fullmatch(cell) is None


def _spans(row: list[str], below: list[str], width: int) -> dict[int, int]:
    """Return {column: columns that its heading takes}, 0 for one that another heading takes.

    A heading spans headings below it without one of their own, and the last spans the rest.
    """
    spans, last = {}, 0
    for column in range(width):
        cell = row[column] if column < len(row) else ""
        is_below = column >= len(row) or any(below[column : column + 1])
        spans[column] = 1
        if not cell and last and is_below:
            spans[last] += 1
            spans[column] = 0
        else:
            last = column if cell else 0
    return spans


def _element(row: list[str], column: int, span: int) -> tuple[str, str]:
    """Return the name of the element of a cell and its attributes; `span` is 0 below headings."""
    if row[column] and span:
        return "th", f' scope="colgroup" colspan="{span}"' if span > 1 else ' scope="col"'
    is_head = not column and row[0] and not _is_figure(row[0]) and any(map(_is_figure, row[1:]))
    return ("th", ' scope="row"') if is_head else ("td", "")
