"""Whether a word is in a dictionary of English. No Django."""

from collections.abc import Collection
from functools import cache

from spellchecker import SpellChecker

from ..telegram.redact_phrases import ONE_WORD, fold


def is_in_dictionary(word: str) -> bool:
    """Return whether an English dictionary has a word, or each part of a hyphenated one."""
    parts = ONE_WORD.findall(fold(word)[0])
    return all(part in _dictionary() for part in parts)


@cache
def _dictionary() -> Collection[str]:
    return frozenset(SpellChecker(language="en", distance=1).word_frequency.dictionary)
