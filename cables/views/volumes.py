"""Lists of the cables of a volume, a chapter and a collection."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Cable, Collection, Marking
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from .browse import cable_list


@require_safe
def volume(request, volume, chapter="", form="html"):
    """The published cables of one volume or of one of its chapters."""
    tallies = ListCounts()
    title, count, chapters = tallies.volumes.get(volume, ("", 0, {}))
    if not title or (chapter and chapter not in chapters):
        raise Http404("No published cable is printed in this volume or chapter.")
    code = f"{volume}/{chapter}" if chapter else volume
    name, count = chapters[chapter] if chapter else (title, count)
    crumbs = [("Volumes", reverse("volumes")), (title, "")]
    if chapter:
        crumbs[-1:] = [(title, reverse("volume", args=[volume])), (name, "")]
    context = {
        "heading": f"Browse by {name}",
        "crumbs": crumbs,
        "current": "volumes",
        "own": "volume",
        "data": f"{reverse('latest_data')}?volume={code}",
        "about": "cables/_chapters.html",
        "chapters": [
            (label, reverse("chapter", args=[volume, part]), cables, part == chapter)
            for part, (label, cables) in chapters.items()
        ],
    }
    cables = Marking.objects.published_under(f"volume:{code}"[:100])
    return cable_list(request, tallies, cables, count, context, form=form)


@require_safe
def collections(request):
    """All collections: where each comes from, and how many of its cables are published."""
    known = list(ListCounts().collections)  # Those with published cables.
    context = {
        "heading": "Collections",
        "current": "collections",
        "collections": [
            (collection, ListCounts(collection.slug).total)
            for collection in Collection.objects.using(READER).filter(slug__in=known)
        ],
    }
    return render(request, "cables/collections.html", context)


@require_safe
def collection(request, slug, form="html"):
    """The cables of one collection, with its provenance."""
    tallies = ListCounts(slug)
    held = Collection.objects.using(READER).filter(slug=slug).first()
    if held is None or slug not in tallies.collections:
        raise Http404("There is no such collection.")
    context = {
        "heading": held.name,
        "crumbs": [("Collections", reverse("collections")), (held.name, "")],
        "current": "collections",
        "own": "collection",
        "data": f"{reverse('latest_data')}?collection={slug}",
        "provenance": held.provenance,
    }
    cables = Cable.objects.published().collected([slug])
    return cable_list(request, tallies, cables, tallies.total, context, form=form)
