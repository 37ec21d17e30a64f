"""Which of several names a form is a part of.

"Annelise" resembles Ilse, but is a part of Annelise Holm if that is one of the names too.
"""

from collections.abc import Sequence
from dataclasses import replace

from ..telegram.redact_phrases import words_in
from .archive_matches import EXACT, FormInCable
from .redaction_near_misses import OTHERWISE, PART


class OwnNames:
    """The names of a search, by their words."""

    def __init__(self, phrases: Sequence[str]):
        self.words = {phrase: frozenset(words_in(phrase)) for phrase in phrases}
        self.by_word: dict[str, list[str]] = {}
        for phrase, words in self.words.items():
            for word in words:
                self.by_word.setdefault(word, []).append(phrase)

    def attributed(self, form: FormInCable) -> FormInCable:
        """Return a form with the name that has all of its words, if its own has not."""
        words = frozenset(words_in(form.form))
        own = self.words.get(form.phrase)
        if form.kind == EXACT or own is None or words <= own:
            return form
        for phrase in self.by_word.get(min(words, default=""), ()):
            if words <= self.words[phrase]:
                kind = PART if len(words) == 1 else OTHERWISE
                return replace(form, phrase=phrase, kind=kind)
        return form
