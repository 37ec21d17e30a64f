"""Parse the text of the search box into a question, with notes about what is ignored.

    harbor "fishing rights" fees or dues -grain salm* subject:port to:secstate before:2008

Any text can be parsed: nothing raises. Takes time linear in the length of the text. For a
search without results, searches with fewer conditions are proposed.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any

from ..telegram import dates
from ..telegram.cities import OPEN
from ..telegram.references import find_footnoted, find_reference
from .name_spellings import names_of_recipient, names_of_sender, other_spellings
from .query_parts import (
    ALL_FIELDS,
    FIELDS,
    QUOTES,
    STOP_WORDS,
    Part,
    parts_of,
    prepared,
    split_words,
    with_names,
)

MOST_CHARACTERS = 2_000
MOST_WORDS = 100
LONGEST_WORD = 100  # Characters.
SHORTEST_PREFIX = 3  # A tenth of all words begins with a shorter one.
LONGEST_NUMBER = 8  # Digits: some message lines print a serial as 00001376.
LONGEST_SERIAL = 6

# Fields whose words stand beside the text of a cable, and all that are searched for words.
BESIDE_TEXT = ("note", "concept", "film", "marking")
OF_WORDS = ("", "subject", "ref", *BESIDE_TEXT)
FILM = re.compile(r"[DNP]\d{1,6}\*|[DNP]\d{6}(?:-\d{4})?", re.IGNORECASE)
ALONE = re.compile(rf"({ALL_FIELDS}):", re.IGNORECASE)
NAMED = re.compile(r"([a-z_]{2,}):(?!//)(.*)", re.IGNORECASE)  # What looks like a field.
# Field names of other catalogues -> what to write instead.
OTHERWISE = {
    **dict.fromkeys(("date", "year", "on", "created", "sent"), "after: and before:"),
    **{"since": "after:", "until": "before:"},
    **{"created_after": "after:", "created_before": "before:"},
}
# Filters that are read with their values before a question is parsed (understand.py).
OF_FILTERS = (
    *("kind", "class", "classification", "caption", "mark", "text", "volume", "collection"),
    *("place", "country", "cables", "partial", "cites", "released_after", "released_before"),
    *("person", "signer"),
)
AS_WORD = "is looked for as a word here: choose the filter instead."
# What other catalogues understand, and this one does not.
DISTANCE = re.compile(r'(?<=")\s?~\d+|(?<=\s)(?:NEAR(?:/\d+)?|(?:ADJ|W)/?\d+)(?=\s)')
ONE_LETTER = re.compile(r"(?<![\w./=&?-])[^\W\d]+\?[^\W\d]\w*(?![\w/=])")
STAR_WITHIN = re.compile(r"(?<!\S)-?\w*\*\w[\w*]*")
BRACKETS = re.compile(r"((?<!\S)-)?\(([^()]*)\)")
ALTERNATIVES = re.compile(r"\s(?:or|\|)\s", re.IGNORECASE)
UNPAIRED = "A quotation mark without its partner is left out."
# Two years, the name of a place between them.
TWO_YEARS = re.compile(r"(?<!\w)((?:1[789]|20)\d\d) \D+ (?:1[789]|20)\d\d(?!\w)")
GLUED = re.compile(r"(?P<series>[0-9]{2}[A-Z]{2,40})(?P<serial>[0-9]{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operand:
    """Consecutive words that are looked for: one word, or a phrase."""

    words: tuple[str, ...]
    field: str = ""  # A key of ranked_queries.FIELDS; "" for words anywhere.
    prefix: bool = False  # Whether the last word is the beginning of a word.
    quoted: bool = False
    respelt: bool = False  # Whether it is another spelling of a name that was typed.
    since: int = 0  # The years, both inclusive, of cables in which it can stand.
    until: int = OPEN
    parts: tuple[str, ...] = ()  # Labels of the volumes and chapters in which alone it stands.

    @property
    def is_as_typed(self) -> bool:
        """Whether other forms of the words do not match."""
        return self.quoted and not self.field


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed search."""

    text: str  # Without control characters, white space collapsed, cut to MOST_CHARACTERS.
    groups: tuple[tuple[Operand, ...], ...] = ()  # All have to match, each by any operand.
    excluded: tuple[Operand, ...] = ()  # None of these may match.
    without: tuple["Question", ...] = ()  # Nor any of these: a tag, a post, a sender, a recipient.
    # For the lines TO and INFO; all have to match, each by any of its names.
    recipients: tuple[tuple[Operand, ...], ...] = ()
    senders: tuple[Operand, ...] = ()  # Any suffices: a name as printed, or of an origin.
    words: tuple[str, ...] = ()  # In small letters, without phrases and excluded words.
    after: date | None = None  # Sent on this day or later.
    before: date | None = None  # Sent before this day.
    tags: tuple[str, ...] = ()  # In capitals; a cable needs all of them.
    origins: tuple[str, ...] = ()  # Words in names of origins, cities, countries; any suffices.
    reference: str = ""  # The first in the text, canonical.
    notes: tuple[str, ...] = ()  # Sentences about what is ignored.
    meanings: tuple[str, ...] = ()  # Sentences about other names that are looked for.

    @property
    def has_conditions(self) -> bool:
        """Whether there is anything to search for."""
        return bool(
            (self.groups or self.excluded or self.recipients or self.senders)
            or (self.tags or self.origins or self.after or self.before or self.without)
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
    parser.read(prepared(cleaned))
    return parser.question(cleaned)


def clean(text: str) -> str:
    """Return a text in NFC without control characters and surrogates, white space collapsed."""
    cleaned = []
    for char in unicodedata.normalize("NFC", text[: 2 * MOST_CHARACTERS]):
        category = unicodedata.category(char)
        if category != "Cf":  # Direction marks, zero-width spaces: remove inside words.
            cleaned.append(" " if category[0] == "C" else char)
    return " ".join("".join(cleaned).split())


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


class _Parser:
    """The parser: collects the parts of a question one by one."""

    def __init__(self) -> None:
        self.groups: list[list[Operand]] = []
        self.excluded: list[Operand] = []
        self.without: list[Question] = []
        self.recipients: list[tuple[Operand, ...]] = []
        self.senders: list[Operand] = []
        self.lists: dict[str, list[str]] = {"words": [], "tags": [], "origins": []}
        self.days: dict[str, list[date]] = {"after": [], "before": []}
        self.reference = ""
        self.notes: list[str] = []
        self.meanings: list[str] = []
        self.common: list[Part] = []  # Parts with stop words only.
        self.after_or = False  # Whether "or" comes before the next part.
        self.can_join = False  # Whether "or" can join the last part with another.
        self.count = 0  # Words.

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def read(self, text: str) -> None:
        words = text.lower().split()
        if len(words) > 1 and STOP_WORDS.issuperset(words):  # "To be or not".
            text = f'"{text}"'
            self.note("Nearly every cable has each of these words: they are looked for together.")
        if text.count('"') % 2:
            before, _, behind = text.rpartition('"')
            text = f"{before} {behind}"
            self.note(UNPAIRED)
        parts = list(with_names(list(parts_of(self.without_unknown_signs(text)))))
        for at, part in enumerate(parts):
            if part.is_or:
                self.after_or = self.can_join
                if at in (0, len(parts) - 1):
                    self.note(f"{part.text} is left out: it joins what stands on both its sides.")
                else:
                    self.note_unjoined(parts[at - 1], parts[at + 1])
            elif not self.is_left_out(part):
                self.note_other_name(part)
                if part.negated:
                    self.note(f"What has {part.text} is left out, since NOT stands before it.")
                self.add(part)
                self.after_or = False

    def note_unjoined(self, *sides: Part) -> None:
        """Note what stands beside "or" and is joined by it neither as words nor as senders."""
        for side in sides:
            if side.is_plain and not side.is_or and side.text.lower() in STOP_WORDS:
                self.note(f"{side} is left out with its “or”: nearly every cable has such words.")
        names = {each.field for each in sides}
        others = [each for each in sides if each.field not in OF_WORDS]
        # A minus before brackets has a note of its own.
        excluded = [each for each in sides if each.minus and not each.text.startswith("(")]
        if excluded:
            side = excluded[0]
            self.note(f"“or” beside {side} is left out: a minus leaves out its own words alone.")
        elif others and names not in ({"from"}, {"origin"}):
            self.note(f"Both are asked for at {others[-1]}: “or” joins words and phrases alone.")

    def is_left_out(self, part: Part) -> bool:
        """Return whether a part is a sign alone, and note it."""
        if not part.quoted and part.text == "-":
            self.note("A minus with a blank behind it leaves nothing out: write -word.")
        elif not part.quoted and ALONE.fullmatch(part.text):
            self.note(f"{part.text.lower()} is left out: a word has to stand behind it.")
        else:
            return False
        return True

    def without_unknown_signs(self, text: str) -> str:
        """Return a text without what other catalogues say of distances; notes name other signs."""
        if text != text.upper():
            for match in DISTANCE.finditer(text):
                sign = match[0].strip()
                self.note(f"{sign} is left out: how far apart words stand cannot be asked for.")
            text = DISTANCE.sub("", text)
        for match in ONE_LETTER.finditer(text):
            self.note(f"{match[0]}: ? stands for no letter. A * behind at least three does.")
        for match in STAR_WITHIN.finditer(text):
            self.note(f"{match[0]}: a * stands for the end of a word alone.")
        for minus, within in BRACKETS.findall(text):
            either = ALTERNATIVES.split(re.sub(r'"[^"]*"', "phrase", within))
            if minus or (len(either) > 1 and any(" " in each.strip() for each in either)):
                self.note("Brackets are not understood: “or” and a minus hold for one word alone.")
        return text

    def add(self, part: Part) -> None:
        """Add a part according to its field."""
        if part.field in OF_WORDS:
            if part.minus and YEAR.fullmatch(part.text):
                self.meanings.append(f"{part} leaves out cables with this number in their words.")
            is_left_out = not self.add_words(part)
            # A common word is left out with its "or": "fees or the or dues" is "fees or dues".
            self.can_join = not part.minus and (not is_left_out or self.after_or)
            return
        self.can_join = False
        if part.minus:
            self.exclude(part)
            return
        if part.field == "tag":
            self.lists["tags"].append(part.text.strip().upper())
        elif part.field in self.days:
            self.add_day(part)
        else:
            self.add_names(part)

    def exclude(self, part: Part) -> None:
        """Exclude what a part with a tag, a post, a sender or a recipient would find."""
        if part.field in self.days:
            self.note(f"{part} is left out: days cannot be excluded. Write after: or before:.")
            return
        other = _Parser()
        other.add(replace(part, minus=False))
        question = other.question(str(part))
        self.notes += (each for each in question.notes if each not in self.notes)
        self.meanings += [f"-{each}".replace("finds", "leaves out") for each in question.meanings]
        self.without += [question] if question.has_conditions else []

    def add_day(self, part: Part) -> None:
        if day := dates.parse(part.text, "2007.11.7"):  # "2007", "2007-11" or "2007-11-05".
            self.days[part.field].append(day[0].date())
        else:
            self.note(f"{part} is left out: write 2007, 2007-11 or 2007-11-05 behind it.")

    def add_names(self, part: Part) -> None:
        """Add words of an origin, of a sender, or of recipients."""
        words = self.usable_words(part)
        if not words:
            return
        is_exact = part.quoted and len(words) == 1  # Others need the quotation marks.
        find_names = names_of_recipient if part.field == "to" else names_of_sender
        others = [] if is_exact else find_names(words)
        names = [Operand(tuple(words), part.field, quoted=is_exact)]
        names += [
            Operand(each.words, part.field, respelt=True, since=each.since, until=each.until)
            for each in others
        ]
        if part.field == "to":
            self.recipients.append(tuple(names))
        else:
            known: list[Any] = self.senders if part.field == "from" else self.lists["origins"]
            if known:  # Of several behind one field any suffices.
                self.meanings.append(f"Several {part.field}: find what any of them sent.")
            known += names if part.field == "from" else [" ".join(each.words) for each in names]
        if others:
            labels = "; ".join(dict.fromkeys(each.label for each in others))
            self.meanings.append(f"{part} also finds {labels}.")

    def usable_words(self, part: Part) -> list[str]:
        """Return the words of a part; [] if it is ignored."""
        words = split_words(part.text)
        self.count += len(words)
        if part.quoted and "*" in part.text:
            self.note(f"{part} is looked for without its star: write it without quotation marks.")
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

    def add_words(self, part: Part) -> bool:
        """Add words to be found anywhere, or in one of the fields OF_WORDS; False without any."""
        words = self.usable_words(part)
        if not words:
            return False
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
            return True
        if not (self.after_or and self.groups):
            self.groups.append([])
        self.groups[-1] += operands
        whole = [word.lower() for word in (words[:-1] if prefix else words)]
        # Spellings are suggested for words of texts only: the vocabulary has no others.
        is_one = not ((part.quoted and len(whole) > 1) or ONE_LETTER.fullmatch(part.text))
        if field not in BESIDE_TEXT and is_one:
            self.lists["words"] += [word for word in whole if word not in STOP_WORDS]
        return True

    def note_other_name(self, part: Part) -> None:
        """Add a note about a word that looks like a field of another catalogue."""
        if not (part.field or part.quoted) and (match := NAMED.fullmatch(part.text)):
            name = match[1].lower()
            if name in OF_FILTERS:
                self.note(f"{name}: {AS_WORD}")
                return
            if not (match[2] or name in OTHERWISE):
                return
            fields = ", ".join((*FIELDS.split("|"), *OF_FILTERS))
            instead = OTHERWISE.get(name, f"a field ({fields})")
            self.note(f"{name}: is looked for as a word. Write {instead} instead.")

    def question(self, text: str) -> Question:
        """Return the question."""
        question = Question(
            text=text,
            groups=tuple(map(tuple, self.groups)),
            excluded=tuple(self.excluded),
            without=tuple(self.without),
            recipients=tuple(self.recipients),
            senders=tuple(dict.fromkeys(self.senders)),
            after=max(self.days["after"], default=None),
            before=min(self.days["before"], default=None),
            reference=self.reference or one_reference(text),
            **{name: tuple(dict.fromkeys(values)) for name, values in self.lists.items()},
        )
        for part in self.common:
            if part.text.endswith("*") and not part.quoted:
                self.note(f"{part} is left out: too many words begin so.")
            elif part.quoted or part.field or part.minus or not question.has_conditions:
                rarer = "" if question.has_conditions else " Add a rarer one."
                self.note(f"{part} is left out: nearly every cable has such words.{rarer}")
        if text and not (question.has_conditions or self.notes):
            self.note("There is nothing in it to look for.")
        return replace(question, notes=tuple(self.notes), meanings=tuple(self.meanings))


def one_reference(text: str) -> str:
    """Return the first reference in a text; "" where "or" joins several, which are looked for.

    "1963 Berlin 1962" is one, but not in a longer text, in which these can be years.
    """
    if (years := TWO_YEARS.search(text)) and years[0] != text:
        text = text[: years.start(1)] + text[years.end(1) :]
    joined = [find_reference(each) for each in ALTERNATIVES.split(text)]
    several = len(joined) > 1 and all(joined)
    return "" if several else find_reference(text) or find_footnoted(text)


MOST_PARTS = 6  # Words and phrases; each is one more search to count.
WORD = re.compile(r"\w")
YEAR = re.compile(r"(?<!\S)((?:18|19|20)[0-9]{2})[,.;]?(?!\S)")
PART = re.compile(r'-?(?:\w{1,10}:)?"[^"]*"?|\S+')


def relaxed(text: str) -> list[tuple[str, str]]:
    """Return (description, query) of relaxed queries, those closest to the text first.

    >>> relaxed('"harbor fees" salt')
    [('without the quotation marks', 'harbor fees salt'), ('without salt', '"harbor fees"'),
     ('without "harbor fees"', 'salt'), ('with any of the words', '"harbor fees" or salt')]
    """
    text = QUOTES.sub('"', text)
    parts = [part for part in PART.findall(text) if WORD.search(part) and part.lower() != "or"]
    queries = []
    if '"' in text:
        queries.append(("without the quotation marks", " ".join(text.replace('"', " ").split())))
    elif (year := YEAR.search(text)) and "or" not in text.lower().split():
        # Cables seldom print the year in which they were sent: search by date instead.
        days = f"after:{year[1]} before:{int(year[1]) + 1}"
        dated = f"{text[: year.start()]}{days}{text[year.end() :]}"
        queries.append((f"sent in {year[1]}, whether they print it or not", dated))
    if 1 < len(parts) <= MOST_PARTS:
        for at in reversed(range(len(parts))):
            query = " ".join(parts[:at] + parts[at + 1 :])
            queries.append((f"without {parts[at]}", query))
    words = [part for part in parts if not part.startswith("-") and ":" not in part]
    if len(words) > 1 and len(words) == len(parts):
        queries.append(("with any of the words", " or ".join(words)))
    return [(description, query) for description, query in queries if query and query != text]
