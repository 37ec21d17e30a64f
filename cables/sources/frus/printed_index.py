"""Read the index at the end of a volume: which documents it names for persons and terms (F-13)."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from lxml import etree

from ...telegram.cities import fold
from .cross_references import target_of
from .explained_names import referred
from .indexed_pages import (
    PARENTHESES,
    PagePart,
    Persons,
    capitalized,
    has_name,
    is_marked,
    key_of,
    parts_by_page,
)
from .tei_text import ID, local, text_of
from .volume import INDEX

DOCUMENT = re.compile(r"#(d\d\w*?)(?:fn\w+)?")
PAGE = re.compile(r"#(pg_\w+)")
BY_NUMBER = re.compile(r"\breferences are to document numbers\b", re.IGNORECASE)  # Its note.
UP_TO = ("-", "–", "—")  # Between two references: all documents from one to the other.
LONGEST_SPAN = 50  # Numbers from one to the other; what is longer is a misprint.
NOTED = re.compile(r"\d*\s?nn?\b")  # "542n": a note on that page.
WHOLE = ""  # Stands for a page where a whole document is meant.


class Target(NamedTuple):
    """A reference of the index."""

    to: str  # Where it leads.
    number: str  # As printed, "" if it is none.
    is_end: bool  # Whether all documents up to there are meant.
    in_note: bool  # Whether a note on that page is meant.


class Place(NamedTuple):
    """Documents that one reference of the index means."""

    page: str  # WHOLE if the reference names a document.
    documents: list[str]
    by_number: bool = False  # Whether they are named by their numbers, not by a page.


class Entry(NamedTuple):
    """An entry of the index, with those below it."""

    key: str  # Of the person or term, "" if the markup has none.
    name: str
    own_targets: list[Target]
    below: list["Entry"]

    def targets(self) -> Iterator[Target]:
        """Yield the targets of the entry and of those below it."""
        yield from self.own_targets
        for entry in self.below:
            yield from entry.targets()


class PrintedIndex:
    """The entries of an index, and on which pages the documents of its volume are printed."""

    def __init__(self) -> None:
        self.documents: dict[str, int] = {}  # Their ids -> place in the volume.
        self.pages: dict[str, list[str]] = {}  # Ids of pages -> the documents printed on them.
        self.parts: dict[str, dict[str, PagePart]] = {}  # Documents -> pages -> what is there.
        self.entries: list[Entry] = []
        self.headings: dict[str, str] = {}  # Of documents.
        self.is_by_number = False  # Whether it says that "5" is document 5.
        self._page = ""
        self._first: dict[str, str] = {}  # Documents -> the page that was open before them.
        self._begun = ""  # A document of which it is not known yet whether it begins on this page.

    def notice(
        self,
        event: str,
        element: etree._Element,
        inside: Sequence[etree._Element],
        parts: Sequence[str],
    ) -> None:
        """Take in what a pass over the volume has met. `inside` are the documents that are open."""
        name = local(element)
        current = inside[-1].get(ID) or "" if inside else ""
        if event == "start":
            if inside and element is inside[-1]:
                self.documents.setdefault(current, len(self.documents))
                self._begun, self._first[current] = current, self._page
        elif name == "pb":
            self._page, self._begun = element.get(ID) or "", ""
            self._print(current)
        elif self._begun and inside and (name == "head" or element is inside[-1]):
            self._print(self._begun)
            self._begun = ""
        if event == "end" and inside and element is inside[-1]:
            self.headings[current] = " ".join(map(text_of, element.findall("{*}head")))
            self.parts[current] = parts_by_page(element, self._first.get(current, WHOLE))
        elif not inside and name == "item" and INDEX in parts and is_outermost(element):
            self.entries.append(read_entry(element))
        elif event == "end" and element.get(ID) == INDEX:
            notes = (text_of(each) for each in element.iterchildren("{*}p", "{*}note", "{*}head"))
            self.is_by_number = any(map(BY_NUMBER.search, notes))

    def _print(self, document: str) -> None:
        printed = self.pages.setdefault(self._page, [])
        if document and document not in printed:
            printed.append(document)

    def printed_on(self) -> dict[tuple[str, str], list[str]]:
        """Return {(page, ""): ids of its documents, (page, number): ids of its footnotes}."""
        found = {(page, ""): documents for page, documents in self.pages.items()}
        for page, part in chain.from_iterable(parts.items() for parts in self.parts.values()):
            for number, note in part.notes.items():
                found.setdefault((page, number), []).append(note)
        return found

    def named(
        self, meanings: Mapping[str, tuple[str, str]], marked: Container[str] = ()
    ) -> dict[str, list[str]]:
        """Return {id of a document: keys of the persons and terms for which the index names it}.

        `meanings` are {key: (word, meaning)} of the lists of the volume, `marked` the keys of the
        persons whom its documents mark anywhere. An entry without a key
        belongs to the person or term with the same name, whatever its accents, without what
        stands in parentheses behind it.
        """
        words = {key: word for key, (word, _) in meanings.items()}
        persons = Persons(meanings, referred(meanings), marked)
        by_page = not self.is_by_number and self._is_by_page()
        named: dict[str, list[str]] = {}
        for key, name, targets in _found_entries(self.entries, words):
            for place in self._places(targets, by_page):
                for document in self._naming(key, (words[key], name), place, persons):
                    if key not in named.setdefault(document, []):
                        named[document].append(key)
        return named

    def _is_by_page(self) -> bool:
        """Return whether the numbers of the index are pages although its markup may not say so.

        Some volumes have links to documents of the numbers of pages, as far as there are such.
        """
        targets = [target for entry in self.entries for target in entry.targets()]
        return any(
            not each.to
            and f"d{each.number}" not in self.documents
            and f"pg_{each.number}" in self.pages
            for each in targets
        )

    def _naming(self, key: str, words: Sequence[str], place: Place, persons: Persons) -> list[str]:
        """Return those of the documents of one reference that name a person or term.

        `words` are the name in the list and that in the index. Of several on one page it is those
        that have it on that page, marked or as a surname or term, else those that have it
        elsewhere. A person must be named even in the only one of a page.
        """
        parts = {each: self._parts(each, WHOLE) for each in place.documents}
        documents = [
            each
            for each, own in parts.items()
            if self.is_by_number or not persons.means_another(key, own, self.headings.get(each, ""))
        ]
        if len(place.documents) < 2:
            sure = place.by_number or not persons.is_person(key)
            return [each for each in documents if sure or persons.is_in(key, words, parts[each])]
        names = [capitalized(each.partition(",")[0]) for each in words]
        for page in (place.page, WHOLE):
            here = {each: self._parts(each, page) for each in documents}
            marked = [each for each, told in here.items() if is_marked(key, told)]
            if found := marked or [each for each, told in here.items() if has_name(names, told)]:
                return found
        return []

    def _parts(self, document: str, page: str) -> list[PagePart]:
        """Return what a document prints on a page, in one part at most; all parts for WHOLE."""
        parts = self.parts.get(document, {})
        return [part for at, part in parts.items() if page in (at, WHOLE)]

    def _places(self, targets: Sequence[Target], by_page: bool) -> Iterator[Place]:
        """Yield the documents of each reference; those on one page are together.

        A span that goes backwards, or is too long, is a misprint. Of the former only the start
        counts, of the latter both ends do.
        """
        before, start = Place(WHOLE, []), 0
        for target in targets:
            to = self._printed_target(target, by_page)
            here, end = self._place_of(to, target.in_note), number_of(to)
            if target.is_end and end < start:
                continue
            if target.is_end and end - start <= LONGEST_SPAN:
                between = [*self._between(before, here), *self._printed_between(before, here)]
                by_number = before.by_number and here.by_number
                yield from (Place(WHOLE, [each], by_number) for each in between)
            yield here
            before, start = here, end

    def _printed_target(self, target: Target, by_page: bool) -> str:
        """Return where a reference leads, by its number if its markup may be wrong."""
        if self.is_by_number and PAGE.fullmatch(target.to):
            return f"#d{target.number or number_of(target.to)}"
        return f"#pg_{target.number}" if by_page and target.number else target.to

    def _between(self, before: Place, here: Place) -> list[str]:
        """Return the documents behind those of one place and before those of another."""
        if not (before.documents and here.documents):
            return []
        first, last = before.documents[-1], here.documents[0]
        return list(self.documents)[self.documents[first] + 1 : self.documents[last]]

    def _printed_between(self, before: Place, here: Place) -> list[str]:
        """Return the documents on the pages between two, also those that begin or end on these."""
        pages = [*self.pages]
        if WHOLE in (before.page, here.page) or not {before.page, here.page} <= set(pages):
            return []
        between = pages[pages.index(before.page) + 1 : pages.index(here.page)]
        return [document for page in between for document in self.pages[page]]

    def _place_of(self, target: str, in_note: bool) -> Place:
        if document := DOCUMENT.fullmatch(target):
            return Place(WHOLE, [document[1]] if document[1] in self.documents else [], True)
        page = target.removeprefix("#") if PAGE.fullmatch(target) else WHOLE
        documents = self.pages.get(page, []) if page else []
        noted = [each for each in documents if in_note and has_note(self._parts(each, page))]
        return Place(page, noted or documents)


def _found_entries(
    entries: Sequence[Entry], words: Mapping[str, str]
) -> Iterator[tuple[str, str, list[Target]]]:
    """Yield (key, name, targets) of the entries of persons and terms; `words` are {key: name}.

    A person directly below another entry has an entry of his own, which a volume has indented by
    mistake. If the other is a person too, what follows is no longer below it. Further below, a
    person with a key is named too: "Messages from > Rell, Maro", below "Armistice".
    """
    bare = {fold(PARENTHESES.sub("", word)): key for key, word in words.items()}
    keys = bare | {fold(word): key for key, word in words.items()}
    for entry in entries:
        found = _key_of_entry(entry, words, keys)
        persons = [each for each in entry.below if _is_person(each, words, keys)]
        is_person = persons and "," in words.get(found, "")
        below = entry.below[: entry.below.index(persons[0])] if is_person else entry.below
        if found:
            yield found, entry.name, [*entry._replace(below=below).targets()]
        for person in persons:
            yield _key_of_entry(person, words, keys), person.name, [*person.targets()]
        for deeper in _deeper(entry):
            if deeper.key in words and _is_person(deeper, words, keys):
                yield deeper.key, deeper.name, [*deeper.targets()]


def _deeper(entry: Entry) -> Iterator[Entry]:
    """Yield the entries that stand more than one level below another."""
    for below in entry.below:
        yield from below.below
        yield from _deeper(below)


def _key_of_entry(entry: Entry, words: Mapping[str, str], keys: Mapping[str, str]) -> str:
    """Return the key of the person or term of an entry, "" for none; `keys` are {name: key}."""
    names = (fold(entry.name), fold(entry.name.partition("(")[0]))
    named_so = next((keys[each] for each in names if each in keys), "")
    return entry.key if entry.key in words else named_so


def _is_person(entry: Entry, words: Mapping[str, str], keys: Mapping[str, str]) -> bool:
    """Return whether the name of an entry is that of a person and nothing more: "Rell, Maro".

    The list of persons may print further forenames and titles, and ranks in full: "Maj. Gen.".
    """
    surname, inverted, forenames = entry.name.partition("(")[0].partition(",")
    printed, _, others = words.get(_key_of_entry(entry, words, keys), "").partition(",")
    said, told = capitalized(forenames), capitalized(others)
    fits = all(any(full.startswith(word) for full in told) for word in said)
    return bool(inverted and said and fits) and fold(surname) == fold(printed)


def read_entry(item: etree._Element) -> Entry:
    """Return an entry and those below it."""
    key, name = "", item.text or ""
    for child in item:
        if local(child) in ("ref", "list"):
            break
        key = key or key_of(child)
        name += text_of(child) + (child.tail or "")
    targets, below, is_end = [], [], False
    for each in _own_parts(item):
        if local(each) == "item":
            below.append(read_entry(each))
            continue
        to, words = target_of(each), text_of(each)
        number = words if words.isascii() and words.isdecimal() else ""
        if to or number:
            targets.append(Target(to, number, is_end, NOTED.match(words_from(each)) is not None))
        is_end = (each.tail or "").strip() in UP_TO
    return Entry(key, " ".join(name.split()).strip(" ,:;"), targets, below)


def _own_parts(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the references in an entry, and the entries below it without what is in them."""
    for child in element:
        name = local(child)
        if name in ("ref", "item"):
            yield child
        if name and name != "item":
            yield from _own_parts(child)


def words_from(reference: etree._Element) -> str:
    """Return the words of a reference and those directly behind it: "542n", also in italics."""
    following = reference.getnext()
    behind = reference.tail or ("" if following is None else text_of(following))
    return f"{text_of(reference)}{behind}"


def number_of(target: str) -> int:
    """Return the number of the document or page that a target names, 0 for none."""
    digits = re.search(r"\d+", target)
    return int(digits[0]) if digits else 0


def has_note(parts: Sequence[PagePart]) -> bool:
    """Return whether a note stands in these parts."""
    return any(part.notes for part in parts)


def is_outermost(item: etree._Element) -> bool:
    """Return whether an entry is not below another."""
    return next(item.iterancestors("{*}item"), None) is None
