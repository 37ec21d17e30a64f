"""The words that a volume marks as a person or term: which entry of its lists they lead to (F-12).

The entry of words that cannot be that person or term is none. One that only refers to another
("Maro, see Rell, Maro") stands for that other.
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from ...telegram.fact_types import EditionFacts, PrintedLink
from ...telegram.tags import is_in_file_number
from ...telegram.titles import WORD, WORDS
from .cross_references import linked_text
from .explained_names import (
    OFFICE_BEFORE,
    has_office_of_another,
    has_surname,
    is_another_name,
    is_forename_of,
    is_pronoun,
    is_saluted,
    is_womans,
    may_name,
    part_name,
    with_womans_title,
)
from .titles_and_notes import heads_of
from .volume import Document, Volume

# "Rin Van " of "Rin Van Kem".
FULL = r"(?P<given>(?:(?!The\b|General\b|President\b)[A-Z][a-z]+ ){2,3})"
NAMES = re.compile(r"\s*\([^)]*\)|^Acting ")
ONE_PAGE = re.compile(r"(?:p\.|page) ?\d+")
OF_OTHERS = re.compile(r"(?:\b(?:Records?|Bulletin|Treaties)\b|\b(?:yr|Stat)\.)[^;]*$")
# "telegram 361 to Lima, May 9, " before a page.
NUMBERED = re.compile(
    r"\b(?:telegram|airgram|despatch) (?:No\. )?(?P<number>\d+)\b(?:(?!(?:gram|patch) )[^.;])*$"
)
FOOTNOTE = re.compile(r"\bfootnote (?P<number>\d+)(?: above| below)?,? (?:on )?$")
PERSON, TERM = "p_", "t_"  # Keys of persons and terms begin with these.
# Behind a link to a footnote: "footnotes 2 and 3 to despatch 217" are of that.
TO_ANOTHER = re.compile(
    r"(?:(?:,|,? and) (?:footnote )?\d+)* (?:to|of) (?:Document|airgram|despatch|instruction|letter"
    r"|memorandum|telegram) \w*\d"
)
# Letters beside a term of which it is no word: "U" of "USG", "R" of "R.I.", "IO" of "radIO"; but
# "SVN" of "SVNam", and "Dep" before "CORDS".
GOES_ON = re.compile(r"(?!S\b)[A-Z]")
ABBREVIATED = re.compile(r"\.[A-Z]")  # Behind one letter.
BEGUN = re.compile(r"(?<![^\W\d_])[a-z]+$")
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
            of_another = to.startswith(f"#{document}fn") and TO_ANOTHER.match(text, end)
            if not of_another:
                yield {**link, "to": _on_page(document, volume, text, link)}
            continue
        words = MarkedWords(text[:start], text[start:end], text[end:], to)
        if may_lead(document, volume, words, key):
            printed = to.rpartition("#")[2]
            yield link if key == printed else {"start": start, "end": end, "to": f"#{key}"}


def _on_page(document: str, volume: Volume, text: str, link: PrintedLink) -> str:
    """Return where a link leads: of "Ante, p. 424" to the document if that page has only one.

    Of several the words may name one: "telegram 361 to Lima, p. 424". "footnote 1, p. 445" leads to
    that footnote. "pp. 34–49" may be of another publication.
    """
    to, before, words = link["to"], text[: link["start"]], text[link["start"] : link["end"]]
    note = FOOTNOTE.search(before)
    is_page = ONE_PAGE.fullmatch(words) and not OF_OTHERS.search(before)
    where = (to[1:], note["number"] if note else "")
    ids = volume.printed_on.get(where, []) if note or is_page else []
    named = NUMBERED.search(before) if len(ids) > 1 and not note else None
    if named:
        ids = [each for each in ids if volume.references[each][2] == named["number"]]
    return f"#{ids[0]}" if len(ids) == 1 and ids[0] not in ("", document) else to


def may_lead(document: str, volume: Volume, marked: MarkedWords, key: str) -> bool:
    """Return whether marked words can be the person or term of an entry."""
    name, _ = volume.meanings[key]
    before, behind = marked.before[-NEAR:], marked.behind[:NEAR]
    text = f"{before}{marked.words}{behind}"
    if is_in_file_number(text, len(before), len(before) + len(marked.words)):
        return False
    if not key.startswith(PERSON) and (is_saluted(before) or _is_in_word(marked)):
        return False
    if is_forename_of(marked.words, before, name):
        return True
    words = with_womans_title(before, marked.words)
    if is_womans(words, name) and not volume.titles.is_woman(key, volume.meanings):
        return False
    entry = volume.meanings[key]
    if key.startswith(PERSON) and (
        is_pronoun(before, marked.words)
        or is_another_name(before, marked.words, behind, entry, volume.forenames)
        or has_office_of_another(
            marked.office or office_before(before), marked.words, entry, volume.meanings.values()
        )
    ):
        return False
    printed = (each.rpartition("#")[2] for each in marked.keys.split())
    names = [name, *(volume.meanings[each][0] for each in printed if each in volume.referred)]
    named = any(may_name(words, each) for each in names)
    return named and not _is_another(document, volume, words, key)


def _is_in_word(marked: MarkedWords) -> bool:
    """Return whether the markup of a term is on a part of another word: "U" of "USG"."""
    is_letter = len(marked.words) == 1 and ABBREVIATED.match(marked.behind)
    goes_on = marked.words.isupper() and GOES_ON.match(marked.behind)
    return bool(is_letter or goes_on or BEGUN.search(marked.before))


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


def row_links(
    document: Document, volume: Volume, edition: EditionFacts, in_summary: Sequence[PrintedLink]
) -> dict[str, list[PrintedLink]]:
    """Return {"heading", "from", "to", "summary": links in that fact of an edition, if any}."""
    title = edition.get("heading", "")
    links = [*links_of(document.id, volume, title, _links_of_heads(document, title))]
    sender, recipient = edition.get("from", ""), edition.get("to", "")
    summary = edition.get("summary", "")
    rows = {
        "heading": links,
        "from": _inside(links, title.find(sender), len(sender)),
        "to": _inside(links, title.rfind(recipient), len(recipient)),
        "summary": [*links_of(document.id, volume, summary, in_summary)],
    }
    return {name: found for name, found in rows.items() if found}


def _links_of_heads(document: Document, title: str) -> list[PrintedLink]:
    """Return the links in the headings of a document, none if its title has other words."""
    links: list[PrintedLink] = []
    joined = ""
    for head in heads_of(document.element):
        words, found = linked_text(head, len(joined) + 1 if joined else 0)
        joined = " ".join(filter(None, (joined, words)))
        links += found
    return links if joined == title else []


def _inside(links: Sequence[PrintedLink], start: int, length: int) -> list[PrintedLink]:
    """Return the links inside a part of their text, by their places in that part."""
    end = start + length
    return [
        {"start": each["start"] - start, "end": each["end"] - start, "to": each["to"]}
        for each in links
        if 0 <= start <= each["start"] and each["end"] <= end
    ]


def marked_above(edition: EditionFacts) -> Iterator[MarkedWords]:
    """Yield the persons to whom words of heading and summary lead."""
    for name, text in (("heading", edition["heading"]), ("summary", edition["summary"])):
        for link in edition["row_links"].get(name, ()):
            if link["to"].startswith(f"#{PERSON}"):
                start, end = link["start"], link["end"]
                yield MarkedWords(text[:start], text[start:end], text[end:], link["to"])


def terms_in_capitals(volume: Volume, subject: str) -> Iterator[MarkedWords]:
    """Yield the abbreviations in a subject in capitals that the list of a volume has.

    Many are not marked there; a title keeps their capitals: "SALE OF IPC" is "Sale of IPC".
    """
    if not subject.isupper():
        return
    keys = {
        name: key
        for key, (name, _) in volume.meanings.items()
        if key.startswith(TERM) and name.isupper() and name not in WORDS
    }
    for match in WORD.finditer(subject):
        if key := keys.get(match[0]):
            at, behind = subject[: match.end()], subject[match.end() :]
            yield MarkedWords(subject[: match.start()], match[0], behind, f"#{key}", at)
