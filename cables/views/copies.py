"""The texts that several sources give of one cable, side by side."""

from django.shortcuts import render
from django.urls import reverse

from ..histories import Text, find_changes
from ..models import Cable, Collection
from ..paragraphs import segment
from ..querysets import READER
from .cable import COPIES, of_one_cable, whereabouts


@of_one_cable
def copies(request, cable):
    """The texts that other sources give of a cable, each compared with the one that is shown."""
    names = dict(Collection.objects.using(READER).values_list("slug", "name"))
    others = Cable.objects.readable().values_list("other_texts", flat=True).get(pk=cable.pk)
    shown = Text(_facts(cable), cable.header, cable.blocks())
    context = whereabouts(request, cable, "copies") | {
        "address": reverse("copies", args=[cable.reference]),
        "description": f"The copies of cable {cable.reference}, compared.",
        "shown_as": _in_words(cable.facts.get("source"), names),
        "others": [_compared(other, shown, names) for other in others],
    }
    return render(request, "cables/copies.html", context)


def _compared(other, shown, names):
    text = Text(other["facts"], other["header"], segment(other["body"]))
    source = other["reference"], other["format"], other["collection"]
    return {
        "name": _in_words(source, names),
        "body": other["body"],
        "changes": find_changes(shown, text),
    }


def _facts(cable):
    return {
        "Created": f"{cable.created:%Y-%m-%d %H:%M}",
        "Classification": cable.classification,
        "Origin": cable.origin.name,
    }


def _in_words(source, names):
    if not source:
        return "The text that is shown"
    reference, form, collection = source
    return f"{COPIES[form]}, {reference}, in the collection “{names.get(collection, collection)}”"
