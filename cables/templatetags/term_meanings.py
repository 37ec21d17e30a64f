"""Template filters that explain the header and the preamble of a cable."""

from functools import cache
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import mark_safe

from ..glossary.header_terms import read_envelope
from ..glossary.preamble_terms import read_opening

register = template.Library()


@register.filter
def envelope(header):
    """The parts of a message header, with names and terms."""
    return read_envelope(header)


@register.filter
def opening_terms(blocks, tags):
    """The terms in the lines before the first paragraph; `tags` as in cable_text.opening."""
    return read_opening(blocks.preamble, [(code, meaning) for code, meaning, _ in tags])


@register.filter
def as_list(terms):
    """Terms and meanings as HTML, with links to the glossary. Faster than a template."""
    glossary = glossary_address()
    rows = []
    for term in terms:
        printed = escape(term.printed)
        if term.code:
            printed = f'<a href="{glossary}{escape(term.code)}/">{printed}</a>'
        rows.append(f"<div><dt>{printed}</dt><dd>{escape(term.meaning)}</dd></div>")
    return mark_safe(f'<dl class="terms">{"".join(rows)}</dl>')


@cache
def glossary_address():
    """Return the address of the glossary, cached: a page needs it for each line of a header."""
    return reverse("glossary")
