"""Citations in any style of the CSL project, as HTML.

No style has rules for cables, and styles handle some types of items better than others. The type
that suits a style best is found once per style, by citing a made-up cable as each type. Nested
quotation marks, full stops and HTML tags are corrected in the output of citeproc-py.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import Any
from zipfile import ZipFile

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.model import CitationStylesElement, Parent, Text
from citeproc.source import Locator, Reference
from citeproc.source.json import CiteProcJSON
from citeproc.string import MixedString, NoCase

from .source import MONTHS, CitedSource, as_csl, nested

# Mark a title, and hyphens that a style would change. one_line() removes them from sources.
START, END, HYPHEN = "\ufdd0", "\ufdd1", "\ufdd2"
MARKED_TITLE = re.compile(f"(?P<open>“?){START}(?P<title>[^{END}]*)")
TWO_STOPS = re.compile(f"(?<=[.?!]){END}((?:</[a-z]+>|[”’»])*)\\.")
BEHIND_QUOTE = re.compile(f"{END}([”’])([.,])")
NUMBERED = re.compile(r"\A(?:\[\d+\]|\(\d+\)|\d+[.)]?)(?=[^\s\d.)])")
# Styles begin with the title where there is no author; citeproc-py then writes it once more.
TWICE = re.compile(
    rf"(?P<title>(?:<i>|[“‘])?{START}[^{END}]*{END}(?:</i>|[.,”’])*(?: \([^()]*\)\.?)?)"
    r"(?P<date>(?:,? \(?\d{4}\b[^()“”<]{0,20}\)?[.,]?)?)\s+(?P=title)"
)
LEFT = re.compile(f"[{START}{END}]")


def _in(tag: str, attributes: str = "") -> "staticmethod[[str], str]":
    """Return a method that puts a text into an HTML element."""
    return staticmethod(lambda text: f"<{tag}{attributes}>{text}</{tag}>")


class Markup:
    """HTML formatter for citeproc-py, without style attributes, which the pages' CSP forbids."""

    preformat = staticmethod(lambda text: escape(str(text), quote=False))
    Italic = Oblique = _in("i")
    Bold = _in("b")
    Light = Underline = staticmethod(str)
    Superscript = _in("sup")
    Subscript = _in("sub")
    SmallCaps = _in("span", ' class="small-caps"')


def typeset(html: str, american: bool) -> str:
    """Return a citation with single quotation marks inside double ones, and nothing doubled.

    `american` moves commas and full stops into the quotation marks: CSL's punctuation-in-quote,
    which citeproc-py ignores.
    """
    html = MARKED_TITLE.sub(_within, TWICE.sub(r"\g<title>\g<date>", html))
    html = TWO_STOPS.sub(rf"{END}\1", html)
    if american:
        html = BEHIND_QUOTE.sub(r"\2\1", html)
    return LEFT.sub("", html).replace(HYPHEN, "-")


def _within(match: re.Match[str]) -> str:
    opened, title = match.group("open", "title")
    return f"{opened}{nested(title)}" if opened else str(title)


def with_access(style: str, entry: str, source: CitedSource) -> str:
    """Return an entry with the day of access, which APA and MLA omit but their manuals allow."""
    day = source.accessed
    if style == "apa":
        retrieved = f"Retrieved {day:%B} {day.day}, {day.year}, from {source.address}"
        return entry.replace(source.address, retrieved)
    if style == "modern-language-association":
        return f"{entry} Accessed {day.day} {MONTHS[day.month - 1]} {day.year}."
    return entry


# Packed by `make data`: the titles, and the styles in groups, in the same order.
STYLES = Path(__file__).with_name("styles.zip")
GROUP = 100
MOST_FOUND = 40
KINDS = ("document", "report", "personal_communication", "webpage")
# (CSL type, field that has the reference), in order of preference.
READINGS = [(kind, field) for field in ("number", "genre", "title") for kind in KINDS]
SPECIMEN = CitedSource(
    reference="06LISBON900412",
    origin="Embassy Lisbon",
    title="Port Dues",
    created=date(2006, 3, 14),
    released=date(2012, 3, 5),
    paragraphs=("par3",),
    address="https://archive.example/cable/06LISBON900412/v1/#par3",
    accessed=date(2026, 11, 24),
)
# Parts of the specimen that a citation should contain -> their weights.
NEEDED = {"06lisbon900412": 4, "port dues": 3, "embassy lisbon": 2, "2006": 2, "14": 1, "https": 1}
TAG = re.compile(r"<[^>]*>")
_one_at_a_time = RLock()  # A parsed style stores the state of rendering in itself.


