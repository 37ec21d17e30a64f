"""Carry a decision out, or propose it where the setting APPROVALS asks for a second person.

What needs approval is tried and rolled back, so that the form has all errors that it would have,
and stored: the address of its page and what was submitted. From these the same decision is made
again, in the name of who proposed it, for whoever approves it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html

from ..curation.redactions_and_corrections import knows_redacted, seen_whole
from ..curation.sealed_text_search import Sight, sight_of
from ..models import Erased, Proposal, StandingForm, approving
from ..models.decided_numbers import hidden_of
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub
from .approvals import approvers_of, kinds_approved_by, may_approve, may_propose, ruled, seen_by
from .decision_subjects import DecisionEffects, DecisionSubject
from .kinds import NO_RIGHT, DecisionKind, GoneError
from .sealed_words import WITHHELD_WITH_IT

NOT_YOURS = "Decisions of this kind need approval, and your account may not propose them."
NO_JUDGE = (
    "Decisions of this kind need approval, and no other account could approve this one: nobody "
    "else is named by the rules in APPROVALS and may see what it is about. Ask who makes accounts."
)
GONE = "What it is about is not here any more."


def decide_or_propose(decision: DecisionKind) -> tuple[str, Proposal | None] | None:
    """Carry out a submitted decision, or propose it; return the message, and the proposal if any.

    None if it was refused: the form then has the errors.
    """
    proposals: list[Proposal] = []

    def decide(data: dict[str, Any]) -> str:
        subject = decision.subject()
        if not ruled(subject.kinds):
            return decision.carry_out_checked(data)
        if not may_propose(decision.user, subject.kinds):
            raise ValueError(NOT_YOURS)
        with transaction.atomic():
            decision.carry_out_checked(data)
            transaction.set_rollback(True)
        proposal = propose(decision, subject)
        proposals.append(proposal)
        message = 'Proposed: <a href="{}">{}</a>. Nothing changes until somebody else approves it.'
        return format_html(message, page_of(proposal), proposal.title)

    message = decision.attempt(decide)
    return None if message is None else (message, proposals[0] if proposals else None)


def propose(decision: DecisionKind, subject: DecisionSubject) -> Proposal:
    """Store a decision as a proposal.

    Raises ValueError if the same is proposed already, with whatever reason, or nobody could judge.
    """
    proposal = drafted(decision, subject)
    proposal.fields = [list(each) for each in decision.described()]
    proposal.reason = decision.form.cleaned_data.get("reason") or ""
    same = {name: getattr(proposal, name) for name in ("address", "fields", "title")}
    if waiting := Proposal.objects.waiting().filter(**same).first():
        raise ValueError(f"{waiting.by} proposed this already: comment on that proposal.")
    if not has_judge(proposal):
        raise ValueError(NO_JUDGE)
    proposal.save()
    proposal.write_down("proposed", decision.user)
    return proposal


def drafted(decision: DecisionKind, subject: DecisionSubject) -> Proposal:
    """Return the proposal of a decision, without what was typed; it is not stored."""
    data = decision.data.copy()
    data.pop("csrfmiddlewaretoken", None)
    address = reverse(f"admin:cables_{decision.page}", kwargs=dict(decision.keys))
    query = decision.query.copy()
    query.pop("case", None)  # Who may not see requests sees the address.
    address += f"?{query.urlencode()}" if query else ""
    sent = {"address": address, "data": data.urlencode(), "by": decision.user}
    return Proposal(case=decision.case, **subject.stored(), **sent)


def before_deciding(decision: DecisionKind) -> dict[str, Any]:
    """Return, for its page, who has to approve a decision, or why it cannot even be proposed.

    A page says so before anything is typed: {"approvers": "Redactor"} or {"refused": sentence}.
    `proposals` are those of the same page that wait, as far as the user may see them.
    """
    if not settings.APPROVALS:
        return {}
    subject = decision.subject()
    if not ruled(subject.kinds):
        return {}
    if not may_propose(decision.user, subject.kinds):
        return {"refused": NOT_YOURS}
    proposal = drafted(decision, subject)
    if not has_judge(proposal):
        return {"refused": NO_JUDGE}
    same = seen_by(decision.user).filter(state__in=Proposal.OPEN, address=proposal.address)
    return {"approvers": approvers_of(subject.kinds), "proposals": same}


def page_of(proposal: Proposal) -> str:
    return reverse("admin:cables_proposal_change", args=[proposal.pk])


def kind_of(proposal: Proposal) -> tuple[str, type[DecisionKind], Mapping[str, Any]]:
    """Return the page of a proposal, its kind and the keys in its address, or Http404."""
    match = resolve(urlsplit(proposal.address).path)
    page = (match.url_name or "").removeprefix("cables_")
    if page not in DecisionKind.registry:
        raise Http404
    return page, DecisionKind.registry[page], match.kwargs


def decision_of(proposal: Proposal) -> DecisionKind:
    """Return the decision that was proposed. Raises ValueError if it cannot be made any more."""
    if not (proposal.by.is_active and proposal.by.is_staff):
        raise ValueError(NO_RIGHT)
    query = QueryDict(urlsplit(proposal.address).query, mutable=True)
    data = QueryDict(proposal.data)
    if proposal.case_id:
        query["case"] = str(proposal.case_id)
    try:
        page, kind, keys = kind_of(proposal)
        return kind(page, proposal.by, keys, query, data)
    except (Http404, Resolver404):
        raise ValueError(GONE) from None
    except PermissionDenied:
        raise ValueError(NO_RIGHT) from None
    except GoneError as error:
        raise ValueError(str(error)) from None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a proposal that was tried: a message if it was done, else the problem.

    `stamp` is the present one if rows changed, `subject` what it was about, and `is_busy` means
    that a load runs: it is possible later.
    """

    message: str = ""
    problem: str = ""
    stamp: str = ""
    subject: DecisionSubject | None = None
    is_busy: bool = False


