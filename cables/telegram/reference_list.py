"""Find the list of references in a preamble, where it ends, and its bullets (H-16, R-1, R-2)."""

import re
from collections.abc import Iterator
from itertools import islice

from .page_markers import strip_old_pages
from .paragraphs.text_start import REFERENCE, UNFINISHED, breaks_item
from .preamble import (
    CAPTION_LINE,
    FIELD_OR_TEXT,
    HEADINGS,
    LABEL_IN_LINE,
    NUMBERED,
    SUBJECT_LABEL,
    TAGS_LABEL,
)
from .preamble_vocabulary import ANY_MARK
from .printed_references import ReferenceReader

LONGEST = 6_000  # Characters of a list.
MOST_LABELS = 6  # Labels that are tried: a text full of them has no list.
REFLOWED = 200  # A longer line had its breaks removed (B-6).
SHORT = 60  # Characters: a shorter line may be an item without a reference.

NAMES = r"(?:REF(?:[’']?S|\(S\)|TELS?|TEL\(S\)|ERENCES?)?|RETELS?)"
LITERALS = ("REF", "Ref", "ref", "RETEL", "Retel", "retel")
# At the start of a line, with a colon or as a heading above a blank line, and without.
LABEL = re.compile(
    rf"^[ \t]*(?:{ANY_MARK}[ \t]*)?(?:(?i:{NAMES}))"
    r"(?:(?P<colon>[ \t]{0,3}[:;]|(?<=REF|CES)(?=\n\n))|(?=[ \t.,\n(\[-]|$)[.,]?)",
    re.MULTILINE,
)
# Inside a line; in capitals also without a blank before it: "PRIMEREF: STATE 900001".
INLINE = re.compile(
    r"(?<!\s[A-Z][.)\]] )"  # "A. REF AMMAN 900222" is an item.
    r"R(?:EF(?:S|\(S\)|TELS?|ERENCES?)?|ETELS?|(?<!\wR)e(?:f(?:s|tels?|erences?)?|tels?))"
    r"(?:(?P<colon>\.?[ \t]?[:;])|\b(?=[ \t(.]))"
)
# A list that lost its label, or kept a part of it: "Q: A) TRIPOLI".
UNLABELLED = re.compile(
    r"^[ \t]*(?:[A-Z]{1,4}[ \t]?[:;][ \t]*)?(?=¶?[(\[]?A(?:[.:][ \t]*|[)\]][.:]?[ \t]*| - ?)"
    r"['’(]?[A-Z0-9])",
    re.MULTILINE,
)
# "678. Re Critic 15.", "259. Depcirtel 840 and 841.": a telegram without a post, behind the number.
OF_NO_POST = (
    r"Depcirtels?|(?:(?:Department|Dept|Deptel)(?:[’']s)? )?(?:cirtels?|circulars?(?: telegrams?)?)"
    r"|Critics?"
)
BEHIND_NUMBER = re.compile(
    r"\s*\[?\d{1,6}\]?\. (?:(?:Re|Ref|Reference)[:.]? )?(?:the )?"
    rf"(?P<item>(?:{OF_NO_POST}) \d{{1,5}}(?:(?:,|,? and) \d{{1,5}})*)\.(?=\s|$)",
    re.IGNORECASE,
)
AGAIN = re.compile(rf"\b(?i:{NAMES})[ \t]?:", re.MULTILINE)
# Where a list ends: before a line, and inside one.
ENDING_LINE = re.compile(
    rf"""{NUMBERED}|[ \t]*(?:{FIELD_OR_TEXT}
      |(?i:(?:FOR[ ])?REASONS?\b)
      |(?i:(?:END[ ])?(?:EXECUTIVE[ ])?SUMMARY)\b[ \t]*(?:$|[:.;/(=-]|(?i:AND)\b)
      |(?i:{HEADINGS}|ACTION[ ]REQUEST(?:ED)?|BEGIN[ ](?:SUMMARY|TEXT))[ \t]*(?:[:.]|$)
      |(?i:THIS[ ](?:CABLE|MESSAGE)\b|THE[ ]ENCLOSED\b)
      |(?:UNCLAS|C[ ]O[ ]N[ ]F|S[ ]E[ ]C[ ]R)\b
    )""",
    re.VERBOSE,
)
ENDING = re.compile(
    rf"""{LABEL_IN_LINE}|(?<![A-Za-z])\s¶?1\.[ ]+(?=[A-Z][A-Za-z])
    |\b(?i:(?:FOR[ ])?REASONS?)[ :]{{1,3}}1\.[45]
    |\b(?i:(?:BEGIN[ ])?SUMMARY)[ \t]?[:.]|\bSUMMARY\b(?=[ \t]*(?:AND\b|$|-{{2,}}))""",
    re.VERBOSE,
)
BULLET = re.compile(r"(?:(?<=[\s;,(\[.¶])|^)([A-Z])(?:[ \t]?[.)\]:]|[ \t]?[/–—-])")
LINE_BULLET = re.compile(
    r"[ \t¶-]*(?:(?i:REF(?:TEL)?)[ \t]+)?(?:(?P<open>[(\[])[ \t]?)?(?P<letter>[A-Z])[ \t]?"
    r"(?P<close>[.)\]:]|[ ]-)(?P<rest>.*)"
)
NUMBER_BULLET = re.compile(r"[ \t]*\((?P<number>\d{1,2})\)")
REST = re.compile(
    r"[\s;,.]*(?:\((?:NOTAL|EXDIS|NODIS|\d\d)\)|NOTAL|(?:[/,]|AND)[ \t]*\d+)*[\s;,.]*"
)
PORTIONS = frozenset("CSU")


