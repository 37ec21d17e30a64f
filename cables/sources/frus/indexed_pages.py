"""The pages of a document, and whether they name a person of the index (F-13)."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from lxml import etree

from ...telegram.cities import fold
from .cross_references import target_of
from .explained_names import SAME_NAME, part_name
from .marked_words import PERSON
from .tei_text import ID, local

CAPITALIZED = re.compile(r"[^\W\d_a-z]\w+")
NAMING = ("persName", "gloss", "term")


@dataclass(slots=True)
class PagePart:
    """What a document prints on one page."""

    keys: set[str] = field(default_factory=set)  # Of the persons and terms that it marks.
    words: set[str] = field(default_factory=set)  # With a capital, folded.
    notes: dict[str, str] = field(default_factory=dict)  # Number -> id of its footnotes.
    _texts: list[str] = field(default_factory=list)

    def begin(self, element: etree._Element) -> None:
        """Take in an element that begins on this page, and its first words."""
        name = local(element)
        if name == "note":
            self.notes[element.get("n") or "*"] = element.get(ID) or ""
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
            if page not in parts:
                parts[page] = PagePart()
        part = parts[page]
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
    if next(document.iter("{*}pb"), None) is None:
        return [page] if page and any(map(str.strip, document.itertext())) else []
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
    once = " ".join(set(text.split()))  # Less to search.
    return {fold(word) for word in set(CAPITALIZED.findall(once))}


def key_of(element: etree._Element) -> str:
    """Return the key of the entry that an element leads to, "" for none."""
    return target_of(element).rpartition("#")[2]


PARENTHESES = re.compile(r"\s*\([^()]*\)")  # Other spellings: "Rell (Rel, Rhel), Maro".
OFFICE = 2  # Blanks in an office that is not that of many: "Secretary of State".
SHORTEST = 3  # Letters of a word of a name without a comma that names the person: "Thant".


class Persons:
    """The persons in the lists of a volume."""

    def __init__(
        self,
        meanings: Mapping[str, tuple[str, str]],
        referred: Mapping[str, str],
        marked: Container[str],
    ):
        """`meanings` are {key: (name, description)} of the lists, `referred` as its module says.

        `marked` are the keys of persons whom the volume marks anywhere.
        """
        self.names = {key: name for key, (name, _) in meanings.items()}
        self.meanings, self.marked = meanings, marked
        self.keys: dict[str, set[str]] = {}  # Of a person -> own key, and those that refer to it.
        for key in self.names:
            self.keys.setdefault(referred.get(key, key), set()).add(key)

    def is_person(self, key: str) -> bool:
        return key.startswith(PERSON)

    def is_in(self, key: str, words: Sequence[str], parts: Sequence[PagePart]) -> bool:
        """Return whether parts of a document mark a person, or have one of these names.

        A surname may be misspelt. Of a name without a comma, "Oan Din Dem", one word is enough.
        """
        if any(is_marked(each, parts) for each in self.keys.get(key, {key})):
            return True
        said = set[str]().union(*(part.words for part in parts))
        for name in (PARENTHESES.sub("", each) for each in words):
            surname, forenames = part_name(name)
            own = capitalized(surname)
            if forenames and all(_is_said(word, said) for word in own):
                return True
            if not forenames and any(word in said for word in own if len(word) >= SHORTEST):
                return True
        return False

    def means_another(self, key: str, parts: Sequence[PagePart], heading: str = "") -> bool:
        """Return whether a document marks others of this surname, but not this person.

        Only one whom the volume marks elsewhere can be told from them, and only if no forename of
        that person stands there. In the heading the office that is printed with a surname tells
        who is meant too.
        """
        surname, forenames = part_name(self.names[key])
        if not (forenames and key in self.marked):
            return False
        there = set[str]().union(*(part.keys for part in parts))
        same = {each for each in there if self._surname(each) == fold(surname)}
        same = same or self._by_office(key, surname, heading)
        if not same or self.keys.get(key, {key}) & there:
            return False
        others = capitalized(" ".join(self.names[each] for each in same))
        own = {fold(word) for word in re.findall(r"\w{3,}", forenames)} - others
        said = set[str]().union(*(part.words for part in parts))
        return own.isdisjoint(said)

    def _by_office(self, key: str, surname: str, heading: str) -> set[str]:
        """Return others of a surname who had the office printed with it in a heading."""
        if f"({surname})" not in heading:
            return set()
        printed = re.search(rf"\b([^()]+) \({re.escape(surname)}\)", heading)
        office = re.split(r"\b(?:[Ff]rom|to) the ", printed[1])[-1] if printed else ""
        if office.count(" ") < OFFICE or office in self.meanings[key][1]:
            return set()
        others = (each for each in self.names if self._surname(each) == fold(surname))
        return {each for each in others if office in self.meanings[each][1]}

    def _surname(self, key: str) -> str:
        surname, forenames = part_name(self.names.get(key, ""))
        return fold(surname) if forenames else ""


def _is_said(word: str, said: set[str]) -> bool:
    """Return whether a surname stands among words, also in the plural or misspelt."""
    if word in said:
        return True
    alike = [
        each for each in said if each[:1] == word[:1] and abs(len(each) - len(word)) < SHORTEST
    ]
    return bool(get_close_matches(word, alike, n=1, cutoff=SAME_NAME))


def is_marked(key: str, parts: Sequence[PagePart]) -> bool:
    """Return whether the markup of these parts names a person or term."""
    return any(key in part.keys for part in parts)


def has_name(names: Sequence[set[str]], parts: Sequence[PagePart]) -> bool:
    """Return whether these parts have all words of one of these names."""
    words = set[str]().union(*(part.words for part in parts))
    return any(name and name <= words for name in names)
