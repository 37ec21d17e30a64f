"""The five lists of cables: by release day, month of creation, origin, tag and classification.

A list exists if it is counted; its count says how many pages it has.
"""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Cable, Tagging
from ..tallies import Tallies, initial, place
from .paging import get_page


@require_safe
def released(request, day):
    """What was published on one day."""
    tallies = Tallies()
    if day not in tallies.released:
        raise Http404("No cable was released on this day.")
    keys = keys_of(Cable.objects.published().released_on(day))
    context = {
        "heading": f"Browse by release date, {day.day} {day:%B %Y}",
        "crumbs": [
            ("Releases", reverse("released")),
            (f"{day:%Y}", reverse("released_year", args=[day.year])),
            (f"{day:%B}", reverse("released_month", args=[day])),
            (f"{day.day}", ""),
        ],
        "current": f"released-{day:%Y-%m}",
    }
    return cable_list(request, tallies, keys, tallies.released[day], context)


@require_safe
def created(request, month):
    """What was sent in one month."""
    tallies = Tallies()
    if month not in tallies.created:
        raise Http404("No cable that is released here was sent in this month.")
    keys = keys_of(Cable.objects.published().created_in(month.year, month.month))
    context = {
        "heading": f"Browse by creation date, {month:%B %Y}",
        "crumbs": [
            ("Creation dates", reverse("created")),
            (f"{month:%Y}", reverse("created_year", args=[month.year])),
            (f"{month:%B}", ""),
        ],
        "current": f"created-{month.year}",
    }
    return cable_list(request, tallies, keys, tallies.created[month], context)


@require_safe
def origin(request, slug):
    """What one embassy, consulate, mission or office sent."""
    tallies = Tallies()
    if slug not in tallies.origins:
        raise Http404("No cable of such an origin is released here.")
    name, pk, count = tallies.origins[slug]
    keys = keys_of(Cable.objects.published().filter(origin=pk))
    context = under_letter("origin", "origins", initial(place(name)), name)
    return cable_list(request, tallies, keys, count, context)


@require_safe
def tag(request, code):
    """What stands under one tag; its code in small letters leads there too."""
    tallies = Tallies()
    if code.upper() not in tallies.tags:
        raise Http404("No cable that is released here has this tag.")
    if code != code.upper():
        return redirect("tag", code.upper(), permanent=True)
    keys = Tagging.objects.tagged(code).values_list("cable", flat=True)
    context = under_letter("tag", "tags", initial(code), code)
    context["meaning"] = tallies.labels.get(code, "")
    return cable_list(request, tallies, keys, tallies.tags[code], context)


@require_safe
def classification(request, slug):
    """What was classified alike."""
    tallies = Tallies()
    if slug not in tallies.classifications:
        raise Http404("No cable that is released here is so classified.")
    known, count = tallies.classifications[slug]
    keys = keys_of(Cable.objects.published().classified(known.value))
    context = {
        "heading": f"Browse by {known.label}",
        "crumbs": [("Classifications", reverse("classifications")), (known.label, "")],
        "current": f"classification-{slug}",
    }
    return cable_list(request, tallies, keys, count, context)


def keys_of(cables):
    """Return the cables' primary keys in the order of every list."""
    return cables.listed().values_list("pk", flat=True)


def under_letter(kind, index, letter, label):
    """Return what a list shows whose index is in letters."""
    address = reverse(index)
    return {
        "heading": f"Browse by {label}",
        "crumbs": [
            (f"{kind.capitalize()}s", address),
            (letter, f"{address}#{letter.lower()}"),
            (label, ""),
        ],
        "current": f"{kind}-{letter}",
    }


def cable_list(request, tallies, keys, count, context):
    """Render one page of a list, given the keys of its cables in order and their number."""
    shown = {"page": get_page(request, keys, count), "tallies": tallies}
    return render(request, "cables/list.html", context | shown)
