"""View of the cables that are like one. Its page shows them too, once a reader comes near its end.

A page of its own, as the search for them takes about as long as all else of a cable's page
(docs/performance.md). A mirror has none: its pages are not made anew where cables are added that
are like theirs.
"""

from django.shortcuts import render
from django.urls import reverse

from ..models import Cable
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from ..search.similar import similar_cables
from ..search.suggestions import index_is_complete
from ..search_index.reader import IndexNotReady
from .cable import of_one_cable
from .cable_context import CablePage


@of_one_cable
def similar(request, cable):
    """Up to five cables that are like one, with the words and tags that both have."""
    try:
        found, is_ready, is_complete = similar_cables(cable), True, index_is_complete()
    except IndexNotReady:
        found, is_ready, is_complete = [], False, False
    rows = Cable.objects.using(READER).published().for_listing()
    known = rows.in_bulk([each.pk for each in found])
    like = ListCounts.current().as_held("cables")
    told = f"{like.capitalize()} that have words and tags in common with {cable.reference}."
    page = CablePage.of(
        *(request, cable, f"similar {like}"),
        address=reverse("similar", args=[cable.reference]),
        description=told,
    )
    context = page.as_context(
        similar=[(known[each.pk], each) for each in found if each.pk in known],
        is_ready=is_ready,
    )
    response = render(request, "cables/similar.html", context)
    if not is_complete:  # Soon it is another page of the same edition.
        response["Cache-Control"] = "private, no-store"
    return response
