"""What a cable is called; one without a subject by its kind, number, parties and date."""

import re

from .sources.header import parse_header
from .sources.origins import origins

SERIAL = re.compile(r"\d\d[A-Z-]+?(\d+)")  # At the end of a reference: 06LISBON900412.
OFFICES = {"AMEMBASSY": "Embassy", "AMCONSUL": "Consulate", "USMISSION": "Mission"}
DEPARTMENT = re.compile(r"SECSTATE(?: WASH(?:DC|INGTON)?)?|STATE|DEPT(?: OF STATE)?")
DAYS = {"year": "%Y", "month": "%B %Y"}  # How a date is written of which no more is known.


def is_named(cable) -> bool:
    """Tell whether a cable has a subject, or a title that its source gave it instead."""
    return bool(cable.subject or cable.facts.get("title"))


def title_of(cable) -> str:
    """Return what a cable is called: its subject, its source's title for it, or one made of facts.

    A made one is "Telegram 768, Embassy Saigon to Department of State, 23 October 1963"; what is
    not known is left out. It is never empty. `cable` is a Cable or has its fields.
    """
    return cable.title if is_named(cable) else made_title(cable)


def introduction(cable) -> list[str]:
    """Return what says at once which cable it is, in sentences without their stops."""
    if is_named(cable):
        return [f"{cable.origin.name}, {day_of(cable)}", cable.title]
    return [made_title(cable)]


def made_title(cable) -> str:
    """Return the title that a cable's facts make, as title_of() does."""
    edition = cable.facts.get("edition", {})
    kind = edition.get("kind", "telegram").capitalize()
    parties = filter(None, [cable.origin.name, recipient(cable, edition)])
    named = " ".join(filter(None, [kind, serial(cable, edition)]))
    return ", ".join(filter(None, [named, " to ".join(parties), day_of(cable)]))


def serial(cable, edition) -> str:
    """Return the number that its sender gave a cable, "" where its reference has none."""
    found = SERIAL.fullmatch(edition.get("numbered") or cable.reference)
    return found[1] if found else ""


def recipient(cable, edition) -> str:
    """Return the name of the first to whom a cable went, "" if that is not said."""
    if printed := edition.get("to"):
        return office(printed)
    to = parse_header(cable.header).to
    return office(to[0].name) if to else ""


def office(printed: str) -> str:
    """Return an addressee in words: "AMEMBASSY PRAIA" is Embassy Praia.

    A station of its own, as some sources print it, is called as its origin is.
    """
    if DEPARTMENT.fullmatch(printed):
        return "Department of State"
    if known := origins().get(printed):
        return known.name
    kind, _, place = printed.partition(" ")
    return f"{OFFICES[kind]} {place.title()}" if kind in OFFICES and place else printed


def day_of(cable) -> str:
    """Return when a cable was sent, no more exactly than is known: "October 1963"."""
    form = DAYS.get(cable.created_precision, "%-d %B %Y")
    return f"{cable.created:{form}}"
