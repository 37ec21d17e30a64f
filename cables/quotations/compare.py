"""Compare a quotation with the texts of a cable: verdict, passages, and words that differ.

docs/citation.md ("Checking a quotation") lists what is ignored; everything else is a difference.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice, pairwise

from ..telegram.distinct_words import RUN, STOP_WORDS, in_nfc
from ..telegram.paragraphs import Block
from ..telegram.paragraphs.line_starts import PORTION_MARK, match_number
from .align import Difference, find_most_similar
from .quotation import Quotation, QuotationPiece, Signs, concatenate, letters_of, normalize

EXACT, ALTERED, NEAR, NOT_FOUND = "exact", "altered", "near", "not found"
# The likeness (0 to 1) from which a quotation is called altered, or from which a text is shown as
# the nearest one.
ALTERED_FROM, NEAR_FROM = 0.6, 0.35
# Of parts that are compared closely: words of a quotation that others than these do not make up,
ROOM = 8  # further words of the text among twice as many as the quotation has,
FEWEST_TELLING = 3  # and the fewest words, stop words aside, by which parts are chosen.
CLOSE = 0.8  # From this share of the densest place on, others are compared as well.


@dataclass(frozen=True, slots=True)
class CablePart:
    """A paragraph or another part of a cable."""

    id: str  # "par2"; for other parts "subject", "opening" or "header".
    text: str  # In NFC.
    number: int = 0  # The paragraph's number is text[:number].
    mark: int = 0  # Its portion mark is text[number:mark].


class SearchedText:
    """Parts that are read as one text, with or without paragraph numbers and portion marks."""

    def __init__(self, parts: Sequence[CablePart]):
        self.parts = parts
        self._letters: dict[tuple[bool, bool], tuple[str, list[int]]] = {}
        self._streams: dict[tuple[bool, bool], Signs] = {}

    def ways(self) -> Iterator[tuple[bool, bool]]:
        """Yield whether numbers and marks are read: first all; then, if there are any, without."""
        numbered = any(part.number for part in self.parts)
        marked = any(part.mark > part.number for part in self.parts)
        for numbers in (True, False) if numbered else (True,):
            for marks in (True, False) if marked else (True,):
                yield numbers, marks

    def letters(self, way: tuple[bool, bool]) -> tuple[str, list[int]]:
        """Return (the letters and digits of a stream, where those of each part end).

        They are read without making the stream.
        """
        if way not in self._letters:
            kept = (*way, True)
            parts = [
                "".join(
                    letters_of(part.text[start:end])
                    for (start, end), keep in zip(_ranges(part), kept, strict=True)
                    if keep
                )
                for part in self.parts
            ]
            self._letters[way] = "".join(parts), list(accumulate(map(len, parts)))
        return self._letters[way]

    def holding(
        self, pieces: Sequence[QuotationPiece], way: tuple[bool, bool]
    ) -> "SearchedText | None":
        """Return the parts among which the letters of all pieces stand; None if there are none."""
        letters, ends = self.letters(way)
        if not all(piece.letters in letters for piece in pieces):
            return None
        first = letters.find(pieces[0].letters)
        last = letters.rfind(pieces[-1].letters) + len(pieces[-1].letters)
        return self.cut(bisect(ends, min(first, last)), bisect(ends, max(first, last)))

    def nearest(self, pieces: Sequence[QuotationPiece]) -> "SearchedText | None":
        """Return the parts in which the words of a quotation stand closest together.

        None if too few of its words stand near each other for a likeness that is shown.
        """
        places: list[int] = []
        shared = wanted = 0
        for piece in pieces:
            words = RUN.findall(piece.text.lower())
            telling = set(words) - STOP_WORDS
            hits = [(at, word) for at, word in enumerate(self._words[0]) if word in telling]
            most, spans = densest(hits, 2 * len(words) + ROOM)
            shared, wanted = shared + most, wanted + len(telling)
            places += (at for span in spans for at in span)
        if wanted < FEWEST_TELLING:
            return self
        if shared < NEAR_FROM * wanted:
            return None
        ends = self._words[1]
        return self.cut(bisect(ends, min(places)), bisect(ends, max(places)))

    def cut(self, first: int, last: int) -> "SearchedText":
        """Return the parts from one to another, and one more on either side."""
        return SearchedText(self.parts[max(0, first - 1) : last + 2])

    @cached_property
    def _words(self) -> tuple[list[str], list[int]]:
        """The words of all parts, and where those of each part end."""
        parts = [RUN.findall(part.text.lower()) for part in self.parts]
        return [word for each in parts for word in each], list(accumulate(map(len, parts)))

    def stream(self, numbers: bool, marks: bool) -> Signs:
        """Return all signs, with or without paragraph numbers and portion marks."""
        if (numbers, marks) not in self._streams:
            kept = (numbers, marks, True)
            self._streams[numbers, marks] = concatenate(
                piece
                for each in self._pieces
                for piece, keep in zip(each, kept, strict=True)
                if keep
            )
        return self._streams[numbers, marks]

    @cached_property
    def _pieces(self) -> list[tuple[Signs, ...]]:
        return [
            tuple(normalize(part.text, index, start, end) for start, end in _ranges(part))
            for index, part in enumerate(self.parts)
        ]


def densest(hits: Sequence[tuple[int, str]], length: int) -> tuple[int, list[tuple[int, int]]]:
    """Return (the most different words in one run of a text, the places of such runs, or nearly).

    `hits` are (place, word) in order, `length` is that of a run.
    """
    runs: list[tuple[int, int, int]] = []
    counts: Counter[str] = Counter()
    first = 0
    for at, word in hits:
        counts[word] += 1
        while hits[first][0] <= at - length:
            counts[hits[first][1]] -= 1
            if not counts[hits[first][1]]:
                del counts[hits[first][1]]
            first += 1
        runs.append((len(counts), hits[first][0], at))
    most = max((run[0] for run in runs), default=0)
    return most, [run[1:] for run in runs if run[0] >= CLOSE * most]


def _ranges(part: CablePart) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the number, of the portion mark and of the words of a part."""
    return pairwise((0, part.number, part.mark, len(part.text)))


