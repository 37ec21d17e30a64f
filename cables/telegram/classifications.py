"""Classifications: values, ranks, URL slugs, spellings; who classified a telegram, why, until when.

Rules H-12 and H-17 of docs/format.md:

E.O. 12958: DECL: 11/22/2012
Classified By: Ambassador Jane Example for reasons 1.4 (b) and (d).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .dates import date_of_match, match_at
from .preamble_vocabulary import ANY_MARK, CAPTION_WORDS, ORDERS


@dataclass(frozen=True, slots=True)
class Classification:
    """One classification. `rank` orders them (L-4); `slug` is for URLs, `short` for lists."""

    value: str  # As stored. "" is a cable that prints none.
    rank: float
    slug: str
    short: str

    @property
    def label(self) -> str:
        """The value, or "Not marked"."""
        return self.value or "Not marked"


# L-1, and the classes of telegrams before 1966.
CLASSIFICATIONS = (
    Classification("", 0, "not-marked", "Not marked"),
    Classification("UNCLASSIFIED", 1, "unclassified", "U"),
    Classification("NO MARKING", 1, "no-marking", "No marking"),
    Classification(
        "UNCLASSIFIED//FOR OFFICIAL USE ONLY", 2, "unclassified-for-official-use-only", "U//FOUO"
    ),
    Classification("OFFICIAL USE ONLY", 2, "official-use-only", "OUO"),
    Classification("LIMITED OFFICIAL USE", 2.5, "limited-official-use", "LOU"),
    Classification("RESTRICTED", 2.7, "restricted", "R"),
    Classification("CONFIDENTIAL", 3, "confidential", "C"),
    Classification("CONFIDENTIAL//NOFORN", 4, "confidential-noforn", "C//NF"),
    Classification("SECRET", 5, "secret", "S"),
    Classification("SECRET//NOFORN", 6, "secret-noforn", "S//NF"),
    Classification("TOP SECRET", 7, "top-secret", "TS"),
)
BY_VALUE = {classification.value: classification for classification in CLASSIFICATIONS}

# L-2: the spellings of levels and restrictions, without blanks and slashes.
LEVELS = {
    "UNCLASSIFIED": ("UNCLASSIFIED", "UNCLAS", "U"),
    "CONFIDENTIAL": ("CONFIDENTIAL", "C"),
    "SECRET": ("SECRET", "S"),
}
RESTRICTIONS = {
    "FOR OFFICIAL USE ONLY": ("FOROFFICIALUSEONLY", "FOUO", "SENSITIVE", "SBU"),
    "NOFORN": ("NOFORN", "NF"),
}
ALONE = {
    "NOTMARKED": "",
    "FOUO": "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    "FOROFFICIALUSEONLY": "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    "SBU": "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    "SENSITIVEBUTUNCLASSIFIED": "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    "OUO": "OFFICIAL USE ONLY",
    "LOU": "LIMITED OFFICIAL USE",
    "R": "RESTRICTED",
    "TS": "TOP SECRET",
}
SEPARATORS = re.compile(r"[\s/.()_-]+")


def _spellings() -> dict[str, str]:
    spellings = {SEPARATORS.sub("", value): value for value in BY_VALUE}
    for level, levels in LEVELS.items():
        spellings |= dict.fromkeys(levels, level)
        for restriction, restrictions in RESTRICTIONS.items():
            if (value := f"{level}//{restriction}") in BY_VALUE:
                spellings |= {a + b: value for a in levels for b in restrictions}
    return spellings | ALONE


SPELLINGS = _spellings()


def normal_classification(text: str) -> str:
    """Return the value in CLASSIFICATIONS that a source's spelling stands for (L-2).

    >>> normal_classification("C O N F I D E N T I A L NOFORN")
    'CONFIDENTIAL//NOFORN'

    "" stays "": the cable prints none. Raises ValueError for an unknown value, so that no cable
    is taken for unclassified by default.
    """
    try:
        return SPELLINGS[SEPARATORS.sub("", text.upper())]
    except KeyError:
        known = ", ".join(value for value in BY_VALUE if value)
        raise ValueError(f"Unknown classification {text[:40]!r}; known: {known}") from None


# Inside a line, orders on other matters are part of a sentence: "E.O. 10582, issued on May 9".
ORDER = re.compile(
    r"(?:(?P<begins>^[ \t]{0,40}(?:\([A-Z/]{1,6}\)[ \t]*)?)"
    r"|(?<=\s)|(?<=[\w),;:./-])(?=E\.\s?[O0]\.))E[.,]?\s?[O0]\.?\s?[:;.,]?\s{0,4}"
    rf"(?P<number>(?(begins)1\d{{3,4}}|(?:{ORDERS}|1\d{{3,4}}(?=[ \t]*:))))\b[ \t]*[:;.,]*",
    re.MULTILINE | re.IGNORECASE,
)
# What each of these has: a cheap test that ends most searches.
NUMBERED_ORDER = re.compile(r"[Ee][.,]?\s?[Oo0]\.?\s?[:;.,]?\s{0,4}\d")
# The end of the E.O. field: a blank line, or the label of another field.
FIELD_ENDS = re.compile(
    r"\n[ \t]*\n|\bTAGS?[ \t]*[:;]|^[ \t]*TAGS?\b|\bSUBJ(?:ECT)?[ \t]*[:;]|^[ \t]*SUBJ(?:ECT)?\b"
    r"|\bREF(?:S|TELS?|\(S\)|ERENCES?)?[ \t]*[:;]|(?<!DE)CLASSIFIED\s+BY\b"
    rf"|^[ \t]*(?:{CAPTION_WORDS}|SENSITIVE)[ \t]*$|^[ \t]*\d{{1,3}}\.[ \t]",
    re.MULTILINE | re.IGNORECASE,
)
UNTIL = re.compile(
    r"\bDECLA?(?:SS(?:IFY|IFIED)?)?[. ]{0,2}(?:ON\b)?[ \t]*[:;.,]*\s*", re.IGNORECASE
)
DATES = ("2012/11/22", "11/22/12")
ON = re.compile(r"(?:ON\s+)?", re.IGNORECASE)
NEVER = re.compile(r"(?:N\s?/?\.?\s?A|NONE|NOT APPLICABLE)\b[.]?", re.IGNORECASE)
# E.O. 11652 and 12065: a schedule, its date, and who set it.
GRADED = re.compile(r"(?:(?:GDS|RDS)(?:-\d)?\s{1,4}(?=\d))?", re.IGNORECASE)
EVENT_ENDS = re.compile(r"\(|[;,]?\s*\b(?:REASONS?|DERIVED FROM)\b", re.IGNORECASE)
LONGEST_FIELD = 400  # Characters.
LONGEST_EVENT = 120

BY = re.compile(r"(?<!\bDE)\bCLASSIFIED\s+BY\b[ \t]*[:;.]*\s*", re.IGNORECASE)
# Between the label and the name: a portion mark, the label again.
NOISE = re.compile(
    rf"(?:{ANY_MARK}|CLASSIFIED\s+BY\b[ \t]*[:;.]*"
    r"|(?:SECRET|CONFIDENTIAL)\s{0,4}-{1,2}\s{0,4}ENTIRE TEXT\.?)\s*",
    re.IGNORECASE,
)
REASON = r"R\n?E\n?A\n?S\n?[O0]\n?N(?:\n?S)?\b"  # A line may end between any two letters.
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
    printed: str = ""  # The words behind the number, blanks collapsed.
    on: date | None = None  # Date of declassification.
    event: str = ""  # Event that declassifies it, or exemption: "OADR", "after the election".


@dataclass(frozen=True, slots=True)
class ClassifiedBy:
    """Who classified a telegram (H-17), and why: the letters of E.O. 12958, section 1.4."""

    name: str = ""  # Title and name, as printed.
    reasons: tuple[str, ...] = ()  # ("b", "d")

    def __bool__(self) -> bool:
        return bool(self.name or self.reasons)


def find_order(preamble: str, created: date | None = None) -> tuple[Order, list[tuple[str, str]]]:
    """Return the E.O. line of a preamble and warnings about it (H-12).

    A date that does not exist, or is more than a day before the telegram, is left out.
    """
    label = ORDER.search(preamble) if NUMBERED_ORDER.search(preamble) else None
    if label is None:
        return Order(), []
    field = preamble[label.end() : label.end() + LONGEST_FIELD]
    if end := FIELD_ENDS.search(field):
        field = field[: end.start()]
    printed = " ".join(field.split())
    until = UNTIL.search(printed)
    rest = printed[until.end() :] if until else printed
    order = Order(label["number"], printed)
    start = _behind(GRADED, rest, 0)
    if written := match_at(rest, _behind(ON, rest, start), *DATES):
        day = date_of_match(written)
        if day is None or (created and day[0].date() < created - timedelta(days=1)):
            words = rest[start : written.end()]
            return order, [("H-12", f"Not a date of declassification: {words}")]
        return Order(order.number, printed, on=day[0].date()), []
    if not rest or NEVER.match(rest):
        return order, []
    if ends := EVENT_ENDS.search(rest):
        rest = rest[: ends.start()]
    return Order(order.number, printed, event=rest[:LONGEST_EVENT].strip(" .,;")), []


def _behind(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Return the offset behind the words of a pattern at `start`; `start` if they are not there."""
    match = pattern.match(text, start)
    return match.end() if match else start


