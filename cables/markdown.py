"""Markdown of articles and guidance pages -> HTML in which references are links.

Raw HTML is shown as text, images are left out, and links lead to web, mail or this site only: a
page can neither run nor fetch anything, whoever wrote its text (docs/decisions/0006).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from .references import canonical_reference

# "06BERLIN900001", with "para 3", "paragraph 3, block 2" or "¶ 3.2" behind it.
NAMED = re.compile(
    r"(?<![\w./-])(?P<reference>\d\d[A-Z][A-Z-]{1,30}\d{1,10}|FRUS\d{4}[A-Z0-9-]{0,40}-D\d{1,5}[A-Z]?)"
    r"(?![\w-])"
    r"(?:,?\s{1,2}(?P<open>\()?(?:paras?\.?|paragraphs?|¶{1,2})\s{0,2}(?P<number>\d{1,3})"
    r"(?:(?:\.|, block )(?P<block>\d{1,3}))?(?(open)\)))?"
)
ALLOWED_LINK = re.compile(r"https?://|mailto:|/|#", re.IGNORECASE)
TAKEN_IDS = frozenset(["main", "cables", "guidance"])  # By the pages around the text.


@dataclass(frozen=True, slots=True)
class Named:
    """A reference in a text, in its canonical spelling, and the paragraph named with it or "".

    It stands from `start` to `end`, and without the paragraph to `reference_end`.
    """

    reference: str
    paragraph: str
    start: int
    reference_end: int
    end: int


def find_named(text: str) -> Iterator[Named]:
    """Yield the references in a line of prose, in order."""
    for found in NAMED.finditer(text):
        try:
            reference = canonical_reference(found["reference"], any_year=True)
        except ValueError:
            continue
        number, block = found["number"], found["block"]
        paragraph = f"par{number}" + (f".{block}" if block else "") if number else ""
        yield Named(reference, paragraph, found.start(), found.end("reference"), found.end())


def named_in(markdown: str) -> list[tuple[str, str]]:
    """Return (reference, paragraph or "") for all that a text names outside of code and links."""
    return [
        (named.reference, named.paragraph)
        for inline in _parse(markdown)
        for token in _prose(inline.children or ())
        for named in find_named(token.content)
    ]


def to_html(markdown: str, address_of: Callable[[str, str], str]) -> SafeString:
    """Return a text as HTML. Its highest heading is an h2: the page's title is the h1.

    `address_of` gets a reference and a paragraph's id or "", and returns where it stands; "" if
    readers cannot go there. Then the reference stays the text that it is.
    """
    tokens = _parse(markdown)
    _settle_headings(tokens)
    for token in tokens:
        token.attrs.pop("style", None)  # What aligns a table's columns; no page has inline style.
        if token.children:
            token.children = list(_linked(token.children, address_of))
    return mark_safe(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True})
    parser.enable(["table", "smartquotes"]).disable("image")
    parser.validateLink = lambda address: ALLOWED_LINK.match(address) is not None
    return parser


MARKDOWN = _make_parser()


def _parse(markdown: str) -> list[Token]:
    return MARKDOWN.parse(markdown.replace("\0", ""))


def _prose(tokens: list[Token]) -> Iterator[Token]:
    """Yield the tokens that are plain text, outside of links."""
    inside = 0
    for token in tokens:
        inside += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "text" and not inside:
            yield token


def _linked(tokens: list[Token], address_of: Callable[[str, str], str]) -> Iterator[Token]:
    """Yield the tokens of a line with its references made links."""
    prose = {id(token) for token in _prose(tokens)}
    for token in tokens:
        if id(token) in prose:
            yield from _with_links(token.content, address_of)
        else:
            yield token


def _with_links(text: str, address_of: Callable[[str, str], str]) -> Iterator[Token]:
    position = 0
    for named in find_named(text):
        end = named.end
        address = address_of(named.reference, named.paragraph)
        if not address and named.paragraph:
            end, address = named.reference_end, address_of(named.reference, "")
        if address:
            yield Token("text", "", 0, content=text[position : named.start])
            yield Token("link_open", "a", 1, attrs={"href": address})
            yield Token("text", "", 0, content=text[named.start : end])
            yield Token("link_close", "a", -1)
            position = end
    yield Token("text", "", 0, content=text[position:])


def _settle_headings(tokens: list[Token]):
    """Give headings an id of their words, and levels from 2 that leave none out."""
    opening = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    highest = min((int(tokens[at].tag[1]) for at in opening), default=2)
    used, before = set(TAKEN_IDS), 1
    for at in opening:
        before = min(int(tokens[at].tag[1]) - highest + 2, before + 1, 6)
        tokens[at].tag = tokens[at + 2].tag = f"h{before}"
        words = slugify(tokens[at + 1].content) or "section"
        name, count = words, 1
        while name in used:
            count += 1
            name = f"{words}-{count}"
        used.add(name)
        tokens[at].attrs["id"] = name
