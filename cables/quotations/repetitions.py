"""Where other published texts repeat a passage: FEWEST words in a row and more."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import ceil

from ..diffs import DiffPart
from ..models import Cable
from ..search.index_selection import published_cables
from ..telegram.distinct_words import RUN, in_nfc
from ..telegram.paragraphs import Block
from .in_step import Row, compare_words, count_shared, is_alike, rows_of, telling_rows
from .quotation import FEWEST

MOST_SHOWN = 10  # Other texts, those that repeat most.
MOST_READ = 15  # The index finds words in a row beyond the end of a paragraph too.
MOST_ROWS = 600  # That are looked for; of a longer passage every second or third.
AROUND = 12  # Words before and behind those that two unlike paragraphs have in common.


@dataclass(frozen=True, slots=True)
class Repetition:
    """The paragraph of another cable that has most words in a row of one here."""

    cable: Cable
    here: str  # The ids of both paragraphs.
    there: str
    rows: int  # That both have, in all these paragraphs.
    words: int  # The longest run that both have.
    more: int  # Further pairs of paragraphs that have words in common.
    parts: tuple[DiffPart, ...]  # Of both, or of what stands around the words in common.


def find_repetitions(cable: Cable, blocks: Sequence[Block]) -> list[Repetition]:
    """Return the cables that repeat words of some paragraphs of one. Raises IndexNotReady."""
    here = [telling_rows(block.text) for block in blocks]
    wanted = sorted(set().union(*here))
    rows = wanted[:: ceil(len(wanted) / MOST_ROWS) or 1]
    found = published_cables(is_current=True).without([cable.pk]).with_any_row(rows)
    keys = found.keys(None, 0, MOST_READ)
    cables = Cable.objects.published().select_related("origin").defer("keywords").in_bulk(keys)
    repeated = (_repetition(blocks, here, cables[key]) for key in keys if key in cables)
    return sorted(filter(None, repeated), key=lambda each: -each.rows)[:MOST_SHOWN]


def _repetition(
    blocks: Sequence[Block], here: Sequence[set[Row]], cable: Cable
) -> Repetition | None:
    """Return what another cable repeats; None if its text has changed since it was indexed."""
    texts = cable.block_texts()
    there = [rows_of(text) for _, text in texts]
    wanted = set().union(*here)
    held = [wanted.intersection(rows) for rows in there]
    shared = count_shared(here, held)
    if not shared:
        return None
    (one, other), count = min(shared.items(), key=lambda pair: (-pair[1], pair[0]))
    name, text = texts[other]
    mine = rows_of(blocks[one].text)
    at, where, length = _longest_run(mine, there[other])
    both = blocks[one].text, text
    if not is_alike(count, mine, there[other]):
        both = _around(both[0], at, length), _around(both[1], where, length)
    parts = compare_words(*both)
    rows, more = len(set().union(*held)), len(shared) - 1
    return Repetition(cable, blocks[one].id, name, rows, length, more, tuple(parts))


def _longest_run(mine: Sequence[Row], theirs: Sequence[Row]) -> tuple[int, int, int]:
    """Return the longest run of words of both: where it begins in each, and its length."""
    places: dict[Row, int] = {}
    for at, row in enumerate(mine):
        places.setdefault(row, at)
    best = 0, 0, 0
    at = 0
    while at < len(theirs):
        start = places.get(theirs[at])
        pairs = zip(mine[start:], theirs[at:], strict=False) if start is not None else ()
        rows = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        best = max(best, (start or 0, at, rows), key=lambda run: run[2])
        at += rows or 1
    return best[0], best[1], best[2] + FEWEST - 1


def _around(text: str, at: int, length: int) -> str:
    """Return a run of words, which begins at word `at`, with those before and behind it."""
    text = in_nfc(text)
    spans = [match.span() for match in RUN.finditer(text)]
    first, last = max(0, at - AROUND), min(len(spans), at + length + AROUND) - 1
    start = spans[first][0] if first else 0
    end = spans[last][1] if last < len(spans) - 1 else len(text)
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"
