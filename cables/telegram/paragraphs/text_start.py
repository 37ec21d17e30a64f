"""Find where the fields of a telegram (E.O., TAGS, SUBJECT, REF ...) end and its text begins (B-4).

This is the one scan of a preamble: `segment` cuts the body here, and the readers of fields get the
lines above. Where software removed the line breaks, the text follows the last field on its line:

    SUBJECT: HARBOR FEES REF: ROME 900001 (U) The harbor master said that ...
"""

import re
from collections.abc import Callable
from itertools import islice

from .. import preamble_vocabulary as vocabulary
from ..page_markers import CLASSIFICATION_LINE, STATION_AND_SERIAL
from ..references import is_station
from .line_starts import PORTION_MARK
from .lines import REFLOWED, Line

MOST_LINES = 8  # Of a subject.
SHORTEST_TEXT = 200  # Characters of a text that no blank line separates from the preamble.
LONGEST_CAPTIONS = 200  # Characters of a line of captions.
WINDOW = 2_200  # Characters from the start in which a label counts that follows no field (H-18).

# H-16. "Ref. B, ..." in running text is no label.
IN_TEXT = r"[ \t]+\(?(?-i:[A-Z])\)?(?:[ \t]*,|[ \t]+(?-i:[a-z]))"
LABEL = re.compile(
    rf"""[ \t]*(?:\([A-Z/]{{1,6}}\)[ \t]*)?(?:
    (?P<order>E\.?\s?O\.?\s?:?\s*1\d{{2,4}}\b)
    |(?P<tags>(?:{vocabulary.TAGS})[ \t]*[:;,.]
        |TAGS?(?=(?:[ \t,]+[A-Z]{{2,8}}){{2,}}[ \t,]*$))
    |(?P<subject>(?:{vocabulary.SUBJECT})[ \t]*[:;.]|SUBJ(?:ECT)?(?=[ \t]+[A-Z0-9(]))
    |(?P<ref>(?:{vocabulary.REFERENCES}|REF[ \t]+[A-Z])[ \t]*(?:[:;]|\.(?!{IN_TEXT}))
        |RETELS?[ \t]*[:;.]
        |REFS?(?=[ \t]+(?:\(?[A-Z][.)]|\d\d[ \t]|[A-Z]{{3,}}[ \t]+\d)))
    |(?P<by>{vocabulary.CLASSIFIED_BY})
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# A line whose breaks were removed may hold the whole preamble, or its last fields. An order on
# another matter, "E.O. 10582", is part of a sentence there.
LABEL_INSIDE = re.compile(
    rf"\s(?:(?P<order>E\.?O\.? ?(?:(?:{vocabulary.ORDERS})\b|1\d{{3,4}}(?=[ \t]*:)))"
    r"|(?P<tags>TAGS:|Tags:|AGS:)"
    r"|(?P<subject>SUBJ(?:ECT)?:)|(?P<ref>REF:))|(?<=\w)(?P<glued>E\.O\.:? ?1\d{3,4}\b)"
)
INSIDE = ("E.O", "EO", "AGS:", "Tags:", "SUBJ", "REF:")  # Most lines have none of them.
# Without a colon these are labels only in capitals: "Subject to approval" is text.
BARE_LABEL = re.compile(r"(?i:[ \t]*(?:tags?|subj(?:ect)?|refs?))(?=[ \t])")
BULLET = re.compile(r"[ \t-]*[(\[]?(?P<letter>[A-Z])[)\].:](?=[\s)]|$)")
BULLET_INSIDE = re.compile(r"(?<![A-Za-z0-9])[(\[]?(?P<letter>[A-Z])[)\].:](?=[\s)]|$)")
CAPTION_LINE = re.compile(
    rf"[ \t]*(?:(?:{vocabulary.CLASS_CAPTIONS}|NOCONTRACT|TERREP|CODEL|[A-Z]+ CHANNEL)[ \t,/]*)+"
)
# A cable at the start of a line of a list of references.
REFERENCE = re.compile(
    r"[ \t.:]*(?:['’(]?[O\d]{2,4}\)?[ -]{0,2})?(?P<station>[A-Za-z0][A-Za-z0.'’]{1,20}"
    r"(?:[ -][A-Za-z.'’]{1,15}){0,4}?)[ #:,.-]{0,3}\(?[CSU]?\)?(?P<serial>\d{1,7})\b(?P<rest>.*)"
)
# The end of a line whose item goes on in the next one: a year, a bullet, a comma.
UNFINISHED = re.compile(
    r"(?:[;,/&]|\bAND|(?:^|[.)\]:;,])[ \t]{0,8}['’(]?[O\d]{2}\)?|[A-Z][.)\]:])[ \t]*$"
)
# The same without a serial: "C. RIO" / "DE JANEIRO 12", "STATE" / "123".
WITHOUT_SERIAL = re.compile(
    r"(?:^|[;,.:)\]]|\bAND)[ \t]*(?P<words>(?:['’]?\d\d(?:\d\d)?[ \t]+)?(?![A-Z][.)\]:])"
    r"[A-Z][A-Za-z.'’ ]{2,24})$"
)
# In a line whose breaks were removed: a field, and where a text may begin behind it.
FIELD = re.compile(
    rf"""(?<![A-Za-z])(?:(?P<order>{vocabulary.ORDER})|(?P<tags>TAGS)[ ]?:
    |(?P<subject>{vocabulary.SUBJECT})[ ]?:|(?P<ref>{vocabulary.REFERENCES})[ ]?:
    |(?P<by>{vocabulary.CLASSIFIED_BY}))""",
    re.VERBOSE | re.IGNORECASE,
)
# With a number, a portion mark, or a word in mixed case.
START = re.compile(
    r"(?<=\s)(?P<number>¶?1\.(?!\d)[ \t]*)?"
    rf"(?P<mark>\((?P<letter>{vocabulary.PORTION_MARK})\)[ \t]*)?"
    r"(?=[\"“‘(]?[A-Z0-9])"
)
HEADED = re.compile(r"(?:SUMMARY|INTRODUCTION|BACKGROUND|COMMENT|OVERVIEW)\b", re.IGNORECASE)
MIXED = re.compile(r"[\"“‘]?[A-Z](?:['’]?[a-z]|[ \t])")
LOWER = re.compile(r"[a-z'’-]{2,}[,;:.]?")
WORD = re.compile(r"\S+")
BRACKETED = re.compile(r"\(.\)")
LEADING = re.compile(rf"(?:{vocabulary.ANY_MARK}|[\s:;])*")
# A cable in a list of references.
ITEM = re.compile(
    r"[\s;,.&/]*(?:AND\s)?(?:[(\[]?[A-Z][.)\]:][ \t]*)?(?:['’]?\d{2}(?:\d\d)?[ \t]+)?"
    r"(?P<station>[A-Z][A-Z.'’ ]{1,30}?)[ \t]+\d{1,7}(?![\d,])"
    rf"(?:[ \t]*\((?!(?:{vocabulary.PORTION_MARK})\))[^()]{{1,80}}\))?"
    r"(?:[ \t]+(?:AND PREVIOUS|NOTAL|ET AL)\b)?[;,.]?",
    re.IGNORECASE,
)
ENCLOSED = re.compile(r"\s*\[?(?:Attachment|Enclosure|Tab [A-Z0-9])\]?\s*")
WORDS, LEAST = 30, 3  # Of so many words of prose a quarter, and so many, are in lower case.


def find_label(line: str) -> re.Match[str] | None:
    """Return the first label of a field in a line: at its start, or else inside it.

    The match's `lastgroup` names the field: order (glued to a word: glued), tags, subject, ref
    or by.
    """
    label = LABEL.match(line)
    if label is None:
        return LABEL_INSIDE.search(line) if any(map(line.__contains__, INSIDE)) else None
    bare = BARE_LABEL.match(line)
    if bare and bare.end() == label.end() and not bare.group().isupper():
        return label if label["tags"] and line[bare.end() :].isupper() else None
    return label


def find_text_start(lines: list[Line], first: int, numbered: int) -> tuple[int, int]:
    """Return (index of a line, offset in it) at which the text behind the preamble begins.

    The index is `len(lines)` if all is preamble. The offset is 0, but in a long line that holds
    fields too. `first` is where the telegram itself starts; lines before it are preamble as well.
    A label counts before the line `numbered`, where the first numbered paragraph starts, and only
    within 2,200 characters or right behind a field.
    """
    end = _opening_end(lines, first)
    unnumbered = lines[:numbered]
    last = end  # Where the last field starts.
    labelled = in_text = False
    characters = 0
    index = first
    while index < len(unnumbered):
        text = unnumbered[index].text
        label = find_label(text) if characters <= WINDOW or index <= end + 1 else None
        in_text = in_text or (label is None and _is_below_preamble(text))
        if label and in_text and label.lastgroup in ("subject", "ref"):  # Of what is enclosed.
            break
        if label is None:
            characters += len(text) + 1
            index += 1
            continue
        if len(text) > REFLOWED and (offset := _text_inside(text)):
            return index, offset
        if not labelled:
            labelled, unnumbered = True, _before_number_one(unnumbered, index + 1)
        last, end = index, _field_end(unnumbered, index, label.lastgroup or "", text[label.end() :])
        characters += sum(len(line.text) + 1 for line in unnumbered[index:end])
        index = end
    return _prose_below(lines, last, end) if _next_text(lines, end) == len(lines) else end, 0


def _is_below_preamble(line: str) -> bool:
    """Return whether a line is a paragraph, or the heading of what a text encloses."""
    is_paragraph = len(line) > REFLOWED and not line.isupper() and _is_prose(line)
    return is_paragraph or ENCLOSED.fullmatch(line) is not None


def _before_number_one(lines: list[Line], start: int) -> list[Line]:
    """Return the lines before the first "1." from `start` on; it may stand right below a field."""
    ones = (index for index in range(start, len(lines)) if lines[index].is_number_one)
    return lines[: next(ones, len(lines))]


def _prose_below(lines: list[Line], last: int, end: int) -> int:
    """Return the first index below that of the last field at which prose begins, else `end`.

    For telegrams that would be preamble only: no blank line precedes their text.
    """
    left = sum(len(line.text) for line in lines[last + 1 : end])
    for index in range(last + 1, end):
        if left < SHORTEST_TEXT:
            break
        if _is_prose(lines[index].text):
            return index
        left -= len(lines[index].text)
    return end


def _opening_end(lines: list[Line], first: int) -> int:
    """Return the index behind the classification line and its captions; `first` without one."""
    index = _next_text(lines, first)
    if index == len(lines):
        return first
    text = lines[index].text
    if CLASSIFICATION_LINE.match(text) is None and STATION_AND_SERIAL.fullmatch(text) is None:
        return first
    end = index + 1
    while index + 1 < len(lines):
        index += 1
        text = lines[index].text
        if text and (len(text) > LONGEST_CAPTIONS or CAPTION_LINE.fullmatch(text) is None):
            break
        if text:
            end = index + 1
    return end


def _field_end(lines: list[Line], index: int, label: str, value: str) -> int:
    """Return the index behind a field, which a blank line ends; at most `len(lines)`.

    `value` is what stands behind the label on its line. A subject may stand below its label and
    a blank line. A REF list goes on over blank lines as long as its letters do: "A." ... "B.",
    but not "(U) In response to reftel".
    """
    empty = not value.strip()
    letter = _last_bullet(value, "") if label == "ref" else ""
    end = index + 1
    while end < len(lines):
        text = lines[end].text
        if not text:
            following = _next_text(lines, end)
            if not _goes_on(lines, following, label, empty, letter):
                break
            end = following
        elif _ends_field(text, label, empty, letter):
            break
        if label == "ref":
            letter = _last_bullet(lines[end].text, letter)
        empty = False
        end += 1
    # A longer one is text that follows without a blank line.
    return index + 1 if label == "subject" and end - index > MOST_LINES else end


def _ends_field(line: str, label: str, empty: bool, letter: str) -> bool:
    """Return whether another field starts in a line, or a paragraph without number.

    Such a paragraph has a portion mark, or no line breaks (B-6). `empty` says that the field has
    no value so far, `letter` which bullet its list has reached.
    """
    if empty or label in ("order", "glued", "tags") or find_label(line):
        return find_label(line) is not None
    bullet = BULLET.match(line)
    if label == "ref" and bullet and bullet["letter"] == _successor(letter):
        return False
    return len(line) > REFLOWED or PORTION_MARK.match(line) is not None


def _goes_on(lines: list[Line], following: int, label: str, empty: bool, letter: str) -> bool:
    """Return whether a field goes on in the line `following`, which is below a blank one.

    `empty` says that the field has no value so far, `letter` which bullet its list has reached.
    """
    if following == len(lines) or find_label(text := lines[following].text):
        return False
    if label == "subject":
        return empty
    if label != "ref":
        return False
    above = next(lines[at].text for at in range(following - 1, -1, -1) if lines[at].text)
    if not empty and breaks_item(above, text):
        return True
    bullet = BULLET.match(text)
    return bullet is not None and bullet["letter"] == _successor(letter) and bool(letter or empty)


def breaks_item(line: str, following: str) -> bool:
    """Return whether an item of a list of references goes on behind a blank line (R-1).

    REF: A) STATE 905678, B) RIO
    <blank line>
    DE JANEIRO 901291
    """
    start = WITHOUT_SERIAL.search(line.rstrip())
    if start:
        item = REFERENCE.match(f"{start['words']} {following.strip()}")
    else:
        item = REFERENCE.match(following) if UNFINISHED.search(line) else None
    return item is not None and is_station(item["station"].upper())


def _last_bullet(text: str, letter: str) -> str:
    """Return the bullet that a REF list has reached behind one more line; `letter` before it."""
    for bullet in BULLET_INSIDE.finditer(text):
        if bullet["letter"] == _successor(letter):
            letter = bullet["letter"]
    return letter


def _successor(letter: str) -> str:
    return chr(ord(letter) + 1) if letter else "A"


def _next_text(lines: list[Line], index: int) -> int:
    """Return the index of the first line with text from `index` on; `len(lines)` if none has."""
    while index < len(lines) and not lines[index].text:
        index += 1
    return index


def _text_inside(line: str) -> int:
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
    if listed and _is_prose(value, listed):
        return len(value) - len(value[listed:].lstrip())
    before = _Before(value)
    starts = (start for start in START.finditer(value, listed) if before.allows(field, start))
    return next((start.start() for start in starts if _is_prose(value, start.end())), 0)


def _list_end(value: str) -> int:
    """Return the offset behind the cables at the start of a list of references."""
    end = 0
    while (item := ITEM.match(value, end)) and is_station(item["station"].upper()):
        end = item.end()
    return end


class _Before:
    """What stands in the value of a field before the places at which its text may begin.

    It is found once, as a line without breaks may have thousands of such places.
    """

    def __init__(self, value: str):
        self.leading = len(value) - len(LEADING.sub("", value, count=1))
        upper, lower = (_first(value, self.leading, case) for case in (str.isupper, str.islower))
        self.capitals = range(upper + 1, lower + 1)  # Offsets behind words in capitals alone.
        self.bullets = {found[0]: found.end() for found in reversed([*BRACKETED.finditer(value)])}

    def allows(self, field: str, start: re.Match[str]) -> bool:
        """Return whether the text of a field may begin at a place, by what stands there."""
        at = start.start()
        if at <= self.leading:
            return False
        if start["mark"]:  # In a list "(C)" behind "(B)" is a bullet.
            bullet = f"({chr(ord(start['letter'][0]) - 1)})"
            return field != "ref" or self.bullets.get(bullet, at + 1) > at
        if field != "subject":
            return start["number"] is not None
        if start["number"]:
            return at in self.capitals or HEADED.match(start.string, start.end()) is not None
        mixed = MIXED.match(start.string, at) is not None
        return mixed and (at in self.capitals or start.string.endswith("  ", 0, at))


def _first(text: str, start: int, case: Callable[[str], bool]) -> int:
    """Return the offset of the first character of a case from `start` on, or the text's length."""
    return next((at for at in range(start, len(text)) if case(text[at])), len(text))


def _is_prose(text: str, start: int = 0) -> bool:
    """Return whether a text begins like running text, which is mostly in lower case."""
    words = [word[0] for word in islice(WORD.finditer(text, start), WORDS)]
    lower = sum(LOWER.fullmatch(word) is not None for word in words)
    return lower >= LEAST and 4 * lower >= len(words)
