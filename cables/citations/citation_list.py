"""Parse the items of a citation list, which is kept in an address: cables and paragraphs.

An item is written as in the address of its page: "06LISBON900412", "06LISBON900412/par3",
"06LISBON900412/par3--par5".
"""

import re
from dataclasses import dataclass

from ..telegram.dates import MONTH_NAME
from ..telegram.paragraphs import PARAGRAPH_ID
from ..telegram.references import canonical_reference, find_reference

MOST = 100  # Items cited on one page.
MOST_STYLED = 40  # Items of a page in a citation style: Chicago takes some 60 ms for each.
MOST_FILED = 500  # Items in one file.
IDS = re.compile(
    rf"(?<![\w.])(?P<first>{PARAGRAPH_ID})(?:--(?P<last>{PARAGRAPH_ID}))?(?![A-Za-z0-9])", re.ASCII
)
IN_WORDS = re.compile(
    r"(?:\bpara(?:graph)?s?\b\.?|¶+)\s*(?P<first>\d{1,3})(?:\s*(?:-|–|to)\s*(?P<last>\d{1,3}))?",
    re.IGNORECASE | re.ASCII,
)

QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]")
SEPARATOR = re.compile(r"[,;]\s|\band\b|[;\n]")
OF_CITATION = re.compile(
    rf"\b(?:{MONTH_NAME.pattern})\b|\bpara(?:graph)?s?\b|¶|\bpar\d|\bpp?\.|\bdocs?\.|\bv\d"
    r"|^(?:19|20)\d\d$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SelectedItem:
    """A cable, a paragraph of one, or a range of paragraphs."""

    reference: str
    paragraphs: tuple[str, ...] = ()  # The id of one, or of the first and the last.

    def __str__(self) -> str:
        return "/".join(filter(None, [self.reference, "--".join(self.paragraphs)]))


def read_item(text: str) -> SelectedItem | None:
    """Return the first item in a pasted text: a link, or "06 Lisbon 900412, para. 3".

    None if the text has no reference. A version in a link is ignored: items are current texts.
    """
    reference = find_reference(text) or _find_misspelt(text)
    if not reference:
        return None
    if match := IDS.search(text):
        ids = [match["first"], match["last"]]
    elif match := IN_WORDS.search(text):
        ids = [match[name] and f"par{int(match[name])}" for name in ("first", "last")]
    else:
        ids = []
    return SelectedItem(reference, tuple(dict.fromkeys(filter(None, ids))))


def pieces_unread(text: str) -> list[str]:
    """Return the pieces with digits of what stands between citations, as "Lisbn 900412".

    Titles in quotation marks, days and paragraphs belong to the citations.
    """
    pieces = [each.strip(" .()[]") for each in SEPARATOR.split(QUOTED.sub("", text))]
    return [each for each in pieces if re.search(r"\d", each) and not OF_CITATION.search(each)]


def _find_misspelt(text: str) -> str:
    """Return the reference in any spelling that a text begins with, or ""."""
    try:
        return canonical_reference(re.split(r"[/,;#]", text)[0], any_year=True)
    except ValueError:
        return ""
