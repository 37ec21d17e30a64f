"""The exchange of two origins: both sides in order of sending, what refers to what, the gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Cable, Mention
from ..models.querysets import READER
from ..search.exchanges import MOST_READ, Gap, exchanged, gaps, partners, who_wrote_to_whom
from ..search.filter_registry import DAYS, FILTERS
from ..search.filters import ListQuery
from ..search.index_selection import published_cables
from ..search.list_counts import ListCounts
from ..search.recipients import origins_named
from ..search.run_search import PAGE_SIZE, answer, answer_among
from ..search_index.reader import IndexNotReady
from ..telegram import dates
from ..telegram.references import spellings_of
from ..telegram.titles import headlines
from .cable_pages.related_cables import CitedCables, is_by_editors_alone
from .list_pages.browse import route
from .list_pages.list_page import FOUND
from .list_pages.paging import until_complete
from .list_pages.places import present_slug
from .list_pages.search_page import get_results, not_ready, refused, without_blanks

MOST_CHOICES = 12  # Origins that one name means.


@dataclass(frozen=True, slots=True)
class CitedCable:
    """A cable of the exchange to which one refers: "435 of 3 May 1963"."""

    number: int | str
    day: str
    address: str


@dataclass(frozen=True, slots=True)
class ExchangeEntry:
    cable: Cable
    side: str  # "one" or "other".
    sender: str
    headline: str
    below: str
    cited: list[CitedCable]
    gap: Gap | None  # Before it.


@require_safe
def choose_exchange(request):
    """A form for two origins (?one=, ?other=: their names) and days; leads to their exchange.

    With a search, ?q= or filters, also who wrote to whom among what it finds.
    """
    counts = ListCounts.current()
    typed = {side: request.GET.get(side, "").strip()[:200] for side in ("one", "other")}
    named = {side: origins_named(name, counts) for side, name in typed.items()}
    chosen = [slugs[0] for slugs in named.values() if len(slugs) == 1]
    days = {name: request.GET[name] for name in DAYS if request.GET.get(name)}
    if len({*chosen}) == 2:
        address = reverse("exchange", args=chosen)
        return redirect(f"{address}?{urlencode(days)}" if days else address)
    context = {
        **typed,
        "days": days,
        "are_same": len(chosen) == 2,
        "unknown": [
            (typed[side], choices(typed | days, side, slugs, counts))
            for side, slugs in named.items()
            if typed[side] and len(slugs) != 1
        ],
        "counts": counts,
        "crumbs": [("Origins", reverse("origins")), ("Exchanges", "")],
        "current": "origins",
    }
    asked = ListQuery.from_request(request)
    if not asked.question.text and (any(typed.values()) or FILTERS.keys().isdisjoint(request.GET)):
        return render(request, "cables/choose_exchange.html", context)
    try:
        found = answer(asked, counts)
        context |= pairs_found(found)
    except IndexNotReady:
        return not_ready(request, asked.question, counts)
    return until_complete(
        render(request, "cables/choose_exchange.html", context), found.is_complete
    )


def choices(asked, side, slugs, counts):
    """Return (name, address of the form with it) of several origins that a name means."""
    names = [counts.origins[slug][0] for slug in slugs[:MOST_CHOICES]]
    return [(name, f"?{urlencode(asked | {side: name})}") for name in names]


def pairs_found(found):
    """Return the context of who wrote to whom in what a search found."""
    counts, query = found.filters.counts, found.filters.query()
    pairs, shown = who_wrote_to_whom(found.selected, counts)
    return {
        "asked": found.filters,
        "found": found,
        "notes": found.notes,
        "pairs": [
            (
                [(counts.origins[slug][0], slug) for slug in (each.sender, each.receiver)],
                each.cables,
            )
            for each in pairs
        ],
        "shown": shown,
        "query": query,
        "in_results": f"{reverse('search')}{query}",
        "most_read": MOST_READ,
    }


@require_safe
def exchanges(request, slug):
    """With which origins one exchanged cables: those that wrote most to it and got its cables."""
    counts = ListCounts.current()
    if not (present := present_slug(slug, counts)):
        raise Http404("Nothing published here is from this origin.")
    if present != slug:
        return redirect("exchanges", present, permanent=True)
    try:
        found = partners(slug, counts)
    except IndexNotReady:
        return not_ready(request, ListQuery.from_request(request).question, counts)
    name = counts.origins[slug][0]
    context = {
        "partners": found,
        "slug": slug,
        "name": name,
        "counts": counts,
        "crumbs": [("Origins", reverse("origins")), (name, reverse("origin", args=[slug]))],
        "current": "origins",
    }
    return render(request, "cables/exchanges.html", context)


@require_safe
def exchange(request, one, other, form="html"):
    """What two origins sent to each other, as a page and as a list in its other forms.

    ?at= is a reference: redirect to the page of the exchange on which it stands.
    """
    if moved := without_blanks(request):
        return moved
    counts, slugs = ListCounts.current(), (one, other)
    present = [present_slug(slug, counts) for slug in slugs]
    if one == other or not all(present):
        raise Http404("Nothing published here is of such an exchange.")
    if [*slugs] != present:
        return redirect(route("exchange", form), *present, permanent=True)
    asked = ListQuery.from_request(request)
    if form == "html" or "sort" not in asked.parameters:
        asked = asked.with_values(sort="created")
    names = [counts.origins[slug][0] for slug in slugs]
    context = {"heading": " and ".join(names)}
    try:
        everything = exchanged(published_cables(is_current=True), one, other, counts)
        found = answer_among(everything, asked, counts)
        if found.filters.notes and form in ("atom", "csv", "zip"):
            return refused(found.filters)
        if form == "html":
            response = exchange_page(request, found, slugs, context)
        else:
            response = FOUND[form](request, found, len(everything), context)
    except IndexNotReady:
        return not_ready(request, asked.question, counts)
    return until_complete(response, found.is_complete)


def exchange_page(request, found, slugs, context):
    if reference := request.GET.get("at"):
        return redirect(address_of(found, reference))
    filters, counts, listed = found.filters, found.filters.counts, found.listed
    page = get_results(request, found)
    one = counts.origins[slugs[0]][1]
    count = len(found.selected.sent_by([one]))
    sides = [
        (counts.origins[slug][0], slug, number)
        for slug, number in zip(slugs, (count, found.total - count), strict=True)
    ]
    name = request.path.removesuffix("/")
    shown = {
        "asked": filters,
        "found": found,
        "counts": counts,
        "notes": found.notes,
        "page": page,
        "whole": len(listed),
        "sides": sides,
        "entries": entries(page.object_list, slugs, counts),
        "crumbs": [
            ("Origins", reverse("origins")),
            (sides[0][0], reverse("origin", args=slugs[:1])),
        ],
        "current": "origins",
        "files": {
            form: f"{name}.{form}{filters.query()}" for form in ("csv", "zip", "json", "atom")
        },
    }
    return render(request, "cables/exchange.html", context | shown)


def address_of(found, reference):
    """Return the address of the page of an exchange that has a cable, at its place there.

    It is the page for its date if the cable is not in the exchange.
    """
    cable = Cable.objects.published().filter(reference__in=spellings_of(reference)).first()
    if cable is None:
        return found.filters.address()
    behind = found.selected.behind("created", (cable.created, cable.reference))
    page = max(len(found.selected) - len(behind) - 1, 0) // PAGE_SIZE + 1
    address = found.filters.address(page=str(page) if page > 1 else None)
    is_here = bool(found.selected.with_keys([cable.pk]))
    return f"{address}#{cable.reference}" if is_here else address


def entries(cables, slugs, counts) -> list[ExchangeEntry]:
    """Return the entries of a page of an exchange, with what they refer to and the gaps."""
    one, other = slugs
    left = counts.origins[one][1]
    between = gaps(cables, one, other, published_cables(is_current=True), counts)
    cited = find_cited(cables, {counts.origins[slug][1] for slug in slugs})
    return [
        ExchangeEntry(
            cable,
            "one" if cable.origin_id == left else "other",
            cable.origin.name,
            *heads,
            cited.get(cable.pk, []),
            between.get(cable.pk),
        )
        for cable, heads in zip(cables, headlines(cables), strict=True)
    ]


def find_cited(cables: Sequence[Cable], origins: set[int]) -> dict[int, list[CitedCable]]:
    """Return {primary key: the cables of these origins that a cable cites}, by what is stored.

    Which cable a reference means is decided as on the page of a cable (related_cables.py).
    """
    keys = [cable.pk for cable in cables]
    published = Cable.objects.published()
    rows = published.filter(pk__in=keys).values_list("pk", "cites", "body")
    cited, texts = {key: cites for key, cites, _ in rows}, {key: body for key, _, body in rows}
    named = Mention.objects.using(READER).filter(cable__in=keys).order_by("pk")
    for key, reference in named.values_list("cable", "reference"):
        cited[key] = [*cited.get(key, ()), reference]
    held = published.cited_as({each for several in cited.values() for each in several})
    here = {cable.pk for cable in cables}
    found = {}
    for cable in cables:
        known = CitedCables(cable, ())
        for row in held:
            known.add(row.cited, row)
        leads = (known.lead(reference) for reference in dict.fromkeys(cited.get(cable.pk, ())))
        meant = {lead.cable.pk: lead.cable for lead in leads if lead.cable and lead.certain}
        others = [row for row in meant.values() if row.origin_id in origins and row.pk != cable.pk]
        text = texts.get(cable.pk, "")
        found[cable.pk] = [
            cited_cable(row, row.pk in here)
            for row in others
            if not is_by_editors_alone(cable, row, text)
        ]
    return found


def cited_cable(cable: Cable, is_here: bool) -> CitedCable:
    return CitedCable(
        cable.serial or cable.reference,
        dates.format_date(cable.created, cable.created_precision, "words"),
        f"#{cable.reference}" if is_here else cable.get_absolute_url(),
    )
