"""Tables that readers cannot see: loads, rows that were not applied, and copies of sources."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from ..telegram.fact_types import CopyFacts
from ..telegram.references import names_of
from .cable import Cable
from .change_log import DecidedRow, account
from .collection_origin_tag import Collection
from .querysets import CableQuerySet

OF_HIDDEN = "Its outcome comes of comparing it with a withheld or redacted cable."
SHOWN = Q(text__isnull=True)  # The copies whose text their cables show.


class LoadQuerySet(models.QuerySet["Load"]):
    def queue(self):
        """Loads of the desk that wait for the worker or are at work, the next one first."""
        at_work = self.filter(state__in=Load.AT_WORK, by__isnull=False)
        is_running = models.Case(models.When(state="running", then=0), default=1)
        return at_work.order_by(is_running, "-priority", "queued", "pk")


class Load(models.Model):
    """One run of the loader over one file or folder, started by the command or at the desk.

    At the desk it is first compared with the archive, then applied when a person asks for it.
    `counts` (a LoadReport) are those of the comparison, later those of the load.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", "Waits for its columns to be chosen"
        COMPARING = "comparing", "Is being compared"
        COMPARED = "compared", "Compared; waits for a person"
        WAITING = "waiting", "Waits for its turn"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped before its end"
        DISCARDED = "discarded", "Discarded"

    AT_WORK = (State.COMPARING, State.WAITING, State.RUNNING)
    TO_APPLY = (State.COMPARED, State.CANCELLED, State.FAILED, State.STOPPED)
    TO_DISCARD = (State.MAPPING, *TO_APPLY)

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT)
    file = models.TextField(help_text="As named to the command.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Empty for a folder.")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    counts = models.JSONField(default=dict)
    started = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)
    by = account(
        null=True, db_index=False, help_text="Who started it at the desk; empty for the command."
    )
    released = models.DateField(
        null=True, help_text="Of records whose source gives no date; empty: the day of the load."
    )
    everything = models.BooleanField(
        "documents that are no cables", default=False, help_text="Of a volume, taken too."
    )
    due = models.DateTimeField(null=True, help_text="Under embargo until then.")
    embargoed = ArrayField(
        models.CharField(max_length=64), default=list, help_text="Empty: all of its cables."
    )
    embargo_reason = models.TextField(blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes of its files.")
    done = models.PositiveBigIntegerField(default=0, help_text="Bytes that were read.")
    last = models.TextField(blank=True, help_text="The record that was stored last.")
    cancel = models.BooleanField(default=False, help_text="It is to stop after its batch.")
    problem = models.TextField(blank=True, help_text="Why it failed, and what to do.")
    mapping = models.JSONField(
        null=True, help_text="How its tables are read; null: by their own format."
    )
    mapping_name = models.CharField("mapping", max_length=100, blank=True)
    heading = models.JSONField(
        default=list, help_text="Names of the columns of its table, if they were chosen."
    )
    priority = models.SmallIntegerField(default=0, help_text="A higher one is taken first.")
    queued = models.DateTimeField(null=True, help_text="Since when it waits for the worker.")
    queue = models.CharField(
        max_length=128, default="default", help_text="Of the workers that can read its file."
    )

    objects = LoadQuerySet.as_manager()

    class Meta:
        permissions = [
            ("load_files", "Can load files"),
            ("release_cable", "Can put cables under embargo and release them"),
        ]

    def __str__(self):
        return f"{self.name if self.by_id else self.file} ({self.state})"

    @cached_property
    def has_volumes(self) -> bool:
        """Whether a volume was loaded before this run; the database is asked once a run."""
        return Copy.objects.filter(format="frus").exists()

    @property
    def was_compared(self) -> bool:
        """Whether there was a preview of it; if the comparison failed there was none."""
        is_seen = self.state == self.State.COMPARED or self.finished is not None
        return is_seen or self.previews.exists()

    @cached_property
    def may_tell_sealed(self) -> bool:
        """Whether its outcomes may depend on sealed text: its curator may see that.

        Loads by command are an operator's.
        """
        return self.by is None or self.by.has_perm("cables.see_sealed")

    def embargoes(self, reference: str) -> bool:
        """Return whether this load puts a cable under embargo, by any name that it has or had."""
        if not self.due:
            return False
        return not self.embargoed or not {*names_of(reference)}.isdisjoint(self.embargoed)

    def cables(self) -> CableQuerySet:
        """Return the cables with a copy that this load created or changed last."""
        return Cable.objects.filter(pk__in=self.copy_set.values("cable"))

    @property
    def name(self) -> str:
        """The name of its file or folder, without the path."""
        return self.file.rstrip("/").rpartition("/")[2]

    @property
    def label(self) -> str:
        """What pages call it: "dump.csv, 2026-12-01 09:30"."""
        return f"{self.name if self.by_id else self.file}, {self.started:%Y-%m-%d %H:%M}"

    @property
    def machine(self) -> str:
        return self.queue.rpartition("-")[0] or "this machine"

    @property
    def percent(self) -> int:
        """How much of its files was read, in percent."""
        return min(100, self.done * 100 // self.size) if self.size else 0

    @property
    def documents(self) -> str:
        """How many documents were read, of about how many."""
        return of_about(self.counts["rows"], self.done, self.size)


def of_about(rows: int, done: int, size: int) -> str:
    """Return "432 of about 609 documents", by the bytes that were read of all."""
    if not 0 < done < size:
        return f"{rows:,} documents"
    return f"{rows:,} of about {round(rows * size / done):,} documents"


class Preview(models.Model):
    """A record in the preview of a load: one of the first with each outcome."""

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="previews")
    outcome = models.CharField(max_length=10, help_text="What would become of it.")
    position = models.PositiveBigIntegerField()
    source = models.TextField()
    reference = models.CharField(max_length=64, blank=True)
    raw = models.TextField(blank=True, help_text="As in LoadRow; empty where nothing changes.")
    reason = models.TextField(blank=True)
    of_hidden = models.BooleanField(default=False, help_text=OF_HIDDEN)

    class Meta:
        indexes = [models.Index(fields=["load", "outcome", "id"], name="preview_of_load")]

    def __str__(self):
        return f"{self.source}:{self.position}: {self.outcome} {self.reference}".rstrip()


class LoadRow(DecidedRow):
    """A record that was not applied, with its text, so that it can be repaired and loaded.

    A cable under embargo is stored as such a row only: WAITING until `due`, or WITHDRAWN. Its
    digest is that of the key of its copy, so that it has one row. RELEASED and APPLIED rows have
    no text.
    """

    class Outcome(models.TextChoices):
        REJECTED = "rejected", "Rejected"
        HELD = "held", "Waits for a person"
        WAITING = "waiting", "Under embargo"
        WITHDRAWN = "withdrawn", "Under embargo without end"
        RELEASED = "released", "Released after its embargo"
        APPLIED = "applied", "Applied by a person"
        LEFT = "left", "Left as it is by a person"

    EMBARGOED = (Outcome.WAITING, Outcome.WITHDRAWN)
    DECIDED = (*EMBARGOED, Outcome.RELEASED)  # Their reason is that of an embargo or its end.

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveBigIntegerField(help_text="Line of the file; 1 for a page.")
    source = models.TextField(help_text="The file it stands in.")
    reference = models.CharField(max_length=64, blank=True)
    raw = models.TextField(help_text="NUL characters as U+2400: PostgreSQL cannot store them.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of outcome and raw.")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()
    due = models.DateTimeField(null=True, help_text="When an embargo ends, in UTC.")
    of_hidden = models.BooleanField(default=False, help_text=OF_HIDDEN)
    repaired_by = models.ForeignKey(
        *(Load, models.SET_NULL), null=True, related_name="repaired", help_text="A rejected row."
    )

    class Meta:
        indexes = [
            models.Index(fields=["reference"], name="load_row_reference"),
            models.Index(fields=["outcome", "-id"], name="load_row_outcome"),
            models.Index(fields=["due"], condition=Q(outcome="waiting"), name="load_row_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="waiting") | Q(due__isnull=False), name="load_row_waits"
            )
        ]

    def __str__(self):
        """Return where it stands. Not its reason: not everybody may see all of that."""
        return self.place

    @property
    def place(self) -> str:
        """File name and line of the record: "dump.csv, line 12"."""
        return f"{self.source.rpartition('/')[2]}, line {self.position}"

    @property
    def is_embargoed(self) -> bool:
        """Whether it is a cable under embargo, waiting or withdrawn."""
        return self.outcome in self.EMBARGOED


class CopyQuerySet(models.QuerySet):
    def shown(self):
        """The copies whose text their cables show."""
        return self.filter(SHOWN)

    def with_text(self):
        """Those that have a text. The one that is shown has it in its cable, unless withheld."""
        return self.filter(Q(text__1__regex=r"\S") | Q(SHOWN, cable__body__regex=r"\S"))

    def lacking(self):
        """Those without a text, and those of a published cable that shows none."""
        return self.filter(Q(text__1="") | Q(cable__body="", cable__withheld_reason=""))


class Copy(models.Model):
    """What one source says of a cable. The loader compares a record with its own copy only.

    Of all copies of a cable one is shown: the cable has its text, and the copy none.
    """

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="copies")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT)
    published_reference = models.CharField(max_length=64, db_collation="C")
    format = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    former_digests = ArrayField(
        models.CharField(max_length=64), default=list, help_text="Of texts it gave before."
    )
    released = models.DateField(null=True, help_text="If the source says so.")
    facts: "models.JSONField[CopyFacts, CopyFacts]" = models.JSONField(
        help_text="All that the source says beside its text."
    )
    text = models.JSONField(
        null=True, help_text="[header, body]; null where they are the cable's own."
    )
    load = models.ForeignKey(Load, on_delete=models.SET_NULL, null=True, db_index=False)

    objects = CopyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "copies"
        constraints = [
            models.UniqueConstraint(
                fields=["published_reference", "format", "collection"], name="copy_once"
            )
        ]
        indexes = [
            # The cables of a load, which the desk lists.
            models.Index(fields=["load", "cable"], name="copy_of_load"),
            # The telegram number that a document of a volume prints.
            models.Index(
                models.F("facts__edition__numbered"),
                condition=models.Q(facts__edition__numbered__isnull=False),
                name="copy_numbered",
            ),
        ]

    def __str__(self):
        return f"{self.published_reference} ({self.format})"

    @property
    def is_shown(self) -> bool:
        """Whether its text is that of the cable, which keeps it: `text` is then None."""
        return self.text is None


class ColumnMapping(models.Model):
    """How tables of one shape are read. A load keeps a copy: changing this changes no load."""

    name = models.CharField(max_length=100, unique=True)
    mapping = models.JSONField(help_text="As cables/sources/csv_mapping.py describes it.")
    by = account(null=True)
    saved = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "column mapping"
        default_permissions = ("view", "delete")

    def __str__(self):
        return self.name
