"""The words that a volume marks as a person or term: which entry of its lists they lead to (F-12).

The entry of words that cannot be that person or term is none. One that only refers to another
("Maro, see Rell, Maro") stands for that other.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from ...telegram.cities import fold
from ...telegram.fact_types import EditionFacts, PrintedLink
from ...telegram.tags import is_in_file_number
from ...telegram.titles import WORD, WORDS
from .cross_references import linked_text
from .explained_names import (
    BEFORE_PRESIDENT,
    OF_PRESIDENT,
    OFFICE_BEFORE,
    PRESIDENT,
    RANKS,
    begins_name,
    has_office_of_another,
    has_rank,
    has_surname,
    is_another_name,
    is_forename_of,
    is_forename_of_another,
    is_in_another_name,
    is_pronoun,
    is_saluted,
    is_state,
    is_womans,
    may_be_of,
    may_name,
    with_womans_title,
)
from .titles_and_notes import heads_of
from .volume import Document, Volume

# "Rin Van " of "Rin Van Kem", "Ada B. " of "Ada B. Rell", "Secretary " of "Secretary Rell".
GIVEN = re.compile(r"(?<!\w)(?:[A-Z][a-z]+ ){1,3}(?:[A-Z]\. ?)*$")
SUPPLIED = re.compile(r"\[(\w+)\](?= $)")  # "[Ada] Rell", by an editor.
NAMES = re.compile(r"\s*\([^)]*\)|^Acting ")
ONE_PAGE = re.compile(r"(?:p\.|page) ?\d+")
OF_OTHERS = re.compile(r"(?:\b(?:Records?|Bulletin|Treaties)\b|\b(?:yr|Stat)\.)[^;]*$")
# "telegram 361 to Lima, May 9, " before a page.
NUMBERED = re.compile(
    r"\b(?:telegram|airgram|despatch) (?:No\. )?(?P<number>\d+)\b(?:(?!(?:gram|patch) )[^.;])*$"
)
FOOTNOTE = re.compile(r"\bfootnote (?P<number>\d+)(?: above| below)?,? (?:on )?$")
OF_PAPERS = re.compile(r" Papers?\b")  # "Rell Papers", a collection.
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
# "ACDA/D", "OASD/ISA": offices of agencies that name theirs as other agencies name others.
OF_AGENCY = re.compile(r"\b(?:ACDA|DOD|P?DASD|O?ASD|OSD)/$")
OFFICE_OF_AGENCY = re.compile(r"(?:Office|Bureau|Joint)\b|.*\b(?:Defense|Disarmament)\b")
LOT = re.compile(r"\bLot \d+ $")  # "Lot 71 D 12", a number of files.
NEAR = 80  # Characters beside marked words that are looked at.


class MarkedWords(NamedTuple):
    """Words of a document that its markup leads to an entry of a list."""

    before: str  # The text before them, at least a few words of it.
    words: str
    behind: str
    keys: str  # As the volume has them: "#p_A frus1861#p_B".
    at: str = ""  # Their anchor: the text that ends with them; "" above the text.
    office: str = ""  # Of the person, if it is printed apart from them.


class OnlyAnother:
    """Tells of short names whether what is printed only has the full name of another.

    "Rin Van Kem", then "Kem".
    """

    def __init__(self, volume: Volume, said: str, sure: Container[str] = ()) -> None:
        """`said` is all that is printed, `sure` are keys of entries of which it is not asked."""
        self.sure = sure
        # "That Rell" begins a sentence, though the list has a Mr. Ton That.
        forenames = volume.forenames - {*re.findall(r"\b[a-z]+\b", said)}
        self._is_named = cache(partial(_is_named_in_full, volume, said=said, forenames=forenames))

    def is_named(self, words: str, key: str) -> bool:
        """Return whether only another of a short name that leads to an entry is named in full."""
        return key not in self.sure and self._is_named(words, key)


def explained(
    document: str, volume: Volume, marked: Sequence[MarkedWords], another: OnlyAnother
) -> list[list[str]]:
    """Return [[words as printed, their explanation, the key of their entry, their anchor]].

    Each only once, where it is marked first; one whom the text marks too is not explained above it.
    """
    rows: dict[tuple[str, str], list[str]] = {}
    for each in marked:
        key = next(filter(None, map(volume.entry_of, each.keys.split())), "")
        if not each.at and any(key == known for _, known in rows):
            continue
        if not key or another.is_named(each.words, key):
            continue
        if may_lead(document, volume, each, key):
            words = with_womans_title(each.before, each.words)
            rows.setdefault((words, key), [words, ", ".join(volume.meanings[key]), key, each.at])
    return [*rows.values()]


def _is_named_in_full(
    volume: Volume, words: str, key: str, *, said: str, forenames: Container[str]
) -> bool:
    """Return whether a text has the short name of a person only with the names of another.

    Names and offices of the person beside it, also in part, tell that it is he.
    """
    entry = volume.meanings[key]
    if not key.startswith(PERSON) or " " in words:
        return False
    is_other, has_office, has_title = bool(_listed_before(words, entry, said)), False, False
    is_himself = False
    for at in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", said):
        before, behind = said[max(0, at.start() - NEAR) : at.start()], said[at.end() :][:NEAR]
        names = GIVEN.search(SUPPLIED.sub(r"\1", before))
        given = names[0] if names else ""
        office = office_beside(before, behind)
        if is_another_name(given, words, "", entry, forenames):
            is_other = True
        elif has_office_of_another(office, words, entry, volume.meanings.values()):
            has_office = True
        elif may_be_of(given, entry, by_first=True) or (office and office in entry[1]):
            is_himself = True
        else:  # "President Rell" and "Colonel Rell" are two.
            has_title = has_title or has_rank(before)
    if volume.titles.is_mixed_up(key, entry[1]):
        return has_office or not is_himself
    return not is_himself and (is_other or (has_office and not has_title))


def _listed_before(words: str, entry: tuple[str, str], said: str) -> list[str]:
    """Return given names of others in lists: "...; Ada Rell, Pilot", no "Secretaries Rell"."""
    found = re.findall(rf"; ([A-Z][a-z]*[^\Ws]) {re.escape(words)}, [A-Z]", said)
    untitled = (name for name in found if fold(name) not in RANKS)
    return [name for name in untitled if not may_be_of(name, entry, by_first=True)]


def links_of(
    document: str,
    volume: Volume,
    text: str,
    links: Sequence[PrintedLink],
    another: OnlyAnother | None = None,
) -> Iterator[PrintedLink]:
    """Yield the links in a text, without those to entries that their words do not name.

    `another` tells of whom only others are named in full; of a collection ("Rell Papers") it is
    not asked.
    """
    for link in links:
        start, end, to = link["start"], link["end"], link["to"]
        key = volume.entry_of(to)
        if not key:
            of_another = to.startswith(f"#{document}fn") and TO_ANOTHER.match(text, end)
            if not of_another:
                yield {**link, "to": _on_page(document, volume, text, link)}
            continue
        words = MarkedWords(text[:start], text[start:end], text[end:], to)
        if another and not OF_PAPERS.match(text, end) and another.is_named(words.words, key):
            continue
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
    if not key.startswith(PERSON) and (
        is_saluted(before)
        or _is_in_word(marked)
        or _is_of_agency_or_lot(before, volume.meanings[key][1])
        or _is_doubled(volume, marked)
        or is_state(before, marked.words, volume.meanings[key])
        or begins_name(marked.words, behind, (each for each, _ in volume.meanings.values()))
    ):
        return False
    if is_forename_of(marked.words, before, name):
        return True
    words = with_womans_title(before, marked.words)
    if is_womans(words, name) and not volume.titles.is_woman(key, volume.meanings):
        return False
    entry = volume.meanings[key]
    office = marked.office or office_beside(before, behind)
    if key.startswith(PERSON) and (
        is_pronoun(before, marked.words)
        or is_in_another_name(before, marked.words, behind, entry)
        or is_another_name(before, marked.words, behind, entry, volume.forenames)
        or is_forename_of_another(
            marked.words, behind, (each for each, _ in volume.meanings.values())
        )
        or has_office_of_another(office, marked.words, entry, volume.meanings.values())
    ):
        return False
    printed = (each.rpartition("#")[2] for each in marked.keys.split())
    names = [name, *(volume.meanings[each][0] for each in printed if each in volume.referred)]
    named = any(may_name(words, each) for each in names)
    has_office = office != "" and office in entry[1]
    return named and (has_office or not _is_another(document, volume, words, key))


def _is_in_word(marked: MarkedWords) -> bool:
    """Return whether the markup of a term is on a part of another word: "U" of "USG"."""
    is_letter = len(marked.words) == 1 and ABBREVIATED.match(marked.behind)
    goes_on = marked.words.isupper() and GOES_ON.match(marked.behind)
    return bool(is_letter or goes_on or BEGUN.search(marked.before))


def _is_of_agency_or_lot(before: str, meaning: str) -> bool:
    """Return whether letters are an office of another agency, or of a number of files."""
    of_agency = OF_AGENCY.search(before) and not OFFICE_OF_AGENCY.match(meaning)
    return bool(of_agency or LOT.search(before))


def _is_doubled(volume: Volume, marked: MarkedWords) -> bool:
    """Return whether a term is half of one that the lists have as a whole: "S" of "S/S"."""
    half, whole = marked.words, f"{marked.words}/{marked.words}"
    beside = re.match(rf"/{re.escape(half)}(?!\w)", marked.behind)
    is_half = beside or marked.before.endswith(f"{half}/")
    return bool(is_half) and any(whole == name for name, _ in volume.meanings.values())


def office_beside(before: str, behind: str) -> str:
    """Return the office that is printed beside a name: "Secretary of State" before it; or ""."""
    if BEFORE_PRESIDENT.search(before) or OF_PRESIDENT.match(behind):
        return PRESIDENT
    office = OFFICE_BEFORE.search(before)
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

    The markup is only taken for wrong if it names that other one nowhere in the volume by the
    surname alone.
    """
    indexed = volume.indexed.get(document, ())
    if key in indexed or "," not in volume.meanings[key][0]:
        return False
    others = (volume.meanings[each][0] for each in indexed if each not in volume.titles.by_surname)
    return any(has_surname(words, name) for name in others)


