"""Stream the documents of a volume in TEI, each with the chapters that enclose it."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from ...telegram.shorten_text import cut_at_word, own_entry
from ..limited_files import LIMITS, Limits, Source, opened
from .explained_names import Titles
from .tei_text import ID, local, text_of

TEI_START = re.compile(rb"<(?:\w+:)?(?:TEI|teiCorpus)[\s>]")
LONGEST_MEANING = 300  # Characters of a definition.
# The TEI elements that the reader handles; of others only the text is read.
KNOWN = frozenset(
    re.findall(
        r"\S+",
        """TEI TEI.2 teiCorpus teiHeader text group front body back div div0 div1 div2 div3 div4
        div5 div6 div7 head p ab lb pb cb milestone hi emph foreign soCalled mentioned title
        name persName placeName orgName roleName forename surname addName nameLink genName
        geogName country settlement region affiliation gloss term abbr expan choice sic corr
        orig reg unclear supplied add del gap note ref ptr anchor list item label table row cell
        figure figDesc graphic object param script media formula quote q cit bibl said
        floatingText opener closer dateline salute signed postscript byline address addrLine
        date time num measure seg argument epigraph trailer lg l sp speaker stage attachment
        code idno titlePage docTitle titlePart docImprint docDate docAuthor docEdition publisher
        pubPlace fileDesc titleStmt publicationStmt sourceDesc encodingDesc profileDesc
        revisionDesc editor editorialDecl correction change author respStmt resp availability
        licence desc subst tagsDecl tagUsage namespace rendition file pdf problem uh-oh
        page-count-according-to-citation""",
    )
)
INDEX = "index"  # The id of the part that is the index of a volume.
PARTS = ("div", "div0", "div1", "div2", "div3", "div4", "div5", "div6", "div7")
ROOTS = ("TEI", "TEI.2", "teiCorpus")
NAMING = ("term", "persName", "gloss", "name", "orgName", "label")  # Entries of lists of terms.
TITLES = ("series", "subseries", "volume-number", "volumenumber", "volume")
# Documents inside these are part of the enclosing document.
ENCLOSING = ("attachment", "floatingText", "quote", "q", "note")
AROUND = [f"{{*}}{name}" for name in ENCLOSING]
LARGE = ("teiHeader", "front", "body", "back", "group")
NATION = re.compile(r"^(?:United States|U\. ?S\.) ")
STEPS = (*ROOTS, *LARGE, "head", "item", "pb", "titleStmt", "publicationStmt", "docImprint")
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")
YEAR_OF_IMPRINT = re.compile(rf"{YEAR.pattern}(?=\W*$)")
OFFICE_OF_IMPRINT = re.compile(r"Office of the Historian|Historical (?:Office|Division)", re.I)
NEW: set[str] = set()  # Names of unknown elements that were logged.
MOST_NEW = 500  # Most of these.
MOST_SHARED = 100_000  # Most terms, documents and telegram numbers of a volume.
log = logging.getLogger("cables")


# Id of each document, in order -> (id of the chapter, the day that its heading prints or None).
Days = dict[str, tuple[str, datetime | None]]
Notice = Callable[[str, etree._Element, Sequence[etree._Element], Sequence[str]], None]


def unnoticed(
    event: str, element: etree._Element, inside: Sequence[etree._Element], parts: Sequence[str]
) -> None:
    """Take no notice of an element."""


class BrokenVolumeError(ValueError):
    """The XML of a volume breaks off or is damaged; the documents before that are read."""


def name_in_address(identity: str) -> str:
    """Return an id as an address can have it: without slashes, blanks and signs.

    >>> name_in_address("ch/1 a")
    'ch-1-a'
    """
    return re.sub(r"[^\w.-]+", "-", identity).strip(".-")


class DatedCable(NamedTuple):
    """A cable that others may cite by its day and hour. Its parties are as cited_days.py has them.

    `name` is its published name, "" if none is certain; `number` is "No. 12" of a letter.
    """

    name: str
    sender: str
    recipient: str
    is_circular: bool
    number: str
    kind: str


class NumberedCable(NamedTuple):
    """A telegram with a number: its published name, the two posts (cited_numbers.py), its time."""

    name: str
    parties: frozenset[str]
    sent: datetime


@dataclass(slots=True)
class Volume:
    """What all documents of a volume share."""

    id: str
    title: str = ""
    published: str = ""  # The year: "1999".
    publisher: str = ""  # "Washington: Government Printing Office".
    editors: tuple[str, ...] = ()
    office: str = ""  # Of its editors, by its imprint: "Historical Office".
    meanings: dict[str, tuple[str, str]] = field(default_factory=dict)  # xml:id -> word, meaning.
    claims: Counter[str] = field(default_factory=Counter)  # Reference -> telegrams that print it.
    # (page, "") -> ids of its documents, (page, number) -> ids of its footnotes.
    printed_on: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    indexed: dict[str, list[str]] = field(default_factory=dict)  # Document -> keys, by its index.
    secretaries: set[str] = field(
        default_factory=set
    )  # Who writes at the Department: "Mr. Seward".
    envoys: set[str] = field(default_factory=set)  # Who writes despatches: "Mr. Dayton".
    theirs: set[str] = field(default_factory=set)  # Who writes from missions of other countries.
    # "Mr. Dayton" -> the origins that datelines and correspondents of the volume tell of him.
    offices: dict[str, set[str]] = field(default_factory=dict)
    # The places and senders of its cables -> how many.
    printed: Counter[str] = field(default_factory=Counter)
    titles: Titles = field(default_factory=Titles)  # Of its persons.
    ids: set[str] = field(default_factory=set)  # Of all documents: "d12".
    days: Days = field(default_factory=dict)
    # Station -> (number, instant) of its telegrams in the volume.
    sent: dict[str, list[tuple[int, datetime]]] = field(default_factory=dict)
    # Reference -> the telegrams of the volume that print it.
    numbered: dict[str, list[NumberedCable]] = field(default_factory=dict)
    # Id of each document -> (reference that it prints, its published name, its number as a
    # telegram), each perhaps "".
    references: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    # Document -> the numbers of papers in its source note: "US(P)/A/194".
    papers: dict[str, set[str]] = field(default_factory=dict)
    # (sender, recipient, number) of numbered letters -> [(instant, name)], by cited_numbers.py.
    letters: dict[tuple[str, str, str], list[tuple[datetime, str]]] = field(default_factory=dict)
    # "1918-11-15 13:00", "1918-11-15" -> the cables of that hour or day.
    dated: dict[str, list[DatedCable]] = field(default_factory=dict)
    # Key of an entry that only refers to another -> key of that other (marked_words.py).
    referred: dict[str, str] = field(default_factory=dict)
    forenames: frozenset[str] = frozenset()  # Of its persons, folded.
    quiet: bool = False  # Whether unknown elements are not logged (again).

    def check(self) -> None:
        """Raise ValueError if there are more terms and documents than any real volume has."""
        if len(self.meanings) + len(self.claims) + len(self.ids) > MOST_SHARED:
            raise ValueError(
                f"The volume has more than {MOST_SHARED:,} terms or documents, as none has; get it "
                "again"
            )

    def entry_of(self, target: str) -> str:
        """Return the key of the entry that a target leads to, "" if it leads to none."""
        key = target.rpartition("#")[2]
        key = self.referred.get(key, key)
        return key if key in self.meanings else ""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a volume. Its element is emptied when the next document is read."""

    element: etree._Element
    id: str  # "d12"; "" if it has none.
    number: str  # As printed: "12".
    chapters: tuple[tuple[str, str], ...]  # (id, title) of the enclosing parts, outermost first.
    line: int
    page: str  # Of the volume: that on which it begins, by the mark before it; "" if none.


