"""Views of where other texts repeat the words of a cable, or of paragraphs of it."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst

from ...api.problems import problem
from ...quotations.quotation import FEWEST
from ...quotations.repetitions import MOST_SHOWN, find_repetitions
from ...search.suggestions import index_is_complete
from ...search_index.reader import IndexNotReady
from ..list_pages.data import json_response
from ..list_pages.paging import until_complete
from .beside import named_row, parts_as_json
from .cable import of_one_passage
from .cable_context import CablePage
from .metadata import page_of, part_address, without_indexing


@of_one_passage
def elsewhere(request, cable, passage):
    """The texts that repeat most of a passage, each with what differs.

    As /similar/ it depends on the search index, and a mirror has none.
    """
    found, is_ready = [], True
    try:
        found = find_repetitions(cable, passage.shown)
    except IndexNotReady:
        is_ready = False
    page = CablePage.of(
        *(request, cable, "elsewhere"),
        address=part_address(cable, "elsewhere", passage.ids),
        description=f"Where other texts repeat words of {passage.name} of {cable.reference}.",
    )
    context = page.as_context(
        name=capfirst(passage.name),
        passage=page_of(cable, passage.ids),
        found=found,
        is_ready=is_ready,
        is_full=len(found) == MOST_SHOWN,
        fewest=FEWEST,
        data=part_address(cable, "elsewhere_json", passage.ids),
    )
    response = without_indexing(render(request, "cables/elsewhere.html", context))
    return until_complete(response, is_ready and index_is_complete())


@of_one_passage
def elsewhere_json(request, cable, passage):
    """The same for programs."""
    try:
        found = find_repetitions(cable, passage.shown)
    except IndexNotReady:
        return problem(503, "The search index is being built: try again soon.")
    here = request.build_absolute_uri
    values = {
        "reference": cable.reference,
        "paragraphs": [block.id for block in passage.shown],
        "repeated": [
            named_row(request, each.cable)
            | {
                "paragraph": each.there,
                "here": each.here,
                "words": each.words,
                "more": each.more,
                "beside": here(reverse("beside", args=[cable.reference, each.cable.reference])),
                "parts": parts_as_json(each.parts),
            }
            for each in found
        ],
    }
    return until_complete(json_response(values), index_is_complete())
