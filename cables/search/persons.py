"""Persons in the lists that volumes print before their documents: their offices, where they wrote.

Cables are signed with a surname alone. Who is meant follows from the post that a list names beside
the person, else from the volume.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from ..models import VolumePage
from ..models.querysets import READER
from ..models.sql_expressions import tsquery
from ..models.volume_pages import PAGE_WORDS
from ..telegram.cities import known_city
from ..telegram.fact_types import EditionFacts
from ..telegram.offices import agency_in
from ..telegram.person_names import SUFFIX as ENDING
from ..telegram.person_names import parts_of_name
from ..telegram.posts import post_name
from ..telegram.shorten_text import cut_at_word, own_entry
from ..telegram.volume_citations import years_of_volume
from .correspondents import TITLES, is_place_or_word
from .filters import MOST_VALUES
from .list_counts import ListCounts
from .name_spellings import Words, folded
from .query import Question
from .query_parts import PART, QUOTES

MOST_WORDS = 4  # Of a name.
MOST_PAGES = 60  # Of lists that are read for a name.
SUFFIX = re.compile(r", (?:Jr|Sr|I{2,3}|IV)\b\.?")
# "Lodge, Henry Cabot, Representative to the United Nations until September 1960".
ENTRY = re.compile(r"(?P<surname>[^,]{1,40}), (?P<given>[^,;]{1,60})(?:, (?P<office>.+))?")
TIMES = re.compile(r",? (?:until|from|since|after|before|to(?= [A-Z]\w+ \d))\b.*|,? \w* ?\d.*")
DOUBLED = re.compile(r"(.)\1")
LONGEST = 160  # Characters of an office.
# Words of what persons are called before their names: "Secretary of State", "Vice Admiral".
BEFORE_NAMES = TITLES | {
    *("king", "queen", "prince", "princess", "shah", "sultan", "emir", "sheikh", "pope", "count"),
    *("prime", "foreign", "vice", "under", "deputy", "assistant", "first", "premier", "chancellor"),
    *("chairman", "governor", "mayor", "congressman", "representative", "justice", "marshal"),
    *("lieutenant", "lt", "major", "brigadier", "of", "state", "defense", "pres"),
}


@dataclass(slots=True)
class ListedPerson:
    """A person in the lists of one or more volumes: names agree, and no two have two pages."""

    surname: str
    given: str  # "Henry Cabot"; the longest.
    offices: list[str]  # As printed, one of each volume.
    volumes: list[str]
    places: list[tuple[str, str]]  # Page of each volume, and the key of the entry on it.

    @property
    def name(self) -> str:
        return f"{self.given} {self.surname}"

    def office(self, entry: int) -> str:
        """Return the office that one of the entries names, cut."""
        return cut_at_word(own_entry(self.offices[entry]), LONGEST)

    def entry_for(self, documents: Mapping[str, int], years: tuple[int, int]) -> int | None:
        """Return the index of the entry that tells who is meant in some documents, None if none.

        It is of the volume that has most of them, by {volume: documents}. If they are in no volume,
        it is of the latest one that is about any of their years, first and last.
        """
        held = [(years_of_volume(each), documents.get(each, 0)) for each in self.volumes]
        fits = [
            (bool(self.offices[entry]), count, first, entry)
            for entry, ((first, last), count) in enumerate(held)
            if (count if documents else first <= years[1] and last >= years[0])
        ]
        return max(fits)[-1] if fits else None

    def is_among(self, writers: Collection[tuple[str, str]]) -> bool:
        """Return whether the entry of one of the volumes is among these (volume, key)."""
        keys = (key for _, key in self.places)
        return any(each in writers for each in zip(self.volumes, keys, strict=True))

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year of the volumes."""
        spans = [years_of_volume(volume) for volume in self.volumes]
        return min(first for first, _ in spans), max(last for _, last in spans)

    def slugs(self, counts: ListCounts) -> set[str]:
        """Return the slugs of the persons with pages that the entries are of: one, or none."""
        places = zip(self.volumes, (key for _, key in self.places), strict=True)
        return {slug for place in places if (slug := counts.person_of.get(place))}

    def filter(self, counts: ListCounts) -> dict[str, list[str]]:
        """Return {filter: values} of what the person sent: cities of posts, agencies or volumes."""
        offices = [
            (part.strip(" ."), years_of_volume(volume)[0])
            for office, volume in zip(self.offices, self.volumes, strict=True)
            for part in re.split(r";|, (?=[A-Z]\w+ (?:to|in) )", office)
        ]
        posts = [post_name(TIMES.sub("", office), "", year) for office, year in offices]
        cities = {city.place for post in posts if (city := known_city(post.partition(" ")[2]))}
        agencies = {agency.name for office, _ in offices if (agency := agency_in(office))}
        choices = {
            "place": [s for s, place in counts.place_pages.items() if place.name in cities],
            "origin": [s for s, (name, *_) in counts.origins.items() if name in agencies],
            "volume": self.volumes,
        }
        name = next(name for name, values in choices.items() if values)
        return {name: choices[name][:MOST_VALUES]}


def writers_of(editions: Iterable[EditionFacts]) -> set[tuple[str, str]]:
    """Return the (volume, key) of who wrote documents; empty unless each of them marks that.

    Volumes mark the names above and below a text with the keys of their lists.
    """
    found: set[tuple[str, str]] = set()
    for edition in editions:
        names = edition.get("from", ""), edition.get("signed", "")
        keys = [row[2] for row in edition.get("terms", []) if row[0] in names]
        if not keys:
            return set()
        found.update((edition.get("volume", ""), key) for key in keys)
    return found


