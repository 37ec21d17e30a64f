"""Parse heading, dateline and source note of a document: kind, sender, recipient, place, time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from lxml import etree

from ...telegram import dates
from ...telegram.beside_the_text import GUESSED
from ...telegram.cities import find_city, known_city
from ...telegram.classifications import BY_VALUE
from ...telegram.fact_types import MEETINGS, RECEIPT, UNKNOWN
from ...telegram.posts import part_letterhead, strip_signs
from .datelines import FoundDate, find_date, find_date_in_words, find_misprints, part_number
from .document_kinds import Described, kind_of_document, typed
from .document_parts import DocumentText
from .microfiche import city_in, class_of, parties_of_citation, read_citation
from .opening_words import ALONE, captions_in_text, class_in_text, find_subject
from .parties import EXTRACT_OF, find_parties, readers_in_text
from .place_in_volume import (
    find_day_without_year,
    find_event,
    find_month,
    in_turn,
    in_year_of_place,
    is_between,
    is_in_span,
    neighbours_of,
    not_before_its_text,
)
from .signatures import closing_of, signature_of
from .tei_text import text_of
from .titles_and_notes import (
    BEFORE_CLASS,
    CLASSES,
    heads_of,
    number_in_volume,
    own_lines,
    title_line,
)
from .undated import (
    HANDED,
    ISSUED_AT,
    find_day_of_volume,
    find_other_date,
    find_year,
    may_be_older,
    part_dateline,
    place_in_line,
    place_of_attestation,
    with_hour_of_meeting,
    years_of_volume,
)
from .volume import Document, Volume, own_elements

NUMBER = re.compile(r"\[?(?:No\. ?)?\d{1,4}[A-Za-z]?\]?(?:\.?\s+(?=\S)|\.(?=[A-Z]))")
# The letter or number of an enclosure before the heading: "A. Mr. Quay to Mr. Rell.".
ENCLOSED = re.compile(
    r"(?:\[?(?:[A-Z]|(?:Sub-?)?[EIei]n?closure(?: (?:No\. ?)?[A-Z0-9]{1,3})?(?: in No\. ?\d{1,4})?)"
    r"[.\]—: ]+)(?=(?:The|Mr|Messrs|Lord|Sir|Se[nñ]or|Count|Baron|Earl|Prince|General|Governor"
    r"|Captain|Commodore|Admiral|Consul|M)\b\.? [A-Z(])"
)
# A file number before the heading: "751G.00/1–349: Telegram The Ambassador in France ..."
FILE = re.compile(r"(?P<file>[\w.–/-]*\d[\w.–/-]*: (?:[A-Z][a-z]+ ){1,2}?)(?=The |Mr\. )")
CAPTION = (
    "priority|niact|immediate|flash|routine|exdis|nodis|limdis|noforn|stadis|eyes only"
    "|(?:(?:us|most|very) )?urgent|air pouch|restricted data|no other distribution"
    "|limit(?:ed)? distribution|presidential handling|no distribution outside department|sensitive"
    "|for the president only|verbatim text"
    "|top secret|secret|confidential|restricted|operational immediate|emergency|plain|rush"
    "|no distribution|via \\w+ channel|roger channel|exclusive|most immediate"
    "|no foreign dissem(?:ination)?|no dissem(?:ination)? abroad|controlled dissem(?:ination)?"
    "|(?:background|cia internal|for (?!official)[a-z ]{3,30}) use only|official ?[-–] ?informal"
    "|personal(?: and private)?|private|outside (?:the )?system"
)
# What stands before a class: "Personal and Confidential", "[No. 485.—Confidential.]".
BEFORE = (
    rf"(?P<before>(?:(?!{CLASSES})(?:{CAPTION})(?: and)?[\s;,—–/-]+)*)"
    rf"(?:No\. ?\d+\.?[—–-])?{BEFORE_CLASS}"
)
# "Confidential File" is the name of a collection, not a class.
IN_NOTE = re.compile(
    # At the start, behind a sentence, or behind a file number: "POL 26 S VIET Secret; Priority".
    r"(?:^[\[(]?|[.;,][”’]?\s+|(?-i:(?<=[A-Z\d])\s+(?=[A-Z][A-Za-z ]+[;.,])))"
    rf"{BEFORE}(?P<class>{CLASSES})\b(?!\s+(?:Files?|Series|Records?|Box|Service|Cables|Letters|Memoranda"
    r"|Enclosure|Attachment)\b)"
    r"(?P<rest>[^.]*)(?:\.|$)",
    re.IGNORECASE,
)
# "Omega", "Omega Handling", "Omega/Double Plus", "HARBOR Double Plus", "Paris Meetings/Plus".
CODE_NAME = re.compile(
    r"(?!Drafted|Repeated|Cleared|Received)(?:[A-Z][a-z]{3,12}|[A-Z]{4,12}|[A-Z]\w+ Meetings(?=/))"
    r"(?: Handling| Distribution|[ /](?:Double )?Plus)?"
)
ON_TOP = re.compile(
    rf"{BEFORE}(?P<class>{CLASSES})(?P<rest>(?:[\s;,—–/-]+(?:{CAPTION}))*)\.?", re.IGNORECASE
)
CAPTIONS = re.compile(rf"\b(?:{CAPTION})\b", re.IGNORECASE)
# In a source note, also where no class is printed: "For NAC Use Only."
FOR_USE = re.compile(r"(?<=\. )for (?!official)[a-z ]{3,30} use only(?=\.)", re.IGNORECASE)
ONLY_CAPTIONS = re.compile(rf"(?:{CAPTION})(?:[\s;,—–-]+(?:{CAPTION}))*\.?", re.IGNORECASE)
# Behind the class, captions and the colours of codes: "No classification marking. Red. Priority."
CAPTION_SENTENCES = re.compile(
    rf"(?:\s*(?:{CAPTION}|red|green|blue|gray|brown)\.(?=\s|$))+", re.IGNORECASE
)
NO_PLACE = re.compile(rf"not declassified|\d|^(?:{dates.MONTH_NAME.pattern})$", re.I)
DAY_OF_RECEIPT = re.compile(r"\bdate refers to the day the message was received\b")
DEED = re.compile(r"Adopted|Approved|Dated|Issued|Passed|Ratified|Revised|Signed")
GLUED = re.compile(r"(?<=[a-z])\((?=[A-Z][a-z])")  # "Chargé in Great Britain(Quay)"
EXTRACT = re.compile(r"[\[(]Extracts?[.,]? ?[])]", re.IGNORECASE)
# Sentences of a source note; what is attached to a document is no part of it.
IN_PART = re.compile(
    r"\. (?:Extracts?|Only the (?:(?!attach)[^.])+ (?:is|are) (?:printed|published)(?: here)?)"
    r"\.(?=\s|$)"
)
# "Confidential with Nodis attachment": what is attached has its own captions.
OF_ATTACHMENT = re.compile(r",? with\b[^;]*\b(?:attachment|enclosure)s?\b", re.IGNORECASE)
LONGEST_MARK = 120  # Characters of a block that states the kind of a document.
GROUP = len("281605Z")  # With which the text of a telegram of a command may begin.
SIGNS = " ,.;[]"  # Around a place.
FRONT = 3  # First blocks, which hold a telegram's number, class and subject.


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The data in the lines above a document, and what is derived from them."""

    title: str
    untitled: str  # The title without its number, shown if there is no subject.
    sender: str
    recipient: str
    letterhead: str  # The office that its dateline prints before the place.
    place: str
    dateline: str
    opener: str
    own_lines: tuple[str, ...]  # Of the opener, without the document's number in its volume.
    source_note: str
    summary: str  # By its editors.
    date: FoundDate
    misprints: tuple[str, ...]  # Of the dateline.
    classification: str
    captions: tuple[str, ...]
    subject: str
    signed: str
    front: tuple[str, ...]  # The first blocks of the text.
    is_first: bool = False  # The text begins with 1, and no 2 follows.
    kind: str = ""
    own_office: str = ""  # Of one who signs, by his text: "Secretary of State".

    @property
    def is_draft(self) -> bool:
        return self.untitled.startswith("Draft ")

    @property
    def above(self) -> str:
        """The words above the text, with the note on its source."""
        return f"{self.opener} {self.source_note}"

    @property
    def is_extract(self) -> bool:
        """Whether the volume says above the text, or in the heading, that it prints only a part."""
        above = self.above
        titled = EXTRACT_OF.match(self.untitled)
        begins = any(EXTRACT.match(block) for block in self.front[:1])
        return bool(titled or begins or EXTRACT.search(above) or IN_PART.search(above))

    @property
    def created(self) -> datetime:
        return self.date.instant

    @property
    def precision(self) -> str:
        return self.date.precision


