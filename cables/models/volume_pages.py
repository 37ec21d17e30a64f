"""What a volume prints before its documents."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ..telegram.fact_types import FrontBlock


class VolumePage(models.Model):
    """A page before the documents of a volume: preface, sources, abbreviations, persons.

    It says nothing of single documents: those have the keys of the entries that lead to them.
    Readers see it while any document of its volume is published.
    """

    volume = models.CharField(max_length=100, db_collation="C", help_text="frus1961-63v03")
    name = models.CharField(max_length=60, db_collation="C", help_text="Of the section: persons.")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    blocks: "models.JSONField[list[FrontBlock], list[FrontBlock]]" = models.JSONField(default=list)
    keys = ArrayField(
        models.CharField(max_length=100), default=list, help_text="Of its entries: p_AB1."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["volume", "name"], name="volume_page_once")]

    def __str__(self):
        return f"{self.volume} {self.name}"

    @property
    def contents(self) -> tuple:
        """All that it says, for comparing."""
        return self.name, self.position, self.title, self.blocks, self.keys
