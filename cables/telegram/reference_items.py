"""Read the list of references in a telegram's preamble: cables and other items (R-1 to R-6).

    REF: A. STATE 905678 (NOTAL)
         B. 08 BERLIN 900123 AND PREVIOUS
         C. HARTMANN/LIND EMAIL OF 9/2/09

Rule ids are those of docs/format.md.
"""

import re
from dataclasses import dataclass, replace

from .printed_references import (
    LEADING,
    PORTION,
    CitingCable,
    FoundReference,
    ReferenceReader,
    citing_cable,
    is_like_year,
    tokens,
)
from .reference_list import BulletReader, item_behind_number, reference_lists
from .references import message_series, station_of

LONGEST_TEXT = 300  # Characters of an item; anything longer is text behind the list.
HEAD = 200  # Characters in which an uncertain list must have a reference.
PROSE = 120  # Characters: so many behind a full stop are prose.
QUALIFIERS = frozenset(["NOTAL", "EXDIS", "NODIS"])
NO_TITLE = re.compile(
    "(?:(?:[CSU]|BOTH|ALL|SBU|LOU|FOUO|NF|NOFORN|SIPDIS|LIMDIS|STADIS|NOTAL|EXDIS|NODIS)[^A-Z]*)*"
)
KINDS = (
    ("email", re.compile(r"\bE-?MAILS?\b|\w@\w")),
    ("telcon", re.compile(r"\b(?:TELE?CONS?|PHONECONS?|FONECONS?|(?:TELE)?PHONE|TELEPHONIC)\b")),
    ("fam", re.compile(r"\b\d{1,2}[ -]?FA[MH](?:[ -]?\d)?\b|\bFA[MH][ ]?\d")),
    (
        "report",
        re.compile(
            r"\bIIR\b|\bOSC\b|\bFBIS\b|\bTDX?[ -]{0,2}\d|\bNSC (?:ACTIONS? )?(?:NOS?\. )?\d"
        ),
    ),
    ("dtg", re.compile(r"(?<!\d)\d{6}Z\b|\bDTG\b")),
    (  # "CA 6715" only alone: CA is also a bureau and a state.
        "airgram",
        re.compile(r"\bC?A[-–]\d{1,5}\b|^CA \d{3,5}(?=$|[,.;(]| OF\b)|\bAIRGRAMS?\b"),
    ),
    ("despatch", re.compile(r"\bD[EI]SPATCH(?:ES)?\b|\b(?:EMB|LEG)DES\b")),
    # Its post is not told, or not by the name of a station.
    (
        "telegram",
        re.compile(
            r"\b(?:\w*TELS?|TELEGRAMS?|CAS|CHARMISH|IAEA \d|CRITICS? \d|CIRCULARS? \d|CFR NO\b)"
        ),
    ),
    ("points", re.compile(r"\bPOINTS\b|\bNON-?[ ]?PAPERS?\b")),
)
# Behind these words follow other addressees of a cable, with other numbers.
RESENT = frozenset(["RPTD", "REPTD", "REPTED", "REPEATED", "SENT", "INFO"])
NOTHING = re.compile(
    r"(?:(?:AND|ALL|PREVIOUS|PREV|N/?A|NA|NONE|NIL|ET AL|NOTAL|EXDIS|NODIS|SEPTELS?"
    r"|AND OTHERS?|OTHERS|EARLIER|CABLES?|REFTELS?)[ ,.]*)+"
)
EDGES = " ,;.&/-–=*"  # Signs around an item that are no part of it.
SEPARATORS = frozenset(";,/&+")
JOINS = frozenset(".:-–—#*=|'\\")  # Signs that neither separate references nor begin a text.


@dataclass(frozen=True, slots=True)
class ReferenceItem:
    """One item of a list of references.

    `kind` is cable, email, telcon, report, fam, dtg, points, airgram, despatch, telegram (of no
    certain post) or unknown (R-6).
    """

    bullet: str  # "A"; "" if it has none.
    text: str  # As printed, without its bullet, blanks collapsed.
    reference: str  # Canonical; "" if it is not a cable.
    kind: str
    qualifiers: tuple[str, ...] = ()  # Of NOTAL, EXDIS, NODIS.
    title: str = ""  # The words in parentheses or quotation marks behind it.
    year_assumed: bool = False  # No year is printed: that of the citing cable is taken.


