"""Split signs into words, and find the words of a quotation that differ from those of a text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from typing import NamedTuple

from ..diffs import WordRun, word_runs
from ..search.query_parts import STOP_WORDS
from .quotation import DASHES, LINE_HYPHEN, MARK, Signs

STOP_WORD = 0.25  # Weight of a stop word; other words have 1.
SLACK = (0, 2)  # Further words of the text at either end of the passage; each value is tried.
AROUND = 3  # Words that are shown before and after a difference.
DASH = "-"
# Matches pairs of gap and sign. A number is one word, and so is "mayor's".
WORD = re.compile(
    r".(?:[^\W_](?:[nl][^\W_]|(?<=\d)n[.,:/](?=n\d)|(?P<odd>(?<=[^\W\d_])n'(?=n[^\W\d_])))*|.)",
    re.DOTALL,
)


class QuotedWord(NamedTuple):
    """A word, a number or one punctuation mark: signs[first:end], which is empty for a dash."""

    key: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Side:
    """Words that differ ("" if none), with some equal words before and after them."""

    before: str
    words: str
    behind: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of a quotation, and the words that the text has in their place."""

    quoted: Side
    printed: Side
    note: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The passage of a text that is most like a piece of a quotation, and how it differs."""

    first: int  # The passage is signs[first:end] of the text.
    end: int
    weight: float  # Of the words that are equal.
    whole: float  # Of all words of the piece.
    differences: tuple[Difference, ...]


def split_signs(signs: Signs, known: Iterable[str] = ()) -> list[QuotedWord]:
    """Return the words of signs; one hyphenated at a line end is one if `known` has it."""
    words: list[QuotedWord] = []
    known = set(known)
    pairs = "".join(chain.from_iterable(zip(signs.gaps, signs.signs, strict=True)))
    for match in WORD.finditer(pairs):
        start, end = match.start() // 2, match.end() // 2
        if start and signs.gaps[start] in DASHES:
            words.append(QuotedWord(DASH, start, start))
        if end - start > 1 and (match["odd"] or LINE_HYPHEN in signs.gaps[start + 1 : end]):
            words += _split_run(signs, start, end, known)
        else:
            words.append(QuotedWord(signs.signs[start:end], start, end))
    return words


def _split_run(signs: Signs, start: int, end: int, known: set[str]) -> Iterator[QuotedWord]:
    """Yield the words of a run, split at line-end hyphens and at quotation marks."""
    first = start
    for at in range(start + 1, end):
        broken = signs.gaps[at] == LINE_HYPHEN and signs.signs[start:end] not in known
        if broken or not _continues_word(signs, at):
            yield QuotedWord(signs.signs[first:at], first, at)
            first = at
            if broken:
                yield QuotedWord(DASH, at, at)
    yield QuotedWord(signs.signs[first:end], first, end)


def _continues_word(signs: Signs, at: int) -> bool:
    """Tell whether a sign continues a word: no quotation mark before it, or an apostrophe."""
    mark = signs.signs.find(MARK, at - 1, at + 1)
    if mark < 0:
        return True
    number, offset = signs.places[mark]
    return signs.places[mark - 1] == (number, offset - 1) and signs.places[mark + 1 : mark + 2] == [
        (number, offset + 1)
    ]


def weight(key: str) -> float:
    """Return the weight of a word: 1, less for stop words, 0 for punctuation."""
    if not key[0].isalnum():
        return 0
    return STOP_WORD if key in STOP_WORDS else 1


def densest_run(words: Sequence[QuotedWord], wanted: Sequence[QuotedWord]) -> tuple[int, int]:
    """Return (start, end) of the run of words with most of the wanted ones, rare ones first."""
    keys = {word.key for word in wanted}
    counts = Counter(word.key for word in words if word.key in keys)
    worths = {key: weight(key) / count for key, count in counts.items()}
    worth = [worths.get(word.key, 0) for word in words]
    length = len(wanted) + max(4, len(wanted) // 4)
    sums = [0, *accumulate(worth)]
    starts = range(max(1, len(words) - length + 1))
    best = max(starts, key=lambda start: sums[min(start + length, len(words))] - sums[start])
    return best, min(best + length, len(words))


def find_most_similar(held: Signs, wanted: Signs, text: str, texts: Sequence[str]) -> Likeness:
    """Find the passage of `held` that is most like the piece `wanted`, and where they differ.

    `text` is the piece as quoted, `texts` are the printed texts that `held` was made from.
    """
    quoted = split_signs(wanted)
    words = split_signs(held, (word.key for word in quoted))
    quoted = split_signs(wanted, (word.key for word in words))
    start, end = densest_run(words, quoted)
    slack = len(quoted) // 4 + 4
    near = _Printed(held, texts, words[max(0, start - slack) : end + slack])
    quotation = _Printed(wanted, [text], quoted)
    candidates = [_likeness(near, quotation, slack) for slack in SLACK]
    return max(candidates, key=lambda like: (like.weight, -len(like.differences)))


def _likeness(text: "_Printed", quotation: "_Printed", slack: int) -> Likeness:
    """Return how like a quotation is to the nearest words of a text, as `_without_ends` cuts it."""
    quoted = quotation.words
    words = _without_ends(text.words, quoted, slack)
    keys = [word.key for word in words]
    runs = _moved_together(word_runs(keys, [word.key for word in quoted]), keys)
    same = [run for run in runs if run.same]
    whole = sum(weight(word.key) for word in quoted)
    if not same:
        return Likeness(0, 0, 0, whole, ())
    first, last = words[same[0].old[0]], words[same[-1].old[1] - 1]
    return Likeness(
        first.first,
        max(last.end, first.first + 1),
        sum(weight(word.key) for run in same for word in quoted[slice(*run.new)]),
        whole,
        tuple(_differences(runs, replace(text, words=words), quotation)),
    )


def _without_ends(
    words: Sequence[QuotedWord], quoted: Sequence[QuotedWord], slack: int
) -> Sequence[QuotedWord]:
    """Drop words at both ends that cannot belong to the quotation.

    Before the first and after the last quoted word that is no stop word, the text keeps as many
    words as the quotation has there, and `slack` more.
    """
    keys = [word.key for word in quoted]
    heads = {key: at for at, key in reversed([*enumerate(keys)]) if weight(key) == 1}
    tails = {key: len(keys) - at for at, key in enumerate(keys) if key in heads}
    indexes = [at for at, word in enumerate(words) if word.key in heads]
    if not indexes:
        return words
    first, last = indexes[0], indexes[-1]
    start = max(0, first - heads[words[first].key] - slack)
    return words[start : last + tails[words[last].key] + slack]


def _moved_together(runs: list[WordRun], keys: list[str]) -> list[WordRun]:
    """Move the first and the last run next to the others, and drop the text beyond them.

    If a quotation begins with "the", the nearest "the" is meant, not one a line above.
    """
    if len(runs) > 1 and runs[0].kind == "removed":
        runs = runs[1:]
    if len(runs) > 1 and runs[-1].kind == "removed":
        runs = runs[:-1]
    runs = _without_first_gap(runs, keys)
    runs = _without_last_gap(runs, keys)
    for at, run in ((0, runs[0]), (len(runs) - 1, runs[-1])):
        if run.kind == "changed":
            (start, end), most = run.old, _length(run)
            near = (max(start, end - most), end) if at == 0 else (start, min(end, start + most))
            runs[at] = run._replace(old=near)
    return runs


def _without_first_gap(runs: list[WordRun], keys: list[str]) -> list[WordRun]:
    """Close a gap after the first run if its words are found after the gap as well."""
    if [run.kind for run in runs[:2]] != ["same", "removed"]:
        return runs
    (_, (start, end), new), (_, (_, behind), _) = runs[:2]
    moved = behind - end + start
    same = keys[start:end] == keys[moved:behind]
    return [WordRun(True, (moved, behind), new), *runs[2:]] if same else runs


def _without_last_gap(runs: list[WordRun], keys: list[str]) -> list[WordRun]:
    """Close a gap before the last run if its words are found before the gap as well."""
    if [run.kind for run in runs[-2:]] != ["removed", "same"]:
        return runs
    (_, (before, _), _), (_, (start, end), new) = runs[-2:]
    moved = before + end - start
    same = keys[start:end] == keys[before:moved]
    return [*runs[:-2], WordRun(True, (before, moved), new)] if same else runs


@dataclass(frozen=True, slots=True)
class _Printed:
    """Words, with the texts that they are printed in."""

    signs: Signs
    texts: Sequence[str]
    words: Sequence[QuotedWord]

    def side(self, words: tuple[int, int], before: int, behind: int) -> Side:
        """Return words[start:end] as printed, with `before` and `behind` words around them."""
        start, end = words
        around = self.show(start - before, start), self.show(end, end + behind)
        return Side(around[0], self.show(start, end), around[1])

    def show(self, start: int, end: int) -> str:
        """Return words[start:end] as printed."""
        shown = self.words[max(start, 0) : max(end, 0)]
        dash = "–" if shown and shown[0].key == DASH else ""
        real = [word for word in shown if word.key != DASH]
        if not real:
            return dash
        tail = " –" if shown[-1].key == DASH else ""
        pieces: dict[int, list[int]] = {}
        for number, offset in self.signs.places[real[0].first : real[-1].end]:
            pieces.setdefault(number, []).append(offset)
        printed = [self.texts[number][at[0] : at[-1] + 1] for number, at in pieces.items()]
        return " ".join(" ".join([dash, *printed, tail]).split())


def _differences(runs: list[WordRun], text: _Printed, quotation: _Printed) -> Iterator[Difference]:
    for at, run in enumerate(runs):
        if not run.same:
            before = min(AROUND, _length(runs[at - 1])) if at else 0
            behind = min(AROUND, _length(runs[at + 1])) if at + 1 < len(runs) else 0
            quoted = quotation.side(run.new, before, behind)
            printed = text.side(run.old, before, behind)
            yield Difference(quoted, printed, _name_lookalikes(quoted.words, printed.words))


def _length(run: WordRun) -> int:
    return run.new[1] - run.new[0]


def _name_lookalikes(quoted: str, printed: str) -> str:
    """Name the non-ASCII characters that a quotation has and the text has not, by Unicode name."""
    strange = sorted({sign for sign in quoted if not sign.isascii()} - set(printed))
    if not printed or not strange or len(strange) > AROUND:
        return ""
    return ", ".join(f"{sign} is {unicodedata.name(sign, 'unnamed').lower()}" for sign in strange)
