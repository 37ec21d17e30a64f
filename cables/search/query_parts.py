"""The parts of what was typed: words and phrases with their fields and signs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from ..glossary.entries import fixed_phrases
from ..telegram.classifications import CLASSIFICATIONS
from ..telegram.distinct_words import STOP_WORDS as STOP_WORDS
from .name_spellings import Words, folded, most_words, other_spellings

QUOTES = re.compile("[“”„‟«»〝〞＂]")
OPERATORS = frozenset(("or", "|", "||"))
FIELDS = "subject|ref|note|from|to|tag|origin|before|after|concept|film|marking"
# Names of fields in other catalogues.
ALIASES = {
    **{"sender": "from", "author": "from", "recipient": "to", "addressee": "to"},
    **{"title": "subject", "tags": "tag", "concepts": "concept", "reel": "film"},
    **dict.fromkeys(("embassy", "post", "station", "city"), "origin"),
}
ALL_FIELDS = "|".join((FIELDS, *ALIASES))
PART = re.compile(
    rf"(?P<minus>(?<![^\s(])-)?(?:(?P<field>{ALL_FIELDS}):\s?)?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))',
    re.IGNORECASE,
)
BETWEEN = re.compile(r"[^\w.@]+|_+")  # Between words: "Iran/Iraq" is two, "U.S." is one.


# "Control: 1234", "control no. 1234": of a telegram, as its heading prints it.
CONTROL = re.compile(r'(?<![\w":-])control(?: (?:number|no\.?):?|:) ?#?(\d{1,8})(?![\w"])', re.I)


# A dash that is meant as a minus: "coup –iraq".
MINUS = re.compile(r"(?<!\S)[‐‑‒–—−](?=[^\W\d]|\")")
COMMA = re.compile(r"(?<=[^\W\d])[,;](?=[^\W\d])")


def prepared(text: str) -> str:
    """Return a text with straight quotation marks, and control numbers in all their spellings.

    A comma parts words also without a blank. A dash right before a word is a minus.

    >>> prepared("Control: 1234")
    '"control 1234" or "control number 1234" or "control no 1234"'
    """
    spelt = r'"control \1" or "control number \1" or "control no \1"'
    text = COMMA.sub(r"\g<0> ", MINUS.sub("-", QUOTES.sub('"', text)))
    return CONTROL.sub(spelt, text)


@dataclass(frozen=True, slots=True)
class Part:
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
        return self.is_plain and self.text.lower() in OPERATORS


def is_plain_word(text: str) -> bool:
    """Return whether the text of a part is a word without any sign."""
    return all(part.is_plain for part in parts_of(text)) and '"' not in text


def parts_of(text: str) -> Iterator[Part]:
    """Yield the parts of a text. NOT in capitals is a minus, if not all is in capitals."""
    operators = text != text.upper()
    negated = False
    for match in PART.finditer(text):
        if operators and match[0] == "NOT":
            negated = True
            continue
        quoted = match["phrase"] is not None
        text_of_part = match["phrase"] if quoted else match["word"]
        minus = negated or bool(match["minus"])
        field = (match["field"] or "").lower()
        yield Part(text_of_part, ALIASES.get(field, field), minus, quoted, negated)
        negated = False


def with_names(parts: list[Part]) -> Iterator[Part]:
    """Yield parts, with the words of a known name joined: "viet nam" is one part, as "viet-nam".

    So are terms of which a very common word is part: "eyes only".
    A long name is found before a short one with the same first words.
    """
    at = 0
    while at < len(parts):
        lengths = range(min(most_words(), len(parts) - at), 1, -1)
        joined = next((each for n in lengths if (each := _joined(parts[at : at + n]))), None)
        yield joined or parts[at]
        at += joined.text.count(" ") + 1 if joined else 1


def _joined(parts: list[Part]) -> Part | None:
    """Return words in a row as one part if they are a name with other spellings, or a term."""
    if not all(part.is_plain for part in parts):
        return None
    words = [part.text for part in parts]
    is_term = tuple(map(str.lower, words)) in terms_with_common_words()
    return replace(parts[0], text=" ".join(words)) if is_term or other_spellings(words) else None


@cache
def terms_with_common_words() -> frozenset[Words]:
    """Return the terms of the glossary, as words, of which a very common word is part.

    So are classifications: "not marked", "official use only".
    """
    classes = {folded(each.label) for each in CLASSIFICATIONS}
    return frozenset(words for words in fixed_phrases() | classes if STOP_WORDS.intersection(words))


def split_words(text: str) -> list[str]:
    """Split a text into words, as texts are split for the index."""
    return [word for word in (each.strip(".@") for each in BETWEEN.split(text)) if word]
