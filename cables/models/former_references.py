"""Keep old addresses working: former references, retired paragraph ids, erased references."""

from django.db import models

from .cable import Cable
from .decision_context import DecidedRow


class FormerReference(DecidedRow):
    """A further reference of a cable; its address redirects to the cable.

    It had it here ("merged", "renamed"), a source published it under it ("published"), or it is
    that of the second number of a telegram ("numbered"), which yields to any other cable's.
    """

    reference = models.CharField(max_length=64, unique=True, db_collation="C")
    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="former_references")
    kind = models.CharField(max_length=20, help_text="published, merged or renamed")

    def __str__(self):
        return self.reference


class FormerParagraph(models.Model):
    """A retired paragraph id: which version had it last, and why it was retired."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="former_paragraphs")
    paragraph = models.CharField(max_length=32)
    after = models.CharField(
        max_length=32, blank=True, help_text="The paragraph behind which it stood."
    )
    version = models.PositiveIntegerField(help_text="The last version that has it.")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cable", "paragraph"], name="former_paragraph_once")
        ]

    def __str__(self):
        return f"{self.cable} {self.paragraph}"

    @classmethod
    def of_page(cls, cable):
        """Return those of a cable, first retired first. Raw SQL: the ORM takes twice as long."""
        rows = f"SELECT * FROM {cls._meta.db_table} WHERE cable_id = %s ORDER BY id"  # noqa: S608
        return cls.objects.using(cable._state.db).raw(rows, [cable.pk])


class Erased(models.Model):
    """A reference whose text was erased for good. Its address says why, and it is never reused."""

    reference = models.CharField(max_length=64, primary_key=True, db_collation="C")
    reason = models.TextField(help_text="Readers see it.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "erased"

    def __str__(self):
        return self.reference
