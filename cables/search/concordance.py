"""A concordance: every place where texts have the words of a question, each in its line."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..models import Cable
from ..telegram.titles import reading_title
from .query import Question
from .snippets import find_words, without_number

AROUND = 90  # Characters shown on each side.


@dataclass(frozen=True, slots=True)
class ConcordanceLine:
    """One place of the words; `paragraph` is "" for the subject."""

    cable: Cable
    paragraph: str
    left: str
    words: str
    right: str

    @property
    def address(self) -> str:
        """The address of the paragraph, without the site."""
        return f"{self.cable.get_absolute_url()}{self.paragraph and '#'}{self.paragraph}"


def lines_of(cables: Sequence[Cable], question: Question) -> Iterator[ConcordanceLine]:
    """Yield the lines of published cables in their order, and in the order of each text.

    `cables` have the columns snippets.NEEDED. A phrase is one place, other words one each.
    """
    if not question.groups:
        return
    words = find_words(cables, question)
    for cable in cables:
        texts = [("", reading_title(cable))] if cable.subject else []
        texts += [(name, without_number(name, text)) for name, text in cable.block_texts()]
        for paragraph, text in texts:
            if words.search(text):
                yield from _in_text(cable, paragraph, " ".join(text.split()), words)


def _in_text(
    cable: Cable, paragraph: str, text: str, words: re.Pattern[str]
) -> Iterator[ConcordanceLine]:
    for match in words.finditer(text):
        start, end = match.span()
        left, right = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        if start > AROUND:
            left = f"… {left.partition(' ')[2] or left}"
        if end + AROUND < len(text):
            right = f"{right.rpartition(' ')[0] or right} …"
        yield ConcordanceLine(cable, paragraph, left, match[0], right)


def _words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


# ?by= -> what lines are sorted by: the next words on a side, or who sent the cable.
SORTS: dict[str, Callable[[ConcordanceLine], Any]] = {
    "left": lambda line: _words_of(line.left)[::-1],
    "right": lambda line: _words_of(line.right),
    "origin": lambda line: (line.cable.origin.name, line.cable.created),
}


def sorted_lines(lines: Iterable[ConcordanceLine], by: str) -> list[ConcordanceLine]:
    """Return lines in an order of SORTS; lines that are equal there stay as they came."""
    return sorted(lines, key=SORTS[by])
