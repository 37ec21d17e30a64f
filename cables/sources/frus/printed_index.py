"""Read the index at the end of a volume: which documents it names for persons and terms (F-13)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from ...telegram.cities import fold
from .cross_references import target_of
from .tei_text import ID, local, text_of
from .volume import INDEX

DOCUMENT = re.compile(r"#(d\d\w*?)(?:fn\w+)?")
PAGE = re.compile(r"#(pg_\w+)")
CAPITALIZED = re.compile(r"[^\W\d_a-z]\w+")
NAMING = ("{*}persName", "{*}gloss", "{*}term")
UP_TO = ("-", "–", "—")  # Between two references: all documents from one to the other.
# (where a reference leads, its number as printed, whether all documents up to there are meant)
Target = tuple[str, str, bool]


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
        self.naming: dict[str, set[str]] = {}  # Documents -> keys that their markup names.
        self.words: dict[str, set[str]] = {}  # Documents -> their words with a capital, folded.
        self.entries: list[Entry] = []
        self._page = ""
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
                self._begun = current
        elif name == "pb":
            self._page, self._begun = element.get(ID) or "", ""
            self._print(current)
        elif self._begun and inside and (name == "head" or element is inside[-1]):
            self._print(self._begun)
            self._begun = ""
        if event == "end" and inside and element is inside[-1]:
            self.naming[current] = {key_of(each) for each in element.iter(*NAMING)}
            self.words[current] = capitalized("".join(element.itertext()))
        elif not inside and name == "item" and INDEX in parts and is_outermost(element):
            self.entries.append(read_entry(element))

    def _print(self, document: str) -> None:
        printed = self.pages.setdefault(self._page, [])
        if document and document not in printed:
            printed.append(document)

    def named(self, meanings: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
        """Return {id of a document: keys of the persons and terms for which the index names it}.

        `meanings` are {key: (word, meaning)} of the lists of the volume. An entry without a key
        belongs to the person or term with the same name, whatever its accents, without what
        stands in parentheses behind it.
        """
        words = {key: word for key, (word, _) in meanings.items()}
        by_page = self._is_by_page()
        named: dict[str, list[str]] = {}
        for key, targets in _found_entries(self.entries, words):
            for documents in self._documents_at(targets, by_page):
                for document in self._naming(key, words[key], documents):
                    if key not in named.setdefault(document, []):
                        named[document].append(key)
        return named

    def _is_by_page(self) -> bool:
        """Return whether the numbers of the index are pages although its markup may not say so.

        Some volumes have links to documents of the numbers of pages, as far as there are such.
        """
        targets = [target for entry in self.entries for target in entry.targets()]
        return any(
            not to and f"d{number}" not in self.documents and f"pg_{number}" in self.pages
            for to, number, _ in targets
        )

    def _naming(self, key: str, word: str, documents: Sequence[str]) -> Sequence[str]:
        """Return those of the documents on one page that name a person or term.

        It is those whose markup does, else those with the surname or the term, else all.
        """
        names = capitalized(word.partition(",")[0])
        marked = [each for each in documents if key in self.naming.get(each, ())]
        return (
            marked
            or [each for each in documents if names and names <= self.words.get(each, set())]
            or documents
        )

    def _documents_at(self, targets: Sequence[Target], by_page: bool) -> Iterator[list[str]]:
        """Yield the documents of each reference; those on one page are together."""
        names = list(self.documents)
        before: list[str] = []
        page_before = ""
        for target, number, is_end in targets:
            page = f"#pg_{number}" if by_page and number else target
            here = self._documents_of(page)
            if is_end and before and here:
                start, end = self.documents[before[-1]], self.documents[here[0]]
                yield from ([each] for each in names[start + 1 : end])
                yield from ([each] for each in self._printed_between(page_before, page))
            yield here
            before, page_before = here, page

    def _printed_between(self, first: str, last: str) -> Iterator[str]:
        """Yield the documents on the pages between two, also those that begin or end on these.

        `first` and `last` are targets; only those of pages have pages between them.
        """
        pages = list(self.pages)
        ends = [page[1] for each in (first, last) if (page := PAGE.fullmatch(each))]
        if len(ends) == 2 and all(each in self.pages for each in ends):
            for between in pages[pages.index(ends[0]) + 1 : pages.index(ends[1])]:
                yield from self.pages[between]

    def _documents_of(self, target: str) -> list[str]:
        if document := DOCUMENT.fullmatch(target):
            return [document[1]] if document[1] in self.documents else []
        page = PAGE.fullmatch(target)
        return self.pages.get(page[1], []) if page else []


def _found_entries(
    entries: Sequence[Entry], words: Mapping[str, str]
) -> Iterator[tuple[str, list[Target]]]:
    """Yield (key, targets) of the entries of persons and terms; `words` are {key: name}.

    A person directly below another entry has an entry of his own, which a volume has indented by
    mistake. If the other is a person too, what follows is no longer below it. Further below, a
    person with a key is named too: "Messages from > Rell, Maro", below "Armistice".
    """
    keys = {fold(word): key for key, word in words.items()}
    for entry in entries:
        found = _key_of_entry(entry, words, keys)
        persons = [each for each in entry.below if _is_person(each, words, keys)]
        is_person = persons and "," in words.get(found, "")
        below = entry.below[: entry.below.index(persons[0])] if is_person else entry.below
        if found:
            yield found, [*entry._replace(below=below).targets()]
        for person in persons:
            yield _key_of_entry(person, words, keys), [*person.targets()]
        for deeper in _deeper(entry):
            if deeper.key in words and _is_person(deeper, words, keys):
                yield deeper.key, [*deeper.targets()]


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

    The list of persons may print further forenames and titles.
    """
    surname, inverted, forenames = entry.name.partition("(")[0].partition(",")
    printed, _, others = words.get(_key_of_entry(entry, words, keys), "").partition(",")
    said = capitalized(forenames)
    has_forename = bool(inverted and said) and said <= capitalized(others)
    return has_forename and fold(surname) == fold(printed)


def read_entry(item: etree._Element) -> Entry:
    """Return an entry and those below it."""
    key, name = "", item.text or ""
    for child in item:
        if local(child) in ("ref", "list"):
            break
        key = key or key_of(child)
        name += text_of(child) + (child.tail or "")
    targets, below, is_end = [], [], False
    for each in item.iterdescendants("{*}ref", "{*}item"):
        if next(each.iterancestors("{*}item")) is not item:
            continue
        if local(each) == "item":
            below.append(read_entry(each))
            continue
        target, words = target_of(each), text_of(each)
        number = words if words.isascii() and words.isdecimal() else ""
        if target or number:
            targets.append((target, number, is_end))
        is_end = (each.tail or "").strip() in UP_TO
    return Entry(key, " ".join(name.split()).strip(" ,:;"), targets, below)


def capitalized(text: str) -> set[str]:
    """Return the words with a capital of a text, as names are compared."""
    return {fold(word) for word in set(CAPITALIZED.findall(text))}


def key_of(element: etree._Element) -> str:
    """Return the key of the entry that an element leads to, "" for none."""
    return target_of(element).rpartition("#")[2]


def is_outermost(item: etree._Element) -> bool:
    """Return whether an entry is not below another."""
    return not any(local(each) == "item" for each in item.iterancestors())
