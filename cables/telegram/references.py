"""Normalize the spellings of a reference; find a reference in a pasted text.

A reference is year, station and serial: "07PHNOMPENH1376". A document of a published volume
without one has VOLUME-DOCUMENT: "FRUS1861-D12", one on microfilm its film number: "P750066-0259".
Rule ids are those of docs/format.md.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from urllib.parse import unquote

from rapidfuzz import fuzz, process

from .dates import is_month
from .fact_types import EditionFacts
from .table_files import table_rows
from .volume_citations import find_volume_citation

LONGEST, LONGEST_SPELLING = 64, 200  # Characters of a reference.
FIRST_YEAR, LAST_YEAR = 66, 10  # The cables of 1966 to 2010 (I-3).

# The canonical spelling, which most references have: they need only a look at the tables.
PLAIN = re.compile(r"[0-9]{2}(?P<station>[A-Z]{3,20})[1-9][0-9]{0,5}")
DOCUMENT = re.compile(r"(FRUS\d{4}[A-Z0-9-]{0,40}?)[-/](D\d{1,5}[A-Z]?)")
# Reel and frame of a microfilm of the National Archives: paper, telegrams, or NODIS telegrams.
FILM = re.compile(r"([DNP]\d{6})-(\d{4})", re.ASCII)
# The second and further documents of the National Archives with one number: "75LISBON9412-2".
REPEATED = re.compile(
    r"(?P<first>\d\d[A-Z]{2,40}[1-9]\d{0,5}|[DNP]\d{6}-\d{4})-(?P<time>[2-9]|[1-9]\d)", re.ASCII
)
SERIAL = re.compile(r"\d\d[A-Z-]+?(\d+)")  # At its end; documents of a volume have none.
# What people type between the parts of a reference and around it.
PUNCTUATION = re.compile(r"[\s.,:;#'`´’‘\"“”()\[\]_¶/]+")
# Two digits with a sign between them, but for "05 0TTAWA": without it they were another number.
PARTED_DIGITS = re.compile(r"(?:[A-Z]{2}[^A-Z]*?\d[^A-Z\d-]+|\d[^A-Z\d-]+(?!0[A-Z]))\d")
# From 1950 to 1966 posts, and the Department for each post, numbered telegrams anew from 1 July on.
NUMBERED_FROM_JULY, JULY = range(1950, 1967), 7
LIKE = 80  # Per cent of the letters that a misspelt station has of a known one.
DASHES = re.compile(r"[‐‑‒–—]")
SECTION = re.compile(r"S?E?C?T?I?O?N?\d{1,2}OF\d{1,2}(?=[A-Z])")
STATION_AND_SERIAL = re.compile(
    r"(?P<station>[A-Z][A-Z-]*?)-?0*(?P<serial>[1-9]\d{0,6})(?:(?:ZFR|ZDK|ZDS|TOSEC|SUSPECT).*)?",
    re.ASCII,
)
ZERO_FOR_O = re.compile(r"(?:^|(?<=[A-Z]))0(?=[A-Z])")  # "050TTAWA3518"
ALWAYS_DROPPED = ("AMEMBASSY", "AMCONSUL", "USMISSION", "EMBASSY", "CONSUL")

YEAR = r"(?<![A-Z0-9])(?:\d\d|(?:19|20)\d\d)"
GLUED = re.compile(rf"{YEAR}[A-Z0-9][A-Z0-9-]{{2,50}}(?![A-Z0-9])")
# In a lookahead, since two may overlap: "7 MAY 07 ROME 12".
SPACED = re.compile(
    rf"(?=(?P<reference>{YEAR}[ -]{{1,3}}"
    r"(?P<station>[A-Z][A-Z.'’-]{1,16}(?:[ -][A-Z.'’]{1,12}){0,4}?)"
    r"[ -]{0,3}#?0{0,6}\d{1,8})(?![A-Z0-9]))"
)
# As footnotes name one: "telegram 3820 from London, January 23, 1959", "London 3820, 23 Jan. 1959".
FOOTNOTE = re.compile(
    r"(?<![A-Z0-9])(?:(?P<serial>\d{1,6}) FROM (?P<sender>[A-Z][A-Z.'’ -]{2,60}?)(?:,| OF| DATED)?"
    r"|(?P<station>[A-Z][A-Z.'’-]{1,16}(?: [A-Z.'’]{2,12})?)(?: TEL\.?| TELEGRAM)?"
    r" (?P<number>\d{1,6})(?:,| OF| DATED))"
    r"(?: \d{1,2})? (?P<month>[A-Z]{3,9})\.?(?: \d{1,2})?,? (?:19|20)(?P<year>\d\d)(?!\w)"
)


def canonical_reference(text: str, *, year: int | None = None, any_year: bool = False) -> str:
    """Return a reference in its one canonical spelling (I-8).

    >>> canonical_reference("07 Phnom Penh 001376")
    '07PHNOMPENH1376'

    The two digits of the year stand for 1966 to 2010. Others are misprints and raise ValueError,
    unless `year`, in which the cable was sent, gives the century (1917 for "17LONDON5923"), or
    `any_year` says that the reference is only looked up. Idempotent. Raises ValueError if the text
    is not a reference.
    """
    spelling = text if _is_plain(text) else _squeezed(text)
    if document := _as_document(spelling):
        return f"{document[1]}-{document[2]}"
    if repeated := REPEATED.fullmatch(spelling):
        first = canonical_reference(repeated["first"], year=year, any_year=any_year)
        return f"{first}-{repeated['time']}"
    if re.match(r"(19|20)\d\d[A-Z]", spelling):
        spelling = spelling[2:]
        any_year = True
    reference = _settled(spelling, text)
    if not any_year and year is None and LAST_YEAR < int(reference[:2]) < FIRST_YEAR:
        raise ValueError(
            f"{text!r} begins with the year {reference[:2]}, but cables are of 1966 to 2010; "
            "another year needs the date on which the cable was sent"
        )
    return reference


def is_document(reference: str) -> bool:
    """Return whether a reference is the name of a document in its volume: "FRUS1861-D12"."""
    return DOCUMENT.fullmatch(reference) is not None


def _as_document(text: str) -> re.Match[str] | None:
    """Return the match of a name that is not year, station and serial."""
    return next(filter(None, (each.fullmatch(text) for each in (DOCUMENT, FILM))), None)


def serial_of(reference: str) -> int | None:
    """Return the serial at the end of a canonical reference; None if it has none.

    >>> serial_of("07PHNOMPENH1376")
    1376
    """
    telegram = SERIAL.fullmatch(reference)
    return int(telegram[1]) if telegram else None


def completing_reference(reference: str, edition: EditionFacts) -> str:
    """Return the reference whose year and station complete those in a text (R-3).

    It is a cable's own, if that has both: "63TEHRAN12"; of an unnumbered document "63TEHRAN0".

    >>> completing_reference("FRUS1963V98-D1", {"series": "63TEHRAN0"})
    '63TEHRAN0'
    >>> completing_reference("75LISBON900412-2", {})
    '75LISBON900412'
    """
    repeated = REPEATED.fullmatch(reference)
    own = repeated["first"] if repeated else reference
    return edition.get("numbered") or edition.get("series") or own


def printed_serial(edition: EditionFacts) -> int | None:
    """Return the number with which the text of a telegram may begin, None if unknown.

    >>> printed_serial({"own_number": "No. 0483"})
    483
    """
    own = edition.get("own_number", "").removeprefix("No. ")
    return serial_of(edition.get("numbered", "")) or (int(own) if own.isdecimal() else None)


def station_of(reference: str) -> str:
    """Return the station in a canonical reference; "" if it has none.

    >>> station_of("07PHNOMPENH1376")
    'PHNOMPENH'
    """
    return reference[2:].rstrip("0123456789") if SERIAL.fullmatch(reference) else ""


def spellings_of(reference: str) -> list[str]:
    """Return a reference, and the same with each other name of its station (I-9).

    Rooms may have stored a cable while its station was spelt otherwise, or was named as the
    National Archives name it (N-3).
    """
    number, time = _parted(reference)
    station = station_of(number)
    if not station:
        return [reference]
    main = _main_stations().get(station, station)
    year, serial = number[:2], number[2 + len(station) :]
    stations = dict.fromkeys((station, main, *_other_stations().get(main, ())))
    return [f"{year}{each}{serial}{time}" for each in stations]


def spellings_by_station() -> dict[str, list[str]]:
    """Return {station: its other spellings} of the stations that have others (I-9)."""
    names = {*_main_stations(), *_other_stations()}
    # Of references that differ in nothing but the station: "75BONN1".
    spelt = {
        name: spellings_of(f"75{name}1")[1:] for name in names if SERIAL.fullmatch(f"75{name}1")
    }
    return {name: [each[2:-1] for each in others] for name, others in spelt.items()}


@lru_cache(maxsize=2_000)  # A load asks several times for those of a batch.
def main_spelling(reference: str) -> str:
    """Return the one of the `spellings_of` a reference that is the same for all of them."""
    number, time = _parted(reference)
    station = station_of(number)
    main = _main_stations().get(station, station)
    return f"{number[:2]}{main}{number[2 + len(station) :]}{time}"


@lru_cache(maxsize=2_000)
def number_of(reference: str) -> str:
    """Return the number that a reference has in common with other documents of that number (N-7).

    >>> number_of("75TEHERAN9412-2")
    '75TEHRAN9412'
    """
    return main_spelling(_parted(reference)[0])


def names_of(reference: str) -> list[str]:
    """Return all references under which a record may be stored, or may have been decided on.

    These are its spellings and, for the second document with a number, those of the number alone:
    in another order, or by an earlier version of the room, it had that name.
    """
    number, _ = _parted(reference)
    return list(dict.fromkeys((*spellings_of(reference), *spellings_of(number))))


def repeated(reference: str) -> Iterator[str]:
    """Yield the names of the second and further documents with a number: "75LISBON9412-2" (N-7)."""
    number, _ = _parted(reference)
    names = (f"{number}-{time}" for time in range(2, 100))
    yield from filter(REPEATED.fullmatch, names)


def _parted(reference: str) -> tuple[str, str]:
    """Return ("75LISBON9412", "-2") for "75LISBON9412-2", and (reference, "") for others."""
    repeated = REPEATED.fullmatch(reference) if "-" in reference else None
    return (repeated["first"], f"-{repeated['time']}") if repeated else (reference, "")


def canonical_station(text: str) -> str:
    """Return the canonical spelling of a station of the tables (I-9)."""
    station = PUNCTUATION.sub("", text).replace("-", "")
    return station_aliases().get(station, station)


def find_reference(text: str) -> str:
    """Return the first reference inside a pasted text or address, or "".

    >>> find_reference("https://host/cable/2007/11/07PHNOMPENH1376.html#par2")
    '07PHNOMPENH1376'

    A reference with blanks is found only if its station is known: "07 Phnom Penh 001376". Last come
    documents that are cited by volume: "FRUS, 1961–1963, vol. XV, doc. 78".
    """
    cited = find_volume_citation(text)
    text = DASHES.sub("-", unquote(text).upper()).replace("\u00a0", " ").replace("+", " ")
    words = [(match.start(), match.group()) for match in DOCUMENT.finditer(text)]
    words += [(match.start(), match.group()) for match in GLUED.finditer(text)]
    words += [
        (match.start(), match["reference"])
        for match in SPACED.finditer(text)
        if is_station(match["station"])
    ]
    found = next(filter(None, (likely_reference(word) for _, word in sorted(words))), "")
    return found or (cited.document if cited else "")


def find_footnoted(text: str) -> str:
    """Return the first reference in a text that is given by station, serial and date, or "".

    >>> find_footnoted("See telegram 3820 from London, January 23, 1959.")
    '59LONDON3820'
    """
    found = footnoted(" ".join(text.upper().split()))
    return next((reference for _, _, reference in found), "")


def footnoted(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, reference) of those in a text in capitals, with single blanks."""
    for match in FOOTNOTE.finditer(text):
        named, serial = match["sender"] or match["station"], match["serial"] or match["number"]
        stations = (each for each in (named, *named.split()) if is_station(each))
        # "see London 3820", "London tel. 3820"
        if is_month(match["month"]) and (station := next(stations, "")):
            yield *match.span(), likely_reference(f"{match['year']}{station}{serial}")


