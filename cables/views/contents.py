"""The contents of a cable: its headings, or the numbers of its paragraphs if it has none."""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from ..telegram.cut_text import cut_at_word
from ..telegram.paragraphs import Blocks, Outline
from ..telegram.paragraphs.part_labels import LABEL, find_ends, kind_of_part
from ..telegram.printed_styles import DATELINE
from ..telegram.title_case import title_case

FEWEST_NUMBERS = 10  # A text without headings has a list of numbers from so many on.
LONGEST = 80  # Characters of a dateline.


class ContentsEntry(NamedTuple):
    """A heading: the id of its block, its words in title case, and its paragraphs ("2–5")."""

    id: str
    words: str
    numbers: str
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
    heading, datelines = "text", dict[str, str]()
    label, kinds = None, set[str]()  # Of the heading, if it names a part; all parts so named.
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for block in blocks:
        if block.id in headings:
            heading, label = block.id, LABEL.match(f"{headings[block.id]}:")
            kinds |= {kind_of_part(label)} if label else set()
        if block.number:
            numbers[heading].append(block.number)
        if outline.roles.get(block.id) == DATELINE:
            datelines.setdefault(heading, cut_at_word(" ".join(block.text.split()), LONGEST))
        if label and any(kind in kinds for _, _, kind in find_ends(block.text)):
            heading, label = "", None  # What follows "END SUMMARY" is under no heading.
    return [
        ContentsEntry(id, heading_words(words), _span(numbers[id]), datelines.get(id, ""))
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


def _span(numbers: list[str]) -> str:
    return "–".join(dict.fromkeys(numbers[:1] + numbers[-1:]))
