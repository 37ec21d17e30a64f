"""Signs -> words, and where those of a quotation differ from those of a text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from ..asking import STOP_WORDS
from ..diffs import compare
from .signs import DASHES, LINE_HYPHEN, MARK, Signs

STOP_WORD = 0.25  # What a word that every text has counts for, of another.
SLACK = (0, 2)  # Words of a text beyond those that a quotation should end with.
AROUND = 3  # Words that are shown before and behind a difference.
DASH = "-"
# In signs of which each has its gap before it: a number is one word, and so is "mayor's".
WORD = re.compile(
    r"(?P<gap>.)(?:[^\W_](?:[nl][^\W_]|(?<=\d)n[.,:/](?=n\d)|(?P<odd>(?<=[^\W\d_])n'(?=n[^\W\d_])))*|.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number or one sign of punctuation: the signs [first:end]; none of a dash."""

    key: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Side:
    """Words that differ, "" if there are none, between some that are the same."""

    before: str
    words: str
    behind: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a quotation has in place of what a text has."""

    quoted: Side
    printed: Side
    note: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a text a quotation is: where, how much of it (0 to 1), and what differs."""

    first: int  # The signs [first:end] of the text.
    end: int
    weight: float  # Of the words that are the same, of `whole`.
    whole: float
    differences: tuple[Difference, ...]


def words_in(signs: Signs, known: Iterable[str] = ()) -> list[Word]:
    """Return the words of signs.

    What a hyphen parts at the end of a line is one word if it is among those that are known.
    """
    words: list[Word] = []
    known = set(known)
    pairs = "".join(chain.from_iterable(zip(signs.gaps, signs.signs, strict=True)))
    for found in WORD.finditer(pairs):
        start, end = found.start() // 2, found.end() // 2
        if start and found["gap"] in DASHES:
            words.append(Word(DASH, start, start))
        if end - start > 1 and (found["odd"] or LINE_HYPHEN in found.group()[2::2]):
            words += _parted(signs, start, end, known)
        else:
            words.append(Word(signs.signs[start:end], start, end))
    return words


def _parted(signs: Signs, start: int, end: int, known: set[str]) -> Iterator[Word]:
    """Yield the words of a run: parted at a hyphen of a line end, and at what is no apostrophe."""
    first = start
    for at in range(start + 1, end):
        broken = signs.gaps[at] == LINE_HYPHEN and signs.signs[start:end] not in known
        if broken or not _beside(signs, at):
            yield Word(signs.signs[first:at], first, at)
            first = at
            if broken:
                yield Word(DASH, at, at)
    yield Word(signs.signs[first:end], first, end)


def _beside(signs: Signs, at: int) -> bool:
    """Return whether a sign goes on a word: there is no apostrophe, or no blank beside that."""
    mark = signs.signs.find(MARK, at - 1, at + 1)
    if mark < 0:
        return True
    number, offset = signs.places[mark]
    return signs.places[mark - 1] == (number, offset - 1) and signs.places[mark + 1 : mark + 2] == [
        (number, offset + 1)
    ]


def weight(key: str) -> float:
    """Return what a word counts for, 0 for punctuation."""
    if not key[0].isalnum():
        return 0
    return STOP_WORD if key in STOP_WORDS else 1


