"""The room itself: home."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ..charts import chart
from ..models import Cable
from ..references import find_reference
from ..tallies import Tallies
from .paging import read_rows

LATEST = 10


@require_safe
def home(request):
    """What the room holds, and what came last; ?ref= looks a reference up in any text."""
    lookup = request.GET.get("ref", "")
    if reference := find_reference(lookup):
        return redirect("cable", reference)
    latest = Cable.objects.published().listed().primary_keys()[:LATEST]
    tallies = Tallies()
    context = {
        "lookup": lookup,
        "tallies": tallies,
        "latest": read_rows(list(latest)),
        "chart": lambda: chart(tallies.by_year),
    }
    return render(request, "cables/home.html", context)
