"""Word diff of two texts. No Django."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

# Words between a common beginning and a common end. Time grows with the product of both lengths:
# 0.1 seconds for these. No cable has as many words.
MOST_COMPARED = 20_000
WORD = re.compile(r"\s*\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A run of words that are equal in two texts, or old words and the new ones in their place.

    All `old` strings joined are the old text, all `new` strings the new text. White space belongs
    to the words beside it, and is not compared.
    """

    kind: str  # "same", "changed", "added" (no old words) or "removed" (no new ones).
    old: str
    new: str


def compare(old: str, new: str, key: Callable[[str], str] = str) -> list[DiffPart]:
    """Return the diff of two texts in order; equal and unequal parts alternate.

    `key` maps each word to what is compared, such as str.casefold. Common beginnings and ends take
    linear time. More than MOST_COMPARED words between these are one changed part.
    """
    old_words, new_words = WORD.findall(old), WORD.findall(new)
    numbers: dict[str, int] = {}  # rapidfuzz compares hashes; numbers are never mistaken.
    a, b = (
        [numbers.setdefault(key(word.strip()), len(numbers)) for word in words]
        for words in (old_words, new_words)
    )
    runs = _joined(_without_noise(_runs(a, b)))
    return [
        DiffPart(
            _kind(same, i, j), "".join(old_words[i[0] : i[1]]), "".join(new_words[j[0] : j[1]])
        )
        for same, i, j in runs
    ]


def _kind(same: bool, old: tuple[int, int], new: tuple[int, int]) -> str:
    if same:
        return "same"
    if old[0] == old[1]:
        return "added"
    return "changed" if new[0] < new[1] else "removed"


def _runs(a: Sequence[int], b: Sequence[int]) -> list[tuple]:
    """Return (equal?, (start, end) in a, (start, end) in b) for each run that is not empty."""
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
    """Return the number of words of a run, in the text where it is longer."""
    return max(end - start for start, end in run[1:])


def _without_noise(runs: list[tuple]) -> list[tuple]:
    """Mark short equal runs between two longer unequal ones as unequal.

    In a rewritten sentence, a "the" that both texts have is a coincidence.
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