def row_links(
    document: Document, volume: Volume, edition: EditionFacts
) -> dict[str, list[PrintedLink]]:
    """Return {"heading", "from", "to": links in that fact of an edition, if any}."""
    title = edition.get("heading", "")
    sender, recipient = edition.get("from", ""), edition.get("to", "")
    start = title.find(sender)
    links = [
        link
        for link in links_of(document.id, volume, title, _links_of_heads(document, title))
        if not (
            0 <= start <= link["start"] < start + len(sender)
            and _signs_otherwise(volume, title, link, edition.get("signed", ""))
        )
    ]
    rows = {
        "heading": links,
        "from": _inside(links, start, len(sender)),
        "to": _inside(links, title.rfind(recipient), len(recipient)),
    }
    return {name: found for name, found in rows.items() if found}


def _signs_otherwise(volume: Volume, title: str, link: PrintedLink, signed: str) -> bool:
    """Return whether a signature has the surname that a link in a heading leads to a person by.

    And other given names: "the Envoy (Rell)", who is "Rell, Maro", but it is signed "Ada B. Rell".
    """
    words, key = title[link["start"] : link["end"]], volume.entry_of(link["to"])
    surname = rf"(?<![\w.]){re.escape(words)}(?!\w)"
    at = re.search(surname, signed, re.IGNORECASE) or re.search(
        rf"(?<=[A-Z]\.){words[:1]}\.?$",
        signed,  # "A.B.R."
    )
    if not (key.startswith(PERSON) and at):
        return False
    given = signed[: at.start()]
    has_given = not RANKS.issuperset(map(fold, re.findall(r"\w+", given)))
    return has_given and not may_be_of(given, volume.meanings[key], by_first=True)


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


def of_several_meanings(meanings: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return {key: (term, all its meanings)} of the terms that lists of a volume have repeatedly.

    Volumes mark them as the first entry, whichever is meant: "GOR, Government of Roa; Government
    of Rin". `meanings` are {key: (word, meaning)} of the lists.
    """
    found: dict[str, list[str]] = {}
    for key, (term, meaning) in meanings.items():
        if key.startswith(TERM) and meaning not in found.setdefault(term, []):
            found[term].append(meaning)
    return {
        key: (term, "; ".join(found[term]))
        for key, (term, _) in meanings.items()
        if len(found.get(term, ())) > 1 and key.startswith(TERM)
    }


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
