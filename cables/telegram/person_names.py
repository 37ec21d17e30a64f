"""The names of persons as lists of volumes print them: "Oar, Ada B., Jr."."""

import re

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
