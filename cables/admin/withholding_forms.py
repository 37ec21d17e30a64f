"""Withhold cables and publish them again: the form, and the optimistic-lock token of cables."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, OuterRef, Subquery, TextField, Value
from django.db.models.functions import MD5, Cast, JSONArray

from ..curation.redactions_and_corrections import StaleError
from ..models import Cable, Change
from ..models.querysets import CableQuerySet
from .decisions.forms import StampedForm
from .reason_fields import reason_field


class PublishForm(StampedForm):
    """The reason for publishing cables again."""

    reason = reason_field(required=False, help_text="Optional.")


def stamp_of_cables(cables: CableQuerySet) -> str:
    """Return an optimistic-lock token of cables; it changes with every change of one of them.

    The database computes it, as these may be all cables of the archive.
    """
    last = Change.objects.filter(cable=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = Cable.objects.filter(pk__in=cables.values("pk")).annotate(last=Subquery(last))
    state = Cast(JSONArray("pk", "version", "last", "withheld_reason"), TextField())
    states = StringAgg(state, Value(" "), ordering="pk")
    result = rows.order_by().aggregate(count=Count("pk"), digest=MD5(states))
    return f"{result['count']}.{result['digest']}"


def check_stamp(cables: CableQuerySet, stamp: str):
    """Raise StaleError if a cable changed since the page with this stamp was opened."""
    if stamp != stamp_of_cables(cables):
        raise StaleError("Somebody changed one of these cables meanwhile.")