def title_of_document(document: etree._Element) -> tuple[str, str]:
    """Return a document's heading, with its number and without."""
    line = title_line(document)
    heads = heads_of(document) if line is None else (line,)
    title = GLUED.sub(" (", " ".join(filter(None, map(text_of, heads))))
    number = NUMBER.match(title)
    own = number[0].strip() if number else ""
    glued = own.endswith(".") and number is not None and own == number[0]  # "306.Telegram From"
    if not number or ((own.isdigit() or glued) and own.rstrip(".") != document.get("n")):
        number = None  # "1961 Review of Policy"
    rest = title[number.end() :] if number else title.lstrip("*†‡ ")
    enclosed = ENCLOSED.match(rest)
    return title, rest[enclosed.end() :] if enclosed else rest


def is_enclosure(title: str) -> bool:
    """Return whether a heading begins with the letter or number of an enclosure."""
    number = NUMBER.match(title)
    return ENCLOSED.match(title, number.end() if number else 0) is not None


def read_heading(document: Document, text: DocumentText, volume: Volume) -> Heading:
    """Return the data of a document's heading. Raises ValueError if it has no date at all."""
    element = document.element
    title, untitled = title_of_document(element)
    filed, untitled = _part_file(untitled)
    cited = None if text.body else read_citation(untitled, sure=bool(text.images))
    what, ending = (cited.title, cited.date) if cited else part_dateline(untitled)
    line = next(filter(etree.iselement, (text.dateline, *own_elements(element, "dateline"))), None)
    dateline, number = part_number(text_of(line) or ending)
    opener = [*text.opener, *filter(None, [number])]
    front = front_of(text.body)
    note = " ".join(text.sources) or (cited.source if cited else "")
    sender, recipient = parties_of_citation(what) if cited else find_parties(element, what)
    if not cited and not recipient and typed("", untitled) == "memorandum":
        recipient = readers_in_text(element, text.body)
    classification, captions = class_and_captions(note, opener, front)
    date = _date(document, volume, line, text.body, note, ending, untitled)
    letterhead, place = _letterhead_and_place(line, dateline, untitled, date.line)
    heading = Heading(
        title=title,
        untitled=cited.whole_title if cited else untitled,
        sender=sender,
        recipient=recipient,
        letterhead=letterhead,
        place=place or (city_in(what) if cited else _place_in_title(ending, dateline, untitled)),
        dateline=dateline,
        opener=" | ".join(opener),
        own_lines=own_lines(opener, number_in_volume(element)),
        source_note=note,
        summary=" ".join(text.summaries) or (cited.abstract if cited else ""),
        date=date.at_group_in(what if cited else "".join(front[:1])[:GROUP]),
        misprints=tuple(find_misprints(line)),
        classification=cited.classification if cited else classification,
        captions=_without_classes(_captions_in_note(cited.captions)) if cited else captions,
        subject=find_subject(element, front, untitled),
        signed=signature_of(element, untitled, sender, recipient),
        front=front,
        is_first=ALONE.match(text.body) is not None,
    )
    return _of_kind(heading, _kind(heading, element, untitled, filed, volume), document, volume)


