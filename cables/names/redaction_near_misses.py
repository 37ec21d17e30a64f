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

from rapidfuzz.distance import OSA

from ..telegram.distinct_words import STOP_WORDS
from ..telegram.redact_phrases import (
    LETTER,
    LONG,
    ONE_WORD,
    Span,
    find_doubtful,
    find_phrases,
    fold,
    letters_only,
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
OVER_TWO = "over two paragraphs"
SAME, INITIAL = "the same", "an initial"  # Kinds of one word in a name of several; never shown.
SHORTEST = 3  # Letters of a word that is searched for as a whole word,
SHORTEST_INSIDE = 4  # and inside a longer word.
SHORTEST_PART_INSIDE = 5  # Letters of a part of a name that is searched for inside a longer word,
SHORTEST_JOINED_INSIDE = 6  # and of a whole name, run together.
MOST_INITIALS = 5  # That are printed without signs between them: "JFK".
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
APOSTROPHES = "'`\u00b4\u02bb\u02bc\u2018\u2019"
IN_A_NAME = re.compile(rf",?\s{{1,4}}|[{APOSTROPHES}]")
BEHIND_AN_INITIAL = re.compile(rf"[.,]{{0,2}}[-{APOSTROPHES}]?\s{{0,4}}")
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
Kinds = dict[str, str]  # Word of a phrase -> how a token is similar to it.
Token = tuple[Span, Kinds]  # (where it is, how it is similar)
LOOK_LIKE = str.maketrans({"i": "l", **dict(zip("10582", "losbz", strict=True))})


@dataclass(frozen=True, slots=True)
class Near:
    """Words in a text that are similar to a phrase."""

    form: str  # As printed, white space collapsed.
    kind: str  # How they are similar: PLURAL, ALIKE ...
    span: Span
    words: tuple[tuple[str, str], ...] = ()  # (word of the phrase, how a token is similar to it)

    def context(self, text: str) -> tuple[str, str, str]:
        """Return (text before, the words as printed, text after)."""
        return context_of(self.span, text)


def context_of(span: Span, text: str, width: int = AROUND) -> tuple[str, str, str]:
    """Return (text before a span, the text of the span, text after), `width` characters around."""
    start, end = span
    return text[max(0, start - width) : start], text[start:end], text[end : end + width]


def find_near(text: str, phrases: Sequence[str]) -> list[Near]:
    """Return the words of a text that are similar to phrases but not equal, in order."""
    doubtful = find_doubtful(text, phrases)
    taken = [*find_phrases(text, phrases), *doubtful]
    found: dict[Span, tuple[str, Kinds]] = {span: (PIECES, {}) for span in doubtful}
    for phrase in phrases:
        for span, kind, kinds in _near_to(text, words_in(phrase), taken):
            found.setdefault(span, (kind, kinds))
    return [
        Near(" ".join(text[slice(*span)].split()), kind, span, tuple(kinds.items()))
        for span, (kind, kinds) in sorted(found.items())
    ]


def kind_of(other: str, word: str, printed: str = "") -> str:
    """Return how a folded word, `printed` with capitals, is similar to another; "" if not."""
    if other == word:
        return SAME
    if other in numbers_of(word):
        return PLURAL
    looks, wanted = looks_of(printed or other), looks_of(word)
    if looks == wanted and (len(word) >= SHORTEST or (other, word) in (("0", "o"), ("1", "l"))):
        return ALIKE  # "0'Brien" for O'Brien.
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
    from confusable_homoglyphs.confusables import confusables_data

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


def _near_to(
    text: str, words: Sequence[str], taken: Sequence[Span]
) -> Iterator[tuple[Span, str, Kinds]]:
    """Yield (span, kind, kinds of words) of what is similar to a phrase, not in `taken`."""
    tokens = [
        (span, kinds)
        for span, kinds in _tokens(text, words)
        if not any(overlap(span, other) for other in taken)
    ]
    if len(words) == 1:
        yield from ((span, kinds[words[0]], kinds) for span, kinds in tokens if kinds)
        return
    joined = "".join(words)  # "OBRIAN" for O'Brien.
    for span, kinds in _tokens(text, [joined]):
        kinds = _without_short(kinds, text[slice(*span)], SHORTEST_JOINED_INSIDE)
        if kinds and not any(overlap(span, other) for other in taken):
            yield span, kinds[joined], kinds
    tokens = [
        (span, _without_short(kinds, text[slice(*span)], SHORTEST_PART_INSIDE))
        for span, kinds in tokens
    ]
    for run in _runs(text, _with_neighbours(text, words, tokens)):
        kinds = _kinds_of_run([kinds for _, kinds in run])
        if kind := _kind_of_run(kinds):
            yield (run[0][0][0], run[-1][0][1]), kind, kinds


def _without_short(kinds: Kinds, printed: str, shortest: int) -> Kinds:
    """Leave out short words with letters attached; "TRAN7" is no such word, "TRANSIT" is one."""
    if ATTACHED not in kinds.values():
        return kinds
    bare = letters_only(fold(printed)[0]).strip(DIGITS)
    return {
        word: kind
        for word, kind in kinds.items()
        if kind != ATTACHED or len(word) >= shortest or bare == word
    }


def _tokens(text: str, words: Sequence[str]) -> Iterator[Token]:
    """Yield all words of a text, with how they are similar to some of `words`."""
    folded, offsets = fold(text)
    folded = SIGNS.sub(lambda sign: SIGN_FOR[sign[0]], folded)
    known: dict[tuple[str, str], Kinds] = {}
    for match in TOKEN.finditer(folded):
        start, end = match.span()
        token = match[0], text[offsets[start] : offsets[end - 1] + 1]
        if token not in known:
            known[token] = kinds_of_token(*token, words)
        yield unfolded(text, offsets, start, end), known[token]


def kinds_of_token(token: str, printed: str, words: Sequence[str]) -> Kinds:
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
    elif token in STOP_WORDS:  # "this" is no plural of a name.
        near = {word: kind for word, kind in near.items() if kind == SAME}
    if len(words) > 1 and len(token) == 1 and printed.isupper():
        near |= {word: INITIAL for word in words if word[0] == token != word}
    return {word: kind for word, kind in near.items() if kind}


def _with_neighbours(text: str, words: Sequence[str], tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens that are similar to words of a name.

    Beside a word of the name these are also initials without signs between them ("AB Karimov"),
    and a short word with one letter garbled ("Tran Thi Bich Lau"); between two of its words also
    one with up to half of its letters changed.
    """
    for at, (span, kinds) in enumerate(tokens):
        if not kinds:
            before, behind = tokens[max(0, at - 1) : at], tokens[at + 1 : at + 2]
            beside = [own for other, own in before if own and _follows(text, other, span)]
            beside += [own for other, own in behind if own and _follows(text, span, other)]
            has = {word for own in beside for word, kind in own.items() if kind != INITIAL}
            if any(map(is_telling, has)):
                left = [word for word in words if word not in has]
                kinds = _kinds_beside(text[slice(*span)], left, is_between=len(beside) > 1)
        if kinds:
            yield span, kinds


def _kinds_beside(printed: str, words: Sequence[str], *, is_between: bool) -> Kinds:
    """Return how a word beside a part of a name is similar to other words of the name."""
    token = letters_only(fold(printed)[0])
    if not printed[0].isupper() or token in STOP_WORDS:
        return {}
    if 1 < len(token) <= MOST_INITIALS and letters_only(printed).isupper():
        others = iter(words)
        initialled = [next((word for word in others if word[0] == sign), "") for sign in token]
        if all(initialled):
            return dict.fromkeys(initialled, INITIAL)
    return {
        word: MISSPELT
        for word in words
        if min(len(word), len(token)) >= SHORTEST
        and is_telling(word)
        and OSA.distance(token, word) <= (max(1, len(word) // 2) if is_between else 1)
    }


def _follows(text: str, before: Span, behind: Span) -> bool:
    """Return whether two words of a text may be of one name, by what is between them."""
    last = ONE_WORD.findall(text[slice(*before)])[-1:]
    separator = BEHIND_AN_INITIAL if last and len(last[0]) == 1 else IN_A_NAME
    return bool(separator.fullmatch(text, before[1], behind[0]))


def _runs(text: str, near: Iterable[Token]) -> Iterator[list[Token]]:
    """Yield runs of tokens that may be one name, without initials of words that they have."""
    run: list[Token] = []
    for span, kinds in near:
        if run and not _follows(text, run[-1][0], span):
            yield _trimmed(run)
            run = []
        run.append((span, kinds))
    if run:
        yield _trimmed(run)


def _trimmed(run: list[Token]) -> list[Token]:
    """Leave out initials, at the ends of a run, of no other words than those it has."""
    has = {word for _, kinds in run for word, kind in kinds.items() if kind != INITIAL}

    def is_idle(token: Token) -> bool:
        return set(token[1].values()) == {INITIAL} and has.issuperset(token[1])

    while len(run) > 1 and is_idle(run[0]):
        run = run[1:]
    while len(run) > 1 and is_idle(run[-1]):
        run = run[:-1]
    return run


def _kinds_of_run(named: Sequence[Kinds]) -> Kinds:
    """Return {word: how a run of words has it}: better as a word than as an initial."""
    found: Kinds = {}
    for kinds in named:
        for word, kind in kinds.items():
            if kind != INITIAL or word not in found:
                found[word] = kind
    return found


def _kind_of_run(kind_by_word: Kinds) -> str:
    """Return how a run of words is similar to a name of several words; "" if it is not."""
    telling = [kind for word, kind in kind_by_word.items() if is_telling(word) and kind != INITIAL]
    if not telling:
        return ""
    kinds = [*telling, *kind_by_word.values()]
    if other := next((kind for kind in kinds if kind not in (SAME, INITIAL)), ""):
        return other
    if INITIAL in kinds:
        return INITIALS
    return OTHERWISE if len(telling) > 1 else PART
