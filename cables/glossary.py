"""Every code that cables print, what it stands for, and its address in the glossary.

The words stand in sources/tables: terms.csv (captions, marks, signals, orders ...), tags.csv and
routes.csv. Tags that name a person are in none of them: people are no index.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache

from .sources.tags import TABLES, kinds, labels

NOT_IN_ADDRESSES = re.compile(r"[^A-Z0-9._-]+")
RANGE = re.compile(r"(?P<stem>[A-Z]{6})(?P<first>[A-Z]) THRU (?P=stem)(?P<last>[A-Z])")
TAGS = ("subject", "program", "geo", "organization")  # Kinds of tags that have entries.
TERMS = (
    *("caption", "class", "mark", "precedence", "signal", "security", "label"),
    *("office", "order", "exemption", "reason"),
)
# The name of a page of its own -> the kind of codes that it lists.
PAGES = {
    "subjects": "subject",
    "programs": "program",
    "places": "geo",
    "organizations": "organization",
    "routing": "route",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of one kind. `name` and `meaning` are "" as far as nobody knows them."""

    kind: str  # One of TERMS or TAGS, or "route".
    code: str  # As cables print it, in capitals: "SIPDIS", "C//NF", "1.4(b)".
    name: str = ""  # In a few words.
    meaning: str = ""  # In a sentence or two.
    also: tuple[str, ...] = ()  # Other codes for the same: "PP" for "P".

    @property
    def slug(self) -> str:
        return slug(self.code)

    @property
    def printed(self) -> str:
        """The code as it stands in a text: portion marks have parentheses."""
        return f"({self.code})" if self.kind == "mark" else self.code

    @property
    def words(self) -> str:
        """All that is known of it: "SIPRNet distribution. Shared over ..."."""
        return f"{self.name}. {self.meaning}" if self.meaning else self.name


def slug(code: str) -> str:
    """Return a code as its address has it: "C//NF" is C-NF, "E.O. 12958" E.O.-12958."""
    return NOT_IN_ADDRESSES.sub("-", code.upper()).strip("-")


@cache
def headings() -> dict[str, tuple[str, str]]:
    """Return {kind: (what its codes are called, a sentence about them)}."""
    return {kind: (heading, lead) for kind, heading, lead in _rows("term_kinds")}


@cache
def entries() -> dict[str, dict[str, Entry]]:
    """Return {kind: {code: Entry}}, each kind in the order of its table."""
    kept: dict[str, dict[str, Entry]] = {kind: {} for kind in (*TERMS, *TAGS, "route")}
    for kind, code, also, name, meaning in _rows("terms"):
        others = tuple(also.split("|")) if also else ()
        kept[kind][code] = Entry(kind, code, name, meaning, others)
    for code, kind in kinds().items():
        if kind in TAGS:
            kept[kind][code] = Entry(kind, code, labels().get(code, ""))
    for route, name in _rows("routes"):
        kept["route"][route] = Entry("route", route, name)
    return kept


@cache
def _by_slug() -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for kept in entries().values():
        for entry in kept.values():
            for code in (entry.code, *entry.also):
                found.setdefault(slug(code), []).append(entry)
    return {address: tuple(dict.fromkeys(several)) for address, several in found.items()}


def look_up(address: str) -> tuple[Entry, ...]:
    """Return the entries under an address: those of a code, or of another code for the same."""
    if found := _by_slug().get(address):
        return found
    station = find_route(address)
    return (station,) if station else ()


def find(kind: str, code: str) -> Entry | None:
    """Return the entry of a code, or of another code for the same, in one kind."""
    if found := entries()[kind].get(code):
        return found
    return next((entry for entry in look_up(slug(code)) if entry.kind == kind), None)


def tag_label(code: str) -> str:
    """Return what a tag stands for, in plain words; "" if that is not known."""
    return labels().get(code, "")


def find_route(route: str) -> Entry | None:
    """Return the entry of a routing indicator, or of the range that it lies in, or None."""
    if found := entries()["route"].get(route):
        return found
    for first, last, entry in _ranges().get(route[:6], ()):
        if first <= route[6:] <= last:
            return entry
    return None


@cache
def _ranges() -> dict[str, list[tuple[str, str, Entry]]]:
    """Return {stem: (first letter, last letter, entry)} of indicators that are named together."""
    ranges: dict[str, list[tuple[str, str, Entry]]] = {}
    for code, entry in entries()["route"].items():
        if found := RANGE.fullmatch(code):
            ranges.setdefault(found["stem"], []).append((found["first"], found["last"], entry))
    return ranges


def _rows(name: str) -> list[list[str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
