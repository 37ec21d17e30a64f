"""HTML of a table of a volume, in whose text tabs stand between the cells (F-27)."""

import re

FIGURE = re.compile(r"[-+–—$£¥(.]*\s?\d")
YEAR = re.compile(r"(?:FY\s?)?1[6-9]\d\d(?:[-–/]\d+)?[.:]?")  # May head a column.
OPENS = '<div class="wire sheet" tabindex="0" role="group" aria-label="Table"><table><tr>'
MOST_HEADS = 3  # Rows.


def table_frame(text: str) -> tuple[str, str, list[tuple[int, int, str]]]:
    """Return (opening tags, closing tags, replacements) of a table, as block_html.frame does.

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
