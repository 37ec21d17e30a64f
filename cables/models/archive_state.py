"""The state of the archive: a number that grows with every change."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now


class State(models.Model):
    """A single row whose number grows with every change of the archive: the key of caches.

    Triggers increase and date it when a transaction that changed a public table commits (see
    state_triggers.py). After a restore a number may occur again, but never with the same time.
    """

    number = models.PositiveBigIntegerField(default=0)
    moved = models.DateTimeField(db_default=Now(), help_text="When the number last moved.")

    def __str__(self):
        return str(self.number)

    @classmethod
    def advance(cls) -> None:
        """Increase the number now, rather than at commit, and lock its row until then."""
        if not State.objects.filter(pk=1).update(number=F("number") + 1):
            State.objects.bulk_create([State(pk=1, number=1)], ignore_conflicts=True)
