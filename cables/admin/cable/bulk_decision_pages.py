"""Decisions on many cables at the desk: preview, carry out, follow, cancel, resume, undo."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ...decisions.batch_kinds import BatchKind, kind_of, named_rows
from ...decisions.batches import MOST, Outcome, State, choose_for_decision, preview_decision
from ...decisions.kinds import case_named
from ...decisions.sealed_words import entries_of_erased
from ...models import BulkDecision, Cable, for_case
from ...models.querysets import CableQuerySet
from ...operations.tasks import is_worker_running
from ...publication.public_text import phrases_in
from ...telegram.redact_phrases import scrub_with_references
from ..decision_pages import DecidedAdmin
from ..desk_pages import column, page_for_case
from .decide_on_cables import (
    CancelDecision,
    DecideOnChosen,
    ResumeDecision,
    UndoOnChosen,
    is_undoable,
    may,
    not_skipped,
    redacted_among,
)

NAMED = 500  # Cables that the page of a decision names after each reason.
HIDDEN = "Withheld with one of its cables"
# What became of cables that were not changed, or not undone: their page names them.
TROUBLES = (Outcome.STALE, Outcome.REFUSED, Outcome.KEPT)


def begin_choice(request: HttpRequest, kind: str, cables: CableQuerySet) -> HttpResponse | None:
    """Store a choice of cables and redirect to the preview of a decision on them.

    Returns None, with a message for the curator, if there are too many or none.
    """
    keys = list(cables.values_list("pk", flat=True)[: MOST + 1])
    case = case_named(request.user, request.GET)
    try:
        with for_case(case.pk if case else None):
            decision = choose_for_decision(kind, keys, request.user)  # type: ignore[arg-type]
    except ValueError as error:
        messages.error(request, str(error))
        return None
    if not BatchKind.registry[kind].is_look_first:
        preview_decision(decision, {}, "")
    page = reverse("admin:cables_bulkdecision_decide", args=[decision.pk])
    return redirect(page_for_case(request, page))


@admin.register(BulkDecision)
class BulkDecisionAdmin(DecidedAdmin):
    """Decisions on cables, newest first. Each leads to its undo."""

    decisions = (DecideOnChosen, UndoOnChosen, CancelDecision, ResumeDecision)
    rights = ("view_bulkdecision", "withhold_cable", "correct_cable", "add_note")
    change_form_template = "admin/cables/bulkdecision/page.html"
    list_display = ["created", "by", "title", "cables", "state"]
    list_display_links = ["created"]
    list_select_related = ["by"]
    list_filter = ["kind", "state"]
    fields = ["title", "what", "why", "by", "approved_by", "created", "state", "undone"]

    def get_queryset(self, request):
        """Leave out choices of cables on which nobody has decided."""
        rows = super().get_queryset(request).select_related("by", "undone_by", "approved_by")
        return rows.filter(kind__in=BatchKind.registry).exclude(state=State.PREVIEWED)

    def get_object(self, request, object_id, from_field=None):
        decision = super().get_object(request, object_id, from_field)
        if decision:
            decision.words = words_for(request.user, decision)
        return decision

    title = column("Decision", lambda decision: kind_of(decision).title)
    cables = column("Cables", lambda decision: f"{decision.rows.count():,}")
    what = column("What", lambda decision: decision.words[0] or "–")
    why = column("Reason", lambda decision: decision.words[1] or "–")
    undone = column(
        "Undone",
        lambda decision: (
            f"By {decision.undone_by}: {decision.words[2]}" if decision.undone_by else "–"
        ),
    )

    def page_context(self, request, row):
        outcomes = row.outcomes()
        total = sum(outcomes.values())
        left = outcomes.get(Outcome.DONE if row.state == State.UNDOING else Outcome.WAITING, 0)
        may_decide = may(request.user, row)
        at_work = row.state in BulkDecision.AT_WORK
        context = {
            "outcomes": [
                (each.label, each, outcomes[each]) for each in Outcome if each in outcomes
            ],
            "total": total,
            "percent": 100 * (total - left) // total if total else 100,
            "at_work": at_work,
            "troubles": named_rows(row, *TROUBLES, most=NAMED),
            "may_cancel": may_decide and at_work and not row.cancel,
            "may_resume": may_decide and row.was_cut,
            "no_worker": at_work and not is_worker_running(),
        }
        if may_decide and is_undoable(row) and outcomes.get(Outcome.DONE):
            address = reverse("admin:cables_bulkdecision_undo", args=[row.pk])
            context |= {"undo_address": address, "undo_label": "Undo"}
        return context


def words_for(user, decision: BulkDecision) -> tuple[str, str, str]:
    """Return (what was decided, why, why it was undone) as a user may see it.

    Who may not see originals gets none of the words that are redacted in its cables since, and
    while one of them is withheld nothing that curators wrote, but for why it is; if one was erased
    nothing at all.
    """
    kind = kind_of(decision)
    words = (kind.in_words(), decision.reason, decision.undo_reason)
    if user.has_perm("cables.see_sealed"):
        return words
    found = phrases_in(redacted_among(not_skipped(decision))).values()
    hidden = [phrase for phrases in found for phrase in phrases]
    what, reason, undo_reason = (scrub_with_references(each, hidden) for each in words)
    if entries_of_erased([decision.pk]).exists():
        return what and HIDDEN, HIDDEN, undo_reason and HIDDEN
    cables = Cable.objects.filter(bulk_decisions__decision=decision)
    if not cables.exclude(withheld_reason="").exists():
        return what, reason, undo_reason
    if kind.is_hiding and kind.tells_readers(cables):
        return what, reason, undo_reason and HIDDEN
    if kind.is_typed and what:
        what = HIDDEN
    return what, HIDDEN, undo_reason and HIDDEN
