"""What the header and the opening of a cable mean, thing by thing."""

from functools import cache
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import mark_safe

from ..envelope import read_envelope
from ..opening import read_opening

register = template.Library()


@register.filter
def envelope(header):
    """The parts of a message header: what each is called, its lines, and what they mean."""
    return read_envelope(header)


@register.filter
def opening_terms(blocks, tags):
    """What the lines before the first paragraph mean; `tags` are as for `opening`."""
    return read_opening(blocks.preamble, [(code, meaning) for code, meaning, _ in tags])


@register.filter
def as_list(terms):
    """Terms and what they mean; a code leads to the glossary. No template: a page has dozens."""
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
    """Return where the glossary is. A page asks for each line of a header, and others as often."""
    return reverse("glossary")
