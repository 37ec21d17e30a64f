"""What a reader types into the box -> what is looked for, with a sentence on what cannot be.

    harbor "fishing rights" fees or dues -grain salm* subject:port to:secstate before:2008

Any text is a question: nothing in it raises, and what is made of it is a valid argument of
to_tsquery(). How long that takes grows with the text and with nothing else.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from .references import find_footnoted, find_reference

MOST_CHARACTERS = 2_000
MOST_WORDS = 100
LONGEST_WORD = 100  # Characters.
SHORTEST_PREFIX = 3  # A shorter one begins a tenth of all words.
LONGEST_NUMBER = 8  # Digits: 00001376 is how some message lines print a serial.
LONGEST_SERIAL = 6

QUOTES = re.compile("[“”„‟«»〝〞＂]")
FIELDS = "subject|ref|from|to|tag|origin|before|after"
PART = re.compile(
    rf"(?P<minus>(?<![^\s(])-)?(?:(?P<field>{FIELDS}):\s?)?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
ALONE = re.compile(rf"({FIELDS}):", re.IGNORECASE)
# What other catalogues call them.
OTHERWISE = {
    **dict.fromkeys(("date", "year", "on", "created", "sent"), "after: and before:"),
    **{"since": "after:", "until": "before:", "title": "subject:", "tags": "tag:"},
    **dict.fromkeys(("embassy", "post", "station", "city", "country"), "origin:"),
}
BETWEEN = re.compile(r"[^\w.@]+|_+")  # What parts words: "Iran/Iraq" is two, "U.S." is one.
DAY = re.compile(r"(?P<year>[0-9]{4})(?:[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2}))?)?")
GLUED = re.compile(r"(?P<series>[0-9]{2}[A-Z]{2,40})(?P<serial>[0-9]{1,6})", re.IGNORECASE)
# Those of PostgreSQL's English dictionary: they are in no vector.
IN_NO_VECTOR = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she
her hers herself it its itself they them their theirs themselves what which who whom this that
these those am is are was were be been being have has had having do does did doing a an the and
but if or because as until while of at by for with about against between into through during
before after above below to from up down in out on off over under again further then once here
there when where why how all any both each few more most other some such no nor not only own
same so than too very s t can will just don should now
"""
STOP_WORDS = frozenset(IN_NO_VECTOR.split())


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. `tsquery`, `subject` and `recipients` are arguments of to_tsquery()."""

    text: str  # As asked, without control characters, blanks collapsed, not too long.
    tsquery: str = ""  # "" if no word is looked for.
    words: tuple[str, ...] = ()  # In small letters; not those that must not occur.
    phrases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()  # "salm" of salm*
    subject: str = ""  # The same words, all of them in the subject; "" if that cannot be.
    recipients: str = ""  # What the lines TO and INFO have to say.
    after: date | None = None  # Sent on this day or later.
    before: date | None = None  # Sent before this day.
    tags: tuple[str, ...] = ()  # In capitals; all of them.
    origins: tuple[str, ...] = ()  # Words of names of origins, cities or countries; any of them.
    reference: str = ""  # The first in the text, canonical.
    notes: tuple[str, ...] = ()  # Sentences on what is left out.

    @property
    def asks(self) -> bool:
        """Whether anything is looked for. A text of which nothing can be used finds nothing."""
        return bool(
            (self.tsquery or self.recipients or self.tags or self.origins)
            or (self.after or self.before)
        )


def parse_question(text: str) -> Question:
    """Return what a text asks for, whatever it is. A text without anything asks nothing."""
    reading = _Reading()
    cleaned = clean(text)
    if len(cleaned) > MOST_CHARACTERS:
        cleaned = cleaned[:MOST_CHARACTERS].rstrip()
        reading.note(f"Only the first {MOST_CHARACTERS:,} characters are looked for.")
    reading.read(QUOTES.sub('"', cleaned))
    return reading.question(cleaned)


def clean(text: str) -> str:
    """Return a text without control characters and lone surrogates, blanks collapsed.

    A letter and its accent become one character, as they are in texts.
    """
    kept = []
    for char in unicodedata.normalize("NFC", text[: 2 * MOST_CHARACTERS]):
        category = unicodedata.category(char)
        if category != "Cf":  # Marks of direction, blanks of no width: they stand inside words.
            kept.append(" " if category[0] == "C" else char)
    return " ".join("".join(kept).split())


def in_words(text: str) -> list[str]:
    """Return the words of a text, parted where texts are parted for the index."""
    return [word for word in (each.strip(".@") for each in BETWEEN.split(text)) if word]


def spellings(word: str) -> list[str]:
    """Return a number with and without leading zeros; so too at the end of a reference.

    >>> spellings("01376")
    ['1376', '01376', '001376', '0001376', '00001376']
    """
    series, serial, most = "", word, LONGEST_NUMBER
    if glued := GLUED.fullmatch(word):
        series, serial, most = glued["series"], glued["serial"], LONGEST_SERIAL
    if not (serial.isascii() and serial.isdecimal() and len(serial) <= most):
        return [word]
    number = serial.lstrip("0") or "0"
    return [series + number.zfill(digits) for digits in range(len(number), most + 1)]


def operand(words: list[str], weight: str = "", *, prefix: bool = False) -> str:
    """Return words that stand one behind the other as a part of a tsquery.

    `weight` says where they stand: "A" is the subject, "B" the keywords. With `prefix`, the
    last is the beginning of a word.
    """
    parts = []
    for place, word in enumerate(words, 1):
        begun = prefix and place == len(words)
        flags = ("*" if begun else "") + weight
        forms = [word] if begun else spellings(word)
        quoted = [f"'{form}':{flags}" if flags else f"'{form}'" for form in forms]
        parts.append(quoted[0] if len(quoted) == 1 else f"({' | '.join(quoted)})")
    joined = " <-> ".join(parts)
    return f"({joined})" if len(parts) > 1 else joined


def parse_day(text: str) -> date | None:
    """Return the first day of 2007, 2007-11 or 2007-11-05; None of anything else."""
    found = DAY.fullmatch(text)
    try:
        return date(*(int(number or 1) for number in found.groups())) if found else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Part:
    """A word or phrase, and how it is to be looked for."""

    text: str
    field: str  # "" for words anywhere.
    minus: bool
    quoted: bool
    negated: bool = False  # By a word, which may be meant as one.

    def __str__(self):
        field = f"{self.field}:" if self.field else ""
        text = f"“{self.text}”" if self.quoted else self.text
        return f"{'-' if self.minus else ''}{field}{text}"

    @property
    def is_or(self):
        alone = not (self.field or self.minus or self.quoted)
        return alone and self.text.lower() in ("or", "|", "||")


def _parts(text: str) -> Iterator[_Part]:
    """Yield the parts of a text.

    NOT in capitals stands for a minus, unless all is in capitals: telegrams are.
    """
    operators = text != text.upper()
    negated = False
    for match in PART.finditer(text):
        if operators and match[0] == "NOT":
            negated = True
            continue
        quoted = match["phrase"] is not None
        said = match["phrase"] if quoted else match["word"]
        minus = negated or bool(match["minus"])
        yield _Part(said, (match["field"] or "").lower(), minus, quoted, negated)
        negated = False


class _Reading:
    """The parts of a question, as they are read one after the other."""

    def __init__(self):
        self.groups = []  # All are looked for: [(operand, the same in the subject or "")], any.
        self.without = []
        self.recipients = []
        self.lists = {"words": [], "phrases": [], "prefixes": [], "tags": [], "origins": []}
        self.days = {"after": [], "before": []}
        self.reference = ""
        self.notes = []
        self.common = []  # Parts of stop words alone.
        self.either = False  # Whether "or" stands before the next part,
        self.joins = False  # and whether the part before it is one that "or" can join.
        self.count = 0

    def note(self, sentence: str):
        if sentence not in self.notes:
            self.notes.append(sentence)

    def read(self, text: str):
        if text.count('"') % 2:
            before, _, behind = text.rpartition('"')
            text = f"{before} {behind}"
            self.note("A quotation mark without its partner is left out.")
        for part in _parts(text):
            if part.is_or:
                self.either = self.joins
            elif not part.quoted and ALONE.fullmatch(part.text):
                self.note(f"{part.text.lower()} is left out: a word has to stand behind it.")
            else:
                self.note_other_name(part)
                if part.negated:
                    self.note(f"What has {part.text} is left out, since NOT stands before it.")
                self.take(part)
                self.either = False

    def take(self, part: _Part):
        """Take a part in its own way."""
        if part.field in ("", "subject", "ref"):
            self.joins = not part.minus
            self.take_words(part)
            return
        self.joins = False
        if part.minus:
            self.note(f"{part} is left out: only words, phrases and subjects can be excluded.")
            return
        if self.either:
            self.note(f"Both are asked for at {part}: “or” joins words and phrases alone.")
        if part.field == "tag":
            self.lists["tags"].append(part.text.strip().upper())
        elif part.field in self.days:
            self.take_day(part)
        else:
            self.take_names(part)

    def take_day(self, part):
        if day := parse_day(part.text):
            self.days[part.field].append(day)
        else:
            self.note(f"{part} is left out: write 2007, 2007-11 or 2007-11-05 behind it.")

    def take_names(self, part):
        """Take words of an origin, or of recipients."""
        words = self.usable(part)
        if not words:
            return
        if part.field == "to":
            self.recipients.append(operand(words))
        else:
            self.lists["origins"].append(" ".join(words))

    def usable(self, part) -> list[str]:
        """Return the words of a part; none if it cannot be looked for."""
        words = in_words(part.text)
        self.count += len(words)
        if max(map(len, words), default=0) > LONGEST_WORD:
            self.note(f"A word of more than {LONGEST_WORD} characters is left out.")
        elif self.count > MOST_WORDS:
            self.note(f"Only the first {MOST_WORDS} words are looked for.")
        elif words and all(word.lower() in STOP_WORDS for word in words):
            self.common.append(part)
        else:
            return words
        return []

    def take_words(self, part):
        """Take words that stand anywhere, in the subject, or in a reference."""
        words = self.usable(part)
        if not words:
            return
        prefix = not part.quoted and part.text.endswith("*")
        if prefix and len(words[-1]) < SHORTEST_PREFIX:
            self.note(f"{part}: at least {SHORTEST_PREFIX} letters have to stand before the *.")
            prefix = False
        weight = {"subject": "A", "ref": "B"}.get(part.field, "")
        if part.field == "ref" and (reference := find_reference(part.text)):
            self.reference, weight, words = reference, "", in_words(reference)
        self.note_lonely(part, words)
        looked_for = operand(words, weight, prefix=prefix)
        if part.minus:
            self.without.append(looked_for)
            return
        in_subject = "" if part.field == "ref" else operand(words, "A", prefix=prefix)
        if not (self.either and self.groups):
            self.groups.append([])
        self.groups[-1].append((looked_for, in_subject))
        self.remember(words, part.quoted, prefix)

    def note_other_name(self, part):
        """Say so where what looks like a field is looked for as a word."""
        name, _, word = part.text.partition(":")
        if not (part.field or part.quoted) and word and (known := OTHERWISE.get(name.lower())):
            self.note(f"{name.lower()}: is looked for as a word. Write {known} instead.")

    def note_lonely(self, part, words):
        """Say so where a phrase finds whatever has the one word of it that is in vectors."""
        rare = [word for word in words if word.lower() not in STOP_WORDS]
        if part.quoted and len(words) > len(rare) == 1:
            self.note(f"Of {part}, only {rare[0]} is looked for: nearly every cable has the rest.")

    def remember(self, words, quoted, prefix):
        """Keep words as they are shown, ranked and corrected."""
        words = [word.lower() for word in words]
        if prefix:
            self.lists["prefixes"].append(words.pop())
        if quoted and len(words) > 1:
            self.lists["phrases"].append(" ".join(words))
        else:
            self.lists["words"] += [word for word in words if word not in STOP_WORDS]

    def question(self, text: str) -> Question:
        """Return what was read of a text."""
        if self.without and not self.groups:
            self.note("What is to be left out is said, but no word that is to be found.")
        question = Question(
            text=text,
            tsquery=self.all_of([[found for found, _ in group] for group in self.groups]),
            subject=self.all_of([[within for _, within in group] for group in self.groups]),
            recipients=" & ".join(self.recipients),
            after=max(self.days["after"], default=None),
            before=min(self.days["before"], default=None),
            reference=self.reference or find_reference(text) or find_footnoted(text),
            **{name: tuple(dict.fromkeys(values)) for name, values in self.lists.items()},
        )
        for part in self.common:
            if part.text.endswith("*") and not part.quoted:
                self.note(f"{part} is left out: too many words begin so.")
            elif part.quoted or part.field or not question.asks:
                self.note(f"{part} is left out: nearly every cable has such words.")
        if text and not (question.asks or self.notes):
            self.note("There is nothing in it to look for.")
        return replace(question, notes=tuple(self.notes))

    def all_of(self, groups: list[list[str]]) -> str:
        """Return the tsquery of groups, of each of which something is to be found."""
        if not groups or not all(all(group) for group in groups):
            return ""
        found = [group[0] if len(group) == 1 else f"({' | '.join(group)})" for group in groups]
        return " & ".join([*found, *(f"!{operand}" for operand in self.without)])
