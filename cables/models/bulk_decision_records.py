"""Decisions on many cables: what was decided, on which cables, and what became of each."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Count, Max

from .account_fields import account
from .cable import Cable


class BulkDecision(models.Model):
    """One decision of a curator on up to 5,000 cables, which were chosen before it.

    The keys of `parameters` depend on the kind: "text" of a note, "field" and "value" of a
    correction, "tag", or "due" as an ISO time. Matters of any number of cables can be left as they
    are; then they are "matter", its rule, with "title" and "within", which are for the page.
    """

    class State(models.TextChoices):
        PREVIEWED = "previewed", "Chosen; nothing is decided"
        QUEUED = "queued", "Waits for its turn"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"
        UNDOING = "undoing", "Is being undone"
        UNDONE = "undone", "Undone"

    AT_WORK = (State.QUEUED, State.RUNNING, State.UNDOING)
    ENDED = (State.DONE, State.CANCELLED, State.FAILED)

    kind = models.CharField(max_length=40, help_text="The name of a kind in cables/decisions.")
    parameters = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    by = account(related_name="bulk_decisions")
    approved_by = account(
        null=True,
        related_name="+",
        db_index=False,
        help_text="Who approved it, or approved its undoing.",
    )
    created = models.DateTimeField(auto_now_add=True)
    previewed = models.DateTimeField(null=True, help_text="When its last preview was made.")
    finished = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    cancel = models.BooleanField(default=False, help_text="It is to stop after its batch.")
    problem = models.TextField(blank=True, help_text="Why it stopped, and what to do.")
    undone_by = account(null=True, related_name="undone_bulk_decisions")
    undo_reason = models.TextField(blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = "decision on cables"
        verbose_name_plural = "decisions on cables"
        indexes = [models.Index(fields=["state", "-id"], name="bulk_decision_state")]

    def __str__(self):
        return f"{self.pk}: {self.kind}"

    def outcomes(self) -> dict[str, int]:
        """Return {outcome: how many of its cables have it}."""
        rows = self.rows.order_by().values_list("outcome").annotate(cables=Count("pk"))
        return dict(rows)

    @property
    def was_cut(self) -> bool:
        """Whether it ended before it came to all of its cables."""
        waiting = BulkDecisionCable.Outcome.WAITING
        return self.state in self.ENDED and self.rows.filter(outcome=waiting).exists()


class BulkDecisionCable(models.Model):
    """A cable of a decision, and what became of it. It goes when the cable is erased."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Not yet changed"
        SKIPPED = "skipped", "Not applicable"
        DONE = "done", "Changed"
        STALE = "stale", "Changed by somebody else before its turn"
        REFUSED = "refused", "Not changed"
        UNDONE = "undone", "Undone"
        KEPT = "kept", "Could not be undone"

    decision = models.ForeignKey(BulkDecision, on_delete=models.CASCADE, related_name="rows")
    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="bulk_decisions")
    token = models.CharField(max_length=40, help_text="Its optimistic-lock token at the preview.")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    why = models.TextField(blank=True, help_text="Why it was not changed, or not undone.")
    undo = models.JSONField(null=True, help_text="What undoing it takes; null before it is done.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["decision", "cable"], name="bulk_decision_cable_once")
        ]
        indexes = [
            models.Index(fields=["decision", "outcome", "id"], name="bulk_decision_cable_outcome")
        ]

    def __str__(self):
        return f"{self.cable}: {self.outcome}"


def edit_tokens(keys: Iterable[int], *, lock: bool = False) -> dict[int, str]:
    """Return {primary key: optimistic-lock token} of cables, each as Cable.edit_token().

    With `lock` the cables are locked until the end of the transaction, in the order of all
    decisions on several cables.
    """
    keys = list(keys)
    cables = Cable.objects.filter(pk__in=keys).order_by("reference")
    if lock:
        cables = cables.select_for_update(no_key=True, of=["self"])
    versions = dict(cables.values_list("pk", "version"))
    # After the cables are locked: another transaction may have added an entry just before.
    changes = Cable.objects.filter(pk__in=keys).order_by().annotate(last=Max("changes__pk"))
    latest = dict(changes.values_list("pk", "last"))
    return {key: f"{version}.{latest.get(key) or 0}" for key, version in versions.items()}
