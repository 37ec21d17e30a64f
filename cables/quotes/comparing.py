"""A quotation and the texts of a cable -> exact, altered, or not there; where, and what differs.

What is forgiven stands in docs/citation.md ("Checking a quotation"): all else is a difference.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from .quotation import Piece, Quotation
from .signs import Signs
from .texts import Text
from .wording import Difference, liken

EXACT, ALTERED, NEAR, NOT_FOUND = "exact", "altered", "near", "not found"
# How much of what a quotation says has to stand in a text in its order, for it to be called an
# altered one of that, or for the text to be shown as the nearest.
ALTERED_FROM, NEAR_FROM = 0.6, 0.35
LEAST = 3  # Of its words, those in every text counted by a quarter.
PARTED = "A word or number is parted otherwise there, or goes on where the quotation ends."
MOVED = "Its parts stand in another order there, or further apart than it says."
MOST_STARTS = 200  # Places at which a quotation in parts may begin.
MOST_REPLACED = 100  # Signs of a text in whose place a writer's own words may stand.


@dataclass(frozen=True, slots=True)
class Joint:
    """What a quotation's writer put between two parts, and what stands there in the text."""

    quoted: str  # "[...]", "[the Minister]"
    printed: str  # "" if it is long, or nothing.
    words: int


@dataclass(frozen=True, slots=True)
class Span:
    """What a quotation has of one part of a cable: text[start:end]."""

    id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of a quotation in one cable."""

    verdict: str
    likeness: float = 0  # 1 if it is exact.
    spans: tuple[Span, ...] = ()
    differences: tuple[Difference, ...] = ()
    joints: tuple[Joint, ...] = ()
    said: tuple[str, ...] = ()  # What was not compared, as sentences.


NOWHERE = Comparison(NOT_FOUND)


def check(quotation: Quotation, texts: Iterable[Text]) -> Comparison:
    """Return what a quotation is in the texts of one cable, of which the first counts first."""
    texts = list(texts)
    return find_exact(quotation, texts) or find_altered(quotation, texts)


def find_exact(quotation: Quotation, texts: Iterable[Text]) -> Comparison | None:
    """Return the comparison with the text that holds a quotation to the letter, or None."""
    for text in texts:
        for pieces in quotation.readings:
            for at, stream in enumerate(text.streams()):
                if places := _place(pieces, stream):
                    return _exact(pieces, places, stream, text, labels=at > 0)
    return None


def _place(pieces: Sequence[Piece], stream: Signs) -> list[int]:
    """Return where each part stands behind the one before, the nearest together; [] if nowhere."""
    first, *others = pieces
    shortest: list[int] = []
    for start in islice(stream.find(first.signs), MOST_STARTS):
        places, end = [start], start + len(first.signs.signs)
        for piece in others:
            at = next(stream.find(piece.signs, end), None)
            if at is None or (not piece.leaves_out and at - end > MOST_REPLACED):
                break
            places.append(at)
            end = at + len(piece.signs.signs)
        whole = len(places) == len(pieces)
        if whole and (not shortest or places[-1] - start < shortest[-1] - shortest[0]):
            shortest = places
    return shortest


def _exact(pieces, places, stream: Signs, text: Text, *, labels: bool) -> Comparison:
    ends = [at + len(piece.signs.signs) for at, piece in zip(places, pieces, strict=True)]
    spans = _spans(stream, text, zip(places, ends, strict=True))
    joints = [
        _joint(piece.joint, stream, text, end, at)
        for piece, end, at in zip(pieces[1:], ends[:-1], places[1:], strict=True)
    ]
    said = []
    if labels and len(spans) > 1:
        said.append("Numbers and marks of paragraphs, which it leaves out, were not compared.")
    return Comparison(EXACT, 1, spans, (), tuple(joints), tuple(said))


def _joint(joint: str, stream: Signs, text: Text, start: int, end: int) -> Joint:
    between = stream.places[start:end]
    printed = " ".join(span.text[span.start : span.end] for span in _parts(text, between))
    words = len([word for word in printed.split() if any(map(str.isalnum, word))])
    return Joint(joint, " ".join(printed.split()) if end - start <= MOST_REPLACED else "", words)


def _spans(stream: Signs, text: Text, ranges: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Return what ranges of signs are of, part by part."""
    return tuple(span for start, end in ranges for span in _parts(text, stream.places[start:end]))


def _parts(text: Text, places: Iterable[tuple[int, int]]) -> Iterator[Span]:
    ends: dict[int, list[int]] = {}
    for number, offset in places:
        ends.setdefault(number, [offset, offset])[1] = offset
    for number, (first, last) in ends.items():
        part = text.parts[number]
        yield Span(part.id, part.text, first, last + 1)


def find_altered(quotation: Quotation, texts: Iterable[Text]) -> Comparison:
    """Return the comparison with the text that is most like a quotation."""
    found = [_liken(quotation.pieces, text) for text in texts if text.parts]
    return max(found, key=lambda each: each.likeness, default=NOWHERE)


def _liken(pieces: Sequence[Piece], text: Text) -> Comparison:
    """Return the nearer comparison: with what numbers and marks paragraphs, or without."""
    streams = [text.stream(True, True)]
    if any(part.mark for part in text.parts):
        streams.append(text.stream(False, False))
    return max((_liken_stream(pieces, stream, text) for stream in streams), key=_nearness)


def _nearness(comparison: Comparison) -> tuple[float, int]:
    return comparison.likeness, -len(comparison.differences)


def _liken_stream(pieces: Sequence[Piece], stream: Signs, text: Text) -> Comparison:
    if not stream.signs:
        return NOWHERE
    printed = [part.text for part in text.parts]
    ranges, differences, weight, whole = [], [], 0.0, 0.0
    for piece in pieces:
        like = liken(stream, piece.signs, piece.text, printed)
        weight, whole = weight + like.weight, whole + like.whole
        differences += like.differences
        if like.end:
            ranges.append((like.first, like.end))
    likeness = weight / whole if whole else 0
    said = []
    if not differences:
        said.append(PARTED if len(pieces) == 1 else MOVED)
    verdict = ALTERED if likeness >= ALTERED_FROM and weight >= min(LEAST, whole) else NEAR
    if likeness < NEAR_FROM:
        return Comparison(NOT_FOUND, likeness)
    spans = _spans(stream, text, ranges)
    return Comparison(verdict, likeness, spans, tuple(differences), (), tuple(said))
