"""The five lists of cables: by release day, month of creation, origin, tag and classification."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..classifications import CLASSIFICATIONS
from ..models import Cable, Origin, Tag, Tagging
from ..querysets import READER
from ..tallies import initial, place
from .paging import get_page

BY_SLUG = {classification.slug: classification for classification in CLASSIFICATIONS}


@require_safe
def released(request, day):
    """What was published on one day."""
    crumbs = [
        ("Releases", reverse("released")),
        (f"{day:%Y}", reverse("released_year", args=[day.year])),
        (f"{day:%B}", reverse("released_month", args=[day])),
        (f"{day.day}", ""),
    ]
    heading = f"Browse by release date, {day.day} {day:%B %Y}"
    cables = Cable.objects.published().released_on(day)
    return cable_list(request, cables, heading, crumbs, current=f"released-{day:%Y-%m}")


@require_safe
def created(request, month):
    """What was sent in one month."""
    crumbs = [
        ("Creation dates", reverse("created")),
        (f"{month:%Y}", reverse("created_year", args=[month.year])),
        (f"{month:%B}", ""),
    ]
    cables = Cable.objects.published().created_in(month.year, month.month)
    heading = f"Browse by creation date, {month:%B %Y}"
    return cable_list(request, cables, heading, crumbs, current=f"created-{month.year}")


@require_safe
def origin(request, slug):
    """What one embassy, consulate, mission or office sent."""
    origin = Origin.objects.using(READER).filter(slug=slug).first()
    if origin is None:
        raise Http404("There is no such origin.")
    letter = initial(place(origin.name))
    index = reverse("origins")
    crumbs = [("Origins", index), (letter, f"{index}#{letter.lower()}"), (origin.name, "")]
    cables = Cable.objects.published().filter(origin=origin)
    heading = f"Browse by {origin.name}"
    return cable_list(request, cables, heading, crumbs, current=f"origin-{letter}")


@require_safe
def tag(request, code):
    """What stands under one tag; its code in small letters leads there too."""
    if code != code.upper():
        return redirect("tag", code.upper(), permanent=True)
    letter = initial(code)
    index = reverse("tags")
    crumbs = [("Tags", index), (letter, f"{index}#{letter.lower()}"), (code, "")]
    keys = Tagging.objects.tagged(code).values_list("cable", flat=True)
    known = Tag.objects.using(READER).filter(code=code).first()
    meaning = known.label if known else ""
    return list_page(request, keys, f"Browse by {code}", crumbs, f"tag-{letter}", meaning)


@require_safe
def classification(request, slug):
    """What was classified alike."""
    if slug not in BY_SLUG:
        raise Http404("There is no such classification.")
    label = BY_SLUG[slug].label
    crumbs = [("Classifications", reverse("classifications")), (label, "")]
    cables = Cable.objects.published().classified(BY_SLUG[slug].value)
    heading = f"Browse by {label}"
    return cable_list(request, cables, heading, crumbs, current=f"classification-{slug}")


def cable_list(request, cables, heading, crumbs, *, current):
    """Render any set of cables in the order of every list."""
    keys = cables.listed().values_list("pk", flat=True)
    return list_page(request, keys, heading, crumbs, current)


def list_page(request, keys, heading, crumbs, current, meaning=""):
    """Render one page of a list, given the keys of its cables in order."""
    page = get_page(request, keys)
    context = {"heading": heading, "crumbs": crumbs, "current": current, "meaning": meaning}
    return render(request, "cables/list.html", context | {"page": page})
