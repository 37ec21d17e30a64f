"""Lists of cables by day of release, month, tag, classification, caption and portion mark.

A list exists if ListCounts has cables for it; list_page.py shows it.
"""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...glossary.entries import find, headings, slug
from ...models import Cable, Marking, Tag, Tagging
from ...models.querysets import READER
from ...search.list_counts import ListCounts, initial
from .list_page import cable_list

# Kind of marking -> the start of the heading of its list.
MARKED = {"caption": "Cables marked", "mark": "Cables with paragraphs marked"}


@require_safe
def released(request, day, form="html"):
    counts = ListCounts.current()
    if day not in counts.released:
        raise Http404("Nothing was released on this day.")
    context = {
        "heading": counts.as_held(f"Cables released on {day.day} {day:%B %Y}"),
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
    return cable_list(request, counts, cables, counts.released[day], context, form=form)


@require_safe
def created(request, month, form="html"):
    counts = ListCounts.current()
    if month not in counts.created:
        raise Http404("Nothing published here was sent in this month.")
    context = {
        "heading": counts.as_held(f"Cables sent in {month:%B %Y}"),
        "crumbs": [
            ("Creation dates", reverse("created")),
            (f"{month:%Y}", reverse("created_year", args=[month.year])),
            (f"{month:%B}", ""),
        ],
        "current": f"created-{month.year}",
    }
    cables = Cable.objects.published().created_in(month.year, month.month)
    if month.month == 1:  # Where most stand of which the year alone is known.
        context["of_year_alone"] = cables.filter(created_precision="year").count
    return cable_list(request, counts, cables, counts.created[month], context, form=form)


@require_safe
def tag(request, code, form="html"):
    """Cables with one tag. A lower-case code or a merged tag redirects to the tag."""
    counts = ListCounts.current()
    if code.upper() not in counts.tags:
        if merged := Tag.objects.using(READER).filter(code=code.upper()).exclude(merged_into=[]):
            return redirect(route("tag", form), merged[0].merged_into[0], permanent=True)
        raise Http404("Nothing published here has this tag.")
    if code != code.upper():
        return redirect(route("tag", form), code.upper(), permanent=True)
    context = under_letter("tag", "tags", initial(code), code)
    context["meaning"], context["kind"] = counts.glossary.get(code, ("", ""))
    if context["meaning"]:
        context["heading"] = f"{context['meaning']} ({code})"
    context["related"] = lambda: [  # (tag, meaning, address) of the tags that often go with it.
        (tag, counts.glossary[tag][0], reverse("tag", args=[tag]))
        for tag in counts.often_with(code)
    ]
    cables = Tagging.objects.published_under(code)
    return cable_list(request, counts, cables, counts.tags[code], context, form=form)


@require_safe
def classification(request, slug, form="html"):
    counts = ListCounts.current()
    if slug not in counts.classifications:
        raise Http404("Nothing published here has this classification.")
    known, count = counts.classifications[slug]
    context = {
        "heading": counts.as_held("Cables ")
        + (f"marked {known.label}" if known.value else "not marked"),
        "crumbs": [("Classifications", reverse("classifications")), (known.label, "")],
        "current": f"classification-{slug}",
        "own": "classification",
    }
    cables = Cable.objects.published().classified(known.value)
    return cable_list(request, counts, cables, count, context, form=form)


@require_safe
def marking(request, kind, code, form="html"):
    """Cables with one caption, or with paragraphs of one portion mark."""
    counts = ListCounts.current()
    known = {slug(known): known for known in getattr(counts, f"{kind}s")}
    if slug(code) not in known:
        raise Http404("Nothing published here has this marking.")
    if code != slug(code):
        return redirect(route(kind, form), slug(code), permanent=True)
    printed = f"({known[code]})" if kind == "mark" else known[code]
    entry = find(kind, known[code])
    context = {
        "heading": f"{counts.as_held(MARKED[kind])} {printed}",
        "crumbs": [
            ("Glossary", reverse("glossary")),
            (headings()[kind][0], f"{reverse('glossary')}#{kind}"),
            (printed, ""),
        ],
        "meaning": entry.words if entry else "",
        "own": kind,
    }
    cables = Marking.objects.published_under(printed)
    return cable_list(request, counts, cables, counts.markings[printed], context, form=form)


@require_safe
def latest(request, form):
    """The latest releases as a feed, or all cables as data."""
    counts = ListCounts.current()
    context = {"heading": "Latest releases" if form == "atom" else counts.as_held("All cables")}
    cables = Cable.objects.published()
    return cable_list(request, counts, cables, counts.total, context, form=form)


def route(name, form):
    """Return the route of a list in one of its forms."""
    return name + {"html": "", "atom": "_feed", "csv": "_csv", "zip": "_zip", "json": "_data"}[form]


def under_letter(kind, index, letter, label):
    """Return the context of a list whose index has letters: its breadcrumb leads to its letter."""
    return {
        "heading": label,
        "crumbs": [(f"{kind.capitalize()}s", f"{reverse(index)}#{letter.lower()}"), (label, "")],
        "current": f"{kind}-{letter}",
        "own": kind,
    }
