"""The persons with published cables, from the lists of volumes: entries, roles, counts, with whom.

A cable has a label for each entry that its volume marks in it, "sender:frus1955-57v99/p_AB1"; which
entries are one person is in the rows of PersonEntry alone.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from django.db import connections

from ..models import PersonEntry
from ..models.querysets import READER
from ..telegram.fact_types import label
from ..telegram.person_names import full_name
from ..telegram.shorten_text import cut_at_word

LONGEST = 70  # Characters of an office in a list.
MOST_BESIDE = 12  # Correspondents that a page names.
# Filter -> the labels of cables that it selects.
ROLES = {
    "person": ("person",),
    "sender": ("sender", "signer"),
    "signer": ("signer",),
    "recipient": ("recipient",),
}
YEARS = """
SELECT entry.slug, extract(year FROM marking.created AT TIME ZONE 'UTC')::int,
    count(DISTINCT marking.cable_id)
FROM cables_personentry entry
JOIN cables_marking marking ON marking.code = 'person:' || entry.volume || '/' || entry.key
WHERE %(collection)s = '' OR marking.cable_id IN (
    SELECT id FROM cables_cable WHERE collections @> ARRAY[%(collection)s]::varchar[]
)
GROUP BY 1, 2 ORDER BY 1, 2
"""
# The persons beside one in his cables, by roles of him and of them.
BESIDE = """
SELECT entry.slug, count(DISTINCT own.cable_id)
FROM cables_marking own JOIN cables_marking other ON other.cable_id = own.cable_id
JOIN cables_personentry entry
    ON entry.volume || '/' || entry.key = split_part(other.code, ':', 2)
WHERE split_part(other.code, ':', 1) = ANY(%s) AND own.code = ANY(%s) AND entry.slug <> %s
    AND own.cable_id = ANY(coalesce(%s, ARRAY[own.cable_id]))
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class PrintedEntry:
    """A person as one volume prints it."""

    volume: str
    page: str  # The name of the list.
    key: str
    name: str
    office: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person with published cables."""

    name: str  # As it is spoken; the longest.
    sorted_name: str  # As it is printed, by surname.
    entries: tuple[PrintedEntry, ...]
    years: dict[int, int] = field(default_factory=dict)  # {year: cables}

    @property
    def cables(self) -> int:
        return sum(self.years.values())

    @property
    def office(self) -> str:
        """The office in the last volume, in one line of a list."""
        return cut_at_word(self.entries[-1].office, LONGEST)

    def labels(self, role: str) -> list[str]:
        """Return the labels that a filter of ROLES selects."""
        places = [f"{each.volume}/{each.key}" for each in self.entries]
        return [label(each, place) for each in ROLES[role] for place in places]


def count_persons(collection: str, volumes: Container[str]) -> dict[str, Person]:
    """Return {slug: person} of those in the lists of some volumes who have cables, A to Z."""
    with connections[READER].cursor() as cursor:
        cursor.execute(YEARS, {"collection": collection})
        rows = cursor.fetchall()
    years = {
        slug: {year: n for _, year, n in group} for slug, group in groupby(rows, lambda row: row[0])
    }
    held = PersonEntry.objects.using(READER).filter(slug__in=list(years)).order_by("slug", "volume")
    persons = {
        slug: _person([each for each in group if each.volume in volumes], years[slug])
        for slug, group in groupby(held, attrgetter("slug"))
    }
    found = {slug: person for slug, person in persons.items() if person.entries}
    return dict(sorted(found.items(), key=lambda item: (item[1].sorted_name.casefold(), item[0])))


def _person(rows: Iterable[PersonEntry], years: dict[int, int]) -> Person:
    entries = tuple(
        PrintedEntry(row.volume, row.page, row.key, row.name, row.office) for row in rows
    )
    printed = max((each.name for each in entries), key=lambda name: (len(name), name), default="")
    return Person(full_name(printed), printed, entries, years)


def beside(
    slug: str, persons: Mapping[str, Person], own: str, other: str, among: list[int] | None = None
) -> list[tuple[str, str, int]]:
    """Return (slug, name, cables) of those who have a role in cables in which a person has one.

    Roles are filters of ROLES; those with most cables come first. `among` are primary keys.
    """
    with connections[READER].cursor() as cursor:
        labels = persons[slug].labels(own)
        cursor.execute(BESIDE, [[*ROLES[other]], labels, slug, among, MOST_BESIDE])
        return [(each, persons[each].name, n) for each, n in cursor if each in persons]