def _of_kind(heading: Heading, kind: str, document: Document, volume: Volume) -> Heading:
    """Return a heading of this kind; that of a meeting with the hour in its source note.

    A deed has the place where it was done.
    """
    date = in_turn(heading.date, volume.days, document.id)
    if DAY_OF_RECEIPT.search(heading.source_note):
        date = replace(date, source=RECEIPT)
    place = heading.place
    if not place and date.source == "text":
        place = place_of_attestation(document.element)
    if kind in MEETINGS and date.precision == "day" and not date.source:
        date = with_hour_of_meeting(date, heading.source_note)
    return replace(heading, kind=kind, date=date, place=place)


def _date(
    document: Document,
    volume: Volume,
    line: etree._Element | None,
    body: str,
    note: str,
    ending: str,
    title: str,
) -> FoundDate:
    """Return the date of a document; a misprinted year is that of the file number in its note."""
    printed = text_of(line)
    years, is_note = years_of_volume(volume.title, volume.id), title.startswith("Editorial Note")
    found = find_date(line, printed)
    told = title if HANDED.search(title) else ending or title
    if found and found.instant.year > years[1] + 1:
        found = found.in_year_of_file(note)
    other = found or find_other_date(document, told, body, printed or ending, note)
    if other and (found or other.precision != "year"):
        if is_in_span(other.instant, years) or not (found or other.line):
            return other
        return in_year_of_place(other, neighbours_of(volume.days, document.id), years)
    placed = _by_place(document, volume, other, printed, body if is_note else "")
    if placed.source in GUESSED and may_be_older(document, title):
        return replace(find_year(volume.title, volume.id), source=UNKNOWN)
    return placed if is_note else not_before_its_text(placed, body, years[1])


