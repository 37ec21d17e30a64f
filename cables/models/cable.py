"""The cable as readers see it, its earlier versions, and sealed originals."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ..telegram.dates import NO_DAY
from ..telegram.fact_types import CableFacts, VersionFacts, edition_of
from ..telegram.mentions import CableMention
from ..telegram.paragraphs import SEGMENTER, Blocks, cut_blocks, pin, segment, slice_blocks
from ..telegram.references import completing_reference, printed_serial, serial_of, spellings_of
from .collection_origin_tag import Origin, address
from .list_querysets import MarkingQuerySet, TaggingQuerySet
from .querysets import BY_REFERENCE, SUBJECT_START, CableQuerySet
from .sql_expressions import SEALED_WORDS, VERSION_WORDS

# The order of every list: newest release first, then by date of sending. A total order.
LISTED = ("-released", "created", "reference")
PUBLISHED = Q(withheld_reason="")
# The columns with the contents of a cable or a version: emptied while the cable is withheld.
CABLE_CONTENTS = [
    *("subject", "header", "body", "tags", "captions", "marks", "cites", "labels", "other_texts"),
    *("facts", "warnings", "keywords", "digest", "origin_id"),
    *("paragraph_ids", "paragraph_offsets", "fingerprints"),
]
VERSION_CONTENTS = [
    *("reason", "subject", "header", "body", "facts"),
    *("digest", "paragraph_ids", "paragraph_offsets", "fingerprints"),
]


def offsets_field() -> ArrayField:
    """Return the column with where the blocks of a body stand; rows of old releases have none."""
    return ArrayField(models.IntegerField(), default=list, db_default=[])


def list_index(
    *columns: str, include: Sequence[str] = ("id",), condition: Q = PUBLISHED, name: str
) -> models.Index:
    """Return an index that covers counting and paging of a list in its usual order."""
    order = (F("released").desc(), "created", "reference")
    return models.Index(*columns, *order, include=include, condition=condition, name=name)


class Cable(models.Model):
    """One cable: its current public text and the facts derived from it.

    The text is never edited. A withheld cable keeps its row, emptied, so that its address can say
    why; its text is in `Sealed`.
    """

    reference = models.CharField(
        max_length=64, unique=True, db_collation="C", help_text="Such as 07PHNOMPENH1376."
    )
    # A withheld cable has none, so that no role of the database sees where it comes from.
    origin: "models.ForeignKey[Origin, Origin]" = models.ForeignKey(  # type: ignore[misc]
        Origin, on_delete=models.PROTECT, null=True, related_name="cables", db_index=False
    )
    created = models.DateTimeField(help_text="When it was sent, in UTC.")
    created_precision = models.CharField(max_length=6, default="minute")
    released = models.DateField(
        help_text="When it was published; NO_DAY if no source says so. Readers: `release_day`."
    )
    classification = models.CharField(max_length=60, blank=True)
    subject = models.TextField(blank=True)
    header = models.TextField(blank=True)
    body = models.TextField(blank=True)

    tags = ArrayField(models.CharField(max_length=200), default=list, help_text="As printed.")
    captions = ArrayField(models.CharField(max_length=40), default=list)
    marks = ArrayField(models.CharField(max_length=40), default=list)
    cites = ArrayField(models.CharField(max_length=64), default=list)
    labels = ArrayField(
        models.CharField(max_length=100),
        default=list,
        help_text="By what its source calls it: kind:airgram, volume:frus1861/ch2, concept:OIL.",
    )
    partial = models.BooleanField(default=False)
    facts: "models.JSONField[CableFacts, CableFacts]" = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    other_texts = models.JSONField(
        default=list, help_text="What other sources give for it; none where words are redacted."
    )
    collections = ArrayField(models.CharField(max_length=40), default=list)

    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    digest = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of the text at REF.txt; empty where that is redacted.",
    )
    withheld_reason = models.TextField(blank=True, default="")
    paragraph_ids = ArrayField(models.CharField(max_length=32), default=list)
    paragraph_offsets = offsets_field()
    fingerprints = ArrayField(models.CharField(max_length=12), default=list)
    segmenter = models.PositiveSmallIntegerField()
    keywords = models.TextField(blank=True, help_text="Tags, origin and reference in plain words.")

    # No column: whether a paragraph of it was retired; queries that do not look say yes.
    has_former_paragraphs = True

    objects = CableQuerySet.as_manager()

    class Meta:
        permissions = [
            ("withhold_cable", "Can withhold cables and publish them again"),
            ("erase_cable", "Can propose at the desk to erase cables"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~PUBLISHED | Q(origin__isnull=False), name="cable_published_with_origin"
            )
        ]
        indexes = [
            # Each list is counted and paged by an index-only scan, as rows are wide.
            # The cables of an origin with one classification are too: 3 ms instead of 29.
            list_index("origin", include=["id", "classification"], name="cable_by_origin"),
            list_index("classification", name="cable_by_classification"),
            list_index(name="cable_by_released"),
            list_index(condition=PUBLISHED & Q(partial=True), name="cable_partial"),
            list_index(condition=PUBLISHED & ~Q(cites=[]), name="cable_with_references"),
            models.Index(
                "created",
                "released",
                "reference",
                include=["id"],
                condition=PUBLISHED,
                name="cable_by_created",
            ),
            models.Index(BY_REFERENCE, name="cable_by_reference"),  # The desk lists all cables.
            # The cables of an origin by date of sending: previous and next.
            models.Index(
                *("origin", "created", "reference"),
                include=["id"],
                condition=PUBLISHED,
                name="cable_by_origin_as_sent",
            ),
            # The desk finds cables by the beginning of their subject, and lists withheld ones.
            models.Index(SUBJECT_START, "reference", name="cable_by_subject"),
            models.Index("reference", condition=~PUBLISHED, name="cable_withheld"),
            # The page of holdings counts these; they are few.
            list_index(
                "origin", condition=PUBLISHED & Q(facts__has_key="redacted"), name="cable_redacted"
            ),
            GinIndex(fields=["tags"], name="cable_tags"),
            GinIndex(fields=["cites"], name="cable_cites"),
            GinIndex(fields=["collections"], name="cable_collections"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self) -> str:
        return address("cable", self.reference)

    @property
    def text(self: "Cable | Version") -> str:
        """The cable as a text file: header, blank line, body. `digest` is its SHA-256."""
        return text_file(self.header, self.body)

    @property
    def release_day(self) -> date | None:
        """When it was published; None if no source says so."""
        return None if self.released == NO_DAY else self.released

    @property
    def title(self) -> str:
        """The subject or the title from its source, as printed; "" if it has neither.

        Readers see `titles.reading_title`.
        """
        return self.subject or self.facts.get("title", "")

    @property
    def names(self) -> list[str]:
        """The references under which it is cited, in all spellings.

        They are its own, those of its copies, and that of the second number of a telegram.
        """
        copies = [reference for reference, _ in self.facts.get("copies", ())]
        second = edition_of(self.facts).get("second_reference")
        cited = (self.reference, *copies, *([second] if second else []))
        return list(dict.fromkeys(name for each in cited for name in spellings_of(each)))

    @property
    def serial(self) -> int | None:
        """The number under which a document was sent, None for those without one."""
        return serial_of(self.completing_reference) or printed_serial(edition_of(self.facts))

    @property
    def completing_reference(self) -> str:
        """The reference whose year and station complete those in its text (R-3)."""
        return completing_reference(self.reference, edition_of(self.facts))

    def blocks(self: "Cable | Version") -> Blocks:
        """Return the blocks of the body with their published ids."""
        blocks = segment(self.body, self.serial)
        return pin(blocks, self.paragraph_ids, self.fingerprints)

    def block_texts(self: "Cable | Version") -> list[tuple[str, str]]:
        """Return the (id, text) of each block, without all else that blocks() finds.

        The ids and offsets are stored in the order of the blocks, as long as the same rules cut
        them. A body without offsets, or with those of another, is cut anew.
        """
        if self.segmenter != SEGMENTER:
            return [(block.id, block.text) for block in self.blocks()]
        texts = slice_blocks(self.body, self.paragraph_offsets)
        if len(texts) != len(self.paragraph_ids):
            texts = cut_blocks(self.body)
        return list(zip(self.paragraph_ids, texts, strict=True))

    def versions_like_now(self) -> list[int]:
        """Return the numbers of the earlier versions that have the present text and facts.

        There are some where a change of the text, such as a correction, was undone.
        """
        if self.version < 3:
            return []
        facts = {"origin": self.origin.name, "classification": self.classification}
        facts["created"] = self.created.isoformat()
        texts = {name: getattr(self, name) for name in ("subject", "header", "body")}
        same = self.versions.filter(facts__contains=facts, **texts).order_by("number")
        return list(same.values_list("number", flat=True))

    def edit_token(self) -> str:
        """Return an optimistic-lock token for forms: it changes with every edit or load."""
        last = self.changes.values_list("pk", flat=True).first() or 0
        return f"{self.version}.{last}"

    def lock(self):
        """Lock the row until the transaction ends, and read it again."""
        Origin.lock()
        self.refresh_from_db(from_queryset=Cable.objects.select_for_update())


def text_file(header: str, body: str) -> str:
    """Return a cable as a text file: header, blank line, body."""
    return f"{header}\n\n{body}\n" if header else f"{body}\n"


class Narrow(models.Model):
    """A published cable in a list: a narrow row with only the columns that the list is sorted by.

    Without such tables, counting a tag with 122,000 cables took 144 ms, and its last page 205 ms.
    """

    released = models.DateField()
    created = models.DateTimeField()
    reference = models.CharField(max_length=64, db_collation="C")

    class Meta:
        abstract = True


def index_of_lists(column: str, name: str) -> models.Index:
    """Return an index that covers counting and paging of the lists in a narrow table."""
    order = (F("released").desc(), "created", "reference")
    return models.Index(column, *order, include=["cable"], name=name)


class Tagging(Narrow):
    """One published cable under one of its tags."""

    pk = models.CompositePrimaryKey("cable", "tag")
    tag = models.CharField(max_length=200, db_collation="C")
    cable = models.ForeignKey(
        Cable, on_delete=models.CASCADE, related_name="taggings", db_index=False
    )

    objects = TaggingQuerySet.as_manager()

    class Meta:
        indexes = [index_of_lists("tag", "tagging_listed")]

    def __str__(self):
        return f"{self.tag} {self.reference}"


class Marking(Narrow):
    """One published cable under one of its captions, portion marks or labels.

    A mark has parentheses, "(SBU)"; a label a colon, "kind:airgram"; a caption none, "SIPDIS".
    """

    pk = models.CompositePrimaryKey("cable", "code")
    code = models.CharField(max_length=100, db_collation="C")
    cable = models.ForeignKey(
        Cable, on_delete=models.CASCADE, related_name="markings", db_index=False
    )

    objects = MarkingQuerySet.as_manager()

    class Meta:
        indexes = [index_of_lists("code", "marking_listed")]

    def __str__(self):
        return f"{self.code} {self.reference}"


def refresh_lists(cables: Iterable[int]):
    """Rewrite the rows of these cables (primary keys) in the narrow tables."""
    keys = list(cables)
    Tagging.objects.refresh(keys)
    Marking.objects.refresh(keys)


class Version(models.Model):
    """A public text that was replaced by another, with its paragraph ids."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    since = models.DateTimeField(help_text="When it became the public text.")
    until = models.DateTimeField(help_text="When it was replaced.")
    reason = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    header = models.TextField(blank=True)
    body = models.TextField(blank=True)
    facts: "models.JSONField[VersionFacts, VersionFacts]" = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    paragraph_ids = ArrayField(models.CharField(max_length=32), default=list)
    paragraph_offsets = offsets_field()
    fingerprints = ArrayField(models.CharField(max_length=12), default=list)
    segmenter = models.PositiveSmallIntegerField()
    is_like_now = False  # No column: whether the cable has this text again.

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cable", "number"], name="version_number_once")
        ]
        indexes = [GinIndex(VERSION_WORDS, name="version_words")]

    def __str__(self):
        return f"{self.cable} version {self.number}"

    text = Cable.text
    blocks = Cable.blocks
    block_texts = Cable.block_texts

    @property
    def serial(self) -> int | None:
        return self.cable.serial


