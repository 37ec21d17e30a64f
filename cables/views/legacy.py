"""Permanent redirects from addresses of earlier archives to their successors."""

from functools import cache

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from ..models import Article, Cable
from ..search.list_counts import ListCounts, initial, place
from ..telegram.classifications import BY_VALUE
from ..telegram.references import canonical_reference
from ..telegram.table_files import table_rows
from .cable_pages.not_held import not_held
from .list_pages.paging import PAGE_SIZE

# Number of a classification in old addresses -> classification, the same in all years.
CLASSES = {
    1: "CONFIDENTIAL",
    2: "CONFIDENTIAL//NOFORN",
    3: "SECRET",
    4: "SECRET//NOFORN",
    5: "UNCLASSIFIED",
    6: "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
}


@require_safe
def cable(request, reference, **month):
    """One cable by any of its references; the month in the address is ignored."""
    held = Cable.objects.readable().only("reference").known_as(reference)
    return redirect(held, permanent=True) if held else not_held(request, reference)


@require_safe
def cable_in_query(request):
    """One cable by ?id=; &version= is ignored, as versions of that archive are not kept."""
    try:
        reference = canonical_reference(request.GET.get("id", ""), any_year=True)
    except ValueError:
        raise Http404("This address names no document: it ends in ?id= and a reference.") from None
    return cable(request, reference)


@require_safe
def tag(request, code, number):
    """A page of the cables under a tag."""
    code = code.strip().upper()
    return to_page("tag", code, ListCounts.current().tags.get(code), number)


@require_safe
def created(request, month, number):
    """A page of the cables sent in a month."""
    return to_page("created_month", month, ListCounts.current().created.get(month), number)


@require_safe
def released(request, day, number):
    """A page of the cables released on a day."""
    return to_page("released_day", day, ListCounts.current().released.get(day), number)


@require_safe
def classification(request, old, number):
    """A page of the cables of one class."""
    if old not in CLASSES:
        raise Http404(f"The old archive numbered its classes from 1 to {len(CLASSES)}.")
    slug = BY_VALUE[CLASSES[old]].slug
    _, count = ListCounts.current().classifications.get(slug, (None, 0))
    return to_page("classification", slug, count, number)


def to_page(route, arg, count, number):
    """Redirect to a page of a list of `count` cables; old page numbers began at 0."""
    if not count:
        raise Http404("Nothing has been released in this list.")
    address = reverse(route, args=[arg])
    page = min(number + 1, -(-count // PAGE_SIZE))
    return redirect(f"{address}?page={page}" if page > 1 else address, permanent=True)


@require_safe
def origin(request, old, number):
    """The origin that had a number in April 2011, as a page.

    It does not redirect: origins were renumbered with each addition, so that 64 was six origins
    in five months. The status is 200: some programs follow a 300, others report an error.
    """
    name = old_origins().get(old)
    if name is None:
        raise Http404(f"The old archive numbered its origins from 1 to {len(old_origins())}.")
    counts = ListCounts.current()
    held = {each: (slug, cables) for slug, (each, _, cables) in counts.origins.items()}
    slug, cables = held.get(name, ("", 0))
    context = {"old": old, "name": name, "slug": slug, "cables": cables, "counts": counts}
    context["current"] = f"origin-{initial(place(name))}"
    return render(request, "cables/legacy_origin.html", context)


@cache
def old_origins():
    """Return {number: name} as of April 2011."""
    return {int(row["number"]): row["name"] for row in table_rows("old_origins")}


@require_safe
def article(request, name, **year):
    """An article by its old name, which had capitals."""
    held = Article.objects.published().filter(slug__iexact=slugify(name)).first()
    if held is None:
        raise Http404("There is no such article.")
    return redirect(held, permanent=True)


@require_safe
def page(request, to):
    """A page with one successor."""
    return redirect(*to, permanent=True)


@require_safe
def support(request):
    """The page for supporting the archive, if SUPPORT_URL is set."""
    if not settings.SUPPORT_URL:
        raise Http404("This archive does not ask for support.")
    return redirect(settings.SUPPORT_URL, permanent=True)
