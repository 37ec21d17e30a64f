"""The file of a volume -> its documents, each with the chapters around it, as a stream."""

import gzip
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO

from lxml import etree

TEI_START = re.compile(rb"<(?:\w+:)?(?:TEI|teiCorpus)[\s>]")
ID = "{http://www.w3.org/XML/1998/namespace}id"
CHUNK = 1 << 16
LONGEST_MEANING = 300  # Characters of a definition.
# Elements of TEI that the reader knows what to do with; another one is read as its text.
KNOWN = frozenset(
    """TEI teiCorpus teiHeader text group front body back div div1 div2 div3 div4 head p ab lb pb cb
    milestone hi emph foreign soCalled mentioned title name persName placeName orgName roleName
    forename surname addName nameLink genName geogName country settlement region affiliation gloss
    term abbr expan choice sic corr orig reg unclear supplied add del gap note ref ptr anchor list
    item label table row cell figure figDesc graphic object param script media formula quote q cit
    bibl said floatingText opener closer dateline salute signed postscript byline address addrLine
    date time num measure seg argument epigraph trailer lg l sp speaker stage attachment code idno
    titlePage docTitle titlePart docImprint docDate docAuthor docEdition publisher pubPlace
    fileDesc titleStmt publicationStmt sourceDesc encodingDesc profileDesc revisionDesc editor
    editorialDecl correction change author respStmt resp availability licence""".split()
)
# What stands in lines of its own.
BLOCKS = frozenset(
    """head p ab list item label table row cell quote cit bibl floatingText body opener closer
    dateline salute signed postscript byline address addrLine argument epigraph trailer lg l sp
    speaker stage figure figDesc attachment div div1 div2 div3 div4 titlePage docTitle titlePart
    docImprint docDate""".split()
)
log = logging.getLogger("cables")


@dataclass(slots=True)
class Volume:
    """What all documents of a volume share."""

    id: str
    title: str = ""
    published: str = ""  # The year: "1999".
    editors: tuple[str, ...] = ()
    meanings: dict[str, tuple[str, str]] = field(default_factory=dict)  # Key -> word, meaning.
    claims: Counter = field(default_factory=Counter)  # How many telegrams have a reference.
    quiet: bool = False  # Whether new elements were logged before.

    def explained(self, terms: dict[str, str]) -> dict[str, str]:
        """Return {words as a document prints them: what the volume's lists say of them}."""
        return {
            words: f"{self.meanings[key][0]}, {self.meanings[key][1]}"
            for words, key in terms.items()
            if key in self.meanings
        }


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a volume, as an element that is emptied when the next one is asked for."""

    element: etree._Element
    id: str  # "d12"; "" if it has none.
    number: str  # As printed: "12".
    chapters: tuple[tuple[str, str], ...]  # (id, title) of the parts around it, the widest first.
    line: int

    @property
    def name(self) -> str:
        return self.id or self.number


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" of a comment or instruction."""
    return _local(element.tag) if isinstance(element.tag, str) else ""


@cache
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def words_of(element: etree._Element | None) -> str:
    """Return the words of an element in one line, footnotes left out."""
    if element is None:
        return ""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "lb":
            yield " "
        elif name and name != "note":
            gap = " " if name in BLOCKS else ""
            yield gap
            yield from _pieces(child)
            yield gap
        yield child.tail or ""


def walk(
    path: Path, volume: Volume, advance: Callable[[int], object] = lambda size: None
) -> Iterator[Document]:
    """Yield the documents of a volume in order, filling `volume` on the way.

    What was read is let go. Raises ValueError if the file cannot be read, or is no XML.
    """
    with _opened(path) as file:
        try:
            yield from _Walk(file, volume, path, advance).documents()
        except etree.XMLSyntaxError as error:
            raise ValueError(f"{path}: broken XML ({error}); get the volume again") from None
        except (EOFError, OSError) as error:
            raise ValueError(f"{path}: cannot be read ({error}); get the volume again") from None


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")


class _Counted:
    """A file that tells how far it was read on disk."""

    def __init__(self, file: BinaryIO, advance: Callable[[int], object]):
        self.file, self.advance, self.done = file, advance, 0
        self.disk = getattr(file, "fileobj", None) or file

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(CHUNK if size is None or size < 0 else size)
        at = self.disk.tell()
        self.advance(at - self.done)
        self.done = at
        return data


