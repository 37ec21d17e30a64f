"""body -> blocks with their permanent ids, marks and aliases.

The text flows through four steps, a module each:

    telegram.py   body -> its lines, without page markers, reflowed paragraphs cut apart
    preamble.py   where the fields (E.O., TAGS, SUBJECT, REF ...) end and the text begins
    blocks.py     lines -> numbered and unnumbered blocks, each with its id and aliases
    pinning.py    when a text changes: which block keeps which id
    headings.py   which blocks name the parts of a text

Pure: str in, values out. Rule ids (B-2, P-1 ...) are those of docs/paragraphs.md.
"""

from .blocks import SEGMENTER, Block, Blocks, mirror_tokens, segment
from .headings import find_headings
from .pinning import Alignment, align, pin

__all__ = [
    "SEGMENTER",
    "Alignment",
    "Block",
    "Blocks",
    "align",
    "find_headings",
    "mirror_tokens",
    "pin",
    "segment",
]
