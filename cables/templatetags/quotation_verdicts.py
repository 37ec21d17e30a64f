"""Template filters for the result of a quotation check."""

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from .paragraph_names import full_name

register = template.Library()

# Verdict -> heading, and a sentence if no cable is shown.
VERDICTS = {
    "exact": ("Exact match", ""),
    "altered": ("Close match", ""),
    "near": ("Not found", "No text published here was found to have these words."),
    "not found": ("Not found", "No text published here was found to have these words, or nearly."),
    "too common": (
        "Too common: add words",
        "So many texts have words like these that not all could be read. "
        "Paste more of the passage, or name the cable.",
    ),
}
PLACES = {
    "subject": "the subject",
    "opening": "the lines before the first paragraph",
    "header": "the message header",
}


@register.filter
def verdict_heading(verdict):
    """A verdict in two or three words."""
    return VERDICTS[verdict][0]


@register.filter
def verdict_sentence(verdict):
    """A verdict in a sentence."""
    return VERDICTS[verdict][1]


@register.filter
def place_name(part):
    """The name of a part of a cable: "paragraph 3", "the subject"."""
    return PLACES.get(part) or full_name(part)


@register.filter
def fragment(part):
    """The fragment that leads to a part on the page of a cable, or ""."""
    return "" if part in PLACES else f"#{part}"


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