class Mention(models.Model):
    """A paragraph that mentions another cable, perhaps a paragraph of it ("para 4")."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="mentions")
    paragraph = models.CharField(max_length=32)
    reference = models.CharField(max_length=64, db_index=True, db_collation="C")
    target = models.CharField(max_length=32, blank=True, help_text="Paragraph of the other.")

    def __str__(self):
        return f"{self.cable} {self.paragraph}: {self.reference}"

    @classmethod
    def rows(cls, cable: Cable, found: Iterable[CableMention]) -> list["Mention"]:
        """Return a row, which is not stored yet, for each of the mentions in a cable."""
        return [
            cls(cable=cable, paragraph=paragraph, reference=reference, target=target)
            for paragraph, reference, target in found
        ]

    @property
    def as_tuple(self) -> CableMention:
        """The mention as the parser returns it."""
        return self.paragraph, self.reference, self.target


class Sealed(models.Model):
    """Contents that readers may not see: their database role has no grant on this table.

    `place` says where the values belong. Of a withheld cable: "cable", "version 2", "note 14",
    "former par3", "mentions". Of a redacted one: "source", "source version 2" and
    "source note 14", the texts before redaction, and "redaction 7", the redacted words.
    """

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="sealed")
    place = models.CharField(max_length=40)
    values = models.JSONField(help_text="Field -> what stood there.")

    class Meta:
        verbose_name_plural = "sealed"
        permissions = [("see_sealed", "Can see what is withheld or redacted")]
        constraints = [models.UniqueConstraint(fields=["cable", "place"], name="sealed_place_once")]
        indexes = [GinIndex(SEALED_WORDS, name="sealed_words")]

    def __str__(self):
        return f"{self.cable} {self.place}"
