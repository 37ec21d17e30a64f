"""The title of a cable: its subject, or one made of kind, number, parties and date.

Without a subject its first sentence that says something follows the title, where there is room.
Both that and the recipient are found when a text is stored (`facts_for_title`): a list of a hundred
cables reads neither their headers nor their texts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from .beside_the_text import is_by_editors, is_undated
from .dates import Style, format_date
from .fact_types import CABLES, EXCISED, CableFacts, EditionFacts, edition_of, without_empty
from .first_sentence import first_sentence
from .header import parse_header
from .offices import is_unnamed
from .origins import origins
from .paragraphs import Blocks
from .references import serial_of
from .title_case import title_case

SECRETARY = "Secretary of State"  # The origin of what the Department writes.
OFFICES = {"AMEMBASSY": "Embassy", "AMCONSUL": "Consulate", "USMISSION": "Mission"}
FROM_TO = re.compile(r"(?i)[\w ]+ from .+ to .")  # "Telegram From the Embassy to the Department"
IN_WORDS = re.compile(r" (?:OF|IN|AT) ")  # "AMBASSADOR IN CHILE (COLLIER)", not a station.
# A zone in the dateline of a volume, or in the time of its heading: "281605Z", "6 p.m. GMT".
NAMED_TIMES = {"23:59": "midnight", "12:00": "noon"}  # Of a dateline: midnight ends the day.
ZONE = re.compile(r"\dZ\b|\b(?:GMT|UTC|Greenwich)\b")
DEPARTMENT = re.compile(r"SECSTATE(?: WASH(?:DC|INGTON)?)?|STATE|DEPT(?: OF STATE)?")


class NamedOrigin(Protocol):
    @property
    def name(self) -> str: ...


class TitledCable(Protocol):
    """The fields of a Cable of which its title is made."""

    reference: str
    subject: str
    created: datetime
    created_precision: str
    facts: CableFacts

    @property
    def title(self) -> str: ...

    @property
    def origin(self) -> NamedOrigin: ...


def is_named(cable: TitledCable) -> bool:
    """Return whether a cable has a subject or a title from its source."""
    return bool(cable.subject or cable.facts.get("title"))


def reading_title(cable: TitledCable) -> str:
    """Return the title by which readers know a cable everywhere; never "".

    It is the subject, or the title from the source, in title case, or a made title. What is not
    given as it was sent says so: "Harbor Fees [Paraphrase]".
    """
    return with_marks(title_case(cable.title), cable) if is_named(cable) else made_title(cable)


def with_marks(title: str, cable: TitledCable) -> str:
    """Return a title with what the text is by its volume, if not all as sent, in brackets."""
    marks = marks_of(cable)
    return f"{title} [{marks.capitalize()}]" if marks else title


def marks_of(cable: TitledCable) -> str:
    """Return what the text is by its volume, if not all as sent: "paraphrase, translation"."""
    return ", ".join(m for m in edition_of(cable.facts).get("text_marks", ()) if m != EXCISED)


def names_parties(cable: TitledCable) -> bool:
    """Return whether the title of a cable already says from whom it is and to whom."""
    return not cable.subject and bool(FROM_TO.match(cable.title) or not is_named(cable))


def opening_of(cable: TitledCable) -> str:
    """Return the first sentence of a cable without a subject; "" if it has a subject or no text."""
    return "" if cable.subject else cable.facts.get("opening", "")


def headlines(cables: Sequence[TitledCable]) -> list[tuple[str, str]]:
    """Return (headline, what stands below it or "") of each cable of a list.

    The opening line follows the title; it is the headline where several cables have one title.
    """
    titles = [reading_title(cable) for cable in cables]
    often = Counter(titles)
    return [
        (line, title) if line and often[title] > 1 else (title, line)
        for title, line in zip(titles, map(opening_of, cables), strict=True)
    ]


def sender(cable: TitledCable) -> str:
    """Return who sent or wrote a document, "" if that is not known.

    It is the origin of a cable. An officer writes a letter or a memorandum in his own name, and
    others act for the Secretary of State: who sent these is as the volume prints it. What the
    Department writes without such a name is from the Department, not from its Secretary.
    """
    edition, name = edition_of(cable.facts), cable.origin.name
    is_cable = edition.get("kind", "telegram") in CABLES
    if is_cable and name != SECRETARY and not is_unnamed(name):
        return name
    if printed := edition.get("from"):
        return printed[0].upper() + printed[1:]
    if name == SECRETARY and not is_cable:
        return "Department of State"
    return "" if is_unnamed(name) else name


def introduction(cable: TitledCable) -> list[str]:
    """Return one or two sentences, without full stops, that identify a cable."""
    if is_named(cable):
        return [", ".join(filter(None, [sender(cable), day_of(cable)])), reading_title(cable)]
    return [made_title(cable)]


def made_title(cable: TitledCable) -> str:
    """Return a title made of the facts that are known.

    Example: "Telegram 768, Embassy Saigon to Department of State, 23 October 1963".
    """
    edition = edition_of(cable.facts)
    kind = edition.get("kind", "telegram").capitalize()
    parties = filter(None, [sender(cable), cable.facts.get("recipient", "")])
    named = " ".join(filter(None, [kind, serial(cable, edition)]))
    title = ", ".join(filter(None, [named, " to ".join(parties), day_of(cable)]))
    return with_marks(title, cable)


def serial(cable: TitledCable, edition: EditionFacts) -> str:
    """Return the serial number of a cable, "" if its reference has none."""
    return str(serial_of(edition.get("numbered") or cable.reference) or "")


def facts_for_title(subject: str, header: str, blocks: Blocks, edition: EditionFacts) -> CableFacts:
    """Return what is stored for the title of a cable without a subject, from its public text."""
    if subject:
        return {}
    facts: CableFacts = {
        "recipient": recipient(header, edition),
        "opening": first_sentence(blocks),
    }
    return without_empty(facts)


def recipient(header: str, edition: EditionFacts) -> str:
    """Return the name of the first recipient, "" if unknown."""
    if printed := edition.get("to"):
        return office(printed)
    to = parse_header(header).to
    return office(to[0].name) if to else ""


def office(printed: str) -> str:
    """Return the name of an addressee: "AMEMBASSY PRAIA" gives "Embassy Praia".

    An office in words and in capitals is set in title case. A bare station, which some sources
    print, gives the name of its origin.
    """
    if DEPARTMENT.fullmatch(printed):
        return "Department of State"
    if known := origins().get(printed):
        return known.name
    kind, _, place = printed.partition(" ")
    if kind in OFFICES and place:
        return f"{OFFICES[kind]} {place.title()}"
    return title_case(printed) if IN_WORDS.search(printed) else printed


def day_of(cable: TitledCable) -> str:
    """Return the date of a cable as precisely as it is known: "October 1963".

    That of an undated document is in brackets: "undated [October 1963]". The day in an editorial
    note is that of its events: "on events of 15 March 1962".
    """
    words = format_date(cable.created, cable.created_precision, "words")
    edition = edition_of(cable.facts)
    if is_undated(edition, cable.created_precision):
        words = f"undated [{words}]" if not is_by_editors(edition) else f"about {words}"
    return f"on events of {words}" if is_by_editors(edition) else words


def shown_date(cable: TitledCable, style: Style = "list") -> str:
    """Return the date of a cable in a style of lists: "about 1826" if no source prints it.

    Noon and midnight are as printed.
    """
    shown = format_date(cable.created, cable.created_precision, style)
    edition = edition_of(cable.facts)
    if is_undated(edition, cable.created_precision):
        return f"about {shown}"
    named = NAMED_TIMES.get(shown.rpartition(" ")[2], "")
    if named and named in f"{edition.get('date', '')} {edition.get('heading', '')}".lower():
        return f"{shown.rpartition(' ')[0]}, {named}"
    return shown


def cited_date(cable: TitledCable) -> tuple[date, str, bool]:
    """Return (date, its precision "day", "month" or "year", whether it is undated) for citations.

    An editorial note was written for its volume: its date is the year in which that was published.
    """
    edition, precision = edition_of(cable.facts), cable.created_precision
    undated = is_undated(edition, precision)
    if is_by_editors(edition):
        published = edition.get("published", "")
        year = int(published) if published.isdecimal() else cable.created.year
        return date(year, 1, 1), "year", not published.isdecimal()
    return cable.created.date(), precision if precision in ("month", "year") else "day", undated


def machine_date(cable: TitledCable) -> str:
    """Return the date of a cable for programs: "2006-03-14T09:26Z", "1963-10".

    A time is in UTC, but that of a volume's document is local if no zone is printed, and ends
    without Z.
    """
    written = format_date(cable.created, cable.created_precision, "iso")
    edition = edition_of(cable.facts)
    zoned = ZONE.search(f"{edition.get('date', '')} {edition.get('heading', '')}")
    return written.removesuffix("Z") if "volume" in edition and not zoned else written
