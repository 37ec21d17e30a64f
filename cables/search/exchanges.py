"""Exchanges: what two origins sent to each other, and the numbers that are missing in it.

Whoever sent a cable is its origin. Whom it reached is told as a search tells it: what Embassy
Saigon got is what "to:saigon" finds, by the lines TO and INFO or the heading of an edited document.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, groupby, pairwise
from string import digits
from typing import Any

from django.db.models import Q

from ..models import Cable
from ..models.querysets import CableQuerySet
from ..models.sql_expressions import IN_UTC_SINCE
from ..telegram.fact_types import OUT_OF_ORDER
from ..telegram.offices import SECRETARY, is_unnamed
from ..telegram.references import (
    JULY,
    NUMBERED_FROM_JULY,
    message_series,
    number_of,
    printed_serial,
    serial_of,
)
from ..telegram.titles import recipient
from .index_selection import Selection, published_cables
from .list_counts import ListCounts
from .recipients import addressed_origin, printed_surname, received_by, slugs_by_key

OF_RECIPIENT = ("origin", "labels", "created")  # What tells who is meant, beside his name.
NUMBERS = ("numbered", "lettered", "sender", "addressed", "by")  # Of with_numbers().
MOST_READ = 1_000  # Cables of a search, for who wrote to whom,
MOST_PAIRS = 40  # and the pairs that are shown.
MOST_PARTNERS = 20  # Shown of an origin.
MOST_COUNTED = 40  # Senders to an origin of which it is counted what they got.
DEPARTMENT = "STATE"
# Years since which the Department, and posts, number telegrams to all in one series (F-15).
ONE_SERIES_OF_DEPARTMENT, ONE_SERIES = 1967, 1950
SMALLEST_DROP = 20  # Numbers: telegrams are sent out of their order, but not by so many.
MOST_SPANS = 4  # Of a gap that are told one by one.


def in_a_row(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the runs of rising numbers that follow each other: [(436, 438), (440, 440)]."""
    runs = groupby(enumerate(numbers), lambda each: each[1] - each[0])
    rows = [[number for _, number in several] for _, several in runs]
    return [(row[0], row[-1]) for row in rows]


def sent(cables: Selection, sender: str, receiver: str, counts: ListCounts) -> Selection:
    """Select what one origin sent to another, by their slugs."""
    key = counts.origins[sender][1]
    return cables.sent_by([key]).matching(received_by(receiver, counts))


def exchanged(cables: Selection, one: str, other: str, counts: ListCounts) -> Selection:
    """Select what two origins, by their slugs, sent to each other."""
    return cables.in_any(sent(cables, *names, counts) for names in ((one, other), (other, one)))


@dataclass(frozen=True, slots=True)
class Partner:
    """An origin with which another exchanged cables."""

    slug: str
    name: str
    received: int  # How many it sent,
    sent: int  # and how many were sent to it.


def partners(slug: str, counts: ListCounts) -> list[Partner]:
    """Return the origins that wrote to one and to which it wrote, most cables first.

    Raises IndexNotReady.
    """
    cables = published_cables(is_current=True)
    if cables.snapshot.left_out:
        return _partners(cables, slug, counts)
    found: list[Partner] = counts.kept(f"partners-{slug}", lambda: _partners(cables, slug, counts))
    return found


def _partners(cables: Selection, slug: str, counts: ListCounts) -> list[Partner]:
    to_it = cables.matching(received_by(slug, counts)).by_origin
    slugs = slugs_by_key(counts)
    most = sorted(to_it.items(), key=lambda item: (-item[1], item[0]))[:MOST_COUNTED]
    found = [
        Partner(each, counts.origins[each][0], count, len(sent(cables, slug, each, counts)))
        for key, count in most
        if (each := slugs.get(key, slug)) != slug and not is_unnamed(counts.origins[each][0])
    ]
    both = [each for each in found if each.sent]
    return sorted(both, key=lambda each: -each.sent - each.received)[:MOST_PARTNERS]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """How many cables of a selection one origin sent to another, by their slugs."""

    sender: str
    receiver: str
    cables: int


