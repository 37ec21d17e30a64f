"""body -> blocks with their permanent ids, marks and aliases.

The text flows through four steps, a module each:

    telegram.py   body -> its lines, without page markers, reflowed paragraphs cut apart
    preamble.py   where the fields (E.O., TAGS, SUBJECT, REF ...) end and the text begins
    blocks.py     lines -> numbered and unnumbered blocks, each with its id and aliases
    pinning.py    when a text changes: which block keeps which id

What the blocks are is told apart from that, and changes none of it:

    roles.py      an outline of a text: what each block is, summary, comment, signature
    headings.py   which blocks name the parts of a text, or run in from their names
    labels.py     the words that open and close a named part
    sections.py   summary, comment and the like: where each starts and ends
    shapes.py     tables, lists, rules, notes of administration
    signature.py  who signed

Pure: str in, values out. Rule ids (B-2, P-1 ...) are those of docs/paragraphs.md.
"""

from .blocks import SEGMENTER, Block, Blocks, mirror_tokens, segment
from .headings import find_headings
from .pinning import Alignment, align, pin, same_in_order
from .roles import Outline, outline
from .sections import Section
from .signature import Signature
from .spans import find_spans

__all__ = [
    "SEGMENTER",
    "Alignment",
    "Block",
    "Blocks",
    "Outline",
    "Section",
    "Signature",
    "align",
    "find_headings",
    "find_spans",
    "mirror_tokens",
    "outline",
    "pin",
    "same_in_order",
    "segment",
]
