"""The names of persons as lists of volumes print them: "Oar, Ada B., Jr."."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import Hamming, Levenshtein

from .cities import fold

SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?", re.IGNORECASE)
# Words before a given name, or between it and the surname: "Oar, Brig. Gen. Ada B.".
RANKS = frozenset(
    (
        *("general", "gen", "major", "maj", "brigadier", "brig", "lieutenant", "lt", "colonel"),
        *("col", "captain", "capt", "commander", "admiral", "adm", "vice", "rear", "marshal"),
        *("sir", "lord", "dame", "lady", "dr", "prof", "professor", "mr", "mrs", "miss", "judge"),
        *("king", "queen", "prince", "princess", "baron", "ambassador", "senator", "rev", "the"),
    )
)
# Letters that transliterations print for the same ones, in this order.
SPELLINGS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"ph", "f"),
        (r"kh", "h"),
        (r"sch", "sh"),
        (r"x", "ks"),
        (r"ck|q|c(?!h)", "k"),
        (r"tz|ts|z", "s"),
        (r"w", "v"),
        (r"ou", "u"),
        (r"[yij]+", "i"),
        (r"[ae]i", "e"),
        (r"(.)\1+", r"\1"),
    )
)
VOWELS = re.compile("[aeiou]")
SHORTEST, LONG, LONGER = 5, 7, 8  # Letters of words that can differ in a vowel, in two, in any.
APART = ({"francis", "frances"},)  # Two names, though one vowel tells them apart.
WORD = re.compile(r"[A-Z]\w{3,}")
# Words of an office that say nothing of whom it is.
USUAL = frozenset(
    (
        *("January", "February", "March", "April", "June", "July", "August", "September"),
        *("October", "November", "December", "Until", "From", "Since", "After", "Before"),
        *("Thereafter", "Later", "Member", "Department", "State", "States", "United", "Office"),
        *("Also", "Deputy", "Assistant", "Affairs", "Government", "Bureau"),
    )
)
SHARED = 2  # Words of offices that have to be the same.


def full_name(name: str) -> str:
    """Return a name in the order in which it is spoken.

    >>> full_name("Oar, Ada B., Jr.")
    'Ada B. Oar, Jr.'
    """
    surname, given, ending = parts_of_name(name)
    return f"{f'{given} {surname}'.strip()}{f', {ending}' if ending else ''}"


def parts_of_name(name: str) -> tuple[str, str, str]:
    """Return (surname, given names, "Jr." or "") of a name as it is printed."""
    surname, *others = [part.strip() for part in name.split(",") if part.strip(" .")] or [""]
    ending = next((part for part in others if SUFFIX.fullmatch(part)), "")
    return surname, " ".join(part for part in others if part != ending), ending


def names_agree(one: str, other: str) -> bool:
    """Return whether two names as printed can be of one person.

    >>> names_agree("Oar, A.", "Oar, Ada"), names_agree("Oar, Bea", "Oar, Ada")
    (True, False)
    """
    parts = [parts_of_name(name) for name in (one, other)]
    (surname, _, ending), (its, _, end) = parts
    if fold(surname) != fold(its) or fold(ending) != fold(end):
        return False
    pairs = [*zip(given_names(one), given_names(other), strict=False)]
    return bool(pairs) and all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in pairs)


def given_names(name: str) -> list[str]:
    """Return the given names in small letters, "a" for "A."; the surname if there are none."""
    surname, given, _ = parts_of_name(name)
    return [fold(word) for word in re.split(r"[\s.]+", given or surname) if fold(word)]


def may_be_one(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two persons, (name as printed, office), are perhaps the same.

    Their names agree (`names_agree`), or differ in how they are transliterated, in a rank or in
    "Jr.", or in middle names that one of them lacks. With other middle names, their offices have to
    be alike. With another spelling of the surname, the first name has to be the same.

    >>> may_be_one(("Oar, Anatoliy", ""), ("Oar, Anatoly B.", ""))
    True
    """
    if names_agree(one[0], other[0]):
        return True
    (surname, names, ending), (its, others, end) = _parts(one[0]), _parts(other[0])
    if one_spelling(surname) != one_spelling(its) or (ending and end and ending != end):
        return False
    if not (names and others):
        return False
    is_first = is_same_name(names[0], others[0])
    is_full = is_first and min(len(names[0]), len(others[0])) > 1
    if surname != its and not is_full:
        return False
    few, many = sorted((names, others), key=len)
    is_part = _is_part(few, many)
    if is_part and not is_first:  # "Bea Oar" of "Ada Bea Oar", but not of "Ada B. Oar".
        return any(is_same_name(*each) for each in product(few, many) if 1 not in map(len, each))
    return is_part or (is_full and are_alike(one[1], other[1]))


def differ_in_spelling(one: str, other: str) -> bool:
    """Return whether two names of one surname differ at most in spelling.

    It is a rank, "Jr.", a transliteration, or further names that one of them lacks.

    >>> differ_in_spelling("Oar, Anatoliy", "Oar, Gen. Anatoly B., Jr.")
    True
    """
    (surname, names, ending), (its, others, end) = _parts(one), _parts(other)
    if surname != its or not (names and others) or (ending and end and ending != end):
        return False
    few, many = sorted((names, others), key=len)
    return is_same_name(names[0], others[0]) and _is_part(few, many)


def _is_part(few: Sequence[str], many: Sequence[str]) -> bool:
    """Return whether each of some names is among others, in their order."""
    left = iter(many)
    return all(any(is_same_name(name, each) for each in left) for name in few)


def _parts(name: str) -> tuple[str, list[str], str]:
    """Return (surname, given names without ranks, "jr" or "") in small letters."""
    surname, given, ending = parts_of_name(name)
    words = [word for word in re.split(r"[\s.-]+", given) if fold(word)]
    endings = [word for word in words if SUFFIX.fullmatch(word)]
    names = [fold(word) for word in words if word not in endings]
    ending = fold(ending or "".join(endings[-1:]))
    return fold(surname), [each for each in names if each not in RANKS], ending


@lru_cache(maxsize=100_000)
def one_spelling(name: str) -> str:
    """Return a name in small letters as one of its transliterations.

    >>> one_spelling("Kuznetzov") == one_spelling("Kusnetsow"), one_spelling("Anatoliy")
    (True, 'anatoli')
    """
    spelt = fold(name)
    for pattern, letters in SPELLINGS:
        spelt = pattern.sub(letters, spelt)
    return spelt


def is_same_name(one: str, other: str) -> bool:
    """Return whether two given names, or initials, can be the same.

    >>> is_same_name("abdel", "abdul"), is_same_name("mario", "maria")
    (True, False)
    """
    if one == other or (1 in (len(one), len(other)) and one[0] == other[0]):
        return True
    a, b = one_spelling(one), one_spelling(other)
    shortest = min(len(a), len(b))
    if a == b or shortest < SHORTEST or {one, other} in APART:
        return a == b
    if VOWELS.sub("a", a) == VOWELS.sub("a", b) and a[-1] == b[-1]:
        return Hamming.distance(a, b) <= (2 if shortest >= LONG else 1)
    return shortest >= LONGER and Levenshtein.distance(a, b) == 1 and a[-1] == b[-1]


def are_alike(office: str, other: str) -> bool:
    """Return whether two offices share words that tell whose they are."""
    words = [{*WORD.findall(each)} - USUAL for each in (office, other)]
    return len(words[0] & words[1]) >= SHARED
