"""What a proposal would change: a cable's text before and after, or samples of its cables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import Resolver404, resolve

from ..curation.approvals import kinds_approved_by
from ..diffs.text_diff import ComparedText, TextChanges, find_changes
from ..models import BulkDecision, Cable, Proposal, RedactionMatch
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub
from .bulk_decision_samples import Sample, samples
from .load_previews import labelled_facts
from .proposal_replay import send_proposal
from .redaction_forms import as_published

Kind = Proposal.Kind
MOST_MATCHES = 100  # Matches of a redaction over the archive that a proposal shows.


@dataclass(slots=True)
class ProposalDifference:
    """What a user is shown of the effects of a proposal."""

    changes: TextChanges | None = None
    problem: str = ""  # Why it cannot be carried out now.
    samples: list[Sample] = field(default_factory=list)
    matches: list[RedactionMatch] = field(default_factory=list)
    matches_in_all: int = 0


def difference_of(proposal: Proposal) -> ProposalDifference:
    """Return what an open proposal would change. All changes that it takes are rolled back."""
    if proposal.state not in Proposal.OPEN:
        return ProposalDifference()
    if proposal.cable and Kind.ERASE not in proposal.kinds:
        return difference_of_one(proposal, proposal.cable)
    name, key = row_of(proposal)
    if name == "cables_bulkdecision_decide":
        decision = BulkDecision.objects.filter(pk=key).first()
        return ProposalDifference(samples=samples(decision) if decision else [])
    if name == "cables_redactionsearch_decide":
        rows = RedactionMatch.objects.filter(search=key).to_redact().select_related("cable")
        ordered = rows.order_by("cable__reference", "form")
        return ProposalDifference(matches=list(ordered[:MOST_MATCHES]), matches_in_all=rows.count())
    return ProposalDifference()


def difference_of_one(proposal: Proposal, cable: Cable) -> ProposalDifference:
    """Return what a proposal on one cable would change for readers, as the cable is now."""
    with transaction.atomic():
        before = text_of(cable)
        with transaction.atomic():
            result = send_proposal(proposal)
            if not result.is_done:
                transaction.set_rollback(True)
        problem = result.problem
        if result.stamp:
            result = send_proposal(proposal, stamp=result.stamp)
        changes = find_changes(before, text_of(cable)) if result.is_done else None
        transaction.set_rollback(True)
    return ProposalDifference(changes, problem)


def text_of(cable: Cable) -> ComparedText:
    """Return facts and text of a cable, with those that are sealed while it is withheld."""
    now = Cable.objects.select_related("scheduled_publication").get(pk=cable.pk)
    visible = "Everybody"
    if now.withheld_reason:
        timed = getattr(now, "scheduled_publication", None)
        until = f" until {timed.due:%Y-%m-%d %H:%M} UTC" if timed else ""
        visible = f"Withheld{until}: {now.withheld_reason}"
    with as_published(cable) as shown:
        facts = labelled_facts(shown, shown.origin.name, shown.cites)
        notes = " ".join(shown.notes.order_by("pk").values_list("text", flat=True))
        others = shown.former_references.order_by("reference")
        facts |= {
            "Who sees it": visible,
            "Notes": notes,
            "Other references": ", ".join(others.values_list("reference", flat=True)),
        }
        return ComparedText(facts, shown.header, shown.blocks())


def row_of(proposal: Proposal) -> tuple[str, Any]:
    """Return the name of the page of a proposal, and the primary key in its address, if any."""
    try:
        match = resolve(proposal.address.partition("?")[0])
    except Resolver404:
        return "", None
    return match.url_name or "", match.kwargs.get("pk", match.kwargs.get("key"))


def may_see_difference(user: User, proposal: Proposal) -> bool:
    """Return whether a user may see all that a proposal would change.

    It can have withheld or redacted text. Whoever may not see it cannot approve it either.
    """
    if user.has_perm("cables.see_sealed"):
        return True
    name, key = row_of(proposal)
    if Kind.LIFT in proposal.kinds or name == "cables_loadrow_publish":
        return False
    if name.startswith("cables_redactionsearch"):
        matches = RedactionMatch.objects.filter(search=key)
        hides = matches.exclude(pk__in=matches.visible_to(user)).exists()
        return user.has_perm("cables.redact_cable") and not hides
    withheld = Cable.objects.filter(reference__in=proposal.named).exclude(withheld_reason="")
    return user.has_perm("cables.withhold_cable") or not withheld.exists()


def texts_for(user: User, proposal: Proposal) -> tuple[list[tuple[str, str]], str]:
    """Return (what was typed, the reason) of a proposal as a user may see it.

    What was typed into a redaction is shown to its proposer and to those who may approve it.
    """
    fields = [(label, text) for label, text in proposal.fields]
    judges = proposal.by_id == user.pk or kinds_approved_by(user).intersection(proposal.kinds)
    if Kind.REDACT in proposal.kinds and not judges and not user.has_perm("cables.see_sealed"):
        fields = []
    if user.has_perm("cables.see_sealed"):
        return fields, proposal.reason
    phrases = _phrases(proposal.named)
    return [(label, scrub(text, phrases)) for label, text in fields], scrub(
        proposal.reason, phrases
    )


def _phrases(references: Iterable[str]) -> list[str]:
    keys = Cable.objects.filter(reference__in=list(references)).values_list("pk", flat=True)
    return [phrase for phrases in phrases_in(keys).values() for phrase in phrases]
