"""Works elsewhere that cite a cable or a paragraph of it: books, articles, web pages."""

from django.db import models

from .cable import Cable
from .querysets import READER


class CitingWorkQuerySet(models.QuerySet["CitingWork"]):
    def shown(self):
        """Those that readers may see: public ones, of cables that are not withheld."""
        return self.using(READER).filter(is_public=True, cable__withheld_reason="")

    def cited(self) -> frozenset[int]:
        """The primary keys of the cables that such works cite."""
        return frozenset(self.shown().order_by().values_list("cable", flat=True))

    def of_cable(self, cable: Cable):
        """Those of one cable that readers may see, the earliest first; without a date last."""
        undated = models.Case(models.When(published="", then=1), default=0)
        return self.shown().filter(cable=cable).order_by(undated, "published", "pk")


class CitingWork(models.Model):
    """A work that cites a cable, which curators list under "Cited in".

    It has an address or a reference, or both. While the cable is withheld its texts are sealed.
    """

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="citing_works")
    paragraph = models.CharField(
        max_length=32, blank=True, help_text="Such as par3. Empty: the whole cable."
    )
    title = models.CharField(max_length=300)
    author = models.CharField(max_length=300, blank=True)
    published = models.CharField(
        "date", max_length=10, blank=True, help_text="2014, 2014-05 or 2014-05-17."
    )
    reference = models.CharField(
        "where it stands",
        max_length=500,
        blank=True,
        help_text="Journal, volume and pages, or a DOI.",
    )
    address = models.URLField(max_length=500, blank=True, help_text="With https:// at its start.")
    note = models.TextField(
        max_length=2_000, blank=True, help_text="Readers see it. No Markdown: text only."
    )
    is_public = models.BooleanField("shown to readers", default=True)

    objects = CitingWorkQuerySet.as_manager()

    TEXTS = ("title", "author", "published", "reference", "address", "note")

    class Meta:
        ordering = ["-pk"]
        verbose_name = "citing work"
        verbose_name_plural = "cited in: works elsewhere"

    def __str__(self):
        return f"{self.cable} {self.paragraph}".rstrip()

    def get_absolute_url(self):
        fragment = f"#{self.paragraph}" if self.paragraph else ""
        return f"{self.cable.get_absolute_url()}{fragment}"

    @property
    def words(self) -> str:
        """All of its texts, a line each, in which redacted words are looked for."""
        return "\n".join(filter(None, (getattr(self, name) for name in self.TEXTS)))