def find_classified_by(text: str) -> ClassifiedBy:
    """Return who classified a telegram, from its preamble and first paragraph (H-17)."""
    label = _find_label(text) or _find_label(text := unwrapped(text))
    if label is None:
        return ClassifiedBy()
    field = text[label.end() : label.end() + REASONS_WITHIN]
    while again := NOISE.match(field):
        field = field[again.end() :]
    end = BY_ENDS.search(field, 0, LONGEST_NAME)
    if end is None:
        field = unwrapped(field)
        end = BY_ENDS.search(field, 0, LONGEST_NAME)
    name = field[: end.start()] if end else field[:LONGEST_NAME]
    name = " ".join(unwrapped(name).split()).strip(" .,;:-")
    return ClassifiedBy(name, tuple(dict.fromkeys(_reasons(field))))


def _find_label(text: str) -> re.Match[str] | None:
    """Return the label "Classified By" in a text, or None."""
    return BY.search(text) if "CLASSIFIED" in text.upper() else None


def find_classified_by_inside(paragraph: str) -> ClassifiedBy:
    """Return who classified a telegram, from a first paragraph that says so (H-17).

    "1. (U) CLASSIFIED BY ..., REASON 1.5(D)" counts; a sentence about classified papers does not.
    """
    if (label := _find_label(paragraph)) is None:
        return ClassifiedBy()
    by = find_classified_by(paragraph)
    opens = not any(map(str.isalpha, PARAGRAPH_START.sub("", paragraph[: label.start()], count=1)))
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
    """Return a text without the line breaks inside words (H-17).

    The line before such a break is as wide as the widest; the next begins in lower case.
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
