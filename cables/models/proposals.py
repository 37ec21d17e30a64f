"""Decisions that wait for a second person: proposals, and the comments on them. Only for the desk.

A proposal keeps what was sent to the page of the decision: whoever approves it lets the same page
do it. It can have the words of a redaction, or texts of a case: readers' role has no right on
these tables, and a proposal goes with its cable or with the personal data of its case.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from .account_fields import account
from .cable import Cable
from .change_log import Change
from .former_references import FormerReference
from .querysets import CableQuerySet
from .request_cases import RequestCase


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
    case = models.ForeignKey(
        RequestCase, on_delete=models.CASCADE, null=True, related_name="proposals"
    )
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
