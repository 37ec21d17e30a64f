"""What curators create: articles, notes, corrections, redactions, merges, recommendations ..."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from .cable import Cable
from .change_log import DecidedRow, account
from .former_references import spellings_of_all
from .querysets import READER, CableQuerySet


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """Articles that anyone may read, latest first."""
        return self.using(READER).filter(published__isnull=False)

    def about(self, *cables: Cable):
        """Articles that a curator linked to one of these cables, or that name one, drafts too.

        Former references count as names, and so do other spellings.
        """
        references = spellings_of_all(cables, self.db)
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


class TextVersion(models.Model):
    """An article or guidance page as it was before somebody changed or deleted it. For the desk.

    `values` are its fields; of an article also "links": [reference, paragraph] of linked cables.
    """

    kind = models.CharField(max_length=20, help_text="The model's name: article or page.")
    key = models.BigIntegerField(help_text="Primary key of the text; a restored one has it again.")
    label = models.CharField(max_length=250, help_text="As the log calls the text.")
    values = models.JSONField()
    is_deleted = models.BooleanField(default=False)
    by = account(related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "key", "-id"], name="text_version_of_text")]

    def __str__(self):
        return f"{self.label}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def words(self) -> str:
        """All of its texts, in which redacted words are looked for."""
        return "\n\n".join(self.values.get(name, "") for name in ("title", "summary", "body"))


class Picture(models.Model):
    """A picture of articles and guidance pages, scaled and without metadata, as a WebP file.

    Readers see it while one that they see has its address.
    """

    data = models.BinaryField()
    digest = models.CharField(max_length=32, unique=True, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    description = models.CharField(
        max_length=500, help_text="What it shows, for those who cannot see it. No Markdown."
    )
    at = models.DateTimeField("added", auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self):
        return self.description

    def get_absolute_url(self):
        return reverse("picture", args=[self.digest])

    @property
    def markdown(self) -> str:
        return f"![]({self.get_absolute_url()})"

    def is_shown(self) -> bool:
        texts = {"body__contains": f"/pictures/{self.digest}.webp"}
        own_pages = Page.objects.using(READER).filter(**texts)
        return Article.objects.published().filter(**texts).exists() or own_pages.exists()


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


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def standing(self):
        """Those that readers see: the last of each fact."""
        same = {"cable": models.OuterRef("cable"), "field": models.OuterRef("field")}
        later = Correction.objects.filter(pk__gt=models.OuterRef("pk"), **same)
        return self.filter(~models.Exists(later)).order_by("pk")


class Correction(DecidedRow):
    """A fact of a cable that a curator corrected, with the reason. The copies are not changed.

    The last one of a fact stands; where it is undone, the one before it does.
    """

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
    at = models.DateTimeField(default=timezone.now)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        permissions = [("correct_cable", "Can correct facts of cables, and name former references")]

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
