"""When a text changes: which block keeps which id (P-5)."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from .blocks import Blocks
from .marks import without_number

SIMILAR = 0.6  # Share of words in common at which a changed paragraph is still the same one.
LOOKED_AT = 50  # Blocks of one number, or that say the same, that are compared with a new one.
NUMBERED = re.compile(r"par(?P<number>\d+(?:to\d+)?)(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Alignment:
    """What a change did to the ids: those of the new blocks, and those that are now retired."""

    ids: list[str]
    retired: list[tuple[str, str]]  # (id, the id it stood behind in the old text or "").


def pin(
    blocks: Blocks, ids: Sequence[str], fingerprints: Sequence[str], used: Iterable[str] = ()
) -> Blocks:
    """Return the blocks under the ids they were published with.

    The normal case costs nothing. Where the blocks were cut by another version of this code,
    they are aligned by what they say; `used` are the ids retired before.
    """
    if list(fingerprints) == blocks.fingerprints:
        return _named(blocks, ids)
    numbers = [_number(identity) for identity in ids]
    return _named(blocks, _align(ids, fingerprints, numbers, [None] * len(ids), blocks, used).ids)


def align(old: Blocks, new: Blocks, used: Iterable[str] = ()) -> Alignment:
    """Return which ids the blocks of a new text get, `old` having the published ones.

    A block that says the same, in order, keeps its id; so does one with the same printed
    number and three words in five unchanged. A new block gets the id its number gives, or the
    next free one if that was ever used: `used` are the ids retired before.
    """
    words = [_words(block.text) for block in old]
    numbers = [block.number for block in old]
    return _align(old.ids, old.fingerprints, numbers, words, new, used)


def _align(ids, fingerprints, numbers, words, new: Blocks, used: Iterable[str]) -> Alignment:
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


def same_in_order(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return (new, old) of the longest run of equal values that is in order in both."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    places = defaultdict(list)
    for index in range(head, len(old)):
        places[old[index]].append(index)
    lowest: list[int] = []  # The lowest old index that ends a run of each length.
    ends: list[tuple[int, int, tuple | None]] = []
    for index in range(head, len(new)):
        for place in reversed(_near(index, places.get(new[index], ()))):
            length = bisect_left(lowest, place)
            link = (index, place, ends[length - 1] if length else None)
            lowest[length : length + 1] = [place]
            ends[length : length + 1] = [link]
    pairs = []
    link = ends[-1] if ends else None
    while link:
        pairs.append((link[0], link[1]))
        link = link[2]
    return [(index, index) for index in range(head)] + pairs[::-1]


def _near(index: int, places: Sequence[int]) -> Sequence[int]:
    """Return the places nearest to an index: a text may repeat one line a thousand times."""
    first = max(bisect_left(places, index) - LOOKED_AT // 2, 0)
    return places[first : first + LOOKED_AT]


def _pair_similar(kept: dict[int, int], numbers, words, new: Blocks) -> None:
    """Add the blocks whose words changed a little and whose printed number did not."""
    loose = defaultdict(list)
    taken = set(kept.values())
    for place, number in enumerate(numbers):
        if place not in taken:
            loose[number].append(place)
    for index, block in enumerate(new):
        candidates = loose.get(block.number, []) if index not in kept else []
        own = _words(block.text) if candidates else frozenset()
        for place in candidates[:LOOKED_AT]:
            if _are_similar(words[place], own):
                kept[index] = place
                candidates.remove(place)
                break


def _number(identity: str) -> str | None:
    """Return the number that a block's first text printed, by its id; None if it printed none."""
    found = NUMBERED.fullmatch(identity)
    return found["number"].replace("to", "-") if found else None


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", without_number(text).casefold()))


def _are_similar(old: frozenset[str] | None, new: frozenset[str]) -> bool:
    """Return whether two blocks share enough words; None: the old words are not known."""
    if old is None:
        return True
    return len(old & new) >= SIMILAR * len(old | new)


def _free(identity: str, taken: set[str], beyond: dict[str, int]) -> str:
    """Return the id, or the next one like it that was never used in this cable.

    `beyond` remembers, for ids that were tried before, up to which count all are taken.
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
