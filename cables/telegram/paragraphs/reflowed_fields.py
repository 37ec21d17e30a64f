"""Find where the text begins in a long line that holds fields too (B-4, B-6).

    SUBJECT: HARBOR FEES REF: ROME 900001 (U) The harbor master said that ...

Software removed the line breaks, so the text follows the last field on its line.
"""

import re

from .. import preamble_vocabulary as vocabulary
from ..references import is_station

FIELD = re.compile(
    rf"""(?<![A-Za-z])(?:(?P<order>{vocabulary.ORDER})|(?P<tags>TAGS)[ ]?:
    |(?P<subject>{vocabulary.SUBJECT})[ ]?:|(?P<ref>{vocabulary.REFERENCES})[ ]?:
    |(?P<by>{vocabulary.CLASSIFIED_BY}))""",
    re.VERBOSE | re.IGNORECASE,
)
# Where a text may begin: with a number, a portion mark, or a word in mixed case.
START = re.compile(
    r"(?<=\s)(?P<number>¶?1\.(?!\d)[ \t]*)?"
    rf"(?P<mark>\((?P<letter>{vocabulary.PORTION_MARK})\)[ \t]*)?"
    r"(?=[\"“‘(]?[A-Z0-9])"
)
HEADED = re.compile(r"(?:SUMMARY|INTRODUCTION|BACKGROUND|COMMENT|OVERVIEW)\b", re.IGNORECASE)
MIXED = re.compile(r"[\"“‘]?[A-Z](?:['’]?[a-z]|[ \t])")
LOWER = re.compile(r"[a-z'’-]{2,}[,;:.]?")
LEADING = re.compile(rf"(?:{vocabulary.ANY_MARK}|[\s:;])*")
# A cable in a list of references.
ITEM = re.compile(
    r"[\s;,.&/]*(?:AND\s)?(?:[(\[]?[A-Z][.)\]:][ \t]*)?(?:['’]?\d{2}(?:\d\d)?[ \t]+)?"
    r"(?P<station>[A-Z][A-Z.'’ ]{1,30}?)[ \t]+\d{1,7}(?![\d,])"
    rf"(?:[ \t]*\((?!(?:{vocabulary.PORTION_MARK})\))[^()]{{1,80}}\))?"
    r"(?:[ \t]+(?:AND PREVIOUS|NOTAL|ET AL)\b)?[;,.]?",
    re.IGNORECASE,
)
WINDOW, LEAST = 30, 3  # Of so many words of prose a quarter, and so many, are in lower case.


def find_text_inside(line: str) -> int:
    """Return the offset at which the text begins behind the fields of a line, 0 if it does not."""
    fields = list(FIELD.finditer(line))
    ends = [*(field.start() for field in fields[1:]), len(line)]
    for field, end in zip(fields, ends, strict=False):
        value = line[field.end() : end]
        if at := _text_start(field.lastgroup or "", value):
            return field.end() + at
    return 0


def _text_start(field: str, value: str) -> int:
    """Return the offset in the value of a field at which the text begins, or 0."""
    if field in ("order", "tags"):
        return 0
    listed = _list_end(value) if field == "ref" else 0
    if listed and is_prose(value[listed:]):
        return len(value) - len(value[listed:].lstrip())
    starts = (start for start in START.finditer(value, listed) if _may_start(field, start))
    return next((start.start() for start in starts if is_prose(value[start.end() :])), 0)


def _list_end(value: str) -> int:
    """Return the offset behind the cables at the start of a list of references."""
    end = 0
    while (item := ITEM.match(value, end)) and is_station(item["station"].upper()):
        end = item.end()
    return end


def _may_start(field: str, start: re.Match[str]) -> bool:
    """Return whether a text may begin at a place in the value of a field, by what stands there."""
    before = LEADING.sub("", start.string[: start.start()], count=1)
    if not before:
        return False
    if start["mark"]:  # In a list "(C)" behind "(B)" is a bullet.
        return not (field == "ref" and f"({chr(ord(start['letter'][0]) - 1)})" in before)
    if field != "subject":
        return start["number"] is not None
    if start["number"]:
        return before.isupper() or HEADED.match(start.string, start.end()) is not None
    mixed = MIXED.match(start.string, start.start()) is not None
    return mixed and (before.isupper() or before.endswith("  "))


def is_prose(text: str) -> bool:
    """Return whether a text begins like running text, which is mostly in lower case."""
    words = text.split(None, WINDOW)[:WINDOW]
    lower = sum(LOWER.fullmatch(word) is not None for word in words)
    return lower >= LEAST and 4 * lower >= len(words)
