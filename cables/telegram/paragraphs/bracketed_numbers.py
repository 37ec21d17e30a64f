"""Number paragraphs whose numbers stand in brackets, "(1)", or behind the serial (B-5)."""

import re
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


def with_number_behind_serial(runs: list[Run], serial: int | None) -> list[Run]:
    """Return blocks with the number 1 of one that begins "396. 1. The": behind the serial.

    It counts only if paragraph 2 is the first that has a number of its own.
    """
    following = next((at for at, (number, _) in enumerate(runs) if number), 0)
    if serial is None or not following or ((number := runs[following][0]) and number.first != 2):
        return runs
    behind_serial = re.compile(rf"\[?0*{serial}\]?\. +1\.(?=\s)")
    for at, (_, lines) in enumerate(runs[:following]):
        if found := behind_serial.match(lines[0].text):
            marked = PORTION_MARK.match(lines[0].text, found.end()) is not None
            return [*runs[:at], (Number(1, 1, marked, dotted=True), lines), *runs[at + 1 :]]
    return runs


def _number_of(run: Run) -> Number | None:
    number, lines = run
    found = None if number else BRACKETED.match(lines[0].text)
    if not found:
        return None
    marked = PORTION_MARK.match(lines[0].text, found.end()) is not None
    return Number(int(found["n"]), int(found["n"]), marked, dotted=False)