def who_wrote_to_whom(cables: Selection, counts: ListCounts) -> tuple[list[Correspondence], int]:
    """Return the MOST_PAIRS of origins between which most cables went, and how many went so.

    They are those addressed first in the MOST_READ cables that a search finds first, most cables
    first; how many went between them is counted among all. Raises IndexNotReady.
    """
    rows = Cable.objects.published().with_keys(cables.keys(None, 0, MOST_READ)).with_numbers()
    columns = rows.values_list("heading", "addressed", *OF_RECIPIENT)
    slugs, pairs = slugs_by_key(counts), Counter[tuple[str, str]]()
    for head, to, origin, labels, sent_at in columns:
        if origin in slugs and not is_unnamed(counts.origins[slugs[origin]][0]):
            printed = recipient(head, {"to": to or ""})
            pairs[slugs[origin], addressed_origin(printed, origin, labels, sent_at, counts)] += 1
    between = {
        pair: sent(cables, *pair, counts) for pair, _ in pairs.most_common(MOST_PAIRS) if pair[1]
    }
    found = [Correspondence(*pair, len(each)) for pair, each in between.items() if each]
    shown = len(cables.in_any(between.values())) if found else 0
    return sorted(found, key=lambda each: -each.cables), shown


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that the archive does not hold between two of a series that it holds."""

    first: int
    last: int
    missing: int  # How many of those from the first to the last,
    spans: tuple[tuple[int, int], ...]  # and which, from and to; () if these are many.
    withheld: tuple[tuple[int, str], ...]  # (number, reference) of those that are withheld.
    is_to_all: bool = False  # Whether they are numbers of telegrams to all posts.

    def __str__(self) -> str:
        """Return "No. 436 is", "Nos. 436 to 438 and 440 are", "12 of Nos. 436 to 450 are"."""
        ends = [[a] if a == b else [a, b] if a + 1 == b else [f"{a} to {b}"] for a, b in self.spans]
        spans = [*map(str, chain(*ends))]
        if not spans:
            return f"{self.missing:,} of Nos. {self.first} to {self.last} are"
        listed = " and ".join(filter(None, (", ".join(spans[:-1]), spans[-1])))
        return f"No. {listed} is" if self.missing == 1 else f"Nos. {listed} are"


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number of a cable in its series: 435 of Saigon in 1963."""

    key: int
    number: int
    station: str = ""  # None of despatches, instructions and notes.
    begun: date = date.min  # The first day of the numbers of its year; theirs go on over years.
    envoy: str = ""  # The surname of whoever wrote these, or got them: each began anew.


def gaps(
    shown: Iterable[Cable], one: str, other: str, cables: Selection, counts: ListCounts
) -> dict[int, Gap]:
    """Return {primary key: the gap before a cable} of cables in an exchange.

    A gap stands between two cables of one origin to the other, of one series and year of numbers.
    Numbers of letters are those that a volume prints; a new envoy began anew.
    """
    found: dict[int, Gap] = {}
    for sender, receiver in ((one, other), (other, one)):
        origin = counts.origins[sender][1]
        rows = [cable for cable in shown if cable.origin_id == origin and cable.serial]
        years = sorted({cable.created.year for cable in rows})
        if not years:
            continue
        side = sent(cables, sender, receiver, counts)
        since, until = date(years[0] - 1, 1, 1), date(years[-1], 12, 31)
        in_years = side.created_after(since).created_before(until)
        keys = {cable.pk for cable in rows}
        numbered = _addressed_to(receiver, in_years, years, counts)
        letters = {each.number for each in numbered if not each.station}
        for (station, *_), several in _by_series(numbered).items():
            if not keys.isdisjoint(each.key for each in several):
                held = set() if station else letters  # An envoy's name may be misprinted.
                found |= _gaps_of_series(several, keys, origin, held)
    return found


def _gaps_of_series(
    rows: list[Numbered], keys: set[int], origin: int, also_held: set[int]
) -> dict[int, Gap]:
    """Return the gaps before some of those of a series, given by date of sending, of an origin."""
    station, begun = rows[0].station, rows[0].begun
    is_department = station == DEPARTMENT
    is_one_series = begun.year >= (ONE_SERIES_OF_DEPARTMENT if is_department else ONE_SERIES)
    held = also_held.union(each.number for each in rows)
    withheld: dict[int, str] = {}
    if is_one_series:
        to_all = Cable.objects.published().sent_by([origin]).created_in(begun.year)
        held |= {
            each.number for each in _by_series(_numbered(to_all)).get((station, begun, ""), ())
        }
    if station and (is_one_series or not is_department):
        withheld = _withheld(station, begun)  # To which post a withheld one went is not told.
    found: dict[int, Gap] = {}
    for before, each in _next_to(rows):
        if each.key in keys and before < each.number - 1:
            gap = _gap(range(before + 1, each.number), held, withheld)
            if gap:
                found[each.key] = replace(gap, is_to_all=is_department and is_one_series)
    return found


def _addressed_to(
    receiver: str, side: Selection, years: Sequence[int], counts: ListCounts
) -> list[Numbered]:
    """Return what was sent to an origin, by date of sending; until 1973 without copies to it."""
    rows = Cable.objects.published().with_keys(side.keys("created", 0, len(side)))
    is_home = counts.origins[receiver][0] == SECRETARY
    if years[0] >= IN_UTC_SINCE.year:
        return _numbered(rows)
    columns = rows.with_numbers().values_list("pk", "heading", "addressed", *OF_RECIPIENT)
    named = ((key, recipient(head, {"to": to or ""}), *more) for key, head, to, *more in columns)
    addressed = {
        key
        for key, printed, origin, labels, sent_at in named
        if sent_at.year >= IN_UTC_SINCE.year
        or addressed_origin(printed, origin, labels, sent_at, counts) == receiver
    }
    return [each for each in _numbered(rows, is_home=is_home) if each.key in addressed]