def find_listed_references(preamble: str, own: str) -> tuple[ReferenceItem, ...]:
    """Return the items of a preamble's list of references, in order, each cable once.

    `own` is the canonical reference of the cable itself, which is left out. Never raises, whatever
    the text. Time is linear in the length of the text.
    """
    parts = citing_cable(own)
    for text, certain in reference_lists(preamble):
        if not certain and not parse_list(text[:HEAD], parts, certain):
            continue
        items = parse_list(text, parts, certain)
        if items or (certain and NOTHING.search(text.upper())):
            return _each_once(items, own)
    named = item_behind_number(preamble)
    return (ReferenceItem("", named, "", "telegram"),) if named else ()


def _each_once(items: list[ReferenceItem], own: str) -> tuple[ReferenceItem, ...]:
    """Return the items without the cable itself and without repeats (R-6)."""
    kept: dict[str | ReferenceItem, ReferenceItem] = {}
    for item in items:
        if item.reference != own:
            kept.setdefault(item.reference or item, item)
    return tuple(kept.values())


def is_second_number(items: list[ReferenceItem]) -> bool:
    """Return whether a parenthesis holds the number in a series: "PARIS 900042 (DELTO 900117)"."""
    return len(items) == 1 and station_of(items[0].reference) in message_series()


def kind_of_item(text: str) -> str:
    """Return the kind of an item that is not a cable (R-6)."""
    text = text.upper()
    return next((kind for kind, pattern in KINDS if pattern.search(text)), "unknown")


def parse_list(text: str, own: CitingCable, certain: bool = True) -> list[ReferenceItem]:
    """Return the items of a list; none if it is not `certain` and begins with no reference."""
    reader = _Reader(text, own)
    items = reader.read()
    return items if certain or reader.begins_with_reference else []


