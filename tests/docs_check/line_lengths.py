"""Check that no line is too long to be read, and compared with its next version."""

from collections.abc import Iterator

from .documents import Document, Finding, Piece

MOST = 160  # Characters.


def check_line_lengths(documents: list[Document]) -> Iterator[Finding]:
    """Yield lines that are too long, in blocks of code and tables too."""
    for document in documents:
        for number, line in enumerate(document.markdown.splitlines(), 1):
            if len(line) > MOST:
                fault = f"{len(line)} characters, not {MOST} at the most"
                yield document.finding(Piece(line[:40], number), fault)
