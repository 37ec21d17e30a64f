"""Find the telegrams that a telegram answers: "Deptel 282", "My 273", "Bangkok's 2463" (F-15).

A number without a day is of the year in which its post had counted so far. From 1950 to 1966 posts
began anew each 1 July: between the telegrams whose days are known, a post is taken to have counted
evenly from that day on (linear interpolation).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from ...telegram import dates
from ...telegram.cities import place_of
from ...telegram.fact_types import CABLES, EditorNote
from ...telegram.posts import seat_of
from ...telegram.references import JULY, NUMBERED_FROM_JULY, is_station, message_series, serial_of
from ...telegram.references import station_of as station_of_reference
from .cited_numbers import ENCLOSURE, document_of_number, find_citations, in_one_line
from .document_kinds import is_department
from .document_names import (
    FIRST_YEAR,
    ONE_SERIES,
    ONE_SERIES_OF_STATE,
    OTHER_AGENCY,
    claimed_reference,
    printed_number_of,
    station_letters,
    station_of,
    station_of_post,
)
from .heading import Heading
from .volume import Volume

SCOPE = 600  # Characters of a text in which a number alone says what it answers: "Your 12".
TELEGRAM = (
    r"(?:(?:\s+(?:urgent|confidential|secret|personal|last|latest|circular))?"
    r"\s+(?:telegrams?|tels?\.?|cables?|telegraphic (?:instruction|report)s?))"
)
OFFICE = r"(?:Embassy|Emb|Legation|Consulate(?: General)?|Mission)"
NO_CITY = r"(?:Embassy|Emb|Legation|Consulate|Mission|Department|Dept)\b"
MONTH = rf"(?:{dates.MONTH_NAME.pattern})"
# Whose telegram is cited -> the words that say so: "Embassy's 12", but not "Embassy 12".
WHOSE = {
    "series": "|".join(sorted(message_series())),
    # "Department 1864" behind the telegram's own number, "Re Leopoldville 499" behind "Re".
    "department": r"(?:Re)?Deptel ?s?|Depts?\.? tels?|(?<=\d\. )Dep(?:artmen)?t(?= \d)"
    rf"|(?:Department|Dept)(?:[’']?s{TELEGRAM}?|{TELEGRAM})|its telegraphic instructions?",
    "one_series": r"(?-i:(?<!of )S(?:tate|TATE)(?P<states>[’'][sS])?(?= \d{4}))",
    "mission": rf"(?:Re)?(?:Emb|Con(?:Gen)?|Leg)tel ?s?|{OFFICE}(?:[’']?s{TELEGRAM}?|{TELEGRAM})",
    "own": rf"(?:Re)?(?:my|our)\]?(?:tels?|{TELEGRAM})?",
    # "Re 495 Oct 13": one of the addressee.
    "other": rf"(?:Re)?(?:your|ur)\]?(?:tels?|{TELEGRAM})?"
    rf"|(?-i:Re)(?= \d{{2,5}},? {MONTH}\.? \d{{1,2}}\b)",
    "behind_re": rf"(?-i:(?<=Re )(?!{NO_CITY})[A-Z][\w-]+(?: [A-Z][\w-]+)?(?= \d{{2,6}}\b))",
    # "(TEHRAN 7481)", "(TEHRAN 7481, para 3)"
    "bracketed": r"(?-i:(?<=\()(?!Deptel)[A-Z][\w-]{3,}(?: (?!\w*tel)[A-Z][\w-]+)?)"
    r"(?= \d{3,6}(?:, para [^()]{1,12})?\))",
    "city": rf"(?-i:[A-Z][\w-]+(?: (?!{NO_CITY})[A-Z][\w-]+)?)(?:[’']s{TELEGRAM}?|{TELEGRAM})",
}
# "Embtel to Department 12", "Deptel to Djakarta 767", "Deptel July 9 sent Djakarta 767".
SENT_TO = r"(?: (?:to|sent) (?:(?:the )?(?:Department|Dept)\b|(?-i:[A-Z][\w-]+(?: [A-Z][a-z]+)?)))?"
TO_ANOTHER = re.compile(r" (?:to|sent) (?!the\b|Dep(?:artmen)?t\b|Washington\b)[A-Z]")
# "Deptel 361 to Gadel" is Gadel 361.
TO_SERIES = re.compile(rf" to (?P<series>{'|'.join(sorted(message_series()))})\b", re.IGNORECASE)
# One telegram of the Department with a number for each addressee: "1612 Bonn, 3443 to Paris".
PLACE = r"(?: to)? (?P<place>(?-i:[A-Z][\w-]+(?: [A-Z][\w-]+)?))"
# "CAS Saigon 1448": the stations of the CIA numbered apart from the embassies.
OF_CIA = re.compile(r"\bCAS (?:[A-Z][\w-]+ )?$|^CAS\b")
# "repeated Department as Delga 418", "Sent Department Delga 418": the telegram itself.
OF_COPY = re.compile(r"\b(?:sent|repeated|rptd?)\b.* as $|\bsent dep(?:artmen)?t $", re.IGNORECASE)
# "Hong Kong Embtel 91": the post is the city; in brackets, "Paris (Embtel 2984)", if an embassy or
# a legation was there.
CITY_BEFORE = re.compile(r"(?:^|[^\w.]\s*)(?P<city>[A-Z][\w-]+(?: [A-Z][\w-]+)?),? \(?$")
# In a note on a number, which is then of another series.
OTHERWISE_NUMBERED = re.compile(r"\brepeated to the Department(?: of State)? as\b")
# "For GADel from Rell": a telegram to the Department for others.
FOR_DELEGATION = re.compile(r"\b[Ff]or (?:the )?(?:[A-Z]\w*[Dd]el|USUN|\w+ Delegation)\b")
NEAR = 30  # Characters before a citation.
SENT_TOGETHER = 10  # A telegram may cite those that follow it at once.
DEPARTMENT = "STATE"
Points = list[tuple[int, datetime]]  # (number, instant)
NO_NUMBER = r"\d|[.,:]\d|(?:st|nd|rd|th|d)\b|\s?(?:[ap]\.?\s?m\b|%|per ?cent|million)"
NUMBER = rf"\d{{1,6}}(?!{NO_NUMBER})"
DAY = rf",? (?:(?:of|dated) )?{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:, 1[89]\d\d)?"
# A further number, "and No. 78"; "3. Ships" is that of a paragraph.
MORE = rf"(?:,? and\s+|,\s+(?!\d{{1,2}}\. [A-Z]))(?:Nos?\.? ?)?{NUMBER}(?! {MONTH}\b(?!\.? \d))"
CITED = re.compile(
    rf"\b(?:{'|'.join(f'(?P<{name}>{words})' for name, words in WHOSE.items())})"
    rf"(?:{DAY}(?= (?:to|sent) [A-Z]))?{SENT_TO}\s+"
    rf"(?:(?:Nos?\.?|numbers?) ?)?(?P<numbers>{NUMBER}(?:{DAY})?"
    rf"(?:{MORE}(?:{DAY})?)*)",
    re.IGNORECASE,
)
ADDRESSEE = re.compile(rf"(?P<number>{NUMBER}){PLACE}(?:,? and |[,;] ?|(?=\W|$))", re.IGNORECASE)
# One to several posts: "Paris’s 12" is then a telegram too, "our 12" may be a circular.
CIRCULAR = re.compile(r"(?:Joint )?Circular telegram\b", re.IGNORECASE)
# Words that name a telegram; a despatch cites despatches and instructions by "your 12".
NAMES_TELEGRAM = re.compile(r"tels?\b|telegra(?:m|phic)|cable", re.IGNORECASE)
# In the abstract of a document whose text is on microfiche.
FROM_CITY = re.compile(
    rf"\b[Tt]elegram (?P<numbers>{NUMBER}) from (?P<city>[A-Z][\w-]+(?: [A-Z][\w-]+)?)"
)
NUMBER_AND_DAY = re.compile(rf"(?P<number>{NUMBER})(?P<day>{DAY})?", re.IGNORECASE)


def find_references(
    heading: Heading, body: str, volume: Volume, own: str, notes: Sequence[EditorNote] = ()
) -> tuple[str, ...]:
    """Return the telegrams that a cable or a letter answers, without `own`, which it claims.

    `notes` may tell that a number is not that of the telegram to the Department.
    """
    if heading.kind not in (*CABLES, "letter") or heading.created.year < FIRST_YEAR:
        return ()
    references: dict[str, None] = {}  # In order, each once.
    for cited in _in_text(body, heading, notes) if body else _in_abstract(heading.summary):
        points = _known(cited.station, own, heading.created, volume)
        for name, day in _numbered(cited.numbers, cited.station, heading.created, points):
            if (printed := _as_printed(name, volume)) != own or volume.claims[own] > 1:
                meant = document_of_number(
                    printed, heading, volume, day=day, elsewhere=cited.elsewhere
                )
                references |= {meant: None} if meant else {}
    return tuple(name for name in references if name != own)


def _as_printed(name: str, volume: Volume) -> str:
    """Return a reference with the station that the telegrams of the volume have for its post.

    The present name of its city may be another ("48JEDDAH164" is printed as from Jidda), and the
    command in Vietnam is cited as MACV too.
    """
    if name in volume.claims:
        return name
    station = station_of_reference(name)
    same = [each for each in volume.sent if each != station and _of_post(each) == _of_post(station)]
    names = [name.replace(station, each, 1) for each in same]
    printed = (each for each in names if each in volume.claims or station not in volume.sent)
    return next(printed, name)


def _of_post(station: str) -> str:
    return place_of(station.replace("MACV", "MAC"))


class CitedTelegram(NamedTuple):
    """Telegrams that a text names: their station, the numbers and days as printed."""

    station: str
    numbers: str
    elsewhere: bool  # They were sent to another post, which is named.


def _in_text(text: str, heading: Heading, notes: Sequence[EditorNote]) -> Iterator[CitedTelegram]:
    """Yield the telegrams that a text names, behind its beginning only in words for them."""
    own_text = ENCLOSURE.split(text, maxsplit=1)[0]
    elsewhere_numbered = [*_ends_of_numbers(own_text, notes)]
    to_other = FOR_DELEGATION.search(text[:NEAR])  # "Your 8" is then another's.
    for match, quoted in find_citations(CITED, own_text, len(own_text)):
        before = match.string[max(0, match.start() - NEAR) : match.start()]
        in_brackets = match["one_series"] and before.endswith("(")
        named = match["series"] or match["states"] or match["bracketed"] or in_brackets
        named = named or NAMES_TELEGRAM.search(match[0])
        if match.start() >= SCOPE and (quoted or not named):
            continue
        of_another = (quoted and match["own"]) or ((quoted or to_other) and match["other"])
        of_another = of_another or OF_CIA.search(before) or OF_CIA.search(match[0])
        of_another = of_another or OF_COPY.search(before)
        of_another = of_another or _is_above_own(match, heading)
        of_another = of_another or any(0 <= at - match.end() < NEAR for at in elsewhere_numbered)
        city = CITY_BEFORE.search(before) if match["mission"] else None
        if city and city[0].endswith("(") and not seat_of(city["city"], heading.created.year):
            city = None
        station = _station_of_city(city["city"]) if city else ""
        station = "" if of_another else station or _station(match, heading)
        if station and match[0] not in heading.title:  # "Telegram 157672/Tosec 50126 From".
            addressees = _addressees(match) if match["department"] else {}
            behind = TO_ANOTHER.match(match.string, match.end())
            if series := match["department"] and TO_SERIES.match(match.string, match.end()):
                station, behind = series["series"].upper(), None
            elsewhere = bool(TO_ANOTHER.search(match[0]) or behind or addressees)
            if own := addressees.get(station_of(heading)):
                yield CitedTelegram(station, own, elsewhere=False)
            elif not (elsewhere and _is_apart(match, station, heading)):
                yield CitedTelegram(station, match["numbers"], elsewhere)


def _ends_of_numbers(text: str, notes: Sequence[EditorNote]) -> Iterator[int]:
    """Yield where notes stand which tell the number that a telegram to the Department has.

    A place is that in the text in one line.
    """
    numbered = [note for note in notes if OTHERWISE_NUMBERED.search(note["text"])]
    line = in_one_line(text) if numbered else ""
    for note in numbered:
        if note["at"] in line:
            yield line.index(note["at"]) + len(note["at"])


def _is_above_own(match: re.Match[str], heading: Heading) -> bool:
    """Return whether "(LIMA 7481)" in a telegram from Lima has a number that Lima gave later.

    It is of an earlier year, or misprinted.
    """
    if not match["bracketed"] or _station_of_city(match["bracketed"]) != station_of(heading):
        return False
    own = serial_of(claimed_reference(heading)) or int(printed_number_of(heading)[1] or 0)
    return 0 < own < int(match["numbers"])


def _addressees(match: re.Match[str]) -> dict[str, str]:
    """Return {station: number} of one telegram that is cited by several numbers, else {}."""
    numbers: dict[str, str] = {}
    at = match.start("numbers")
    while found := ADDRESSEE.match(match.string, at):
        if not (station := _station_of_city(found["place"])):
            break
        numbers[station], at = found["number"], found.end()
    return numbers if len(numbers) > 1 else {}


def _is_apart(match: re.Match[str], station: str, heading: Heading) -> bool:
    """Return whether a number may be of the series of a post to another: "Embtel 12 to Lima".

    But "Embtel 12 sent Lima 628" has both numbers.
    """
    of_post = station != DEPARTMENT and not match["series"]
    is_sent = match.string.startswith(" sent", match.end())
    return of_post and heading.created.year < ONE_SERIES and not is_sent


def _in_abstract(abstract: str) -> Iterator[CitedTelegram]:
    """Yield what "telegram 268 from Tegucigalpa" names."""
    for match in FROM_CITY.finditer(abstract):
        if station := _station_of_city(match["city"]):
            yield CitedTelegram(station, match["numbers"], elsewhere=False)


def _numbered(
    numbers: str, station: str, created: datetime, points: Points
) -> Iterator[tuple[str, str]]:
    """Yield (reference, its day as "-12-05" or "") in "1126, December 5, 1139".

    A day later in the year than the telegram that cites it is of the year before. Without a day,
    `points` tell the year: the numbers of the series whose instants are known.
    """
    for match in NUMBER_AND_DAY.finditer(numbers):
        day = match["day"] or ""
        month = re.search(MONTH, day, re.IGNORECASE)
        printed = re.search(r"\d{4}$", day)
        number = int(match["number"])
        before = month is not None and dates.month_number(month[0]) > created.month
        before = before or (not day and _is_before(number, created, points))
        year = int(printed[0]) if printed else created.year - before
        if number:
            yield f"{year % 100:02}{station}{number}", _day(day)


def _day(printed: str) -> str:
    """Return the day in ", December 5": "-12-05"; or ""."""
    month, day = re.search(MONTH, printed, re.I), re.search(r"(?<!\d)\d{1,2}(?!\d)", printed)
    return f"-{dates.month_number(month[0]):02}-{int(day[0]):02}" if month and day else ""


def _is_before(number: int, created: datetime, points: Points) -> bool:
    """Return whether a post had given a number before the year began in which it is cited.

    It gave its first on 1 July, and is taken to have counted evenly between two known numbers.
    """
    first = datetime(created.year - 1, JULY, 1, tzinfo=UTC)
    if created.year not in NUMBERED_FROM_JULY or created.month >= JULY:
        return False
    known = [(0, first), *(each for each in points if first <= each[1] <= created)]
    below = max(each for each in known if each[0] <= number)
    above = min((each for each in known if each[0] >= number), default=None)
    if above is None:  # Far above the telegram's own: it was counted before the last 30 June.
        return any(at == created and number > own + SENT_TOGETHER for own, at in known)
    part = (number - below[0]) / (above[0] - below[0] or 1)
    return (below[1] + (above[1] - below[1]) * part).year < created.year


def _known(station: str, own: str, created: datetime, volume: Volume) -> Points:
    """Return the numbers of a series whose instants are known, that of the telegram itself too.

    None of the Department's: it numbered its telegrams for each post.
    """
    if station == DEPARTMENT:
        return []
    serial = serial_of(own) if station_of_reference(own) == station else None
    return [*([(serial, created)] if serial else []), *volume.sent.get(station, ())]


def _station(match: re.Match[str], heading: Heading) -> str:
    """Return the station in whose series a cited telegram is numbered, "" if that is not sure."""
    if match["series"]:
        return match["series"].upper()
    in_one_series = heading.created >= ONE_SERIES_OF_STATE
    if not in_one_series and (match["one_series"] or "circular" in match[0].lower()):
        return ""  # The Department numbered apart for each post, and its circulars.
    named = match["behind_re"] or match["bracketed"] or NAMES_TELEGRAM.search(match[0])
    city = match["city"] or match["behind_re"] or match["bracketed"]
    by_wire = heading.kind == "telegram" or (city and CIRCULAR.match(heading.untitled))
    if not by_wire and not named:
        return ""
    if city:
        return _station_of_city(city)
    own, other = station_of(heading), _station_of_recipient(heading)
    if match["mission"]:
        return other if own == "STATE" else own
    if match["department"] or match["one_series"]:
        return "STATE"
    return own if match["own"] else other


def _station_of_city(words: str) -> str:
    """Return the station in "Hong Kong's telegram" or "Reference Bangkok's"; "" if it is none."""
    words = re.sub(rf"{TELEGRAM}$", "", words, flags=re.IGNORECASE)
    names = re.match(r"(?:[A-Z][\w-]+ ?)+", words)
    cities = (words[: names.end()], words[: names.end()].split()[-1]) if names else ()
    return next((name for name in map(station_letters, cities) if is_station(name)), "")


def _station_of_recipient(heading: Heading) -> str:
    """Return the station of the one post, or of the Department, that a telegram is sent to.

    "" if the recipient numbers its telegrams apart from the post at its place.
    """
    if is_department(heading.recipient):
        away = station_of(heading) == "STATE" or re.search(r"\bat\b", heading.recipient)
        return "" if away else "STATE"
    apart = OTHER_AGENCY.search(heading.recipient)
    return "" if apart else station_of_post(heading.recipient, heading.created.year)
