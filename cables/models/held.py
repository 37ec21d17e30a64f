"""What readers do not see: loads, what they could not apply, and what each source said."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .archive import Collection
from .cable import Cable


class Load(models.Model):
    """One run of the loader over one file or folder."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        STOPPED = "stopped", "Stopped before its end"

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT)
    file = models.TextField(help_text="As named to the command.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Empty for a folder.")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    counts = models.JSONField(default=dict)
    started = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.file} ({self.state})"


class LoadRow(models.Model):
    """A record that was not applied, with its raw text, so that it can be repaired and loaded."""

    class Outcome(models.TextChoices):
        REJECTED = "rejected", "Rejected"
        HELD = "held", "Waits for a person"
        WAITING = "waiting", "Waits for its day"

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveBigIntegerField(help_text="Line of the file; 1 for a page.")
    source = models.TextField(help_text="The file it stands in.")
    reference = models.CharField(max_length=64, blank=True)
    raw = models.TextField(help_text="NUL characters as U+2400: PostgreSQL cannot store them.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of outcome and raw.")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["reference"], name="load_row_reference"),
            models.Index(fields=["outcome", "-id"], name="load_row_outcome"),
        ]

    def __str__(self):
        return f"{self.source}:{self.position}: {self.reason}"


class Copy(models.Model):
    """What one source said of a cable. The loader compares a record with its own Copy only."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="copies")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT)
    published_reference = models.CharField(max_length=64, db_collation="C")
    format = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    former_digests = ArrayField(
        models.CharField(max_length=64), default=list, help_text="Of texts it gave before."
    )
    released = models.DateField(null=True, help_text="If the source says so.")
    facts = models.JSONField(help_text="All that the source says beside its text.")
    text = models.JSONField(
        null=True, help_text="[header, body]; null where they are the cable's own."
    )
    load = models.ForeignKey(Load, on_delete=models.SET_NULL, null=True, db_index=False)

    class Meta:
        verbose_name_plural = "copies"
        constraints = [
            models.UniqueConstraint(
                fields=["published_reference", "format", "collection"], name="copy_once"
            )
        ]

    def __str__(self):
        return f"{self.published_reference} ({self.format})"