def paragraphs(blocks: Sequence[Block]) -> SearchedText:
    """Return the paragraphs of a cable as one text."""
    return SearchedText([_part(block) for block in blocks])


def other(identity: str, text: str) -> SearchedText:
    """Return a part that is not a paragraph as a text."""
    return SearchedText([CablePart(identity, in_nfc(text))])


def _part(block: Block) -> CablePart:
    text = in_nfc(block.text)
    number = match_number(text, block.number)
    start = number.end() if number else 0
    mark = PORTION_MARK.match(text, start) if block.mark else None
    return CablePart(block.id, text, start, mark.end() if mark else start)


LEAST = 3  # The weight of the words that an altered quotation shares, at least (align.weight).
PARTED = "A word or number is split differently there, or continues after the quotation."
MOVED = "Its parts are in another order there, or farther apart than the quotation says."
MOST_STARTS = 200  # Occurrences of the first piece that are tried.
MOST_REPLACED = 100  # Signs of a text that words in brackets can replace.


@dataclass(frozen=True, slots=True)
class Joint:
    """What is put in between two pieces of a quotation, and what the text has there."""

    quoted: str  # "[...]", "[the Minister]"
    printed: str  # "" if it is long or empty.
    words: int


@dataclass(frozen=True, slots=True)
class Span:
    """The quoted passage in one part of a cable: text[start:end]."""

    id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class QuotationComparison:
    """The result for a quotation and one text of a cable."""

    verdict: str
    likeness: float = 0  # 1 if it is exact.
    spans: tuple[Span, ...] = ()
    differences: tuple[Difference, ...] = ()
    joints: tuple[Joint, ...] = ()
    notes: tuple[str, ...] = ()  # Sentences about what was not compared.


NOWHERE = QuotationComparison(NOT_FOUND)


def check_quotation(quotation: Quotation, texts: Iterable[SearchedText]) -> QuotationComparison:
    """Compare a quotation with the texts of one cable; earlier texts are preferred."""
    texts = list(texts)
    return find_exact(quotation, texts) or find_altered(quotation, texts)


def find_exact(quotation: Quotation, texts: Iterable[SearchedText]) -> QuotationComparison | None:
    """Return the comparison with the first text that has exactly the quotation, or None."""
    for text in texts:
        for pieces in quotation.readings:
            for at, way in enumerate(text.ways()):
                if not (near := text.holding(pieces, way)):
                    continue
                stream = near.stream(*way)
                if indexes := _find_pieces(pieces, stream):
                    return _exact_comparison(pieces, indexes, stream, near, labels=at > 0)
    return None


