"""Parse the text of the search box into a question, with notes about what is ignored.

    harbor "fishing rights" fees or dues -grain salm* subject:port to:secstate before:2008

Any text can be parsed: nothing raises. Takes time linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain

from ..glossary.printed_terms import fixed_phrases
from ..telegram import dates
from ..telegram.distinct_words import STOP_WORDS as STOP_WORDS
from ..telegram.references import find_footnoted, find_reference
from .name_spellings import Words, most_words, names_of_place, other_spellings

MOST_CHARACTERS = 2_000
MOST_WORDS = 100
LONGEST_WORD = 100  # Characters.
SHORTEST_PREFIX = 3  # A tenth of all words begins with a shorter one.
LONGEST_NUMBER = 8  # Digits: some message lines print a serial as 00001376.
LONGEST_SERIAL = 6

QUOTES = re.compile("[“”„‟«»〝〞＂]")
FIELDS = "subject|ref|note|from|to|tag|origin|before|after|concept|film|marking"
# Fields whose words stand beside the text of a cable, and all that are searched for words.
BESIDE_TEXT = ("note", "concept", "film", "marking")
OF_WORDS = ("", "subject", "ref", *BESIDE_TEXT)
FILM = re.compile(r"[DNP]\d{1,6}\*|[DNP]\d{6}(?:-\d{4})?", re.IGNORECASE)
PART = re.compile(
    rf"(?P<minus>(?<![^\s(])-)?(?:(?P<field>{FIELDS}):\s?)?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
ALONE = re.compile(rf"({FIELDS}):", re.IGNORECASE)
# Field names of other catalogues -> what to write instead.
OTHERWISE = {
    **dict.fromkeys(("date", "year", "on", "created", "sent"), "after: and before:"),
    **{"since": "after:", "until": "before:", "title": "subject:", "tags": "tag:"},
    **{"concepts": "concept:", "caption": "marking:", "reel": "film:"},
    **dict.fromkeys(("embassy", "post", "station", "city", "country"), "origin:"),
}
BETWEEN = re.compile(r"[^\w.@]+|_+")  # Between words: "Iran/Iraq" is two, "U.S." is one.
GLUED = re.compile(r"(?P<series>[0-9]{2}[A-Z]{2,40})(?P<serial>[0-9]{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operand:
    """Consecutive words that are looked for: one word, or a phrase."""

    words: tuple[str, ...]
    field: str = ""  # A key of ranked_queries.FIELDS; "" for words anywhere.
    prefix: bool = False  # Whether the last word is the beginning of a word.
    quoted: bool = False
    respelt: bool = False  # Whether it is another spelling of a name that was typed.


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed search."""

    text: str  # Without control characters, white space collapsed, cut to MOST_CHARACTERS.
    groups: tuple[tuple[Operand, ...], ...] = ()  # All have to match, each by any operand.
    excluded: tuple[Operand, ...] = ()  # None of these may match.
    recipients: tuple[Operand, ...] = ()  # For the lines TO and INFO; all have to match.
    senders: tuple[Operand, ...] = ()  # Any suffices: a name as printed, or of an origin.
    words: tuple[str, ...] = ()  # In small letters, without excluded words.
    phrases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()  # "salm" of salm*
    after: date | None = None  # Sent on this day or later.
    before: date | None = None  # Sent before this day.
    tags: tuple[str, ...] = ()  # In capitals; a cable needs all of them.
    origins: tuple[str, ...] = ()  # Words in names of origins, cities, countries; any suffices.
    reference: str = ""  # The first in the text, canonical.
    notes: tuple[str, ...] = ()  # Sentences about what is ignored.

    @property
    def has_conditions(self) -> bool:
        """Whether there is anything to search for."""
        return bool(
            (self.groups or self.excluded or self.recipients or self.senders)
            or (self.tags or self.origins or self.after or self.before)
        )

    @property
    def in_texts(self) -> list[Operand]:
        """What is looked for in the texts of cables."""
        return [each for each in chain(*self.groups) if each.field not in BESIDE_TEXT]

    @property
    def in_notes(self) -> list[Operand]:
        """What is looked for in the notes of editors."""
        return [each for each in chain(*self.groups) if each.field == "note"]


