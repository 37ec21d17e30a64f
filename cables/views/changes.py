"""What the archive changed, as far as its curators tell readers: a page and a feed."""

import re

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..feeds import LENGTH, changes_feed
from ..models import PublicChange

PER_PAGE = 100
NUMBER = re.compile(r"[0-9]{1,18}")


@require_safe
def changes(request):
    """Every change that readers are told of, latest first; 404 where curators tell none.

    ?before= is the number of a change: the log is long, and is not counted to be turned.
    """
    before, rows = request.GET.get("before", ""), told()
    if before:
        if not NUMBER.fullmatch(before):
            raise Http404("The list of changes has no such page.")
        rows = rows.filter(pk__lt=int(before))
    some = list(rows[: PER_PAGE + 1])
    earlier = some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None
    context = {"changes": some[:PER_PAGE], "before": before, "earlier": earlier}
    return render(request, "cables/changes.html", context)


@require_safe
def changes_atom(request):
    """The latest of them as an Atom feed."""
    return changes_feed(request, told()[:LENGTH], reverse("changes_feed"), reverse("changes"))


def told():
    """Return the changes that readers are told of. Raises Http404 if there are none."""
    rows = PublicChange.told()
    if not rows.exists():
        raise Http404("No changes are published here.")
    return rows
