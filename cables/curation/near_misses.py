"""Words that a redaction leaves readable and that may name the same. No Django.

A curator is shown them before a decision: plurals, words with letters or digits attached, letters
that look alike, other spellings, names in another order, shortened or in part, and letters in
pieces that may be other words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, islice, product

from confusable_homoglyphs.confusables import confusables_data
from rapidfuzz.distance import OSA

from ..search.query import STOP_WORDS
from ..telegram.phrases import (
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
SAME, INITIAL = "the same", "an initial"  # Of one word of several, and never shown.
SHORTEST = 3  # Letters of a word that is looked for by itself,
SHORTEST_INSIDE = 4  # and in a longer word.
SHORTEST_SPELT = 5  # Letters of a word that may be spelt otherwise,
MOST_SPELT = 3  # and of these such as differ.
DIGITS = "0123456789"
AROUND = 60  # Characters that are shown before and behind.
# A word, also where hyphens part it, or at least three letters that stand apart.
TOKEN = re.compile(
    rf"(?<!{LETTER}){LETTER}(?:[\W_]{{1,3}}{LETTER}(?!{LETTER})){{2,}}"
    rf"|{LETTER}+(?:-[\s\\>|]*{LETTER}+)*"
)
PLURALS = (("", "s"), ("", "es"), ("y", "ies"), ("f", "ves"), ("fe", "ves"), ("us", "i"))
# What may stand between two words of a name, and behind an initial.
IN_A_NAME, BEHIND_AN_INITIAL = re.compile(r",?\s{1,4}"), re.compile(r"[.,]{0,2}\s{0,4}")
# What a letter is misread as, or is typed with.
ALIKE_FOR = {
    **{"i": ("1", "l"), "l": ("1", "i"), "o": ("0",), "s": ("5",), "b": ("8",), "z": ("2",)},
    **{"m": ("rn",), "w": ("vv",)},
}
# Signs between letters that scanners read a letter as.
SIGNS = re.compile(rf"(?<={LETTER})[|!@$](?={LETTER})")
SIGN_FOR = {"|": "l", "!": "l", "@": "a", "$": "s"}
# Sounds that are written in several ways, where a name comes from another alphabet.
SOUNDS = (
    *(("sch", "s"), ("sh", "s"), ("tch", "c"), ("ch", "c"), ("kh", "k"), ("gh", "k"), ("ph", "f")),
    *(("th", "t"), ("dh", "d"), ("zh", "j"), ("dj", "j"), ("ck", "k"), ("q", "k"), ("g", "k")),
    *(("c", "k"), ("v", "f"), ("w", "f"), ("z", "s"), ("x", "ks"), ("t", "d"), ("p", "b")),
)
UNWRITTEN = re.compile(r"(?!^)[aeiouy]|(.)(?=\1)")  # Vowels and doubled letters.
MOST_SPELLINGS = 120  # Of one word.
LOOK_LIKE = str.maketrans({"i": "l", **dict(zip("10582", "losbz", strict=True))})


@dataclass(frozen=True, slots=True)
class Near:
    """What may name the same as a phrase: as it is printed, in which way, and where."""

    form: str
    kind: str
    span: Span

    def context(self, text: str) -> tuple[str, str, str]:
        """Return what stands before it, the form as it is printed, and what stands behind."""
        start, end = self.span
        before, behind = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        return before, text[start:end], behind


def find_near(text: str, phrases: Sequence[str]) -> list[Near]:
    """Return what of a text is near to some phrases, in order, and is none of them itself."""
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


def kind_of(said: str, word: str, printed: str = "") -> str:
    """Return in which way a folded word is near to another one, "" if it is not.

    `printed` is the same with its capitals and accents.
    """
    if said == word:
        return SAME
    if said in _numbers(word):
        return PLURAL
    looks, wanted = looks_of(printed or said), looks_of(word)
    if looks == wanted and len(word) >= SHORTEST:
        return ALIKE
    if said.strip(DIGITS) == word or (len(word) >= SHORTEST_INSIDE and wanted in looks):
        return ATTACHED
    if len(word) >= LONG and OSA.distance(looks, wanted, score_cutoff=1) <= 1:
        return MISSPELT
    return SPELT if _is_spelt(said, word) else ""


@lru_cache(maxsize=20_000)
def looks_of(said: str) -> str:
    """Return a word in the letters that its own look like, as Unicode's tables have them (UTS 39).

    "rn" is read as "m", "vv" as "w", a one and an I as an l.
    """
    plain = fold(said.translate(_prototypes()))[0]
    return plain.translate(LOOK_LIKE).replace("rn", "m").replace("vv", "w")


def _is_spelt(said: str, word: str) -> bool:
    """Return whether two words have the same consonants, and few letters that differ."""
    if min(len(said), len(word)) < SHORTEST_SPELT or len(_consonants(word)) < SHORTEST:
        return False
    if _consonants(said) != _consonants(word):
        return False
    return OSA.distance(said, word, score_cutoff=MOST_SPELT) <= MOST_SPELT


@lru_cache(maxsize=20_000)
def _consonants(word: str) -> str:
    for written, sound in SOUNDS:
        word = word.replace(written, sound)
    return UNWRITTEN.sub("", word)


def spellings(word: str) -> list[str]:
    """Return a folded word with other signs that look like its letters: "mer1dlan".

    Those come first in which fewest letters are others; all are others in the last one.
    """
    places = [at for at, letter in enumerate(word) if letter in ALIKE_FOR]
    if not places:
        return []
    found = (
        _respelt(word, dict(zip(chosen, signs, strict=True)))
        for count in range(1, len(places) + 1)
        for chosen in combinations(places, count)
        for signs in product(*(ALIKE_FOR[word[at]] for at in chosen))
    )
    every = _respelt(word, {at: ALIKE_FOR[word[at]][0] for at in places})
    return list(dict.fromkeys([*islice(found, MOST_SPELLINGS - 1), every]))


def _respelt(word: str, signs: dict[int, str]) -> str:
    return "".join(signs.get(at, letter) for at, letter in enumerate(word))


def is_telling(word: str) -> bool:
    """Return whether a word of a name may give it away by itself."""
    return len(word) >= SHORTEST and word not in STOP_WORDS


@cache
def _prototypes() -> dict[int, str]:
    """Return {code of a sign: the letters of ASCII that it looks like}."""
    return {
        ord(sign): alike[0]["c"]
        for sign, alike in confusables_data.items()
        if len(sign) == 1 and not sign.isascii() and len(alike) == 1 and alike[0]["c"].isascii()
    }


@lru_cache(maxsize=256)
def _numbers(word: str) -> frozenset[str]:
    """Return the plurals that a word may have, and the words that it may be the plural of."""
    forms = set()
    for one, many in PLURALS:
        if word.endswith(one):
            forms.add(word[: len(word) - len(one)] + many)
        if word.endswith(many) and len(word) - len(many) >= SHORTEST:
            forms.add(word[: len(word) - len(many)] + one)
    return frozenset(forms - {word})


def _near_to(text: str, words: Sequence[str], taken: Sequence[Span]) -> Iterator[tuple[Span, str]]:
    """Yield (span, kind) of what is near to a phrase of these words and not taken already."""
    near = [
        (span, kinds)
        for span, kinds in _tokens(text, words)
        if not any(overlap(span, other) for other in taken)
    ]
    if len(words) == 1:
        yield from ((span, kinds[words[0]]) for span, kinds in near)
        return
    glued = "".join(words)  # "OBRIAN" for O'Brien.
    for span, kinds in _tokens(text, [glued]):
        if not any(overlap(span, other) for other in taken):
            yield span, kinds[glued]
    for run in _runs(text, near):
        if kind := _kind_of_run([kinds for _, kinds in run], words):
            yield (run[0][0][0], run[-1][0][1]), kind


def _tokens(text: str, words: Sequence[str]) -> Iterator[tuple[Span, dict[str, str]]]:
    """Yield (span, {word: in which way it is near to it}) of those of a text that are near."""
    folded, offsets = fold(text)
    folded = SIGNS.sub(lambda sign: SIGN_FOR[sign[0]], folded)
    known: dict[tuple[str, str], dict[str, str]] = {}
    for found in TOKEN.finditer(folded):
        start, end = found.span()
        token = found[0], text[offsets[start] : offsets[end - 1] + 1]
        if token not in known:
            known[token] = _kinds(*token, words)
        if known[token]:
            yield unfolded(text, offsets, start, end), known[token]


def _kinds(said: str, printed: str, words: Sequence[str]) -> dict[str, str]:
    """Return {word: in which way a token, folded and as it is printed, is near to it}."""
    parts = ONE_WORD.findall(said)
    has_signs = bool(SIGNS.search(printed))
    printed = said if has_signs else printed
    said, printed = ("".join(filter(str.isalnum, each)) for each in (said, printed))
    near = {
        word: SAME if word in parts else kind_of(said, word, printed) for word in words
    }  # A name's word is whole in "pro-Public".
    if has_signs:
        near = {word: ALIKE if kind == SAME else kind for word, kind in near.items()}
    if len(words) > 1 and len(said) == 1 and printed.isupper():
        near |= {word: INITIAL for word in words if word[0] == said != word}
    return {word: kind for word, kind in near.items() if kind}


def _runs(text: str, near: Iterable[tuple]) -> Iterator[list[tuple]]:
    """Yield runs of tokens, (span, kinds) each, that may be one name."""
    run: list[tuple] = []
    for (start, end), kinds in near:
        if run:
            before = text[slice(*run[-1][0])]
            parting = BEHIND_AN_INITIAL if len(before) == 1 else IN_A_NAME
            if not parting.fullmatch(text, run[-1][0][1], start):
                yield run
                run = []
        run.append(((start, end), kinds))
    if run:
        yield run


def _kind_of_run(named: Sequence[dict[str, str]], words: Sequence[str]) -> str:
    """Return in which way a run of words is near to a name of several, "" if it is not."""
    said = {word: kind for each in named for word, kind in each.items()}
    telling = [kind for word, kind in said.items() if is_telling(word) and kind != INITIAL]
    if not telling:
        return ""
    kinds = [*telling, *said.values()]
    if other := next((kind for kind in kinds if kind not in (SAME, INITIAL)), ""):
        return other
    if INITIAL in kinds:
        return INITIALS
    return OTHERWISE if len(telling) > 1 else PART
