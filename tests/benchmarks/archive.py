"""A made-up archive of any size in the eight-column CSV layout (C-1), the same for a seed."""

import calendar
import math
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from .shares import (
    CLASSIFICATIONS,
    LAST_MONTH,
    SECOND_COUNTRY,
    UNTAGGED,
    Origin,
    cables_a_year,
    make_tag_lists,
    read_origins,
)
from .telegram import Draft, Sent, Writer

MEAN_WORDS = 1_047
SIGMA = 0.75  # Of the logarithm of the number of words.
FEWEST_WORDS, MOST_WORDS = 60, 15_000
PARTIAL = 0.2
CITING = 1 / 3
CITABLE = 5_000  # So many of the latest cables can be named in the next one.
FIRST_SERIAL = 900_000  # No made-up cable bears the reference of a real one.
MOST_CABLES = 1_000_000  # Serials have six digits.


def write_archive(path: Path, count: int, seed: int = 1, words: int = MEAN_WORDS) -> None:
    """Write `count` cables of some `words` words; the file gets its name when it is whole.

    Raises ValueError if the count is out of range, OSError if the file cannot be written.
    """
    if not 0 < count <= MOST_CABLES:
        raise ValueError(f"An archive has 1 to {MOST_CABLES:,} cables, not {count:,}")
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
        file.writelines(records(count, seed, words))
    unfinished.replace(path)


def records(count: int, seed: int, words: int) -> Iterator[str]:
    """Yield each record of the archive as it stands in the file, in order of creation."""
    chance = Random(seed)
    origins = read_origins()
    writer = Writer(seed, chance, origins)
    for number, draft in enumerate(drafts(count, chance, origins, words), start=1):
        header, body = writer.write(draft)
        sent = draft.sent
        at = sent.created
        cites = "|".join(cited.reference for cited in draft.cites)
        yield (
            f'"{number}","{at.month}/{at.day}/{at.year} {at.hour}:{at.minute:02}",'
            f'"{sent.reference}","{escape(sent.origin.name)}","{draft.classification}",'
            f'"{cites}","{escape(header)}","{escape(body)}"\n'
        )


def drafts(count: int, chance: Random, origins: list[Origin], mean: int) -> Iterator[Draft]:
    """Yield the cables to write, in order of creation, each citing only earlier ones."""
    tag_lists = make_tag_lists(chance)
    earlier: deque[Sent] = deque(maxlen=CITABLE)
    classifications = chance.choices(list(CLASSIFICATIONS), list(CLASSIFICATIONS.values()), k=count)
    location = math.log(mean) - SIGMA**2 / 2
    for sent, classification in zip(all_sent(count, chance, origins), classifications, strict=True):
        words = round(chance.lognormvariate(location, SIGMA))
        yield Draft(
            sent=sent,
            classification=classification,
            tags=choose_tags(chance, tag_lists, origins, sent.origin),
            cites=choose_cites(chance, earlier),
            partial=chance.random() < PARTIAL,
            words=min(max(words, FEWEST_WORDS), MOST_WORDS),
        )
        earlier.append(sent)


def all_sent(count: int, chance: Random, origins: list[Origin]) -> Iterator[Sent]:
    """Yield when, by whom and under which serial each cable was sent, in order."""
    weights = [origin.cables for origin in origins]
    serials: Counter[tuple[int, str]] = Counter()
    for year, cables in cables_a_year(count).items():
        first = datetime(year, 1, 1, tzinfo=UTC)
        minutes = minutes_of(year)
        created = sorted(int(chance.random() * minutes) for _ in range(cables))
        senders = chance.choices(origins, weights, k=cables)
        for minute, origin in zip(created, senders, strict=True):
            key = (year, origin.station)
            serials[key] += 1 + int(chance.random() * 3)
            yield Sent(first + timedelta(minutes=minute), origin, FIRST_SERIAL + serials[key])


def minutes_of(year: int) -> int:
    """Return how many minutes of a year the archive covers."""
    months = range(1, LAST_MONTH.get(year, 12) + 1)
    return 24 * 60 * sum(calendar.monthrange(year, month)[1] for month in months)


def choose_tags(
    chance: Random, tag_lists: list[tuple[str, ...]], origins: list[Origin], origin: Origin
) -> tuple[str, ...]:
    """Return some five codes: of the matter, of the origin's country, of a second one."""
    if chance.random() < UNTAGGED:
        return ()
    codes = [*chance.choice(tag_lists), origin.tag]
    if chance.random() < SECOND_COUNTRY:
        codes.append(chance.choice(origins).tag)
    return tuple(dict.fromkeys(codes))


def choose_cites(chance: Random, earlier: deque[Sent]) -> tuple[Sent, ...]:
    """Return one to four earlier cables for a third of the cables, in the order cited."""
    if not earlier or chance.random() >= CITING:
        return ()
    named = [chance.choice(earlier) for _ in range(chance.choice((1, 1, 2, 4)))]
    return tuple(dict.fromkeys(named))


def escape(field: str) -> str:
    """Return a field as it stands between double quotes (C-1)."""
    return field.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")
