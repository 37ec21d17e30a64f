"""Which near misses of names count in a search of all texts. No Django.

`find_near` finds many ordinary words: "press" for the surname Paris. A near miss of only a part of
a name counts if this part is rare, or where the cable has the name in another form.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from ..telegram.redact_phrases import LONG, ONE_WORD, fold, letters_only, words_in
from .redaction_near_misses import (
    ATTACHED,
    INITIAL,
    MISSPELT,
    OVER_TWO,
    PIECES,
    SAME,
    SPELT,
    TOKEN,
    Near,
    is_telling,
)


def is_in_dictionary(word: str) -> bool:
    """Return whether an English dictionary has a word, or each part of a hyphenated one."""
    parts = ONE_WORD.findall(fold(word)[0])
    return all(part in _dictionary() for part in parts)


@cache
def _dictionary() -> Collection[str]:
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language="en", distance=1).word_frequency.dictionary)


COMMON = 200  # A word in more cables is common: alone it stands for no name.
RARE = 20  # A word in at most so many cables may be that of one person.
SHORTEST_ALONE = 4  # Letters of a part of a name that may stand for it alone.
AROUND = 60  # Characters on each side that show whether a text is in capitals.
OF_WHOLE = (OVER_TWO, PIECES)  # Kinds of near misses that have all letters of a name.
# Words of names that identify nobody.
PARTICLES = frozenset(
    ["van", "von", "der", "den", "ter", "del", "des", "dos", "das", "los", "las"]
    + ["bin", "ibn", "abu", "abd"]
)
REFERENCE = re.compile(r"\d{2}[^\W\d_]+\d+")  # Of a telegram: 18PARIS106.


class NearMissRules:
    """Which near misses count, by {word: cables}; without it every part may stand alone."""

    def __init__(self, phrases: Iterable[str], counts: Mapping[str, int] | None = None):
        self.counts = counts
        self.alone = {phrase: self._words_alone(words_in(phrase)) for phrase in phrases}

    def may_stand_alone(self, token: str, word: str, phrase: str) -> bool:
        """Return whether a folded word, similar to a word of a name, may stand for it alone.

        Of a name of several words `word` is one of them, or all of them run together.
        """
        words = words_in(phrase)
        if self.counts is None or word not in words:
            return True
        if len(words) == 1:
            return self._cables_with(token) <= COMMON
        if word not in self.alone[phrase]:
            return False
        if word in ONE_WORD.findall(token):
            return self._cables_with(word) <= COMMON
        return self._cables_with(token) <= RARE and not is_in_dictionary(token)

    def stands_alone(self, near: Near, phrase: str) -> bool:
        """Return whether a near miss counts in a cable that has the name in no other form."""
        kinds = _telling(near)
        if self.counts is None or near.kind in OF_WHOLE or len(kinds) != 1:
            return True
        if SAME in kinds.values() and _has_initials(near):
            return True
        return all(self.may_stand_alone(_longest(near), word, phrase) for word in kinds)

    def is_form_of_whole(self, near: Near, phrase: str) -> bool:
        """Return whether a near miss shows that a cable has the name, not only a part of it."""
        words, kinds = words_in(phrase), _telling(near)
        if near.kind in OF_WHOLE:
            return True
        if len(words) == 1 or self._is_english(near):
            return False
        if not kinds.keys() <= set(words):  # Run together.
            return near.kind not in (SPELT, ATTACHED)
        is_whole = dict(near.words).keys() >= set(filter(_identifies, words))
        has_more = len(kinds) > 1 or _has_initials(near)
        return has_more and (is_whole or bool(kinds.keys() & self.alone[phrase]))

    def is_plausible(self, near: Near, phrase: str, text: str, *, has_name: bool) -> bool:
        """Return whether a near miss may be the name, by how it is printed in a text.

        `has_name`: the cable has the name in another form.
        """
        kinds = _telling(near)
        if near.kind in OF_WHOLE:
            return True
        if all(map(REFERENCE.fullmatch, near.form.split())):
            return False
        if len(words_in(phrase)) == 1:
            is_other = near.kind in (SPELT, MISSPELT, ATTACHED)
            return has_name or not (is_other and is_in_dictionary(near.form))
        if len(kinds) > 1:
            has_rare = any(kinds.get(word) == SAME for word in self.alone[phrase])
            return has_rare or not (self._is_english(near) or _is_small(near, text))
        return any(self._is_plausible_part(near, word, text, has_name) for word in kinds)

    def _is_plausible_part(self, near: Near, word: str, text: str, has_name: bool) -> bool:
        """Return whether a near miss, which has one word of a name, may be this word."""
        kind = dict(near.words)[word]
        if kind == SPELT and len(word) < LONG and not has_name:
            return False
        letters = letters_only(near.form).lower()
        if kind == ATTACHED and near.form.isascii() and word not in letters:
            return any(map(str.isdigit, near.form))  # "Asians" has the looks of Aslan.
        if not is_in_dictionary(_longest(near)):
            return True
        if _is_small(near, text) or kind == SAME:
            return not _is_small(near, text)
        if len(word) < LONG:
            return has_name and not _is_in_capitals(near, text)
        return kind not in (SPELT, ATTACHED) or not _is_in_capitals(near, text)

    def _words_alone(self, words: Sequence[str]) -> frozenset[str]:
        """Return the words of a name that may stand for it alone: the rarest, and rare ones."""
        if self.counts is None or len(words) == 1:
            return frozenset(words)
        counts = {word: self.counts.get(word, 0) for word in reversed(words) if _identifies(word)}
        rarest = min(counts, key=lambda word: counts[word], default="")
        return frozenset(
            word
            for word, count in counts.items()
            if len(word) >= SHORTEST_ALONE and (word == rarest or count <= RARE)
        )

    def _is_english(self, near: Near) -> bool:
        """Return whether all is English, and no word of a name is in it as it is."""
        return SAME not in _telling(near).values() and is_in_dictionary(near.form)

    def _cables_with(self, token: str) -> int:
        """Return how many cables have a folded word; if hyphenated, its rarest part."""
        counts = self.counts or {}
        parts = ONE_WORD.findall(token)
        fewest = min((counts.get(part, 0) for part in parts), default=0)
        return max(counts.get("".join(parts), 0), fewest)


def _identifies(word: str) -> bool:
    """Return whether a word of a name may identify somebody."""
    return is_telling(word) and word not in PARTICLES


def _telling(near: Near) -> dict[str, str]:
    """Return {word of a name: kind} of the words that may identify it; no initials."""
    return {word: kind for word, kind in near.words if kind != INITIAL and _identifies(word)}


def _has_initials(near: Near) -> bool:
    return any(kind == INITIAL for _, kind in near.words)


def _longest(near: Near) -> str:
    """Return the longest word of a near miss, folded."""
    return max(TOKEN.findall(fold(near.form)[0]), key=len, default="")


def _is_small(near: Near, text: str) -> bool:
    """Return whether a near miss has small letters only, in a text that has capitals too."""
    return text[slice(*near.span)].islower() and any(map(str.isupper, text))


def _is_in_capitals(near: Near, text: str) -> bool:
    start, end = near.span
    return not any(map(str.islower, text[max(0, start - AROUND) : end + AROUND]))
