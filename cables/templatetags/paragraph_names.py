"""Names of paragraphs for readers, made of their ids: "¶ 2", "paragraph 2, block 3" (P-6).

Templates have them as filters of cable_text.
"""

from django.utils.html import format_html

from ..telegram.paragraphs import ID_PARTS, occurrence


def stands(paragraph):
    """The position of a paragraph, from the id of the one before it, or "" at the start."""
    return f"behind {full_name(paragraph)}" if paragraph else "first"


def short_name(paragraph):
    """The printed number of a paragraph id, and that of its block: "2", "2.3", "4–14"."""
    number, _, block = _parts(paragraph)
    return f"{number.replace(' to ', '–')}.{block}" if block else number.replace(" to ", "–")


def margin_name(paragraph):
    """What stands in the margin: the printed number of a paragraph, or ¶ if it has none.

    On paper ¶ has the place behind a number beside it, "¶ 2.1", as no click leads to it there.
    """
    number, _, block = _parts(paragraph)
    if not block or number == "0":
        return "¶" if block else short_name(paragraph)
    return format_html('¶<span class="on-paper"> {}</span>', short_name(paragraph))


def pilcrow(paragraph):
    """A paragraph as links to it name it: "¶ 2", "¶ 2.3", "¶ 2 (second)", "passage 2"."""
    number, time, _ = _parts(paragraph)
    if number == "0":
        return full_name(paragraph)
    return format_html("¶&nbsp;{}{}", short_name(paragraph), f" ({time})" if time else "")


def full_name(paragraph):
    """A paragraph id in words: "paragraph 2 (second)", "paragraph 2, block 3", "passage 2"."""
    number, time, block = _parts(paragraph)
    if number == "0" and block:
        return f"passage {block}"
    name = f"paragraph{'s' if ' to ' in number else ''} {number}"
    name = f"{name} ({time})" if time else name
    return f"{name}, block {block}" if block else name


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


def part_name(part):
    """The name of a redacted part: "the message header", "paragraph 2"."""
    parts = {"header": "the message header", "preamble": "the lines before the first paragraph"}
    return parts.get(part) or full_name(part)
