"""What curators write: articles, notes, links, corrections, redactions, and the log of it all."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from .cable import Cable


class Article(models.Model):
    """A text of the archive's own about some of its cables. The body is Markdown."""

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    published = models.DateField(null=True, blank=True, help_text="Empty: not shown yet.")
    cables = models.ManyToManyField(Cable, blank=True, related_name="written_about")

    class Meta:
        ordering = ["-published", "title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("article", args=[self.slug])


class Note(models.Model):
    """A curator's note on a cable or one of its paragraphs, shown beside it."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="notes")
    paragraph = models.CharField(max_length=32, blank=True)
    text = models.TextField()

    def __str__(self):
        return f"{self.cable} {self.paragraph}"


class Link(models.Model):
    """A link of the rail's "Community resources"."""

    label = models.CharField(max_length=100)
    address = models.URLField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "label"]

    def __str__(self):
        return self.label


class Correction(models.Model):
    """A fact of a cable that a curator put right, with the reason. The source is untouched."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    def __str__(self):
        return f"{self.cable} {self.field}"


class Redaction(models.Model):
    """Words of a cable that readers may not see. What they were stands in `Sealed`."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="redactions")
    field = models.CharField(max_length=40, help_text="subject, header or body")
    paragraph = models.CharField(max_length=32, blank=True)
    start = models.PositiveIntegerField(help_text="Offset in the field, in characters.")
    end = models.PositiveIntegerField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)

    def __str__(self):
        return f"{self.cable} {self.field} {self.start}-{self.end}"


class Change(models.Model):
    """Who changed what, when and why. Rows are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    cable = models.ForeignKey(Cable, on_delete=models.SET_NULL, null=True, related_name="changes")
    action = models.CharField(max_length=40)
    reason = models.TextField(blank=True)

    def __str__(self):
        return f"{self.action} {self.cable or ''}"
