"""The glossary: the codes that cables print, their meanings, and their slugs.

Read from telegram/tables: terms.csv (captions, marks, signals, orders, terms of the 1940s to
1970s), tags.csv, routes.csv.
Tags that are names of persons are not in them, so that nobody can browse by person.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from ..telegram.table_files import table_cells
from ..telegram.tags import is_in_file_number, tag_kinds, tag_meanings

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


KINDS = ("series", "handling", "word", "officer", "government", "pact")
IN_ANY_CASE = ("series", "handling", "word")  # "Embtel", "eyes only".
# Terms of other kinds that texts print too.
ALSO = (
    *(("precedence", "NIACT"), ("label", "NOTAL"), ("label", "REF"), ("label", "SECSTATE")),
    ("label", "CONTROL NUMBER"),
    *(("caption", code) for code in ("NODIS", "EXDIS", "LIMDIS", "STADIS", "NOFORN", "CODEL")),
    *(("office", code) for code in ("JCS", "SECDEF", "OSD", "USAID")),
)
NOT_IN_TEXTS = ("REF", "REFS", "REFERENCE", "POUCHED")
# Words and names too: in a text all in capitals they are taken for these.
ENGLISH = ("GOT", "SAG", "SHAPE", "GOB", "CAS", "GOA", "COB")
LONGEST_ABBREVIATION = 4  # Letters; a longer one is also printed as a name: "Polad".
WORD = re.compile(r"[A-Za-z]{2,}")
BETWEEN = re.compile(r"[\s.-]+")


@dataclass(frozen=True, slots=True)
class PrintedTerm:
    """A term in a text: text[start:end]."""

    start: int
    end: int
    entry: GlossaryEntry


def find_terms(texts: Sequence[str], without: Collection[str] = ()) -> dict[int, list[PrintedTerm]]:
    """Return {index of a text: terms, in order} where each term stands first in texts in a row.

    Those that `without` has, as `bare` returns them, are left out, with their other spellings.

    Fast where no term is printed: then only the different words of the texts are looked up.
    """
    words = set(WORD.findall("\n".join(texts)))
    printed: dict[str, list[str]] = {}
    for word in _spellings().keys() & words:
        for code in _spellings()[word]:
            if without and not set(map(bare, _entries()[code].codes)).isdisjoint(without):
                continue
            printed.setdefault(code, []).append(word)
    firsts: dict[GlossaryEntry, tuple[int, PrintedTerm]] = {}
    for code, spellings in printed.items():
        if first := _first(code, spellings, texts):
            known = firsts.get(first[1].entry, first)
            firsts[first[1].entry] = min(known, first, key=lambda each: (each[0], each[1].start))
    found: dict[int, list[PrintedTerm]] = {}
    for at, term in sorted(firsts.values(), key=lambda each: (each[0], each[1].start)):
        found.setdefault(at, []).append(term)
    return found


def bare(printed: str) -> str:
    """Return an abbreviation without stops and blanks, in capitals: "OAS" for "O.A.S."."""
    return "".join(filter(str.isalnum, printed)).upper()


def terms_asked_for(text: str) -> list[GlossaryEntry]:
    """Return the entries, with a meaning, that a question asks for: all of it, or words of it.

    A tag has to be typed in capitals: "is" is not Iceland.
    """
    asked = text.replace('"', " ").strip(" ?")
    whole = [
        entry
        for entry in look_up(slug(asked))
        if entry.kind != "route" and (asked.isupper() or entry.kind not in TAGS)
    ]
    # In a question an abbreviation is often typed in small letters.
    printed = [term.entry for term in find_terms([asked.upper()]).get(0, ())]
    return [entry for entry in dict.fromkeys([*whole, *printed]) if entry.words]


def fixed_phrases() -> frozenset[tuple[str, ...]]:
    """Return the words, in small letters, of the terms of several words."""
    phrases = (tuple(BETWEEN.split(key.lower())) for key in _entries())
    return frozenset(phrase for phrase in phrases if len(phrase) > 1)


def _first(code: str, words: Sequence[str], texts: Sequence[str]) -> tuple[int, PrintedTerm] | None:
    """Return (index of the text, term) where a code stands first; `words` are in it as printed."""
    entry = _entries()[code]
    for at, text in enumerate(texts):
        if any(word in text for word in words):
            for match in _pattern(code).finditer(text):
                is_filed = is_in_file_number(text, *match.span())
                if not is_filed and _is_printed(entry, match[0], text):
                    return at, PrintedTerm(*match.span(), entry)
    return None


def _is_printed(entry: GlossaryEntry, printed: str, text: str) -> bool:
    """Return whether an entry is printed like this: an abbreviation in capitals."""
    if entry.code in ENGLISH:
        return printed.isupper() and not text.isupper()
    if printed.isupper() or entry.kind in IN_ANY_CASE:
        return True
    return len(printed) > LONGEST_ABBREVIATION and printed.istitle()


@cache
def _pattern(code: str) -> re.Pattern[str]:
    words = r"[\s.-]+".join(map(re.escape, code.split(" ")))
    return re.compile(rf"(?<![\w/-]){words}(?![\w/]|-\w)", re.IGNORECASE)


@cache
def _entries() -> dict[str, GlossaryEntry]:
    """Return {code or synonym: entry} of what texts print."""
    chosen = [entry for kind in KINDS for entry in entries()[kind].values()]
    chosen += filter(None, (find(kind, code) for kind, code in ALSO))
    pairs = ((code, entry) for entry in chosen for code in entry.codes)
    codes = ((BETWEEN.sub(" ", code).strip().upper(), entry) for code, entry in pairs)
    return {code: entry for code, entry in codes if code not in NOT_IN_TEXTS}


@cache
def _spellings() -> dict[str, list[str]]:
    """Return {a word as texts print it: the codes that have it as their longest word}."""
    found: dict[str, list[str]] = {}
    for code in _entries():
        longest = max(WORD.findall(code), key=len, default="")
        for word in filter(None, (longest, longest.title(), longest.lower())):
            found.setdefault(word, []).append(code)
    return found
