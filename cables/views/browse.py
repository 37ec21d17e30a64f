"""Lists of cables by day of release, month, tag, classification, caption and portion mark.

A list exists if ListCounts has cables for it. Its query string filters and sorts it (filters.py).
The same address with .atom is a feed, with .json data.
"""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..api import feeds
from ..glossary.entries import find, headings, slug
from ..models import Cable, Marking, Tag, Tagging
from ..models.querysets import READER
from ..search.filters import CableFilter
from ..search.list_counts import ListCounts, initial
from ..templatetags.list_tags import has_releases
from . import data
from .paging import get_page, read_rows

ORDER_NAMES = {
    "-released": "Newest release first",
    "released": "Oldest release first",
    "created": "Oldest cable first",
    "-created": "Newest cable first",
    "reference": "By reference",
    "-reference": "By reference, descending",
}


@require_safe
def released(request, day, form="html"):
    """Cables released on one day."""
    tallies = ListCounts()
    if day not in tallies.released:
        raise Http404("No cable was released on this day.")
    context = {
        "heading": f"Browse by release date, {day.day} {day:%B %Y}",
        "crumbs": [
            ("Releases", reverse("released")),
            (f"{day:%Y}", reverse("released_year", args=[day.year])),
            (f"{day:%B}", reverse("released_month", args=[day])),
            (f"{day.day}", ""),
        ],
        "current": f"released-{day:%Y-%m}",
        "own": "released",
    }
    cables = Cable.objects.published().released_on(day)
    return cable_list(request, tallies, cables, tallies.released[day], context, form=form)


@require_safe
def created(request, month, form="html"):
    """Cables sent in one month."""
    tallies = ListCounts()
    if month not in tallies.created:
        raise Http404("No published cable was sent in this month.")
    context = {
        "heading": f"Browse by creation date, {month:%B %Y}",
        "crumbs": [
            ("Creation dates", reverse("created")),
            (f"{month:%Y}", reverse("created_year", args=[month.year])),
            (f"{month:%B}", ""),
        ],
        "current": f"created-{month.year}",
    }
    cables = Cable.objects.published().created_in(month.year, month.month)
    return cable_list(request, tallies, cables, tallies.created[month], context, form=form)


@require_safe
def tag(request, code, form="html"):
    """Cables with one tag. A lower-case code or a merged tag redirects to the tag."""
    tallies = ListCounts()
    if code.upper() not in tallies.tags:
        if merged := Tag.objects.using(READER).filter(code=code.upper()).exclude(merged_into=[]):
            return redirect(route("tag", form), merged[0].merged_into[0], permanent=True)
        raise Http404("No published cable has this tag.")
    if code != code.upper():
        return redirect(route("tag", form), code.upper(), permanent=True)
    context = under_letter("tag", "tags", initial(code), code)
    context["meaning"], context["kind"] = tallies.glossary.get(code, ("", ""))
    context["related"] = tag_relations(tallies, code)
    cables = Tagging.objects.published_under(code)
    return cable_list(request, tallies, cables, tallies.tags[code], context, form=form)


def tag_relations(tallies, code):
    """Return a function for (tag, meaning, address) of the tags that often go with one."""
    return lambda: [
        (tag, tallies.glossary[tag][0], reverse("tag", args=[tag]))
        for tag in tallies.often_with(code)
    ]


@require_safe
def classification(request, slug, form="html"):
    """Cables of one classification."""
    tallies = ListCounts()
    if slug not in tallies.classifications:
        raise Http404("No published cable has this classification.")
    known, count = tallies.classifications[slug]
    context = {
        "heading": f"Browse by {known.label}",
        "crumbs": [("Classifications", reverse("classifications")), (known.label, "")],
        "current": f"classification-{slug}",
        "own": "classification",
    }
    cables = Cable.objects.published().classified(known.value)
    return cable_list(request, tallies, cables, count, context, form=form)


