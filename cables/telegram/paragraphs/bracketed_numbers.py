"""Number the paragraphs of a text that prints their numbers as "(1)" (B-5)."""

from itertools import count

from .line_starts import BRACKETED, PORTION_MARK, Number
from .lines import Run


def with_bracketed_numbers(runs: list[Run]) -> list[Run]:
    """Return blocks with the numbers that they begin with: "(1)", "(2)", and so on.

    They count only in a text whose paragraphs have no other numbers, if they begin at 1, each is
    one more than the last, and there are two or more.
    """
    printed = [(at, found) for at, run in enumerate(runs) if (found := _number_of(run))]
    counted = all(
        found.first == number for (_, found), number in zip(printed, count(1), strict=False)
    )
    if len(printed) < 2 or not counted or any(number for number, _ in runs):
        return runs
    numbers = dict(printed)
    return [(numbers.get(at, number), lines) for at, (number, lines) in enumerate(runs)]


def _number_of(run: Run) -> Number | None:
    number, lines = run
    found = None if number else BRACKETED.match(lines[0].text)
    if not found:
        return None
    marked = PORTION_MARK.match(lines[0].text, found.end()) is not None
    return Number(int(found["n"]), int(found["n"]), marked, dotted=False)
