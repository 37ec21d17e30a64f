"""The one function that all pages of decisions call: carry a decision out, or propose it.

Where a decision needs a second person (APPROVALS), it is tried and rolled back, so that the form
has all errors that it would have, and what was sent is stored as a proposal. Whoever approves that
lets the same page carry it out (proposal_replay.py).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from ..curation.approvals import may_approve, may_propose, ruled
from ..loader import LoadBusy
from ..models import BulkDecision, Cable, Proposal, RequestCase
from .optimistic_lock import as_form_data, displayed_value

Kind, Bulk = Proposal.Kind, BulkDecision.Kind
MOST_NAMED = 500  # Cables that a proposal names.
NOT_YOURS = "Decisions of this kind need approval, and your account may not propose them."
NO_RIGHT = "The account that proposed it may not make this decision any more."
# Kinds of decisions on many cables -> what each is as a decision, and what its undoing is. A time
# until which cables are withheld decides on when they are published, too.
BULK_DECISIONS: dict[str, tuple[str, ...]] = {
    Bulk.WITHHOLD: (Kind.WITHHOLD,),
    Bulk.PUBLISH: (Kind.PUBLISH,),
    Bulk.EMBARGO: (Kind.WITHHOLD, Kind.PUBLISH),
    **dict.fromkeys((Bulk.CORRECT, Bulk.TAG, Bulk.UNTAG), (Kind.CORRECT,)),
    **dict.fromkeys((Bulk.ANNOTATE, Bulk.REREAD, Bulk.LEAVE), ()),
}
BULK_UNDOINGS = BULK_DECISIONS | {
    Bulk.WITHHOLD: (Kind.PUBLISH,),
    Bulk.PUBLISH: (Kind.WITHHOLD, Kind.PUBLISH),
}


@dataclass(frozen=True, slots=True)
class DecisionSubject:
    """What a decision is, and what it is about. The title stands in the log: without its words."""

    title: str
    kinds: tuple[str, ...] = ()
    cable: Cable | None = None
    references: Iterable[str] = ()  # Of its first cables.
    count: int = 1  # Of how many cables it is.
    case: RequestCase | None = None

    def stored(self) -> dict[str, Any]:
        """Return the fields of a proposal that say what it is about."""
        return {
            "title": self.title[:250],
            "kinds": [str(kind) for kind in dict.fromkeys(self.kinds)],
            "cable": self.cable,
            "case": self.case,
            "named": list(self.references),
            "count": self.count,
        }

    def is_of(self, proposal: Proposal) -> bool:
        """Return whether a proposal says that it is of this kind, and about these cables."""
        stored = self.stored()
        return all(stored[name] == getattr(proposal, name) for name in ("kinds", "named", "count"))


@dataclass(slots=True)
class Replay:
    """Marks a request that carries out a proposal. Without an approver it is only looked at."""

    approver: Any = None
    message: str = field(default="", init=False)
    subject: DecisionSubject | None = field(default=None, init=False)
    is_busy: bool = field(default=False, init=False)  # It is possible later, as it is.


class SubmittedForm(Protocol):
    """What the gate needs of a form: its valid data, and its fields as they are read."""

    cleaned_data: dict[str, Any]

    def described(self) -> list[tuple[str, str]]: ...


def about_cable(title: str, kind: str, cable: Cable) -> DecisionSubject:
    """Return the subject of a decision on one cable."""
    return DecisionSubject(title, (kind,), cable, [cable.reference])


def about_many(title: str, kinds: Iterable[str], cables: QuerySet[Any]) -> DecisionSubject:
    """Return the subject of a decision on rows with references; on several, it is one on many."""
    count, ordered = cables.count(), cables.order_by("reference")
    references = list(ordered.values_list("reference", flat=True)[:MOST_NAMED])
    if count == 1:
        cable = Cable.objects.filter(reference=references[0]).first()
        return DecisionSubject(f"{title}: {references[0]}", tuple(kinds), cable, references)
    title = f"{title}: {count:,} cables"
    return DecisionSubject(title, (*kinds, Kind.MANY), None, references, count)


def decide_or_propose(
    request: HttpRequest,
    subject: DecisionSubject,
    form: SubmittedForm,
    decide: Callable[[dict[str, Any]], str],
) -> str:
    """Carry out a decision, or propose it where somebody has to approve it.

    Returns the message for the curator. Raises what `decide` raises, then nothing is changed.
    """
    replay = getattr(request, "replay", None)
    if replay:
        if replay.approver and not may_approve(replay.approver, subject.kinds):
            raise ValueError("Your account may not approve it.")
        if not may_propose(request.user, subject.kinds):  # type: ignore[arg-type]
            raise ValueError(NO_RIGHT)
        replay.subject = subject
        try:
            replay.message = decide(form.cleaned_data)
        except LoadBusy:
            replay.is_busy = True
            raise
        return replay.message
    if not ruled(subject.kinds):
        return decide(form.cleaned_data)
    if not may_propose(request.user, subject.kinds):  # type: ignore[arg-type]
        raise ValueError(NOT_YOURS)
    with transaction.atomic():
        decide(form.cleaned_data)
        transaction.set_rollback(True)
    return propose(request, subject, form)


def propose(request: HttpRequest, subject: DecisionSubject, form: SubmittedForm) -> str:
    """Store a decision as a proposal, and return the message for the curator.

    Raises ValueError if the same is proposed already.
    """
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    query = request.META.get("QUERY_STRING", "")
    address = request.path_info + (f"?{query}" if query else "")
    sent: dict[str, Any] = {"address": address, "data": data.urlencode()}
    if Proposal.objects.waiting().filter(**sent).exists():
        raise ValueError("This is proposed already.")
    proposal = Proposal.objects.create(
        fields=form.described(),
        reason=form.cleaned_data.get("reason") or "",
        by=request.user,  # type: ignore[misc]
        **subject.stored(),
        **sent,
    )
    proposal.write_down("proposed", request.user)
    request.proposal = proposal  # type: ignore[attr-defined]
    message = 'Proposed: <a href="{}">{}</a>. Nothing changes until somebody else approves it.'
    return format_html(message, page_of(proposal), proposal.title)


def page_of(proposal: Proposal) -> str:
    """Return the address of the page of a proposal."""
    return reverse("admin:cables_proposal_change", args=[proposal.pk])


def redirect_to_proposal(request: HttpRequest):
    """Return a redirect to what this request proposed, None if it carried out its decision."""
    proposal = getattr(request, "proposal", None)
    return redirect(page_of(proposal)) if proposal else None


def described_fields(form: forms.Form) -> list[tuple[str, str]]:
    """Return (label, text) of what was typed into a form, but its reason."""
    shown = []
    for bound in form.visible_fields():
        value = displayed_value(bound.field, as_form_data(bound.data))
        if bound.name != "reason" and value:
            shown.append((str(bound.label), value))
    return shown


@dataclass(slots=True)
class StepForm:
    """A step of a page that has no form but a button."""

    cleaned_data: dict[str, Any] = field(default_factory=dict)

    def described(self) -> list[tuple[str, str]]:
        return []
