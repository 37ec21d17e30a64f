"""The glossary: the codes that cables print, their meanings, and their slugs.

Read from telegram/tables: terms.csv (captions, marks, signals, orders, terms of the 1940s to
1970s), tags.csv, routes.csv.
Tags that are names of persons are not in them, so that nobody can browse by person.
"""

import re
from dataclasses import dataclass
from functools import cache

from ..telegram.table_files import table_cells
from ..telegram.tags import tag_kinds, tag_meanings

NOT_IN_ADDRESSES = re.compile(r"[^A-Z0-9._-]+")
RANGE = re.compile(r"(?P<stem>[A-Z]{6})(?P<first>[A-Z]) THRU (?P=stem)(?P<last>[A-Z])")
TAGS = ("subject", "program", "geo", "organization")  # Kinds of tags that have entries.
TERMS = (
    *("caption", "class", "mark", "precedence", "signal", "security", "label"),
    *("office", "order", "exemption", "reason"),
    *("series", "handling", "word", "officer", "government", "pact"),  # Of the 1940s to 1970s.
)
# Slug of a glossary page -> the kind of codes that it lists.
PAGES = {
    "subjects": "subject",
    "programs": "program",
    "places": "geo",
    "organizations": "organization",
    "routing": "route",
}


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """One code of one kind. `name` and `meaning` are "" if they are not known."""

    kind: str  # One of TERMS or TAGS, or "route".
    code: str  # As cables print it, in capitals: "SIPDIS", "C//NF", "1.4(b)".
    name: str = ""  # In a few words.
    meaning: str = ""  # In a sentence or two.
    also: tuple[str, ...] = ()  # Synonyms: "PP" for "P".

    @property
    def slug(self) -> str:
        return slug(self.code)

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code, *self.also)

    @property
    def printed(self) -> str:
        """The code as cables print it: portion marks in parentheses."""
        return f"({self.code})" if self.kind == "mark" else self.code

    @property
    def words(self) -> str:
        """Name and meaning: "SIPRNet distribution. Shared over ..."."""
        return f"{self.name}. {self.meaning}" if self.meaning else self.name


def slug(code: str) -> str:
    """Return the slug of a code: "C-NF" for "C//NF", "E.O.-12958" for "E.O. 12958"."""
    return NOT_IN_ADDRESSES.sub("-", code.upper()).strip("-")


@cache
def headings() -> dict[str, tuple[str, str]]:
    """Return {kind: (heading, a sentence about its codes)}."""
    return {kind: (heading, lead) for kind, heading, lead in table_cells("term_kinds")}


@cache
def entries() -> dict[str, dict[str, GlossaryEntry]]:
    """Return {kind: {code: Entry}} in the order of the tables."""
    by_kind: dict[str, dict[str, GlossaryEntry]] = {kind: {} for kind in (*TERMS, *TAGS, "route")}
    for kind, code, also, name, meaning in table_cells("terms"):
        others = tuple(also.split("|")) if also else ()
        by_kind[kind][code] = GlossaryEntry(kind, code, name, meaning, others)
    for code, kind in tag_kinds().items():
        if kind in TAGS:
            by_kind[kind][code] = GlossaryEntry(kind, code, tag_meanings().get(code, ""))
    for route, name in table_cells("routes"):
        by_kind["route"][route] = GlossaryEntry("route", route, name)
    return by_kind


@cache
def _by_slug() -> dict[str, tuple[GlossaryEntry, ...]]:
    entries_of: dict[str, list[GlossaryEntry]] = {}
    for by_code in entries().values():
        for entry in by_code.values():
            for code in entry.codes:
                entries_of.setdefault(slug(code), []).append(entry)
    return {address: tuple(dict.fromkeys(several)) for address, several in entries_of.items()}


def look_up(address: str) -> tuple[GlossaryEntry, ...]:
    """Return the entries with this slug, of a code or of a synonym."""
    if matches := _by_slug().get(address):
        return matches
    station = find_route(address)
    return (station,) if station else ()


def find(kind: str, code: str) -> GlossaryEntry | None:
    """Return the entry of a code or synonym of one kind, or None."""
    if exact := entries()[kind].get(code):
        return exact
    return next((entry for entry in look_up(slug(code)) if entry.kind == kind), None)


@cache
def distributions() -> list[list[str]]:
    """Return the codes and names of each caption that says who may read a cable.

    >>> ["NODIS", "NO DISTRIBUTION"] in distributions()
    True
    """
    codes: dict[str, list[str]] = {}
    for entry in (*entries()["caption"].values(), *entries()["handling"].values()):
        codes.setdefault(entry.name, []).extend([*entry.codes, entry.name.upper()])
    return [list(dict.fromkeys(each)) for each in codes.values()]


def tag_label(code: str) -> str:
    """Return the meaning of a tag, "" if it is not known."""
    return tag_meanings().get(code, "")


def find_route(route: str) -> GlossaryEntry | None:
    """Return the entry of a routing indicator, or of a range that includes it, or None."""
    if exact := entries()["route"].get(route):
        return exact
    for first, last, entry in _ranges().get(route[:6], ()):
        if first <= route[6:] <= last:
            return entry
    return None


@cache
def _ranges() -> dict[str, list[tuple[str, str, GlossaryEntry]]]:
    """Return {stem: (first letter, last letter, entry)} of ranges of routing indicators."""
    ranges: dict[str, list[tuple[str, str, GlossaryEntry]]] = {}
    for code, entry in entries()["route"].items():
        if match := RANGE.fullmatch(code):
            ranges.setdefault(match["stem"], []).append((match["first"], match["last"], entry))
    return ranges
