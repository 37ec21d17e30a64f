"""Parse pasted text into a quotation: its words, its ellipses and brackets, its citation."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ..telegram.page_markers import StationAndSerial, find_page_markers
from ..telegram.references import find_reference, is_station
from .normalize import QUOTE_MARKS, Signs, in_nfc, letters_of, normalize

FEWEST, MOST = 5, 500  # Words.
LONGEST_CITATION = 200  # Characters beside a quotation that cite its cable.
STATION = 40  # Characters before the last word of a station's name: "PORT OF SPAIN".

DOTS = r"(?:\.(?:\s?\.){2,}|…)"
# What the person who quotes put in: an ellipsis, or words in brackets.
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
class QuotationPiece:
    """A part of a quotation that a text has to have in one piece."""

    text: str
    signs: Signs
    joint: str = ""  # What was put in before it: "[...]", "[the Minister]".

    @property
    def letters(self) -> str:
        """Its letters and digits."""
        return letters_of(self.text)

    @property
    def leaves_out(self) -> bool:
        """Whether the joint is an ellipsis, which stands for any number of words."""
        return bool(LEFT_OUT.fullmatch(self.joint))


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in each way in which it can be read, the most literal first."""

    text: str  # Without the citation beside it, in NFC.
    words: int
    readings: tuple[tuple[QuotationPiece, ...], ...]
    reference: str = ""  # The canonical reference of the cable that it cites.
    cited: str = ""  # The citation, which is not part of the quotation.
    notes: tuple[str, ...] = ()  # Sentences about what is not compared.

    @property
    def pieces(self) -> tuple[QuotationPiece, ...]:
        """The pieces between brackets and ellipses, if these are not in the cable itself."""
        return self.readings[-1]


def read_quotation(pasted: str) -> Quotation:
    """Return the quotation in a pasted text. Never raises; takes time linear in its length."""
    text, page_breaks = _without_page_lines(_cleaned(pasted))
    notes = []
    if page_breaks:
        notes.append("Page breaks of the transmission were left out.")
    bare, cited = _without_citation(text)
    reference = find_reference(cited) or find_reference(text)
    inside = _without_marks(bare)
    if inside != bare:
        notes.append("The quotation marks around the whole were left out.")
    pieces = tuple(_pieces(inside))
    if any(piece.joint for piece in pieces) or ONE_LETTER.search(inside):
        notes.append("Brackets and dots were taken as added by the person who quotes.")
    readings: list[tuple[QuotationPiece, ...]] = [
        (QuotationPiece(each, normalize(each)),) for each in dict.fromkeys((text, bare, inside))
    ]
    if pieces and (len(pieces) > 1 or pieces[0].text != inside):
        readings.append(pieces)
    return Quotation(
        text=inside,
        words=_count_words(inside),
        readings=tuple(reading for reading in readings if reading[0].signs.signs),
        reference=reference,
        cited=cited,
        notes=tuple(notes),
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
    lines, any_marker = [], False
    for line in text.split("\n"):
        rest, position = "", 0
        for marker in find_page_markers(line, StationAndSerial()):
            start = max(_station_start(line, marker.start), position)
            rest, position, any_marker = f"{rest}{line[position:start]} ", marker.end, True
        lines.append(rest + line[position:])
    return "\n".join(lines).strip(), any_marker


def _station_start(line: str, start: int) -> int:
    """Return where the station's name begins whose last word is at `start`."""
    words = LAST_CAPITALS.search(line, max(0, start - STATION), start)
    end = line.find("0", start)
    while words and words.start() < start:
        if is_station(line[words.start() : end]):
            return words.start()
        words = LAST_CAPITALS.match(line, line.index(" ", words.start()) + 1, start)
    return start


def _without_citation(text: str) -> tuple[str, str]:
    """Return (quotation, the citation beside it), which is "" if there is none."""
    cited = []
    for url in URL.findall(text):
        if find_reference(url):
            text = text.replace(url, " ").strip()
            cited.append(url)
    for part, rest in (*_beside_marks(text), *_in_parentheses(text), *_first_and_last(text)):
        if find_reference(part) and _count_words(rest) >= FEWEST:
            return rest.strip(), " ".join([part.strip(), *cited])
    return text, " ".join(cited)


def _beside_marks(text: str) -> Iterator[tuple[str, str]]:
    if match := IN_MARKS.fullmatch(text):
        yield f"{match['before'].strip()} {match['behind'].strip()}".strip(), match["said"]


def _in_parentheses(text: str) -> Iterator[tuple[str, str]]:
    if match := IN_PARENTHESES.search(text, max(0, len(text) - 2 * LONGEST_CITATION)):
        yield match["cited"], text[: match.start()]


def _first_and_last(text: str) -> Iterator[tuple[str, str]]:
    """Yield the last and the first line, which may be a citation, each with the other lines."""
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


def _pieces(text: str) -> Iterator[QuotationPiece]:
    """Yield the pieces between brackets and ellipses; "[h]arbor" is "harbor"."""
    text = ONE_LETTER.sub(r"\1", text)
    position, joint = 0, ""
    for match in (*JOINT.finditer(text), None):
        part = text[position : match.start() if match else len(text)]
        signs = normalize(part)
        if any(sign.isalnum() for sign in signs.signs):
            yield QuotationPiece(part.strip(), normalize(part.strip()), joint)
            joint = ""
        if match:
            joint = f"{joint} {match.group()}".strip()
            position = match.end()
