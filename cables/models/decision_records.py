"""Decisions on many cables, what became of each; and decisions that wait for a second person.

Only for the desk. A proposal keeps what was sent to the page of the decision: whoever approves it
lets the same page do it. It can have the words of a redaction, or texts of a case: readers' role
has no right on these tables. A proposal goes with its cable; one on a request, with the personal
data of that.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from .cable import Cable
from .change_log import Change, account
from .collection_origin_tag import Origin
from .former_references import FormerReference
from .querysets import CableQuerySet
from .request_cases import case_of


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
    case = case_of(related_name="decisions")

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
        Origin.lock()
        cables = cables.select_for_update(no_key=True, of=["self"])
    versions = dict(cables.values_list("pk", "version"))
    # After the cables are locked: another transaction may have added an entry just before.
    changes = Cable.objects.filter(pk__in=keys).order_by().annotate(last=Max("changes__pk"))
    latest = dict(changes.values_list("pk", "last"))
    return {key: f"{version}.{latest.get(key) or 0}" for key, version in versions.items()}


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self):
        """Those on which nobody has decided."""
        return self.filter(state=Proposal.State.WAITING)

    def waiting_for(self, user, allowed: Collection[str], refused: Collection[str]):
        """Those that a user can approve: of a kind in `allowed`, of none in `refused`, not own."""
        rows = self.waiting().exclude(by=user).filter(kinds__overlap=list(allowed))
        return rows.exclude(kinds__overlap=list(refused))

    def end(self, state: str, by, answer: str = "") -> int:
        """Store how proposals ended, and delete what was sent; return how many there were.

        The words of a redaction are deleted too, and those of a part of a volume, which has no
        cable.
        """
        redacted = Q(kinds__contains=[Proposal.Kind.REDACT])
        part = Q(kinds__contains=[Proposal.Kind.WITHHOLD], named=[])
        self.filter(redacted | part).update(fields=[])
        return self.update(state=state, decided_by=by, decided=Now(), answer=answer, data="")


class Proposal(models.Model):
    """A decision that somebody proposed at a page of the desk, and what became of it."""

    class Kind(models.TextChoices):
        PUBLISH = "publish", "Publish again, end an embargo"
        WITHHOLD = "withhold", "Withhold"
        REDACT = "redact", "Redact"
        LIFT = "lift", "Lift a redaction"
        CORRECT = "correct", "Correct"
        MERGE = "merge", "Merge origins or tags"
        ERASE = "erase", "Erase"
        CASE = "case", "Close, reopen or clear a request"
        MANY = "many", "Decide on many cables"

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for approval"
        APPROVED = "approved", "Approved and carried out"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"
        STALE = "stale", "Not possible any more as proposed"

    OPEN = (State.WAITING, State.STALE)

    kinds = ArrayField(models.CharField(max_length=10, choices=Kind))
    title = models.CharField(max_length=250, help_text="What would be done. Without its words.")
    address = models.TextField(help_text="Of the page of the decision, with its query string.")
    data = models.TextField(blank=True, help_text="What was sent to it, URL-encoded. Secret.")
    fields = models.JSONField(default=list, help_text="[label, text] of what was typed. Secret.")
    reason = models.TextField(blank=True, help_text="Of the decision, as typed.")
    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, null=True, related_name="proposals")
    case = case_of(related_name="proposals")
    named = ArrayField(
        models.CharField(max_length=64), default=list, help_text="References of the first cables."
    )
    count = models.PositiveIntegerField(default=0, help_text="Of how many cables it is.")
    by = account(related_name="proposals")
    at = models.DateTimeField("proposed", auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_by = account(null=True, related_name="+", db_index=False)
    decided = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, help_text="Why it was refused, or is not possible now.")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]
        verbose_name = "proposal"
        indexes = [models.Index(fields=["state", "-id"], name="proposal_state")]

    def __str__(self):
        return f"{self.pk}: {self.title}"

    @property
    def kinds_in_words(self) -> str:
        return "; ".join(self.Kind(kind).label for kind in self.kinds)

    def names_it(self) -> Q:
        """Return a condition for rows with the `reference` of one of its cables.

        Of more than it names, all after the last: which of these it is about, only its page knows.
        """
        is_cut = self.named and self.count > len(self.named)
        others = Q(reference__gt=self.named[-1]) if is_cut else Q()
        return Q(reference__in=self.named) | others

    def cables(self) -> "CableQuerySet":
        """Return its cables, also renamed ones: a held record has another reference than that."""
        renamed = FormerReference.objects.filter(self.names_it()).values("cable")
        return Cable.objects.filter(self.names_it() | Q(pk=self.cable_id) | Q(pk__in=renamed))

    def comment(self, text: str, by: Any) -> "ProposalComment":
        return ProposalComment.objects.create(proposal=self, text=text, by=by)

    def write_down(self, action: str, by: Any):
        """Add an entry to the log: what was done with the proposal. Its texts stay out of it."""
        Change.objects.create(action=action, what=f"proposal {self}"[:250], by=by)


class ProposalComment(models.Model):
    """What somebody wrote on a proposal. It goes with the proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="comments")
    by = account()
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(max_length=5_000)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.proposal_id} {self.at:%Y-%m-%d %H:%M}"
