"""A pasted quotation and the text of a cable -> exact, altered or not found.

    signs.py       a text -> its signs and gaps: what is compared, and what is forgiven
    quotation.py   what is pasted -> a quotation, in every way in which it may be meant
    texts.py       what a cable says -> the streams of signs in which it is looked for
    wording.py     signs -> words, and where those of two differ
    comparing.py   a quotation and texts -> the comparison

Pure: str in, values out. "Exact" means that all signs are equal, in whole words; only gaps can be
forgiven, and what a quotation's writer put in brackets or for words left out.
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
