"""Which blocks are the headings of a telegram's parts."""

import re
from collections.abc import Sequence

from .blocks import Block
from .marks import is_rule

LONGEST = 90  # Characters of a heading, blanks counted once.
# "SUMMARY", "A. WHAT IS SAID", "II. Status of Country"; no sentence and no row of a table.
ALONE = re.compile(
    r"""(?:[IVX]+\.[ ]|[A-Z]\.[ ])?[A-Z][^a-z]*[A-Z?)"'0-9]
    |[IVX]+\.[ ][A-Z].*[^.,:;-]""",
    re.VERBOSE,
)
UNDERLINED = re.compile(r"(?:[IVX]+\. |[A-Z]\. |\([a-z]\) )?[A-Za-z\"'(].*")
# A quotation's frame, and the figures of a table or of a damaged page marker.
NEVER = re.compile(r"(?:BEGIN|END)\b|.*(?:\d{5}|\d{4}.*\d{4}|   )", re.IGNORECASE)


def find_headings(blocks: Sequence[Block]) -> dict[str, str]:
    """Return {id: heading} of the blocks that name what follows them, in order.

    A heading has no number of its own. It stands on one line, in capitals or behind a Roman
    number, or beside rules of hyphens.
    What no words follow is none: a signature stands in capitals too.
    """
    headings: dict[str, str] = {}
    waiting: dict[str, str] = {}
    for block in blocks:
        if heading := _heading(block):
            waiting[block.id] = heading
        elif any(map(str.isalpha, block.text)):
            headings |= waiting
            waiting = {}
    return headings


def _heading(block: Block) -> str:
    """Return what a block says if it has the form of a heading, else ""."""
    if block.number is not None:
        return ""
    rows = block.text.split("\n")
    words = [row.strip() for row in rows if not is_rule(row)]
    underlined = len(words) < len(rows)
    if not 1 <= len(words) <= (2 if underlined else 1):
        return ""
    heading = " ".join(words)
    form = UNDERLINED if underlined else ALONE
    fits = len(heading) <= LONGEST and form.fullmatch(heading) and not NEVER.match(heading)
    return heading if fits else ""
