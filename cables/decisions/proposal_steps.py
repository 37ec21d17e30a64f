"""What is done with a proposal: comment, approve, refuse, withdraw, propose it again.

Each is a kind of decision that needs no approval itself.
"""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from ..curation.redactions_and_corrections import StaleError
from ..models import Cable, Proposal, ProposalComment
from .approvals import seen_by
from .carry_out import (
    Attempt,
    attempt,
    effects_of,
    may_judge,
    may_see_effects,
    page_of,
    texts_for,
    without_redacted_words,
)
from .forms import StampedForm, digest, long_text
from .kinds import DecisionKind, GoneError, list_of

State = Proposal.State
MOST_LISTED = 500  # Cables on the page of a proposal.
MEANWHILE = "Somebody commented or decided on this proposal meanwhile."
NOT_DONE = "It was not carried out: the proposal says why."
OTHERS = "It would now be about other cables than those that are listed."


class CommentOnProposalForm(StampedForm):
    text = long_text("Comment", 5, 5_000)


class RefuseForm(StampedForm):
    reason = long_text("Reason, for the curator who proposed it", 4, 2_000)


class OnProposal(DecisionKind):
    """Something that is done with a proposal in one of some `states`; the log has its number."""

    template = "proposal/decide.html"
    form_class = StampedForm
    has_logged_reason, is_stored = False, False
    label: ClassVar[str]
    heading = "{0.label}: {0.proposal.title}"
    states: ClassVar[tuple[str, ...]] = Proposal.OPEN
    shows_effects: ClassVar[bool] = False  # Its page shows what the decision would change.

    @classmethod
    def is_for(cls, proposal: Proposal, user: Any) -> bool:
        """Return whether a user who sees a proposal may do it, whatever its state."""
        return proposal.by_id == user.pk

    def is_allowed(self) -> bool:
        rows = Proposal.objects.select_related("by", "cable")
        self.proposal = get_object_or_404(rows, pk=self.keys["pk"])
        is_seen = seen_by(self.user).filter(pk=self.proposal.pk).exists()
        return is_seen and self.is_for(self.proposal, self.user)

    def find(self) -> None:
        if self.proposal.state not in self.states:
            raise GoneError("Somebody decided on this proposal meanwhile.", self.next_page())

    def stamp(self) -> str:
        """Return an optimistic-lock token; it changes with each comment and decision."""
        each = self.proposal
        return digest([each.state, each.data, each.comments.count()])

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        rows = Proposal.objects.select_related("by", "cable").select_for_update(of=["self"])
        present = rows.filter(pk=self.proposal.pk).first()
        self.proposal = present or self.proposal
        is_open = present and present.state in self.states and self.is_for(present, self.user)
        if not is_open or data["stamp"] != self.stamp():
            raise StaleError(MEANWHILE)
        return self.apply(data)

    def apply(self, data: dict[str, Any]) -> str:
        """Do it with a locked proposal, and return the message. Raises ValueError if it cannot."""
        raise NotImplementedError

    def end(self, action: str, state: str, answer: str = "") -> None:
        """Log how the proposal ended, and store it; none is left if it erased its cable."""
        self.proposal.write_down(action, self.user)
        Proposal.objects.filter(pk=self.proposal.pk).end(state, self.user, answer)

    def context(self) -> dict[str, Any]:
        return shown(self.user, self.proposal) if self.shows_effects else {}

    def next_page(self) -> str:
        is_here = Proposal.objects.filter(pk=self.proposal.pk).exists()
        return page_of(self.proposal) if is_here else list_of(Proposal)


class Approve(OnProposal):
    """Carry out a proposal of somebody else; if that is not possible any more, store why."""

    pages = {"proposal_approve": "<int:pk>/approve/"}
    label, button, states = "Approve", "Approve and carry out", (State.WAITING,)
    explanation = (
        "What is proposed is carried out now, exactly as below. The log names both of you."
    )
    shows_effects = True

    @classmethod
    def is_for(cls, proposal: Proposal, user: Any) -> bool:
        return may_judge(user, proposal)

    def apply(self, data: dict[str, Any]) -> str:
        """Raises ValueError if it is possible later, as a load runs."""
        with transaction.atomic():
            result = attempt(self.proposal, self.user)
            if result.subject and not result.subject.is_of(self.proposal):
                result = Attempt(problem=OTHERS)
            if not result.message:
                transaction.set_rollback(True)
        if result.is_busy:
            raise ValueError(result.problem)
        if not result.message:
            rows = Proposal.objects.filter(pk=self.proposal.pk)
            rows.update(state=State.STALE, answer=result.problem)
            self.level = messages.WARNING
            return f"{NOT_DONE} {result.problem}"
        self.end("approved", State.APPROVED)
        return result.message


