"""Which forms of names may be in a text, in one pass: for loads, where few texts have one.

Only letters and digits are compared, so that no sign, line or page between them hides a word. What
passes is searched by `find_forms`.
"""

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache

import ahocorasick

from ..telegram.redact_phrases import PAGE_BREAK, fold, words_in

SHORTEST = 4  # Letters of a word that is looked for by itself.
OTHER_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
HYPHEN_AT_END = re.compile(r"-[ \t\\]*\n")
# From the end of a line within a word to its rest in the next paragraph, behind its number.
TO_NEXT_PARAGRAPH = re.compile(r"-\s*\n\s*\d{1,3}[.)]?\s*(?:\([a-z/]{1,6}\))?")


class LetterFilter:
    """Some forms, each with a value. A text may have those of which it has all longer words."""

    def __init__(self, forms: Iterable[tuple[str, str]]):
        """`forms` are (form, value)."""
        by_word: dict[str, list[tuple[list[str], str]]] = {}  # -> (other words, value).
        for form, value in forms:
            longest, *others = _words_sought(form)
            by_word.setdefault(longest, []).append((others, value))
        self.longest = ahocorasick.Automaton()  # Nearly no text has the longest word of one.
        for word, rest in by_word.items():
            self.longest.add_word(word, (word, rest))
        self.is_empty = not by_word
        if by_word:
            self.longest.make_automaton()

    def possible(self, text: str) -> list[str]:
        """Return the values of the forms that may be in a text."""
        if self.is_empty:
            return []
        letters = letters_of(text)
        if HYPHEN_AT_END.search(text):
            text = TO_NEXT_PARAGRAPH.sub("", PAGE_BREAK.sub("", text.lower()))
            letters = f"{letters} {letters_of(text)}"
        found = dict(pair for _, pair in self.longest.iter(letters))
        forms = (form for word in sorted(found) for form in found[word])
        values = (value for others, value in forms if all(word in letters for word in others))
        return [*dict.fromkeys(values)]


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, folded as `fold` does, but faster."""
    if "&" in text:
        text = fold(text)[0]
    return text.encode("ascii", "letters").lower().translate(None, OTHER_SIGNS).decode()


def _encode_run(error: UnicodeError) -> tuple[bytes, int]:
    """Encode a run of characters that ASCII lacks: called by `encode`, which finds them fast."""
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 (For the type checker.)
    return _plain(error.object[error.start : error.end]).encode(), error.end


codecs.register_error("letters", _encode_run)


@lru_cache(maxsize=5_000)
def _plain(run: str) -> str:
    return "".join(filter(str.isalnum, fold(run)[0]))


def _words_sought(form: str) -> list[str]:
    """Return the words of a form that are looked for, the longest first.

    If all are short it is the whole form, as one.
    """
    words = words_in(form)
    longer = {word for word in words if len(word) >= SHORTEST}
    return sorted(longer, key=len, reverse=True) or ["".join(words)]
