"""Words at the start of a text in which a cable cites others (F-15, F-24, F-25)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

SCOPE = 1_500  # Characters of a text in which it says what it answers.
LONGEST = 300  # Characters of a citation, which may end behind these.
# In what another wrote, "my" and "your" are not of the sender and recipient of the cable.
QUOTATION = re.compile(r"“[^”]{20,}(?:”|$)")


def find_citations(
    pattern: re.Pattern[str], text: str, scope: int = SCOPE
) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield (match, whether it stands in a quotation) of what begins in the first characters."""
    words, quotations = _with_quotations(text, scope)
    for match in takewhile(lambda each: each.start() < scope, pattern.finditer(words)):
        yield match, any(start <= match.start() < end for start, end in quotations)


@lru_cache(maxsize=4)  # Each text is searched for several patterns.
def _with_quotations(text: str, scope: int) -> tuple[str, list[tuple[int, int]]]:
    """Return the first characters of a text in one line, and the spans of quotations in them."""
    words = " ".join(text.split())[: scope + LONGEST]
    return words, [each.span() for each in QUOTATION.finditer(words)]
