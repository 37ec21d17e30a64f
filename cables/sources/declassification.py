"""Why a telegram is classified, by whom, until when (rules H-12 and H-17 of docs/format.md).

E.O. 12958: DECL: 11/22/2012
Classified By: Ambassador Jane Example for reasons 1.4 (b) and (d).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ORDER = re.compile(
    r"(?:^[ \t]{0,40}(?:\([A-Z/]{1,6}\)[ \t]*)?|(?<=\s))"
    r"E[.,]?\s?[O0]\.?\s?[:;.,]?\s{0,4}(?P<number>1\d{3,4})\b[ \t]*[:;.,]*",
    re.MULTILINE | re.IGNORECASE,
)
# Where what an order says ends: at a blank line, or at the label of another field.
FIELD_ENDS = re.compile(
    r"\n[ \t]*\n|\bTAGS?[ \t]*[:;]|^[ \t]*TAGS?\b|\bSUBJ(?:ECT)?[ \t]*[:;]|^[ \t]*SUBJ(?:ECT)?\b"
    r"|\bREF(?:S|TELS?|\(S\)|ERENCES?)?[ \t]*[:;]|(?<!DE)CLASSIFIED\s+BY\b"
    r"|^[ \t]*(?:SIPDIS|NOFORN|SENSITIVE)[ \t]*$|^[ \t]*\d{1,3}\.[ \t]",
    re.MULTILINE | re.IGNORECASE,
)
UNTIL = re.compile(
    r"\bDECLA?(?:SS(?:IFY|IFIED)?)?[. ]{0,2}(?:ON\b)?[ \t]*[:;.,]*\s*", re.IGNORECASE
)
DATE = re.compile(
    r"(?:ON\s+)?(?:(?P<year>\d{4})[/.-](?P<month>\d\d?)[/.-](?P<day>\d\d?)"
    r"|(?P<us_month>\d\d?)[/.-](?P<us_day>\d\d?)[/.-](?P<us_year>\d{4}|\d\d))(?!\d)",
    re.IGNORECASE,
)
NEVER = re.compile(r"(?:N\s?/?\.?\s?A|NONE|NOT APPLICABLE)\b[.]?", re.IGNORECASE)
# E.O. 11652 and 12065: a schedule, its date, and who set it.
GRADED = re.compile(r"(?:(?:GDS|RDS)(?:-\d)?\s{1,4}(?=\d))?", re.IGNORECASE)
EVENT_ENDS = re.compile(r"\(|[;,]?\s*\b(?:REASONS?|DERIVED FROM)\b", re.IGNORECASE)
LONGEST_FIELD = 400  # Characters.
LONGEST_EVENT = 120

BY = re.compile(r"(?<!\bDE)\bCLASSIFIED\s+BY\b[ \t]*[:;.]*\s*", re.IGNORECASE)
# What may stand between the label and the name: a portion mark, the label again.
NOISE = re.compile(
    r"(?:\((?:TS|[CSU]|SBU|LOU|[CS]//?NF?)\)|CLASSIFIED\s+BY\b[ \t]*[:;.]*"
    r"|(?:SECRET|CONFIDENTIAL)\s{0,4}-{1,2}\s{0,4}ENTIRE TEXT\.?)\s*",
    re.IGNORECASE,
)
REASON = r"R\n?E\n?A\n?S\n?[O0]\n?N(?:\n?S)?\b"  # Cut anywhere where a line ended.
BY_ENDS = re.compile(
    rf"""[,.;:\s(-]{{0,8}}(?:
      \bFOR\s+(?:THE\s+)?(?:FOLLOWING\s+)?{REASON} | \b{REASON} | \bPER\s+(?:E\.?[O0]|1\.|SECTION)
      | \bE\.?[O0]\.?[ ]?:?[ ]?1\d{{3}} | (?:\bSECTION\s+)?\b1\.[ ]?[45](?!\d) | \bDECL
      | \bREF(?:S|TELS?|\(S\))?[ \t]*: | \bTAGS: | \bSUBJECT:
      | \n[ \t]*\n | \n[ \t]*\d{{1,3}}\.\s
    )""",
    re.VERBOSE | re.IGNORECASE,
)
BLANK_LINE = re.compile(r"\n[ \t]*\n")
SECTION = re.compile(r"\b1\.\s?[45](?!\d)\.?")
LETTER = re.compile(
    r"(?:[\s,/&;-]|\bAND\b|\bOR\b|\b1\.\s?[45]\.?)*"
    r"(?:\(\s?(?P<inside>[A-H])\b|(?P<bare>[A-H])\b(?!['’]))\s?(?P<closed>\)?)",
    re.IGNORECASE,
)
PARAGRAPH_START = re.compile(r"\s*¶?\d{1,3}[.)]?\s*(?:\([A-Z/]{1,8}\))?")
LONGEST_NAME = 300
REASONS_WITHIN = 700  # Characters behind the label.
WRAPS = range(60, 81)  # Columns at which telegrams were cut, inside words as well.


@dataclass(frozen=True, slots=True)
class Order:
    """The executive order that a telegram is classified under, and until when (H-12)."""

    number: str = ""  # "12958"
    printed: str = ""  # What stands behind the number, blanks collapsed.
    on: date | None = None  # When it is declassified.
    event: str = ""  # What ends it, or exempts it: "OADR", "X1", "after the election".


@dataclass(frozen=True, slots=True)
class ClassifiedBy:
    """Who classified a telegram (H-17), and why: the letters of E.O. 12958, section 1.4."""

    name: str = ""  # Title and name, as printed.
    reasons: tuple[str, ...] = ()  # ("b", "d")

    def __bool__(self) -> bool:
        return bool(self.name or self.reasons)


def find_order(preamble: str, created: date | None = None) -> tuple[Order, list[tuple[str, str]]]:
    """Return the line E.O. of a preamble and what is doubtful about it (H-12).

    A date that does not exist, or lies more than a day before the telegram, counts for none.
    """
    found = ORDER.search(preamble)
    if found is None:
        return Order(), []
    field = preamble[found.end() : found.end() + LONGEST_FIELD]
    if end := FIELD_ENDS.search(field):
        field = field[: end.start()]
    printed = " ".join(field.split())
    until = UNTIL.search(printed)
    rest = printed[until.end() :] if until else printed
    order = Order(found["number"], printed)
    if written := DATE.match(rest, GRADED.match(rest).end()):
        day = _day(written)
        if day is None or (created and day < created - timedelta(days=1)):
            return order, [("H-12", f"Not a date of declassification: {written[0]}")]
        return Order(order.number, printed, on=day), []
    if not rest or NEVER.match(rest):
        return order, []
    if ends := EVENT_ENDS.search(rest):
        rest = rest[: ends.start()]
    return Order(order.number, printed, event=rest[:LONGEST_EVENT].strip(" .,;")), []


def _day(written: re.Match) -> date | None:
    """Return a date printed as 11/22/2012, 1/2/12 or 2012/11/22, if there is such a day."""
    year = int(written["year"] or written["us_year"])
    if not written["year"] and len(written["us_year"]) == 2:
        year += 2000 if year < 66 else 1900
    month, day = written["month"] or written["us_month"], written["day"] or written["us_day"]
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def find_classified_by(text: str) -> ClassifiedBy:
    """Return who classified a telegram, from its preamble and first paragraph (H-17)."""
    found = _find_label(text) or _find_label(text := unwrapped(text))
    if found is None:
        return ClassifiedBy()
    field = text[found.end() : found.end() + REASONS_WITHIN]
    while again := NOISE.match(field):
        field = field[again.end() :]
    end = BY_ENDS.search(field, 0, LONGEST_NAME)
    if end is None:
        field = unwrapped(field)
        end = BY_ENDS.search(field, 0, LONGEST_NAME)
    name = field[: end.start()] if end else field[:LONGEST_NAME]
    name = " ".join(unwrapped(name).split()).strip(" .,;:-")
    return ClassifiedBy(name, tuple(dict.fromkeys(_reasons(field))))


def _find_label(text: str) -> re.Match | None:
    """Return the label "Classified By"; most texts have none, and show it at a glance."""
    return BY.search(text) if "CLASSIFIED" in text.upper() else None


def find_classified_by_inside(paragraph: str) -> ClassifiedBy:
    """Return the same from a first paragraph, which may say it instead of the preamble (H-17).

    "1. (U) CLASSIFIED BY ..., REASON 1.5(D)" does; a sentence about somebody's papers does not.
    """
    if (found := _find_label(paragraph)) is None:
        return ClassifiedBy()
    by = find_classified_by(paragraph)
    opens = not any(map(str.isalpha, PARAGRAPH_START.sub("", paragraph[: found.start()], count=1)))
    return by if by.reasons or opens else ClassifiedBy()


def _reasons(field: str) -> Iterator[str]:
    """Yield the letters behind "1.4", as in "(b) and (d)", "(b,d)", "b/d" or "1.4 B, 1.4 D"."""
    blank = BLANK_LINE.search(field)
    section = SECTION.search(field, 0, blank.start() if blank else len(field))
    if section is None:
        return
    at, closed = section.end(), False
    while letter := LETTER.match(field, at):
        if letter["bare"] and closed:
            return  # "(b) and (d)", then "A. STATE 901234".
        yield (letter["inside"] or letter["bare"]).lower()
        at, closed = letter.end(), bool(letter["closed"])


def unwrapped(text: str) -> str:
    """Return a text without the line breaks that cut a word.

    Such a line is as wide as the widest, and its next goes on in lower case (H-17).
    """
    lines = [line.rstrip() for line in text.split("\n")]
    width = max(map(len, lines))
    if width not in WRAPS:
        return text
    joined = lines[0]
    for line, above in zip(lines[1:], lines, strict=False):
        cut = len(above) == width and above[-1].isalpha() and line[:1].islower()
        joined += line if cut else f"\n{line}"
    return joined
