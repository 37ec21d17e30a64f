"""The cables of a volume and of a chapter in it, and those of a collection."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Cable, Collection, Marking
from ..querysets import READER
from ..tallies import Tallies
from .browse import cable_list


@require_safe
def volume(request, volume, chapter="", form="html"):
    """The documents of one volume that are cables here, or those of one chapter of it."""
    tallies = Tallies()
    title, count, chapters = tallies.volumes.get(volume, ("", 0, {}))
    if not title or (chapter and chapter not in chapters):
        raise Http404("No cable that is released here is printed there.")
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
    """The collections of the room: where each comes from, and how much of it is here."""
    known = list(Tallies().collections)  # Those with a cable that is published.
    context = {
        "heading": "Collections",
        "current": "collections",
        "collections": [
            (collection, Tallies(collection.slug).total)
            for collection in Collection.objects.using(READER).filter(slug__in=known)
        ],
    }
    return render(request, "cables/collections.html", context)


@require_safe
def collection(request, slug, form="html"):
    """The cables of one collection, with where they come from."""
    tallies = Tallies(slug)
    held = Collection.objects.using(READER).filter(slug=slug).first()
    if held is None or slug not in tallies.collections:
        raise Http404("There is no such collection here.")
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
