"""Find the cables of its volume that a cable cites by day and hour, and circulars by day (F-25).

"Your November 15, 1 p.m." is the telegram that the other correspondent sent to the writer at that
hour; "your circular of the 9th of March" is the one circular of that day; "the Legation's despatch
No. 12 of June 1, 1934" is the one with this number of that day (F-24), and "your note of the 8th
instant" the one letter that is printed of that day.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from ...telegram import dates
from .cited_numbers import (
    A_DAY,
    DEPARTMENT,
    ENCLOSURE,
    KINDS,
    MONTH,
    Names,
    find_citations,
    name_of_party,
    parties_of_letter,
    post_of_party,
)
from .datelines import with_clock
from .document_names import printed_number
from .heading import Heading
from .volume import DatedCable, Volume

Pair = tuple[Names, Names]
OTHER = "of "  # Before the name of a writer.
SEVERAL = re.compile(
    r"\b(?:all|certain|various)\b|\b(?:missions|posts|ministers|representatives|officers)\b",
    re.IGNORECASE,
)
TH = r"(?:st|nd|rd|d|th)?\b"
DAY = (
    rf"(?:the )?(?:(?P<month>{MONTH}) (?P<day>\d{{1,2}}){TH}"
    rf"|(?P<first>\d{{1,2}}){TH} (?:of )?(?P<second>{MONTH}))(?:,? (?P<year>1[89]\d\d)\b)?"
)
# The same, and "the 8th instant", "27th ultimo", "yesterday".
WHEN = (
    rf"(?:(?:the )?(?P<of_month>\d{{1,2}}){TH},? (?P<which>inst|ult)(?:ant|imo|\.)"
    rf"|(?P<near>yesterday|this (?:date|day)|to-?day)|{DAY})"
)
HOUR = r"(?:,? (?P<hour>\d{1,2}(?:[:.]\d\d)? ?[ap]\. ?m\.|noon\b|midnight\b))?"
# "dispatch of the date of August 28", "despatch under date of the 3d instant"
OF = r"(?:of(?: (?:the )?date(?: of)?)?|dated|under (?:the )?date of|bearing (?:the )?date(?: of)?)"
MESSAGE = r"(?:telegrams?|tels?\.?|cables?|despatch|instruction|message)"
OFFICES = r"(?:department|embassy|legation|consulate|mission)[’']s"
CITED = re.compile(
    rf"\b(?:(?P<whose>your|my|our|{OFFICES})"
    r"(?: (?:urgent|confidential|personal|last))?(?P<circular> circular)?|(?P<bare>circular))"
    rf"(?: {MESSAGE})?(?: (?:No\.? ?)?\d{{1,5}},)?(?: (?:from|of) the department)?,?"
    rf"(?: of| dated)?,? {WHEN}{HOUR}",
    re.IGNORECASE,
)
# "the Legation’s despatch No. 1468 of June 1, 1934", "the Department’s No. 32 of the 19th ultimo",
# "Mr. Quay’s dispatch No. 12, of August 14 last"
LETTER = re.compile(
    rf"\b(?:(?P<whose>my|your|our|{OFFICES})|(?P<writer>(?-i:Mr\. [A-Z][\w-]+))[’']s)"
    r"(?: confidential)? (?:(?:d[ei]spatch|instructions?|note)(?: No\.?)?|No\.) ?"
    r"(?P<number>\d{1,4})"
    rf"(?:,? [a-z]+)?,?(?: {OF})?,? {WHEN}{HOUR}",
    re.IGNORECASE,
)
# "Mr. Quay, in a brief despatch of May 2, (No. 333,)", of one who is neither of the two.
BY_OTHER = re.compile(
    r"\b(?P<writer>(?-i:Mr\. [A-Z][\w-]+))(?:,? in (?:a|his)|[’']s)(?: [a-z]+)?"
    rf" (?:d[ei]spatch|instruction),? {OF} {WHEN},? \(?No\.? ?(?P<number>\d{{1,4}})\b",
    re.IGNORECASE,
)
TO_ALL = "(?:communication|letter)"  # An office writes them to others too.
# "Your note of the 8th instant", "my despatch, (No. 16,) of the 3d of May", "your note of to-day",
# "yours of the 8th instant", which may be a telegram.
OF_DAY = re.compile(
    rf"\b(?:(?P<whose>your|my|{OFFICES}(?! (?:[a-z]+ )?{TO_ALL}))(?: (?P<sort>(?!telegr)[a-z]+))?"
    rf" (?:d[ei]spatch|instruction|{TO_ALL}|(?P<note>note)|(?P<wired>telegram))"
    r"(?:,? \(?No\.? ?(?P<number>\d{1,4}),?\)?)?|(?P<untold>yours|mine)),?"
    rf" {OF} {WHEN}",
    re.IGNORECASE,
)
# Of letters that had no numbers: private ones, and until 1905 confidential ones.
UNNUMBERED = frozenset(("private", "personal", "unofficial"))
CONFIDENTIAL, NUMBERED_TOO_SINCE = "confidential", 1906
# It was sent to another: "which I addressed to Mr. Quay in my note of", "your note of ... to him".
HOME = r"(?:Department\b|Secretary of State\b)"
WORD = r"(?:[\w’-]+|(?:\w{1,3}\.)+)"  # Without the stop of a sentence.
TO_OTHER = re.compile(
    rf"\bto (?:(?:the (?!{HOME})|(?:his|her|him|them|whom) )|(?-i:[A-Z])[\w.’-]* )"
    rf"(?:{WORD} ){{0,5}}(?<!contained in )$"
    r"|\bfrom (?!you\b)[^,.;]{3,60} in (?:answer|reply|response) to $",
    re.IGNORECASE,
)
TO_ANOTHER = re.compile(
    r"(?:,? last)?,? (?:(?:address|direct)ed |written )?to "
    rf"(?:him\b|his\b|her\b|the (?!eff|{HOME})|[A-Z])"
)
WHOSE = {"yours": "your", "mine": "my"}
NEAR = 80  # Characters before a citation.


class CitedDay(NamedTuple):
    """A cable that is cited by its day."""

    whose: str  # "your", "department’s"; "circular" of a circular; "of mrquay".
    key: str  # "1918-11-15 13:00"; of a circular or a letter perhaps only "1861-03-09".
    number: str = ""  # Of a despatch or an instruction: "No. 1468".
    kind: str = ""  # "telegram"; "letter" is any other; "" if that is not told.
    is_unnumbered: bool = False


def note_day(volume: Volume, heading: Heading, name: str) -> None:
    """Add a cable to those that may be cited by day and hour.

    Its published name is "" if none is certain: a citation of its hour then leads nowhere.
    """
    if heading.kind not in KINDS or heading.precision not in ("minute", "day"):
        return
    year = heading.created.year
    sender, recipient = _party(heading.sender, year), _party(heading.recipient, year)
    is_circular = heading.kind == "circular" or SEVERAL.search(heading.recipient) is not None
    number = printed_number(heading) if heading.kind != "telegram" else ""
    cable = DatedCable(name, sender, recipient, is_circular, number, heading.kind)
    for key in {_key(heading.created, "day"), _key(heading.created, heading.precision)}:
        volume.dated.setdefault(key, []).append(cable)


def find_cited_days(heading: Heading, body: str, volume: Volume, own: str) -> Iterator[str]:
    """Yield the published names of the cables that a cable cites by their days.

    `own` is its own. A day that fits two cables of the volume, or none, is left out.
    """
    pairs = [*_pairs(heading, volume)]
    home = {DEPARTMENT, *map(name_of_party, volume.secretaries)}
    for cited in cited_days(heading, body):
        dated = volume.dated.get(cited.key, ())
        pairs_of_it = pairs if cited.number else pairs[:-1]
        found = ([each for each in dated if _fits(each, cited, pair, home)] for pair in pairs_of_it)
        fitting = next(filter(None, found), [])
        if len(fitting) == 1 and fitting[0].name not in ("", own):
            yield fitting[0].name


def _pairs(heading: Heading, volume: Volume) -> Iterator[Pair]:
    """Yield who cites, and to whom; then the same with all who write at the Department.

    At last with all who are known as of the same post: an envoy, and his successor.
    """
    year = heading.created.year
    yield {_party(heading.sender, year)}, {_party(heading.recipient, year)}
    yield from [*parties_of_letter(heading, volume)][1:]
    yield _colleagues(heading.sender, volume), _colleagues(heading.recipient, volume)


def _colleagues(person: str, volume: Volume) -> Names:
    posts = volume.offices.get(person, set())
    return {name_of_party(each) for each, others in volume.offices.items() if posts & others}


def cited_days(heading: Heading, body: str) -> Iterator[CitedDay]:
    """Yield what a cable cites by day and hour, and circulars and letters by day."""
    if heading.kind not in KINDS:
        return
    # In an enclosure another writes: its "my" and "your" are of others.
    own = ENCLOSURE.split(body, maxsplit=1)[0]
    for match, quoted in find_citations(CITED, own):
        circular = bool(match["circular"] or match["bare"])
        if (match["hour"] or circular) and not quoted:
            whose = "circular" if circular else match["whose"].lower()
            if key := _cited_key(match, heading.created):
                yield CitedDay(whose, key)
    yield from _letters(heading, own)


def _letters(heading: Heading, body: str) -> Iterator[CitedDay]:
    """Yield the letters that one cites by day, and the telegrams of this month or the last."""
    own = body if heading.precision in ("minute", "day") else ""
    numbered = [each for pattern in (LETTER, BY_OTHER) for each in find_citations(pattern, body)]
    for match, quoted in (*numbered, *find_citations(OF_DAY, own, len(own))):
        if quoted or (match.re is OF_DAY and _is_to_other(match, heading.kind)):
            continue
        words = match.groupdict("")
        untold = words.get("untold", "").lower()
        whose = words.get("whose") or WHOSE.get(untold) or OTHER + name_of_party(words["writer"])
        kind = "telegram" if words.get("wired") else "" if untold else "letter"
        if key := _cited_key(match, heading.created):
            number = words["number"] and f"No. {words['number']}"
            is_unnumbered = not number and _is_unnumbered(words.get("sort", ""), heading.created)
            yield CitedDay(whose.lower(), key, number, kind, is_unnumbered)


def _is_unnumbered(sort: str, at: datetime) -> bool:
    """Return whether letters of a sort had no numbers: "private"."""
    is_confidential = sort.lower() == CONFIDENTIAL and at.year < NUMBERED_TOO_SINCE
    return is_confidential or sort.lower() in UNNUMBERED


def _is_to_other(match: re.Match[str], kind: str) -> bool:
    """Return whether a letter may be to another, or one of several telegrams of its day.

    An office writes notes to others too, but a document of the `kind` note means one between both.
    """
    before = match.string[max(0, match.start() - NEAR) : match.start()]
    whose = (match["whose"] or match["untold"]).lower()
    mine = whose in ("my", "mine") and TO_OTHER.search(before)
    several = match["wired"] and not match["which"]
    of_office = match["note"] and kind != "note" and whose not in ("my", "your")
    return bool(mine or several or of_office or TO_ANOTHER.match(match.string, match.end()))


def _cited_key(match: re.Match[str], created: datetime) -> str:
    """Return the key of a cited day and hour: in the year before if it is later than `created`."""
    day = _cited_instant(match, created)
    return _key(*with_clock((day, "day"), match.groupdict("").get("hour", ""))) if day else ""


def _cited_instant(match: re.Match[str], created: datetime) -> datetime | None:
    words = match.groupdict("")
    if words.get("near") or words.get("which"):
        last = words["which"].lower() == "ult"
        month = (created.replace(day=1) - A_DAY if last else created).month
        past = [created - A_DAY * days for days in range(62)]
        if words["near"]:
            return past[words["near"].lower() == "yesterday"]
        days = (int(words["of_month"]), month)
        return next((each for each in past if (each.day, each.month) == days), None)
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
    day, _, time = instant.isoformat(" ").partition(" ")
    return f"{day} {time[: len('13:00')]}" if precision == "minute" else day


def _fits(cable: DatedCable, cited: CitedDay, pair: Pair, home: Names) -> bool:
    """Return whether a cable may be the cited one; `pair` are who cites it, and to whom.

    `home` are those who write at the Department.
    """
    if cited.whose == "circular":
        return cable.is_circular and cable.sender == DEPARTMENT
    if cited.whose.startswith(OTHER):
        return cable.sender == cited.whose.removeprefix(OTHER) and cable.number == cited.number
    if cited.number and cited.number != cable.number:
        return False
    if cited.is_unnumbered and cable.number:
        return False
    if cited.number and cited.whose.startswith("department") and {DEPARTMENT} not in pair:
        # "Mr. Rell to Mr. Hay" cites what Mr. Hill wrote to Mr. Rell for the Secretary.
        return cable.recipient in pair[0] | pair[1] and cable.kind != "despatch"
    writer = _writer(cited.whose, pair, home)
    reader = pair[0] if writer == pair[1] else pair[1]
    if cited.kind and (cited.kind == "telegram") != (cable.kind in ("telegram", "airgram")):
        return False
    to_several = cable.is_circular and writer == {DEPARTMENT}
    return cable.sender in writer - {""} and (cable.recipient in reader or to_several)


def _writer(whose: str, pair: Pair, home: Names) -> Names:
    """Return who of a pair wrote "your" or "Department’s" telegram, none if that is not told."""
    if whose in ("my", "our"):
        return pair[0]
    if whose == "your":
        return pair[1]
    at_home = [each for each in pair if each & home]
    if len(at_home) != 1:
        return set()
    others = (each for each in pair if each not in at_home)
    return at_home[0] if whose.startswith("department") else next(others)


def _party(name: str, year: int) -> str:
    """Return a correspondent as he is compared."""
    return post_of_party(name, year) or name_of_party(name)
