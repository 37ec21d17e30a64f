"""What is pasted -> a quotation: what is to be looked for, and what its writer put into it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ..lines import Opening, find_page_markers
from ..references import find_reference, is_station
from .signs import QUOTE_MARKS, Signs, in_nfc, read_signs

FEWEST, MOST = 5, 500  # Words.
LONGEST_CITATION = 200  # Characters beside a quotation that say where it is from.
STATION = 40  # Characters before the last word of a station: "PORT OF SPAIN".

DOTS = r"(?:\.(?:\s?\.){2,}|…)"
# What its writer put in: for words left out, or between brackets.
JOINT = re.compile(rf"[\[(]\s*{DOTS}\s*[\])]|{DOTS}|\[[^\[\]]{{0,200}}\]")
LEFT_OUT = re.compile(rf"[\[(]?\s*{DOTS}\s*[\])]?")
ONE_LETTER = re.compile(r"\[([^\W\d_])\](?=[^\W_])")
URL = re.compile(r"https?://\S+")
IN_PARENTHESES = re.compile(r"[\s,;]*[(\[](?P<cited>[^()\[\]]{1,200})[)\]][\s.,;]*$")
IN_MARKS = re.compile(
    r"(?P<before>[^\"“”„«]{0,200})[\"“„«](?P<said>.+)[\"”“»](?P<behind>[^\"“”„»]{0,200})", re.DOTALL
)
CLOSING = re.compile(r"([\"'”’“»])[\s.,;]{0,3}$")
LAST_CAPITALS = re.compile(r"((?:[A-Z][A-Z'.-]*[ ]+){1,4})$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a quotation that is to stand in a text without a break."""

    text: str
    signs: Signs
    joint: str = ""  # What its writer put before it: "[...]", "[the Minister]".

    @property
    def leaves_out(self) -> bool:
        """Whether the joint stands for words left out, however many."""
        return bool(LEFT_OUT.fullmatch(self.joint))


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in every way in which it may be meant, the nearest to what was pasted first."""

    text: str  # Without what says where it is from, in NFC.
    words: int
    readings: tuple[tuple[Piece, ...], ...]
    reference: str = ""  # That of the cable it is said to be from, canonical.
    cited: str = ""  # What was taken for a citation, and is no part of the quotation.
    said: tuple[str, ...] = ()  # What in it is not compared, as sentences.

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Its parts, if what stands in brackets and for words left out is its writer's."""
        return self.readings[-1]


def read_quotation(pasted: str) -> Quotation:
    """Return what a pasted text quotes. Nothing raises; time is linear in its length."""
    text, page_breaks = _without_page_lines(_cleaned(pasted))
    said = []
    if page_breaks:
        said.append("Page breaks of the transmission were left out.")
    bare, cited = _without_citation(text)
    reference = find_reference(cited) or find_reference(text)
    inside = _without_marks(bare)
    if inside != bare:
        said.append("The quotation marks around the whole were left out.")
    pieces = tuple(_pieces(inside))
    if any(piece.joint for piece in pieces) or ONE_LETTER.search(inside):
        said.append("Brackets, and dots for words left out, were taken as put in by its writer.")
    readings = [(Piece(each, read_signs(each)),) for each in dict.fromkeys((text, bare, inside))]
    if pieces and (len(pieces) > 1 or pieces[0].text != inside):
        readings.append(pieces)
    return Quotation(
        text=inside,
        words=_count_words(inside),
        readings=tuple(reading for reading in readings if reading[0].signs.signs),
        reference=reference,
        cited=cited,
        said=tuple(said),
    )


def _count_words(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())


def _cleaned(text: str) -> str:
    """Return a text in NFC, without control characters, pilcrows and lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("¶", " ")
    if not (text.isascii() and text.isprintable()):
        odd = {char for char in text if unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co")}
        text = text.translate({ord(char): " " for char in odd - {"\n", "\t"}})
    return in_nfc(text).strip()


def _without_page_lines(text: str) -> tuple[str, bool]:
    """Return a text without the lines that a telegram prints at its page breaks (H-20)."""
    lines, found = [], False
    for line in text.split("\n"):
        kept, position = "", 0
        for marker in find_page_markers(line, Opening()):
            start = max(_station_start(line, marker.start), position)
            kept, position, found = f"{kept}{line[position:start]} ", marker.end, True
        lines.append(kept + line[position:])
    return "\n".join(lines).strip(), found


def _station_start(line: str, start: int) -> int:
    """Return where the station of a page marker begins, of which the last word is known."""
    words = LAST_CAPITALS.search(line, max(0, start - STATION), start)
    end = line.find("0", start)
    while words and words.start() < start:
        if is_station(line[words.start() : end]):
            return words.start()
        words = LAST_CAPITALS.match(line, line.index(" ", words.start()) + 1, start)
    return start


def _without_citation(text: str) -> tuple[str, str]:
    """Return a quotation without what says beside it from which cable it is, and that."""
    cited = []
    for found in URL.findall(text):
        if find_reference(found):
            text = text.replace(found, " ").strip()
            cited.append(found)
    for part, rest in (*_beside_marks(text), *_in_parentheses(text), *_first_and_last(text)):
        if find_reference(part) and _count_words(rest) >= FEWEST:
            return rest.strip(), " ".join([part.strip(), *cited])
    return text, " ".join(cited)


def _beside_marks(text: str) -> Iterator[tuple[str, str]]:
    if found := IN_MARKS.fullmatch(text):
        yield f"{found['before'].strip()} {found['behind'].strip()}".strip(), found["said"]


def _in_parentheses(text: str) -> Iterator[tuple[str, str]]:
    if found := IN_PARENTHESES.search(text, max(0, len(text) - 2 * LONGEST_CITATION)):
        yield found["cited"], text[: found.start()]


def _first_and_last(text: str) -> Iterator[tuple[str, str]]:
    """Yield what may be a citation on a line of its own, with the lines that are left."""
    before, _, last = text.rpartition("\n")
    first, _, behind = text.partition("\n")
    for line, rest in ((last, before), (first, behind)):
        if rest and len(line) <= LONGEST_CITATION:
            yield line, rest


def _without_marks(text: str) -> str:
    """Return a text without the quotation marks around the whole of it."""
    closing = CLOSING.search(text)
    if text[:1] not in QUOTE_MARKS or not closing or closing.start() == 0:
        return text
    return text[1 : closing.start()].strip()


def _pieces(text: str) -> Iterator[Piece]:
    """Yield the parts between what its writer put in; "[h]arbor" is "harbor"."""
    text = ONE_LETTER.sub(r"\1", text)
    position, joint = 0, ""
    for found in (*JOINT.finditer(text), None):
        part = text[position : found.start() if found else len(text)]
        signs = read_signs(part)
        if any(sign.isalnum() for sign in signs.signs):
            yield Piece(part.strip(), read_signs(part.strip()), joint)
            joint = ""
        if found:
            joint = f"{joint} {found.group()}".strip()
            position = found.end()
