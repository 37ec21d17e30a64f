"""Where the blocks of a body stand, so that their texts are had again without cutting it.

Offsets are whole numbers: a checksum of the body, then start and end of each piece of its blocks,
in order. A start below zero is that of a further piece of the same block, below a page break. They
count in the body with its lines right-stripped and blanks in place of no-break spaces.
"""

import zlib
from collections.abc import Iterable, Sequence

from .blocks import SEGMENTER, Block


def find_offsets(body: str, blocks: Iterable[Block]) -> list[int]:
    """Return the offsets of the blocks of a body.

    Return the checksum alone if the body does not have all of them as they are: a page marker
    inside a long line, say, was removed from one.
    """
    stripped, end = _stripped(body), 0
    offsets = [_checksum(body)]
    for block in blocks:
        pieces = _find(block.text, stripped, end)
        if not pieces:
            return offsets[:1]
        (start, end), *others = pieces
        offsets += start, end
        for start, end in others:
            offsets += -start, end
    return offsets


def slice_blocks(body: str, offsets: Sequence[int]) -> list[str]:
    """Return the texts of the blocks of a body; [] if the offsets are those of another body, of
    other rules, or of no blocks.
    """
    if len(offsets) < 3 or offsets[0] != _checksum(body):
        return []
    stripped, texts = _stripped(body), list[str]()
    for start, end in zip(offsets[1::2], offsets[2::2], strict=False):
        if start < 0:
            texts[-1] += f"\n{stripped[-start:end]}"
        else:
            texts.append(stripped[start:end])
    return texts


def _checksum(body: str) -> int:
    """Return 31 bits of a checksum of a body and of the rules that cut it."""
    return zlib.crc32(body.encode(), SEGMENTER) & 0x7FFFFFFF


def _stripped(body: str) -> str:
    return "\n".join([row.rstrip() for row in body.replace("\xa0", " ").split("\n")])


def _find(text: str, body: str, start: int) -> list[tuple[int, int]]:
    """Return (start, end) of the pieces of a text in a body, from an offset on; [] if it is not
    there.
    """
    if (at := body.find(text, start)) >= 0:
        return [(at, at + len(text))]
    pieces = list[tuple[int, int]]()
    for line in text.split("\n"):
        at = body.find(line, pieces[-1][1] if pieces else start)
        if at < 0:
            return []
        follows = pieces and at == pieces[-1][1] + 1 and body[at - 1] == "\n"
        first = pieces.pop()[0] if follows else at
        pieces.append((first, at + len(line)))
    return pieces
