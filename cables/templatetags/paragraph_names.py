"""Names of paragraphs and other parts of a cable for readers: "¶ 2", "paragraph 2, block 3" (P-6).

Templates have them as filters of cable_text.
"""

from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ..telegram.paragraphs import ID_PARTS, occurrence

register = template.Library()
# Parts that are no paragraphs.
PARTS = {
    "subject": "the subject",
    "header": "the message header",
    **dict.fromkeys(("opening", "preamble"), "the lines before the first paragraph"),
}


@register.filter
def stands(paragraph):
    """The position of a paragraph, from the id of the one before it, or "" at the start."""
    return f"behind {full_name(paragraph)}" if paragraph else "first"


@register.filter
def short_name(paragraph):
    """The printed number of a paragraph id, and that of its block: "2", "2.3", "4–14"."""
    number, _, block = _parts(paragraph)
    return f"{number.replace(' to ', '–')}.{block}" if block else number.replace(" to ", "–")


@register.filter
def margin_name(paragraph):
    """What stands in the margin: the printed number of a paragraph, or ¶ if it has none.

    On paper ¶ has the place behind a number beside it, "¶ 2.1", as no click leads to it there.
    """
    number, _, block = _parts(paragraph)
    if not block or number == "0":
        return "¶" if block else short_name(paragraph)
    return format_html('¶<span class="on-paper"> {}</span>', short_name(paragraph))


@register.filter
def pilcrow(paragraph):
    """A paragraph as links to it name it: "¶ 2", "¶ 2.3", "¶ 2 (second)", "passage 2"."""
    number, time, _ = _parts(paragraph)
    if number == "0":
        return full_name(paragraph)
    return format_html("¶&nbsp;{}{}", short_name(paragraph), f" ({time})" if time else "")


@register.filter
def full_name(paragraph):
    """A paragraph id in words: "paragraph 2 (second)", "paragraph 2, block 3", "passage 2"."""
    number, time, block = _parts(paragraph)
    if number == "0" and block:
        return f"passage {block}"
    name = f"paragraph{'s' if ' to ' in number else ''} {number}"
    name = f"{name} ({time})" if time else name
    return f"{name}, block {block}" if block else name


@register.filter
def citation_name(paragraph):
    """A paragraph id as in citations: "para 2, block 3", "passage 2" (P-6)."""
    return full_name(paragraph).replace("paragraph", "para")


def _parts(paragraph):
    """Return (number, which of several with it, block) of an id: ("4 to 14", "second", "3").

    What is no id, but in an address, is its number: ("B", "", "").
    """
    if not (match := ID_PARTS.fullmatch(paragraph)):
        return paragraph.removeprefix("par"), "", ""
    first, last, count, block = match.groups()
    return f"{first} to {last}" if last else first, occurrence(count) if count else "", block or ""


@register.filter
def part_name(part):
    """The name of a part of a cable: "the message header", "paragraph 2"."""
    return PARTS.get(part) or full_name(part)


@register.filter
def fragment(part):
    """The fragment that leads to a part on the page of a cable, or ""."""
    return "" if part in PARTS else f"#{part}"


@register.filter
def passages(comparison):
    """The parts of a cable with quoted passages: (id, HTML with the passages in <mark>)."""
    parts: dict[str, tuple[str, list[tuple[int, int]]]] = {}
    for span in comparison.spans:
        parts.setdefault(span.id, (span.text, []))[1].append((span.start, span.end))
    return [(part, _marked(text, sorted(spans))) for part, (text, spans) in parts.items()]


def _marked(text, spans):
    pieces, position = [], 0
    for start, end in spans:
        start = max(start, position)
        if start < end:
            marked = f"<mark>{escape(text[start:end])}</mark>"
            pieces += [escape(text[position:start]), marked]
            position = end
    return mark_safe("".join([*pieces, escape(text[position:])]))
