"""What was typed into a proposal, and written on it, as a user may see it."""

from collections.abc import Iterable

from django.contrib.auth.models import User

from ..curation.redactions_and_corrections import knows_redacted
from ..models import Erased, Proposal
from ..models.decided_numbers import hidden_of
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub
from .approvals import kinds_approved_by
from .sealed_words import WITHHELD_WITH_IT


def is_hidden(user: User, proposal: Proposal) -> bool:
    """Return whether a user may not see what is written about one of its cables.

    It is withheld, redacted, or erased: nobody knows any more which words were redacted in it.
    """
    if knows_redacted(user):
        return False
    is_erased = Erased.objects.filter(proposal.names_it()).exists()
    return is_erased or hidden_of(proposal.cables()).exists()


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
