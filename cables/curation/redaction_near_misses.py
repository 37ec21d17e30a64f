"""Find words that are similar to redacted ones and may identify the same. No Django.

A redaction leaves them readable; a curator is shown them before a decision: plurals, words with
letters or digits attached, letters that look alike, other spellings, names in another order,
shortened or in part, and letters in pieces that may be other words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, islice, product

from confusable_homoglyphs.confusables import confusables_data
from rapidfuzz.distance import OSA

from ..search.query import STOP_WORDS
from ..telegram.redact_phrases import (
    LETTER,
    LONG,
    ONE_WORD,
    Span,
    find_doubtful,
    find_phrases,
    fold,
    overlap,
    unfolded,
    words_in,
)

PIECES = "in pieces that may be other words"
PLURAL = "plural or singular"
ATTACHED = "with letters or digits attached"
ALIKE = "letters that look alike"
SPELT = "may be another spelling of the same"
MISSPELT = "one letter differs"
INITIALS = "with initials"
PART = "a part of it"
OTHERWISE = "in another order or without a word"
SAME, INITIAL = "the same", "an initial"  # Kinds of one word in a name of several; never shown.
SHORTEST = 3  # Letters of a word that is searched for as a whole word,
SHORTEST_INSIDE = 4  # and inside a longer word.
SHORTEST_SPELT = 5  # Letters of a word that is compared with other spellings,
MOST_SPELT = 3  # and letters in which these may differ.
DIGITS = "0123456789"
AROUND = 60  # Characters that are shown before and after a match.
# A word, hyphenated or not, or at least three single letters with signs between them.
TOKEN = re.compile(
    rf"(?<!{LETTER}){LETTER}(?:[\W_]{{1,3}}{LETTER}(?!{LETTER})){{2,}}"
    rf"|{LETTER}+(?:-[\s\\>|]*{LETTER}+)*"
)
PLURALS = (("", "s"), ("", "es"), ("y", "ies"), ("f", "ves"), ("fe", "ves"), ("us", "i"))
# The text between two words of a name, and after an initial.
IN_A_NAME, BEHIND_AN_INITIAL = re.compile(r",?\s{1,4}"), re.compile(r"[.,]{0,2}\s{0,4}")
# Letter -> the signs that scanners misread it as, or that are typed in its place.
ALIKE_FOR = {
    **{"i": ("1", "l"), "l": ("1", "i"), "o": ("0",), "s": ("5",), "b": ("8",), "z": ("2",)},
    **{"m": ("rn",), "w": ("vv",)},
}
# Signs that scanners print in place of a letter, between letters.
SIGNS = re.compile(rf"(?<={LETTER})[|!@$](?={LETTER})")
SIGN_FOR = {"|": "l", "!": "l", "@": "a", "$": "s"}
# Spelling -> sound, for names that are transcribed from other alphabets in several ways.
SOUNDS = (
    *(("sch", "s"), ("sh", "s"), ("tch", "c"), ("ch", "c"), ("kh", "k"), ("gh", "k"), ("ph", "f")),
    *(("th", "t"), ("dh", "d"), ("zh", "j"), ("dj", "j"), ("ck", "k"), ("q", "k"), ("g", "k")),
    *(("c", "k"), ("v", "f"), ("w", "f"), ("z", "s"), ("x", "ks"), ("t", "d"), ("p", "b")),
)
VOWELS_AND_DOUBLES = re.compile(r"(?!^)[aeiouy]|(.)(?=\1)")  # Not at the beginning.
MOST_SPELLINGS = 120  # Of one word.
Token = tuple[Span, dict[str, str]]  # (where it is, {word of a phrase: how it is similar})
LOOK_LIKE = str.maketrans({"i": "l", **dict(zip("10582", "losbz", strict=True))})


@dataclass(frozen=True, slots=True)
class Near:
    """Words in a text that are similar to a phrase."""

    form: str  # As printed, white space collapsed.
    kind: str  # How they are similar: PLURAL, ALIKE ...
    span: Span

    def context(self, text: str) -> tuple[str, str, str]:
        """Return (text before, the words as printed, text after)."""
        start, end = self.span
        before, behind = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        return before, text[start:end], behind


def find_near(text: str, phrases: Sequence[str]) -> list[Near]:
    """Return the words of a text that are similar to phrases but not equal, in order."""
    doubtful = find_doubtful(text, phrases)
    taken = [*find_phrases(text, phrases), *doubtful]
    kinds = dict.fromkeys(doubtful, PIECES)
    for phrase in phrases:
        for span, kind in _near_to(text, words_in(phrase), taken):
            kinds.setdefault(span, kind)
    return [
        Near(" ".join(text[slice(*span)].split()), kind, span)
        for span, kind in sorted(kinds.items())
    ]


def kind_of(other: str, word: str, printed: str = "") -> str:
    """Return how one folded word is similar to another; "" if it is not.

    `printed` is `other` with its capitals and accents.
    """
    if other == word:
        return SAME
    if other in numbers_of(word):
        return PLURAL
    looks, wanted = looks_of(printed or other), looks_of(word)
    if looks == wanted and len(word) >= SHORTEST:
        return ALIKE
    if other.strip(DIGITS) == word or (len(word) >= SHORTEST_INSIDE and wanted in looks):
        return ATTACHED
    if len(word) >= LONG and OSA.distance(looks, wanted, score_cutoff=1) <= 1:
        return MISSPELT
    return SPELT if is_spelling(other, word) else ""


@lru_cache(maxsize=20_000)
def looks_of(word: str) -> str:
    """Return a word with each letter replaced by the one it looks like (UTS 39).

    "rn" becomes "m", "vv" becomes "w"; a one and an I become an l.
    """
    plain = fold(word.translate(_prototypes()))[0]
    return plain.translate(LOOK_LIKE).replace("rn", "m").replace("vv", "w")


def is_spelling(other: str, word: str) -> bool:
    """Return whether two words have the same consonants, and few letters that differ."""
    if min(len(other), len(word)) < SHORTEST_SPELT or len(consonants(word)) < SHORTEST:
        return False
    if consonants(other) != consonants(word):
        return False
    return OSA.distance(other, word, score_cutoff=MOST_SPELT) <= MOST_SPELT


@lru_cache(maxsize=20_000)
def consonants(word: str) -> str:
    for written, sound in SOUNDS:
        word = word.replace(written, sound)
    return VOWELS_AND_DOUBLES.sub("", word)


def lookalike_spellings(word: str) -> list[str]:
    """Return spellings of a folded word with signs that look like its letters: "mer1dlan".

    Those with the fewest replaced letters come first; in the last one all are replaced.
    """
    places = [at for at, letter in enumerate(word) if letter in ALIKE_FOR]
    if not places:
        return []
    variants = (
        _respelt(word, dict(zip(chosen, signs, strict=True)))
        for count in range(1, len(places) + 1)
        for chosen in combinations(places, count)
        for signs in product(*(ALIKE_FOR[word[at]] for at in chosen))
    )
    every = _respelt(word, {at: ALIKE_FOR[word[at]][0] for at in places})
    return list(dict.fromkeys([*islice(variants, MOST_SPELLINGS - 1), every]))


def _respelt(word: str, signs: dict[int, str]) -> str:
    return "".join(signs.get(at, letter) for at, letter in enumerate(word))


def is_telling(word: str) -> bool:
    """Return whether a word of a name may identify it alone."""
    return len(word) >= SHORTEST and word not in STOP_WORDS


@cache
def _prototypes() -> dict[int, str]:
    """Return {code point: the ASCII letters that it looks like}."""
    return {
        ord(sign): alike[0]["c"]
        for sign, alike in confusables_data.items()
        if len(sign) == 1 and not sign.isascii() and len(alike) == 1 and alike[0]["c"].isascii()
    }


@lru_cache(maxsize=256)
def numbers_of(word: str) -> frozenset[str]:
    """Return the possible plurals of a word, and its possible singulars."""
    forms = set()
    for one, many in PLURALS:
        if word.endswith(one):
            forms.add(word[: len(word) - len(one)] + many)
        if word.endswith(many) and len(word) - len(many) >= SHORTEST:
            forms.add(word[: len(word) - len(many)] + one)
    return frozenset(forms - {word})


def _near_to(text: str, words: Sequence[str], taken: Sequence[Span]) -> Iterator[tuple[Span, str]]:
    """Yield (span, kind) of what is similar to a phrase of these words, except in `taken` spans."""
    near = [
        (span, kinds)
        for span, kinds in _tokens(text, words)
        if not any(overlap(span, other) for other in taken)
    ]
    if len(words) == 1:
        yield from ((span, kinds[words[0]]) for span, kinds in near)
        return
    joined = "".join(words)  # "OBRIAN" for O'Brien.
    for span, kinds in _tokens(text, [joined]):
        if not any(overlap(span, other) for other in taken):
            yield span, kinds[joined]
    for run in _runs(text, near):
        if kind := _kind_of_run([kinds for _, kinds in run], words):
            yield (run[0][0][0], run[-1][0][1]), kind


def _tokens(text: str, words: Sequence[str]) -> Iterator[Token]:
    """Yield (span, {word: kind}) of the words of a text that are similar to some of `words`."""
    folded, offsets = fold(text)
    folded = SIGNS.sub(lambda sign: SIGN_FOR[sign[0]], folded)
    known: dict[tuple[str, str], dict[str, str]] = {}
    for match in TOKEN.finditer(folded):
        start, end = match.span()
        token = match[0], text[offsets[start] : offsets[end - 1] + 1]
        if token not in known:
            known[token] = kinds_of_token(*token, words)
        if known[token]:
            yield unfolded(text, offsets, start, end), known[token]


def kinds_of_token(token: str, printed: str, words: Sequence[str]) -> dict[str, str]:
    """Return {word: how a token is similar to it}; the token is given folded and as printed."""
    parts = ONE_WORD.findall(token)
    has_signs = bool(SIGNS.search(printed))
    printed = token if has_signs else printed
    token, printed = ("".join(filter(str.isalnum, each)) for each in (token, printed))
    near = {
        word: SAME if word in parts else kind_of(token, word, printed) for word in words
    }  # "pro-Public" has the whole word "Public".
    if has_signs:
        near = {word: ALIKE if kind == SAME else kind for word, kind in near.items()}
    if len(words) > 1 and len(token) == 1 and printed.isupper():
        near |= {word: INITIAL for word in words if word[0] == token != word}
    return {word: kind for word, kind in near.items() if kind}


def _runs(text: str, near: Iterable[Token]) -> Iterator[list[Token]]:
    """Yield runs of tokens that may be one name."""
    run: list[Token] = []
    for (start, end), kinds in near:
        if run:
            before = text[slice(*run[-1][0])]
            separator = BEHIND_AN_INITIAL if len(before) == 1 else IN_A_NAME
            if not separator.fullmatch(text, run[-1][0][1], start):
                yield run
                run = []
        run.append(((start, end), kinds))
    if run:
        yield run


def _kind_of_run(named: Sequence[dict[str, str]], words: Sequence[str]) -> str:
    """Return how a run of words is similar to a name of several words; "" if it is not."""
    kind_by_word = {word: kind for each in named for word, kind in each.items()}
    telling = [kind for word, kind in kind_by_word.items() if is_telling(word) and kind != INITIAL]
    if not telling:
        return ""
    kinds = [*telling, *kind_by_word.values()]
    if other := next((kind for kind in kinds if kind not in (SAME, INITIAL)), ""):
        return other
    if INITIAL in kinds:
        return INITIALS
    return OTHERWISE if len(telling) > 1 else PART