def name_in(question: Question) -> Words:
    """Return the name behind from:, or that the question is, as it is spoken; () if none.

    "Oar, Ada B., Jr." is "Ada B. Oar".
    """
    if question.senders:
        return _spoken(" ".join(question.senders[0].words))
    typed = [each for group in question.groups for each in group if not each.respelt]
    if len(typed) != len(question.groups) or any(each.field or each.prefix for each in typed):
        return ()
    words = " ".join(word for each in typed for word in each.words)
    is_all = folded(words) == folded(question.text)
    return _spoken(question.text.strip('"') if is_all else words)


def _spoken(name: str) -> Words:
    surname, given, _ = parts_of_name(name)
    words = folded(f"{given} {surname}")
    return words[:-1] if len(words) > 1 and ENDING.fullmatch(words[-1]) else words


def without_title(name: Words) -> Words:
    """Return a name without the title before it: "Rusk" of "Secretary of State Rusk"."""
    at = next((at for at, word in enumerate(name) if word not in BEFORE_NAMES), len(name) - 1)
    return name[at:]


def persons_asked_for(question: Question, counts: ListCounts) -> list[ListedPerson]:
    """Return the persons of the name behind from:, or of two words or more that a question is."""
    name = name_in(question)
    names = [each for each in (name, without_title(name)) if question.senders or len(each) > 1]
    return next(filter(None, (find_persons(each, counts) for each in names)), [])


def of_surname(question: Question, counts: ListCounts) -> list[str]:
    """Return the slugs of persons with the surname that a question is, most documents first.

    A title can stand before it. Nobody is meant by the name of a place, or by an ordinary word in
    small letters. Raises IndexNotReady.
    """
    surname = () if question.senders else without_title(name_in(question))
    slugs = counts.surnames.get(surname, [])
    typed = question.text.strip('"').split()[-1:]
    is_other = slugs and len(surname) == 1 and is_place_or_word("".join(typed))
    return [] if is_other else slugs


def surname_in(question: Question) -> str:
    """Return the surname, as typed, that a question is, with or without titles; "" if none.

    It may be that of nobody. Raises IndexNotReady.
    """
    typed = question.text.strip('"').split()[-1:]
    is_one = not question.senders and len(without_title(name_in(question))) == 1
    return typed[0] if is_one and typed[0][0].isupper() and not is_place_or_word(typed[0]) else ""


def with_sender(question: Question, surname: str) -> str:
    """Return a question with from: and a surname in place of the name in it."""
    sender = f'from:"{surname}"' if len(surname.split()) > 1 else f"from:{surname}"
    if not question.senders:
        return sender
    parts = PART.finditer(QUOTES.sub('"', question.text))
    kept = [part[0] for part in parts if (part["field"] or "").lower() != "from"]
    return " ".join([*kept, sender])


def find_persons(name: Words, counts: ListCounts) -> list[ListedPerson]:
    """Return the persons of a name, a surname with or without first names, most volumes first."""
    if not 0 < len(name) <= MOST_WORDS or not counts.volumes:
        return []
    digest = sha256(" ".join(name).encode()).hexdigest()
    persons: list[ListedPerson] = counts.kept(f"listed-{digest}", lambda: _grouped(name, counts))
    return persons


def has_namesakes(person: ListedPerson, counts: ListCounts) -> bool:
    """Return whether persons with other first names have the surname too."""
    return not all(_agree(person, each) for each in find_persons(folded(person.surname), counts))


def _grouped(name: Words, counts: ListCounts) -> list[ListedPerson]:
    found: list[ListedPerson] = []
    for person in _entries(name, counts):
        slugs = person.slugs(counts)
        alike = (each for each in found if _agree(each, person))
        known = next((each for each in alike if len(slugs | each.slugs(counts)) < 2), None)
        if known:
            known.given = max(known.given, person.given, key=len)
            known.offices += person.offices
            known.volumes += person.volumes
            known.places += person.places
        else:
            found.append(person)
    return sorted(found, key=lambda each: (-len(each.volumes), each.name))


def _agree(one: ListedPerson, other: ListedPerson) -> bool:
    """Return whether first names can be those of one person: "John" and "John D.".

    Doubled letters count once: "Llewelyn" is printed for "Llewellyn".
    """
    given = (folded(DOUBLED.sub(r"\1", each.given.lower())) for each in (one, other))
    pairs = zip(*given, strict=False)
    return one.surname == other.surname and all(
        a.startswith(b) if len(b) == 1 else b.startswith(a) if len(a) == 1 else a == b
        for a, b in pairs
    )


def _entries(name: Words, counts: ListCounts) -> Iterator[ListedPerson]:
    rows = VolumePage.objects.using(READER).filter(volume__in=list(counts.volumes))
    rows = rows.alias(words=PAGE_WORDS).filter(
        words=tsquery(" & ".join(f"'{word}'" for word in name))
    )
    pages = rows.order_by("volume", "position").values_list("volume", "name", "blocks")
    for volume, page, blocks in pages[:MOST_PAGES]:
        for block in blocks:
            entry = ENTRY.match(SUFFIX.sub("", block["text"]))
            if block.get("key", "").startswith("p_") and entry and _is_named(entry, name):
                names, office = (entry["surname"], entry["given"]), entry["office"] or ""
                yield ListedPerson(*names, [office], [volume], [(page, block["key"])])


def _is_named(entry: re.Match[str], name: Words) -> bool:
    """Return whether an entry is that of a surname, with first names among its own, in order."""
    surname, given = folded(entry["surname"]), iter(folded(entry["given"]))
    firsts = name[: -len(surname)]
    return name[-len(surname) :] == surname and all(word in given for word in firsts)
