"""Compare a pasted quotation with the text of a cable: exact, altered or not found.

    signs.py       normalize a text to its characters and the gaps between them
    quotation.py   parse pasted text into a quotation, in each way in which it can be read
    texts.py       prepare the parts of a cable to be searched
    wording.py     split normalized text into words, and find the words that differ
    comparing.py   compare a quotation with texts

No Django: str in, dataclasses out. "Exact" means that all normalized characters are equal and
words are whole; only gaps may differ, as well as brackets and ellipses that the person who quotes
put in.
"""

from .comparing import (
    ALTERED,
    EXACT,
    NEAR,
    NOT_FOUND,
    Comparison,
    Joint,
    Span,
    check,
    find_altered,
    find_exact,
)
from .quotation import FEWEST, MOST, Quotation, read_quotation
from .texts import Text, other, paragraphs
from .wording import Difference, Side

__all__ = [
    "ALTERED",
    "EXACT",
    "FEWEST",
    "MOST",
    "NEAR",
    "NOT_FOUND",
    "Comparison",
    "Difference",
    "Joint",
    "Quotation",
    "Side",
    "Span",
    "Text",
    "check",
    "find_altered",
    "find_exact",
    "other",
    "paragraphs",
    "read_quotation",
]
