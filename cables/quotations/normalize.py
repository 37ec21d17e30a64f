"""Normalize a text for comparison: its characters ("signs") and the gap before each of them.

    'The “co-\\noperation” -- of 1.5'    signs  t h e ' c o o p e r a t i o n ' o f 1 . 5
                                       gaps   n n n n n n l n n n n n n n n n d n s n n

Two texts are the same where their signs are equal and their gaps are equivalent (`SAME`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import repeat

DASH = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
# Invisible characters: direction marks, zero-width spaces. Soft hyphens show at line ends.
HIDDEN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
MARK = "'"  # Any quotation mark or apostrophe.
QUOTE_MARKS = frozenset("\"'`´‘’‚‛“”„‟«»‹›′″＂")
# Ligatures. No other character is decomposed: "1½" is not "11/2".
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
RULE = r"={3,}|_{3,}|\*{3,}|~{3,}"
STEP = re.compile(
    rf"(?P<gap>(?:[\s{HIDDEN}\{DASH}]|{RULE})*)"
    rf"(?P<run>[^\W_](?:[{HIDDEN}]*[^\W_])*|''|``|.)?",
    re.DOTALL,
)
HIDDEN_SIGN = re.compile(f"[{HIDDEN}]")
SOFT_HYPHEN = re.compile(r"\u00ad[ \t]*\n\s*")
RULES = re.compile(rf"[\{DASH}]{{3,}}|{RULE}")
LINE_END = re.compile(r"[-\u2010\u2011][ \t]*\n\s*")
SEPARATORS = frozenset(".,:/")  # Between two digits they do not end a word: "1.5", "12:30".

# Kinds of gaps between two signs.
NONE, BLANK = "n", "s"
HYPHEN = "h"  # "well-known"
DASHED = "d"  # "fees -- and", "fees - and"
MINUS = "m"  # "to -5"
LINE_HYPHEN = "l"  # At a line end: of a compound, or of a word that is broken there.
DASHES = frozenset((HYPHEN, DASHED, MINUS, LINE_HYPHEN))
SAME = {(gap, gap) for gap in (NONE, BLANK)} | {(one, other) for one in DASHES for other in DASHES}
SAME |= {(LINE_HYPHEN, NONE), (NONE, LINE_HYPHEN)}
INSIDE_A_WORD = frozenset((NONE, HYPHEN, LINE_HYPHEN))


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of one or more texts. Each has the gap before it and (number of text, offset)."""

    signs: str
    gaps: str
    places: list[tuple[int, int]] = field(repr=False)
    tail: str = NONE  # The gap after the last sign.

    def holds(self, wanted: "Signs", at: int) -> bool:
        """Tell whether `wanted`, whose signs are equal at this index, is there in whole words."""
        end = at + len(wanted.signs)
        if self.continues(at) or self.continues(end) or self.gaps[at] == MINUS:
            return False
        ours, theirs = self.gaps[at + 1 : end], wanted.gaps[1:]
        return ours == theirs or all(map(SAME.__contains__, zip(ours, theirs, strict=True)))

    def continues(self, at: int) -> bool:
        """Tell whether the sign at this index continues a word or a number."""
        if not 0 < at < len(self.signs):
            return False
        before, sign, gap = self.signs[at - 1], self.signs[at], self.gaps[at]
        if before.isalnum() and sign.isalnum():
            return gap in INSIDE_A_WORD
        return in_number(self.signs, at) and gap == NONE

    def find(self, wanted: "Signs", start: int = 0) -> Iterator[int]:
        """Yield each index, from `start`, at which `wanted` is in whole words."""
        at = self.signs.find(wanted.signs, start)
        while at >= 0:
            if self.holds(wanted, at):
                yield at
            at = self.signs.find(wanted.signs, at + 1)


def in_number(signs: str, at: int) -> bool:
    """Tell whether the sign is the separator inside a number, or the digit after it."""
    point = at if signs[at] in SEPARATORS else at - 1
    return (
        signs[point] in SEPARATORS
        and 0 < point < len(signs) - 1
        and signs[point - 1].isdigit()
        and signs[point + 1].isdigit()
    )


