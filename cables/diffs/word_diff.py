"""Word diff of two texts. No Django."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein, Opcode

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


class _Run(NamedTuple):
    """A run of words: (start, end) in the old text and in the new one."""

    same: bool
    old: tuple[int, int]
    new: tuple[int, int]

    @property
    def length(self) -> int:
        """The number of words, in the text where it is longer."""
        return max(end - start for start, end in (self.old, self.new))


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


def _runs(a: Sequence[int], b: Sequence[int]) -> list[_Run]:
    """Return the runs of two texts, given as numbers of words, without empty ones."""
    head, most = 0, min(len(a), len(b))
    while head < most and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < most - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    ends = len(a) - tail, len(b) - tail
    if max(ends) - head > MOST_COMPARED:
        middle = [_Run(False, (head, ends[0]), (head, ends[1]))]
    else:
        middle = [
            _run_of(step, head)
            for step in Levenshtein.opcodes(a[head : ends[0]], b[head : ends[1]])
        ]
    beginning = _Run(True, (0, head), (0, head))
    end = _Run(True, (ends[0], len(a)), (ends[1], len(b)))
    return [run for run in (beginning, *middle, end) if run.length]


def _run_of(step: Opcode, offset: int) -> _Run:
    """Return the run of a step of rapidfuzz, whose positions count from an offset."""
    return _Run(
        step.tag == "equal",
        (step.src_start + offset, step.src_end + offset),
        (step.dest_start + offset, step.dest_end + offset),
    )


def _without_noise(runs: list[_Run]) -> list[_Run]:
    """Mark short equal runs between two longer unequal ones as unequal.

    In a rewritten sentence, a "the" that both texts have is a coincidence.
    """
    cleaned = []
    for at, run in enumerate(runs):
        inside = run.same and 0 < at < len(runs) - 1
        by_chance = inside and run.length < min(runs[at - 1].length, runs[at + 1].length)
        cleaned.append(run._replace(same=run.same and not by_chance))
    return cleaned


def _joined(runs: list[_Run]) -> list[_Run]:
    """Return the runs with neighbours of one kind joined."""
    joined: list[_Run] = []
    for run in runs:
        if joined and joined[-1].same == run.same:
            same, old, new = joined.pop()
            run = _Run(same, (old[0], run.old[1]), (new[0], run.new[1]))
        joined.append(run)
    return joined