class StyleError(ValueError):
    """There is no style of this name, or citeproc-py cannot write in it."""


@dataclass(frozen=True, slots=True)
class Styled:
    """Citations in one style, as HTML whose only attribute is `class`."""

    notes: list[str]  # A citation of each source, in the given order.
    entries: list[str]  # The bibliography, in the order of the style; empty if it has none.
    in_text: bool  # Whether `notes` are in-text citations, not footnotes.


def style_name(style: str) -> str:
    """Return the title of a style such as "apa". Raises StyleError."""
    if style not in _titles():
        raise StyleError(f"There is no style {style!r}.")
    return _titles()[style]


def find_styles(words: str) -> list[tuple[str, str]]:
    """Return (style, title) of names with all words, the shortest first; an exact match alone."""
    sought = words.casefold().split()
    if "-".join(sought) in _titles():
        return [("-".join(sought), _titles()["-".join(sought)])]
    matches = [
        (style, title)
        for style, title in _titles().items()
        if all(word in f"{title} {style}".casefold() for word in sought)
    ]
    exact = [pair for pair in matches if pair[1].casefold() == " ".join(sought)]
    return exact or sorted(matches, key=lambda pair: (len(pair[1]), pair))[:MOST_FOUND]


@lru_cache(maxsize=256)
def in_style(style: str, sources: tuple[CitedSource, ...]) -> Styled:
    """Return the citations, some 10 ms each, of sources with different keys. Raises StyleError."""
    style_name(style)
    try:
        with _one_at_a_time:
            return _write(style, sources, *_reading(style))
    except StyleError:
        raise
    except Exception as error:  # citeproc-py raises many kinds for features it lacks.
        raise StyleError(f"citeproc-py cannot write in the style {style!r}: {error}") from error


def _packed(name: str) -> dict[str, str]:
    with ZipFile(STYLES) as packed:
        return dict(json.loads(packed.read(f"{name}.json")))


@cache
def _titles() -> dict[str, str]:
    """Return {style: title}."""
    return _packed("titles")


