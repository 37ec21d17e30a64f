"""HTML of what editors added to a text: footnote marks, page breaks, links, explained words.

Marks are drawn by CSS, so that copied text has only what was sent.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ..search.snippets import mark_words
from ..telegram.beside_the_text import (
    EXCISION,
    SUPPLIED,
    WOMENS_TITLES,
    is_electronic,
    lost_footnotes,
    note_key,
    note_label,
    notes_of_others,
)
from ..telegram.editors_additions import (
    TextPosition,
    find_italics,
    find_places,
    letters_of,
    place_of,
    words_at,
)
from ..telegram.fact_types import EditionFacts, EditorNote, PrintedLink
from ..telegram.paragraphs import Blocks
from ..telegram.redact_phrases import MARK, overlap
from ..telegram.tags import is_in_file_number

register = template.Library()
OFFICIAL = re.compile(r"(https://history\.state\.gov/[^\s\"<>]*)")
Address = Callable[[str], str]  # A target as PrintedLink has it -> an address; "" for none.
# Words behind the title of a woman are another name than the same words alone.
NO_WOMAN = "".join(rf"(?<!{re.escape(title)} )" for title in WOMENS_TITLES)
# Words in brackets that no author wrote -> what they are; the latter in volumes alone.
KEPT_BACK = {EXCISION: "Kept back when the text was declassified"}
BY_EDITORS = KEPT_BACK | {SUPPLIED: "By the editors, of what they doubted or could not read"}
REDACTION = re.compile(re.escape(MARK), re.IGNORECASE)  # In capitals among capitals.
REDACTED = r'<a class="editorial" href="#redacted" title="Removed by the archive">\g<0></a>'
IN_A_CONTROL = r'<span class="editorial" title="Removed by the archive">\g<0></span>'
PLACED = 4  # Parts of a term that has an anchor.
Added = tuple[int, int, str]


def with_redactions(text: str, cable) -> SafeString:
    """A text or HTML, in which each mark of a redaction leads to its reason on the same page."""
    return mark_safe(mark_redactions(conditional_escape(text), cable))


def with_redactions_unlinked(text: str, cable) -> SafeString:
    """The same for the words of a control, in which no link may stand."""
    return mark_safe(mark_redactions(conditional_escape(text), cable, IN_A_CONTROL))


def with_redactions_of(text: str, cable) -> SafeString:
    """The same on a page of several cables: the reason is on the page of the cable."""
    marked = REDACTED.replace("#redacted", f"{cable.get_absolute_url()}#redacted")
    return mark_safe(mark_redactions(conditional_escape(text), cable, marked))


def mark_redactions(html: str, cable, marked: str = REDACTED) -> str:
    """Return HTML with the marks of redactions, if the archive made any, in tags."""
    return mark_words(html, REDACTION, marked) if cable.facts.get("redacted") else html


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


@dataclass(slots=True)
class Footnote:
    """A footnote. `block` is the id of its paragraph, "" for the heading, None if unplaced."""

    key: str
    number: str  # Its printed sign, "" if it has none.
    label: str  # "Footnote 2", "Margin note".
    html: str  # Its text, with links.
    block: str | None = None
    row: str = "heading"  # The row of the panel with its mark; "" if that is in the text.

    @property
    def anchor(self) -> str:
        """The name by which CSS knows the place of its mark, "" if that is not in the text."""
        return "" if self.row else f"--{self.key.replace('.', '-')}"


@dataclass(slots=True)
class Margins:
    """Footnotes, and additions and italics by paragraph id ("" for the text above paragraphs)."""

    notes: list[Footnote] = field(default_factory=list)
    marks: dict[str, list[Added]] = field(default_factory=dict)
    terms: dict[str, list[Added]] = field(default_factory=dict)
    italics: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def in_row(self, row: str) -> list[Footnote]:
        """Return the notes with a mark in a row of the panel: "heading", "date"."""
        return [note for note in self.notes if note.block == "" and note.row == row]

    def in_block(self, block: str, taken: Iterable = ()) -> list[Added]:
        """Return the additions to a paragraph, in order of start.

        `taken` are (start, end, ...) of links and markup, in which no word is explained.
        """
        spans = [(each[0], each[1]) for each in taken]
        marks, added = self.marks.get(block, []), []
        for start, end, html in self.terms.get(block, []):
            others = [*spans, *((mark[0], mark[1]) for mark in marks)]
            if not any(overlap((start, end), other) for other in others):
                added.append((start, end, html))
        return sorted([*marks, *added])


def nowhere(target: str) -> str:
    """Return the address of any target of a link where none is known."""
    return ""


def find_margins(
    edition: EditionFacts, blocks: Blocks, page: str = "", address: Address = nowhere
) -> Margins:
    """Return the additions of editors to a cable.

    `page` is the address of the page with its footnotes; `address` gives those of its links.
    """
    texts, names = [blocks.preamble, *(block.text for block in blocks)], ["", *blocks.ids]
    first = next((name for name, text in zip(names, texts, strict=True) if text), "")
    notes = enumerate(edition.get("notes", []))
    margins = Margins(notes=[_note(at, each, address, edition) for at, each in notes])
    for note, name, offset in _placed(margins.notes, edition.get("notes", []), texts, names):
        note.block = name
        if offset is None:
            continue
        note.row = ""
        _add(margins.marks, name, (offset, offset, note_mark(note, page)))
    of = "document" if is_electronic(edition.get("volume", "")) else "volume"
    break_mark = '<span class="page-break inline" data-label="{}"></span>'
    for key, label in (("pages", f"page {{}} of the {of}"), ("gaps", "left out: {}")):
        added = edition.get(key, [])
        for each, name, offset in _placed(added, added, texts, names):
            name, offset = (name, offset) if offset is not None else (first, 0)
            html = format_html(break_mark, label.format(each[1]))
            _add(margins.marks, name, (offset, offset, html))
    for name, text in zip(names, texts, strict=True):
        for words in _editorial(text, BY_EDITORS if edition.get("volume") else KEPT_BACK):
            _add(margins.terms, name, words)
    _add_links(margins, edition.get("links", []), texts, names, address)
    _explain(margins, edition.get("terms", []), texts, names, address)
    for at, start, end in find_italics(edition, texts):
        margins.italics.setdefault(names[at], []).append((start, end))
    return margins


@register.filter
def footnotes_before(edition: EditionFacts) -> str:
    """What stands for the footnotes before the first one of a document, with a link; or ""."""
    link = '<a href="#about">source note</a>'
    return mark_safe(lost_footnotes(edition).replace("source note", link))


@register.filter
def footnotes_by(edition: EditionFacts) -> str:
    """Who wrote the footnotes of a document."""
    if where := notes_of_others(edition):
        return f"By the editors of the volume, but for those that stand {where}"
    return "By the editors of the volume; no part of the text as sent"


@register.simple_tag
def notes_in_row(edition, label: str) -> list[Footnote]:
    """Return the footnotes with a mark in the row of this label, in the panel of an edition."""
    notes: list[Footnote] = edition.notes_in_row(label)
    return notes


@register.simple_tag
def note_mark(note: Footnote, page: str = "") -> str:
    """Return the mark of a footnote, a link to it."""
    return format_html(
        '<a class="note-mark" id="mark-{0}" href="{1}#note-{0}" aria-label="{2}"'
        ' data-label="{3}"{4}></a>',
        *(note.key, page, note.label, note.number or note.label.lower()),
        format_html(' data-mark="{}"', note.anchor) if note.anchor else "",
    )


def _note(index: int, data: EditorNote, address: Address, edition: EditionFacts) -> Footnote:
    html = linked_html(data["text"], data.get("links", []), address)
    html = mark_safe(html.replace("\n\n", "</p><p>").replace("\n", "<br>"))
    row = "date" if data.get("row") == "date" and edition.get("date") else "heading"
    return Footnote(note_key(index, data), data["n"], note_label(data), html, row=row)


def _placed(things, added, texts, names):
    """Yield (thing, block id, offset) of things with a place; the heading has no offset."""
    places = find_places(texts, [place_of(each) for each in added])
    for thing, each, place in zip(things, added, places, strict=True):
        if place:
            yield thing, names[place.text], place.offset
        elif not letters_of(place_of(each)):
            yield thing, "", None


def _add(places: dict[str, list[Added]], name: str, added: Added):
    places.setdefault(name, []).append(added)


def _editorial(text: str, patterns: dict[re.Pattern[str], str]) -> Iterator[Added]:
    """Yield the words in brackets that no author wrote."""
    for pattern, why in patterns.items():
        for match in pattern.finditer(text):
            html = f'<span class="editorial" title="{why}">{escape(match[0])}</span>'
            yield (*match.span(), html)


def _add_links(
    margins: Margins, links: list[list[str]], texts: list[str], names: list[str], address: Address
):
    """Add the cross references in a text; their words end where their anchor does."""
    places = find_places(texts, [anchor for anchor, _, _ in links])
    for (_, words, target), place in zip(links, places, strict=True):
        to = address(target)
        if to and (found := words_at(place, words, texts)):
            at, start, end = found
            _add(margins.terms, names[at], (start, end, html_link(to, texts[at][start:end])))


def _explain(margins: Margins, terms: list, texts: list[str], names: list[str], address: Address):
    """Mark up the first occurrence of each term with its meaning; longer terms take precedence.

    A term whose entry is a part of a page is a link to it.
    """
    in_text = [term for term in terms if len(term) < PLACED or term[-1]]
    places = find_places(texts, [term[-1] if len(term) >= PLACED else "" for term in in_text])
    pairs = sorted(zip(in_text, places, strict=True), key=lambda pair: -len(pair[0][0]))
    for (words, meaning, *key), place in pairs:
        for text, start, end in _occurrences(words, place, texts):
            name = names[text]
            taken = margins.terms.get(name, [])
            if not any(overlap((start, end), each[:2]) for each in taken):
                to = address(f"#{key[0]}") if key else ""
                printed = texts[text][start:end]
                html = format_html('<abbr title="{}">{}</abbr>', meaning, printed)
                html = html_link(to, printed, meaning) if to else html
                _add(margins.terms, name, (start, end, html))


def _occurrences(
    words: str, place: TextPosition | None, texts: list[str]
) -> Iterator[tuple[int, int, int]]:
    """Yield (index of the text, start, end) of the words at a place, else where they are first."""
    if printed := words_at(place, words, texts):
        yield printed
        return
    pattern = re.compile(rf"(?<!\w){NO_WOMAN}{re.escape(words)}(?!\w)")
    for at, text in enumerate(texts):
        found = (match.span() for match in pattern.finditer(text))
        if span := next((each for each in found if not is_in_file_number(text, *each)), None):
            yield at, *span
            return
