"""Find subject-numeric file numbers of the Department in a text: "POL 15 S VIET", "DEF 12-1 NATO".

From 1963 its central files were named so. The letters in such a number are no abbreviations: POL
is politics, not petroleum, and S is South.
"""

import re
from collections.abc import Iterator

LONGEST = 48  # Characters of a file number, at most.
SUBJECTS = (
    "ACDA|AE|AGR|AID|AV|CR|CSM|CUL|DEF|ECIN|ECON|EDU|EDX|EGI|FN|FSE|FSV|FT|HLTH|INCO|INT|LAB|LEG"
    "|ORG|PET|POL|PPB|RAD|REF|SCI|SOC|SP|STR|TEL|TP|TR|UN"
)
# Countries, organizations or persons: "S VIET-US", "US/RELL", "EUR E".
PLACE = r"(?: [A-Z]{1,2})?(?: [A-Z]{1,8}(?:[-–—/][A-Z]{1,12})*)(?: [A-Z])?(?![\w’'])"
FILE_NUMBER = re.compile(
    rf"(?<![\w/-])(?:{SUBJECTS})(?: \([A-Z-]+\))? "
    rf"\d{{1,2}}(?:(?:[-–—]\d{{1,2}})+(?:{PLACE})?|(?![\d.,]*\d)(?:{PLACE}|(?! ?[a-z])))"
)


def find_file_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the file numbers in a text.

    A single number without a place is none if it counts something: "AID 15 projects".

    >>> [*find_file_numbers("in POL 15 S VIET.")]
    [(3, 16)]
    """
    for match in FILE_NUMBER.finditer(text):
        yield match.span()


def is_in_file_number(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end] is part of a file number."""
    near = max(start - LONGEST, 0)
    spans = find_file_numbers(text[near : end + LONGEST])
    return any(first + near <= start and end <= last + near for first, last in spans)
