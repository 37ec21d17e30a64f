"""What a cable says, part by part -> the streams of signs in which a quotation is looked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..paragraphs import Block
from ..paragraphs.marks import NUMBER, PORTION_MARK
from .signs import Signs, in_nfc, joined, read_signs


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or another part of a cable. Its number is text[:number], its mark follows."""

    id: str  # "par2"; "subject", "opening" or "header" of what is no paragraph.
    text: str  # In NFC.
    number: int = 0  # Offsets.
    mark: int = 0


class Text:
    """Parts that are read one behind the other: all paragraphs of a cable, or its subject."""

    def __init__(self, parts: Sequence[Part]):
        self.parts = parts
        self._streams: dict[tuple[bool, bool], Signs] = {}
        self._pieces = [_pieces(place, part) for place, part in enumerate(parts)]

    def streams(self) -> Iterator[Signs]:
        """Yield all signs; then, if some have them, without what numbers and marks paragraphs."""
        numbered = any(part.number for part in self.parts)
        marked = any(part.mark > part.number for part in self.parts)
        for numbers in (True, False) if numbered else (True,):
            for marks in (True, False) if marked else (True,):
                yield self.stream(numbers, marks)

    def stream(self, numbers: bool, marks: bool) -> Signs:
        """Return all signs, with the numbers and portion marks of paragraphs or without them."""
        if (numbers, marks) not in self._streams:
            kept = (numbers, marks, True)
            self._streams[numbers, marks] = joined(
                piece
                for each in self._pieces
                for piece, keep in zip(each, kept, strict=True)
                if keep
            )
        return self._streams[numbers, marks]


def _pieces(place: int, part: Part) -> tuple[Signs, ...]:
    ends = (0, part.number, part.mark, len(part.text))
    return tuple(read_signs(part.text, place, start, end) for start, end in pairwise(ends))


def paragraphs(blocks: Sequence[Block]) -> Text:
    """Return the text of blocks."""
    return Text([_part(block) for block in blocks])


def other(identity: str, text: str) -> Text:
    """Return the text of what is no paragraph."""
    return Text([Part(identity, in_nfc(text))])


def _part(block: Block) -> Part:
    text = in_nfc(block.text)
    number = NUMBER.match(text).end() if block.number else 0
    found = PORTION_MARK.match(text, number)
    return Part(block.id, text, number, found.end() if found else number)
