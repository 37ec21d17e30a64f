"""Publish withheld cables again."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from ..models import Cable, ScheduledPublication, seal, unseal
from ..models.counted_words import put_in, take_out
from ..models.sealing import lock_cables, log_each
from ..telegram.apply_redactions import TornError
from ..telegram.distinct_words import words_of_cable
from .standing_redactions import redact_all_texts

AT_ONCE = 500  # Cables whose time has come that one transaction publishes.
TIME_IS_OVER = "The time until which it was withheld is over."
CUT = "A redaction over the archive would divide it otherwise: redact a whole paragraph of it."


@transaction.atomic
def publish_all(cables: QuerySet[Cable], reason: str = "", by: User | None = None) -> int:
    """Publish those of these cables that are withheld, as they were; return how many there were.

    They are redacted by redactions over the archive that stand; one that cannot be stays withheld.
    Times that were set for them no longer count.
    """
    keys = lock_cables(cables.exclude(withheld_reason=""))
    unseal(keys)
    keys = _redacted_as_standing(keys)
    ScheduledPublication.objects.filter(cable__in=keys).delete()
    log_each(keys, "published", reason, by)
    return len(keys)


def publish_due() -> int:
    """Publish the cables that were withheld until a time that has passed; return their number.

    The time is that of the database's clock. Safe to run twice at the same time.
    """
    due = ScheduledPublication.objects.filter(due__lte=Now())
    total = 0
    while keys := list(due.order_by("pk").values_list("cable", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            lock_cables(Cable.objects.filter(pk__in=keys))
            # Read again behind the locks: a curator may have set another time.
            keys = list(due.filter(cable__in=keys).values_list("cable", flat=True))
            total += publish_all(Cable.objects.filter(pk__in=keys), TIME_IS_OVER)
            due.filter(cable__in=keys).delete()
    return total


def _redacted_as_standing(keys: list[int]) -> list[int]:
    """Redact cables that were unsealed; seal those again that cannot be, and return the others."""
    published = []
    for cable in Cable.objects.filter(pk__in=keys).select_related("origin"):
        words = words_of_cable(cable)
        try:
            with transaction.atomic():
                redact_all_texts(cable)
        except TornError:
            seal([cable.pk], CUT)
            continue
        if (shown := words_of_cable(cable)) != words:
            take_out(words)
            put_in(shown)
        published.append(cable.pk)
    return published
