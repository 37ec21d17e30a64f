"""Where in a body its blocks stand: they are cut from lines, and a redaction strikes letters."""

from collections.abc import Iterator

from .blocks import read_runs
from .telegram import Line

Span = tuple[int, int]  # Offsets in the body: start, end.


def find_spans(body: str) -> tuple[list[Span], list[list[Span]]]:
    """Return where the lines before the first block stand, and those of each block, in order.

    Page markers of the transmission stand between two spans and in none. A block of a reflowed
    line has its part of it.
    """
    preamble, runs, _ = read_runs(body)
    starts = [0]
    for row in body.split("\n"):
        starts.append(starts[-1] + len(row) + 1)
    found = _Finder(body.replace("\xa0", " "), starts)
    return found.spans(preamble), [found.spans(run) for _, run in runs]


class _Finder:
    """Finds lines in a body, each behind the one before it."""

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
            start = self.body.find(piece, self.position)
            end = start + len(piece)
            if start < 0:  # Rather too much than too little: the rest of its row.
                start, end = self.position, self.starts[line.row + 1] - 1
            if start < end:
                self.position = end
                yield start, end


def _pieces(line: Line) -> list[str]:
    """Return a line as it stands in its row: in pieces, where a page marker was taken out."""
    cuts = [0, *(at for at, _ in line.breaks), len(line.text)]
    pieces = [line.text[start:end].strip(" ") for start, end in zip(cuts, cuts[1:], strict=False)]
    return [piece for piece in pieces if piece.strip()]
