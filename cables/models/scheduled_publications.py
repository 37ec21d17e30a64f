"""Until when cables are withheld, where a curator set a time."""

from django.db import models

from .cable import Cable


class ScheduledPublication(models.Model):
    """When a withheld cable is published again. Without such a row it waits for a curator.

    Readers cannot see this table. The row goes when the cable is published.
    """

    cable = models.OneToOneField(
        Cable, on_delete=models.CASCADE, related_name="scheduled_publication"
    )
    due = models.DateTimeField(db_index=True, help_text="In UTC, by the database's clock.")

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.cable} {self.due:%Y-%m-%d %H:%M}"
