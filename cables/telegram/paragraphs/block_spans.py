"""Find the offsets of the blocks in a body, for redactions, which replace characters."""

import re
from collections.abc import Iterator
from itertools import pairwise

from .blocks import read_runs
from .lines import PADDING, Line

Span = tuple[int, int]  # Offsets in the body: start, end.


def find_spans(body: str) -> tuple[list[Span], list[list[Span]]]:
    """Return the spans of the lines of the preamble, and of each block's lines, in order.

    Page markers are outside of all spans. A block that was cut from a long line has the span of
    its part.
    """
    preamble, runs, _ = read_runs(body)
    starts = [0]
    for row in body.split("\n"):
        starts.append(starts[-1] + len(row) + 1)
    finder = _Finder(body.replace("\xa0", " "), starts)
    return finder.spans(preamble), [finder.spans(run) for _, run in runs]


class _Finder:
    """Find the lines of a body in order; `starts` are the offsets of its rows."""

    def __init__(self, body: str, starts: list[int]):
        self.body = body
        self.starts = starts
        self.position = 0

    def spans(self, lines: list[Line]) -> list[Span]:
        """Return the spans of some lines."""
        return [span for line in lines for span in self._of_line(line)]

    def _of_line(self, line: Line) -> Iterator[Span]:
        self.position = max(self.position, self.starts[line.row])
        for piece in _pieces(line):
            start, end = self._find(piece)
            if start < 0:  # Not found as printed: the rest of its row.
                start, end = self.position, self.starts[line.row + 1] - 1
            if start < end:
                self.position = end
                yield start, end

    def _find(self, piece: str) -> Span:
        """Return where a piece is, with the blanks that align it; -1 if it is nowhere."""
        if "\t" not in piece or PADDING not in self.body:
            start = self.body.find(piece, self.position)
            return start, start + len(piece)
        padded = re.escape(piece).replace("\\\t", f"{PADDING}*\t")
        match = re.compile(padded).search(self.body, self.position)
        return match.span() if match else (-1, -1)


def _pieces(line: Line) -> list[str]:
    """Return the pieces of a line between the page markers that were removed from it."""
    cuts = [0, *(at for at, _ in line.breaks), len(line.text)]
    pieces = [line.text[start:end].strip(" ") for start, end in pairwise(cuts)]
    return [piece for piece in pieces if piece.strip()]
