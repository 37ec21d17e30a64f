"""What the archive changed, as far as its curators tell readers: a page and a feed."""

import re

from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..feeds import LENGTH, changes_feed
from ..limits import set_for_now
from ..models import PublicChange
from ..querysets import READER

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
    some = latest(rows, PER_PAGE + 1)
    earlier = some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None
    context = {"changes": some[:PER_PAGE], "before": before, "earlier": earlier}
    return render(request, "cables/changes.html", context)


@require_safe
def changes_atom(request):
    """The latest of them as an Atom feed."""
    rows = latest(told(), LENGTH)
    return changes_feed(request, rows, reverse("changes_feed"), reverse("changes"))


def told():
    """Return the changes that readers are told of. Raises Http404 if there are none."""
    rows = PublicChange.told()
    if not rows.exists():
        raise Http404("No changes are published here.")
    return rows


def latest(rows, count):
    """Return the first rows, in the order that the view has them in.

    PostgreSQL plans a view that hides rows by itself: were it left to sort, it would read the whole
    log for one page (125,643 changes: 2.3 s, not 1 ms).
    """
    with transaction.atomic(using=READER):
        set_for_now(enable_sort="off", max_parallel_workers_per_gather=0)
        return list(rows[:count])