def attempt(proposal: Proposal, approver: User | None = None, stamp: str = "") -> Attempt:
    """Carry out a proposal. Call it in a transaction; without an approver, roll it back.

    A `stamp` replaces that of the proposal.
    """
    try:
        decision = decision_of(proposal)
        if stamp:
            decision = decision.with_stamp(stamp)
    except ValueError as error:
        return Attempt(problem=str(error))
    with approving(approver.pk if approver else None):
        message = decision.attempt_proposed(approver)
    if message:
        return Attempt(message, subject=decision.proposed)
    problem = decision.problem() or GONE
    return Attempt(problem=problem, stamp=decision.present_stamp, is_busy=decision.is_busy)


def effects_of(proposal: Proposal) -> DecisionEffects:
    """Return what an open proposal would change, or why it cannot be carried out."""
    if proposal.state not in Proposal.OPEN:
        return DecisionEffects()
    try:
        return decision_of(proposal).effects(proposal.cable)
    except ValueError as error:
        return DecisionEffects(problem=str(error))


def may_judge_effects(user: User, proposal: Proposal) -> bool:
    """Return whether a user may approve all that a proposal would change.

    It can have withheld or redacted text. One that was decided changes nothing more.
    """
    if user.has_perm("cables.see_sealed") or proposal.state not in Proposal.OPEN:
        return True
    try:
        _, kind, keys = kind_of(proposal)
    except (Http404, Resolver404):
        return DecisionKind.may_judge_effects(user, proposal, {})
    return kind.may_judge_effects(user, proposal, keys)


def may_judge(user: User, proposal: Proposal) -> bool:
    """Return whether a user may approve or refuse it: of others, with nothing sealed in it."""
    if proposal.by_id == user.pk or not may_approve(user, proposal.kinds):
        return False
    is_seen = Proposal.Kind.CASE not in proposal.kinds or user.has_perm("cables.view_requestcase")
    return is_seen and may_judge_effects(user, proposal)


def has_judge(proposal: Proposal) -> bool:
    others = User.objects.filter(is_active=True, is_staff=True)
    return any(may_judge(user, proposal) for user in others)


def may_see_effects(user: User, proposal: Proposal) -> bool:
    """Return whether a user may see what readers would get of a proposal.

    That has no names that are redacted over the archive. Two who may not know these, one of whom
    proposes and refuses with the other, could try many: nothing is stored or published.
    """
    is_told = knows_redacted(user) or not StandingForm.objects.exists()
    return is_told and may_judge_effects(user, proposal)


def is_hidden(user: User, proposal: Proposal) -> bool:
    """Return whether a user may not see what is written about one of its cables.

    It is withheld, redacted, or erased: nobody knows any more which words were redacted in it.
    """
    if knows_redacted(user) and sight_of(user) != Sight.PUBLIC:
        return False
    is_erased = Erased.objects.filter(proposal.names_it()).exists()
    return is_erased or not seen_whole(user, proposal.cables())


def texts_for(user: User, proposal: Proposal) -> tuple[list[tuple[str, str]], str]:
    """Return (what was typed, the reason) of a proposal as a user may see it.

    What was typed into a redaction is shown to its proposer and to those who may approve it; what
    was written about a withheld or redacted cable, to those who may see it.
    """
    if is_hidden(user, proposal):
        return [], WITHHELD_WITH_IT
    fields = [(label, text) for label, text in proposal.fields]
    judges = proposal.by_id == user.pk or kinds_approved_by(user).intersection(proposal.kinds)
    if (
        Proposal.Kind.REDACT in proposal.kinds
        and not judges
        and not user.has_perm("cables.see_sealed")
    ):
        fields = []
    if user.has_perm("cables.see_sealed"):
        return fields, proposal.reason
    phrases = _phrases(proposal)
    shown = [(label, scrub(text, phrases)) for label, text in fields]
    return shown, scrub(proposal.reason, phrases)


def without_redacted_words(user: User, proposal: Proposal, texts: Iterable[str]) -> list[str]:
    """Return what was written on a proposal as a user may see it.

    Of hidden cables it is left out whole: if only redacted words were, one could try many in one
    comment.
    """
    if user.has_perm("cables.see_sealed"):
        return list(texts)
    if is_hidden(user, proposal):
        return [text and WITHHELD_WITH_IT for text in texts]
    phrases = _phrases(proposal)
    return [scrub(text, phrases) for text in texts]


def _phrases(proposal: Proposal) -> list[str]:
    """Return the words that are redacted in its cables."""
    keys = hidden_of(proposal.cables()).values_list("pk", flat=True)
    return [phrase for phrases in phrases_in(keys).values() for phrase in phrases]