def walk(
    path: Path,
    volume: Volume,
    advance: Callable[[int], object] = lambda size: None,
    limits: Limits = LIMITS,
    notice: Notice = unnoticed,
) -> Iterator[Document]:
    """Yield the documents of a volume in order, and fill `volume` as its lists are read.

    `notice(event, element, open documents, ids of open parts)` is called for each element of
    PARTS and STEPS. Elements are freed once they are read. Raises BrokenVolumeError where the
    file cannot be read on, and ValueError if it is no volume or exceeds a limit.
    """
    with opened(path, advance, limits) as source:
        try:
            yield from _Walk(source, volume, notice).documents()
        except etree.XMLSyntaxError as error:
            raise BrokenVolumeError(f"{path}: broken XML ({error}); get it again") from None
        except (EOFError, OSError) as error:
            raise BrokenVolumeError(f"{path}: cannot be read ({error}); get it again") from None


class _Walk:
    """One pass over a volume, with the parts and documents that are open."""

    def __init__(self, source: Source, volume: Volume, notice: Notice):
        self.notice = notice
        self.volume, self.source, self.path = volume, source, source.path
        self.parts: list[tuple[str, str]] = []  # The open parts: (id, title).
        self.inside: list[etree._Element] = []  # The open documents.
        self.page = ""  # The last page that began.
        self.first_pages: list[str] = []  # The same at the start of each open document.
        source.begin_record()
        # libxml2 limits the depth of elements, the length of names, values and texts, and the
        # expansion of internal entities. External entities and DTDs are not read.
        self.parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in (*PARTS, *STEPS)],
            no_network=True,
            load_dtd=False,
            resolve_entities="internal",
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            collect_ids=False,  # Duplicate ids are no error.
        )

    def documents(self) -> Iterator[Document]:
        root = None
        for event, element in self._events():
            name = local(element)
            if event == "start":
                if root is None:
                    root = element
                    self._set_id(element.get(ID) or "")
                self._start(name, element)
                self._tell(event, element)
                continue
            self._tell(event, element)
            if name in PARTS or name in LARGE:
                self._log_new(element)
            if document := self._end(name, element):
                yield document
                element.clear(keep_tail=True)
            if not self.inside and (name in PARTS or name in LARGE):
                empty(element)
                self.source.begin_record()
        if root is None or local(root) not in ROOTS:
            raise ValueError(f"{self.path}: no volume of Foreign Relations; choose another file")

    def _tell(self, event: str, element: etree._Element) -> None:
        self.notice(event, element, self.inside, [part for part, _ in self.parts])

    def _events(self) -> Iterator[tuple[str, etree._Element]]:
        while chunk := self.source.read():
            try:
                self.parser.feed(chunk)
            finally:  # Also what stands before an error.
                yield from self.parser.read_events()
        self.parser.close()
        yield from self.parser.read_events()

    def _set_id(self, name: str) -> None:
        if name.startswith("frus"):
            self.volume.id = name

    def _start(self, name: str, element: etree._Element) -> None:
        if name == "pb":
            self.page = element.get("n") or ""
        if name not in PARTS:
            return
        if is_document(element, self.inside):
            self.inside.append(element)
            self.first_pages.append(self.page)
        else:
            self.parts.append((name_in_address(element.get(ID) or ""), ""))

    def _end(self, name: str, element: etree._Element) -> Document | None:
        if self.inside and element is self.inside[-1]:
            self.inside.pop()
            chapters = tuple(part for part in self.parts if part[0])
            identity = element.get(ID) or ""
            number = element.get("n") or ""
            line, page = element.sourceline or 1, self.first_pages.pop()
            return Document(element, identity, number, chapters, line, page)
        if not self.inside:
            self._take(name, element)
        if name in PARTS and self.parts:
            self.parts.pop()
        return None

    def _log_new(self, element: etree._Element) -> None:
        """Log each unknown element once, with its path."""
        if self.volume.quiet:
            return
        for tag in {each.tag for each in element.iter(etree.Element)}:
            name = tag.rpartition("}")[2]
            if name not in KNOWN and name not in NEW and len(NEW) < MOST_NEW:
                NEW.add(name)
                first = next(element.iter(tag))
                where = self.path.name, first.sourceline
                log.debug("%s:%s: new element %s", *where, path_to_element(first))

    def _take(self, name: str, element: etree._Element) -> None:
        if name == "head":
            if self.parts and local(element.getparent()) in PARTS:
                identity, title = self.parts[-1]
                self.parts[-1] = identity, title or text_of(element)
        elif name == "item" and INDEX not in [part for part, _ in self.parts]:
            self._define(element)
        elif name == "titleStmt":
            self._read_title(element)
        elif name == "publicationStmt":
            self._read_publication(element)
        elif name == "docImprint":
            self._read_imprint(element)

    def _read_imprint(self, imprint: etree._Element) -> None:
        """Store the year and the office of the title page, which goes before the header."""
        date = imprint.find(".//{*}docDate")
        if year := YEAR_OF_IMPRINT.search(text_of(imprint if date is None else date)):
            self.volume.published = year[0]
        if office := OFFICE_OF_IMPRINT.search(text_of(imprint)):
            self.volume.office = office[0].title().replace(" Of The ", " of the ")

    def _define(self, item: etree._Element) -> None:
        """Store an item of the lists of terms or persons: its word and the meaning after it."""
        word = word_of_entry(item)
        if word is None:
            return
        text = text_of(item)
        printed = text.partition(",")[0] if word is item else text_of(word)
        printed = printed.strip(" ,;:")
        meaning = own_entry(text.removeprefix(printed).strip(" ,;:—–-"))
        meaning = cut_at_word(meaning, LONGEST_MEANING)
        if printed and meaning:
            for key in filter(None, (word.get(ID), item.get(ID))):
                self.volume.meanings[key] = printed, meaning
            self.volume.check()

    def _read_title(self, statement: etree._Element) -> None:
        titles = {each.get("type") or "": text_of(each) for each in statement.iter("{*}title")}
        parts = ", ".join(filter(None, map(titles.get, TITLES)))
        self.volume.title = titles.get("complete") or parts or " ".join(titles.values())
        editors = statement.iter("{*}editor")
        names = (text_of(each) for each in editors if each.get("role") != "general")
        self.volume.editors = tuple(filter(None, names))

    def _read_publication(self, statement: etree._Element) -> None:
        dates = {each.get("type") or "": each for each in statement.iterchildren("{*}date")}
        printed = dates.get("publication-date", dates.get(""))
        if year := YEAR.search(text_of(printed)):
            self.volume.published = year[0]
        publisher = NATION.sub("", text_of(statement.find("{*}publisher")))
        place = text_of(statement.find("{*}pubPlace")).partition(",")[0]
        self.volume.publisher = ": ".join(filter(None, (place, publisher)))
        for number in statement.iter("{*}idno"):
            if number.get("type") == "frus":
                self._set_id(text_of(number))


