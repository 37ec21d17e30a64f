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
from ...search.list_counts import ListCounts, initial
from ...search.person_counts import ROLES, Person, beside
from ...telegram.person_names import may_be_one, one_spelling, parts_of_name
from ...telegram.shorten_text import cut_at_word
from .browse import route
from .list_indexes import letter_index
from .list_page import cable_list
from .volume_links import links_in

LONGEST = 70  # Characters of an office in the index.
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
        "roles": lambda: roles_of(slug, known),
        "beside": lambda: [
            (label, correspondents(counts, slug, *roles)) for roles, label in BESIDE.items()
        ],
        "chart": lambda: chart(known.years, drawn(counts.by_year)),
    }
    cables = Cable.objects.published().naming(known.labels("person"))
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
        (each.name, cut_at_word(each.entries[-1].office, LONGEST), reverse("person", args=[other]))
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


def roles_of(slug: str, known: Person):
    """Return (role, cables, address) of what the person is in the cables."""
    here = reverse("person", args=[slug])
    labels = {"sender": "Sent or signed", "signer": "Signed", "recipient": "Received"}
    counted = {role: Cable.objects.published().naming(known.labels(role)).count() for role in ROLES}
    rows = [
        (label, counted[role], f"{here}?{urlencode({role: slug})}")
        for role, label in labels.items()
    ]
    others = [("without", f"{role}:{slug}") for role in ("sender", "recipient")]
    every = known.labels("sender") + known.labels("recipient")
    named = known.cables - Cable.objects.published().naming(every).count()
    rows.append(("Named in only", named, f"{here}?{urlencode(others)}"))
    return [row for row in rows if row[1]]


def correspondents(counts: ListCounts, slug: str, own: str, other: str):
    """Return (name, address of the person, cables, address of these cables), most cables first."""
    here = reverse("person", args=[slug])
    return [
        (
            name,
            reverse("person", args=[each]),
            cables,
            f"{here}?{urlencode({own: slug, other: each} if own != other else {other: each})}",
        )
        for each, name, cables in beside(slug, counts.persons, own, other)
    ]


@require_safe
def index_of_persons(request):
    """All persons with published cables, A to Z by surname."""
    counts = ListCounts.chosen_in(request)

    def rows():
        for slug, each in counts.persons.items():
            office = cut_at_word(each.entries[-1].office, LONGEST)
            name = each.sorted_name
            yield initial(name), slug, name, each.cables, office, each.years

    context = {"heading": "Persons", "unit": "person"}
    return letter_index(request, counts, counts.persons, rows, context)
