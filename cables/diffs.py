"""Word diff of two texts. No Django."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein, Opcode

from .telegram.paragraphs import Block, Blocks, same_in_order

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


class WordRun(NamedTuple):
    """A run of words that are equal or differ: (start, end) in the old and in the new ones."""

    same: bool
    old: tuple[int, int]
    new: tuple[int, int]

    @property
    def kind(self) -> str:
        """As DiffPart has it."""
        if self.same:
            return "same"
        if self.old[0] == self.old[1]:
            return "added"
        return "changed" if self.new[0] < self.new[1] else "removed"

    @property
    def length(self) -> int:
        """The number of words, in the text where it is longer."""
        return max(end - start for start, end in (self.old, self.new))


def compare(old: str, new: str, key: Callable[[str], str] = str) -> list[DiffPart]:
    """Return the diff of two texts in order; equal and unequal parts alternate.

    `key` maps each word to what is compared, such as str.casefold. Common beginnings and ends take
    linear time. More than MOST_COMPARED words between these are one changed part.
    """
    words = WORD.findall(old), WORD.findall(new)
    runs = word_runs(*([key(word.strip()) for word in each] for each in words))
    return [
        DiffPart(run.kind, "".join(words[0][slice(*run.old)]), "".join(words[1][slice(*run.new)]))
        for run in runs
    ]


def word_runs(old: Sequence[str], new: Sequence[str]) -> list[WordRun]:
    """Return the runs of two lists of words, in order; equal and unequal ones alternate."""
    numbers: dict[str, int] = {}  # rapidfuzz compares hashes; numbers are never mistaken.
    a, b = ([numbers.setdefault(word, len(numbers)) for word in words] for words in (old, new))
    return _joined(_without_noise(_runs(a, b)))


def _runs(a: Sequence[int], b: Sequence[int]) -> list[WordRun]:
    """Return the runs of two texts, given as numbers of words, without empty ones."""
    head, most = 0, min(len(a), len(b))
    while head < most and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < most - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    ends = len(a) - tail, len(b) - tail
    if max(ends) - head > MOST_COMPARED:
        middle = [WordRun(False, (head, ends[0]), (head, ends[1]))]
    else:
        middle = [
            _run_of(step, head)
            for step in Levenshtein.opcodes(a[head : ends[0]], b[head : ends[1]])
        ]
    beginning = WordRun(True, (0, head), (0, head))
    end = WordRun(True, (ends[0], len(a)), (ends[1], len(b)))
    return [run for run in (beginning, *middle, end) if run.length]


def _run_of(step: Opcode, offset: int) -> WordRun:
    """Return the run of a step of rapidfuzz, whose positions count from an offset."""
    return WordRun(
        step.tag == "equal",
        (step.src_start + offset, step.src_end + offset),
        (step.dest_start + offset, step.dest_end + offset),
    )


def _without_noise(runs: list[WordRun]) -> list[WordRun]:
    """Mark short equal runs between longer unequal ones as unequal: a "the" by chance."""
    cleaned = []
    for at, run in enumerate(runs):
        inside = run.same and 0 < at < len(runs) - 1
        by_chance = inside and run.length < min(runs[at - 1].length, runs[at + 1].length)
        cleaned.append(run._replace(same=run.same and not by_chance))
    return cleaned


def _joined(runs: list[WordRun]) -> list[WordRun]:
    """Return the runs with neighbours of one kind joined."""
    joined: list[WordRun] = []
    for run in runs:
        if joined and joined[-1].same == run.same:
            same, old, new = joined.pop()
            run = WordRun(same, (old[0], run.old[1]), (new[0], run.new[1]))
        joined.append(run)
    return joined


@dataclass(frozen=True, slots=True)
class ComparedText:
    """One text of a cable. `facts` are {label: value as shown}."""

    facts: Mapping[str, str]
    header: str
    blocks: Blocks
    header_label: str = "Message header"


@dataclass(frozen=True, slots=True)
class TextChange:
    """A change to one piece: `name` is a paragraph id or a label, `parts` are the word diff."""

    name: str
    kind: str  # "changed", "added", "removed" or "moved".
    parts: list[DiffPart]
    places: tuple[str, str] | None = None  # If moved: ids before it, old and new; "" if first.


@dataclass(slots=True)
class TextChanges:
    """All changes from one text to the next."""

    facts: list[TextChange] = field(default_factory=list)
    pieces: list[TextChange] = field(
        default_factory=list
    )  # Header and the lines around paragraphs.
    paragraphs: list[TextChange] = field(default_factory=list)  # In order, with removed ones.
    rewrapped: list[str] = field(default_factory=list)  # Ids where only line breaks changed.

    @property
    def is_none(self) -> bool:
        return not (self.facts or self.pieces or self.paragraphs or self.rewrapped)

    @property
    def counts(self) -> dict[str, int]:
        """{kind of change: paragraphs}, without kinds that did not occur."""
        kinds = [change.kind for change in self.paragraphs]
        every = ("changed", "added", "removed", "moved")
        return {kind: kinds.count(kind) for kind in every if kind in kinds}


def find_changes(old: ComparedText, new: ComparedText) -> TextChanges:
    """Return the changes between two texts of a cable."""
    changes = TextChanges()
    for label, value in new.facts.items():
        if (old_value := old.facts.get(label, "")) != value:
            # Without the comma after it the last word of a list is equal too.
            change = _change(label, old_value, value, lambda word: word.rstrip(","))
            changes.facts.append(change)
    for name, old_value, value in (
        (new.header_label, old.header, new.header),
        ("Lines before the first paragraph", old.blocks.preamble, new.blocks.preamble),
        ("Lines after the last paragraph", old.blocks.closing, new.blocks.closing),
    ):
        if old_value.split() != value.split():
            changes.pieces.append(_change(name, old_value, value))
    for change in _paragraphs(old.blocks, new.blocks):
        if change.kind == "changed" and all(part.kind == "same" for part in change.parts):
            changes.rewrapped.append(change.name)
        else:
            changes.paragraphs.append(change)
    return changes


def _change(name: str, old: str, new: str, key: Callable[[str], str] = str) -> TextChange:
    kind = "changed" if old and new else "added" if new else "removed"
    return TextChange(name, kind, compare(old, new, key))


def _paragraphs(old: Blocks, new: Blocks) -> Iterator[TextChange]:
    """Yield the change of each paragraph that differs, in the order of the new text."""
    before = dict(zip(old.ids, ["", *old.ids], strict=False))
    old_blocks, new_blocks = {block.id: block for block in old}, {block.id: block for block in new}
    kept_before = [name for name in old.ids if name in new_blocks]
    kept_now = [name for name in new.ids if name in old_blocks]
    in_place = {kept_now[at] for at, _ in same_in_order(kept_before, kept_now)}
    gone = _removed_after(old, new_blocks)
    yield from gone.get("", ())
    last = ""
    for block in new:
        if block.id not in old_blocks:
            yield TextChange(block.id, "added", compare("", block.text))
        elif block.id not in in_place:
            places = before[block.id], last
            yield TextChange(
                block.id, "moved", compare(old_blocks[block.id].text, block.text), places
            )
        elif block.text != old_blocks[block.id].text:
            yield TextChange(block.id, "changed", compare(old_blocks[block.id].text, block.text))
        yield from gone.get(block.id, ())
        last = block.id


def _removed_after(old: Blocks, new_blocks: Mapping[str, Block]) -> dict[str, list[TextChange]]:
    """Return {id of a paragraph that stays, "" for the start: removals that followed it}."""
    gone: dict[str, list[TextChange]] = {}
    last_kept = ""
    for block in old:
        if block.id in new_blocks:
            last_kept = block.id
        else:
            gone.setdefault(last_kept, []).append(
                TextChange(block.id, "removed", compare(block.text, ""))
            )
    return gone
