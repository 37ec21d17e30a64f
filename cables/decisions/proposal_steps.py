"""What is done with a proposal: comment, approve, refuse, withdraw, propose it again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.http import QueryDict

from ..curation.redactions_and_corrections import StaleError
from ..models import Proposal
from .approvals import may_approve
from .carry_out import Attempt, attempt, may_see_effects
from .forms import StampedForm, digest

State = Proposal.State
MEANWHILE = "Somebody commented or decided on this proposal meanwhile."
NOT_DONE = "It was not carried out: the proposal says why."
OTHERS = "It would now be about other cables than those that are listed."


class CommentOnProposalForm(StampedForm):
    """A comment on a proposal."""

    text = forms.CharField(
        label="Comment", max_length=5_000, widget=forms.Textarea(attrs={"rows": 5, "cols": 80})
    )


class ConfirmForm(StampedForm):
    """Nothing is to be typed."""


class RefuseForm(StampedForm):
    """Why a proposal is refused."""

    reason = forms.CharField(
        label="Reason, for the curator who proposed it",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
    )


@dataclass(frozen=True, slots=True)
class ProposalStep:
    """Something that is done with a proposal: the texts of its page, its form, what it does.

    `offered` says for whom, whatever the state of the proposal.
    """

    name: str
    title: str
    button: str
    explanation: str
    form: type[StampedForm]
    apply: Callable[[Proposal, dict[str, Any], User], str]
    offered: Callable[[Proposal, User], bool]
    states: tuple[str, ...] = (State.WAITING,)

    def is_offered(self, proposal: Proposal, user: User) -> bool:
        return proposal.state in self.states and self.offered(proposal, user)


def is_own(proposal: Proposal, user: User) -> bool:
    return proposal.by_id == user.pk


def may_judge(proposal: Proposal, user: User) -> bool:
    """Return whether a user may approve or refuse a proposal: of others, and seeing all of it."""
    is_judge = not is_own(proposal, user) and may_approve(user, proposal.kinds)
    return is_judge and may_see_effects(user, proposal)


def stamp_of_proposal(proposal: Proposal) -> str:
    """Return an optimistic-lock token; it changes with each comment and decision."""
    return digest([proposal.state, proposal.data, proposal.comments.count()])


def comment(proposal: Proposal, data: dict[str, Any], by: User) -> str:
    proposal.comment(data["text"], by)
    return "The comment is kept."


def approve(proposal: Proposal, data: dict[str, Any], by: User) -> str:
    """Carry out a proposal; if that is not possible any more, store why.

    Raises ValueError if it is possible later, as a load runs.
    """
    rows = Proposal.objects.filter(pk=proposal.pk)
    with transaction.atomic():
        result = attempt(proposal, by)
        if result.subject and not result.subject.is_of(proposal):
            result = Attempt(problem=OTHERS)
        if not result.message:
            transaction.set_rollback(True)
    if result.is_busy:
        raise ValueError(result.problem)
    if not result.message:
        rows.update(state=State.STALE, answer=result.problem)
        return f"{NOT_DONE} {result.problem}"
    proposal.write_down("approved", by)
    rows.end(State.APPROVED, by)  # None is left if it erased its cable.
    return result.message


def refuse(proposal: Proposal, data: dict[str, Any], by: User) -> str:
    proposal.write_down("refused", by)
    Proposal.objects.filter(pk=proposal.pk).end(State.REFUSED, by, data["reason"])
    return "It is refused. Nothing changes."


def withdraw(proposal: Proposal, data: dict[str, Any], by: User) -> str:
    proposal.write_down("withdrawn", by)
    Proposal.objects.filter(pk=proposal.pk).end(State.WITHDRAWN, by)
    return "It is withdrawn. Nothing changes."


def propose_again(proposal: Proposal, data: dict[str, Any], by: User) -> str:
    """Let a proposal wait again, on the cables as they are now.

    Raises ValueError if its decision is not possible now.
    """
    sent = QueryDict(proposal.data, mutable=True)
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
    proposal.write_down("proposed again", by)
    return "It waits for approval again."


PROPOSAL_STEPS = {
    step.name: step
    for step in (
        ProposalStep(
            "approve",
            "Approve",
            "Approve and carry out",
            "What is proposed is carried out now, exactly as below. The log names both of you.",
            ConfirmForm,
            approve,
            may_judge,
        ),
        ProposalStep(
            "refuse",
            "Refuse",
            "Refuse",
            "Nothing changes. The reason is kept with the proposal; the log has its number only.",
            RefuseForm,
            refuse,
            may_judge,
            Proposal.OPEN,
        ),
        ProposalStep(
            "again",
            "Propose again",
            "Propose again",
            "It is proposed on the cables as they are now. Look at what it would change first.",
            ConfirmForm,
            propose_again,
            is_own,
            (State.STALE,),
        ),
        ProposalStep(
            "withdraw",
            "Withdraw",
            "Withdraw",
            "Nothing changes, and nobody can approve it any more.",
            ConfirmForm,
            withdraw,
            is_own,
            Proposal.OPEN,
        ),
        ProposalStep(
            "comment",
            "Comment",
            "Comment",
            "Everybody who sees the proposal sees the comment. It cannot be changed.",
            CommentOnProposalForm,
            comment,
            lambda proposal, user: True,
            Proposal.OPEN,
        ),
    )
}


def take_step(proposal: Proposal, step: ProposalStep, data: dict[str, Any], by: User) -> str:
    """Do something with a proposal that is as it was when the page was opened.

    Returns the message. Raises StaleError if it is not, and ValueError if it cannot be done.
    """
    with transaction.atomic():
        rows = Proposal.objects.select_related("by", "cable").select_for_update(of=["self"])
        present = rows.filter(pk=proposal.pk).first()
        if present is None:
            raise StaleError(MEANWHILE)
        if data["stamp"] != stamp_of_proposal(present) or not step.is_offered(present, by):
            raise StaleError(MEANWHILE)
        return step.apply(present, data, by)