@lru_cache(maxsize=32)
def _parsed(style: str) -> CitationStylesStyle:
    """Return a parsed style, with workarounds for three faults of citeproc-py.

    It fails on a name-part element for an author that is a body; it writes "<" and ">" around
    addresses unescaped; and it searches the document for each macro and each term at each use,
    which takes most of the time (see get_macro and _once).
    """
    text = _packed(str(list(_titles()).index(style) // GROUP))[style]
    parsed = CitationStylesStyle(BytesIO(text.encode()), validate=False)
    for element in parsed.root.iter("{*}*"):
        for name in ("prefix", "suffix", "delimiter"):
            if name in element.attrib:
                element.set(name, escape(element.get(name), quote=False))
    for part in list(parsed.root.iter("{*}name-part")):
        part.getparent().remove(part)
    parsed.root.macros = {each.get("name"): each for each in parsed.root.iterchildren("{*}macro")}
    # Keeps the lxml proxies alive, so that they are not recreated, and with them what _once keeps.
    parsed.elements = [*parsed.root.iter(), *(locale.terms for locale in parsed.root.locales)]
    return parsed


def _once(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of elements that keeps its result for each argument: styles do not change."""

    def keeping(element: CitationStylesElement, *args: str) -> Any:
        # Not getattr: elements find a child for each unknown attribute.
        kept = element.__dict__.setdefault("kept", {})
        key = method, args
        if key not in kept:
            kept[key] = method(element, *args)
        return kept[key]

    return keeping


# From the dict of _parsed(), without the search of citeproc-py.
CitationStylesElement.get_macro = lambda element, name: element.get_root().macros[name]
CitationStylesElement.get_root = _once(CitationStylesElement.get_root)
CitationStylesElement.xpath_search = _once(CitationStylesElement.xpath_search)
for kind in (Parent, Text):
    kind.calls_variable = _once(kind.calls_variable)


@lru_cache(maxsize=4096)
def _reading(style: str) -> tuple[str, str]:
    """Return the (type, field) that suits a style best; StyleError if none prints the reference."""
    scores, failed = {}, None
    for reading in READINGS:
        try:
            styled = _write(style, (SPECIMEN,), *reading)
        except Exception as error:  # Another type may work.
            failed = error
            continue
        scores[reading], most = _score(styled)
        if scores[reading] == most:
            return reading
    if not any(scores.values()):
        why = failed or "it has no form that names a cable"
        raise StyleError(f"citeproc-py cannot write in the style {style!r}: {why}") from failed
    return max(scores, key=scores.__getitem__)


def _score(styled: Styled) -> tuple[int, int]:
    """Return (weight of the parts that the citations contain, weight of all parts).

    The first is 0 if the reference occurs nowhere but in the address.
    """
    shown = styled.entries if styled.in_text and styled.entries else styled.notes + styled.entries
    address = SPECIMEN.address.casefold()
    texts = [unescape(TAG.sub("", html)).casefold().replace(address, "https") for html in shown]
    if not any(SPECIMEN.reference.casefold() in text for text in texts):
        return 0, 1
    score = sum(weight for text in texts for fact, weight in NEEDED.items() if fact in text)
    return score, len(texts) * sum(NEEDED.values())


def _write(style: str, sources: Sequence[CitedSource], kind: str, field: str) -> Styled:
    parsed = _parsed(style)
    has_circa = any(
        "is-uncertain-date" in each.attrib for each in parsed.root.iter("{*}if", "{*}else-if")
    )
    items = _Verbatim([_item(source, kind, field, has_circa) for source in sources])
    book = CitationStylesBibliography(parsed, items, Markup)
    citations = [Citation([_cited(source)]) for source in sources]
    for citation in citations:
        book.register(citation)
    american = parsed.root.get_locale_option("punctuation-in-quote") == "true"
    notes = [typeset(str(book.cite(each, str)), american) for each in citations]
    entries = list(_entries(style, book, sources, american)) if parsed.has_bibliography() else []
    return Styled(notes, entries, parsed.root.get("class") == "in-text")


def _entries(
    style: str, book: CitationStylesBibliography, sources: Sequence[CitedSource], american: bool
) -> Iterator[str]:
    """Yield the entries of the bibliography; none for a source that the style cannot print."""
    if len(sources) > 1:
        book.sort()
    by_key = {source.key.lower(): source for source in sources}
    for item in book.items:
        for entry in book.style.render_bibliography([item]):
            # A space after the number of an entry; styles rely on columns instead.
            line = NUMBERED.sub(r"\g<0> ", typeset(str(entry), american))
            yield with_access(style, line, by_key[item.key])


def _item(source: CitedSource, kind: str, field: str, has_circa: bool) -> dict[str, Any]:
    """Return an item for citeproc-py, without the note and the pages: some print them alone.

    The volume has its editors and publisher beside it, as styles would give it a document's date.
    A style that `has_circa` marks a supposed date itself; others print what it is given.
    """
    item: dict[str, Any] = {**as_csl(source)}
    item["type"] = kind
    for name in ("note", "page", "editor", "publisher", "publisher-place"):
        item.pop(name, None)
    if source.volume:
        item["container-title"] = source.printed
    if source.undated and not has_circa:
        item["issued"] = {"literal": source.created_in_words}
    number = item["number"] = source.reference.replace("-", HYPHEN)
    if field != "number":
        del item["number"]
    if field == "genre":
        item["genre"] += f" {number}"
    named = f"{source.named} ({source.kind} {number})" if field == "title" else source.named
    item["title"] = f"{START}{named}{END}"  # Which typeset() looks for.
    return item


def _cited(source: CitedSource) -> "_Cited":
    """Return a citation with its pinpoint, as a locator of the style if possible."""
    if source.pinpoint.locator:
        return _Cited(source.key, locator=Locator("paragraph", _Pin(source.pinpoint.locator)))
    words = f", {source.pinpoint.words}" if source.paragraphs else ""
    return _Cited(source.key, suffix=words)


class _Cited(CitationItem):
    """A citation that looks up its item once, not for each condition of a style."""

    @cached_property
    def reference(self) -> Reference:
        return self.bibliography.source[self.key]


class _Verbatim(CiteProcJSON):
    """Items whose text styles leave as it is: no "nato" for NATO, and no HTML tags."""

    def parse_string(self, string: Any) -> MixedString:
        return MixedString([_Kept(escape(str(string), quote=False))])

    def parse_names(self, names: list[dict[str, str]]) -> list[Any]:
        escaped = [{"literal": escape(name["literal"], quote=False)} for name in names]
        return list(super().parse_names(escaped))


class _Kept(NoCase):
    """A text that styles may capitalize but not lower-case."""

    def lower(self) -> "_Kept":
        return self


class _Pin(_Kept):
    """A locator whose str() is itself, so that styles cannot change its case."""

    def __str__(self) -> str:
        return self
