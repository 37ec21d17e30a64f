"""Read the index at the end of a volume: which documents it names for persons and terms (F-13)."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from ...telegram.cities import fold
from .cross_references import target_of
from .tei_text import ID, local, text_of
from .volume import INDEX

DOCUMENT = re.compile(r"#(d\d\w*?)(?:fn\w+)?")
PAGE = re.compile(r"#(pg_\w+)")
NAMING = ("{*}persName", "{*}gloss", "{*}term")
UP_TO = ("-", "–", "—")  # Between two references: all documents from one to the other.
# (where a reference leads, its number as printed, whether all documents up to there are meant)
Target = tuple[str, str, bool]


class PrintedIndex:
    """The entries of an index, and on which pages the documents of its volume are printed."""

    def __init__(self) -> None:
        self.documents: dict[str, int] = {}  # Their ids -> place in the volume.
        self.pages: dict[str, list[str]] = {}  # Ids of pages -> the documents printed on them.
        self.naming: dict[str, set[str]] = {}  # Documents -> keys that their markup names.
        self.entries: list[tuple[str, str, list[Target]]] = []  # (key, name, targets)
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
        keys = {fold(word): key for key, (word, _) in meanings.items()}
        by_page = self._is_by_page()
        named: dict[str, list[str]] = {}
        for key, name, targets in self.entries:
            names = (fold(name), fold(name.partition("(")[0]))
            named_so = next((keys[each] for each in names if each in keys), "")
            found = key if key in meanings else named_so
            for documents in self._documents_at(targets, by_page) if found else ():
                for document in self._naming(found, documents):
                    if found not in named.setdefault(document, []):
                        named[document].append(found)
        return named

    def _is_by_page(self) -> bool:
        """Return whether the numbers of the index are pages although its markup may not say so.

        Some volumes have links to documents of the numbers of pages, as far as there are such.
        """
        targets = [target for _, _, targets in self.entries for target in targets]
        return any(
            not to and f"d{number}" not in self.documents and f"pg_{number}" in self.pages
            for to, number, _ in targets
        )

    def _naming(self, key: str, documents: Sequence[str]) -> Sequence[str]:
        """Return those of the documents on one page that name a person or term, all if none do."""
        return [each for each in documents if key in self.naming.get(each, ())] or documents

    def _documents_at(self, targets: Sequence[Target], by_page: bool) -> Iterator[list[str]]:
        """Yield the documents of each reference; those on one page are together."""
        names = list(self.documents)
        before: list[str] = []
        for target, number, is_end in targets:
            here = self._documents_of(f"#pg_{number}" if by_page and number else target)
            if is_end and before and here:
                start, end = self.documents[before[-1]], self.documents[here[0]]
                yield from ([each] for each in names[start + 1 : end])
            yield here
            before = here

    def _documents_of(self, target: str) -> list[str]:
        if document := DOCUMENT.fullmatch(target):
            return [document[1]] if document[1] in self.documents else []
        page = PAGE.fullmatch(target)
        return self.pages.get(page[1], []) if page else []


def read_entry(item: etree._Element) -> tuple[str, str, list[Target]]:
    """Return (key, name, targets) of an entry; the targets are also those of entries below it."""
    key, name = "", item.text or ""
    for child in item:
        if local(child) in ("ref", "list"):
            break
        key = key or key_of(child)
        name += text_of(child) + (child.tail or "")
    targets, is_end = [], False
    for each in item.iterdescendants("{*}ref"):
        target, words = target_of(each), text_of(each)
        number = words if words.isascii() and words.isdecimal() else ""
        if target or number:
            targets.append((target, number, is_end))
        is_end = (each.tail or "").strip() in UP_TO
    return key, " ".join(name.split()).strip(" ,:;"), targets


def key_of(element: etree._Element) -> str:
    """Return the key of the entry that an element leads to, "" for none."""
    return target_of(element).rpartition("#")[2]


def is_outermost(item: etree._Element) -> bool:
    """Return whether an entry is not below another."""
    return not any(local(each) == "item" for each in item.iterancestors())
