"""Find the cables that a text names: "ref A", "reftel, para 4", "para 4 of 07 STATE 136782" (R-9).

Rule ids are those of docs/format.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .paragraphs import Block
from .reference_items import ReferenceItem
from .references import is_station, reference_or_empty

# One pattern for each word: a plain beginning is found ten times as fast as a choice.
WORDS = ("ref", "Ref", "REF")
REFS = tuple(
    re.compile(rf"{word}(?<![A-Za-z]{word})(?P<tel>(?i:tel))?(?P<many>[sS])?(?![A-Za-z])")
    for word in WORDS
)
LETTER = (
    r"(?:\((?P<enclosed>[A-Za-z]|\d{1,2})\)|(?P<plain>[A-Z](?!\w)|\d{1,2}(?![\w.,/]\d|\w)"
    r"|[a-z](?=[,;.)]|\s{1,3}(?:para|and|¶)|$)))"
)
BULLET = re.compile(rf"\.?\s{{0,3}}{LETTER}")
NEXT_BULLET = re.compile(
    r"(?:\s?[,/&-]\s{0,2}(?:(?i:and)\s{1,2})?|\s{1,2}(?i:and|or|through|to)\s{1,2})"
    rf"(?:(?i:ref(?:tel)?s?)\s)?{LETTER}"
)
CABLE_BEHIND = re.compile(r"\s{1,2}(?:cable|telegram|message)\b", re.IGNORECASE)

# A reference with its year, with blanks between its parts or without.
YEAR_AND_STATION = re.compile(r"[0-9][0-9][ \n-]{0,2}[A-Z][A-Za-z'’.]")
IN_FULL = re.compile(
    r"(?P<year>[0-9]{2,4})[ \n-]{0,2}"
    r"(?P<station>[A-Z][A-Za-z'’.]{1,16}(?:[ \n-][A-Z][A-Za-z'’.]{0,15}){0,4}?)"
    r"[ \n-]{0,3}#?(?P<serial>[0-9]{1,7})(?![A-Za-z0-9]|[.,][0-9])"
)
LAST_WORD = re.compile(r"(?:(?P<section>\d\d OF|PAGE)|(?P<word>[A-Za-z]{2,20}))[ \n]$")
LONGEST_WORD = 22  # Characters.
# The station before a serial.
STATION_BEFORE = re.compile(
    r"(?:[A-Za-z][A-Za-z'’.]{0,16}[ \n-]){0,4}[A-Za-z'’.]{2,17}[ \n]{0,2}#?0*$"
)
LONGEST_STATION = 60  # Characters.
MOST_CITED = 60  # Listed references whose serials are looked for in a text.

LABEL = r"(?:para(?:graph)?(?P<many>s)?\.?\s{0,2}|¶(?P<marks>¶)?\s?)"
NUMBER = r"[1-9]\d{0,2}(?!\d|[.,]\d)"
BEHIND = re.compile(
    rf"[ \t]{{0,2}}[,;(]?\n?[ \t]{{0,2}}(?:(?:at|in)\s)?{LABEL}(?P<number>{NUMBER})"
    r"(?!\s(?:of|in|from)\s(?:the\s)?(?:ref|\d\d))",  # "ref A, para 3 of ref B"
    re.IGNORECASE,
)
MORE = re.compile(
    rf"(?:\s?,\s{{0,2}}(?:and\s{{1,2}})?|\s{{1,2}}(?:and|to|or|through)\s{{1,2}}|\s?[-–/&]\s?)"
    rf"(?P<number>{NUMBER})",
    re.IGNORECASE,
)
RANGE = re.compile(rf"\s?[-–]\s?(?P<number>{NUMBER})")
BEFORE = re.compile(
    rf"{LABEL}{NUMBER}(?:(?:\s?,\s?|\s?[-–/&]\s?|\s(?:and|to|or|through)\s)(?:and\s)?{NUMBER}){{0,6}}"
    r"\s?,?\s{0,2}(?:(?:of|in|from)\s{1,2})?(?:the\s)?\(?$",
    re.IGNORECASE,
)
LONGEST_BEFORE = 60  # Characters of "paragraphs 4, 5 and 6 of ".
MOST_PARAGRAPHS = 8  # Paragraph numbers in one mention.
HIGHEST = 199  # The highest number of a paragraph.


class NamedCable(NamedTuple):
    """The words text[start:end], which name a cable."""

    start: int
    end: int
    reference: str


@dataclass(frozen=True, slots=True)
class TextMention:
    """A mention: text[start:end] names a cable, or a paragraph of it."""

    start: int
    end: int
    reference: str  # Canonical.
    target: str = ""  # The id of a paragraph of that cable: "par4".


# (id of the paragraph, canonical reference that it names, id of the paragraph that it names)
CableMention = tuple[str, str, str]


def find_mentions(
    blocks: Iterable[Block], cited: Sequence[ReferenceItem], own: str
) -> list[CableMention]:
    """Return which cables and paragraphs each block names, each once, in order."""
    found = {
        (block.id, mention.reference, mention.target): None
        for block in blocks
        for mention in find_named(block.text, cited, own)
    }
    return list(found)


def find_named(text: str, cited: Sequence[ReferenceItem], own: str) -> list[TextMention]:
    """Return where a text names other cables, in order and without overlaps.

    `cited` is the cable's list of references, `own` its own reference. "ref B" is the cable with
    that bullet in the list, "reftel" the only cable there. Each paragraph is a mention of its own:
    "reftel, paras 4" and "5". Never raises. Time is linear in the length of the text.
    """
    named = [*_by_bullet(text, cited), *_in_full(text, own), *_without_year(text, cited)]
    mentions: list[TextMention] = []
    for cable in sorted(named):
        earliest = mentions[-1].end if mentions else 0
        if cable.start >= earliest and cable.reference != own:
            mentions += with_paragraphs(text, cable, earliest)
    return mentions


def _by_bullet(text: str, cited: Sequence[ReferenceItem]) -> Iterator[NamedCable]:
    """Yield the places that name a list item by its bullet: "ref A", "refs B and C", "reftel"."""
    if not any(word in text for word in WORDS):
        return
    references = {item.reference for item in cited} - {""}
    sole = references.pop() if len(references) == 1 else ""
    listed = _by_letter(cited, sole)
    for pattern in REFS if listed else ():
        for name in pattern.finditer(text):
            bullet = BULLET.match(text, name.end())
            if bullet and _letter(bullet) in listed:
                yield from _bullets(text, name.start(), bullet, listed)
            elif sole and _stands_alone(text, name):
                yield NamedCable(name.start(), name.end(), sole)


def _by_letter(cited: Sequence[ReferenceItem], sole: str) -> dict[str, str]:
    """Return {bullet: reference}; the first item with a bullet counts.

    "A" is also an item without bullet, if it is the only one or comes before "B".
    """
    listed = {item.bullet: item.reference for item in reversed(cited) if item.reference}
    if "" in listed and (sole or "B" in listed):
        listed.setdefault("A", listed[""])
    return listed


def _bullets(
    text: str, start: int, bullet: re.Match[str], listed: dict[str, str]
) -> Iterator[NamedCable]:
    """Yield the places of a first bullet and those joined to it: "A, B and C"."""
    for _ in range(len(listed)):
        if reference := listed.get(_letter(bullet)):
            yield NamedCable(start, bullet.end(), reference)
        following = NEXT_BULLET.match(text, bullet.end())
        if following is None or _letter(following) not in listed:
            return
        bullet = following
        start = bullet.start("plain") if bullet["plain"] else bullet.start("enclosed") - 1


def _letter(bullet: re.Match[str]) -> str:
    return (bullet["plain"] or bullet["enclosed"]).upper()


def _stands_alone(text: str, name: re.Match[str]) -> bool:
    """Return whether a word means the only listed reference: "reftel", "ref cable", "(ref)"."""
    if name["many"]:
        return False
    if name["tel"] or CABLE_BEHIND.match(text, name.end()):
        return True
    return text[name.start() - 1 : name.start()] == "(" and text[name.end() : name.end() + 1] == ")"


def _in_full(text: str, own: str) -> Iterator[NamedCable]:
    """Yield the places of references with their year: "07STATE136782", "07 State 136782"."""
    for hint in YEAR_AND_STATION.finditer(text):
        start = hint.start()
        if text[max(0, start - 2) : start] in ("19", "20"):
            start -= 2
        if _is_no_year(text[max(0, start - LONGEST_WORD) : start]):
            continue
        name = IN_FULL.match(text, start)
        if name and (reference := _reference(name, own)):
            yield NamedCable(start, name.end(), reference)


def _is_no_year(before: str) -> bool:
    """Return whether the text before two digits shows that they are not a year.

    "SECTION 02 OF 03 ROME", "PAGE 02 ROME", "repeated Tokyo 22 London 67", "$12".
    """
    if before and (before[-1].isalnum() or before[-1] in "./$"):
        return True
    word = LAST_WORD.search(before)
    return word is not None and (bool(word["section"]) or is_station(word["word"].upper()))


def _reference(name: re.Match[str], own: str) -> str:
    """Return the reference in a match of IN_FULL, "" if it is not one."""
    year, serial = name["year"], name["serial"]
    if len(year) == 4 and len(serial) == 4 and serial[:2] in ("19", "20"):
        return ""  # "in 2004 Athens 2004": two years.
    if 10 < int(year[-2:]) < 66 and not 0 <= _year(own) - int(year[-2:]) <= 10:
        return ""
    if name["station"] == "Stat.":
        return ""  # "48 Stat. 943": a law of the United States.
    station = re.sub(r"[^A-Z]", "", name["station"].upper())
    if not is_station(station):
        return ""
    return reference_or_empty(f"{year[-2:]}{station}{serial}")


def _year(reference: str) -> int:
    return int(reference[:2]) if re.match(r"\d\d", reference, re.ASCII) else 0


def _without_year(text: str, cited: Sequence[ReferenceItem]) -> Iterator[NamedCable]:
    """Yield the places of listed references that are named without their year: "STATE 136782"."""
    references = dict.fromkeys(item.reference for item in cited[:MOST_CITED] if item.reference)
    for reference in references:
        serial = reference[len(reference.rstrip("0123456789")) :]
        place = text.find(serial)
        while place >= 0:
            after = place + len(serial)
            if (
                text[place - 1 : place] in (" ", "\n", "#", "0")
                and not text[after : after + 1].isalnum()
            ):
                start = _station_start(text, place, reference, serial)
                if start >= 0:
                    yield NamedCable(start, after, reference)
            place = text.find(serial, after)


def _station_start(text: str, place: int, reference: str, serial: str) -> int:
    """Return where the station of a reference starts before its serial, or -1."""
    before = text[max(0, place - LONGEST_STATION) : place]
    words = STATION_BEFORE.search(before)
    if words is None:
        return -1
    for word in re.finditer(r"[A-Za-z'’.]+", words.group()):
        station = re.sub(r"[^A-Z]", "", words.group()[word.start() :].upper())
        named = f"{reference[:2]}{station}{serial}"
        if is_station(station) and reference_or_empty(named) == reference:
            return place - len(before) + words.start() + word.start()
    return -1


def with_paragraphs(text: str, cable: NamedCable, earliest: int) -> Iterator[TextMention]:
    """Yield a mention for each paragraph that is named with a cable, or one of the cable."""
    start, end, reference = cable
    spans = _paragraphs_behind(text, end)
    if spans:
        yield TextMention(start, spans[0][1], reference, _target(text, spans[0]))
        for span in spans[1:]:
            yield TextMention(*span, reference, _target(text, span))
        return
    label, spans = _paragraphs_before(text, start, earliest)
    if not spans:
        yield TextMention(start, end, reference)
        return
    starts = [label, *(span[0] for span in spans[1:])]
    ends = [*(span[1] for span in spans[:-1]), end]
    for span, from_, to in zip(spans, starts, ends, strict=True):
        yield TextMention(from_, to, reference, _target(text, span))


def _target(text: str, span: tuple[int, int]) -> str:
    return f"par{int(text[span[0] : span[1]])}"


def _paragraphs_behind(text: str, end: int) -> list[tuple[int, int]]:
    """Return the spans of paragraph numbers behind a reference: "ref A, paras 4 and 5"."""
    label = BEHIND.match(text, end)
    if label is None or int(label["number"]) > HIGHEST:
        return []
    spans = [label.span("number")]
    more = MORE if label["many"] or label["marks"] else RANGE
    while len(spans) < MOST_PARAGRAPHS and (number := more.match(text, spans[-1][1])):
        if int(number["number"]) > HIGHEST:
            break
        spans.append(number.span("number"))
    return spans


def _paragraphs_before(text: str, start: int, earliest: int) -> tuple[int, list[tuple[int, int]]]:
    """Return where the words before a reference start and the spans of their paragraph numbers.

    "paras 4 and 5 of ref A". (0, []) if there are none.
    """
    offset = max(earliest, start - LONGEST_BEFORE)
    before = text[offset:start]
    label = BEFORE.search(before) if "para" in before.lower() or "¶" in before else None
    if label is None:
        return 0, []
    spans = [
        (offset + label.start() + number.start(), offset + label.start() + number.end())
        for number in re.finditer(r"\d+", label.group())
    ]
    if any(int(text[from_:to]) > HIGHEST for from_, to in spans):
        return 0, []
    return offset + label.start(), spans
