"""Find the cables of its volume that a cable cites by day and hour, and circulars by day (F-25).

"Your November 15, 1 p.m." is the telegram that the other correspondent sent to the writer at that
hour; "your circular of the 9th of March" is the one circular of that day; "the Legation's despatch
No. 12 of June 1, 1934" is the one with this number of that day (F-24).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ...telegram import dates
from ...telegram.fact_types import CABLES
from ...telegram.posts import post_name
from .cited_numbers import TITLE, find_citations
from .datelines import with_clock
from .document_kinds import is_department
from .document_names import printed_number
from .heading import Heading
from .volume import DatedCable, Volume

DEPARTMENT = "department"
OTHER = "of "  # Before the name of a writer.
SEVERAL = re.compile(
    r"\b(?:all|certain|various)\b|\b(?:missions|posts|ministers|representatives|officers)\b",
    re.IGNORECASE,
)
MONTH = rf"(?:{dates.MONTH_NAME.pattern})\b\.?"
TH = r"(?:st|nd|rd|d|th)?\b"
DAY = (
    rf"(?:the )?(?:(?P<month>{MONTH}) (?P<day>\d{{1,2}}){TH}"
    rf"|(?P<first>\d{{1,2}}){TH} (?:of )?(?P<second>{MONTH}))(?:,? (?P<year>1[89]\d\d)\b)?"
)
HOUR = r"(?:,? (?P<hour>\d{1,2}(?:[:.]\d\d)? ?[ap]\. ?m\.|noon\b|midnight\b))?"
MESSAGE = r"(?:telegrams?|tels?\.?|cables?|despatch|instruction|message)"
CITED = re.compile(
    r"\b(?:(?P<whose>your|my|our|(?:department|embassy|legation|consulate|mission)[’']s)"
    r"(?: (?:urgent|confidential|personal|last))?(?P<circular> circular)?|(?P<bare>circular))"
    rf"(?: {MESSAGE})?(?: (?:No\.? ?)?\d{{1,5}},)?(?: (?:from|of) the department)?,?"
    rf"(?: of| dated)?,? {DAY}{HOUR}",
    re.IGNORECASE,
)
# "the Legation’s despatch No. 1468 of June 1, 1934"
LETTER = re.compile(
    r"\b(?P<whose>my|your|our|(?:department|embassy|legation|consulate|mission)[’']s)"
    r"(?: confidential)? (?:(?:despatch|instruction|note)(?: No\.?)?|No\.) ?(?P<number>\d{1,4})"
    rf"(?:,? [a-z]+)?,?(?: of| dated)?,? {DAY}{HOUR}",
    re.IGNORECASE,
)
# "Mr. Quay, in a brief despatch of May 2, (No. 333,)", of one who is neither of the two.
BY_OTHER = re.compile(
    r"\b(?P<writer>(?-i:Mr\. [A-Z][\w-]+))(?:,? in (?:a|his)|[’']s)(?: [a-z]+)?"
    rf" (?:despatch|instruction),? (?:of|dated) {DAY},? \(?No\.? ?(?P<number>\d{{1,4}})\b",
    re.IGNORECASE,
)
A_DAY = timedelta(days=1)  # By so much the clocks of two cities may differ.


class CitedDay(NamedTuple):
    """A cable that is cited by its day."""

    whose: str  # "your", "department’s"; "circular" of a circular; "of mr. quay".
    key: str  # "1918-11-15 13:00"; of a circular or a letter perhaps only "1861-03-09".
    number: str = ""  # Of a despatch or an instruction: "No. 1468".


def note_day(volume: Volume, heading: Heading, name: str) -> None:
    """Add a cable to those that may be cited by day and hour.

    Its published name is "" if none is certain: a citation of its hour then leads nowhere.
    """
    if heading.kind not in CABLES or heading.precision not in ("minute", "day"):
        return
    year = heading.created.year
    sender, recipient = _party(heading.sender, year), _party(heading.recipient, year)
    is_circular = heading.kind == "circular" or SEVERAL.search(heading.recipient) is not None
    number = printed_number(heading) if heading.kind != "telegram" else ""
    cable = DatedCable(name, sender, recipient, is_circular, number)
    for key in {_key(heading.created, "day"), _key(heading.created, heading.precision)}:
        volume.dated.setdefault(key, []).append(cable)


def find_cited_days(heading: Heading, body: str, volume: Volume, own: str) -> Iterator[str]:
    """Yield the published names of the cables that a cable cites by their days.

    `own` is its own. A day that fits two cables of the volume, or none, is left out.
    """
    year = heading.created.year
    pair = _party(heading.sender, year), _party(heading.recipient, year)
    for cited in cited_days(heading, body):
        fitting = [each for each in volume.dated.get(cited.key, ()) if _fits(each, cited, pair)]
        if len(fitting) == 1 and fitting[0].name not in ("", own):
            yield fitting[0].name


def cited_days(heading: Heading, body: str) -> Iterator[CitedDay]:
    """Yield what a cable cites by day and hour, and circulars and numbered letters by day."""
    if heading.kind not in CABLES:
        return
    for match, quoted in find_citations(CITED, body):
        circular = bool(match["circular"] or match["bare"])
        if (match["hour"] or circular) and not quoted:
            whose = "circular" if circular else match["whose"].lower()
            if key := _cited_key(match, heading.created):
                yield CitedDay(whose, key)
    yield from _numbered_letters(heading, body)


def _numbered_letters(heading: Heading, body: str) -> Iterator[CitedDay]:
    """Yield the despatches and instructions that a cable cites by number and day."""
    for match, quoted in find_citations(LETTER, body):
        if not quoted and (key := _cited_key(match, heading.created)):
            yield CitedDay(match["whose"].lower(), key, f"No. {match['number']}")
    for match, quoted in find_citations(BY_OTHER, body):
        if not quoted and (key := _cited_day(match, heading.created)):
            yield CitedDay(f"{OTHER}{match['writer'].lower()}", key, f"No. {match['number']}")


def _cited_key(match: re.Match[str], created: datetime) -> str:
    """Return the key of a cited day and hour: in the year before if it is later than `created`."""
    day = _cited_instant(match, created)
    return _key(*with_clock((day, "day"), match["hour"] or "")) if day else ""


def _cited_day(match: re.Match[str], created: datetime) -> str:
    day = _cited_instant(match, created)
    return _key(day, "day") if day else ""


def _cited_instant(match: re.Match[str], created: datetime) -> datetime | None:
    month = dates.month_number((match["month"] or match["second"]).strip("."))
    year = int(match["year"] or created.year)
    day: datetime | None
    try:
        day = datetime(year, month, int(match["day"] or match["first"]), tzinfo=UTC)
    except ValueError:
        return None
    if day > created + A_DAY:
        return None if match["year"] else dates.in_year(day, year - 1)
    return day


def _key(instant: datetime, precision: str) -> str:
    return f"{instant:%Y-%m-%d %H:%M}" if precision == "minute" else f"{instant:%Y-%m-%d}"


def _fits(cable: DatedCable, cited: CitedDay, pair: tuple[str, str]) -> bool:
    """Return whether a cable may be the cited one; `pair` are who cites it, and to whom."""
    if cited.whose == "circular":
        return cable.is_circular and cable.sender == DEPARTMENT
    if cited.whose.startswith(OTHER):
        return cable.sender == cited.whose.removeprefix(OTHER) and cable.number == cited.number
    writer = _writer(cited.whose, pair)
    reader = pair[0] if writer == pair[1] else pair[1]
    if cited.number and cited.number != cable.number:
        return False
    to_several = cable.is_circular and writer == DEPARTMENT
    return bool(writer) and cable.sender == writer and (cable.recipient == reader or to_several)


def _writer(whose: str, pair: tuple[str, str]) -> str:
    """Return who of a pair wrote "your" or "Department’s" telegram, "" if that is not told."""
    if whose in ("my", "our"):
        return pair[0]
    if whose == "your":
        return pair[1]
    if DEPARTMENT not in pair:
        return ""
    others = [each for each in pair if each != DEPARTMENT]
    return DEPARTMENT if whose.startswith("department") else next(iter(others), "")


def _party(name: str, year: int) -> str:
    """Return a correspondent as he is compared: an ambassador and his chargé are one post."""
    if is_department(name):
        return DEPARTMENT
    return post_name(name, "", year) or TITLE.sub("", name).strip().lower()
