"""The list of a person whom volumes list, and the index of persons.

A person's page says what the volumes print, in which documents their editors mark the person, and
nothing more.
"""

from itertools import product
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...graphics.bars import chart, drawn
from ...models import Cable, PersonEntry
from ...models.querysets import READER
from ...search.filters import NOT_FILTERS, CableFilter, ListQuery
from ...search.list_counts import ListCounts, initial
from ...search.person_counts import ROLES, Person, beside
from ...telegram.person_names import may_be_one, one_spelling, parts_of_name
from .browse import route
from .list_indexes import letter_index
from .list_page import cable_list
from .volume_links import links_in

OF_PERSON = (*ROLES, "without")  # The filters of a person's list by roles.
# Role of the person, and of the others -> what they are to each other.
BESIDE = {
    ("sender", "recipient"): "Wrote to",
    ("recipient", "sender"): "Had letters from",
    ("person", "person"): "Named together with",
}


@require_safe
def person(request, slug, form="html"):
    counts = ListCounts.current()
    if slug not in counts.persons:
        named = PersonEntry.objects.using(READER).filter(former_slugs__contains=[slug])
        for present in named.values_list("slug", flat=True):
            if present in counts.persons:
                return redirect(
                    route("person", form), present
                )  # The desk can undo what joined them.
        raise Http404("No volume published here lists such a person.")
    known = counts.persons[slug]
    cables = Cable.objects.published().naming(known.labels("person"))
    filters = CableFilter(ListQuery.from_request(request), cables, counts)
    context = {
        "heading": known.name,
        "crumbs": [
            ("Persons", f"{reverse('persons')}#{initial(known.sorted_name).lower()}"),
            (known.name, ""),
        ],
        "current": f"person-{initial(known.sorted_name)}",
        "own": "person",
        "about": "cables/list/_about_person.html",
        "entries": entries_of(known, counts),
        "namesakes": lambda: namesakes(slug, known, counts),
        "roles": lambda: roles_of(slug, known, filters),
        "beside": lambda: [
            (label, correspondents(slug, filters, *roles)) for roles, label in BESIDE.items()
        ],
        "chart": lambda: chart(known.years, drawn(counts.by_year)),
    }
    return cable_list(request, counts, cables, known.cables, context, form=form)


def entries_of(known: Person, counts: ListCounts):
    """Return (entry, title of its volume, address of the entry in its list) of each volume."""
    return [
        (
            entry,
            counts.volumes[entry.volume].title,
            links_in(entry.volume, counts).entry_address(entry.key),
        )
        for entry in known.entries
    ]


def namesakes(slug: str, known: Person, counts: ListCounts):
    """Return (name, office, address) of those who are perhaps the same person."""
    surname = _spelling(known)
    return [
        (each.name, each.office, reverse("person", args=[other]))
        for other, each in counts.persons.items()
        if other != slug and _spelling(each) == surname and _may_be_one(known, each)
    ]


def _spelling(person: Person) -> str:
    return one_spelling(parts_of_name(person.sorted_name)[0])


def _may_be_one(known: Person, other: Person) -> bool:
    """Return whether entries of two persons, of two volumes, are perhaps those of one."""
    return any(
        may_be_one((one.name, one.office), (its.name, its.office))
        for one, its in product(known.entries, other.entries)
        if one.volume != its.volume
    )


def roles_of(slug: str, known: Person, filters: CableFilter):
    """Return (role, cables, address) of a person among the cables that the other filters leave."""

    def count(labels):
        return filters.without_order(Cable.objects.published().naming(labels), *OF_PERSON).count()

    counted = {role: count(known.labels(role)) for role in ROLES}
    labels = {"sender": "Sent or signed", "signer": "Signed", "recipient": "Received"}
    rows = [
        (label, counted[role], address_with(slug, filters, (role, slug)))
        for role, label in labels.items()
    ]
    named = counted["person"] - count(known.labels("sender") + known.labels("recipient"))
    without = [("without", f"{role}:{slug}") for role in ("sender", "recipient")]
    rows.append(("Named in only", named, address_with(slug, filters, *without)))
    return [row for row in rows if row[1]]


def correspondents(slug: str, filters: CableFilter, own: str, other: str):
    """Return (name, address of the person, cables, address of these cables), most cables first."""
    persons, among = filters.counts.persons, None
    if others(filters):
        held = Cable.objects.published().naming(persons[slug].labels("person"))
        among = list(filters.without_order(held, *OF_PERSON).values_list("pk", flat=True))
    roles = [(own, slug)] if own != other else []
    return [
        (
            name,
            reverse("person", args=[each]),
            cables,
            address_with(slug, filters, *roles, (other, each)),
        )
        for each, name, cables in beside(slug, persons, own, other, among)
    ]


def others(filters: CableFilter):
    """Return the (name, value) pairs of the filters of a person's list that are no roles."""
    return [pair for pair in filters.pairs if pair[0] not in {*OF_PERSON, *NOT_FILTERS}]


def address_with(slug: str, filters: CableFilter, *roles: tuple[str, str]):
    """Return the address of a person's list by roles, with the other filters that are chosen."""
    return f"{reverse('person', args=[slug])}?{urlencode([*others(filters), *roles])}"


@require_safe
def index_of_persons(request):
    """All persons with published cables, A to Z by surname."""
    counts = ListCounts.chosen_in(request)

    def rows():
        for slug, each in counts.persons.items():
            name = each.sorted_name
            yield initial(name), slug, name, each.cables, each.office, each.years

    context = {"heading": "Persons", "unit": "person"}
    return letter_index(request, counts, counts.persons, rows, context)
