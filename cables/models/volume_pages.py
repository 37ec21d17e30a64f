"""What a volume prints before its documents, and what a curator withholds of it."""

from typing import TypedDict

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Cast, Left
from django.urls import reverse

from ..telegram.fact_types import FrontBlock
from .change_log import DecidedRow, account
from .collection_origin_tag import lock_table
from .load_records import Load
from .sql_expressions import CONFIG, SEARCHED_CHARACTERS, parted

PAGE_WORDS = SearchVector(
    parted("title"),
    parted(Left(Cast("blocks", models.TextField()), SEARCHED_CHARACTERS)),
    config=CONFIG,
)

LEFT_OUT = "left-out"  # The name of the page that lists the documents that loads leave out.


class PageValues(TypedDict):
    """The fields of a PrintedPage."""

    volume: str
    name: str
    position: int
    title: str
    blocks: list[FrontBlock]
    keys: list[str]


class PrintedPage(models.Model):
    """A page before the documents of a volume, such as its persons, or of those left out."""

    volume = models.CharField(max_length=100, db_collation="C", help_text="frus1961-63v03")
    name = models.CharField(max_length=60, db_collation="C", help_text="Of the section: persons.")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    blocks: "models.JSONField[list[FrontBlock], list[FrontBlock]]" = models.JSONField(default=list)
    keys = ArrayField(
        models.CharField(max_length=100), default=list, help_text="Of its entries: p_AB1."
    )

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.volume} {self.name}"

    @property
    def values(self) -> PageValues:
        """All that it says."""
        return {
            "volume": self.volume,
            "name": self.name,
            "position": self.position,
            "title": self.title,
            "blocks": self.blocks,
            "keys": self.keys,
        }


class VolumePage(PrintedPage):
    """A page as readers see it, while any document of its volume is published.

    It says nothing of single documents: those have the keys of the entries that lead to them.
    """

    class Meta:
        verbose_name = "page of a volume"
        verbose_name_plural = "pages of volumes"
        constraints = [models.UniqueConstraint(fields=["volume", "name"], name="volume_page_once")]
        indexes = [GinIndex(PAGE_WORDS, name="volume_page_words")]

    def get_absolute_url(self):
        return reverse("chapter", args=[self.volume, self.name])


class PersonEntry(models.Model):
    """A person in a list of a volume, as readers see it; entries of one person share a slug.

    publication/publish_persons.py makes these rows of the pages of volumes.
    """

    volume = models.CharField(max_length=100, db_collation="C")
    page = models.CharField(max_length=60, db_collation="C", help_text="Of the list: persons.")
    key = models.CharField(max_length=100, db_collation="C", help_text="p_AB1")
    name = models.CharField(max_length=200, help_text="As printed: Oar, Ada B.")
    office = models.TextField(blank=True, help_text="All that is printed behind the name.")
    surname = models.CharField(max_length=200, db_collation="C", help_text="As it is compared.")
    slug = models.CharField(max_length=100, db_index=True, db_collation="C")
    former_slugs = ArrayField(models.CharField(max_length=100), default=list)

    class Meta:
        verbose_name = "person in a volume"
        verbose_name_plural = "persons in volumes"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["volume", "key"], name="person_entry_once")]
        indexes = [models.Index(fields=["surname"], name="person_entry_surname")]

    def __str__(self):
        return f"{self.volume} {self.key}"

    def get_absolute_url(self):
        return reverse("person", args=[self.slug])


class SealedVolumePage(PrintedPage):
    """A page as its volume prints it, while a part of it is withheld."""

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["volume", "name"], name="sealed_page_once")]


class WaitingVolumePage(PrintedPage):
    """A page of a volume that a load brought under embargo; readers get it with its documents."""

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="waiting_pages")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["volume", "name"], name="waiting_page_once")]


class VolumeWithholding(DecidedRow):
    """A part of a page of a volume that readers do not see, and why.

    `entry` is as publication/publish_volume_pages.py names the parts of a page; "" is all of it.
    """

    volume = models.CharField(max_length=100, db_collation="C")
    name = models.CharField("page", max_length=60, db_collation="C")
    entry = models.CharField(max_length=100, blank=True, db_collation="C")
    reason = models.TextField(help_text="Readers see it.")
    by = account()
    at = models.DateTimeField(auto_now_add=True)
    search = models.ForeignKey(
        "RedactionSearch",
        on_delete=models.SET_NULL,
        null=True,
        related_name="volume_parts",
        help_text="The redaction over the archive that withheld it when the volume was loaded.",
    )

    class Meta:
        verbose_name = "withheld part of a volume"
        verbose_name_plural = "withheld parts of volumes"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["volume", "name", "entry"], name="volume_part_withheld_once"
            )
        ]

    def __str__(self):
        """Return a name for the log, without the digest of a paragraph: it tells guesses apart."""
        is_text = self.entry.startswith("text ")
        part = f"paragraph withheld as {self.pk}" if is_text else self.entry
        return f"{self.volume} {self.name} {part}".rstrip()

    @classmethod
    def lock(cls) -> None:
        """Let no other transaction decide on pages, or store any, until the end of this one."""
        lock_table(cls, "SHARE ROW EXCLUSIVE")


class PersonRuling(DecidedRow):
    """That two entries in the lists of volumes are one person, or two, whatever the rule says.

    It holds for entries by their keys, also after later loads of the volumes.
    """

    volume = models.CharField(max_length=100, db_collation="C")
    key = models.CharField(max_length=100, db_collation="C")
    other_volume = models.CharField(max_length=100, db_collation="C")
    other_key = models.CharField(max_length=100, db_collation="C")
    are_one = models.BooleanField()
    reason = models.TextField()
    by = account()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "ruling on persons"
        verbose_name_plural = "rulings on persons"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["volume", "key", "other_volume", "other_key"], name="person_ruling_once"
            )
        ]

    def __str__(self):
        """Return a name for the log, without names of persons."""
        return f"{self.volume} {self.key} and {self.other_volume} {self.other_key}"

    @property
    def pair(self) -> frozenset[tuple[str, str]]:
        """The (volume, key) of both."""
        return frozenset([(self.volume, self.key), (self.other_volume, self.other_key)])