def reference_lists(preamble: str) -> Iterator[tuple[str, bool]]:
    """Yield (text, certain) of possible lists of references, the most likely first (R-1).

    One that is not certain is a list only if it begins with a reference.
    """
    for pattern in (LABEL, INLINE) if any(name in preamble for name in LITERALS) else ():
        labels = _labels(pattern, preamble)
        for start, certain in sorted(labels, key=lambda label: not label[1]):
            yield reference_list(preamble, start), certain
    for label in _labels(UNLABELLED, preamble):
        yield reference_list(preamble, label[0]), False


def item_behind_number(preamble: str) -> str:
    """Return the telegram without a post that a sentence behind the own number names, or ""."""
    named = BEHIND_NUMBER.match(preamble)
    return named["item"] if named else ""


def _labels(pattern: re.Pattern[str], preamble: str) -> list[tuple[int, bool]]:
    """Return (offset behind it, whether it has a colon) of the first labels."""
    labels = islice(pattern.finditer(preamble), MOST_LABELS)
    return [(label.end(), label.lastgroup == "colon") for label in labels]


def reference_list(preamble: str, start: int) -> str:
    """Return the text of the list that starts at an offset, its lines as printed (R-1)."""
    kept: list[str] = []
    last, blank = "", False
    lines = strip_old_pages(preamble[start : start + LONGEST]).split("\n")
    for number, line in enumerate(lines):
        if not line.strip():
            blank = True
            continue
        if number and _ends(line, last, len(kept) == 0):
            break
        if blank and kept and not _goes_on(kept[-1], line, last):
            break
        if ended := ENDING.search(line):
            line = line[: ended.start()]
        kept.append(AGAIN.sub("\n", line))
        last, blank = _last_bullet(line, last), False
        if ended:
            break
    return "\n".join(kept)


def _ends(line: str, last: str, empty: bool) -> bool:
    """Return whether a list ends before a line, which is another field or text.

    `last` is the bullet that the list has reached, `empty` says that it has no line so far.
    """
    if ENDING_LINE.match(line) or CAPTION_LINE.match(line):
        return True
    if SUBJECT_LABEL.match(line) or TAGS_LABEL.match(line):
        return True
    return len(line) > REFLOWED and not empty and not _next_bullet(line, last)


def _goes_on(line: str, following: str, last: str) -> bool:
    """Return whether a list goes on behind a blank line, in the line `following` (B-4)."""
    if _next_bullet(following, last):
        return True
    item = None if LINE_BULLET.match(following) else REFERENCE.match(following)
    if UNFINISHED.search(line):
        return item is not None
    if breaks_item(line, following):
        return True
    if item is None or not REST.fullmatch(item["rest"]):
        return False
    return len(item["serial"]) > 1 and item["station"].isupper()


def _next_bullet(line: str, last: str) -> bool:
    """Return whether a line starts with the bullet after `last`."""
    if number := NUMBER_BULLET.match(line):
        return last.isdigit() and int(number["number"]) == int(last) + 1
    bullet = LINE_BULLET.match(line)
    if bullet is None:
        return False
    item = REFERENCE.match(bullet["rest"])
    if bullet["letter"] != following_bullet(last):
        return item is not None and bullet["letter"] not in PORTIONS and bool(last)
    if bullet["open"] and bullet["letter"] in PORTIONS:
        return item is not None or len(bullet["rest"]) < SHORT
    return True


def following_bullet(last: str) -> str:
    """Return the bullet after `last`: "B" after "A", "2" after "1"; "B" after none."""
    if last.isdigit():
        return str(int(last) + 1)
    return chr(ord(last) + 1) if last else "B"


