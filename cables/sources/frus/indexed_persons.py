"""Tell whether a document names a person for whom an index names its page (F-13)."""

import re
from collections.abc import Container, Mapping, Sequence
from difflib import get_close_matches

from ...telegram.cities import fold
from .explained_names import SAME_NAME
from .marked_words import PERSON
from .printed_pages import PagePart, capitalized

SHORTEST = 3  # Letters of a word of a name without a comma that names the person: "Thant".


class Persons:
    """The persons in the lists of a volume."""

    def __init__(
        self, names: Mapping[str, str], referred: Mapping[str, str], marked: Container[str]
    ):
        """`names` are {key: name in the lists}; of `referred` and `marked` see `named`."""
        self.names, self.marked = names, marked
        self.keys: dict[str, set[str]] = {}  # Of a person -> own key, and those that refer to it.
        for key in names:
            self.keys.setdefault(referred.get(key, key), set()).add(key)

    def is_person(self, key: str) -> bool:
        return key.startswith(PERSON)

    def is_in(self, key: str, words: Sequence[str], parts: Sequence[PagePart]) -> bool:
        """Return whether parts of a document mark a person, or have one of these names.

        A surname may be misspelt. Of a name without a comma, "Oan Din Dem", one word is enough.
        """
        if any(is_marked(each, parts) for each in self.keys.get(key, {key})):
            return True
        said = set[str]().union(*(part.words for part in parts))
        for name in words:
            surname, inverted, _ = name.partition(",")
            own = capitalized(surname)
            if inverted and all(_is_said(word, said) for word in own):
                return True
            if not inverted and any(word in said for word in own if len(word) >= SHORTEST):
                return True
        return False

    def means_another(self, key: str, parts: Sequence[PagePart]) -> bool:
        """Return whether a document marks others of this surname, but not this person.

        Only one whom the volume marks elsewhere can be told from them, and only if no forename of
        that person stands there.
        """
        surname, inverted, forenames = self.names[key].partition(",")
        if not (inverted and key in self.marked):
            return False
        there = set[str]().union(*(part.keys for part in parts))
        same = {each for each in there if self._surname(each) == fold(surname)}
        if not same or self.keys.get(key, {key}) & there:
            return False
        others = capitalized(" ".join(self.names[each] for each in same))
        own = {fold(word) for word in re.findall(r"\w{3,}", forenames)} - others
        said = set[str]().union(*(part.words for part in parts))
        return own.isdisjoint(said)

    def _surname(self, key: str) -> str:
        surname, inverted, _ = self.names.get(key, "").partition(",")
        return fold(surname) if inverted else ""


def _is_said(word: str, said: set[str]) -> bool:
    """Return whether a surname stands among words, also in the plural or misspelt."""
    if word in said:
        return True
    alike = [
        each for each in said if each[:1] == word[:1] and abs(len(each) - len(word)) < SHORTEST
    ]
    return bool(get_close_matches(word, alike, n=1, cutoff=SAME_NAME))


def is_marked(key: str, parts: Sequence[PagePart]) -> bool:
    """Return whether the markup of these parts names a person or term."""
    return any(key in part.keys for part in parts)


def has_name(names: Sequence[set[str]], parts: Sequence[PagePart]) -> bool:
    """Return whether these parts have all words of one of these names."""
    words = set[str]().union(*(part.words for part in parts))
    return any(name and name <= words for name in names)