def parse_question(text: str) -> Question:
    """Parse any text. An empty one searches for nothing."""
    parser = _Parser()
    cleaned = clean(text)
    if len(cleaned) > MOST_CHARACTERS:
        cleaned = cleaned[:MOST_CHARACTERS].rstrip()
        parser.note(f"Only the first {MOST_CHARACTERS:,} characters are looked for.")
    parser.read(QUOTES.sub('"', cleaned))
    return parser.question(cleaned)


def clean(text: str) -> str:
    """Return a text in NFC without control characters and surrogates, white space collapsed."""
    cleaned = []
    for char in unicodedata.normalize("NFC", text[: 2 * MOST_CHARACTERS]):
        category = unicodedata.category(char)
        if category != "Cf":  # Direction marks, zero-width spaces: remove inside words.
            cleaned.append(" " if category[0] == "C" else char)
    return " ".join("".join(cleaned).split())


def split_words(text: str) -> list[str]:
    """Split a text into words, as texts are split for the index."""
    return [word for word in (each.strip(".@") for each in BETWEEN.split(text)) if word]


def number_spellings(word: str) -> list[str]:
    """Return a number, or a reference that ends in one, with and without leading zeros.

    >>> number_spellings("01376")
    ['1376', '01376', '001376', '0001376', '00001376']
    """
    series, serial, most = "", word, LONGEST_NUMBER
    if glued := GLUED.fullmatch(word):
        series, serial, most = glued["series"], glued["serial"], LONGEST_SERIAL
    if not (serial.isascii() and serial.isdecimal() and len(serial) <= most):
        return [word]
    number = serial.lstrip("0") or "0"
    return [series + number.zfill(digits) for digits in range(len(number), most + 1)]


def parse_day(text: str) -> date | None:
    """Return the first day of "2007", "2007-11" or "2007-11-05"; None for any other text."""
    day = dates.parse(text, "2007.11.7")
    return day[0].date() if day else None


@dataclass(frozen=True, slots=True)
class _Part:
    """A word or phrase, with its field and signs."""

    text: str
    field: str  # "" for words anywhere.
    minus: bool  # Excluded, by "-" or by NOT.
    quoted: bool
    negated: bool = False  # Excluded by NOT, which may also be meant as a word.

    def __str__(self) -> str:
        field = f"{self.field}:" if self.field else ""
        text = f"“{self.text}”" if self.quoted else self.text
        return f"{'-' if self.minus else ''}{field}{text}"

    @property
    def is_phrase(self) -> bool:
        """Whether it is several words in quotation marks, of which each has to be there."""
        return self.quoted and len(split_words(self.text)) > 1

    @property
    def is_plain(self) -> bool:
        """Whether it is a word without any sign."""
        return not (self.field or self.minus or self.quoted or self.text.endswith("*"))

    @property
    def is_or(self) -> bool:
        return self.is_plain and self.text.lower() in ("or", "|", "||")


def are_common(text: str) -> bool:
    """Return whether a text is several words that are all very common: "to be or not"."""
    words = text.lower().split()
    return len(words) > 1 and STOP_WORDS.issuperset(words)


def _parts(text: str) -> Iterator[_Part]:
    """Yield the parts of a text.

    NOT in capitals is a minus, unless the whole text is in capitals, as telegrams are.
    """
    operators = text != text.upper()
    negated = False
    for match in PART.finditer(text):
        if operators and match[0] == "NOT":
            negated = True
            continue
        quoted = match["phrase"] is not None
        text_of_part = match["phrase"] if quoted else match["word"]
        minus = negated or bool(match["minus"])
        yield _Part(text_of_part, (match["field"] or "").lower(), minus, quoted, negated)
        negated = False


