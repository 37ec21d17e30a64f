"""Prepare the parts of a cable for the search of a quotation: each text as streams of signs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ..telegram.paragraphs import Block
from ..telegram.paragraphs.line_starts import PORTION_MARK, match_number
from .normalize import Signs, concatenate, in_nfc, letters_of, normalize


@dataclass(frozen=True, slots=True)
class CablePart:
    """A paragraph or another part of a cable."""

    id: str  # "par2"; for other parts "subject", "opening" or "header".
    text: str  # In NFC.
    number: int = 0  # The paragraph's number is text[:number].
    mark: int = 0  # Its portion mark is text[number:mark].


class SearchedText:
    """Parts that are read as one text: all paragraphs of a cable, or its subject.

    It can be read with or without paragraph numbers and portion marks.
    """

    def __init__(self, parts: Sequence[CablePart]):
        self.parts = parts
        self._letters: dict[tuple[bool, bool], str] = {}
        self._streams: dict[tuple[bool, bool], Signs] = {}

    def ways(self) -> Iterator[tuple[bool, bool]]:
        """Yield whether numbers and marks are read: first all; then, if there are any, without."""
        numbered = any(part.number for part in self.parts)
        marked = any(part.mark > part.number for part in self.parts)
        for numbers in (True, False) if numbered else (True,):
            for marks in (True, False) if marked else (True,):
                yield numbers, marks

    def letters(self, numbers: bool, marks: bool) -> str:
        """Return the letters and digits of a stream, without making it."""
        if (numbers, marks) not in self._letters:
            self._letters[numbers, marks] = "".join(
                letters_of(part.text[start:end])
                for part in self.parts
                for (start, end), keep in zip(_ranges(part), (numbers, marks, True), strict=True)
                if keep
            )
        return self._letters[numbers, marks]

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
