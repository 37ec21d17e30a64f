"""Decisions on many cables at the desk: preview, carry out, follow, cancel, resume, undo."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from ..curation.bulk_decision_tasks import (
    cancel_decision,
    carry_out_decision,
    resume_decision,
    undo_decision,
)
from ..curation.bulk_decisions import (
    MOST,
    Outcome,
    State,
    choose_for_decision,
    kind_of,
    preview_decision,
    preview_stamp,
)
from ..curation.redactions_and_corrections import StaleError, knows_redacted
from ..models import Article, BulkDecision, BulkDecisionCable, Cable, Correction, Redaction
from ..models.querysets import CableQuerySet
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub
from .approval_gate import BULK_UNDOINGS, about_many, redirect_to_proposal
from .bulk_decision_forms import BULK_ACTIONS, BulkAction
from .bulk_decision_samples import named_rows, samples
from .decision_base import (
    DecidedAdmin,
    ReasonForm,
    StampedForm,
    carry_out_posted,
    is_valid_about,
    private_form,
    render_decision,
)
from .loads import is_worker_running

Kind = BulkDecision.Kind
NAMED = 500  # Cables that the page of a decision names after each reason.
TOLD = (Kind.WITHHOLD, Kind.EMBARGO)  # Readers are told their reasons.
HIDDEN = "Withheld with one of its cables"
# What became of cables that were not changed, or not undone: their page names them.
TROUBLES = (Outcome.STALE, Outcome.REFUSED, Outcome.KEPT)
STEPS = {"cancel": cancel_decision, "resume": resume_decision}


def begin_choice(request: HttpRequest, kind: str, cables: CableQuerySet) -> HttpResponse | None:
    """Store a choice of cables and redirect to the preview of a decision on them.

    Returns None, with a message for the curator, if there are too many or none.
    """
    keys = list(cables.values_list("pk", flat=True)[: MOST + 1])
    try:
        decision = choose_for_decision(kind, keys, request.user)  # type: ignore[arg-type]
    except ValueError as error:
        messages.error(request, str(error))
        return None
    if not BULK_ACTIONS[kind].is_look_first:
        preview_decision(decision, {}, "")
    return redirect("admin:cables_bulkdecision_decide", decision.pk)


@transaction.atomic
def decide_now(action: BulkAction, keys: Iterable[int], data: dict[str, Any], by) -> BulkDecision:
    """Carry out a decision on cables that its page named, without storing the choice before.

    Raises StaleError and ValueError as `carry_out_decision`.
    """
    decision = choose_for_decision(action.kind, keys, by)
    preview_decision(decision, action.parameters(data), action.reason(data))
    carry_out_decision(decision)
    return decision


@admin.register(BulkDecision)
class BulkDecisionAdmin(DecidedAdmin):
    """Decisions on cables, newest first. Each leads to its undo."""

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
        return rows.exclude(state=State.PREVIEWED)

    def get_object(self, request, object_id, from_field=None):
        decision = super().get_object(request, object_id, from_field)
        if decision:
            decision.words = words_for(request.user, decision)
        return decision

    @admin.display(description="Decision")
    def title(self, decision):
        return decision.get_kind_display()

    @admin.display(description="Cables")
    def cables(self, decision):
        return f"{decision.rows.count():,}"

    @admin.display(description="What")
    def what(self, decision):
        return decision.words[0] or "–"

    @admin.display(description="Reason")
    def why(self, decision):
        return decision.words[1] or "–"

    @admin.display(description="Undone")
    def undone(self, decision):
        return f"By {decision.undone_by}: {decision.words[2]}" if decision.undone_by else "–"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        step = wrap(require_POST(self.step))
        return [
            path("<int:pk>/decide/", wrap(self.decide_page), name="cables_bulkdecision_decide"),
            path("<int:pk>/undo/", wrap(self.undo_page), name="cables_bulkdecision_undo"),
            *(
                path(f"<int:pk>/{name}/", step, {"name": name}, name=f"cables_bulkdecision_{name}")
                for name in STEPS
            ),
            *super().get_urls(),
        ]

    @private_form
    def decide_page(self, request, pk):
        """Preview a decision on chosen cables, then carry it out."""
        decision = get_object_or_404(BulkDecision.objects.select_related("by"), pk=pk)
        check_right(request, decision)
        if decision.state != State.PREVIEWED:
            return redirect("admin:cables_bulkdecision_change", pk)
        if decision.by != request.user:
            raise Http404("Somebody else chose these cables.")
        action = BULK_ACTIONS[decision.kind]
        form = action.form(request.POST or None, initial={"stamp": preview_stamp(decision)})
        # Others cannot decide on the redacted ones: they are excluded.
        keys = redacted_among(decision.rows.all()) if knows_redacted(request.user) else ()
        if request.method == "POST" and is_valid_about(request.user, form, keys):
            message = look_or_decide(request, decision, action, form)
            if message:
                self.message_user(request, message, messages.SUCCESS)
                if proposed := redirect_to_proposal(request):
                    return proposed
                return redirect("admin:cables_bulkdecision_change", pk)
        context = preview_context(decision, action)
        template = "admin/cables/bulkdecision/decide.html"
        return render_decision(self, request, template, action.title, form=form, **context)

    @private_form
    def undo_page(self, request, pk):
        """Undo a decision on all of its cables that nobody changed since."""
        decision = get_object_or_404(BulkDecision.objects.select_related("by"), pk=pk)
        check_right(request, decision)
        count = decision.rows.filter(outcome=Outcome.DONE).count()
        if not is_undoable(decision) or not count:
            self.message_user(request, "Nothing of it is left to be undone.", messages.WARNING)
            return redirect("admin:cables_bulkdecision_change", pk)

        def stamp() -> str:
            decision.refresh_from_db()
            return undo_stamp(decision)

        def undo(data: dict[str, Any]) -> str:
            if data["stamp"] != stamp():
                raise StaleError("Somebody changed this decision meanwhile.")
            undo_decision(decision, data["reason"], request.user)
            return undo_report(decision, count)

        form = ReasonForm(request.POST or None, initial={"stamp": undo_stamp(decision)})
        undoing, done = BULK_UNDOINGS[decision.kind], cables_of(decision, Outcome.DONE)
        title = f"Undo decision {decision}"
        subject = about_many(title, undoing, done)
        redacted = redacted_among(not_skipped(decision))
        if carry_out_posted(request, subject, form, undo, stamp, redacted):
            return redirect("admin:cables_bulkdecision_change", pk)
        template = "admin/cables/bulkdecision/undo.html"
        return render_decision(
            self, request, template, title, form=form, decision=decision, count=count
        )

    def step(self, request, pk, name):
        """Cancel a decision at work, or resume one that stopped."""
        decision = get_object_or_404(BulkDecision, pk=pk)
        check_right(request, decision)
        is_unchanged = request.POST.get("stamp") == decision.state
        if not (is_unchanged and STEPS[name](decision)):
            decision.refresh_from_db()
            now = decision.get_state_display().lower()
            self.message_user(request, f"Somebody was faster: {now}.", messages.WARNING)
        return redirect("admin:cables_bulkdecision_change", pk)

    def page_context(self, request, row):
        outcomes = row.outcomes()
        total = sum(outcomes.values())
        left = outcomes.get(Outcome.DONE if row.state == State.UNDOING else Outcome.WAITING, 0)
        may_decide = may(request.user, row)
        at_work = row.state in BulkDecision.AT_WORK
        context = {
            "outcomes": [(Outcome(each).label, each, outcomes[each]) for each in outcomes],
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


def look_or_decide(
    request: HttpRequest, decision: BulkDecision, action: BulkAction, form: StampedForm
) -> str | None:
    """Make the preview of what a valid form says, or carry that out ("step": apply).

    Returns the message for the curator if it was carried out. Otherwise the form has the stamp of
    the new preview, and an error if the curator has to look at that first.
    """
    data, step = form.cleaned_data, request.POST.get("step", "")
    parameters, reason = action.parameters(data), action.reason(data)
    is_same = data["stamp"] == preview_stamp(decision) != ""
    if action.is_look_first:
        is_same = is_same and parameters == decision.parameters
    if step != "apply" or not is_same:
        preview_decision(decision, parameters, reason)
        if step == "apply":
            form.look_again(preview_stamp(decision), "This is what it would do now.")
        else:
            form.set_stamp(preview_stamp(decision))
        return None

    def decide(data: dict[str, Any]) -> str:
        decision.parameters, decision.reason = parameters, reason
        decision.save(update_fields=["parameters", "reason"])
        carry_out_decision(decision)
        return report_of(decision, action)

    def preview() -> str:
        decision.refresh_from_db()
        preview_decision(decision, parameters, reason)
        return preview_stamp(decision)

    subject = about_many(*action.subject, cables_of(decision, Outcome.WAITING))
    return form.carry_out(request, subject, decide, preview)


def cables_of(decision: BulkDecision, outcome: str) -> CableQuerySet:
    """Return the cables of a decision with an outcome."""
    rows = decision.rows.filter(outcome=outcome)
    return Cable.objects.filter(pk__in=rows.values("cable"))


def report_of(decision: BulkDecision, action: BulkAction) -> str:
    """Return the message for the curator who carried out a decision."""
    outcomes = decision.outcomes()
    if waiting := outcomes.get(Outcome.WAITING, 0):
        return f"{waiting:,} cables: the worker does it, 500 at a time."
    return action.report(outcomes.get(Outcome.DONE, 0))


def undo_report(decision: BulkDecision, count: int) -> str:
    """Return the message for the curator who undid a decision on `count` cables."""
    outcomes = decision.outcomes()
    if outcomes.get(Outcome.DONE):
        return f"{count:,} cables: the worker undoes it, 500 at a time."
    kept = outcomes.get(Outcome.KEPT, 0)
    rest = f" {kept:,} could not be: the page names them." if kept else ""
    undone = count - kept
    return f"It is undone for {undone:,} cable{'' if undone == 1 else 's'}.{rest}"


def preview_context(decision: BulkDecision, action: BulkAction) -> dict[str, Any]:
    """Return what the page of a preview shows of a decision."""
    if not decision.previewed:
        return {"decision": action, "total": decision.rows.count()}
    applicable = decision.rows.filter(outcome=Outcome.WAITING)
    is_hiding = decision.kind in (Kind.WITHHOLD, Kind.EMBARGO)
    cables = Cable.objects.filter(pk__in=applicable.values("cable"))
    return {
        "decision": action,
        "is_previewed": True,
        "total": decision.rows.count(),
        "applicable": applicable.count(),
        "skipped": named_rows(decision, Outcome.SKIPPED),
        "samples": samples(decision),
        "at_once": applicable.count() <= kind_of(decision).at_once,
        "articles": Article.objects.about(*cables.only("reference")) if is_hiding else (),
    }


def undo_stamp(decision: BulkDecision) -> str:
    """Return an optimistic-lock token of what is left to be undone."""
    done = decision.rows.filter(outcome=Outcome.DONE).count()
    return f"{decision.state}.{done}"


def is_undoable(decision: BulkDecision) -> bool:
    return decision.state in BulkDecision.ENDED and kind_of(decision).undo is not None


def may(user, decision: BulkDecision) -> bool:
    """Return whether a user may make and undo decisions of this kind."""
    return user.has_perm(f"cables.{kind_of(decision).right}")


def check_right(request: HttpRequest, decision: BulkDecision):
    if not may(request.user, decision):
        raise PermissionDenied


def redacted_among(rows: QuerySet[BulkDecisionCable]) -> list[int]:
    """Return the primary keys of the redacted cables of these rows of a decision."""
    redacted = Redaction.objects.filter(cable__in=rows.order_by().values("cable"))
    return list(redacted.values_list("cable", flat=True).distinct())


def not_skipped(decision: BulkDecision) -> QuerySet[BulkDecisionCable]:
    """Return the rows of cables that it was to change: of others no words are compared."""
    return decision.rows.exclude(outcome=Outcome.SKIPPED)


def words_for(user, decision: BulkDecision) -> tuple[str, str, str]:
    """Return (what was decided, why, why it was undone) as a user may see it.

    Who may not see originals gets none of the words that are redacted in its cables since, and
    while one of them is withheld nothing that curators wrote, but for why it is.
    """
    words = (parameters_in_words(decision), decision.reason, decision.undo_reason)
    if user.has_perm("cables.see_sealed"):
        return words
    found = phrases_in(redacted_among(not_skipped(decision))).values()
    what, reason, undo_reason = scrub(words, [phrase for phrases in found for phrase in phrases])
    cables = Cable.objects.filter(bulk_decisions__decision=decision)
    if not cables.exclude(withheld_reason="").exists():
        return what, reason, undo_reason
    if decision.kind in TOLD:
        return what, reason, undo_reason and HIDDEN
    if decision.kind != Kind.LEAVE and what:
        what = HIDDEN
    return what, HIDDEN, undo_reason and HIDDEN


def parameters_in_words(decision: BulkDecision) -> str:
    """Return what was decided, beside its kind: "Subject: HARBOR DUES"."""
    values = decision.parameters
    if decision.kind == Kind.CORRECT:
        value = values["value"]
        text = value if isinstance(value, str) else ", ".join(value)
        return f"{Correction.Field(values['field']).label}: {text}"
    if decision.kind == Kind.LEAVE:
        return f"{values['title']}{', ' if values['within'] else ''}{values['within']}"
    if decision.kind == Kind.EMBARGO:
        return f"Until {values['due'][:16].replace('T', ' ')} UTC"
    return values.get("tag") or values.get("text") or ""