def _with_names(parts: list[_Part]) -> Iterator[_Part]:
    """Yield parts, with the words of a known name joined: "viet nam" is one part, as "viet-nam".

    So are terms of which a very common word is part: "eyes only".
    A long name is found before a short one with the same first words.
    """
    at = 0
    while at < len(parts):
        lengths = range(min(most_words(), len(parts) - at), 1, -1)
        joined = next((each for n in lengths if (each := _name(parts[at : at + n]))), None)
        yield joined or parts[at]
        at += joined.text.count(" ") + 1 if joined else 1


def _name(parts: list[_Part]) -> _Part | None:
    """Return words in a row as one part if they are a name with other spellings, or a term."""
    if not all(part.is_plain for part in parts):
        return None
    words = [part.text for part in parts]
    is_term = tuple(map(str.lower, words)) in terms_with_common_words()
    return replace(parts[0], text=" ".join(words)) if is_term or other_spellings(words) else None


@cache
def terms_with_common_words() -> frozenset[Words]:
    """Return the terms of the glossary, as words, of which a very common word is part."""
    return frozenset(words for words in fixed_phrases() if STOP_WORDS.intersection(words))


class _Parser:
    """The parser: collects the parts of a question one by one."""

    def __init__(self) -> None:
        self.groups: list[list[Operand]] = []
        self.excluded: list[Operand] = []
        self.recipients: list[Operand] = []
        self.senders: list[Operand] = []
        names = ("words", "phrases", "prefixes", "tags", "origins")
        self.lists: dict[str, list[str]] = {name: [] for name in names}
        self.days: dict[str, list[date]] = {"after": [], "before": []}
        self.reference = ""
        self.notes: list[str] = []
        self.common: list[_Part] = []  # Parts with stop words only.
        self.after_or = False  # Whether "or" comes before the next part.
        self.can_join = False  # Whether "or" can join the last part with another.
        self.count = 0  # Words.

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def read(self, text: str) -> None:
        if are_common(text):
            text = f'"{text}"'
            self.note("Nearly every cable has each of these words: they are looked for together.")
        if text.count('"') % 2:
            before, _, behind = text.rpartition('"')
            text = f"{before} {behind}"
            self.note("A quotation mark without its partner is left out.")
        for part in _with_names(list(_parts(text))):
            if part.is_or:
                self.after_or = self.can_join
            elif not part.quoted and ALONE.fullmatch(part.text):
                self.note(f"{part.text.lower()} is left out: a word has to stand behind it.")
            else:
                self.note_other_name(part)
                if part.negated:
                    self.note(f"What has {part.text} is left out, since NOT stands before it.")
                self.add(part)
                self.after_or = False

    def add(self, part: _Part) -> None:
        """Add a part according to its field."""
        if part.field in OF_WORDS:
            self.can_join = not part.minus
            self.add_words(part)
            return
        self.can_join = False
        if part.minus:
            self.note(f"{part} is left out: tags, posts, recipients and days cannot be excluded.")
            return
        if self.after_or:
            self.note(f"Both are asked for at {part}: “or” joins words and phrases alone.")
        if part.field == "tag":
            self.lists["tags"].append(part.text.strip().upper())
        elif part.field in self.days:
            self.add_day(part)
        else:
            self.add_names(part)

    def add_day(self, part: _Part) -> None:
        if day := parse_day(part.text):
            self.days[part.field].append(day)
        else:
            self.note(f"{part} is left out: write 2007, 2007-11 or 2007-11-05 behind it.")

    def add_names(self, part: _Part) -> None:
        """Add words of an origin, of a sender, or of recipients."""
        words = self.usable_words(part)
        if not words:
            return
        is_exact = part.quoted and len(words) == 1  # Others need the quotation marks.
        names = [tuple(words), *(() if is_exact else names_of_place(words))]
        if part.field == "to":
            self.recipients.append(Operand(tuple(words), "to", quoted=part.quoted))
        elif part.field == "from":
            self.senders += [Operand(name, "from", respelt=name != names[0]) for name in names]
        else:
            self.lists["origins"] += map(" ".join, names)

    def usable_words(self, part: _Part) -> list[str]:
        """Return the words of a part; [] if it is ignored."""
        words = split_words(part.text)
        self.count += len(words)
        if max(map(len, words), default=0) > LONGEST_WORD:
            self.note(f"A word of more than {LONGEST_WORD} characters is left out.")
        elif self.count > MOST_WORDS:
            self.note(f"Only the first {MOST_WORDS} words are looked for.")
        elif part.field == "film" and not FILM.fullmatch(part.text):
            self.note(f"{part} is left out: write a reel, D750089, or a frame, D750089-0412.")
        elif words and not part.is_phrase and STOP_WORDS.issuperset(map(str.lower, words)):
            self.common.append(part)
        else:
            return words
        return []

    def add_words(self, part: _Part) -> None:
        """Add words to be found anywhere, or in one of the fields OF_WORDS."""
        words = self.usable_words(part)
        if not words:
            return
        prefix = not part.quoted and part.text.endswith("*")
        if prefix and len(words[-1]) < SHORTEST_PREFIX:
            self.note(f"{part}: at least {SHORTEST_PREFIX} letters have to stand before the *.")
            prefix = False
        field = part.field
        if field == "ref" and (reference := find_reference(part.text)):
            self.reference, field, words = reference, "", split_words(reference)
        operands = [Operand(tuple(words), field, prefix, part.quoted)]
        if not (part.quoted or prefix or field == "ref"):
            operands += [Operand(name, field, respelt=True) for name in other_spellings(words)]
        if part.minus:
            self.excluded += operands
            return
        if not (self.after_or and self.groups):
            self.groups.append([])
        self.groups[-1] += operands
        if field not in BESIDE_TEXT:  # The vocabulary has words of texts only.
            self.keep_words(words, part.quoted, prefix)

    def note_other_name(self, part: _Part) -> None:
        """Add a note about a word that looks like a field of another catalogue."""
        name, _, word = part.text.partition(":")
        if not (part.field or part.quoted) and word and (instead := OTHERWISE.get(name.lower())):
            self.note(f"{name.lower()}: is looked for as a word. Write {instead} instead.")

    def keep_words(self, words: list[str], quoted: bool, prefix: bool) -> None:
        """Keep words of texts for ranking and spelling suggestions."""
        words = [word.lower() for word in words]
        if prefix:
            self.lists["prefixes"].append(words.pop())
        if quoted and len(words) > 1:
            self.lists["phrases"].append(" ".join(words))
        else:
            self.lists["words"] += [word for word in words if word not in STOP_WORDS]

    def question(self, text: str) -> Question:
        """Return the question."""
        question = Question(
            text=text,
            groups=tuple(map(tuple, self.groups)),
            excluded=tuple(self.excluded),
            recipients=tuple(self.recipients),
            senders=tuple(dict.fromkeys(self.senders)),
            after=max(self.days["after"], default=None),
            before=min(self.days["before"], default=None),
            reference=self.reference or find_reference(text) or find_footnoted(text),
            **{name: tuple(dict.fromkeys(values)) for name, values in self.lists.items()},
        )
        for part in self.common:
            if part.text.endswith("*") and not part.quoted:
                self.note(f"{part} is left out: too many words begin so.")
            elif part.quoted or part.field or not question.has_conditions:
                self.note(f"{part} is left out: nearly every cable has such words.")
        if text and not (question.has_conditions or self.notes):
            self.note("There is nothing in it to look for.")
        return replace(question, notes=tuple(self.notes))
