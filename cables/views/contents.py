"""The contents of a cable: its headings, or the numbers of its paragraphs if it has none."""

from functools import lru_cache
from typing import NamedTuple

from ..telegram.paragraphs import Blocks
from ..telegram.title_case import title_case

FEWEST_NUMBERS = 10  # A text without headings has a list of numbers from so many on.


class ContentsEntry(NamedTuple):
    """A heading: the id of its block, its words in title case, and its paragraphs ("2–5")."""

    id: str
    words: str
    numbers: str


def find_contents(headings: dict[str, str], blocks: Blocks) -> list[ContentsEntry]:
    """Return the headings of a text in order, [] with fewer than two. `headings` is {id: words}."""
    if len(headings) < 2:
        return []
    numbers: dict[str, list[str]] = {}
    heading = ""
    for block in blocks:
        heading = block.id if block.id in headings else heading
        if block.number:
            numbers.setdefault(heading, []).append(block.number)
    return [
        ContentsEntry(id, heading_words(words), _span(numbers.get(id, [])))
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