def normalize(text: str, number: int = 0, start: int = 0, end: int | None = None) -> Signs:
    """Return the signs of text[start:end], which is in NFC; `number` identifies the text."""
    signs: list[str] = []
    gaps: list[str] = []
    places: list[tuple[int, int]] = []
    tail = NONE
    for step in STEP.finditer(text, start, len(text) if end is None else end):
        between, run = step.groups()
        if not run:
            tail = _gap_kind(between, "", " ") if between else tail
        else:
            normalized, offsets = _normalize_run(run, step.start("run"))
            if not between or between.isspace():
                gap = BLANK if between else NONE
            else:
                gap = _gap_kind(between, signs[-1][-1] if signs else "", run[0])
            signs.append(normalized)
            gaps += (gap, *repeat(NONE, len(normalized) - 1))
            places += zip(repeat(number), offsets)
    return replace(_without_ignored_blanks("".join(signs), gaps, places), tail=tail)


def concatenate(parts: Iterable[Signs]) -> Signs:
    """Concatenate signs with a blank between them. Each keeps its (number, offset)."""
    signs, gaps, places, tail = "", "", [], BLANK
    for part in parts:
        if part.signs:
            first = BLANK if part.gaps[0] == NONE else part.gaps[0]
            seam, signs = len(signs), signs + part.signs
            first = DASHED if tail in DASHES else first
            if first == BLANK and seam and is_ignored_blank(signs, seam):
                first = NONE
            gaps += first + part.gaps[1:]
            places += part.places
        tail = part.tail if part.signs or part.tail in DASHES else tail
    return Signs(signs, gaps, places)


def _without_ignored_blanks(signs: str, gaps: list[str], places: list[tuple[int, int]]) -> Signs:
    """Return signs without gaps for blanks beside punctuation, except inside numbers."""
    text = "".join(gaps)
    at = text.find(BLANK, 1)
    while at >= 0:
        if is_ignored_blank(signs, at):
            gaps[at] = NONE
        at = text.find(BLANK, at + 1)
    return Signs(signs, "".join(gaps), places)


def is_ignored_blank(signs: str, at: int) -> bool:
    """Tell whether a blank before a sign is ignored: beside punctuation and not in a number."""
    return not ((signs[at - 1].isalnum() and signs[at].isalnum()) or in_number(signs, at))


def in_nfc(text: str) -> str:
    """Return a text in NFC: a letter and its accent are one character. Offsets refer to it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _normalize_run(run: str, start: int) -> tuple[str, Iterable[int]]:
    """Return the signs of a run of letters, or of one other character, and their offsets."""
    if run[0] in QUOTE_MARKS:
        return MARK, (start,)
    if run.isascii():
        return run.lower(), range(start, start + len(run))
    signs = ""
    offsets: list[int] = []
    for offset, letter in enumerate(run, start):
        if HIDDEN_SIGN.match(letter):
            continue
        spelled = _spell(letter)
        signs += spelled
        offsets += repeat(offset, len(spelled))
    return signs, offsets


def _spell(letter: str) -> str:
    """Return the signs of a character that is not a quotation mark."""
    return "..." if letter == "…" else LIGATURES.get(letter) or letter.lower()


class _LetterTable(dict[int, str | None]):
    """For str.translate: the letters and digits among the signs of each character."""

    def __missing__(self, code: int) -> str | None:
        self[code] = "".join(filter(str.isalnum, _spell(chr(code)))) or None
        return self[code]


LETTERS = _LetterTable()


def letters_of(text: str) -> str:
    """Return the letters and digits of the signs of a text, at a small part of their cost.

    A text that does not have those of a quotation in a row does not have the quotation.
    """
    return text.translate(LETTERS)


def _gap_kind(between: str, before: str, sign: str) -> str:
    """Return the kind of the gap between two signs."""
    if not between.isascii():
        between = HIDDEN_SIGN.sub("", SOFT_HYPHEN.sub("", between))
    bare = RULES.sub(" ", between)
    if not bare.strip(DASH):
        return HYPHEN if len(bare) == 1 else DASHED if bare else NONE
    if not any(dash in bare for dash in DASH):
        return BLANK
    if LINE_END.fullmatch(bare) and before and before.isalpha() and sign.isalpha():
        return LINE_HYPHEN
    return MINUS if bare[-1] in DASH and sign.isdigit() and bare.strip()[:2] == bare[-1] else DASHED