def _numbered(cables: CableQuerySet, *, is_home: bool = False) -> list[Numbered]:
    """Return the numbers of cables, by date of sending; `is_home`: the Department got them.

    None of a misprinted day has one.
    """
    rows = cables.with_numbers().listed("created").values_list("pk", "created", *NUMBERS)
    found = []
    for key, sent_at, reference, letter, sender, addressed, by in rows:
        if by == OUT_OF_ORDER:
            continue
        if number := serial_of(reference or ""):
            station = number_of(reference).rstrip(digits)[2:]
            found.append(Numbered(key, number, station, _begun(station, sent_at)))
        elif number := printed_serial({"own_number": letter or ""}):
            found.append(
                Numbered(key, number, envoy=printed_surname(sender if is_home else addressed))
            )
    return found


def _begun(station: str, sent: datetime) -> date:
    """Return the day on which the numbers began of what a station sent at an instant.

    Those of a conference, SECTO, go on.
    """
    year = sent.year if sent.month >= JULY else sent.year - 1
    from_july = year in NUMBERED_FROM_JULY and station not in message_series()
    return date(year, JULY, 1) if from_july else date(sent.year, 1, 1)


def _by_series(rows: list[Numbered]) -> dict[tuple[str, date, str], list[Numbered]]:
    """Return {(station, the day its numbers began, envoy): its rows, in their order}."""
    found: dict[tuple[str, date, str], list[Numbered]] = {}
    for row in rows:
        found.setdefault((row.station, row.begun, row.envoy), []).append(row)
    return found


def _next_to(rows: Sequence[Numbered]) -> Iterator[tuple[int, Numbered]]:
    """Yield (the number before it, row) of rows of a series, in their order of sending.

    A row whose number does not rise with most others has no gap and ends none: it was sent out of
    order, or its number or date is misprinted.
    """
    for several in _begun_anew(rows):
        for before, row in pairwise(_rising(several)):
            yield before.number, row


def _begun_anew(rows: Sequence[Numbered]) -> Iterator[list[Numbered]]:
    """Yield the parts of a series that begins anew within a year, on a day that is not known.

    There two numbers are less than half of the two before: one alone may be a misprint.
    """
    numbers = [row.number for row in rows]
    starts = [0]
    for place in range(1, len(rows)):
        lowest, highest = min(numbers[max(place - 2, 0) : place]), max(numbers[place : place + 2])
        if highest * 2 < lowest and lowest - highest > SMALLEST_DROP:
            starts.append(place)
    for start, end in pairwise([*starts, len(rows)]):
        yield [*rows[start:end]]


def _rising(rows: Iterable[Numbered]) -> list[Numbered]:
    """Return the most rows, in their order, whose numbers rise (by patience sorting).

    The first of several such that differ by few numbers.
    """
    ends: list[int] = []  # The lowest number at which so many rising ones end,
    runs: list[tuple[Any, Numbered]] = []  # and these rows: (the run before the last, the last).
    for row in rows:
        length = bisect_left(ends, row.number)
        if length == len(ends) or ends[length] - row.number > SMALLEST_DROP:
            ends[length : length + 1] = [row.number]
            runs[length : length + 1] = [(runs[length - 1] if length else None, row)]
    found = []
    run = runs[-1] if runs else None
    while run:
        run, row = run
        found.append(row)
    return found[::-1]


def _gap(between: range, held: set[int], withheld: dict[int, str]) -> Gap | None:
    gone = [number for number in between if number not in held]
    missing = [number for number in gone if number not in withheld]
    told = tuple((number, withheld[number]) for number in gone if number in withheld)
    if not gone:
        return None
    spans = in_a_row(missing)
    shown = tuple(spans) if len(spans) <= MOST_SPANS else ()
    first, last = (missing[0], missing[-1]) if missing else (0, 0)
    return Gap(first, last, len(missing), shown, told)


def _withheld(station: str, begun: date) -> dict[int, str]:
    """Return {number: reference} of the withheld cables of a series, whose pages say so."""
    named = Q()
    for year in {begun.year, begun.year + (begun.month == JULY)}:
        series = f"{year % 100:02}{station}"
        named |= Q(reference__gte=f"{series}0", reference__lt=f"{series}:")
    rows = Cable.objects.readable().exclude(withheld_reason="").filter(named)
    dated = rows.values_list("reference", "created")
    return {serial_of(each) or 0: each for each, sent in dated if _begun(station, sent) == begun}