class Refuse(OnProposal):
    pages = {"proposal_refuse": "<int:pk>/refuse/"}
    label = button = "Refuse"
    explanation = (
        "Nothing changes. The reason is kept with the proposal; the log has its number only."
    )
    form_class, is_for = RefuseForm, Approve.is_for

    def apply(self, data: dict[str, Any]) -> str:
        self.end("refused", State.REFUSED, data["reason"])
        return "It is refused. Nothing changes."


class ProposeAgain(OnProposal):
    """Let an own proposal wait again, on the cables as they are now."""

    pages = {"proposal_again": "<int:pk>/again/"}
    label = button = "Propose again"
    explanation = (
        "It is proposed on the cables as they are now. Look at what it would change first."
    )
    states, shows_effects = (State.STALE,), True

    def apply(self, data: dict[str, Any]) -> str:
        """Raises ValueError if its decision is not possible now."""
        proposal, sent = self.proposal, QueryDict(self.proposal.data, mutable=True)
        with transaction.atomic():
            result = attempt(proposal)
            if result.message:
                transaction.set_rollback(True)
        if not result.message and result.stamp:  # What was refused may have stored a new preview.
            sent["stamp"] = result.stamp
            with transaction.atomic():
                result = attempt(proposal, stamp=result.stamp)
                transaction.set_rollback(True)
        if not result.subject:
            raise ValueError(result.problem)
        # Who approves it is to see what it is about now: an address can name more cables by then.
        values = {"data": sent.urlencode(), "state": State.WAITING, "answer": ""}
        Proposal.objects.filter(pk=proposal.pk).update(**values, **result.subject.stored())
        proposal.refresh_from_db()
        proposal.write_down("proposed again", self.user)
        return "It waits for approval again."


class Withdraw(OnProposal):
    pages = {"proposal_withdraw": "<int:pk>/withdraw/"}
    label = button = "Withdraw"
    explanation = "Nothing changes, and nobody can approve it any more."

    def apply(self, data: dict[str, Any]) -> str:
        self.end("withdrawn", State.WITHDRAWN)
        return "It is withdrawn. Nothing changes."


class CommentOnProposal(OnProposal):
    pages = {"proposal_comment": "<int:pk>/comment/"}
    label = button = "Comment"
    explanation = "Everybody who sees the proposal sees the comment. It cannot be changed."
    form_class = CommentOnProposalForm

    @classmethod
    def is_for(cls, proposal: Proposal, user: Any) -> bool:
        return True

    def apply(self, data: dict[str, Any]) -> str:
        self.proposal.comment(data["text"], self.user)
        return "The comment is kept."


PROPOSAL_STEPS = (Approve, Refuse, ProposeAgain, Withdraw, CommentOnProposal)


def shown(user: User, proposal: Proposal) -> dict[str, Any]:
    """Return what a user sees of a proposal: what was typed, its cables, what it changes."""
    fields, reason = texts_for(user, proposal)
    may_see, is_open = may_see_effects(user, proposal), proposal.state in Proposal.OPEN
    named = proposal.named[:MOST_LISTED]
    cables = Cable.objects.filter(reference__in=named)
    return {
        "proposal": proposal,
        "typed": fields,
        "reason": reason,
        "named": named,
        "cables": cables.only("reference", "subject"),
        "may_see": may_see,
        "is_open": is_open,
        "difference": effects_of(proposal) if may_see and is_open else None,
        "what_changed": "What readers would see changed",
        "old_name": "As it is",
        "new_name": "As it would be",
        "comments": _comments(user, proposal),
    }


def _comments(user: User, proposal: Proposal) -> list[ProposalComment]:
    """Return the comments on a proposal as a user may see them."""
    comments = list(proposal.comments.select_related("by"))
    texts = without_redacted_words(user, proposal, [each.text for each in comments])
    for each, text in zip(comments, texts, strict=True):
        each.text = text
    return comments
