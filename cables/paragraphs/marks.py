"""What a line can begin with: a paragraph's number, a portion mark, a rule."""

import re
from typing import NamedTuple

# B-7. The mark is looked for right behind a number, or at the start of an unnumbered block.
_MARK = (
    r"\((?P<mark>TS|SBU//?(?:NF|NOFORN)|SBU/N|SBU|LOU|FOUO|U//?SBU|U//?FOUO|C//?NF|S//?NF"
    r"|[CS]//?NOFORN|[CS](?://?|[ -])REL[^)\n]{0,80}|S|C|U)\)"
)
PORTION_MARK = re.compile(r"[ \t]*" + _MARK)
# B-5. The number, its range and separator; what must follow is asked of the rest.
NUMBER = re.compile(r"[ \t]*(?P<n>\d{1,3})(?:-(?P<hi>\d{1,3}))?(?P<sep>[.)]?)(?P<gap>[ \t]*)")
RULE = re.compile(r"[ \t]*[-=_*~.]{3,}(?:[ \t]+[-=_*~.]+)*[ \t]*")
AFTER_NUMBER = frozenset('"“([')
HIGHEST_NUMBER = 199  # A higher one at the start of a line is a year or an amount.


class Number(NamedTuple):
    """A paragraph's number as printed: `last` differs from `first` in a range, "4-14."."""

    first: int
    last: int
    marked: bool  # A portion mark follows.
    dotted: bool

    @property
    def printed(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def find_number(line: str) -> Number | None:
    """Return the number that a line could start a paragraph with (B-5), or None."""
    if line[:1].isalpha() or (found := NUMBER.match(line)) is None:
        return None
    first = int(found["n"])
    last = int(found["hi"] or first)
    if not 1 <= first <= last <= HIGHEST_NUMBER or (found["hi"] and last == first):
        return None
    marked = PORTION_MARK.match(line, found.end()) is not None
    dotted = found["sep"] == "." and _can_follow_a_dot(line, found)
    return Number(first, last, marked, dotted) if marked or dotted else None


def _can_follow_a_dot(line: str, found: re.Match) -> bool:
    if found["gap"] or found.end() == len(line):
        return True
    after = line[found.end()]
    return after in AFTER_NUMBER or "A" <= after <= "Z"


def find_mark(text: str) -> str:
    """Return the portion mark of a block's text, normalised ("C//NF", "SBU"), or "" (B-7)."""
    number = NUMBER.match(text)
    found = number and PORTION_MARK.match(text, number.end()) or PORTION_MARK.match(text)
    return normal_mark(found["mark"]) if found else ""


def normal_mark(mark: str) -> str:
    """Return a mark in its one spelling: "C/NOFORN" is "C//NF", "S-REL GBR" "S//REL GBR"."""
    level, _, caveat = re.sub(r"^([CS])[ -](?=REL)", r"\1/", mark).partition("/")
    caveat = {"NOFORN": "NF", "N": "NF"}.get(caveat.strip("/"), caveat.strip("/"))
    return f"{level}//{caveat}" if caveat else level


def without_number(text: str) -> str:
    """Return a block's text without leading number, separator and portion mark (P-4)."""
    number = NUMBER.match(text)
    start = number.end() if number else len(text) - len(text.lstrip())
    mark = PORTION_MARK.match(text, start)
    return text[mark.end() if mark else start :]


def is_rule(line: str) -> bool:
    """Return whether a line is drawn, not written: "-------"."""
    return RULE.fullmatch(line) is not None
