"""What the archive changed, as far as its curators tell readers: a page and a feed."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..feeds import LENGTH, changes_feed
from ..models import PublicChange

PER_PAGE = 100


@require_safe
def changes(request):
    """Every change that readers are told of, latest first; 404 where curators tell none."""
    try:
        page = Paginator(told(), PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404("The list of changes has no such page.") from None
    return render(request, "cables/changes.html", {"page": page})


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
