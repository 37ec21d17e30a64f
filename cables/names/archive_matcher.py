"""Find quickly which of many names may be in a text, exactly or nearly. No Django.

`redaction_near_misses.find_near` compares each word of a text with each name, which takes
15 ms for one name in one telegram. A `NameMatcher` narrows the texts first: it remembers every
word that it has met, and compares a new one by look-ups. It never leaves out a name that
find_phrases, find_doubtful or find_near would find, but for what NearMissRules leave out.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import ahocorasick

from ..telegram.redact_phrases import (
    LETTER,
    ONE_WORD,
    PAGE_BREAK,
    fold,
    has_letters_of,
    letters_only,
    texts_folded,
    words_in,
)
from .near_miss_rules import REFERENCE, NearMissRules, is_in_dictionary
from .redaction_near_misses import (
    DIGITS,
    INITIAL,
    LONG,
    MOST_INITIALS,
    SHORTEST,
    SHORTEST_INSIDE,
    SHORTEST_JOINED_INSIDE,
    SHORTEST_PART_INSIDE,
    SHORTEST_SPELT,
    SIGN_FOR,
    SIGNS,
    TOKEN,
    consonants,
    is_telling,
    kinds_of_token,
    looks_of,
    numbers_of,
)

WIDEST_REST = 40  # Characters of initials, or of a short word, before a part of a name.
MOST_KNOWN = 300_000  # Words that a matcher remembers.
Words = frozenset[str]  # Words of names that a token is similar to.
NOTHING: Words = frozenset()


def finder_of(values: Mapping[str, Any]) -> ahocorasick.Automaton:
    """Return what finds these keys in letters and digits in one pass, with their values."""
    finder = ahocorasick.Automaton()
    finder.add_word("\0", ())  # Never found; without any word it could not search.
    for key, value in values.items():
        finder.add_word(key, value)
    finder.make_automaton()
    return finder


class WordIndex:
    """Words of names, found by what a token has in common; those `inside` in longer tokens too."""

    def __init__(self, words: Iterable[str], inside: Iterable[str]):
        self.words = sorted(set(words))
        self.keys: dict[tuple[str, str], set[str]] = {}
        for word in self.words:
            for key in self._keys_of_word(word):
                self.keys.setdefault(key, set()).add(word)
        by_looks: dict[str, list[str]] = {}
        for word in sorted(set(inside)):
            by_looks.setdefault(looks_of(word), []).append(word)
        self.inside = finder_of(by_looks)  # Looks of words that may be in a longer token.

    def near(self, token: str, printed: str) -> Words:
        """Return the words that a token, folded and as printed, is similar to."""
        if REFERENCE.fullmatch(token):
            return NOTHING
        candidates = [*dict.fromkeys(self._candidates(token, printed))]
        if not candidates:
            return NOTHING
        kinds = kinds_of_token(token, printed, candidates)
        return frozenset(word for word, kind in kinds.items() if kind != INITIAL)

    def _candidates(self, token: str, printed: str) -> Iterator[str]:
        """Yield every word that may be similar to a token."""
        parts = ONE_WORD.findall(token)
        joined = "".join(parts)
        shown = joined if SIGNS.search(printed) else letters_only(printed)
        for part in parts:
            yield from self.keys.get(("word", part), ())
        looks = looks_of(shown or joined)
        keys = [
            *(("word", joined), ("number", joined), ("word", joined.strip(DIGITS))),
            *(("looks", looks), ("sound", consonants(joined))),
        ]
        keys += [("shorter", shorter) for shorter in _shortened(looks)]
        for key in keys:
            yield from self.keys.get(key, ())
        for _, words in self.inside.iter(looks):
            yield from words

    def _keys_of_word(self, word: str) -> Iterator[tuple[str, str]]:
        yield "word", word
        yield from (("number", form) for form in numbers_of(word))
        looks = looks_of(word)
        if len(word) >= SHORTEST:
            yield "looks", looks
        if len(word) >= LONG:  # Two words with one edit between them have a shorter one in common.
            yield from (("shorter", shorter) for shorter in _shortened(looks))
        if len(word) >= SHORTEST_SPELT:
            yield "sound", consonants(word)


def _shortened(word: str) -> list[str]:
    """Return a word, and it without each of its letters."""
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]


def _words_inside(phrase: str) -> list[str]:
    """Return the words of a name that are searched for inside longer words."""
    words = words_in(phrase)
    if len(words) == 1:
        return [word for word in words if len(word) >= SHORTEST_INSIDE]
    whole = "".join(words)
    parts = [word for word in words if len(word) >= SHORTEST_PART_INSIDE]
    return [*parts, whole] if len(whole) >= SHORTEST_JOINED_INSIDE else parts


class NameMatcher:
    """Which of some names may be in a text.

    A token that is similar to a part of a name, and by the `rules` does not stand for it alone,
    makes a text a candidate only if other words or initials of the name stand there too.
    `skipped` counts the texts in which each was passed over for this reason. `counts` is as
    NearMissRules take it.
    """

    def __init__(self, phrases: Sequence[str], counts: Mapping[str, int] | None = None):
        self.phrases = [phrase for phrase in dict.fromkeys(phrases) if words_in(phrase)]
        self.rules = NearMissRules(self.phrases, counts)
        self.skipped: dict[str, int] = {}
        self.plain: set[str] = set()  # Tokens that are similar to no name.
        self.similar: dict[str | tuple[str, str], Words] = {}
        self.alone: dict[tuple[str, str], list[tuple[str, bool]]] = {}  # See _phrases_of.
        joined = ["".join(words_in(phrase)) for phrase in self.phrases]
        self.index = WordIndex(
            [
                word
                for phrase, whole in zip(self.phrases, joined, strict=True)
                for word in (*words_in(phrase), whole)
            ],
            [word for phrase in self.phrases for word in _words_inside(phrase)],
        )
        self.by_word: dict[str, list[str]] = {}  # Word that makes a text a candidate -> names.
        by_letters: dict[str, list[str]] = {}
        for phrase, whole in zip(self.phrases, joined, strict=True):
            words = words_in(phrase)
            telling = [word for word in words if is_telling(word) or len(words) == 1]
            for word in dict.fromkeys([*telling, whole]):
                self.by_word.setdefault(word, []).append(phrase)
            by_letters.setdefault(whole, []).append(phrase)
        self.letters = finder_of(by_letters)

    def candidates(self, texts: Sequence[str]) -> list[str]:
        """Return the names that may be in one of some texts of a cable."""
        found = {phrase for text in texts for phrase in self._by_letters(text)}
        doubtful: dict[str, dict[str, Words]] = {}  # Name -> {token: words of the name}.
        similar = (pair for text in texts for pair in self._similar_tokens(text))
        for token, word in ((token, word) for token, words in similar for word in words):
            for phrase, is_alone in self._phrases_of(token, word):
                if is_alone:
                    found.add(phrase)
                else:
                    near = doubtful.setdefault(phrase, {})
                    near[token] = near.get(token, NOTHING) | {word}
        passed_over: set[str] = set()
        for phrase in doubtful.keys() - found:
            if self._is_more_than_part(texts, phrase, doubtful[phrase]):
                found.add(phrase)
            else:
                passed_over.update(filter(_is_listed(phrase), doubtful[phrase]))
        for token in passed_over:
            self.skip(token)
        return [phrase for phrase in self.phrases if phrase in found]

    def possible(self, text: str, phrases: Sequence[str]) -> list[str]:
        """Return those of some names that may be in a text, by words that stand for none too."""
        found = set(self._by_letters(text))
        for _, words in self._similar_tokens(text):
            found.update(phrase for word in words for phrase in self.by_word.get(word, ()))
        return [phrase for phrase in phrases if phrase in found]

    def skip(self, words: str):
        """Count a text in which words were passed over."""
        words = " ".join(ONE_WORD.findall(fold(words)[0]))
        self.skipped[words] = self.skipped.get(words, 0) + 1

    def _phrases_of(self, token: str, word: str) -> list[tuple[str, bool]]:
        """Return (name with a word, whether a token similar to this word may stand for it)."""
        if (known := self.alone.get((token, word))) is None:
            known = self.alone[token, word] = [
                (phrase, self.rules.may_stand_alone(token, word, phrase))
                for phrase in self.by_word.get(word, ())
            ]
        return known

    def _by_letters(self, text: str) -> Iterator[str]:
        """Yield the names whose letters stand in a row in a text, whatever is between them."""
        for shown in texts_folded(text) if self.phrases else ():
            hits = {
                phrase
                for _, phrases in self.letters.iter("".join(ONE_WORD.findall(shown)))
                for phrase in phrases
            }
            yield from (phrase for phrase in hits if has_letters_of(text, phrase))

    def _similar_tokens(self, text: str) -> list[tuple[str, Words]]:
        """Return (token, words of names) of the different tokens that are similar to some."""
        folded, offsets = fold(text)
        folded = SIGNS.sub(lambda sign: SIGN_FOR[sign[0]], folded)
        if text.isascii() and "&" not in text:
            tokens: set[str | tuple[str, str]] = {*TOKEN.findall(folded)}
        else:
            tokens = set()
            for match in TOKEN.finditer(folded):
                printed = text[offsets[match.start()] : offsets[match.end() - 1] + 1]
                tokens.add(match[0] if printed.isascii() else (match[0], printed))
        new = [token for token in tokens - self.plain if token not in self.similar]
        if len(self.plain) + len(new) > MOST_KNOWN:
            self.plain.clear()
        for token in new:
            pair = token if isinstance(token, tuple) else (token, token)
            if near := self.index.near(*pair):
                self.similar[token] = near
            elif isinstance(token, str):
                self.plain.add(token)
        near_tokens = tokens & self.similar.keys()
        return [
            (token if isinstance(token, str) else token[0], self.similar[token])
            for token in near_tokens
        ]

    def _is_more_than_part(
        self, texts: Sequence[str], phrase: str, tokens: dict[str, Words]
    ) -> bool:
        """Return whether tokens stand for several words of a name, or beside the rest of it."""
        words = words_in(phrase)
        if len(words) == 1:
            return False
        if len(frozenset().union(*tokens.values())) > 1:
            return True
        several = re.compile(rf"(?<!{LETTER})(?:{'|'.join(map(re.escape, tokens))})(?!{LETTER})")
        before, behind = _rest_of(words)
        for text in texts:
            folded = fold(text)[0]
            for match in several.finditer(folded):
                start = max(0, match.start() - WIDEST_REST)
                if behind.match(folded, match.end()) or before.search(
                    folded[start : match.start()]
                ):
                    return True
        return False


def _is_listed(phrase: str) -> Callable[[str], bool]:
    """Return whether curators are told of a token that was passed over for a name.

    They are not told of ordinary words that only resemble a part of it.
    """
    words = frozenset(words_in(phrase))
    return lambda token: not (words.isdisjoint(ONE_WORD.findall(token)) and is_in_dictionary(token))


@lru_cache(maxsize=1_000)
def _rest_of(words: Sequence[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns for initials or a garbled word of some words, before and behind a token."""
    initials = f"[{''.join(sorted({word[0] for word in words}))}]"
    garbled = "|".join(form for word in words for form in _garbled(word)) or "(?!)"
    most = f"{{1,{MOST_INITIALS}}}"
    before = rf"(?<!{LETTER})(?:(?:{initials}[\W_]{{0,5}}){most}|(?:{garbled})[\W_]{{1,5}})\Z"
    behind = rf"[\W_]{{1,5}}(?:{initials}{most}|{garbled})(?!{LETTER})"
    return re.compile(before), re.compile(behind)


def _garbled(word: str) -> Iterator[str]:
    """Yield patterns for a short word with one letter garbled; the index finds longer ones."""
    if not SHORTEST <= len(word) < LONG:
        return
    for at in range(len(word) + 1):
        before, behind = word[:at], word[at:]
        yield f"{before}{LETTER}{behind}"
        yield f"{before}{LETTER}?{behind[1:]}"
        yield f"{before}{behind[1:2]}{behind[:1]}{behind[2:]}"


SHORTEST_SOUGHT = 4  # Letters of a word that is looked for by itself.
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
        # Nearly no text has the longest word of one.
        self.longest = finder_of({word: (word, rest) for word, rest in by_word.items()})
        self.is_empty = not by_word

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
    """Return the longer words of a form, the longest first; if there are none, all of it as one."""
    words = words_in(form)
    longer = {word for word in words if len(word) >= SHORTEST_SOUGHT}
    return sorted(longer, key=len, reverse=True) or ["".join(words)]
