"""Views of two cables at a time: a second beside the first, their paragraphs in step."""

from django.http import HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from ...quotations.in_step import in_step, sharing
from ...quotations.quotation import FEWEST
from ...search.list_counts import ListCounts
from ...telegram.citation_links import locate_references
from ...telegram.titles import reading_title
from ...templatetags.cable_text import called
from ..list_pages.data import json_response
from ..list_pages.volume_links import documents_cited, reference_named
from .cable import find_cable, of_one_cable, withheld
from .cable_context import CablePage
from .metadata import without_indexing
from .not_held import not_held
from .related_cables import find_related

SIDES = ("left", "right")
MOST_LINKED = 20  # Paragraphs that the head of the page links to.


@of_one_cable
def beside_another(request, cable):
    """The form for the cable to read beside this one (?other=), and the cables that are near it."""
    typed, problem = request.GET.get("other", "").strip()[:200], ""
    if typed:
        try:
            reference = reference_named(typed, documents_cited(typed, ListCounts.current()))
            return redirect("beside", cable.reference, reference)
        except ValueError:
            problem = f"“{typed}” is not a reference of a cable."
    page = CablePage.of(
        *(request, cable, "beside"),
        address=reverse("beside_another", args=[cable.reference]),
        description=f"Read another text beside {called(cable)} {cable.reference}.",
    )
    related = find_related(cable, locate_references(cable.blocks(), cable.completing_reference))
    cited = {lead.cable.pk: lead.cable for lead in related.leads.values() if lead.cable}
    near = [
        ("It refers to", [each for each in cited.values() if each.pk != cable.pk]),
        ("It is referred to by", related.cited_by),
    ]
    context = page.as_context(typed=typed, problem=problem, near=[each for each in near if each[1]])
    return without_indexing(render(request, "cables/beside_another.html", context))


@of_one_cable
def beside(request, cable, second):
    """Two cables beside each other."""
    return answer(request, cable, second, "beside", as_page)


@of_one_cable
def beside_json(request, cable, second):
    """The same for programs: which paragraphs are in step, and their word diffs."""
    return answer(request, cable, second, "beside_json", as_json)


def answer(request, cable, reference, route, show):
    """Show a cable beside the one with a canonical reference, or say why that has no text here."""
    second = find_cable(reference)
    if second is None:
        return not_held(request, reference)
    if second.withheld_reason:
        return withheld(request, second)
    if second.pk == cable.pk:
        return redirect("beside_another", cable.reference)
    if second.reference != reference:
        address = reverse(route, args=[cable.reference, second.reference])
        return HttpResponsePermanentRedirect(address)
    return show(request, cable, second, in_step(cable.blocks(), second.blocks()))


def as_page(request, cable, second, steps):
    page = CablePage.of(
        *(request, cable, "beside"),
        address=reverse("beside", args=[cable.reference, second.reference]),
        description=f"{cable.reference} beside {second.reference}, and where they differ.",
    )
    together = [step for step in steps if step.parts]
    context = page.as_context(
        second=second,
        steps=steps,
        together=together,
        same=sum(step.is_same for step in together),
        sharing=sharing(cable.blocks(), second.blocks(), steps)[:MOST_LINKED],
        fewest=FEWEST,
        most=MOST_LINKED,
        swapped=reverse("beside", args=[second.reference, cable.reference]),
        data=reverse("beside_json", args=[cable.reference, second.reference]),
    )
    return without_indexing(render(request, "cables/beside.html", context))


def as_json(request, cable, second, steps):
    return json_response(
        {
            "left": named_row(request, cable),
            "right": named_row(request, second),
            "steps": [
                {
                    "left": [block.id for block in step.left],
                    "right": [block.id for block in step.right],
                    "parts": parts_as_json(step.parts),
                    "repeated": dict(zip(SIDES, step.repeated, strict=True)),
                }
                for step in steps
            ],
        }
    )


def named_row(request, cable):
    address = request.build_absolute_uri(cable.get_absolute_url())
    return {"reference": cable.reference, "title": reading_title(cable), "address": address}


def parts_as_json(parts):
    """Return a word diff as JSON values."""
    return [{"kind": part.kind, "left": part.old, "right": part.new} for part in parts]
