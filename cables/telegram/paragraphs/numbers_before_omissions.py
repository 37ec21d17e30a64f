"""Number paragraphs whose first words the editors left out: "5… . feels" (B-5)."""

import re

from .line_starts import HIGHEST_NUMBER, Number
from .lines import Run

# "5… .", "5 …", "5.…", "5 . . .", "5 * * *".
BEFORE_OMISSION = re.compile(r"[ \t]*(?P<n>[1-9]\d{0,2})\.?[ \t]*(?:…|\. \. \.|\* \* \*)")
MOST_LEFT_OUT = 1  # Paragraphs in a row that the editors may have left out with their numbers.


def with_numbers_before_omissions(runs: list[Run]) -> list[Run]:
    """Return blocks with the numbers that they begin with, before an ellipsis: "5… . feels".

    Such a number counts if it goes on from the last one, or if the next one goes on from it.
    Otherwise it may be the telegram's own number, or a figure.
    """
    printed = [
        (at, found)
        for at, (number, lines) in enumerate(runs)
        if (found := number or _before_omission(lines[0].text))
    ]
    numbered = list(runs)
    last: Number | None = None
    for place, (at, number) in enumerate(printed):
        following = printed[place + 1][1] if place + 1 < len(printed) else None
        if runs[at][0] or _goes_on(last, number) or (following and _is_next(number, following)):
            numbered[at] = number, runs[at][1]
            last = number
    return numbered


def _before_omission(line: str) -> Number | None:
    found = BEFORE_OMISSION.match(line)
    if not found or (number := int(found["n"])) > HIGHEST_NUMBER:
        return None
    return Number(number, number, marked=False, dotted=False)


def _is_next(number: Number, following: Number) -> bool:
    return following.first == number.last + 1


def _goes_on(last: Number | None, number: Number) -> bool:
    return last is not None and 1 <= number.first - last.last <= 1 + MOST_LEFT_OUT
