"""View of the copies of a cable: texts of other sources, each compared with the one shown."""

from django.shortcuts import render
from django.urls import reverse

from ..diffs.text_diff import ComparedText, find_changes
from ..models import Cable, Collection
from ..models.querysets import READER
from ..sources import FORMATS
from ..telegram.paragraphs import segment
from ..templatetags.cable_text import called
from .cable import of_one_cable
from .cable_context import CablePage


@of_one_cable
def copies(request, cable):
    """The texts of a cable in other sources, each compared with the one that is shown."""
    names = dict(Collection.objects.using(READER).values_list("slug", "name"))
    others = Cable.objects.readable().values_list("other_texts", flat=True).get(pk=cable.pk)
    shown = ComparedText(_compared_facts(cable), cable.header, cable.blocks())
    page = CablePage.of(
        *(request, cable, "copies"),
        address=reverse("copies", args=[cable.reference]),
        description=f"The copies of {called(cable)} {cable.reference}, compared.",
    )
    textless = [each for each in cable.facts.get("textless", ()) if cable.body]
    context = page.as_context(
        shown_as=_name_source(cable.facts.get("source"), names),
        others=[_compare(other, cable.serial, shown, names) for other in others],
        textless=[f"{FORMATS[form].description}, {reference}" for reference, form in textless],
        same=len(cable.facts.get("copies", ())) - 1 - len(others) - len(textless),
    )
    return render(request, "cables/copies.html", context)


def _compare(other, serial, shown, names):
    text = ComparedText(other["facts"], other["header"], segment(other["body"], serial))
    source = other["reference"], other["format"], other["collection"]
    return {
        "name": _name_source(source, names),
        "body": other["body"],
        "changes": find_changes(shown, text),
    }


def _compared_facts(cable):
    return {
        "Created": f"{cable.created:%Y-%m-%d %H:%M}",
        "Classification": cable.classification,
        "Origin": cable.origin.name,
    }


def _name_source(source, names):
    """Return the name of a source, "" if it was not recorded."""
    if not source:
        return ""
    reference, form, collection = source
    name = names.get(collection, collection)
    return f"{FORMATS[form].description}, {reference}, in the collection “{name}”"