class _Walk:
    """One pass over a volume: which parts are open, and what they hold."""

    def __init__(self, file: BinaryIO, volume: Volume, path: Path, advance):
        self.volume, self.path = volume, path
        self.parts: list[tuple[str, str]] = []  # The open parts: (id, title).
        self.inside: list[etree._Element] = []  # The open documents.
        self.keeping = 0  # Open elements that are read whole when they end.
        self.new: set[str] = set()
        self.events = etree.iterparse(
            _Counted(file, advance),
            events=("start", "end"),
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )

    def documents(self) -> Iterator[Document]:
        for event, element in self.events:
            name = local(element)
            if event == "start":
                self._start(name, element)
                continue
            if document := self._end(name, element):
                yield document
                element.clear(keep_tail=True)
            if not self.inside and not self.keeping:
                empty(element)

    def _start(self, name: str, element: etree._Element):
        if name not in KNOWN and name not in self.new:
            self.new.add(name)
            if not self.volume.quiet:
                where = self.path.name, element.sourceline
                log.info("%s:%s: new element %s", *where, place_of(element))
        if is_document(element):
            self.inside.append(element)
        elif is_part(name):
            self.parts.append((element.get(ID) or "", ""))
        if self._is_kept(name):
            self.keeping += 1

    def _end(self, name: str, element: etree._Element) -> Document | None:
        if self._is_kept(name):
            self.keeping -= 1
            self._take(name, element)
        if self.inside and element is self.inside[-1]:
            self.inside.pop()
            chapters = tuple(part for part in self.parts if any(part))
            identity = element.get(ID) or ""
            number = element.get("n") or ""
            return Document(element, identity, number, chapters, element.sourceline or 1)
        if is_part(name) and not is_document(element) and self.parts:
            self.parts.pop()
        return None

    def _is_kept(self, name: str) -> bool:
        return name in ("titleStmt", "publicationStmt", "head", "item", "row", "note")

    def _take(self, name: str, element: etree._Element):
        if self.inside:
            return
        if name == "head" and self.parts and is_part(local(element.getparent())):
            identity, title = self.parts[-1]
            self.parts[-1] = identity, title or words_of(element)
        elif name == "item":
            self._define(element)
        elif name == "titleStmt":
            self._titled(element)
        elif name == "publicationStmt":
            self._published(element)

    def _define(self, item: etree._Element):
        """Take an item of the lists of terms or persons: the word and what stands behind it."""
        for word in item.iter("{*}term", "{*}persName", "{*}gloss"):
            if key := word.get(ID):
                printed = words_of(word).strip(" ,;:")
                meaning = words_of(item).removeprefix(printed).strip(" ,;:—–-")
                if printed and meaning:
                    self.volume.meanings[f"#{key}"] = printed, meaning[:LONGEST_MEANING]
                return

    def _titled(self, statement: etree._Element):
        titles = {each.get("type") or "": words_of(each) for each in statement.iter("{*}title")}
        self.volume.title = titles.get("complete") or next(filter(None, titles.values()), "")
        names = statement.iter("{*}editor")
        self.volume.editors = tuple(words_of(each) for each in names if each.get("role") != "general")

    def _published(self, statement: etree._Element):
        if year := re.search(r"\b(?:18|19|20)\d\d\b", words_of(statement.find("{*}date"))):
            self.volume.published = year[0]
        for number in statement.iter("{*}idno"):
            if number.get("type") == "frus" and words_of(number):
                self.volume.id = words_of(number)


def is_document(element: etree._Element) -> bool:
    """Return whether an element is a document of its own; an attachment belongs to another."""
    if not is_part(local(element)) or element.get("type") != "document":
        return False
    parent = element.getparent()
    return parent is None or local(parent) != "attachment"


def is_part(name: str) -> bool:
    return name in ("div", "div1", "div2", "div3", "div4")


def place_of(element: etree._Element) -> str:
    """Return the path to an element, as the log names it: "TEI/text/body/div/p/figure"."""
    return "/".join([*(local(each) for each in reversed(list(element.iterancestors()))), local(element)])


def empty(element: etree._Element):
    """Let go of an element that was read, and of what stands before it."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
