"""Find the list of references in a preamble, and where it ends (H-16, R-1)."""

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

LONGEST = 6_000  # Characters of a list.
MOST_LABELS = 6  # Labels that are tried: a text full of them has no list.
REFLOWED = 200  # A longer line had its breaks removed (B-6).
SHORT = 60  # Characters: a shorter line may be an item without a reference.

NAMES = r"(?:REF(?:[’']?S|\(S\)|TELS?|TEL\(S\)|ERENCES?)?|RETELS?)"
LITERALS = ("REF", "Ref", "ref", "RETEL", "Retel", "retel")
# At the start of a line, with a colon and without.
LABEL = re.compile(
    rf"^[ \t]*(?:{ANY_MARK}[ \t]*)?(?:(?i:{NAMES}))"
    r"(?:(?P<colon>[ \t]{0,3}[:;])|(?=[ \t.,\n(\[-]|$)[.,]?)",
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
      |(?i:THIS[ ](?:CABLE|MESSAGE)\b)
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
PORTIONS = "CSU"


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
