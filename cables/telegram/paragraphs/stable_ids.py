"""The grammar of paragraph ids (P-1); which block keeps which id when a text changes (P-5)."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .blocks import Blocks
from .line_starts import without_number

SIMILAR = 0.6  # Share of common words from which on a changed paragraph is the same paragraph.
MOST_CANDIDATES = 50  # Old blocks with the same number or words that a new one is compared with.
# The grammar of paragraph ids (P-1): par2, par4to14 (one paragraph of a range of numbers), par2-2
# (the second with this number), par2.1 (the first unnumbered block behind it), par0.1.
ID_PARTS = re.compile(
    r"par(?P<first>[0-9]+)(?:to(?P<last>[0-9]+))?(?:-(?P<again>[0-9]+))?(?:\.(?P<block>[0-9]+))?"
)
# The same without names of groups, as a part of other patterns.
PARAGRAPH_ID = re.sub(r"\?P<[a-z]+>", "?:", ID_PARTS.pattern)
# How a reader calls the second, third ... paragraph with one number.
AGAIN = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True, slots=True)
class Alignment:
    """The ids of the blocks of a new text, and the ids that no block has any more."""

    ids: list[str]
    retired: list[tuple[str, str]]  # (id, id of the block before it in the old text or "").


def pin(
    blocks: Blocks, ids: Sequence[str], fingerprints: Sequence[str], used: Iterable[str] = ()
) -> Blocks:
    """Return the blocks with the ids they were published with.

    `ids` and `fingerprints` are those of the published blocks, `used` the ids retired before.
    Equal fingerprints need no work. If another version of this code had cut the blocks, they are
    aligned by their words.
    """
    if list(fingerprints) == blocks.fingerprints:
        return _named(blocks, ids)
    numbers = [_number(identity) for identity in ids]
    return _named(blocks, _align(ids, fingerprints, numbers, [None] * len(ids), blocks, used).ids)


def align(old: Blocks, new: Blocks, used: Iterable[str] = ()) -> Alignment:
    """Return the ids for the blocks of a new text; `old` has the published ids.

    A block with the same words, in the same order of blocks, keeps its id; so does one with the
    same printed number and at least 60% of its words. A new block gets the id of its number, or
    the next free one if that id was ever used. `used` are the ids retired before.
    """
    words = [_words(block.text) for block in old]
    numbers = [block.number for block in old]
    return _align(old.ids, old.fingerprints, numbers, words, new, used)


def _align(
    ids: Sequence[str],
    fingerprints: Sequence[str],
    numbers: Sequence[str | None],
    words: Sequence[frozenset[str] | None],
    new: Blocks,
    used: Iterable[str],
) -> Alignment:
    """Return the ids of the new blocks, given those of the old ones; see align().

    `words` are the old blocks' words, None where they are unknown.
    """
    kept = dict(same_in_order(fingerprints, new.fingerprints))
    _pair_similar(kept, numbers, words, new)
    taken = set(ids) | set(used)
    beyond: dict[str, int] = {}
    named = [
        ids[kept[index]] if index in kept else _free(block.id, taken, beyond)
        for index, block in enumerate(new)
    ]
    gone = set(range(len(ids))) - set(kept.values())
    retired = [(ids[old], ids[old - 1] if old else "") for old in sorted(gone)]
    return Alignment(named, retired)


class _Pair(NamedTuple):
    """Two equal blocks, by index, and the pair before them in a common subsequence."""

    new: int
    old: int
    before: "_Pair | None"


def same_in_order(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the (new, old) indices of a longest common subsequence, in order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    places = defaultdict(list)
    for index in range(head, len(old)):
        places[old[index]].append(index)
    lowest: list[int] = []  # The lowest old index that ends a run of each length.
    ends: list[_Pair] = []  # The last pair of that run.
    for index in range(head, len(new)):
        for place in reversed(_near(index, places.get(new[index], ()))):
            length = bisect_left(lowest, place)
            lowest[length : length + 1] = [place]
            ends[length : length + 1] = [_Pair(index, place, ends[length - 1] if length else None)]
    pairs = []
    pair = ends[-1] if ends else None
    while pair:
        pairs.append((pair.new, pair.old))
        pair = pair.before
    return [(index, index) for index in range(head)] + pairs[::-1]


def _near(index: int, places: Sequence[int]) -> Sequence[int]:
    """Return the nearest places to an index: a text may repeat one line a thousand times."""
    first = max(bisect_left(places, index) - MOST_CANDIDATES // 2, 0)
    return places[first : first + MOST_CANDIDATES]


def _pair_similar(
    kept: dict[int, int],
    numbers: Sequence[str | None],
    words: Sequence[frozenset[str] | None],
    new: Blocks,
) -> None:
    """Add to `kept` the blocks with the same printed number and similar words."""
    unmatched: defaultdict[str | None, list[int]] = defaultdict(list)
    taken = set(kept.values())
    for place, number in enumerate(numbers):
        if place not in taken:
            unmatched[number].append(place)
    for index, block in enumerate(new):
        candidates = unmatched.get(block.number, []) if index not in kept else []
        new_words = _words(block.text) if candidates else frozenset()
        for place in candidates[:MOST_CANDIDATES]:
            old = words[place]  # None: unknown.
            if old is None or len(old & new_words) >= SIMILAR * len(old | new_words):
                kept[index] = place
                candidates.remove(place)
                break


def _number(identity: str) -> str | None:
    """Return the printed number that an id was made of: "4-14" of "par4to14"; None without one."""
    parts = ID_PARTS.fullmatch(identity)
    if parts is None or parts["block"]:
        return None
    return f"{parts['first']}-{parts['last']}" if parts["last"] else parts["first"]


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", without_number(text).casefold()))


def _free(identity: str, taken: set[str], beyond: dict[str, int]) -> str:
    """Return the id, or the next one with a higher count that was never used in this cable.

    `beyond` stores for each id that was tried the highest count known to be taken.
    """
    stem, dot, last = identity.rpartition(".")
    if not dot:
        stem, _, last = identity.partition("-")
    count = int(last or 1)
    tried = []
    while identity in taken:
        tried.append(identity)
        count = beyond.get(identity, count) + 1
        identity = f"{stem}.{count}" if dot else f"{stem}-{count}"
    beyond.update(dict.fromkeys(tried, count))
    taken.add(identity)
    return identity


def _named(blocks: Blocks, ids: Collection[str]) -> Blocks:
    named = tuple(
        block if block.id == identity else replace(block, id=identity)
        for block, identity in zip(blocks, ids, strict=True)
    )
    return replace(blocks, blocks=named)


def occurrence(count: str) -> str:
    """Return which of several paragraphs with one number an id means: "second", "no. 12"."""
    return AGAIN[int(count)] if int(count) < len(AGAIN) else f"no. {count}"
