"""Render articles and notes of the archive: HTML with links, and the cables that they name.

Only published cables are linked. References to other cables stay plain text. Raw HTML is escaped,
images are those of the room alone, and links have http, https or mailto addresses or paths of this
site: no text can run scripts or load files from elsewhere (docs/decisions/0115).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..models import Cable, Note, Picture
from ..models.querysets import READER
from ..telegram.paragraphs import AGAIN
from ..telegram.references import canonical_reference

# "06BERLIN900001", perhaps followed by "para 3", "paragraph 3 (second), block 2", "¶ 3.2" or
# "passage 2".
NAMED = re.compile(
    r"(?<![\w./-])(?P<reference>\d\d[A-Z][A-Z-]{1,30}\d{1,10}|FRUS\d{4}[A-Z0-9-]{0,40}-D\d{1,5}[A-Z]?)"
    r"(?![\w-])"
    r"(?:,?\s{1,2}(?P<open>\()?(?:(?:paras?\.?|paragraphs?|¶{1,2})\s{0,2}(?P<number>\d{1,3})"
    rf"(?:\s\((?P<time>{'|'.join(AGAIN[2:])})\))?(?:(?:\.|, block )(?P<block>\d{{1,3}}))?"
    r"|passage\s(?P<passage>\d{1,3}))(?(open)\)))?"
)
ALLOWED_LINK = re.compile(r"https?://|mailto:|/|#", re.IGNORECASE)
PICTURE = re.compile(r"/pictures/([0-9a-f]{32})\.webp")
SHOWN = "picture"  # The route of the files of pictures that readers see.
TAKEN_IDS = frozenset(["main", "cables", "guidance"])  # Ids in the page templates.


@dataclass(frozen=True, slots=True)
class NamedReference:
    """A canonical reference in a text, and the id of the paragraph named with it, or "".

    It is text[start:end]; without the paragraph, text[start:reference_end].
    """

    reference: str
    paragraph: str
    start: int
    reference_end: int
    end: int


def find_named(text: str) -> Iterator[NamedReference]:
    """Yield the references in a text without markup, in order."""
    for match in NAMED.finditer(text):
        try:
            reference = canonical_reference(match["reference"], any_year=True)
        except ValueError:
            continue
        number, block = match["number"] or "0", match["block"] or match["passage"]
        number += f"-{AGAIN.index(match['time'])}" if match["time"] else ""
        paragraph = f"par{number}" + (f".{block}" if block else "")
        paragraph = "" if paragraph == "par0" else paragraph
        yield NamedReference(
            reference, paragraph, match.start(), match.end("reference"), match.end()
        )


def named_in(markdown: str) -> list[tuple[str, str]]:
    """Return (reference, paragraph id or "") of all references outside of code and links."""
    return [
        (named.reference, named.paragraph)
        for inline in _parse(markdown)
        for token in _prose(inline.children or ())
        for named in find_named(token.content)
    ]


def to_html(
    markdown: str,
    address_of: Callable[[str, str], str],
    pictures: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> SafeString:
    """Return the HTML of a text. Its highest heading is an h2: the page's title is the h1.

    `address_of(reference, paragraph id or "")` returns the address to link to; "" for no link.
    `pictures` are {address in the text: attributes of the image}; all others are links.
    """
    tokens = _parse(markdown)
    _normalize_headings(tokens)
    for token in tokens:
        token.attrs.pop("style", None)  # Alignment of table cells, which the CSP forbids.
        if token.children:
            token.children = list(_linked(token.children, address_of))
            token.children = list(_with_pictures(token.children, pictures))
    return mark_safe(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


class ArticleParser(MarkdownIt):
    """A CommonMark parser with tables and typographic quotes, without HTML."""

    def __init__(self):
        super().__init__("commonmark", {"html": False, "typographer": True})
        self.enable(["table", "smartquotes"])

    def validateLink(self, url: str) -> bool:
        return ALLOWED_LINK.match(url) is not None


MARKDOWN = ArticleParser()


def _parse(markdown: str) -> list[Token]:
    return MARKDOWN.parse(markdown.replace("\0", ""))


def _prose(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens that are plain text, outside of links."""
    inside = 0
    for token in tokens:
        inside += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "text" and not inside:
            yield token


def _linked(tokens: list[Token], address_of: Callable[[str, str], str]) -> Iterator[Token]:
    """Yield tokens, with references in text replaced by links."""
    prose = {id(token) for token in _prose(tokens)}
    for token in tokens:
        if id(token) in prose:
            yield from _with_links(token.content, address_of)
        else:
            yield token


