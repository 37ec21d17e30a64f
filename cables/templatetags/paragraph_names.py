"""Names of paragraphs for readers, made of their ids: "¶ 2", "paragraph 2, block 3" (P-6).

Templates have them as filters of cable_text.
"""

from django.utils.html import format_html


def stands(paragraph):
    """The position of a paragraph, from the id of the one before it, or "" at the start."""
    return f"behind ¶ {short_name(paragraph)}" if paragraph else "first"


def short_name(paragraph):
    """The number of a paragraph id: "2", "2.3", "4–14"."""
    return paragraph.removeprefix("par").replace("to", "–")


def margin_name(paragraph):
    """What stands in the margin: the printed number of a paragraph, or ¶ if it has none.

    On paper ¶ has the place behind a number beside it, "¶ 2.1", as no click leads to it there.
    """
    number, dot, _ = paragraph.removeprefix("par").partition(".")
    if not dot or number == "0":
        return "¶" if dot else short_name(paragraph)
    return format_html('¶<span class="on-paper"> {}</span>', short_name(paragraph))


def pilcrow(paragraph):
    """A paragraph as links to it name it: "¶ 2", or "¶" above the first number."""
    return "¶" if paragraph.startswith("par0.") else f"¶\N{NO-BREAK SPACE}{short_name(paragraph)}"


def full_name(paragraph):
    """A paragraph id in words: "paragraph 2, block 3" (P-6)."""
    number, _, block = paragraph.removeprefix("par").partition(".")
    if number == "0":
        return f"block {block}"
    name = f"paragraphs {number.replace('to', ' to ')}" if "to" in number else f"paragraph {number}"
    return f"{name}, block {block}" if block else name


def citation_name(paragraph):
    """A paragraph id as in citations: "para 2, block 3", "before para 1, block 2" (P-6)."""
    name = full_name(paragraph).replace("paragraph", "para")
    return f"before para 1, {name}" if paragraph.startswith("par0.") else name


def part_name(part):
    """The name of a redacted part: "the message header", "paragraph 2"."""
    parts = {"header": "the message header", "preamble": "the lines before the first paragraph"}
    return parts.get(part) or full_name(part)
