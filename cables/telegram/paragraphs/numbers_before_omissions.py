"""Number paragraphs with other signs at their numbers: "5… . feels", "“1. The", "[5.]" (B-5)."""

import re

from .line_starts import HIGHEST_NUMBER, Number, find_number
from .lines import Run

# "5… .", "5 …", "5.…", "5 . . .", "5 * * *"; "[5.]" and "[5]." where editors supply the number.
BEFORE_OMISSION = re.compile(
    r"[ \t]*(?P<supplied>\[)?(?P<n>[1-9]\d{0,2})"
    r"(?(supplied)(?:\.\]|\]\.)|\.?[ \t]*(?:…|\. \. \.|\* \* \*))"
)
BEHIND_QUOTE = re.compile(r"[ \t]*[\"'“‘(\[]{1,2}(?=\d{1,3}\.\s)")
MOST_LEFT_OUT = 1  # Paragraphs in a row that the editors may have left out with their numbers.


def with_numbers_before_omissions(runs: list[Run]) -> list[Run]:
    """Return blocks with the numbers that they begin with, before an ellipsis or in "[5.]".

    Such a number counts if it goes on from the last one, or if the next one goes on from it.
    Otherwise it may be the telegram's own number, or a figure. One behind a quotation mark
    counts only if the next one, without such a mark, goes on from it.
    """
    printed = [
        (at, found)
        for at, (number, lines) in enumerate(runs)
        if (found := number or _before_omission(lines[0].text) or _quoted(lines[0].text))
    ]
    numbered = list(runs)
    last: Number | None = None
    for (at, number), later in zip(printed, [*printed[1:], None], strict=False):
        counts = later is not None and _is_next(number, later[1])
        if _quoted(runs[at][1][0].text):
            counts = counts and later is not None and runs[later[0]][0] is not None
        else:
            counts = counts or runs[at][0] is not None or _goes_on(last, number)
        if counts:
            numbered[at] = number, runs[at][1]
            last = number
    return numbered


def _quoted(line: str) -> Number | None:
    quote = BEHIND_QUOTE.match(line)
    return find_number(line[quote.end() :]) if quote else None


def _before_omission(line: str) -> Number | None:
    found = BEFORE_OMISSION.match(line)
    if not found or (number := int(found["n"])) > HIGHEST_NUMBER:
        return None
    return Number(number, number, marked=False, dotted=False)


def _is_next(number: Number, following: Number) -> bool:
    return following.first == number.last + 1


def _goes_on(last: Number | None, number: Number) -> bool:
    return last is not None and 1 <= number.first - last.last <= 1 + MOST_LEFT_OUT
