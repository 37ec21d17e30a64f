"""HTML of the links that a volume prints."""

import re
from collections.abc import Callable, Sequence

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ..telegram.fact_types import PrintedLink

register = template.Library()
OFFICIAL = re.compile(r"(https://history\.state\.gov/[^\s\"<>]*)")
Address = Callable[[str], str]  # A target as PrintedLink has it -> an address; "" for none.


def linked_html(text: str, links: Sequence[PrintedLink], address: Address) -> SafeString:
    """Return a text as HTML with its links; `address(target)` is "" for one that leads nowhere."""
    pieces, at = [], 0
    for link in links:
        to = address(link["to"])
        if to and at <= link["start"] < link["end"] <= len(text):
            words = text[link["start"] : link["end"]]
            pieces += [escape(text[at : link["start"]]), html_link(to, words)]
            at = link["end"]
    return mark_safe("".join([*pieces, escape(text[at:])]))


@register.filter
def with_official_links(sentence: str) -> SafeString:
    """Return a sentence as HTML, in which addresses at the Office of the Historian are links."""
    pieces = OFFICIAL.split(sentence)  # Every second one is an address.
    pieces[1::2] = [html_link(address, "its page there") for address in pieces[1::2]]
    return format_html_join("", "{}", ([piece] for piece in pieces))


def html_link(address: str, words: str, title: str = "") -> SafeString:
    """Return a link. A page of another site gets no access to the window of this one."""
    rel = mark_safe(' rel="noopener"') if address.startswith("https:") else ""
    meaning = format_html(' title="{}"', title) if title else ""
    return format_html('<a href="{}"{}{}>{}</a>', address, rel, meaning, words)