def _with_pictures(
    tokens: Iterable[Token], pictures: Mapping[str, Mapping[str, Any]]
) -> Iterator[Token]:
    """Yield tokens with the pictures of the room; any other picture is a link to it."""
    inside = 0
    for token in tokens:
        inside += (token.type == "link_open") - (token.type == "link_close")
        if token.type != "image":
            yield token
        elif known := pictures.get(str(token.attrs["src"])):
            words = token.content or str(known["alt"])
            token.attrs = {**known, "alt": "", "loading": "lazy"}
            token.children = [Token("text", "", 0, content=words)]
            yield token
        else:
            link = {"href": token.attrs["src"]}
            yield Token("text", "", 0, content="!")
            yield from () if inside else [Token("link_open", "a", 1, attrs=link)]
            yield from token.children or ()
            yield from () if inside else [Token("link_close", "a", -1)]


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


def _normalize_headings(tokens: list[Token]):
    """Give each heading an id made of its words, and levels from 2 without gaps."""
    opening = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    highest = min((int(tokens[index].tag[1]) for index in opening), default=2)
    used, level = set(TAKEN_IDS), 1
    for index in opening:
        level = min(int(tokens[index].tag[1]) - highest + 2, level + 1, 6)
        tokens[index].tag = tokens[index + 2].tag = f"h{level}"
        slug = slugify(tokens[index + 1].content) or "section"
        name, count = slug, 1
        while name in used:
            count += 1
            name = f"{slug}-{count}"
        used.add(name)
        tokens[index].attrs["id"] = name


@dataclass(frozen=True, slots=True)
class Prose:
    """A rendered text. `cables` are (cable, ids of the paragraphs that it names)."""

    html: SafeString
    cables: list[tuple[Cable, list[str]]]


def pictures_in(markdown: str, route: str) -> dict[str, dict[str, Any]]:
    """Return {address in a text: attributes} of the pictures in it; `route` is the one of files."""
    digests = {match[1]: match[0] for match in PICTURE.finditer(markdown)}
    # The desk previews pictures that readers do not see yet.
    pictures = Picture.objects.using(READER if route == SHOWN else DEFAULT_DB_ALIAS)
    rows = pictures.filter(digest__in=digests).defer("data")
    return {
        digests[row.digest]: {
            **{"src": reverse(route, args=[row.digest]), "alt": row.description},
            **{"width": row.width, "height": row.height},
        }
        for row in (rows if digests else ())
    }


def read_prose(markdown: str, linked: Iterable[tuple[str, str]] = (), pictures: str = "") -> Prose:
    """Render a text with its references as links.

    `linked` are further (reference, paragraph) that belong to it; they come first in `cables`.
    `pictures` is the route of the files of pictures; without it, these are links.
    """
    named = [*linked, *named_in(markdown)]
    by_reference = find_cables(reference for reference, _ in named)
    paragraphs: dict[Cable, list[str]] = {
        cable: [] for reference, _ in named if (cable := by_reference.get(reference))
    }
    for reference, paragraph in dict.fromkeys(named):
        cable = by_reference.get(reference)
        if cable and paragraph in cable.paragraph_ids and paragraph not in paragraphs[cable]:
            paragraphs[cable].append(paragraph)

    def address_of(reference: str, paragraph: str) -> str:
        cable = by_reference.get(reference)
        if cable is None or (paragraph and paragraph not in cable.paragraph_ids):
            return ""
        return f"{cable.get_absolute_url()}#{paragraph}" if paragraph else cable.get_absolute_url()

    shown = pictures_in(markdown, pictures) if pictures else {}
    return Prose(to_html(markdown, address_of, shown), list(paragraphs.items()))


def read_notes(cable: Cable) -> dict[str, list[SafeString]]:
    """Return {paragraph id: the HTML of notes on it}; "" for notes on the whole cable."""
    notes: dict[str, list[SafeString]] = {}
    rows = Note.objects.using(READER).filter(cable=cable).values_list("paragraph", "text")
    for paragraph, text in rows:
        notes.setdefault(paragraph, []).append(read_prose(text).html)
    return notes


def find_cables(references: Iterable[str]) -> dict[str, Cable]:
    """Return {reference: published cable} for current and former references."""
    return Cable.objects.published().for_listing("paragraph_ids").held_by_reference(references)
