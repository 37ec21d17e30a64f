"""The words of a text, each once: for counts of how many cables have a word."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol

MOST_CHARACTERS = 500_000  # Of a body; words behind them are not counted.
SEPARATORS = {code: " " for code in range(128) if not chr(code).isalnum()}
COMBINING = re.compile("[\u0300-\u036f]+")  # Accents, in decomposed text.
RUN = re.compile(r"[^\W_]+")
# Words that nearly every cable has: alone they are not looked for, within a phrase they are.
VERY_COMMON = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she
her hers herself it its itself they them their theirs themselves what which who whom this that
these those am is are was were be been being have has had having do does did doing a an the and
but if or because as until while of at by for with about against between into through during
before after above below to from up down in out on off over under again further then once here
there when where why how all any both each few more most other some such no nor not only own
same so than too very s t can will just don should now
"""
STOP_WORDS = frozenset(VERY_COMMON.split())


def in_nfc(text: str) -> str:
    """Return a text in NFC: a letter and its accent are one character. Offsets refer to it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class HasText(Protocol):
    """A parsed cable, or a row of Cable."""

    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def tags(self) -> Iterable[str]: ...


def words_of(text: str, tags: Iterable[str] = ()) -> set[str]:
    """Return the words of a text: runs of letters and digits, in lower case without accents.

    Words of tags that name a person ("SMITH, JOHN") are left out, so that none is suggested.
    """
    text = text.lower()
    if text.isascii():
        words = set(text.translate(SEPARATORS).split())
    else:
        text = " ".join(set(text.split()))  # Less to go through.
        text = COMBINING.sub("", unicodedata.normalize("NFKD", text))
        words = set(RUN.findall(text))
    for tag in tags:
        if "," in tag:
            words -= words_of(tag)
    return words


def words_of_cable(cable: HasText) -> set[str]:
    """Return the words of the subject and the body of a cable, without names in its tags."""
    return words_of(f"{cable.subject}\n{cable.body[:MOST_CHARACTERS]}", cable.tags)
