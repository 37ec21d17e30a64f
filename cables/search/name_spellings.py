"""Other spellings of a name: cables print Viet-Nam and Vietnam, Peking and Peiping.

name_spellings.csv has a row for each name, with its spellings separated by "|": transcriptions, and
earlier and later names. The list is our own.
"""

import csv
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..telegram.cities import known_city, names_of

TABLE = Path(__file__).with_suffix(".csv")
WORD = re.compile(r"[^\W_]+")
ACCENTS = dict.fromkeys(range(0x300, 0x370))  # Combining characters of decomposed letters.

Words = tuple[str, ...]


def other_spellings(words: Sequence[str]) -> tuple[Words, ...]:
    """Return the other spellings of a name, each as its words; () if none is known.

    >>> other_spellings(["Vietnam"])
    (("viet", "nam"),)
    """
    return spellings().get(folded(" ".join(words)), ())


def all_spellings(words: Sequence[str]) -> list[Words]:
    """Return a text of several words in all spellings of the first name that it has.

    >>> all_spellings(["Embassy", "Peking"])[:2]
    [("embassy", "peking"), ("embassy", "beijing")]
    """
    typed = folded(" ".join(words))
    for start in range(len(typed)):
        for end in range(min(start + most_words(), len(typed)), start, -1):
            if others := spellings().get(typed[start:end]):
                return [typed, *(typed[:start] + other + typed[end:] for other in others)]
    return [typed]


def names_of_place(words: Sequence[str]) -> list[Words]:
    """Return the other names of a place or person: those of a city at other times, too."""
    names = dict.fromkeys(other_spellings(words))
    if city := known_city(" ".join(words)):
        names |= dict.fromkeys(folded(each.name) for each in names_of(city.place))
        names |= {folded(city.place): None}
    return [name for name in names if name != folded(" ".join(words))]


@cache
def spellings() -> dict[Words, tuple[Words, ...]]:
    """Return {words of a spelling: the other spellings of that name}."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        names = [row["spellings"].split("|") for row in csv.DictReader(file)]
    rows = [tuple(map(folded, each)) for each in names]
    return {
        spelling: tuple(other for other in row if other != spelling)
        for row in rows
        for spelling in row
    }


@cache
def most_words() -> int:
    """Return how many words the longest spelling has."""
    return max(map(len, spellings()))


def folded(text: str) -> Words:
    """Return the words of a text in small letters without accents."""
    return tuple(WORD.findall(unicodedata.normalize("NFKD", text.lower()).translate(ACCENTS)))
