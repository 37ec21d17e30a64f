"""Cut the body of a telegram into blocks with permanent ids, and say what each block is.

The first five modules make blocks and their ids, in this order; the others describe them.
Pure: str in, values out. Rule ids (B-2, P-1 ...) are those of docs/paragraphs.md.

lines.py              the lines of a body without page markers; the lines of each paragraph
text_start.py         where the fields (E.O., TAGS ...) end and the text begins
blocks.py             numbered and unnumbered blocks of these lines, with ids and aliases
line_starts.py        the number and portion mark that a block begins with
stable_ids.py         the grammar of ids; when a text changes, which block keeps which id
block_spans.py        the offsets of the blocks in the body
block_roles.py        outline of a text: role of each block, summary, comment, signature
part_headings.py      headings; the words that open and close a part (SUMMARY:, END SUMMARY)
named_parts.py        where summary, comment and other parts start and end
block_shapes.py       tables, lists, rules, administrative notes
signature.py          who signed
"""

from .block_roles import Outline, outline
from .block_spans import find_spans
from .blocks import SEGMENTER, Block, Blocks, cut_blocks, mirror_tokens, segment
from .named_parts import Section
from .part_headings import find_headings, is_endorsement
from .signature import Signature
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
    "find_spans",
    "is_endorsement",
    "mirror_tokens",
    "occurrence",
    "outline",
    "pin",
    "same_in_order",
    "segment",
]
