"""How a block of a telegram stands on the page: its element, and what stands back in it.

Every character stays in the text as sent: what is drawn instead of it is a matter of style.
Each block is a paragraph, whatever its role: browsers copy nothing else with a blank line behind.
"""

from django.utils.html import escape

from ..paragraphs.labels import find_ends
from ..paragraphs.sections import find_rules
from ..paragraphs.shapes import is_bullet, is_drawn

STYLED = ("signature", "admin", "preformatted")
LONGEST_QUOTE = 1_500  # Characters.
LIST = '<span class="items" role="list"><span role="listitem">'


def frame(block, outline, level=3):
    """Return (opening tags, closing tags, additions) of a block. `level` is that of headings.

    Additions are (start, end, html): what stands in place of a part of the text, in order.
    """
    role = outline.roles.get(block.id)
    if role == "preformatted":
        return '<p class="wire" tabindex="0" role="group" aria-label="Table">', "</p>", []
    quiet = sorted({*_rules(block.text), *_end_marks(block.text), *_signature(block, outline)})
    if role == "list":
        return _listed(block.text, quiet)
    heading = f' role="heading" aria-level="{level}"' if role == "heading" else ""
    return f'<p class="wire"{heading}>', "</p>", quiet


def states(block, outline):
    """Return the classes that say what a block is, each behind a blank."""
    role = outline.roles.get(block.id, "")
    kept = role == "preformatted" or ("\n" in block.text and any(_drawn_rows(block.text)))
    return (" kept" if kept else "") + (f" {role}" if role in STYLED else "")


def quote(text):
    """Return a text in paragraphs that reflow, cut behind a sentence if it is long."""
    if len(text) > LONGEST_QUOTE:
        end = max(text.rfind(". ", 0, LONGEST_QUOTE), text.rfind(".\n", 0, LONGEST_QUOTE)) + 1
        text = f"{text[: end or LONGEST_QUOTE]} …"
    paragraphs = []
    for row in text.split("\n"):
        if is_bullet(row) or not paragraphs:
            paragraphs.append(row)
        else:
            paragraphs[-1] += f" {row}"
    return paragraphs


def _rows(text):
    """Yield (start, line) of each line."""
    start = 0
    for row in text.split("\n"):
        yield start, row
        start += len(row) + 1


def _drawn_rows(text):
    return ((start, row) for start, row in _rows(text) if row and is_drawn(row))


def _rules(text):
    """Yield each rule, on a line of its own or inside one."""
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
        yield signature.start, signature.end, f'<span class="quiet">{name}</span>'


def _listed(text, quiet):
    """Return the frame of a list, in the paragraph that may lead it in.

    An item ends where a line does: the line break is that between two boxes.
    """
    starts = [start for start, row in _rows(text) if is_bullet(row)]
    opens = '<p class="wire">' + ("" if starts[0] else LIST)
    items = [
        (start - 1, start, '</span><span role="listitem">' if at else LIST)
        for at, start in enumerate(starts)
        if start
    ]
    return opens, "</span></span></p>", sorted([*items, *quiet])
