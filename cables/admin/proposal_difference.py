"""What a proposal would change: a cable's text before and after, or samples of its cables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve

from ..curation.approvals import kinds_approved_by
from ..curation.redactions_and_corrections import knows_redacted
from ..diffs.text_diff import ComparedText, TextChanges, find_changes
from ..models import BulkDecision, Cable, LoadRow, Proposal, RedactionMatch, StandingForm
from ..models.decided_numbers import hidden_of
from ..publication.public_text import phrases_in
from ..telegram.paragraphs import Blocks
from ..telegram.redact_phrases import scrub
from .bulk_decision_samples import Sample, samples
from .load_previews import labelled_facts
from .load_record_access import hidden_among
from .proposal_replay import send_proposal
from .redaction_forms import as_published
from .sealed_words import WITHHELD_WITH_IT

Kind = Proposal.Kind
MOST_MATCHES = 100  # Matches of a redaction over the archive that a proposal shows.
NOTHING = ComparedText({}, "", Blocks(()))
# Pages whose decisions give readers a text that the desk shows with the right see_sealed only.
SEALED = ("cables_loadrow_publish", "cables_volumewithholding_publish")


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
    name, key = row_of(proposal)
    if name == "cables_loadrow_publish":
        return difference_of_new(proposal)
    if proposal.cable and Kind.ERASE not in proposal.kinds:
        return difference_of_one(proposal, proposal.cable)
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


def difference_of_new(proposal: Proposal) -> ProposalDifference:
    """Return the text of the cable that a held record would become."""
    with transaction.atomic():
        result = send_proposal(proposal)
        # No load stores cables before the end of this transaction (`one_batch`).
        made = Cable.objects.latest("pk") if result.is_done else None
        changes = find_changes(NOTHING, text_of(made)) if made else None
        transaction.set_rollback(True)
    return ProposalDifference(changes, result.problem)


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

    It can have withheld or redacted text. Whoever may not see it cannot approve it either. One that
    was decided changes nothing more.
    """
    if user.has_perm("cables.see_sealed") or proposal.state not in Proposal.OPEN:
        return True
    name, key = row_of(proposal)
    if Kind.LIFT in proposal.kinds or name in SEALED:
        return False
    if name == "cables_loadrow_embargo" and not user.has_perm("cables.view_loadrow"):
        return False
    if name == "cables_loadrow_apply" and hidden_among(LoadRow.objects.filter(pk=key)):
        return False
    if name.startswith("cables_redactionsearch"):
        matches = RedactionMatch.objects.filter(search=key)
        hides = matches.exclude(pk__in=matches.visible_to(user)).exists()
        return user.has_perm("cables.redact_cable") and not hides
    is_own = proposal.by_id == user.pk
    if is_own and not knows_redacted(user) and StandingForm.objects.exists():
        return False  # As in `_is_hidden`: nothing is stored, and one could try many names.
    return not _is_hidden(user, proposal)


def _is_hidden(user: User, proposal: Proposal) -> bool:
    """Return whether one of its cables is withheld or redacted, and a user may not see such ones.

    What it would change is compared with the sealed words: who typed guesses would see which fit.
    """
    if knows_redacted(user):
        return False
    return hidden_of(_cables_of(proposal)).exists()


def _cables_of(proposal: Proposal) -> QuerySet[Cable]:
    """Return its cables: a held record has another reference than its cable."""
    return Cable.objects.filter(Q(reference__in=proposal.named) | Q(pk=proposal.cable_id))


def texts_for(user: User, proposal: Proposal) -> tuple[list[tuple[str, str]], str]:
    """Return (what was typed, the reason) of a proposal as a user may see it.

    What was typed into a redaction is shown to its proposer and to those who may approve it; what
    was written about a withheld or redacted cable, to those who may see it.
    """
    if _is_hidden(user, proposal):
        return [], WITHHELD_WITH_IT
    fields = [(label, text) for label, text in proposal.fields]
    judges = proposal.by_id == user.pk or kinds_approved_by(user).intersection(proposal.kinds)
    if Kind.REDACT in proposal.kinds and not judges and not user.has_perm("cables.see_sealed"):
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
    if _is_hidden(user, proposal):
        return [text and WITHHELD_WITH_IT for text in texts]
    phrases = _phrases(proposal)
    return [scrub(text, phrases) for text in texts]


def _phrases(proposal: Proposal) -> list[str]:
    """Return the words that are redacted in its cables."""
    keys = _cables_of(proposal).values_list("pk", flat=True)
    return [phrase for phrases in phrases_in(keys).values() for phrase in phrases]
