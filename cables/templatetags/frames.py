"""How a block of a telegram stands on the page: its element, and what stands back in it.

Every character stays in the text as sent: what is drawn instead of it is a matter of style.
"""

from django.utils.html import escape

from ..paragraphs.labels import find_ends
from ..paragraphs.sections import find_rules
from ..paragraphs.shapes import is_bullet, is_drawn

STYLED = ("signature", "admin", "preformatted")
LONGEST_QUOTE = 1_500  # Characters.
LIST = '<ul class="wire" role="list"><li>'  # A list without marks is none to some readers.


def frame(block, outline):
    """Return (opening tags, closing tags, additions) of a block.

    Additions are (start, end, html): what stands in place of a part of the text, in order.
    """
    role = outline.roles.get(block.id)
    if role == "preformatted":
        return '<pre class="wire" tabindex="0" role="group" aria-label="Table">', "</pre>", []
    quiet = sorted({*_rules(block.text), *_end_marks(block.text), *_signature(block, outline)})
    if role == "list":
        return _listed(block.text, quiet)
    element = "h3" if role == "heading" else "p"
    return f'<{element} class="wire">', f"</{element}>", quiet


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
        yield start, start + len(row), _rule(row)
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
    """Return the frame of a list, which a paragraph may lead in."""
    starts = [start for start, row in _rows(text) if is_bullet(row)]
    opens = LIST if starts[0] == 0 else '<p class="wire">'
    items = [
        (start - 1, start, "</li><li>" if at else f"</p>{LIST}")
        for at, start in enumerate(starts)
        if start
    ]
    return opens, "</li></ul>", sorted([*items, *quiet])
