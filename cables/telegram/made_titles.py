"""The title of a cable; without a subject it is made of kind, number, parties and date."""

import re
from datetime import datetime
from typing import Protocol

from .dates import format_date
from .fact_types import CableFacts, EditionFacts, edition_of
from .header import parse_header
from .origins import origins
from .references import serial_of

OFFICES = {"AMEMBASSY": "Embassy", "AMCONSUL": "Consulate", "USMISSION": "Mission"}
# A zone in the dateline of a volume, or in the time of its heading: "281605Z", "6 p.m. GMT".
ZONE = re.compile(r"\dZ\b|\b(?:GMT|UTC|Greenwich)\b")
DEPARTMENT = re.compile(r"SECSTATE(?: WASH(?:DC|INGTON)?)?|STATE|DEPT(?: OF STATE)?")


class NamedOrigin(Protocol):
    @property
    def name(self) -> str: ...


class TitledCable(Protocol):
    """The fields of a Cable of which its title is made."""

    reference: str
    subject: str
    header: str
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


def title_of(cable: TitledCable) -> str:
    """Return the subject, the title from the source, or a title made of facts; never "".

    Example of the last: "Telegram 768, Embassy Saigon to Department of State, 23 October 1963".
    Unknown facts are left out.
    """
    return cable.title if is_named(cable) else made_title(cable)


def introduction(cable: TitledCable) -> list[str]:
    """Return one or two sentences, without full stops, that identify a cable."""
    if is_named(cable):
        return [f"{cable.origin.name}, {day_of(cable)}", cable.title]
    return [made_title(cable)]


def made_title(cable: TitledCable) -> str:
    """Return the title that is made of facts (see title_of)."""
    edition = edition_of(cable.facts)
    kind = edition.get("kind", "telegram").capitalize()
    parties = filter(None, [cable.origin.name, recipient(cable, edition)])
    named = " ".join(filter(None, [kind, serial(cable, edition)]))
    return ", ".join(filter(None, [named, " to ".join(parties), day_of(cable)]))


def serial(cable: TitledCable, edition: EditionFacts) -> str:
    """Return the serial number of a cable, "" if its reference has none."""
    return str(serial_of(edition.get("numbered") or cable.reference) or "")


def recipient(cable: TitledCable, edition: EditionFacts) -> str:
    """Return the name of the first recipient, "" if unknown."""
    if printed := edition.get("to"):
        return office(printed)
    to = parse_header(cable.header).to
    return office(to[0].name) if to else ""


def office(printed: str) -> str:
    """Return the name of an addressee: "AMEMBASSY PRAIA" gives "Embassy Praia".

    A bare station, which some sources print, gives the name of its origin.
    """
    if DEPARTMENT.fullmatch(printed):
        return "Department of State"
    if known := origins().get(printed):
        return known.name
    kind, _, place = printed.partition(" ")
    return f"{OFFICES[kind]} {place.title()}" if kind in OFFICES and place else printed


def day_of(cable: TitledCable) -> str:
    """Return the date of a cable as precisely as it is known: "October 1963"."""
    return format_date(cable.created, cable.created_precision, "words")


def machine_date(cable: TitledCable) -> str:
    """Return the date of a cable for programs: "2006-03-14T09:26Z", "1963-10".

    A time is in UTC, but that of a volume's document is local if no zone is printed, and ends
    without Z.
    """
    written = format_date(cable.created, cable.created_precision, "iso")
    edition = edition_of(cable.facts)
    zoned = ZONE.search(f"{edition.get('date', '')} {edition.get('heading', '')}")
    return written.removesuffix("Z") if "volume" in edition and not zoned else written
