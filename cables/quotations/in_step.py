"""Two texts in step: which paragraphs of one repeat those of the other, and where they differ."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..diffs import DiffPart, compare
from ..telegram.distinct_words import RUN, STOP_WORDS, in_nfc
from ..telegram.paragraphs import Block, same_in_order
from .quotation import FEWEST

Row = tuple[str, ...]
ALIKE = 0.25  # The share of the rows of the shorter paragraph that the other has, or more.
FEWEST_TELLING = 2  # Words of a row that are not very common: "on the other hand the" is no find.
MOST_HAVING = 20  # Paragraphs that have the same row: more are alike by a form of words.


@dataclass(frozen=True, slots=True)
class ParagraphsInStep:
    """Paragraphs of two texts beside each other.

    `parts` are the word diff of those that repeat each other; none where the two sides have
    nothing to do with each other. `repeated` are {id: id of a paragraph of the other text that it
    repeats out of step}.
    """

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    parts: tuple[DiffPart, ...] = ()
    repeated: tuple[dict[str, str], dict[str, str]] = ({}, {})

    @property
    def is_same(self) -> bool:
        """Whether the two sides have the same words, whatever their lines and capitals."""
        return bool(self.parts) and all(part.kind == "same" for part in self.parts)


def rows_of(text: str) -> list[Row]:
    """Return each FEWEST words in a row of a text; all words of a shorter one."""
    words = RUN.findall(in_nfc(text).lower())
    if len(words) < FEWEST:
        return [tuple(words)] if words else []
    return list(zip(*(words[at:] for at in range(FEWEST)), strict=False))


def telling_rows(text: str) -> set[Row]:
    """Return the rows that tell where a text comes from: of FEWEST words, two of them rare."""
    return {
        row
        for row in rows_of(text)
        if len(row) == FEWEST and sum(word not in STOP_WORDS for word in row) >= FEWEST_TELLING
    }


def compare_words(old: str, new: str) -> list[DiffPart]:
    """Return the word diff of two texts, in which capitals do not matter."""
    return compare(old, new, str.casefold)


def in_step(left: Sequence[Block], right: Sequence[Block]) -> list[ParagraphsInStep]:
    """Return all paragraphs of two texts in order, those in step that repeat each other."""
    of_left, of_right = _partners(left, right)
    names = [str(of_right.get(at, "")) for at in range(len(right))]
    pairs = [(old, new) for new, old in same_in_order([*map(str, range(len(left)))], names)]
    steps: list[ParagraphsInStep] = []
    ends = 0, 0
    for (one, other), (next_one, next_other) in pairwise([*pairs, (len(left), len(right))]):
        ones = _grown(one, range(ends[0], next_one), of_left, other)
        others = _grown(other, range(ends[1], next_other), of_right, one)
        steps += _apart(left, right, (ends[0], ones.start), (ends[1], others.start))
        steps.append(_together(left[ones.start : ones.stop], right[others.start : others.stop]))
        ends = ones.stop, others.stop
    steps += _apart(left, right, (ends[0], len(left)), (ends[1], len(right)))
    out_of_step = _named(left, right, of_left), _named(right, left, of_right)
    return [step if step.parts else _with_repeated(step, *out_of_step) for step in steps]


def sharing(
    left: Sequence[Block], right: Sequence[Block], steps: Iterable[ParagraphsInStep]
) -> list[tuple[str, str]]:
    """Return the ids of further paragraphs, here and there, with FEWEST words in a row of both.

    They are not alike: no step has them together, or names one as repeated.
    """
    known: set[tuple[str, str]] = set()
    for step in steps:
        if step.parts:
            known.update((one.id, other.id) for one in step.left for other in step.right)
        known.update(step.repeated[0].items())
        known.update((one, other) for other, one in step.repeated[1].items())
    shared = count_shared(*([telling_rows(block.text) for block in each] for each in (left, right)))
    pairs = ((left[one].id, right[other].id) for one, other in sorted(shared))
    return [pair for pair in pairs if pair not in known]


def _partners(
    left: Sequence[Block], right: Sequence[Block]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return, of each text, {paragraph: the one of the other text that it repeats most}."""
    rows = [[set(rows_of(block.text)) for block in blocks] for blocks in (left, right)]
    of_left: dict[int, int] = {}
    of_right: dict[int, int] = {}
    # The most alike first; of equal ones those that stand at about the same place.
    for (one, other), count in sorted(
        count_shared(*rows).items(),
        key=lambda pair: (-pair[1], abs(pair[0][0] - pair[0][1]), pair[0]),
    ):
        if is_alike(count, rows[0][one], rows[1][other]):
            of_left.setdefault(one, other)
            of_right.setdefault(other, one)
    return of_left, of_right


def count_shared(
    left: Sequence[Collection[Row]], right: Sequence[Collection[Row]]
) -> Counter[tuple[int, int]]:
    """Return {(a paragraph of one text, one of the other): rows that both have}."""
    having: dict[Row, list[int]] = defaultdict(list)
    for at, rows in enumerate(left):
        for row in rows:
            having[row].append(at)
    shared: Counter[tuple[int, int]] = Counter()
    for at, rows in enumerate(right):
        for row in rows:
            if row in having and len(having[row]) <= MOST_HAVING:
                for place in having[row]:
                    shared[place, at] += 1
    return shared


def is_alike(shared: int, one: Collection[Row], other: Collection[Row]) -> bool:
    """Return whether two paragraphs with so many rows in common repeat each other."""
    return shared >= ALIKE * min(len(one), len(other))


def _grown(at: int, free: range, partners: Mapping[int, int], partner: int) -> range:
    """Return the paragraphs around one, of those that are free, that have its partner too."""
    start, stop = at, at + 1
    while start > free.start and partners.get(start - 1) == partner:
        start -= 1
    while stop < free.stop and partners.get(stop) == partner:
        stop += 1
    return range(start, stop)


def _together(left: Sequence[Block], right: Sequence[Block]) -> ParagraphsInStep:
    texts = ("\n\n".join(block.text for block in blocks) for blocks in (left, right))
    return ParagraphsInStep(tuple(left), tuple(right), tuple(compare_words(*texts)))


def _apart(
    left: Sequence[Block], right: Sequence[Block], ones: tuple[int, int], others: tuple[int, int]
) -> Iterator[ParagraphsInStep]:
    if ones[0] < ones[1] or others[0] < others[1]:
        yield ParagraphsInStep(tuple(left[slice(*ones)]), tuple(right[slice(*others)]))


def _named(
    blocks: Sequence[Block], others: Sequence[Block], partners: dict[int, int]
) -> dict[str, str]:
    return {blocks[at].id: others[other].id for at, other in partners.items()}


def _with_repeated(
    step: ParagraphsInStep, left: dict[str, str], right: dict[str, str]
) -> ParagraphsInStep:
    return replace(step, repeated=(_of(step.left, left), _of(step.right, right)))


def _of(blocks: Sequence[Block], repeated: dict[str, str]) -> dict[str, str]:
    return {block.id: repeated[block.id] for block in blocks if block.id in repeated}
