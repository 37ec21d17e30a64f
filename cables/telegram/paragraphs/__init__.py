"""Cut the body of a telegram into blocks with permanent ids, and say what each block is.

The first five modules make blocks and their ids, in this order; the others describe them. Here are
the spans of the lines of the blocks, and the outline: role of each, summary, comment, signature.
Pure: str in, values out. Rule ids (B-2, P-1 ...) are those of docs/paragraphs.md.

lines.py              the lines of a body without page markers; the lines of each paragraph
text_start.py         where the fields (E.O., TAGS ...) end and the text begins
blocks.py             numbered and unnumbered blocks of these lines, with ids and aliases
line_starts.py        the number and portion mark that a block begins with
stable_ids.py         the grammar of ids; when a text changes, which block keeps which id
block_offsets.py      where blocks stand in the body: their texts without cutting it again
part_headings.py      headings; the words that open and close a part (SUMMARY:, END SUMMARY)
named_parts.py        where summary, comment and other parts start and end
block_shapes.py       tables, lists, rules, administrative notes
signature.py          who signed
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .block_offsets import find_offsets, slice_blocks
from .block_shapes import DRAWN, is_drawn, is_list, is_note, is_preformatted
from .blocks import (
    SEGMENTER,
    Block,
    Blocks,
    cut_blocks,
    mirror_tokens,
    read_runs,
    segment,
    text_without_number,
)
from .line_starts import find_entire_mark, mark_rank
from .lines import PADDING, Line
from .named_parts import Section, SectionedText
from .part_headings import find_headings, is_endorsement
from .signature import Signature, find_signature
from .stable_ids import (
    AGAIN,
    ID_PARTS,
    PARAGRAPH_ID,
    Alignment,
    align,
    occurrence,
    pin,
    same_in_order,
)

__all__ = [
    "AGAIN",
    "ID_PARTS",
    "PARAGRAPH_ID",
    "SEGMENTER",
    "Alignment",
    "Block",
    "Blocks",
    "Outline",
    "Section",
    "Signature",
    "align",
    "cut_blocks",
    "find_headings",
    "find_offsets",
    "find_spans",
    "is_endorsement",
    "mirror_tokens",
    "occurrence",
    "outline",
    "pin",
    "same_in_order",
    "segment",
    "slice_blocks",
]


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


# A mark for the entire text is looked for in so many first blocks and characters of each.
ENTIRE_BLOCKS, ENTIRE_CHARACTERS = 4, 600


@dataclass(frozen=True, slots=True)
class Outline:
    """The roles of a cable's blocks, its headings, sections, signature and marks.

    `roles` is {id: role} of the blocks that are not running text: heading, rule, signature,
    admin, preformatted or list; in a volume dateline too (editors_additions.py).
    """

    roles: dict[str, str]
    headings: dict[str, str]  # {id: words} of heading blocks and of headings that open a paragraph.
    sections: tuple[Section, ...]  # In order, the summary first.
    signature: Signature | None
    highest: str  # The highest portion mark; "" if no block is marked.
    entire: str  # The mark of blocks without one, if the cable states it for the entire text.
    entire_from: str  # Id of the block that states it, "" for the preamble; valid from there on.
    enclosed: tuple[str, ...] = ()  # Ids at which enclosures begin, in a volume that marks them.

    @property
    def summary(self) -> Section | None:
        return self._named("summary")

    @property
    def comment(self) -> Section | None:
        """The last section that is a comment: cables end with it."""
        return self._named("comment")

    def _named(self, kind: str) -> Section | None:
        named = [section for section in self.sections if section.kind == kind]
        return named[-1] if named else None


def outline(blocks: Sequence[Block]) -> Outline:
    """Return the outline of a cable (B-7 to B-12), in time linear in its length.

    Any text is accepted. Given `Blocks`, their preamble is searched too: a summary may start there.
    """
    preamble = getattr(blocks, "preamble", "")
    blocks = tuple(blocks)
    headings = find_headings(blocks)
    signature = find_signature(blocks)
    roles = {block.id: role for block in blocks if (role := _role(block, headings))}
    if signature and signature.alone:
        roles[signature.id] = "signature"
    text = SectionedText(blocks, headings, _stop(blocks, signature, roles)) if blocks else None
    entire, entire_from = _entire(blocks, preamble)
    return Outline(
        roles=roles,
        headings=text.headings if text else {},
        sections=tuple(text.sections(preamble)) if text else (),
        signature=signature,
        highest=max((block.mark for block in blocks), key=mark_rank, default=""),
        entire=entire,
        entire_from=entire_from,
    )


def _role(block: Block, headings: dict[str, str]) -> str:
    """Return a block's role by its shape, or "" for running text."""
    if block.id in headings:
        return "heading"
    if block.text.lstrip()[:1] in DRAWN and all(map(is_drawn, block.text.split("\n"))):
        return "rule"
    if block.number is None and is_note(block.text):
        return "admin"
    if is_preformatted(text_without_number(block)):
        return "preformatted"
    return "list" if is_list(block.text) else ""


def _stop(
    blocks: Sequence[Block], signature: Signature | None, roles: dict[str, str]
) -> tuple[int, int]:
    """Return where the text ends: (index of its last block, offset in that block's text)."""
    if signature:
        at = next(at for at, block in enumerate(blocks) if block.id == signature.id)
        if not signature.alone or not at:
            return at, signature.start
        return at - 1, len(blocks[at - 1].text)
    at = len(blocks) - 1
    while at > 0 and roles.get(blocks[at].id) in ("admin", "rule"):
        at -= 1
    return at, len(blocks[at].text) if blocks else 0


def _entire(blocks: Sequence[Block], preamble: str) -> tuple[str, str]:
    """Return the mark for the entire text, and the id of the block that states it."""
    for block in blocks[:ENTIRE_BLOCKS]:
        opening = block.text[:ENTIRE_CHARACTERS]
        if "NTIRE" in opening.upper() and (mark := find_entire_mark(opening)):
            return mark, block.id
    if "ENTIRE" in preamble:
        for row in preamble.split("\n"):
            if mark := find_entire_mark(row.strip()):
                return mark, ""
    return "", ""
