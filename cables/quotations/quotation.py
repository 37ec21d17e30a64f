"""Parse pasted text into a quotation: its words, its ellipses and brackets, its citation."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import repeat

from ..telegram.distinct_words import in_nfc
from ..telegram.page_markers import StationAndSerial, find_page_markers
from ..telegram.references import find_reference, is_station

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
        # "17, 1950" is no number: a blank follows the comma.
        parts = sign in SEPARATORS and self.gaps[at + 1 : at + 2] != NONE
        return in_number(self.signs, at) and gap == NONE and not parts

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


class SignTable(dict[int, str | None]):
    """For str.translate: what a function writes in place of each character."""

    def __init__(self, write: Callable[[str], str | None]) -> None:
        self.write = write

    def __missing__(self, code: int) -> str | None:
        self[code] = self.write(chr(code))
        return self[code]


# The letters and digits among the signs of each character.
LETTERS = SignTable(lambda sign: "".join(filter(str.isalnum, _spell(sign))) or None)


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


FEWEST, MOST = 5, 500  # Words.
LONGEST_CITATION = 200  # Characters beside a quotation that cite its cable.
STATION = 40  # Characters before the last word of a station's name: "PORT OF SPAIN".

DOTS = r"(?:\.(?:\s?\.){2,}|…)"
# What the person who quotes put in: an ellipsis, or words in brackets.
# A word of which letters are in brackets is the author's: "govern[ed]".
CHANGED = r"(?<![^\W_])[^\W_]*\[(?!sic\])[^\W\d_]{1,20}\][^\W_]*"
JOINT = re.compile(rf"[\[(]\s*{DOTS}\s*[\])]|{DOTS}|{CHANGED}|\[[^\[\]]{{0,200}}\]")
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
    for part, rest in _likely_citations(text):
        if find_reference(part) and _count_words(rest) >= FEWEST:
            return rest.strip(), " ".join([part.strip(), *cited])
    return text, " ".join(cited)


def _likely_citations(text: str) -> Iterator[tuple[str, str]]:
    """Yield (what may be a citation, the rest): beside marks, in parentheses, at an end."""
    if match := IN_MARKS.fullmatch(text):
        yield f"{match['before'].strip()} {match['behind'].strip()}".strip(), match["said"]
    if match := IN_PARENTHESES.search(text, max(0, len(text) - 2 * LONGEST_CITATION)):
        yield match["cited"], text[: match.start()]
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