def reference_or_empty(text: str) -> str:
    """Return the canonical reference that a text is, to be looked up; "" if it is none."""
    try:
        return canonical_reference(text, any_year=True)
    except ValueError:
        return ""


def likely_reference(text: str) -> str:
    """Return the canonical reference that a part of a text is, "" if it may be other words.

    >>> likely_reference("27TH2007")
    ''
    """
    reference = reference_or_empty(text)
    station = reference[2:].rstrip("0123456789")
    is_other = is_month(station) or (len(station) < 3 and not is_station(station))
    return "" if is_other else reference


def is_station(text: str) -> bool:
    """Return whether this is a station of the tables, in any of its spellings."""
    station = PUNCTUATION.sub("", text).replace("-", "")
    return station in _stations() or station in station_aliases()


def is_like_station(text: str) -> bool:
    """Return whether this may be a misspelt station of the tables: "LISBNO"."""
    return is_station(text) or bool(
        process.extractOne(text, _stations(), scorer=fuzz.ratio, score_cutoff=LIKE)
    )


def _is_plain(text: str) -> bool:
    plain = PLAIN.fullmatch(text)
    return plain is not None and plain["station"] in _stations() and text not in reference_aliases()


def _squeezed(text: str) -> str:
    """Return the text in capitals, without accents, blanks and punctuation. "¹" is no digit."""
    if len(text) > LONGEST_SPELLING:
        raise ValueError(f"Not a reference: {text[:40]!r}... is {len(text)} characters long")
    text = "".join(f"({each})" if each.isnumeric() > each.isdecimal() else each for each in text)
    text = DASHES.sub("-", unicodedata.normalize("NFKD", text.strip().upper()))
    if document := _as_document(text) or REPEATED.fullmatch(text):
        return document.group()
    if PARTED_DIGITS.search(text):
        raise ValueError(f"Not one reference: {text!r} has two numbers side by side")
    text = PUNCTUATION.sub("", "".join(char for char in text if not unicodedata.combining(char)))
    return re.sub(r"^(\d\d)-", r"\1", re.sub(r"^O(?=\d)", "0", text))


