"""Find where the fields of a telegram (E.O., TAGS, SUBJECT, REF ...) end and its text begins (B-4).

This is the one scan of a preamble: `segment` cuts the body here, and the readers of fields in
`sources` get the lines above. The text behind is cut into the lines of each block (B-3, B-5).
"""

import re
from collections.abc import Iterator

from .. import preamble_vocabulary as vocabulary
from ..broken_items import breaks_item
from ..page_markers import CLASSIFICATION_LINE, STATION_AND_SERIAL
from .line_starts import PORTION_MARK, Number, is_rule
from .lines import REFLOWED, Line, split_line
from .reflowed_fields import find_text_inside, is_prose

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
# A line whose breaks were removed may hold the whole preamble, or its last fields.
LABEL_INSIDE = re.compile(
    r"\s(?:(?P<order>E\.?O\.? ?1\d{3,4}\b)|(?P<tags>TAGS:|Tags:|AGS:)"
    r"|(?P<subject>SUBJ(?:ECT)?:)|(?P<ref>REF:))|(?<=\w)(?P<glued>E\.O\.:? ?1\d{3,4}\b)"
)
# Without a colon these are labels only in capitals: "Subject to approval" is text.
BARE_LABEL = re.compile(r"(?i:[ \t]*(?:tags?|subj(?:ect)?|refs?))(?=[ \t])")
BULLET = re.compile(r"[ \t-]*[(\[]?(?P<letter>[A-Z])[)\].:](?=[\s)]|$)")
BULLET_INSIDE = re.compile(r"(?<![A-Za-z0-9])[(\[]?(?P<letter>[A-Z])[)\].:](?=[\s)]|$)")
CAPTION_LINE = re.compile(
    rf"[ \t]*(?:(?:{vocabulary.CLASS_CAPTIONS}|NOCONTRACT|TERREP|CODEL|[A-Z]+ CHANNEL)[ \t,/]*)+"
)


def find_label(line: str) -> re.Match[str] | None:
    """Return the first label of a field in a line: at its start, or else inside it.

    The match's `lastgroup` names the field: order (glued to a word: glued), tags, subject, ref
    or by.
    """
    label = LABEL.match(line)
    if label is None:
        return LABEL_INSIDE.search(line)
    bare = BARE_LABEL.match(line)
    if bare and bare.end() == label.end() and not bare.group().isupper():
        return label if label["tags"] and line[bare.end() :].isupper() else None
    return label


def find_text_start(lines: list[Line], first: int) -> int:
    """Return the index of the line behind the preamble; `len(lines)` if all is preamble.

    `first` is where the telegram itself starts; lines before it are preamble as well. A label
    counts up to the first numbered paragraph, within 2,200 characters or right behind a field.
    A long line with fields and text is cut in two: `lines` grows.
    """
    end = _opening_end(lines, first)
    last = end  # Where the last field starts.
    labelled = False
    characters = 0
    index = first
    while index < len(lines):
        text = lines[index].text
        if text and _is_first_number(lines, index, labelled):
            break
        label = find_label(text) if characters <= WINDOW or index <= end + 1 else None
        if label:
            if len(text) > REFLOWED and (at := find_text_inside(text)):
                lines[index : index + 1] = split_line(lines[index], [at])
                return index + 1
            labelled, last = True, index
            after = _field_end(lines, index, label.lastgroup or "", text[label.end() :])
            characters += sum(len(line.text) + 1 for line in lines[index:after])
            index = end = after
        else:
            characters += len(text) + 1
            index += 1
    return _prose_below(lines, last, end) if _next_text(lines, end) == len(lines) else end


def _prose_below(lines: list[Line], last: int, end: int) -> int:
    """Return the first index below that of the last field at which prose begins, else `end`.

    For telegrams that would be preamble only: no blank line precedes their text.
    """
    left = sum(len(line.text) for line in lines[last + 1 : end])
    for index in range(last + 1, end):
        if left < SHORTEST_TEXT:
            break
        if is_prose(lines[index].text):
            return index
        left -= len(lines[index].text)
    return end


def find_runs(lines: list[Line], start: int) -> Iterator[tuple[Number | None, list[Line]]]:
    """Yield (number, lines) of each block: non-blank lines, cut at numbers (B-3, B-5)."""
    number: Number | None = None
    run: list[Line] = []
    previous = 0
    for index in range(start, len(lines)):
        line = lines[index]
        # Most lines begin with a letter: a cheap test first.
        may_start = bool(line.text) and not line.text[0].isalpha()
        starts = may_start and _starts(lines, index, start, previous)
        if run and (starts or not line.text):
            yield number, run
            number, run = None, []
        if starts and (number := line.number):
            previous = number.last
        if line.text:
            run.append(line)
    if run:
        yield number, run


def _starts(lines: list[Line], index: int, start: int, previous: int) -> bool:
    """Return whether a numbered paragraph starts here; the first may follow a field directly."""
    if _starts_paragraph(lines, index, previous):
        return True
    return index == start and _is_number_one(lines[index])


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


def _is_first_number(lines: list[Line], index: int, labelled: bool) -> bool:
    """Return whether the first numbered paragraph starts here, perhaps right below a field."""
    return _starts_paragraph(lines, index, 0) or (labelled and _is_number_one(lines[index]))


def _is_number_one(line: Line) -> bool:
    """Return whether a line starts with the number of a first paragraph: "1." or "1-3."."""
    number = line.number
    return number is not None and number.first == 1


def _starts_paragraph(lines: list[Line], index: int, previous: int) -> bool:
    """Return whether a numbered paragraph starts at a line (B-5).

    `previous` is the number of the paragraph before, 0 before the first.
    """
    line = lines[index]
    number = line.number
    if number is None:
        return False
    above = lines[index - 1].text if index else ""
    if line.starts or number.marked or not above:
        return True
    return number.first == previous + 1 and _can_end_paragraph(above)


def _can_end_paragraph(line: str) -> bool:
    """Return whether a line looks like the last of its paragraph (B-5 c)."""
    return line[-1] in ".!?:;-=" or line.isupper() or is_rule(line) or not 45 <= len(line) <= 100


def _field_end(lines: list[Line], index: int, label: str, value: str) -> int:
    """Return the index behind a field: a blank line or the first paragraph ends it.

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
        elif _is_first_number(lines, end, True) or _ends_field(text, label, empty, letter):
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
    if following == len(lines) or _is_first_number(lines, following, True):
        return False
    text = lines[following].text
    if find_label(text):
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
