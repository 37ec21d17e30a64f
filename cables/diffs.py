"""Two texts -> where their words differ. No Django."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

# Between a common beginning and a common end. Time grows with the product of both, 0.1 seconds
# for these; no cable has as many words.
MOST_COMPARED = 20_000
WORD = re.compile(r"\s*\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words of two texts: the same in both, or what stands in place of what.

    The old pieces of all parts joined are the old text, the new ones the new text: white space
    around a word belongs to it, and is not compared.
    """

    kind: str  # "same", "changed", "added" (no old words) or "removed" (no new ones).
    old: str
    new: str


def compare(old: str, new: str, key: Callable[[str], str] = str) -> list[Part]:
    """Return the parts of two texts, in order; no two of one kind stand side by side.

    `key` gives what is compared of a word, such as str.casefold. Texts of any length take
    linear time where they agree; beyond MOST_COMPARED words that differ, all of them are one
    changed part.
    """
    mine, other = WORD.findall(old), WORD.findall(new)
    numbers: dict[str, int] = {}  # rapidfuzz compares hashes; numbers are never mistaken.
    a, b = (
        [numbers.setdefault(key(word.strip()), len(numbers)) for word in words]
        for words in (mine, other)
    )
    runs = _joined(_without_noise(_runs(a, b)))
    return [
        Part(_kind(same, i, j), "".join(mine[i[0] : i[1]]), "".join(other[j[0] : j[1]]))
        for same, i, j in runs
    ]


def _kind(same: bool, old: tuple[int, int], new: tuple[int, int]) -> str:
    if same:
        return "same"
    if old[0] == old[1]:
        return "added"
    return "changed" if new[0] < new[1] else "removed"


def _runs(a: Sequence[int], b: Sequence[int]) -> list[tuple]:
    """Return (whether same, (start, end) in a, (start, end) in b) of runs, none of them empty."""
    head, most = 0, min(len(a), len(b))
    while head < most and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < most - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    ends = len(a) - tail, len(b) - tail
    if max(ends) - head > MOST_COMPARED:
        middle = [(False, (head, ends[0]), (head, ends[1]))]
    else:
        middle = [
            (step.tag == "equal", *_moved(step, head))
            for step in Levenshtein.opcodes(a[head : ends[0]], b[head : ends[1]])
        ]
    runs = [(True, (0, head), (0, head)), *middle, (True, (ends[0], len(a)), (ends[1], len(b)))]
    return [run for run in runs if run[1][0] < run[1][1] or run[2][0] < run[2][1]]


def _moved(step, by: int) -> tuple:
    return (step.src_start + by, step.src_end + by), (step.dest_start + by, step.dest_end + by)


def _length(run: tuple) -> int:
    """Return how many words a run has in the text that has more of them there."""
    return max(end - start for start, end in run[1:])


def _without_noise(runs: list[tuple]) -> list[tuple]:
    """Take words that agree by chance, shorter than what differs on both sides, as differing.

    In a sentence that was written anew, "the" is not what stayed.
    """
    cleaned = []
    for at, run in enumerate(runs):
        inside = run[0] and 0 < at < len(runs) - 1
        by_chance = inside and _length(run) < min(_length(runs[at - 1]), _length(runs[at + 1]))
        cleaned.append((run[0] and not by_chance, *run[1:]))
    return cleaned


def _joined(runs: list[tuple]) -> list[tuple]:
    joined: list[tuple] = []
    for run in runs:
        if joined and joined[-1][0] == run[0]:
            same, old, new = joined.pop()
            run = (same, (old[0], run[1][1]), (new[0], run[2][1]))
        joined.append(run)
    return joined
