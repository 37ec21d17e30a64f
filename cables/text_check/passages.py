"""The paragraphs and notes of an author's text.

A text is read in its order. Marks of notes ("[3]", "³", "[^3]") are taken out of a paragraph, and
kept with their offsets.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

# The heading above the notes at the end of a text.
NOTES = re.compile(
    r"\W*(?:(?:foot|end)?notes|references|sources|bibliography|works cited)\W*", re.IGNORECASE
)
NOTE = re.compile(r"(?:\[\^?(?P<marked>\d{1,4})\]:?|(?P<plain>\d{1,3})(?:[.)]|(?=\s)))\s*(?=\S)")
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
MARK = re.compile(
    r"\[\^?(?P<bracketed>\d{1,4})\](?!\()|(?P<raised>[⁰¹²³⁴-⁹]{1,4})"
    r"|(?<=[.,;:!?”’\"»)])(?P<bare>\d{1,4})(?=\s|$)"
)
LONGEST = 20_000  # Characters of a passage.
QUOTED_LINE = re.compile(r"(?m)^(?:[^\S\n]{4,}|\t+|> ?)(?=\S)")


class NoteMark(NamedTuple):
    """The mark of a note in a passage, whose text no longer has it."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class TextPassage:
    """A paragraph, or a note, on one line with single blanks."""

    text: str
    label: str = ""  # Of a note: "3".
    is_quotation: bool = False  # Whether it stands apart from the text, as long quotations do.
    marks: tuple[NoteMark, ...] = ()


def passages_of_text(text: str) -> list[TextPassage]:
    """Return the passages of a plain text, whose paragraphs are parted by blank lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    parts = [part for part in re.split(r"\n[^\S\n]*\n", text) if part.strip()]
    passages: list[TextPassage] = []
    in_notes = False
    for part in parts:
        in_notes = in_notes or bool(NOTES.fullmatch(part.strip()))
        passages += _passages_of(part.strip("\n"), in_notes)
    return with_marks(passages)


def _passages_of(part: str, in_notes: bool) -> Iterator[TextPassage]:
    lines = [line for line in part.split("\n") if line.strip()]
    if in_notes or all(_label(line) for line in lines[:1]):
        yield from _notes(lines, in_notes)
    elif all(QUOTED_LINE.match(line) for line in lines):
        yield TextPassage(on_one_line(QUOTED_LINE.sub("", part)), is_quotation=True)
    else:
        yield TextPassage(on_one_line(part))


def _label(line: str, in_notes: bool = False) -> str:
    """Return the label of a note that begins in this line, "" if none does."""
    match = NOTE.match(line.strip().translate(SUPERSCRIPT))
    if not match:
        return ""
    is_raised = line.strip()[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹"
    return match["marked"] or (match["plain"] if in_notes or is_raised else "") or ""


def _notes(lines: Iterable[str], in_notes: bool) -> Iterator[TextPassage]:
    """Yield the notes of some lines: each begins with its label; lines without go on."""
    label, words = "", ""
    for line in lines:
        if found := _label(line, in_notes):
            if words:
                yield TextPassage(on_one_line(words), label)
            match = NOTE.match(line.strip().translate(SUPERSCRIPT))
            label, words = found, line.strip()[match.end() if match else 0 :]
        else:
            words = f"{words}\n{line}" if words else line
    if words:
        yield TextPassage(on_one_line(words), label)


def on_one_line(text: str) -> str:
    """Return a text on one line, with single blanks; a word that a line end parts is joined."""
    text = re.sub(r"(?<=[^\W\d_])[-\u2010\u00ad]\n\s*(?=[^\W\d_A-Z])", "", text)
    text = re.sub(r"(?<=[^\W\d_])-\n\s*(?=[A-Z])", "-", text)  # "non-Communist"
    return " ".join(text.split())


def with_marks(passages: list[TextPassage]) -> list[TextPassage]:
    """Take the marks of notes out of passages: of those labels that notes have."""
    labels = {each.label for each in passages if each.label}
    return [_without_marks(part, labels) for each in passages for part in _parts_of(each)]


def _parts_of(passage: TextPassage) -> Iterator[TextPassage]:
    """Yield a passage, a very long one in parts."""
    words = passage.text
    while len(words) > LONGEST:
        at = words.rfind(" ", 0, LONGEST) + 1 or LONGEST
        yield replace(passage, text=words[:at].rstrip())
        words = words[at:]
    yield replace(passage, text=words)


def _without_marks(passage: TextPassage, labels: set[str]) -> TextPassage:
    pieces: list[str] = []
    marks: list[NoteMark] = []
    length = at = 0
    for match in MARK.finditer(passage.text):
        label = next(filter(None, match.groups())).translate(SUPERSCRIPT)
        if label in labels and not (passage.label and match["bare"]):
            words = passage.text[at : match.start()]
            ends = not passage.text[match.end() : match.end() + 1].strip()
            pieces.append(words.rstrip() if ends else words)
            length += len(pieces[-1])
            marks.append(NoteMark(length, label))
            at = match.end()
    if not marks:
        return passage
    return replace(passage, text="".join([*pieces, passage.text[at:]]), marks=tuple(marks))
