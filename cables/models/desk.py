"""What curators write: articles, pages, notes, links, corrections and redactions."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ..querysets import READER
from .addresses import FormerReference
from .cable import Cable


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """Articles that anyone may read, latest first."""
        return self.using(READER).filter(published__isnull=False)

    def about(self, *cables: Cable):
        """Linked to one of these by a curator, or naming it, by a former reference too.

        Drafts are among them.
        """
        formers = FormerReference.objects.using(self.db).filter(cable__in=cables)
        references = [cable.reference for cable in cables]
        references += formers.values_list("reference", flat=True)
        links = ArticleCable.objects.filter(cable__in=cables).values("article")
        return self.filter(Q(pk__in=links) | Q(named__overlap=references))

    def mentioning(self, cable: Cable):
        """The published ones about a cable: what its page links to."""
        return self.published().about(cable)


class Article(models.Model):
    """A text of the archive's own about some of its cables. The body is Markdown.

    `named` holds the references that the body names, those of cables that are not here too: the
    desk keeps it with every save.
    """

    slug = models.SlugField(
        max_length=100, unique=True, help_text="The end of its address: /articles/harbor-fees/."
    )
    title = models.CharField(max_length=200)
    summary = models.TextField(
        blank=True, help_text="One or two sentences for the list of articles; no Markdown."
    )
    body = models.TextField(
        blank=True,
        help_text="Markdown. A reference in it, 06BERLIN900001 or 06BERLIN900001 para 3, becomes "
        "a link once that cable is released here.",
    )
    published = models.DateField(
        null=True, blank=True, help_text="The date that it bears. Empty: readers do not see it."
    )

    cables = models.ManyToManyField(Cable, through="ArticleCable", related_name="articles")

    named = ArrayField(models.CharField(max_length=64), default=list, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published", "title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("article", args=[self.slug])


class ArticleCable(models.Model):
    """A cable, or one paragraph of it, that an article is about by its curator's choice."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="links")
    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="article_links")
    paragraph = models.CharField(
        max_length=32, blank=True, help_text="Such as par3. Empty: the whole cable."
    )

    class Meta:
        verbose_name = "linked cable"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "cable", "paragraph"], name="article_cable_once"
            )
        ]

    def __str__(self):
        return f"{self.cable} {self.paragraph}".rstrip()


class Page(models.Model):
    """A guidance page in the institution's own words. Without its row the room's own text shows."""

    slug = models.SlugField(
        max_length=100, unique=True, help_text="The end of its address: /about/privacy/."
    )
    title = models.CharField(max_length=200)
    body = models.TextField(help_text="Markdown, as in articles.")

    class Meta:
        ordering = ["title"]
        verbose_name = "guidance page"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("about") if self.slug == "about" else reverse("page", args=[self.slug])


class Note(models.Model):
    """A curator's note on a cable or one of its paragraphs, shown beside it."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="notes")
    paragraph = models.CharField(
        max_length=32, blank=True, help_text="Such as par3. Empty: above the whole cable."
    )
    text = models.TextField(help_text="Markdown, as in articles.")

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.cable} {self.paragraph}".rstrip()

    def get_absolute_url(self):
        fragment = f"#{self.paragraph}" if self.paragraph else ""
        return f"{self.cable.get_absolute_url()}{fragment}"


class Link(models.Model):
    """A link of the rail's "Community resources"."""

    label = models.CharField(max_length=100)
    address = models.URLField(help_text="With https:// at its start.")
    position = models.PositiveSmallIntegerField(
        default=0, help_text="The lowest stands first; equal ones by label."
    )

    class Meta:
        ordering = ["position", "label"]

    def __str__(self):
        return self.label


class Correction(models.Model):
    """A fact of a cable that a curator put right, with the reason. The source is untouched."""

    class Field(models.TextChoices):
        SUBJECT = "subject", "Subject"
        ORIGIN = "origin", "Origin"
        CREATED = "created", "Created"
        CLASSIFICATION = "classification", "Classification"
        TAGS = "tags", "Tags"
        CITES = "cites", "References"

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=40, choices=Field)
    value = models.JSONField(help_text="As the source's record would have it.")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        permissions = [("correct_cable", "Can correct facts of cables, and name former references")]
        constraints = [
            models.UniqueConstraint(fields=["cable", "field"], name="correction_of_field_once")
        ]

    def __str__(self):
        return f"{self.cable} {self.field}"


class Redaction(models.Model):
    """Something in a cable that readers may not see, and why. What it was stands in `Sealed`.

    `place` is one of redacting.py: "" is the whole cable with its versions and notes, "head" what
    stands before its paragraphs, "notes" the notes on it, "par3" one paragraph.
    """

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="redactions")
    place = models.CharField(max_length=32, blank=True)
    is_whole = models.BooleanField(default=False, help_text="The whole paragraph.")
    reason = models.TextField(help_text="Readers see it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        permissions = [("redact_cable", "Can redact cables, and lift redactions")]

    def __str__(self):
        return f"{self.cable} {self.place}".rstrip()

    @property
    def sealed_at(self) -> str:
        """The place in `Sealed` of the words, and of the parts of the text that held them."""
        return f"redaction {self.pk}"


class Merge(models.Model):
    """An origin or a tag that became another, with the cables that moved: what undoing needs."""

    class Kind(models.TextChoices):
        ORIGIN = "origin", "Origin"
        TAG = "tag", "Tag"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200, db_collation="C", help_text="What it was called.")
    into = ArrayField(models.CharField(max_length=200), help_text="What it became.")
    cables = models.JSONField(help_text="Cables that moved; of tags, with the tags they had.")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        permissions = [("merge_places", "Can merge origins and tags, and undo it")]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="merge_of_name_once")]

    def __str__(self):
        return f"{self.kind} {self.name} into {', '.join(self.into)}"