def _settled(spelling: str, text: str) -> str:
    """Apply the tables and the steps of I-8 until nothing changes: each may enable another."""
    before = spelling if _is_plain(spelling) else None
    while spelling != before:
        before = spelling
        spelling = _one_pass(reference_aliases().get(spelling, spelling), text)
    return spelling


def _one_pass(spelling: str, text: str) -> str:
    year, rest = spelling[:2], SECTION.sub("", spelling[2:], count=1)
    match = STATION_AND_SERIAL.fullmatch(ZERO_FOR_O.sub("O", rest))
    if match is None or not (year.isdecimal() and year.isascii()):
        raise ValueError(
            f"Not a reference: {text!r}; one is year, station and number, as 07PHNOMPENH1376"
        )
    reference = f"{year}{_canonical_station(match['station'], year)}{match['serial']}"
    if len(reference) > LONGEST:
        raise ValueError(f"Not a reference: {text!r} is longer than {LONGEST} characters")
    return reference


def _canonical_station(station: str, year: str) -> str:
    if is_station(station):
        station = station.replace("-", "")
    station = _without(station, "EFTO")
    if is_station(station.removeprefix("NOFORN")):
        station = _without(station, "NOFORN")
    for prefix in ALWAYS_DROPPED:
        station = _without(station, prefix)
    if reference_year(year) < aliases_since().get(station, 0):
        return station
    return station_aliases().get(station, station)


