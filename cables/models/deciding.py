"""One decision on many cables: what follows from all of them together is done once."""

from collections import Counter

from django.db import transaction
from django.db.models import QuerySet

from ..words import put_in, take_out
from .archive import State
from .cable import SAID_BY_CABLE, Cable, refresh_lists
from .desk import Change

# Rows that may say what a cable says, or keep it.
BESIDE = ("versions", "former_paragraphs", "notes", "mentions", "sealed")


@transaction.atomic
def withhold_all(cables: QuerySet, reason: str, by=None) -> int:
    """Withhold cables, all or none, as `Cable.withhold` does; return how many."""
    chosen, words = _locked(cables), Counter()
    for cable in chosen:
        words.update(cable.seal(reason))
    # They are alike by now: one statement empties them all.
    empty = {field: Cable._meta.get_field(field).get_default() for field in SAID_BY_CABLE}
    keys = [cable.pk for cable in chosen]
    Cable.objects.filter(pk__in=keys).update(withheld_reason=reason, **empty)
    _follow(chosen, "withheld", reason, by)
    take_out(words, len(chosen))
    return len(chosen)


@transaction.atomic
def publish_all(cables: QuerySet, reason: str = "", by=None) -> int:
    """Publish withheld cables again, all or none, as `Cable.publish` does; return how many."""
    chosen, words = _locked(cables), Counter()
    for cable in chosen:
        words.update(cable.unseal())
    _follow(chosen, "published", reason, by)
    put_in(words, len(chosen))
    return len(chosen)


def _locked(cables: QuerySet) -> list[Cable]:
    """Wait for loads that are changing the cables, and return what they left."""
    locked = cables.select_for_update(of=["self"]).order_by("reference")
    return list(locked.prefetch_related(*BESIDE))


def _follow(cables: list[Cable], action: str, reason: str, by):
    refresh_lists(cable.pk for cable in cables)
    Change.objects.bulk_create(
        Change(cable=cable, action=action, reason=reason, by=by) for cable in cables
    )
    State.move()