class _Reader:
    """Read a list from its first token to its last (R-2). A place is the index of a token.

    A segment is the part between two bullets. References stand at its start and behind
    separators; other text is an item of its own only if it is of a known kind.
    """

    def __init__(self, text: str, own: CitingCable):
        self.source = text
        self.parts = tokens(text)
        self.references = ReferenceReader(self.parts, own)
        self.kinds, self.texts = self.references.kinds, self.references.texts
        self.own = own
        self.items: list[ReferenceItem] = []
        self.begins_with_reference = False
        self.strays = False  # It has words that belong to no reference.
        self.bullets = BulletReader(self.references)
        self._open("", 0)

    def _bullet(self, place: int) -> tuple[str, int] | None:
        begun = self.text_from >= 0 and not self.bullet
        return self.bullets.at(place, anew=self.fresh, listed=bool(self.segment), begun=begun)

    def _open(self, bullet: str, place: int) -> None:
        self.bullet = bullet
        self.segment: list[tuple[int, ReferenceItem]] = []  # (place where it starts, item)
        self.others: list[tuple[int, int]] = []  # (start, end) of other text.
        self.text_from = -1  # Where other text starts that has not ended yet.
        self.fresh = True  # A reference may start here.
        self.apart = True  # A separator precedes.
        self.prose = False  # The rest of the segment is prose.
        self.resent = False  # Other addressees of the cable before follow.
        self.loose = False  # Words that belong to no reference precede.

    def read(self) -> list[ReferenceItem]:
        place = 0
        while place < len(self.parts):
            place = self._step(place)
        self._close(len(self.parts))
        return self.items

    def _step(self, place: int) -> int:
        """Read a bullet, a reference or another token; return the place behind it."""
        bullet = self._bullet(place)
        if bullet and not self._is_portion(place):
            self._close(place)
            self._open(bullet[0], place)
            self.bullets.last = bullet[0]
            return bullet[1]
        if self.prose:  # It goes on to the next bullet, if the list has bullets.
            return place + 1 if self.bullets.last else len(self.parts)
        if self.fresh and not self.resent and (after := self._reference(place)):
            return after
        return self._other(place)

    def _is_portion(self, place: int) -> bool:
        """Return whether a place has a portion mark, "(C)" directly behind the bullet "B" (R-2)."""
        begun = self.segment or self.others or self.text_from >= 0
        return bool(self.bullet) and not begun and PORTION.fullmatch(self.texts[place]) is not None

    def _reference(self, place: int) -> int:
        """Read the references that start at a place; return the place behind them, or 0."""
        found = self.references.at(place) or self._bare(place)
        if found is None:
            return self._enclosed(place)
        if self.loose and not found.year and is_like_year(found.serial):
            return 0  # "... TALKS, PARIS 2008"
        if not self.items and not self.segment and not self.others and self.text_from < 0:
            self.begins_with_reference = True
        self._end_text(place)
        run = [(place, found)]
        after, qualifiers, title = self._trailing(found.after)
        while more := self._listed(after, run[-1][1]):
            run.append(more)
            after, others, title = self._trailing(more[1].after)
            qualifiers += others
        for number, (start, item) in enumerate(run):
            end = run[number + 1][0] if number + 1 < len(run) else after
            text = self._text(start, end)
            cited = ReferenceItem(
                self.bullet,
                text,
                item.reference,
                "cable",
                tuple(dict.fromkeys(qualifiers)),
                title if number + 1 == len(run) else "",
                not item.year,
            )
            self.segment.append((start, cited))
        self.apart = False
        return after

    def _bare(self, place: int) -> FoundReference | None:
        """Return the reference of an item that is only a number: "A) 6307" (R-3)."""
        printed = self.references.year_of(self.texts[place])
        printed = printed if self.kinds[place + 1] == "number" else ""
        place += bool(printed)  # "B. 08 6308"
        number = self.texts[place]
        if self.segment or self.text_from >= 0 or not self.references.is_listed_serial(place):
            return None
        if len(number) < (2 if self.bullet else 3) or not self.own.station:
            return None
        year, after = self.references.suffix(place + 1)
        if self._ends(after):
            return self.references.of_parts(printed or year, self.own.station, number, after)
        return None

    def _ends(self, place: int) -> bool:
        """Return whether an item can end before a place."""
        if self.kinds[place] in ("", "newline", "paren") or self.texts[place] in SEPARATORS:
            return True
        return self.texts[place].upper() in (".", "AND") or self._bullet(place) is not None

    def _listed(self, place: int, before: FoundReference) -> tuple[int, FoundReference] | None:
        """Return the place and reference of a further serial: "STATE 11657 and 7743, 12155"."""
        start = place
        while self._joins(start):
            start += 1
        number = self.texts[start]
        hyphen = self.texts[place] in ("-", "–") and start == place + 1
        if start == place or not self.references.is_listed_serial(start):
            return None
        if hyphen and not self.parts[start].glued:
            return None
        if len(number) < 3 and not self._ends(start + 1):
            return None
        year, after = self.references.suffix(start + 1)
        found = self.references.of_parts(year or before.year, before.station, number, after)
        return (start, found) if found else None

    def _joins(self, place: int) -> bool:
        """Return whether a token joins the serials of a list; a line may break there."""
        text = self.texts[place]
        if self.kinds[place] == "newline":
            return self.texts[place - 1].upper() in (",", ";", "/", "&", "AND")
        return text in (",", ";", "/", "&", "-", "–", "+") or text.upper() == "AND"

    def _trailing(self, place: int) -> tuple[int, list[str], str]:
        """Read the qualifiers and title behind a reference; return (place behind, both)."""
        qualifiers, title = [], ""
        while self.kinds[place := self._below(place)] in ("paren", "quote", "word"):
            text = self.parts[place].text
            words = re.findall(r"[A-Z]+", text.upper())
            if self.kinds[place] == "word" and words[:1] and words[0] in QUALIFIERS:
                qualifiers += words
            elif self.kinds[place] == "word" or self._bullet(place):
                break
            elif NO_TITLE.fullmatch(" ".join(words)):
                qualifiers += [word for word in words if word in QUALIFIERS]
            elif (inner := self._inner(place)) and not is_second_number(inner):
                break
            elif (
                not title
                and kind_of_item(text) != "dtg"
                and not NOTHING.fullmatch(text[1:-1].upper())
            ):
                title = " ".join(text[1:-1].split()).strip('"“”')
            place += 1
        return place, qualifiers, title

    def _below(self, place: int) -> int:
        """Return the place of a title on the line below a reference, else the place itself."""
        if self.kinds[place] != "newline" or self.kinds[place + 1] not in ("paren", "quote"):
            return place
        begins = self._bullet(place + 1) or self.references.at(place + 1)
        return place if begins else place + 1

    def _inner(self, place: int) -> list[ReferenceItem]:
        """Return the items of a parenthesis that holds only references, else []."""
        text = self.parts[place].text
        if text[0] not in "([" or not re.search(r"\d", text):
            return []
        inside = _Reader(text[1:-1], self.own)
        items = inside.read()
        return items if inside.begins_with_reference and not inside.strays else []

    def _enclosed(self, place: int) -> int:
        """Read a parenthesis of references; return the place behind it, or 0."""
        if self.kinds[place] != "paren":
            return 0
        items = self._inner(place)
        for item in items:
            self.segment.append((place, replace(item, bullet=self.bullet)))
        return place + 1 if items else 0

    def _other(self, place: int) -> int:
        """Pass a token that begins no reference; return the next place."""
        kind, text = self.parts[place].kind, self.parts[place].text
        if kind == "newline" or text in SEPARATORS or text.upper() == "AND":
            self.fresh = True
            self.apart = self.apart or self.text_from < 0
            if text == ";":
                self._end_text(place)
                self.apart, self.loose, self.resent = True, False, False
            return place + 1
        if text == "." and self._ends_item(place):
            self._end_text(place)
            self.prose = True
            return place + 1
        if text in JOINS:
            return place + 1
        if kind == "paren" and NO_TITLE.fullmatch(text[1:-1].upper()):
            return place + 1
        if kind != "number" and not LEADING.fullmatch(text.upper()):
            self.fresh, self.loose, self.strays = False, True, True
            named = bool(self.segment) or 0 <= self.text_from < place
            self.resent = self.resent or (named and text.upper() in RESENT)
        if self.text_from < 0 and self.apart:
            self.text_from = place
        return place + 1

    def _ends_item(self, place: int) -> bool:
        """Return whether prose follows the full stop at a place: "REF: ROME 12. The embassy"."""
        if self.references.at(place + 1):
            return False
        if self.text_from < 0:
            return bool(self.segment)
        ahead = len(self.source) - self.parts[place].end
        long = len(self.texts[place - 1]) > 3 or self.kinds[place - 1] == "number"
        return ahead > PROSE and long

    def _end_text(self, place: int) -> None:
        if self.text_from >= 0:
            self.others.append((self.text_from, place))
        self.text_from = -1

    def _close(self, place: int) -> None:
        """End a segment; its other text becomes items too (R-6)."""
        self._end_text(place)
        if not self.segment:
            self._find_inside()
        for start, text in self._other_items():
            item = ReferenceItem(self.bullet, text[:LONGEST_TEXT], "", kind_of_item(text))
            self.segment.append((start, item))
        self.items += [item for _, item in sorted(self.segment, key=lambda pair: pair[0])]

    def _find_inside(self) -> None:
        """Find a reference inside the text of an item that does not begin with one."""
        for start, end in self.others:
            for place in range(start, end):
                if self.texts[place].upper() in RESENT | {"TO"}:
                    break
                found = self.references.at(place, anywhere=True)
                if found and found.after <= end:
                    text = self._text(start, end)[:LONGEST_TEXT]
                    cited = ReferenceItem(
                        self.bullet, text, found.reference, "cable", (), "", not found.year
                    )
                    self.segment.append((start, cited))
                    break

    def _other_items(self) -> list[tuple[int, str]]:
        """Return (place, text) of the other texts of a segment that are items."""
        items: list[tuple[int, str]] = []
        for start, end in self.others:
            text = self._text(start, end)
            known = kind_of_item(text) != "unknown" and len(text) <= LONGEST_TEXT
            known = known or (bool(self.segment) and self.texts[start - 1] == ";")
            if not re.search(r"\w", text) or NOTHING.fullmatch(text.upper()):
                continue
            if known or not (self.segment or items):
                if not any(place == start for place, _ in self.segment):
                    items.append((start, text))
            elif items and not self.segment:
                items[-1] = (items[-1][0], f"{items[-1][1]}; {text}")
        return items

    def _text(self, start: int, end: int) -> str:
        """Return the text of tokens as printed, without the blanks and signs around it."""
        if start >= end:
            return ""
        text = self.source[self.parts[start].start : self.parts[end - 1].end]
        return re.sub(r"(?i:,?\sand)$", "", " ".join(text.split()).strip(EDGES)).strip(EDGES)
