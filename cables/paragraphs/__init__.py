"""Cut the body of a telegram into blocks with permanent ids, and say what each block is.

A body passes through these modules in order:

    telegram.py   split the body into lines: page markers removed, long lines cut at numbers
    preamble.py   find where the fields (E.O., TAGS, SUBJECT, REF ...) end and the text begins
    blocks.py     group the lines into numbered and unnumbered blocks with ids and aliases
    marks.py      read the number and portion mark that a block begins with
    pinning.py    when a text changes, decide which block keeps which id
    spans.py      find the offsets of the blocks in the body

The other modules describe the blocks, and never change their ids:

    roles.py      outline of a text: role of each block, summary, comment, signature
    headings.py   headings, on their own line or at the start of a paragraph
    labels.py     the words that open and close a section ("SUMMARY:", "END SUMMARY")
    sections.py   where summary, comment and other sections start and end
    shapes.py     tables, lists, rules, administrative notes
    signature.py  who signed

No Django, no I/O: str in, values out. Rule ids (B-2, P-1 ...) are those of docs/paragraphs.md.
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
