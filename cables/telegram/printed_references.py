"""Read a reference as people print it in a list; give its canonical spelling (R-3, R-4, R-5).

    tokens("05 PORT-AU-PRINCE (C)0012") -> year, words of the station, portion mark, serial

The text is first cut into tokens, so that blanks, points, hyphens and line breaks between the
parts of a reference do not matter. A place is the index of a token. Rule ids are those of
docs/format.md.
"""

import re
import unicodedata
from itertools import takewhile
from typing import NamedTuple

from .dates import MONTH_NAME, is_month
from .preamble_vocabulary import ANY_MARK
from .references import canonical_reference, is_station, reference_year

TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f\v\xa0¶]+)
    |(?P<newline>\n\s*)
    |(?P<dtg>\d{6}Z(?:\s{1,3}[A-Za-z]{3,9}\s{1,3}\d{2,4})?)
    |(?P<date>\d{4}-\d\d-\d\d(?!\d)|\d{1,2}/\d{1,2}/\d{2,4}(?!\d)|\d{1,4}(?:\.\d{1,6}){1,3}|\d{1,2}:\d\d)
    |(?P<word>(?:0(?=[A-Z]{3}))?(?:[^\W\d_]|(?<=[A-Z])0(?!\d)){1,40}(?:['’´`][^\W\d_]{1,20})?)
    |(?P<number>\d{1,12}(?:O\d{1,6})?)
    |(?P<paren>[(\[](?:[^()\[\]]|\([^()\[\]]{0,60}\)){0,300}[)\]])
    |(?P<quote>["“][^"“”]{2,200}["”])
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
ZERO_FIRST = re.compile(r"(?<![A-Za-z0-9])[Oo](?=\d)")  # "O4 CHENNAI 0944"
PORTION = re.compile(rf"\s*(?:{ANY_MARK}|\([A-Z]\))\s*")
APOSTROPHES = "'’‘`´"
PREFIX = re.compile("(?:AMEMBASSY|AMCONSUL|AMCONGEN|USMISSION|EMBASSY|CONSUL)(?=..)")
NOT_SERIAL = re.compile("ST|ND|RD|TH|AM|PM|PERCENT|Z")
# Between a station and its serial: "COLOMBO CABLES 0266".
TRAILING = re.compile("CABLES?|TELEGRAMS?|TELS?|NO|NOS|NR|NUMBERS?|MSG|MESSAGE|MRN")
# Before a station.
LEADING = re.compile(
    "SEE|ALSO|MY|OUR|THE|INCLUDING|CABLES?|TELEGRAMS?|REFS?|REFTELS?|NOTAL|EXDIS|NODIS"
    "|USINT|USDEL|REO|(?:AM|US)?EMBASSY|CONSULATE|CONGEN|AMCONSUL|AMCONGEN|US|(?:US)?MISSION"
)
# Names of the 1950s for telegrams of the Department, and of the post itself.
OF_STATE = re.compile("DEPTELS?|DEPT|DEPARTMENT")
OF_THE_SENDER = re.compile("EMBTELS?|EMBASSY|EMB|CON(?:GEN)?TELS?|LEGTELS?|MYTEL|OURTELS?")
# "(July 27, 1972)", "[27 July]": the day of the telegram before it.
DAY_ALONE = re.compile(
    rf"[(\[]\s*(?:(?:{MONTH_NAME.pattern})\.? \d{{1,2}}|\d{{1,2}} (?:{MONTH_NAME.pattern})\.?)"
    r"(?:,?\s+(?P<year>\d{4}))?\s*[)\]]",
    re.IGNORECASE,
)
BETWEEN = "#:,.-–"  # Signs between a station and its serial.
MOST_NAMES = 3  # Words of an addressee.
MOST_WORDS = 6  # Words of a station and around it.
LONGEST_SERIAL = 7
OLD = 10  # Years: a telegram before 1973 cites none that is older.
OLDEST = 25  # Years: the same for a year behind the serial.
LOOKAHEAD = 12  # Tokens.


class Token(NamedTuple):
    """A piece of a list; `glued` says that no blank precedes it."""

    kind: str  # newline dtg date word number paren quote sign
    text: str
    start: int
    end: int
    glued: bool


class FoundReference(NamedTuple):
    """A reference that was read at a place of a list."""

    reference: str  # Canonical.
    after: int  # Place of the token behind it.
    year: str  # As printed, for the serials that follow: "07"; "" if it is assumed.
    station: str
    serial: str


class CitingCable(NamedTuple):
    """Year and station of the cable with the list; "" if its reference has none."""

    year: str
    station: str


def citing_cable(reference: str) -> CitingCable:
    """Return the year and station of a canonical reference."""
    parts = re.fullmatch(r"(\d\d)([A-Z-]*)\d+", reference)
    return CitingCable(parts[1], parts[2]) if parts else CitingCable("", "")


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text without the blanks between them."""
    pieces, glued = [], False
    for match in TOKEN.finditer(ZERO_FIRST.sub("0", text)):
        if match.lastgroup == "space":
            glued = False
            continue
        kind = match.lastgroup or ""
        pieces.append(Token(kind, match.group(), match.start(), match.end(), glued))
        glued = match.lastgroup != "newline"
    return pieces


class ReferenceReader:
    """Read references at places of a list of tokens."""

    def __init__(self, parts: list[Token], own: CitingCable):
        self.parts = parts
        self.own = own
        # Padded at the end: a place behind the end, or -1 before the start, holds "".
        self.kinds = [part.kind for part in parts] + [""] * LOOKAHEAD
        self.texts = [part.text for part in parts] + [""] * LOOKAHEAD

    def at(self, place: int, *, anywhere: bool = False) -> FoundReference | None:
        """Return the reference that starts at a place, or None (R-3).

        `anywhere` is for places inside a text, where only an unmistakable reference counts.
        """
        year, start = self._year(place)
        words, after = self._words(start)
        if words and not year and self.kinds[after] == "paren":  # "STATE (01) 201265"
            year = self.year_of(self.texts[after])
            after += bool(year)
        serial = self._serial(after) if words else None
        if serial is None:
            return None if anywhere else self._station_later(place)
        station = self._station(words, leading=not anywhere, whole=anywhere and bool(year))
        if not station:
            return None
        after = serial
        number = self.parts[serial].text
        if not year and self._is_year_between(serial):
            year, after = self.year_of(number), serial + 1
            number = self.parts[after].text
        elif station == "STATE":
            number, after = self._for_own_post(serial)
        if anywhere and not year and (len(station) < 4 or len(number) < 3 or is_like_year(number)):
            return None
        if not year:
            year, after = self.suffix(after + 1)
            after -= 1
        return self.of_parts(year, station, number, after + 1)

    def _for_own_post(self, place: int) -> tuple[str, int]:
        """Return the number at a place, and the last place of the telegram that it names.

        Of "Deptel 1612 Bonn, 3443 Paris", one telegram with a number for each addressee, it is that
        for the post of the cable, else the first.
        """
        numbers: dict[str, str] = {}
        start, end = place, place
        while self.kinds[start] == "number" and not _is_modern(self.own.year):
            first = start + 1 + (self.texts[start + 1].upper() == "TO")
            named = takewhile(lambda at: self.kinds[at] == "word", range(first, first + MOST_NAMES))
            names = [self._known("".join(self.texts[first : at + 1]).upper()) for at in named]
            known = [at for at, name in enumerate(names) if name]
            if not known:
                break
            numbers.setdefault(names[known[-1]], self.texts[start])
            end = first + known[-1]
            start = end + 1
            while self.texts[start].upper() in (",", "AND", "&", ";", "\n"):
                start += 1
        if len(numbers) < 2:
            return self.texts[place], place
        return numbers.get(self.own.station, self.texts[place]), end

    def of_parts(self, year: str, station: str, number: str, after: int) -> FoundReference | None:
        """Return the reference of these parts; without a year that of the cable counts (R-4)."""
        serial = number.replace("O", "0").lstrip("0")
        assumed = year or self.own.year
        if not serial or not assumed:
            return None
        try:
            reference = canonical_reference(f"{assumed}{station}{serial}", any_year=True)
        except ValueError:
            return None
        return FoundReference(reference, after, year, station, serial)

    def _behind_day(self, place: int) -> tuple[str, int]:
        """Return the year in ", July 9, 1960" at a place, "" if none, and the place behind it.

        The place itself if no day stands there.
        """
        month = place + (self.texts[place] == ",")
        if not is_month(self.texts[month].upper()) or not self.texts[month + 1].isdecimal():
            return "", place
        at = month + 3 if self.texts[month + 2] == "," else month + 2
        year = self.year_of(self.texts[at]) if len(self.texts[at]) == len("1960") else ""
        return (year, at + 1) if year else ("", month + 2)

    def year_of(self, text: str) -> str:
        """Return the two digits of a printed year, "" if cables have no such year (I-3)."""
        digits = text.strip("()[] " + APOSTROPHES).replace("O", "0")
        if not digits.isdecimal() or not digits.isascii():
            return ""
        if len(digits) == 4 and digits[:2] in ("19", "20"):
            digits = digits[2:]
        if len(digits) == 3 and _is_modern(self.own.year):  # "094 CAIRO 1"
            digits = digits[:2]
        return digits if len(digits) == 2 and self._may_be_cited(digits) else ""

    def _may_be_cited(self, year: str) -> bool:
        """Return whether the cable can cite one of this year; old ones cite no later cables."""
        if _is_modern(self.own.year):
            return not 10 < int(year) < 66
        return 0 <= int(self.own.year) - int(year) <= OLD

    def suffix(self, place: int) -> tuple[str, int]:
        """Return the year behind a serial ("CAIRO 123 (08)") or "", and the place after it."""
        if self.kinds[place] == "newline" and not self._reference_follows(place + 1):
            below = self.texts[place + 1]
            place += DAY_ALONE.fullmatch(below) is not None or (
                self.kinds[place + 1] == "paren" and self.year_of(below) != ""
            )
        kind, text = self.kinds[place], self.texts[place]
        if day := DAY_ALONE.fullmatch(text):
            return self.year_of(day["year"] or ""), place + 1
        if kind == "paren" and len(text.strip("()[] " + APOSTROPHES)) in (2, 4):
            year = self.year_of(text)
            return (year, place + 1) if year else ("", place)
        start = place + 1 if text in ("-", "/", *APOSTROPHES) else place
        if text == "-" and self.kinds[start] == "sign" and self.texts[start] in APOSTROPHES:
            start += 1
        if not self._is_suffix(start, start > place):
            return self._behind_day(place)
        return self.year_of(self.texts[start]), start + 1

    def _is_suffix(self, place: int, signed: bool) -> bool:
        text = self.texts[place]
        if self.kinds[place] != "number" or (len(text) != 2 and not (signed and len(text) == 4)):
            return False
        year = self.year_of(text)
        since = (
            reference_year(self.own.year) - reference_year(year) if year and self.own.year else -1
        )
        if not 0 <= since <= OLDEST:
            return False
        if self._is_month(place + 1) or self.texts[place + 1] in (")", "/"):
            return False
        return signed or not self._reference_follows(place)

    def _reference_follows(self, place: int) -> bool:
        """Return whether the number at a place is a reference's year: 05 in "STATE 1 05 ROME 2"."""
        year, start = self._year(place)
        words, after = self._words(start if year else place + 1)
        return bool(words) and self._serial(after) is not None and bool(self._station(words))

    def is_listed_serial(self, place: int) -> bool:
        """Return whether a number stands at a place that is neither a year nor a day."""
        if self._serial(place) != place or self._reference_follows(place):
            return False
        return self.texts[place + 1] != ")"

    def _year(self, place: int) -> tuple[str, int]:
        """Return the year at a place ("'08 CAIRO 1"), "" if none, and where the station starts."""
        start = place + 1 if self.texts[place] in tuple(APOSTROPHES) else place
        if self.kinds[start] not in ("number", "paren"):
            return "", place
        year = self.year_of(self.texts[start])
        if not year:
            return "", place
        after = start + 1
        while self.texts[after] in (".", "-", "–", "/") or self.kinds[after] == "newline":
            after += 1
        return year, after

    def _words(self, place: int) -> tuple[list[str], int]:
        """Return the words at a place, across line breaks, and the place behind them."""
        words: list[str] = []
        while len(words) < MOST_WORDS and self.kinds[place] == "word":
            words.append(self.texts[place])
            place += 1
            step = place
            while self.texts[step] in (".", "-", "–", "/") or self.kinds[step] == "newline":
                step += 1
            if self.kinds[step] == "word":
                place = step
        return words, place

    def _serial(self, place: int) -> int | None:
        """Return the place of the serial behind a station, or None."""
        for _ in range(4):
            kind, text = self.kinds[place], self.texts[place]
            joins = (kind == "sign" and text in BETWEEN) or kind == "newline"
            if not joins and not (kind == "paren" and PORTION.fullmatch(text)):
                break
            place += 1
        if self.kinds[place] != "number" or len(self.texts[place].lstrip("0")) > LONGEST_SERIAL:
            return None
        return None if self._is_day(place) or self._is_counted(place) else place

    def _is_day(self, place: int) -> bool:
        """Return whether a number is a day: "PARIS 14-16 JULY"."""
        if len(self.texts[place]) > 2:
            return False
        days = self.texts[place + 1] in ("-", "–", "/") and self._is_month(place + 3)
        return days or self._is_month(place + 1)

    def _is_month(self, place: int) -> bool:
        return self.kinds[place] == "word" and is_month(self.texts[place])

    def _is_counted(self, place: int) -> bool:
        """Return whether a number is an ordinal, or stands in a page marker (H-22)."""
        following = self.texts[place + 1].upper()
        if self.kinds[place + 1] == "word" and NOT_SERIAL.fullmatch(following):
            return self.parts[place + 1].glued or following == "PERCENT"
        if self.kinds[place + 1] not in ("number", "date") or not self.texts[place + 2]:
            return False
        return self.texts[place + 2].upper() == "OF" and self.kinds[place + 3] == "number"

    def _is_year_between(self, place: int) -> bool:
        """Return whether a number is a year before the serial: 08 in "CAIRO 08 1234"."""
        if len(self.texts[place]) != 2 or self.kinds[place + 1] != "number":
            return False
        following = self.texts[place + 1]
        plain = 2 < len(following) <= LONGEST_SERIAL and not self._reference_follows(place + 1)
        return plain and bool(self.year_of(self.texts[place]))

    def _station_later(self, place: int) -> FoundReference | None:
        """Return the reference whose station is behind its serial: "870 Ulaanbaatar", no "to"."""
        if self.kinds[place] != "number" or len(self.texts[place]) > LONGEST_SERIAL:
            return None
        start = place + 1
        while self.kinds[start] == "newline":
            start += 1
        words, after = self._words(start)
        if self._is_month(place + 1) or self.kinds[after] in ("number", "date", "dtg"):
            return None
        sent = words and words[0].upper() != "TO"  # By that station: "23 to Calcutta" is not.
        station = self._station(words, leading=False) if sent else ""
        return self.of_parts("", station, self.texts[place], after) if station else None

    def _station(self, words: list[str], *, leading: bool = True, whole: bool = False) -> str:
        """Return the longest known station at the end of some words, or "" (R-5).

        With `leading`, the words before it must be those that people write before a station; with
        `whole`, there must be none.
        """
        plain = [letters_and_digits(word) for word in words]
        while len(plain) > 1 and TRAILING.fullmatch(plain[-1]):
            plain.pop()
        for start in range(1 if whole else len(plain)):
            if leading and start and not LEADING.fullmatch(plain[start - 1]):
                return ""
            if station := self._known("".join(plain[start:])):
                return station
        return ""

    def _known(self, station: str) -> str:
        for name in (station, station.removesuffix("S")):  # "Rome's 123"
            if OF_STATE.fullmatch(name):
                return "STATE"
            if OF_THE_SENDER.fullmatch(name):
                return "" if self.own.station == "STATE" else self.own.station
            bare = PREFIX.sub("", name)
            if bare and (is_station(bare) or bare == self.own.station):
                return bare
        return ""


def letters_and_digits(word: str) -> str:
    """Return a word as capital letters only, with 0 for O repaired (R-3)."""
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word)
    return re.sub("[^A-Z]", "", word.upper().replace("0", "O"))


def is_like_year(number: str) -> bool:
    """Return whether a number in a text looks like a year: 1900 to 2030."""
    return len(number) == 4 and "1900" <= number <= "2030"


def _is_modern(year: str) -> bool:
    return not "11" <= year <= "72"