def _by_place(
    document: Document, volume: Volume, other: FoundDate | None, printed: str, body: str
) -> FoundDate:
    """Return the date of a document by its place in the volume, and the year of `other` if any.

    `body` is that of an editorial note, else "".
    """
    years = years_of_volume(volume.title, volume.id)
    near = neighbours_of(volume.days, document.id)
    day = find_day_without_year(printed, near) or find_day_of_volume(years, printed)
    event = find_event(body, near)
    placed = day or event or find_month(near)
    if other and other.source == "chapter":
        fits = is_in_span(other.instant, years) and is_between(other.instant, near, "year")
        other = other if fits else None  # It is the year of its subject.
    if other and placed:
        more = placed.precision != "year" and placed.instant.year == other.instant.year
        return placed if more else other
    return other or placed or find_year(volume.title, volume.id)


def _kind(
    heading: Heading, element: etree._Element, printed: str, filed: str, volume: Volume
) -> str:
    """Return the kind of a document by its heading, as printed without its file number."""
    blocks = (block for block in heading.front[:2] if len(block) < LONGEST_MARK)
    return kind_of_document(
        Described(
            subtype=element.get("subtype") or "",
            title=printed,
            sender=heading.sender,
            recipient=heading.recipient,
            dateline=heading.dateline,
            marks=(filed, heading.source_note, *heading.own_lines, *blocks),
            source_note=heading.source_note,
            begins=heading.front,
            secretaries=volume.secretaries,
            envoys=volume.envoys,
            theirs=volume.theirs,
            is_signed=bool(heading.signed),
            ending=partial(closing_of, element),
        )
    )


def _part_file(title: str) -> tuple[str, str]:
    """Split a title into the file number before it, or "", and the heading."""
    filed = FILE.match(title)
    return (filed["file"], title[filed.end() :]) if filed else ("", title)


def _letterhead_and_place(
    dateline: etree._Element | None, printed: str, title: str, in_text: str
) -> tuple[str, str]:
    """Return the office and the place of a dateline, each perhaps "".

    If it has no office, the line `in_text` that gives the date may have one.
    """
    letterhead, place = _marked_place(dateline) or _place_before_date(
        dateline, printed, whole=ISSUED_AT.search(title) is not None
    )
    place = "" if _is_no_place(place, printed, title) else place
    if not letterhead and (office := _place_before_date(None, in_text)[0]):
        return office, place or place_in_line(in_text)
    return letterhead, place


def _place_in_title(ending: str, dateline: str, title: str) -> str:
    """Return the city in "Estimate 12, Lima, May 9, 1949", if its dateline has only that day.

    The heading of a talk names where it was, whatever the day on which it was written down.
    """
    day = find_date_in_words(ending)
    is_its = day and (day[0] in dateline or typed("", title) in MEETINGS)
    place = _place_before_date(None, ending)[1] if is_its else ""
    return place if known_city(place) and not _is_no_place(place, dateline, title) else ""


def _marked_place(dateline: etree._Element | None) -> tuple[str, str] | None:
    names = dateline.iter("{*}placeName") if dateline is not None else ()
    parts = (_parted(strip_signs(text_of(name), SIGNS)) for name in names)
    return next((each for each in parts if each[1]), None)


