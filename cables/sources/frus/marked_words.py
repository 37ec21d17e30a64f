"""The words that a volume marks as a person or term: which entry of its lists they lead to (F-12).

The entry of words that cannot be that person or term is none. One that only refers to another
("Maro, see Rell, Maro") stands for that other.
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from ...telegram.fact_types import EditionFacts, PrintedLink
from ...telegram.tags import is_in_file_number
from .explained_names import (
    OFFICE_BEFORE,
    has_office_of_another,
    has_surname,
    is_another_name,
    is_forename_of,
    is_womans,
    may_name,
    part_name,
    with_womans_title,
)
from .volume import Volume

# "Rin Van " of "Rin Van Kem".
FULL = r"(?P<given>(?:(?!The\b|General\b|President\b)[A-Z][a-z]+ ){2,3})"
NAMES = re.compile(r"\s*\([^)]*\)|^Acting ")
PERSON = "p_"  # Keys of persons begin with it.
NEAR = 80  # Characters beside marked words that are looked at.


class MarkedWords(NamedTuple):
    """Words of a document that its markup leads to an entry of a list."""

    before: str  # The text before them, at least a few words of it.
    words: str
    behind: str
    keys: str  # As the volume has them: "#p_A frus1861#p_B".
    at: str = ""  # Their anchor: the text that ends with them; "" above the text.
    office: str = ""  # Of the person, if it is printed apart from them.


def explained(
    document: str, volume: Volume, marked: Sequence[MarkedWords], body: str
) -> list[list[str]]:
    """Return [[words as printed, their explanation, the key of their entry, their anchor]].

    Each only once, where it is marked first; one whom the text marks too is not explained above it.
    A short name is not explained if the text only has the full name of another, whom it does not
    mark: "Rin Van Kem", then "Kem".
    """
    full = {each.words for each in marked}
    rows: dict[tuple[str, str], list[str]] = {}
    for each in marked:
        key = next(filter(None, map(volume.entry_of, each.keys.split())), "")
        if not each.at and any(key == known for _, known in rows):
            continue
        if not key or _is_named_in_full(volume, each.words, key, body, full):
            continue
        if may_lead(document, volume, each, key):
            words = with_womans_title(each.before, each.words)
            rows.setdefault((words, key), [words, ", ".join(volume.meanings[key]), key, each.at])
    return [*rows.values()]


def _is_named_in_full(
    volume: Volume, words: str, key: str, body: str, marked: Container[str]
) -> bool:
    """Return whether a text has the short name of a person only in the full name of another.

    `marked` are the words that the text marks.
    """
    entry = volume.meanings[key]
    if not key.startswith(PERSON) or part_name(entry[0])[1] or " " in words:
        return False
    others = 0
    for match in re.finditer(rf"(?<!\w){FULL}{re.escape(words)}(?!\w)", body):
        if not is_another_name(match["given"], words, "", entry, volume.forenames):
            return False
        others += match[0] not in marked
    return others > 0


def links_of(
    document: str, volume: Volume, text: str, links: Sequence[PrintedLink]
) -> Iterator[PrintedLink]:
    """Yield the links in a text, without those to entries that their words do not name."""
    for link in links:
        start, end, to = link["start"], link["end"], link["to"]
        key = volume.entry_of(to)
        if not key:
            yield link
            continue
        words = MarkedWords(text[:start], text[start:end], text[end:], to)
        if may_lead(document, volume, words, key):
            printed = to.rpartition("#")[2]
            yield link if key == printed else {"start": start, "end": end, "to": f"#{key}"}


def may_lead(document: str, volume: Volume, marked: MarkedWords, key: str) -> bool:
    """Return whether marked words can be the person or term of an entry."""
    name, _ = volume.meanings[key]
    before, behind = marked.before[-NEAR:], marked.behind[:NEAR]
    text = f"{before}{marked.words}{behind}"
    if is_in_file_number(text, len(before), len(before) + len(marked.words)):
        return False
    if is_forename_of(marked.words, before, name):
        return True
    words = with_womans_title(before, marked.words)
    if is_womans(words, name) and not volume.titles.is_woman(key, volume.meanings):
        return False
    entry = volume.meanings[key]
    if key.startswith(PERSON) and (
        is_another_name(before, marked.words, behind, entry, volume.forenames)
        or has_office_of_another(
            marked.office or office_before(before), marked.words, entry, volume.meanings.values()
        )
    ):
        return False
    printed = (each.rpartition("#")[2] for each in marked.keys.split())
    names = [name, *(volume.meanings[each][0] for each in printed if each in volume.referred)]
    named = any(may_name(words, each) for each in names)
    return named and not _is_another(document, volume, words, key)


def office_before(text: str) -> str:
    """Return the office that ends a text: "Secretary of State" before a name; or ""."""
    office = OFFICE_BEFORE.search(text)
    return office["office"] if office else ""


def with_office(marked: MarkedWords, edition: EditionFacts) -> MarkedWords:
    """Return marked words with the office of their person, if they are the signature (F-19).

    It is that of the sender, if the heading marks no person as that; else one word as a signature
    is no other person. Telegrams of the Department have the name of its Secretary.
    """
    if marked.words != edition.get("signed", "").strip(" ."):
        return marked
    links = edition.get("row_links", {}).get("from", [])
    persons = [link["to"] for link in links if link["to"].startswith(f"#{PERSON}")]
    if persons:
        is_other = " " not in marked.words and marked.keys not in persons
        return marked._replace(keys="") if is_other else marked
    office = NAMES.sub("", edition.get("from", ""))
    return marked._replace(office=office.replace("Department of", "Secretary of"))


def _is_another(document: str, volume: Volume, words: str, key: str) -> bool:
    """Return whether the index names another of this surname for a document, and not this one.

    The markup is only taken for wrong if it names that other one nowhere in the volume.
    """
    indexed = volume.indexed.get(document, ())
    if key in indexed or "," not in volume.meanings[key][0]:
        return False
    others = (volume.meanings[each][0] for each in indexed if each not in volume.titles.places)
    return any(has_surname(words, name) for name in others)
