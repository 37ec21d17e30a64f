"""Read what a line begins with: a paragraph number, a portion mark, a rule.

`PORTION_MARK` decides where paragraphs start: ids and fingerprints depend on it. Further
spellings of a mark are read by `find_mark` only.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from .. import preamble_vocabulary as vocabulary

# B-7. The mark stands right behind a number, or at the start of an unnumbered block.
_MARK = rf"\((?P<mark>{vocabulary.PORTION_MARK})\)"
PORTION_MARK = re.compile(r"[ \t]*" + _MARK)
# B-5. The number, its range and separator; `find_number` checks what follows.
NUMBER = re.compile(r"[ \t]*(?P<n>\d{1,3})(?:-(?P<hi>\d{1,3}))?(?P<sep>[.)]?)(?P<gap>[ \t]*)")
# B-7, further spellings. "1. C) The minister ..."
HALF_MARK = re.compile(r"(?P<mark>TS|SBU|[SCU])\)(?=\s)")
# "Summary: (SBU) The minister ...", "SUMMARY (C) ...", and a heading over its rule.
HEADING_WIDTH = 60  # Characters: a heading of at most 40, and the signs around the mark.
RUN_IN_MARK = re.compile(
    r"""[ \t]*[A-Z][\w '’,/&-]{1,38}
    (?:[:.][ \t]*(?:--?)?|[ \t]*\n[-=_*~]{3,80}
      |(?<=SUMMARY)|(?<=Summary)|(?<=COMMENT)|(?<=Comment)|(?<=REQUEST)|(?<=Request)
      |(?<=BACKGROUND)|(?<=Background))
    \s*"""
    + _MARK,
    re.VERBOSE,
)
# "1. C - ENTIRE TEXT", "CONFIDENTIAL - ENTIRE TEXT", "The entire text of this message is SBU."
_LEVEL = (
    r"(?P<level>(?:TOP[ ]SECRET|SECRET|CONFIDENTIAL|LIMITED[ ]OFFICIAL[ ]USE"
    r"|SENSITIVE[ ]BUT[ ]UNCLASSIFIED|FOR[ ]OFFICIAL[ ]USE[ ]ONLY|UNCLASSIFIED|UNCLAS"
    r"|TS|SBU|LOU|FOUO|[SCU])(?:[ ]?//?[ ]?(?:NOFORN|NF|FOUO|SBU)|[ ]NOFORN)?)\b"
)
_ENTIRE = r"ENTIRE[ \n](?:TEXT|MESSAGE|CABLE|TELEGRAM)\b"
MARK_OF_ALL = re.compile(
    r"\(?" + _LEVEL + r"[)\].,:;\s–-]{0,8}(?:\(|THE[ ])?" + _ENTIRE, re.IGNORECASE
)
ALL_HAS_MARK = re.compile(
    _ENTIRE
    + r"(?:[ ]OF[ ](?:THIS|THE)[ ](?:MESSAGE|CABLE|TELEGRAM))?\s{0,2}(?:IS|:|--?)?\s{0,2}\(?"
    + _LEVEL,
    re.IGNORECASE,
)
SPELLED_OUT = (
    ("TOP SECRET", "TS"),
    ("SECRET", "S"),
    ("CONFIDENTIAL", "C"),
    ("LIMITED OFFICIAL USE", "LOU"),
    ("SENSITIVE BUT UNCLASSIFIED", "SBU"),
    ("FOR OFFICIAL USE ONLY", "FOUO"),
    ("UNCLASSIFIED", "U"),
    ("UNCLAS", "U"),
)
BRACKETED = re.compile(r"[ \t]*\((?P<n>\d{1,2})\)[ \t]")  # "(1) "
RANKS = {"": 0, "U": 1, "SBU": 2, "FOUO": 2, "LOU": 2, "C": 3, "S": 4, "TS": 5}
# "-------", "- - - -".
RULE = re.compile(r"[ \t]*(?:[-=_*~.]{3,}(?:[ \t]+[-=_*~.]+)*|[-=_*~](?:[ \t]+[-=_*~]){2,})[ \t]*")
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
    """Return the number at the start of a line that may begin a paragraph (B-5), or None."""
    if line[:1].isalpha() or (number := NUMBER.match(line)) is None:
        return None
    first = int(number["n"])
    last = int(number["hi"] or first)
    if not 1 <= first <= last <= HIGHEST_NUMBER or (number["hi"] and last == first):
        return None
    marked = PORTION_MARK.match(line, number.end()) is not None
    dotted = number["sep"] == "." and _can_follow_a_dot(line, number)
    return Number(first, last, marked, dotted) if marked or dotted else None


def _can_follow_a_dot(line: str, number: re.Match[str]) -> bool:
    if number["gap"] or number.end() == len(line):
        return True
    after = line[number.end()]
    return after in AFTER_NUMBER or "A" <= after <= "Z"


def match_number(text: str, number: str | None) -> re.Match[str] | None:
    """Return the match of a block's number at the start of its text: "1. ", "(1) ", "04-14. ".

    None if it has no number, or another one stands there: "3483. 1. Although", of paragraph 1.
    """
    found = NUMBER.match(text) or BRACKETED.match(text)
    return found if found and number and int(found["n"]) == int(number.split("-")[0]) else None


def find_mark(text: str) -> str:
    """Return the portion mark of a block's text, normalised ("C//NF", "SBU"), or "" (B-7).

    It stands behind the number, if there is one, or behind a heading on the same line:
    "1. C) ...", "(1) (C) ...", "1. CONFIDENTIAL - ENTIRE TEXT", "1.  Summary: (SBU) ...".
    """
    number = NUMBER.match(text) or BRACKETED.match(text)
    start = number.end() if number else 0
    if mark := PORTION_MARK.match(text, start) or PORTION_MARK.match(text):
        return normal_mark(mark["mark"])
    if number and (mark := HALF_MARK.match(text, start)):
        return mark["mark"]
    if mark := MARK_OF_ALL.match(text, start):
        return normal_mark(_short(mark["level"]))
    if "(" in text[start : start + HEADING_WIDTH] and (mark := RUN_IN_MARK.match(text, start)):
        return normal_mark(mark["mark"])
    return ""


def find_entire_mark(text: str) -> str:
    """Return the mark that a block gives to the entire text, or "" (B-7).

    "1. (C) Entire text.", "CONFIDENTIAL - ENTIRE TEXT", "The entire text of this message is SBU".
    """
    number = NUMBER.match(text)
    mark = MARK_OF_ALL.match(text, number.end() if number else 0) or ALL_HAS_MARK.search(text)
    return normal_mark(_short(mark["level"])) if mark else ""


@lru_cache(maxsize=256)
def normal_mark(mark: str) -> str:
    """Return the canonical spelling of a mark: "C//NF" of "C/NOFORN"."""
    level, _, caveat = re.sub(r"^([CS])[ -](?=REL)", r"\1/", mark).partition("/")
    caveat = {"NOFORN": "NF", "N": "NF"}.get(caveat.strip("/"), caveat.strip("/"))
    return f"{level}//{caveat}" if caveat else level


def mark_rank(mark: str) -> tuple[int, bool]:
    """Return the sort key of a normalised mark: U; SBU, FOUO, LOU; C; S; TS (B-7).

    At one level a mark with a caveat is higher: "C//NF" above "C".
    """
    level, _, caveat = mark.partition("//")
    if level == "U" and caveat:
        return RANKS["SBU"], False  # "U//FOUO" means FOUO.
    return RANKS.get(level, 0), bool(caveat)


def _short(level: str) -> str:
    """Return a level as portion marks abbreviate it: "SECRET/NOFORN" -> "S/NOFORN"."""
    level = " ".join(level.upper().split())
    for words, letters in SPELLED_OUT:
        if level.startswith(words):
            return letters + level[len(words) :].replace(" ", "/")
    return level.replace(" ", "/")


def without_number(text: str) -> str:
    """Return a block's text without leading number, separator and portion mark (P-4)."""
    number = NUMBER.match(text)
    start = number.end() if number else len(text) - len(text.lstrip())
    mark = PORTION_MARK.match(text, start)
    return text[mark.end() if mark else start :]


def printed_start(text: str, number: str | None) -> int:
    """Return the length of the number and the portion mark that a block's text begins with.

    The blanks behind them are counted too. It is 0 if there is no more text.
    """
    printed = match_number(text, number)
    start = printed.end() if printed else 0
    mark = PORTION_MARK.match(text, start)
    start = mark.end() if mark else start
    rest = text[start:].lstrip()
    return len(text) - len(rest) if start and rest else 0


def is_rule(line: str) -> bool:
    """Return whether a line is a drawn rule: "-------"."""
    return RULE.fullmatch(line) is not None