def _place_before_date(
    dateline: etree._Element | None, printed: str, *, whole: bool = False
) -> tuple[str, str]:
    """Return office and place before the date: the `whole` place, or the last of its names."""
    dated = find_date_in_words(printed)
    marked = dateline.iter("{*}date") if dateline is not None else ()
    dates = [*map(text_of, marked), dated[0] if dated else "", "undated"]
    before = printed
    for date in filter(None, dates):
        before = before.partition(date)[0]
    before = strip_signs(before.replace(",”", "”"), SIGNS)  # “George Washington,”
    letterhead, place = _parted(before)
    return letterhead, place if whole else place.rpartition(", ")[2]


def _parted(printed: str) -> tuple[str, str]:
    letterhead, place = part_letterhead(printed.replace(",”", "”"))
    return letterhead, "" if NO_PLACE.search(place) else place


def _is_no_place(place: str, dateline: str, title: str) -> bool:
    """Return whether the words before a date are no place of writing.

    They may be what was done that day ("Approved May 2"), a reign ("Tungchi, 7th Year"), or the
    country or state of another who is named in the heading ("the President in Augusta, Georgia").
    """
    reign = "year" in dateline.lower() and re.search(
        rf"{re.escape(place)}[,.]* \d+(?:st|d|nd|rd|th) year\b", dateline, re.I
    )
    elsewhere = place and re.search(rf"\bin\b.*\b{re.escape(place)}\b", title)
    return bool(reign or DEED.fullmatch(place) or (elsewhere and not find_city(place)))


def front_of(body: str) -> tuple[str, ...]:
    """Return the first blocks of a text, with the header that may be printed before it."""
    return tuple(body.split("\n\n", FRONT)[:FRONT])


def class_and_captions(
    note: str, opener: list[str], front: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the original classification, "" if not printed, and the captions.

    They stand in the source note, above the text, or behind the number of a telegram. A second
    class is no caption: "Limited Official Use; Personal and Confidential".
    """
    classification, captions = _classification(note, opener, front)
    classification = classification or class_of(class_in_text(front))
    for_use = map(str.upper, FOR_USE.findall(note))
    all_found = (*captions, *for_use, *captions_in_text(front))
    return classification, _without_classes(re.sub(" ?[–-] ?", "-", each) for each in all_found)


def _without_classes(captions: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in captions if each not in BY_VALUE))


def _classification(
    note: str, opener: list[str], front: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the original classification and the captions beside it; "" and () if not printed.

    The source note has it behind the file number; volumes before about 1955 print it above the
    text.
    """
    if printed := IN_NOTE.search(note):
        behind = CAPTION_SENTENCES.match(note, printed.end())
        more = re.findall(r"[^.]+", behind[0].upper()) if behind else []
        captions = *_captions(printed["before"]), *_captions_in_note(printed["rest"])
        return class_of(printed["class"]), tuple(dict.fromkeys((*captions, *map(str.strip, more))))
    above = [line for block in front[:2] for line in block.split("\n")]
    lines = [line.strip(" []()") for line in (*opener, *above)]
    marked = next(filter(None, map(ON_TOP.fullmatch, lines)), None)
    if not marked:
        return "", ()
    beside = [line for line in lines if line != marked[0] and ONLY_CAPTIONS.fullmatch(line)]
    words = " ".join([marked["before"], marked["rest"], *beside])
    return class_of(marked["class"]), _captions(words)


def _captions(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(caption.upper() for caption in CAPTIONS.findall(text)))


def _captions_in_note(rest: str) -> tuple[str, ...]:
    """Return the captions behind a class in a source note: known ones, and names such as Omega."""
    rest = OF_ATTACHMENT.sub("", rest)
    found: list[str] = []
    for part in re.split(r"[;,—]|–(?!informal)|/(?!(?:double )?plus)", rest, flags=re.IGNORECASE):
        known = _captions(part)
        name = [part.strip().upper().replace("/", " ")] if CODE_NAME.fullmatch(part.strip()) else []
        found += known or name
    return tuple(dict.fromkeys(found))
