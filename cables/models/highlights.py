"""Cables that curators recommend on the home page, and where to look for others."""

from django.db import models

from .cable import Cable
from .querysets import READER, CableQuerySet

WINDOW = 200  # Cables in which a summary is looked for at once: reading them takes 10 ms.


class HighlightQuerySet(models.QuerySet["Highlight"]):
    def shown(self, collection: str = ""):
        """Those that readers may see, of one collection or of all.

        A withheld or redacted cable stands on no home page; nothing is lost if it is restored.
        """
        chosen = self.using(READER).filter(cable__withheld_reason="").order_by("pk")
        chosen = chosen.exclude(cable__facts__has_key="redacted")
        return chosen.filter(cable__collections__contains=[collection]) if collection else chosen


class Highlight(models.Model):
    """A cable worth reading, which curators chose for the home page."""

    cable = models.OneToOneField(Cable, on_delete=models.CASCADE, related_name="highlight")
    paragraph = models.CharField(
        max_length=32,
        blank=True,
        help_text="The paragraph that is quoted, such as par3. Empty: the summary or the first.",
    )

    objects = HighlightQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "cable worth reading"
        verbose_name_plural = "cables worth reading"

    def __str__(self):
        return f"{self.cable} {self.paragraph}".rstrip()


def unredacted(collection: str = "") -> CableQuerySet:
    """Return the published cables without a redaction, of one collection or of all."""
    cables = Cable.objects.published().exclude(facts__has_key="redacted")
    return cables.collected([collection]) if collection else cables


def perhaps_summarized(cables: CableQuerySet, start: int) -> CableQuerySet:
    """Return those of the next WINDOW cables from a primary key that have the word "summary"."""
    near = cables.filter(pk__gte=start).order_by("pk").primary_keys()[:WINDOW]
    said = cables.filter(pk__in=list(near), body__iregex=r"\msummary\M")
    return said.select_related("origin").order_by("pk")
