"""What editors added to a text, as HTML in it: marks of footnotes, pages, what words mean.

Marks are drawn, not written: whoever copies the text has it as it was sent.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django import template
from django.utils.html import format_html

from ..apparatus import find_places, place_of, squeezed

register = template.Library()

KEY = re.compile(r"[A-Za-z][\w.-]{0,40}")
# What was kept back when a text was declassified: "[1 line of source text not declassified]".
DELETED = re.compile(r"\[[^\[\]]{0,120}\bnot (?:yet )?declassified[^\[\]]{0,80}\]")
Added = tuple[int, int, str]


@dataclass(slots=True)
class Note:
    """A footnote. `block` is the paragraph it stands in, "" the heading, None nowhere."""

    key: str
    number: str
    text: str
    block: str | None = None


@dataclass(slots=True)
class Margins:
    """What stands in the margins of a text: additions by paragraph id, "" what is above them."""

    notes: list[Note] = field(default_factory=list)
    marks: dict[str, list[Added]] = field(default_factory=dict)
    terms: dict[str, list[Added]] = field(default_factory=dict)

    @property
    def of_heading(self) -> list[Note]:
        return [note for note in self.notes if note.block == ""]

    def in_block(self, block: str, taken: Iterable = ()) -> list[Added]:
        """Return what is added to a paragraph beside what is there: (start, end, html), in order.

        `taken` are (start, end, ...) of what stands there already; a word in it is not explained.
        """
        spans = [(each[0], each[1]) for each in taken]
        marks, added = self.marks.get(block, []), []
        for start, end, html in self.terms.get(block, []):
            others = [*spans, *((mark[0], mark[1]) for mark in marks)]
            if not any(start < other[1] and other[0] < end for other in others):
                added.append((start, end, html))
        return sorted([*marks, *added])


def find_margins(edition: dict, blocks, page: str = "") -> Margins:
    """Return what editors added to the blocks of a cable. `page` is where footnotes stand."""
    texts, names = [blocks.preamble, *(block.text for block in blocks)], ["", *blocks.ids]
    margins = Margins(notes=[_note(at, each) for at, each in enumerate(edition.get("notes", []))])
    for note, name, offset in _placed(margins.notes, edition.get("notes", []), texts, names):
        note.block = name
        if offset is None:
            continue
        _add(margins.marks, name, (offset, offset, note_mark(note, page)))
    for label, drawn in (("pages", _page), ("gaps", _gap)):
        added = edition.get(label, [])
        for each, name, offset in _placed(added, added, texts, names):
            if offset is not None:
                _add(margins.marks, name, (offset, offset, drawn(each[1])))
    for name, text in zip(names, texts, strict=True):
        for found in DELETED.finditer(text):
            _add(margins.terms, name, (*found.span(), _deleted(found[0])))
    _explain(margins, edition.get("terms", []), texts, names)
    return margins


@register.simple_tag
def note_mark(note: Note, page: str = "") -> str:
    """Return the mark of a footnote, which leads to it."""
    return format_html(
        '<a class="note-mark" id="mark-{0}" href="{1}#note-{0}" aria-label="Footnote {2}"'
        ' data-label="{2}"></a>',
        note.key,
        page,
        note.number,
    )


def _note(at: int, said: dict) -> Note:
    key = said["id"] if KEY.fullmatch(said["id"]) else f"n{at + 1}"
    return Note(key, said["n"] or "*", said["text"])


def _placed(things, added, texts, names):
    """Yield (thing, block, offset) of what has a place; at the heading the offset is None."""
    found = find_places(texts, [place_of(each) for each in added])
    for thing, each, place in zip(things, added, found, strict=True):
        if place:
            yield thing, names[place.text], place.offset
        elif not squeezed(place_of(each))[0]:
            yield thing, "", None


def _add(places: dict[str, list[Added]], name: str, added: Added):
    places.setdefault(name, []).append(added)


def _page(label: str) -> str:
    return format_html(
        '<span class="page-break inline" data-label="page {} of the volume"></span>', label
    )


def _gap(label: str) -> str:
    return format_html('<span class="page-break inline" data-label="left out: {}"></span>', label)


def _deleted(words: str) -> str:
    title = "Kept back when the text was declassified"
    return format_html('<span class="deletion" title="{}">{}</span>', title, words)


def _explain(margins: Margins, terms: list, texts: list[str], names: list[str]):
    """Put the meaning of each word to the first place where the text has it, the longest first."""
    for words, meaning in sorted(terms, key=lambda term: -len(term[0])):
        pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        for name, text in zip(names, texts, strict=True):
            if not (found := pattern.search(text)):
                continue
            start, end = found.span()
            taken = margins.terms.get(name, [])
            if not any(start < each[1] and each[0] < end for each in taken):
                html = format_html('<abbr title="{}">{}</abbr>', meaning, words)
                _add(margins.terms, name, (start, end, html))
            break
