"""The contents of a cable: its headings, or the numbers of its paragraphs if it has none."""

from functools import lru_cache
from typing import NamedTuple

from ...telegram.editors_additions import DATELINE, HEADING
from ...telegram.paragraphs import Blocks, Outline
from ...telegram.shorten_text import cut_at_word
from ...telegram.titles import title_case

FEWEST_NUMBERS = 10  # A text without headings has a list of numbers from so many on.
LONGEST = 80  # Characters of a dateline.


class ContentsEntry(NamedTuple):
    """A heading: the id of its block, its words in title case, and the paragraph where it stands.

    Where a section ends is not printed: a heading that is not told as one would extend it.
    """

    id: str
    words: str
    number: str  # Of its block, or of the next below a line of its own; or "".
    dateline: str  # Of an enclosure: "Lisbon, July 6, 1894."


def find_contents(outline: Outline, blocks: Blocks) -> list[ContentsEntry]:
    """Return the headings of a text in order, [] with fewer than two.

    Enclosures are listed from the first one on, behind the text itself.
    """
    headings = dict(outline.headings)
    if outline.enclosed and blocks[0].id not in headings:
        headings = {"text": "Text"} | headings
    if len(headings) < 2:
        return []
    heading, numbers, datelines = "text", dict[str, str](), dict[str, str]()
    before = ""
    for block in blocks:
        heading = block.id if block.id in headings else heading
        if block.number and heading in (block.id, before):
            numbers[heading] = block.number
        if outline.roles.get(block.id) == DATELINE:
            datelines.setdefault(heading, cut_at_word(" ".join(block.text.split()), LONGEST))
        before = block.id if outline.roles.get(block.id) == HEADING else ""
    return [
        ContentsEntry(id, heading_words(words), numbers.get(id, ""), datelines.get(id, ""))
        for id, words in headings.items()
    ]


@lru_cache(maxsize=4_000)
def heading_words(printed: str) -> str:
    """Return a heading in title case. Cached: most texts have the same, such as COMMENT."""
    return title_case(printed.strip(" .:-–—"))


def find_numbers(blocks: Blocks) -> list[str]:
    """Return the ids of the numbered paragraphs of a text, [] if they are few."""
    numbered = [block.id for block in blocks if block.number]
    return numbered if len(numbered) >= FEWEST_NUMBERS else []