@require_safe
def marking(request, kind, code, form="html"):
    """Cables with one caption, or with paragraphs of one portion mark."""
    tallies = ListCounts()
    known = {slug(known): known for known in getattr(tallies, f"{kind}s")}
    if slug(code) not in known:
        raise Http404("No published cable has this marking.")
    if code != slug(code):
        return redirect(route(kind, form), slug(code), permanent=True)
    printed = f"({known[code]})" if kind == "mark" else known[code]
    entry = find(kind, known[code])
    context = {
        "heading": f"Browse by {printed}",
        "crumbs": [
            ("Glossary", reverse("glossary")),
            (headings()[kind][0], f"{reverse('glossary')}#{kind}"),
            (printed, ""),
        ],
        "meaning": entry.words if entry else "",
        "own": kind,
    }
    cables = Marking.objects.published_under(printed)
    return cable_list(request, tallies, cables, tallies.markings[printed], context, form=form)


@require_safe
def latest(request, form):
    """The latest releases as a feed, or all cables as data."""
    tallies = ListCounts()
    context = {"heading": "Latest releases" if form == "atom" else "All cables"}
    cables = Cable.objects.published()
    return cable_list(request, tallies, cables, tallies.total, context, form=form)


def route(name, form):
    """Return the route of a list in one of its forms."""
    return {"html": name, "atom": f"{name}_feed", "json": f"{name}_data"}[form]


def under_letter(kind, index, letter, label):
    """Return the context of a list whose index has letters."""
    address = reverse(index)
    return {
        "heading": f"Browse by {label}",
        "crumbs": [
            (f"{kind.capitalize()}s", address),
            (letter, f"{address}#{letter.lower()}"),
            (label, ""),
        ],
        "current": f"{kind}-{letter}",
        "own": kind,
    }


def cable_list(request, tallies, cables, count, context, *, form):
    """Render a list of `count` cables, filtered by the query string, as a page, feed or data.

    `cables` is a queryset of cables, or of taggings or markings, which have the same filters.
    """
    filters = CableFilter(request, cables, tallies)
    if filters.blank:  # Redirect a form's empty fields away: people copy the address.
        return redirect(f"{filters.path}?{filters.data.urlencode()}".rstrip("?"))
    if form == "json":
        return data.cables_as_json(request, filters, count, list_title(context))
    keys = filters.qs.primary_keys()
    if form == "atom":
        return list_feed(request, tallies, keys, context, filters)
    printed = context.get("own") == "volume" and "sort" not in dict(filters.pairs)
    if printed:
        keys = filters.qs.in_printed_order().primary_keys()
    whole, count = count, keys.count() if filters.narrowed else count
    page = get_page(request, keys, count)
    shown = {
        "asked": filters,
        "feed": f"{filters.path.removesuffix('/')}.atom{filters.query(sort=None)}",
        "data": context.get("data") or f"{filters.path.removesuffix('/')}.json{filters.query()}",
        "order": "As printed" if printed else order_name(filters.order, page),
        "page": page,
        "tallies": tallies,
        "whole": whole,
    }
    return render(request, "cables/list.html", context | shown)


def order_name(order, page):
    """Return the name of an order as this page has it: without days of release, by creation."""
    if page and not has_releases(page):
        order = {"-released": "created", "released": "-created"}.get(order, order)
    return ORDER_NAMES[order]


def list_title(context):
    return context["heading"].removeprefix("Browse by ")


def list_feed(request, tallies, keys, context, filters):
    """Render the latest cables of a list as a feed, always newest first."""
    title = list_title(context)
    return feeds.feed_of_cables(
        request,
        read_rows(list(keys.listed()[: feeds.LENGTH]), *feeds.SHOWN),
        title=", ".join([f"Cable Reading Room: {title}", *map(str, filters.chips)]),
        address=filters.address(sort=None),
        page=f"{filters.path.removesuffix('.atom')}/{filters.query(sort=None)}",
        tags=tallies.tags,
    )