def reference_year(year: str) -> int:
    """Return the year that the two digits of a reference mean: 11 to 99 are of the 1900s."""
    return int(year) + (1900 if int(year) > LAST_YEAR else 2000)


def _without(station: str, prefix: str) -> str:
    return station.removeprefix(prefix).lstrip("-") or station


@cache
def reference_aliases() -> dict[str, str]:
    """Return {published reference that is wrong: correct reference} (I-7)."""
    return {row["published"]: row["canonical"] for row in table_rows("reference_aliases")}


@cache
def station_aliases() -> dict[str, str]:
    """Return {spelling: station} (I-9)."""
    return {row["alias"]: row["station"] for row in table_rows("station_aliases")}


@cache
def aliases_since() -> dict[str, int]:
    """Return {spelling: first year in which it means the station of `station_aliases`}.

    Taipei had an embassy before the American Institute replaced it.
    """
    return {
        row["alias"]: int(row["since"]) for row in table_rows("station_aliases") if row["since"]
    }


@cache
def named_missions() -> dict[str, str]:
    """Return {mission as the National Archives name it: its station} (N-3)."""
    return {row["name"]: row["station"] for row in table_rows("named_missions")}


@cache
def _main_stations() -> dict[str, str]:
    """Return {other name of a station: the station}. Texts are not read by all of these."""
    missions = {name.replace(" ", ""): station for name, station in named_missions().items()}
    return missions | station_aliases()


@cache
def _other_stations() -> dict[str, tuple[str, ...]]:
    """Return {station: its other names}."""
    names: dict[str, tuple[str, ...]] = {}
    for name, station in _main_stations().items():
        names[station] = (*names.get(station, ()), name)
    return names


@cache
def _stations() -> frozenset[str]:
    known = {row["station"] for table in ("origins", "other_stations") for row in table_rows(table)}
    return frozenset(known | message_series() | set(station_aliases().values()))


@cache
def message_series() -> frozenset[str]:
    """Return the series of messages that take the place of a station (F-6): "55DULTE8"."""
    return frozenset(row["series"] for row in table_rows("series"))


@cache
def senders_of_series() -> dict[str, str]:
    """Return {series: the office that sends it}, of those that are no post's at the same place."""
    return {row["series"]: row["sender"] for row in table_rows("series") if row["sender"]}
