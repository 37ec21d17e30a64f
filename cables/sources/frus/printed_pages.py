"""Tell on which pages a document is printed, and what on each, for an index (F-13)."""

import re
from dataclasses import dataclass, field

from lxml import etree

from ...telegram.cities import fold
from .cross_references import target_of
from .tei_text import ID, local

CAPITALIZED = re.compile(r"[^\W\d_a-z]\w+")
NAMING = ("persName", "gloss", "term")


@dataclass(slots=True)
class PagePart:
    """What a document prints on one page."""

    keys: set[str] = field(default_factory=set)  # Of the persons and terms that it marks.
    words: set[str] = field(default_factory=set)  # With a capital, folded.
    has_note: bool = False
    _texts: list[str] = field(default_factory=list)

    def begin(self, element: etree._Element) -> None:
        """Take in an element that begins on this page, and its first words."""
        name = local(element)
        self.has_note = self.has_note or name == "note"
        if name in NAMING:
            self.keys.add(key_of(element))
        self.add(element.text)

    def add(self, words: str | None) -> None:
        """Take in words."""
        self._texts.append(words or "")

    def end(self) -> None:
        """Keep only which words there are."""
        self.words = capitalized("".join(self._texts))
        self._texts.clear()


def parts_by_page(document: etree._Element, page: str) -> dict[str, PagePart]:
    """Return {id of a page: what a document prints there}; before the first mark it is `page`."""
    parts = {page: PagePart()}
    for event, element in etree.iterwalk(document, events=("start", "end")):
        if event == "start" and local(element) == "pb":
            page = element.get(ID) or ""
        part = parts.setdefault(page, PagePart())
        if event == "start":
            part.begin(element)
        elif element is not document:
            part.add(element.tail)
    for part in parts.values():
        part.end()
    return parts


def page_span(document: etree._Element, page: str) -> list[str]:
    """Return the first and the last page with words of a document, one if they are the same.

    `page` is that before its first mark. [] if the first has no number.
    """
    pages: list[str] = []
    for event, element in etree.iterwalk(document, events=("start", "end")):
        if event == "start" and local(element) == "pb":
            page = element.get("n") or ""
        words = element.text if event == "start" else element.tail
        if words and not words.isspace() and (event == "start" or element is not document):
            pages.append(page)
    return list(dict.fromkeys([pages[0], pages[-1]])) if pages and pages[0] else []


def capitalized(text: str) -> set[str]:
    """Return the words with a capital of a text, as names are compared."""
    return {fold(word) for word in set(CAPITALIZED.findall(text))}


def key_of(element: etree._Element) -> str:
    """Return the key of the entry that an element leads to, "" for none."""
    return target_of(element).rpartition("#")[2]
