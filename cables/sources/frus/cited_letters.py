"""Find the despatches, instructions and notes of its volume that one cites by number (F-24).

"Your despatch No. 16", "my No. 417", "your despatch of the 26th of July, (No. 12)": each
correspondent numbered his own, so the two who write to each other tell which is meant. "My
despatch No. 8" counts anywhere in a letter, a number alone only at its beginning.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from ...telegram.fact_types import CABLES
from .citing_words import SCOPE, find_citations
from .heading import Heading
from .own_numbers import printed_number
from .volume import Volume

LETTER = r"(?:d[ei]spatch(?:es)?|instructions?|communications?|letters?|notes?)"
DAY = r"(?:,? of (?:the )?[^.;()]{3,40}?)"
NUMBER = r"\d{1,4}(?![\d,.]\d)"
CITED = re.compile(
    rf"\b(?P<whose>your|my)(?P<letter> {LETTER}{DAY}?)?,? \(?"
    r"(?:(?:numbered|numbers?|No[st]?\.) ?|(?<=spatch )|(?<=instruction ))"
    rf"(?P<numbers>{NUMBER}(?:(?:,| and|, and)(?: No\.)? {NUMBER})*)",
    re.IGNORECASE,
)
KINDS = (*CABLES, "note", "correspondence")  # Of what cites and is cited so.
# Behind it, others write.
ENCLOSURE = re.compile(
    r"\n\n(?:\[?(?:Sub-?)?(?:[Ee]n|[Ii]n)closure\b|\[?Appendix\b|\[Translation"
    r"|(?=(?:The|Mr\.|Lord|Se[nñ]or) [^\n]{3,80} to [^\n]{3,80}(?:\n|$)))"
)
TITLE = re.compile(r"\s*\([^)]*\)|^the ", re.IGNORECASE)

# (sender, recipient, number) -> (instant, published name) of the letters with this number.
Letters = dict[tuple[str, str, str], list[tuple[datetime, str]]]


def note_letter(letters: Letters, heading: Heading, name: str) -> None:
    """Add a document to those that may be cited by their numbers.

    Its published name is "" if none is certain: a citation of its number then leads nowhere.
    """
    number = printed_number(heading) if heading.kind != "telegram" else ""
    if number.startswith("No. ") and heading.sender and heading.recipient:
        key = (_name(heading.sender), _name(heading.recipient), number)
        letters.setdefault(key, []).append((heading.created, name))


def find_letters(heading: Heading, body: str, volume: Volume, own: str) -> Iterator[str]:
    """Yield the references of the documents that a despatch or instruction cites by number.

    `own` is its published name. A number that two documents have, or none that is earlier, is left
    out.
    """
    parties = _name(heading.sender), _name(heading.recipient)
    for whose, number in cited_numbers(heading, body):
        sender, recipient = parties if whose == "my" else parties[::-1]
        found = volume.letters.get((sender, recipient, f"No. {number}"), ())
        if name := _earlier(found, heading.created, own):
            yield name


def cited_numbers(heading: Heading, body: str) -> Iterator[tuple[str, str]]:
    """Yield ("my" or "your", number) of the letters that a cable, a note or a letter cites."""
    if heading.kind not in KINDS:
        return
    own = ENCLOSURE.split(body, maxsplit=1)[0]
    for match, quoted in find_citations(CITED, own, len(own)):
        behind = match.start() >= SCOPE
        if (not match["letter"] and (behind or heading.kind == "telegram")) or (behind and quoted):
            continue
        for number in re.findall(r"\d+", match["numbers"]):
            yield match["whose"].lower(), number


def _earlier(letters: Iterable[tuple[datetime, str]], at: datetime, own: str) -> str:
    earlier = [name for sent, name in letters if sent <= at and name != own]
    return earlier[0] if len(earlier) == 1 else ""


def _name(party: str) -> str:
    """Return a correspondent without the name or title in parentheses: "Mr. Adams"."""
    return TITLE.sub("", party).strip().lower()
