"""What curators create: articles, pages, notes, links, corrections, redactions and merges."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ..telegram.references import spellings_of
from .account_fields import account
from .cable import Cable
from .decision_context import DecidedRow
from .former_references import FormerReference
from .querysets import READER


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """Articles that anyone may read, latest first."""
        return self.using(READER).filter(published__isnull=False)

    def about(self, *cables: Cable):
        """Articles that a curator linked to one of these cables, or that name one, drafts too.

        Former references count as names, and so do other spellings.
        """
        formers = FormerReference.objects.using(self.db).filter(cable__in=cables)
        names = [cable.reference for cable in cables]
        names += formers.values_list("reference", flat=True)
        references = [spelling for name in names for spelling in spellings_of(name)]
        links = ArticleCable.objects.filter(cable__in=cables).values("article")
        return self.filter(Q(pk__in=links) | Q(named__overlap=references))

    def mentioning(self, cable: Cable):
        """Published articles about a cable, for its page."""
        return self.published().about(cable)


class Article(models.Model):
    """An article of the archive about some of its cables. The body is Markdown.

    `named` has the references in the body, also of cables that are not held; the desk updates it
    with every save.
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
    """A cable, or one paragraph of it, that a curator linked to an article."""

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
    """The institution's text of a guidance page; it replaces the one that the room comes with."""

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
    """A link under "Community resources" in the side bar."""

    label = models.CharField(max_length=100)
    address = models.URLField(help_text="With https:// at its start.")
    position = models.PositiveSmallIntegerField(
        default=0, help_text="The lowest stands first; equal ones by label."
    )

    class Meta:
        ordering = ["position", "label"]

    def __str__(self):
        return self.label


class Correction(DecidedRow):
    """A fact of a cable that a curator corrected, with the reason. The copies are not changed."""

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
    by = account()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        permissions = [("correct_cable", "Can correct facts of cables, and name former references")]
        constraints = [
            models.UniqueConstraint(fields=["cable", "field"], name="correction_of_field_once")
        ]

    def __str__(self):
        return f"{self.cable} {self.field}"


class Redaction(DecidedRow):
    """Words or a paragraph that are redacted in a cable, and why. The words are in `Sealed`.

    `place` is as in telegram/apply_redactions.py: "" is the whole cable with versions and notes,
    "head" what comes before its paragraphs, "notes" the notes on it, "par3" one paragraph.
    """

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="redactions")
    place = models.CharField(max_length=32, blank=True)
    is_whole = models.BooleanField(default=False, help_text="The whole paragraph.")
    reason = models.TextField(help_text="Readers see it.")
    by = account()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        permissions = [("redact_cable", "Can redact cables, and lift redactions")]

    def __str__(self):
        return f"{self.cable} {self.place}".rstrip()

    @property
    def sealed_at(self) -> str:
        """The place in `Sealed` of the redacted words."""
        return f"redaction {self.pk}"


class Merge(DecidedRow):
    """A merge of an origin or a tag into another, with the cables it changed, to undo it."""

    class Kind(models.TextChoices):
        ORIGIN = "origin", "Origin"
        TAG = "tag", "Tag"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200, db_collation="C", help_text="What it was called.")
    into = ArrayField(models.CharField(max_length=200), help_text="What it became.")
    cables = models.JSONField(help_text="Cables that moved; of tags, with the tags they had.")
    reason = models.TextField()
    by = account()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        permissions = [("merge_places", "Can merge origins and tags, and undo it")]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="merge_of_name_once")]

    def __str__(self):
        return f"{self.kind} {self.name} into {', '.join(self.into)}"


class PublicMerge(models.Model):
    """The name of a merge that moved a cable which is published now: a database view of Merge."""

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "cables_publicmerge"
        default_permissions = ()

    def __str__(self):
        return f"{self.kind} {self.name}"