def word_of_entry(item: etree._Element) -> etree._Element | None:
    """Return the element with the key of an item of a list; None if the item has no key.

    It is the label before the item, an element in either, or the item itself.
    """
    names = [f"{{*}}{name}" for name in NAMING]
    label = item.getprevious()
    is_label = label is not None and local(label) == "label"
    candidates = (*(label.iter(*names) if is_label else ()), *item.iterdescendants(*names), item)
    return next((each for each in candidates if each.get(ID)), None)


def is_document(element: etree._Element, around: Sequence[etree._Element]) -> bool:
    """Return whether an element is a separate document; `around` are the open documents.

    One without an id inside another, and one in an attachment, belong to the enclosing document.
    """
    if element.get("type") != "document" or (around and not element.get(ID)):
        return False
    return next(element.iterancestors(*AROUND), None) is None


def own_elements(document: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the elements with these names in a document, without those of its attachments."""
    for element in document.iterdescendants(*(f"{{*}}{name}" for name in names)):
        around = element.iterancestors(*AROUND)  # None of these is around a document.
        if next(around, None) is None:
            yield element


def path_to_element(element: etree._Element) -> str:
    """Return the path to an element, for the log: "TEI/text/body/div/p/figure"."""
    return "/".join(
        [*(local(each) for each in reversed(list(element.iterancestors()))), local(element)]
    )


def empty(element: etree._Element) -> None:
    """Free an element that was read, and its preceding siblings."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