def _last_bullet(line: str, last: str) -> str:
    """Return the bullet that a list has reached behind one more line; `last` before it."""
    for number in re.findall(r"\((\d{1,2})\)", line):
        if number == (str(int(last) + 1) if last.isdigit() else "1"):
            last = number
    for letter in BULLET.findall(line):
        if (last == "" and letter == "A") or letter == following_bullet(last):
            last = letter
    return last


ENCLOSED = re.compile(r"[(\[]\s?(?:REF(?:TEL)?\s)?([A-Za-z]|\d{1,2})[.:]?\s?[)\]]")
NAMES_BEFORE_BULLET = frozenset(["REF", "REFTEL", "REFS"])
MARKS = frozenset(".):]-–—/")
DASHES = frozenset(["", "/", "-", "–", "—"])  # A letter with these is a bullet before a reference.


class BulletReader:
    """Read bullets at places of a list of tokens; `last` is the bullet before."""

    def __init__(self, references: ReferenceReader):
        self.references = references
        self.parts = references.parts
        self.kinds, self.texts = references.kinds, references.texts
        self.last = ""

    def at(
        self, place: int, *, anew: bool, listed: bool, begun: bool = False
    ) -> tuple[str, int] | None:
        """Return the bullet at a place and the place behind it, or None.

        A repeated bullet is read as one. A bullet counts if it is the next in order: so "(C)"
        behind "(B)" is not taken for a portion mark. If an item may start here (`anew`), a bullet
        out of order counts before a reference. If an item is `listed` already, the first bullet
        may be "B"; if one has `begun` that is not known, only before a reference.
        """
        printed = self._printed(place)
        if printed is None:
            return None
        unlisted = begun and printed[0] == "B" and not self.last
        if unlisted and self.references.at(printed[1]):
            return printed[:2]
        if printed[0].upper() not in self._expected(listed):
            if not (anew and self._is_out_of_order(*printed)):
                return None
        elif not self._is_next(place, *printed):
            return None
        letter, after, _ = printed
        again = self._printed(after)
        while again and again[0].upper() == letter.upper():
            after = again[1]
            again = self._printed(after)
        return letter.upper(), after

    def _printed(self, place: int) -> tuple[str, int, str] | None:
        """Return a possible bullet at a place, the place behind it and its sign; or None."""
        kind, text = self.kinds[place], self.texts[place]
        if kind == "paren" and (enclosed := ENCLOSED.fullmatch(text.upper())):
            after = place + 1
            while self.texts[after] in (".", ":"):
                after += 1
            return enclosed[1], after, "("
        if kind == "word" and text.upper() in NAMES_BEFORE_BULLET:
            place += 1 + (self.kinds[place + 1] == "newline")
            named = self.texts[place].upper() in NAMES_BEFORE_BULLET
            following = None if named else self._printed(place)
            return (following[0], following[1], "REF") if following else None
        if len(text) > 1 + (kind == "number") or kind not in ("word", "number"):
            return None
        broken = self.kinds[place + 1] == "newline" and self.texts[place + 2] in DASHES
        start = after = place + 1 + broken  # "... D" / "- ROME 900001"
        while self.texts[after] in MARKS:
            after += 1
        sign = self.texts[start] if after > start else ""
        if kind == "number" and sign not in ((")",) if place else (")", ".")):
            return None
        return text, after, sign

    def _is_next(self, place: int, letter: str, after: int, sign: str) -> bool:
        """Return whether a letter that is next in order is a bullet."""
        spaced = sign == "-" and self.texts[place + 1] == "-" and not self.parts[place + 1].glued
        if sign in DASHES and not spaced:
            return letter.isupper() and self.references.at(after) is not None
        if sign == "." and self.kinds[place - 1] == "word" and letter.isalpha():
            # The initial of a name: "JOHN B. LIND EMAIL".
            return self.references.at(after) is not None or not self._again(letter, after)
        return letter.isalpha() or sign == "(" or self.references.at(after) is not None

    def _expected(self, listed: bool) -> tuple[str, ...]:
        if self.last:
            return (following_bullet(self.last),)
        return ("A", "1", "B") if listed else ("A", "1")

    def _is_out_of_order(self, letter: str, after: int, sign: str) -> bool:
        if not letter.isupper() or sign in DASHES:
            return False
        if sign == "(" and letter in PORTIONS:
            return False
        return self.references.at(after) is not None

    def _again(self, letter: str, place: int) -> bool:
        return any(
            part.text.strip("()[]").upper() == letter and self.texts[number + 1] in MARKS
            for number, part in enumerate(self.parts[place:], place)
        )