def _find_pieces(pieces: Sequence[QuotationPiece], stream: Signs) -> list[int]:
    """Return the index of each piece in a stream, in order, closest together; [] if not all."""
    first, *others = pieces
    shortest: list[int] = []
    for start in islice(stream.find(first.signs), MOST_STARTS):
        indexes, end = [start], start + len(first.signs.signs)
        for piece in others:
            at = next(stream.find(piece.signs, end), None)
            if at is None or (not piece.leaves_out and at - end > MOST_REPLACED):
                break
            indexes.append(at)
            end = at + len(piece.signs.signs)
        whole = len(indexes) == len(pieces)
        if whole and (not shortest or indexes[-1] - start < shortest[-1] - shortest[0]):
            shortest = indexes
    return shortest


def _exact_comparison(
    pieces: Sequence[QuotationPiece],
    indexes: Sequence[int],
    stream: Signs,
    text: SearchedText,
    *,
    labels: bool,
) -> QuotationComparison:
    ends = [at + len(piece.signs.signs) for at, piece in zip(indexes, pieces, strict=True)]
    spans = _spans(stream, text, zip(indexes, ends, strict=True))
    joints = [
        _make_joint(piece.joint, stream, text, end, at)
        for piece, end, at in zip(pieces[1:], ends[:-1], indexes[1:], strict=True)
    ]
    notes = []
    if labels and len(spans) > 1:
        notes.append("Numbers and marks of paragraphs, which it leaves out, were not compared.")
    return QuotationComparison(EXACT, 1, spans, (), tuple(joints), tuple(notes))


def _make_joint(joint: str, stream: Signs, text: SearchedText, start: int, end: int) -> Joint:
    between = stream.places[start:end]
    printed = " ".join(span.text[span.start : span.end] for span in _parts(text, between))
    words = len([word for word in printed.split() if any(map(str.isalnum, word))])
    return Joint(joint, " ".join(printed.split()) if end - start <= MOST_REPLACED else "", words)


def _spans(
    stream: Signs, text: SearchedText, ranges: Iterable[tuple[int, int]]
) -> tuple[Span, ...]:
    """Return the spans of text that ranges of signs cover, one for each part of the cable."""
    return tuple(span for start, end in ranges for span in _parts(text, stream.places[start:end]))


def _parts(text: SearchedText, places: Iterable[tuple[int, int]]) -> Iterator[Span]:
    ends: dict[int, list[int]] = {}
    for number, offset in places:
        ends.setdefault(number, [offset, offset])[1] = offset
    for number, (first, last) in ends.items():
        part = text.parts[number]
        yield Span(part.id, part.text, first, last + 1)


def find_altered(quotation: Quotation, texts: Iterable[SearchedText]) -> QuotationComparison:
    """Return the comparison with the text that is most like the quotation."""
    comparisons = [_compare_text(quotation.pieces, text) for text in texts if text.parts]
    return max(comparisons, key=lambda each: each.likeness, default=NOWHERE)


def _compare_text(pieces: Sequence[QuotationPiece], text: SearchedText) -> QuotationComparison:
    """Compare with and without paragraph numbers and marks; return the nearer comparison."""
    near = text.nearest(pieces)
    if not near:
        return NOWHERE
    text = near
    streams = [text.stream(True, True)]
    if any(part.mark for part in text.parts):
        streams.append(text.stream(False, False))
    compared = (_compare_stream(pieces, stream, text) for stream in streams)
    return max(compared, key=lambda each: (each.likeness, -len(each.differences)))


def _compare_stream(
    pieces: Sequence[QuotationPiece], stream: Signs, text: SearchedText
) -> QuotationComparison:
    if not stream.signs:
        return NOWHERE
    printed = [part.text for part in text.parts]
    ranges: list[tuple[int, int]] = []
    differences: list[Difference] = []
    weight = whole = 0.0
    for piece in pieces:
        match = find_most_similar(stream, piece.signs, piece.text, printed)
        weight, whole = weight + match.weight, whole + match.whole
        differences += match.differences
        if match.end:
            ranges.append((match.first, match.end))
    likeness = weight / whole if whole else 0
    notes = []
    if not differences:
        notes.append(PARTED if len(pieces) == 1 else MOVED)
    verdict = ALTERED if likeness >= ALTERED_FROM and weight >= min(LEAST, whole) else NEAR
    if likeness < NEAR_FROM:
        return QuotationComparison(NOT_FOUND, likeness)
    spans = _spans(stream, text, dict.fromkeys(ranges))  # Two pieces may be most like one passage.
    return QuotationComparison(verdict, likeness, spans, tuple(differences), (), tuple(notes))
