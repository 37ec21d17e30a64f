"""Cables and paragraphs that are kept in an address, to be cited together.

Each is written as in its own address: "06LISBON900412", "06LISBON900412/par3",
"06LISBON900412/par3--par5".
"""

import re
from dataclasses import dataclass

from .references import canonical_reference, find_reference

MOST = 100  # So many are cited on one page,
MOST_STYLED = 40  # so many in a style: Chicago takes some 60 ms for each,
MOST_FILED = 500  # and so many in one file.
ID = r"par\d+(?:to\d+)?(?:-\d+)?(?:\.\d+)?"
IDS = re.compile(rf"(?<![\w.])(?P<first>{ID})(?:--(?P<last>{ID}))?(?![A-Za-z0-9])", re.ASCII)
IN_WORDS = re.compile(
    r"(?:\bpara(?:graph)?s?\b\.?|¶+)\s*(?P<first>\d{1,3})(?:\s*(?:-|–|to)\s*(?P<last>\d{1,3}))?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One cable, a paragraph of it, or a range."""

    reference: str
    paragraphs: tuple[str, ...] = ()  # The id of one, or of the first and the last.

    def __str__(self):
        return "/".join(filter(None, [self.reference, "--".join(self.paragraphs)]))


def read_item(text: str) -> Item | None:
    """Return what a pasted text names first: an item, a link, "06 Lisbon 900412, para. 3".

    None if it names no cable. A version in a link is not kept: an item is the text of today.
    """
    reference = find_reference(text) or _misspelt(text)
    if not reference:
        return None
    if found := IDS.search(text):
        ids = [found["first"], found["last"]]
    elif found := IN_WORDS.search(text):
        ids = [found[name] and f"par{int(found[name])}" for name in ("first", "last")]
    else:
        ids = []
    return Item(reference, tuple(dict.fromkeys(filter(None, ids))))


def _misspelt(text: str) -> str:
    """Return the reference that is left when nothing but it is written; "" if none is."""
    try:
        return canonical_reference(re.split(r"[/,;#]", text)[0], any_year=True)
    except ValueError:
        return ""
