"""The names of persons as lists of volumes print them: "Oar, Ada B., Jr."."""

import re

from .cities import fold

SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?", re.IGNORECASE)


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
