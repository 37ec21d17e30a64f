"""What the header and the opening of a cable mean, thing by thing."""

from django import template

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