def densest(words: Sequence[Word], wanted: Sequence[Word]) -> tuple[int, int]:
    """Return the run of words that holds the most of those wanted, the rarest first."""
    counts = Counter(word.key for word in words)
    keys = {word.key for word in wanted}
    worth = [weight(word.key) / counts[word.key] if word.key in keys else 0 for word in words]
    length = len(wanted) + max(4, len(wanted) // 4)
    sums = [0, *accumulate(worth)]
    starts = range(max(1, len(words) - length + 1))
    best = max(starts, key=lambda start: sums[min(start + length, len(words))] - sums[start])
    return best, min(best + length, len(words))


def liken(held: Signs, wanted: Signs, text: str, texts: Sequence[str]) -> Likeness:
    """Return where a text is most like a part of a quotation, and where they differ.

    `text` is that of the quotation, `texts` those that the places of `held` are of.
    """
    quoted = words_in(wanted)
    words = words_in(held, (word.key for word in quoted))
    quoted = words_in(wanted, (word.key for word in words))
    start, end = densest(words, quoted)
    slack = len(quoted) // 4 + 4
    near = words[max(0, start - slack) : end + slack]
    tried = [_likeness(held, wanted, text, texts, near, quoted, slack) for slack in SLACK]
    return max(tried, key=lambda like: (like.weight, -len(like.differences)))


def _likeness(held, wanted, text, texts, near, quoted, slack: int) -> Likeness:
    words = _without_ends(near, quoted, slack)
    runs = _slid(list(_runs(words, quoted)), [word.key for word in words])
    same = [run for run in runs if run[0] == "same"]
    whole = sum(weight(word.key) for word in quoted)
    if not same:
        return Likeness(0, 0, 0, whole, ())
    first, last = words[same[0][1][0]], words[same[-1][1][1] - 1]
    return Likeness(
        first.first,
        max(last.end, first.first + 1),
        sum(weight(word.key) for _, _, (i, j) in same for word in quoted[i:j]),
        whole,
        tuple(_differences(runs, _Printed(held, texts, words), _Printed(wanted, [text], quoted))),
    )


def _without_ends(words: Sequence[Word], quoted: Sequence[Word], slack: int) -> Sequence[Word]:
    """Return words without those before and behind all that a quotation can be of.

    Outside the first and the last word that says something and is quoted, there are no more of
    the text than of the quotation.
    """
    keys = [word.key for word in quoted]
    heads = {key: at for at, key in reversed([*enumerate(keys)]) if weight(key) == 1}
    tails = {key: len(keys) - at for at, key in enumerate(keys) if key in heads}
    found = [at for at, word in enumerate(words) if word.key in heads]
    if not found:
        return words
    first, last = found[0], found[-1]
    start = max(0, first - heads[words[first].key] - slack)
    return words[start : last + tails[words[last].key] + slack]


def _runs(words: Sequence[Word], quoted: Sequence[Word]):
    """Yield (kind, (start, end) of the text's words, of the quotation's), in order."""
    parts = compare(*(" ".join(word.key for word in each) for each in (words, quoted)))
    i = j = 0
    for part in parts:
        old, new = (i, i + len(part.old.split())), (j, j + len(part.new.split()))
        yield part.kind, old, new
        i, j = old[1], new[1]


def _slid(runs: list, keys: list[str]) -> list:
    """Return runs that begin and end near the others, with no more of the text beyond.

    Where "the" begins a quotation, the nearest one is meant, not one that is a line above.
    """
    if len(runs) > 1 and runs[0][0] == "removed":
        runs = runs[1:]
    if len(runs) > 1 and runs[-1][0] == "removed":
        runs = runs[:-1]
    runs = _begun_later(runs, keys)
    runs = _ended_sooner(runs, keys)
    for at, (kind, (start, end), new) in ((0, runs[0]), (len(runs) - 1, runs[-1])):
        if kind == "changed":
            most = new[1] - new[0]
            near = (max(start, end - most), end) if at == 0 else (start, min(end, start + most))
            runs[at] = (kind, near, new)
    return runs


def _begun_later(runs: list, keys: list[str]) -> list:
    """Return runs without a gap behind the first, if its words stand behind the gap as well."""
    if [run[0] for run in runs[:2]] != ["same", "removed"]:
        return runs
    (_, (start, end), new), (_, (_, behind), _) = runs[:2]
    moved = behind - end + start
    same = keys[start:end] == keys[moved:behind]
    return [("same", (moved, behind), new), *runs[2:]] if same else runs


def _ended_sooner(runs: list, keys: list[str]) -> list:
    """Return runs without a gap before the last, if its words stand before the gap as well."""
    if [run[0] for run in runs[-2:]] != ["removed", "same"]:
        return runs
    (_, (before, _), _), (_, (start, end), new) = runs[-2:]
    moved = before + end - start
    same = keys[start:end] == keys[before:moved]
    return [*runs[:-2], ("same", (before, moved), new)] if same else runs


@dataclass(frozen=True, slots=True)
class _Printed:
    """Words as they are printed."""

    signs: Signs
    texts: Sequence[str]
    words: Sequence[Word]

    def side(self, start: int, end: int, before: int, behind: int) -> Side:
        """Return some of the words, between so many before and behind them."""
        around = self.show(start - before, start), self.show(end, end + behind)
        return Side(around[0], self.show(start, end), around[1])

    def show(self, start: int, end: int) -> str:
        """Return some of the words, from the first to the last as they stand in the texts."""
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


def _differences(runs, text: _Printed, quotation: _Printed) -> Iterator[Difference]:
    for at, (kind, old, new) in enumerate(runs):
        if kind != "same":
            before = min(AROUND, _length(runs[at - 1])) if at else 0
            behind = min(AROUND, _length(runs[at + 1])) if at + 1 < len(runs) else 0
            quoted = quotation.side(*new, before, behind)
            printed = text.side(*old, before, behind)
            yield Difference(quoted, printed, _unlike(quoted.words, printed.words))


def _length(run) -> int:
    _, _, (start, end) = run
    return end - start


def _unlike(quoted: str, printed: str) -> str:
    """Return which signs of a quotation look like others but are not: their Unicode names."""
    strange = sorted({sign for sign in quoted if not sign.isascii()} - set(printed))
    if not printed or not strange or len(strange) > AROUND:
        return ""
    return ", ".join(f"{sign} is {unicodedata.name(sign, 'unnamed').lower()}" for sign in strange)
