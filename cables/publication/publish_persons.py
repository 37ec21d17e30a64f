"""The persons whom the lists of volumes name, and which entries of volumes are one person.

Two entries are one person only if they have the same name, and offices or years that go together
(`are_one`), or the desk says so. Two of one volume never are. All else stays apart.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, count

from django.utils.text import slugify

from ..models import PersonEntry, PersonRuling, VolumePage
from ..telegram.cities import fold
from ..telegram.person_names import (
    are_alike,
    differ_in_spelling,
    full_name,
    given_names,
    names_agree,
    parts_of_name,
)
from ..telegram.shorten_text import own_entry
from ..telegram.volume_citations import years_of_volume

Rulings = Mapping[frozenset[tuple[str, str]], bool]  # {pair: whether they are one person}
PERSON = "p_"  # The keys of persons begin with it.
LONGEST = 200  # Characters of a name; a longer one is none.
LONGEST_SLUG = 80
REFERS = re.compile(r"\(?see\b", re.IGNORECASE)  # "Maro, see Rell, Maro"
NUMBER = re.compile(r"-\d+$")  # Behind a slug, of persons of one name.


def publish_persons(volume: str) -> None:
    """Store the persons in the lists of a volume as readers see them, and group all of their names.

    Call it in a transaction, after VolumeWithholding.lock().
    """
    held = {each.key: each for each in PersonEntry.objects.filter(volume=volume)}
    found = {each.key: each for each in _entries_of(volume)}
    if {key: _said(each) for key, each in held.items()} != {
        key: _said(each) for key, each in found.items()
    }:
        for key, each in found.items():
            if (before := held.get(key)) and before.name == each.name:
                each.slug, each.former_slugs = before.slug, before.former_slugs
        PersonEntry.objects.filter(volume=volume).delete()
        PersonEntry.objects.bulk_create(found.values())
    # Those who are the same too: an earlier version may have told persons apart by other rules.
    group_persons({each.surname for each in (*held.values(), *found.values())})


def group_persons(surnames: Collection[str]) -> None:
    """Give the entries with these surnames the slugs of their persons, those they have if any.

    So also those with other spellings of a surname that the desk joined with one of these.
    """
    rulings = {each.pair: each.are_one for each in PersonRuling.objects.all()}
    joined = _joined_surnames(rulings)
    surnames = {*surnames}.union(*(each for each in joined if not each.isdisjoint(surnames)))
    first = {surname: min(each) for each in joined for surname in each}
    rows = list(PersonEntry.objects.filter(surname__in=surnames))
    before = {row.pk: row.slug for row in rows}
    rows.sort(key=lambda row: (years_of_volume(row.volume), row.volume, row.pk))
    taken = set(PersonEntry.objects.exclude(surname__in=surnames).values_list("slug", flat=True))
    named: dict[str, list[PersonEntry]] = {}
    for row in rows:
        named.setdefault(first.get(row.surname, row.surname), []).append(row)
    groups = [group for each in named.values() for group in _grouped(each, rulings)]
    for group in sorted(groups, key=lambda group: not any(row.slug for row in group)):
        slug = _slug_of(group, taken, {name for row in rows for name in row.former_slugs})
        taken.add(slug)
        for row in group:
            row.slug = slug
    changed = [row for row in rows if row.slug != before[row.pk]]
    for row in changed:
        former = dict.fromkeys([*row.former_slugs, before[row.pk]])
        own = (each for each in former if NUMBER.sub("", each) == _stem(row.name))
        row.former_slugs = [each for each in own if each != row.slug]
    PersonEntry.objects.bulk_update(changed, ["slug", "former_slugs"])


def _joined_surnames(rulings: Rulings) -> list[set[str]]:
    """Return the sets of surnames of which the desk joined entries."""
    pairs = [pair for pair, are_one in rulings.items() if are_one]
    held = PersonEntry.objects.filter(key__in={key for pair in pairs for _, key in pair})
    surnames = {(row.volume, row.key): row.surname for row in held}
    found: list[set[str]] = []
    for pair in pairs:
        joined = {surnames[each] for each in pair if each in surnames}
        joined = joined.union(*(each for each in found if not each.isdisjoint(joined)))
        found = [*(each for each in found if each.isdisjoint(joined)), joined]
    return found


def _grouped(rows: Iterable[PersonEntry], rulings: Rulings) -> list[list[PersonEntry]]:
    """Return the entries of one surname by person: as the desk decided, else by the rule."""
    groups: list[list[PersonEntry]] = []
    for row in rows:
        ruled = [{rulings.get(pair_of(row, each)) for each in group} for group in groups]
        joined = [group for group, said in zip(groups, ruled, strict=True) if True in said]
        fitting = [
            group
            for group, said in zip(groups, ruled, strict=True)
            if False not in said and belongs_to(row, group)
        ]
        chosen = joined or (fitting if len(fitting) == 1 else [])  # Of two it may be either.
        groups = [group for group in groups if group not in chosen]
        groups.append([*chain(*chosen), row])
    return groups


def pair_of(one: PersonEntry, other: PersonEntry) -> frozenset[tuple[str, str]]:
    """Return the pair of a PersonRuling on two entries."""
    return frozenset([(one.volume, one.key), (other.volume, other.key)])


def belongs_to(row: PersonEntry, group: Iterable[PersonEntry]) -> bool:
    """Return whether an entry is one person with any of a group, and has no other of its volume."""
    group = list(group)
    return all(each.volume != row.volume for each in group) and any(
        are_one(row, each) for each in group
    )


def are_one(one: PersonEntry, other: PersonEntry) -> bool:
    """Return whether two entries are surely the same person.

    With the same full name their years overlap or follow on each other, or their offices are alike;
    where one has initials, fewer names or another spelling, both. The years are those of the
    volumes.
    """
    agree = names_agree(one.name, other.name)
    if not (agree or differ_in_spelling(one.name, other.name)):
        return False
    is_same = agree and given_names(one.name) == given_names(other.name)
    (first, last), (start, end) = (years_of_volume(each.volume) for each in (one, other))
    goes_on = first <= end + 1 and start <= last + 1
    is_alike = are_alike(one.office, other.office)
    return goes_on or is_alike if is_same else goes_on and is_alike


def _entries_of(volume: str) -> Iterator[PersonEntry]:
    seen: set[str] = set()
    pages = VolumePage.objects.filter(volume=volume).order_by("position")
    for page, blocks in pages.values_list("name", "blocks"):
        for block in blocks:
            key, end = block.get("key", ""), block.get("name_end", 0)
            name = block["text"][:end]
            office = own_entry(block["text"][end:]).strip(" ,;:—–")
            surname = fold(parts_of_name(name)[0])
            is_entry = key.startswith(PERSON) and key not in seen and not REFERS.match(office)
            if is_entry and surname and len(name) < LONGEST:
                seen.add(key)
                yield PersonEntry(
                    volume=volume, page=page, key=key, name=name, office=office, surname=surname
                )


def _said(entry: PersonEntry) -> tuple[str, ...]:
    return (entry.page, entry.name, entry.office, entry.surname)


def _slug_of(group: Iterable[PersonEntry], taken: Collection[str], former: Collection[str]) -> str:
    """Return the slug that most entries of a group have, else a free one of the longest name.

    It is made of a name that one of them has now: another can be withheld. A former slug leads to
    who had it: only they get it again.
    """
    rows = list(group)
    stems = {_stem(row.name) for row in rows}
    for slug, _ in Counter(row.slug for row in rows if row.slug).most_common():
        if slug not in taken and NUMBER.sub("", slug) in stems:
            return slug
    stem = _stem(max((row.name for row in rows), key=lambda name: (len(name), name)))
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    own = {slug for row in rows for slug in row.former_slugs}
    return next(slug for slug in numbered if slug not in taken and slug not in {*former} - own)


def _stem(name: str) -> str:
    """Return what a slug of a name as printed begins with: "ada-b-oar"."""
    return slugify(full_name(name))[:LONGEST_SLUG].strip("-") or "person"
