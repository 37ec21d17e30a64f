"""Decisions on cables: those that an address names, all of a load, those chosen in the list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ...curation.redactions_and_corrections import StaleError, knows_redacted
from ...decisions.batch_kinds import (
    SAMPLES,
    BatchKind,
    Why,
    kind_of,
    named_rows,
    samples,
    samples_of,
    title_of,
)
from ...decisions.batches import (
    MOST,
    Outcome,
    State,
    cancel_decision,
    carry_out_decision,
    choose_for_decision,
    preview_decision,
    preview_stamp,
    resume_decision,
    undo_decision,
)
from ...decisions.decision_subjects import Approval, DecisionEffects, DecisionSubject, about_many
from ...decisions.forms import StampedForm, check_stamp, stamp_of_cables
from ...decisions.kinds import DecisionKind, GoneError, RowButton
from ...models import (
    Article,
    BulkDecision,
    BulkDecisionCable,
    Cable,
    Load,
    Redaction,
    edit_tokens,
    recording,
)
from ...models.querysets import BY_REFERENCE, CableQuerySet
from ...telegram.shorten_text import count_of
from ..loads.intake import log_load
from .cable_list import LARGE

FIRST = 20  # Cables of a load that its page names.
MOST_NAMED = 500  # Cables that such an address names.


class OfAction(DecisionKind):
    """A decision on cables, of one of the kinds that are carried out in batches: its `action`."""

    is_stored = False
    heading = "{0.action.title}"
    action: type[BatchKind]

    @property
    def explanation(self) -> str:
        return self.action.explanation

    @property
    def button(self) -> str:
        return self.action.button


class OnNamed(OfAction):
    """A decision on cables that its address or its form names."""

    template = "cable/decide.html"

    def is_allowed(self) -> bool:
        self.action = BatchKind.registry[self.action_name()]
        return self.user.has_perm(f"cables.{self.action.right}")

    def action_name(self) -> str:
        return self.step

    def find(self) -> None:
        names = self.data.getlist("cable") or self.query.getlist("cable")
        self.names = [name for name in names[:MOST_NAMED] if "\0" not in name]
        self.cables = self.applicable(Cable.objects.filter(reference__in=self.names))
        self.readers_see_reason = self.kind_with({}).tells_readers(self.cables)

    def applicable(
        self, cables: CableQuerySet, parameters: dict[str, Any] | None = None
    ) -> CableQuerySet:
        """Return those of these cables that it applies to, at first whatever is typed."""
        for condition, _ in self.kind_with(parameters or {}).excluded():
            cables = cables.exclude(condition)
        return cables

    def kind_with(self, parameters: dict[str, Any]) -> BatchKind:
        """Return the kind of a decision that is not stored."""
        return kind_of(BulkDecision(kind=self.action.name, by=self.user, parameters=parameters))

    def effects(self, cable: Cable | None) -> DecisionEffects:
        if cable or not self.form.is_valid():
            return super().effects(cable)
        kind = self.kind_with(self.action.parameters_in(self.form.cleaned_data))
        keys = self.decided().order_by("reference").values_list("pk", flat=True)[:SAMPLES]
        return DecisionEffects(samples=samples_of(kind, keys))

    def stamp(self) -> str:
        return stamp_of_cables(self.cables)

    def make_form(self, data: QueryDict | None) -> StampedForm:
        return self.action.make_form(self.cables, data, initial={"stamp": self.stamp()})

    def decided(self) -> CableQuerySet:
        """Return the cables that it applies to, as a valid form says."""
        data = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else None
        return self.applicable(self.cables, data and self.action.parameters_in(data))

    def subject(self) -> DecisionSubject:
        return about_many(self.title, self.action.approvals, self.decided())

    def about(self) -> Iterable[int]:
        return self.cables.filter(redactions__isnull=False).primary_keys()

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        keys = list(self.decided().primary_keys())
        edit_tokens(keys, lock=True)
        check_stamp(self.cables, data["stamp"])
        decision = choose_for_decision(self.action.name, keys, self.user, most=max(MOST, len(keys)))
        preview_decision(decision, self.action.parameters_in(data), self.action.reason_in(data))
        carry_out_decision(decision)
        self.made = decision
        return report_of(decision)

    def context(self) -> dict[str, Any]:
        cables = self.cables.select_related("origin").defer(*LARGE).order_by(BY_REFERENCE)
        # The search and filters of the list that led here, and the request that it is for.
        found = {
            name: self.query[name]
            for name in ("_changelist_filters", "case")
            if self.query.get(name)
        }
        return {
            "cables": cables,
            "articles": Article.objects.about(*cables) if self.action.is_hiding else (),
            "address": f"{reverse(f'admin:cables_{self.page}')}?{urlencode(found)}",
        }

    def next_page(self) -> str:
        """Return the address of the cable that was decided on; if there were several, of a list."""
        cables = Cable.objects.filter(reference__in=self.names)
        keys = list(cables.values_list("pk", flat=True)[:2])
        if len(keys) == 1:
            return reverse("admin:cables_cable_change", args=keys)
        filters = self.query.get("_changelist_filters", "")
        return f"{reverse('admin:cables_cable_changelist')}?{filters}"


class DecideOnNamed(OnNamed):
    """Decide on cables: one, or several that an address names."""

    pages = {f"cable_{kind.name}": f"{kind.name}/" for kind in BatchKind.all() if kind.offered_on}


class DecideOnLoad(OnNamed):
    """Withhold all cables of a load, or publish them again, with one reason."""

    pages = {"load_decide": "<int:key>/cables/<str:name>/"}
    template = "load/decide.html"

    def action_name(self) -> str:
        kind = BatchKind.registry.get(self.keys["name"])
        if kind is None or "load" not in kind.offered_on:
            raise Http404
        return kind.name

    def find(self) -> None:
        self.load = get_object_or_404(Load, pk=self.keys["key"])
        self.cables = self.applicable(self.load.cables())

    def subject(self) -> DecisionSubject:
        """It is one on many cables, however few they are."""
        kinds = self.action.approvals
        subject = about_many(f"{self.title}: load {self.load.label}", kinds, self.decided())
        return replace(subject, kinds=(*kinds, Approval.MANY))

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        message = super().carry_out(data)
        with recording(self.made.pk):  # It stands in the history of the load too.
            log_load(self.load, "decided", self.user, f"{self.action.title}: {message}")
        return message

    def context(self) -> dict[str, Any]:
        """Return the first of the cables that it applies to: at first as the boxes are ticked."""
        cables, ticked = self.decided(), self.form.fields.get("groups")
        if ticked and not self.form.is_bound:
            groups = {"groups": ticked.initial or [""]}  # Perhaps none is ticked.
            cables = self.applicable(self.cables, groups)
        first = cables.order_by(BY_REFERENCE).only("reference", "subject")[:FIRST]
        values = {"load": self.load, "cables": first, "count": cables.count()}
        return values | {"is_possible": self.cables.exists()}

    def next_page(self) -> str:
        return reverse("admin:cables_load_change", args=[self.load.pk])


class OnChosen(OfAction):
    """A decision on cables that were chosen in the list, or its undoing."""

    leads_to_proposal = True

    def is_allowed(self) -> bool:
        self.decision = get_object_or_404(BatchKind.decisions(), pk=self.keys["pk"])
        chosen = Cable.objects.filter(bulk_decisions__decision=self.decision)
        self.readers_see_reason = kind_of(self.decision).tells_readers(chosen)
        return may(self.user, self.decision)

    def next_page(self) -> str:
        return reverse("admin:cables_bulkdecision_change", args=[self.decision.pk])


class DecideOnChosen(OnChosen):
    """Preview a decision on chosen cables ("step": look), then carry it out (apply)."""

    pages = {"bulkdecision_decide": "<int:pk>/decide/"}
    template = "bulkdecision/decide.html"

    def find(self) -> None:
        if self.decision.state != State.PREVIEWED:
            raise GoneError("It was decided meanwhile.", self.next_page())
        if self.decision.by != self.user:
            raise Http404("Somebody else chose these cables.")
        self.case = self.decision.case
        self.action = BatchKind.registry[self.decision.kind]

    def make_form(self, data: QueryDict | None) -> StampedForm:
        chosen = Cable.objects.filter(pk__in=self.decision.rows.values("cable"))
        return self.action.make_form(chosen, data, initial={"stamp": preview_stamp(self.decision)})

    def stamp(self) -> str:
        """Return the stamp of a new preview of what the form says."""
        self.decision.refresh_from_db()
        return self.look()

    def look(self) -> str:
        """Make a preview of what a valid form says; return its stamp."""
        data = self.form.cleaned_data
        preview_decision(
            self.decision, self.action.parameters_in(data), self.action.reason_in(data)
        )
        return preview_stamp(self.decision)

    def subject(self) -> DecisionSubject:
        return about_many(
            self.title, self.action.approvals, cables_of(self.decision, Outcome.WAITING)
        )

    def about(self) -> Iterable[int]:
        """Return the redacted cables; who may not know them can look at none but for review."""
        if knows_redacted(self.user):
            return redacted_among(self.decision.rows.all())
        return redacted_among(not_skipped(self.decision)) if self.is_decided() else ()

    def is_decided(self) -> bool:
        return self.data.get("step") == "apply"

    def preview(self, request: HttpRequest) -> None:
        if self.is_valid():
            self.form.set_stamp(self.look())

    def carry_out(self, data: dict[str, Any]) -> str:
        decision, action = self.decision, self.action
        typed, stamp = action.parameters_in(data), preview_stamp(decision)
        is_same = not action.is_look_first or typed == decision.parameters
        if not stamp or data["stamp"] != stamp or not is_same:
            raise StaleError("This is what it would do now.")
        decision.parameters, decision.reason = typed, action.reason_in(data)
        decision.save(update_fields=["parameters", "reason"])
        carry_out_decision(decision)
        return report_of(decision)

    def context(self) -> dict[str, Any]:
        decision, action = self.decision, self.action
        if not decision.previewed:
            return {"total": decision.rows.count()}
        cables = cables_of(decision, Outcome.WAITING)
        count = cables.count()
        return {
            **{"is_previewed": True, "total": decision.rows.count(), "applicable": count},
            "skipped": named_rows(decision, Outcome.SKIPPED),
            "samples": samples(decision),
            "at_once": count <= action.at_once,
            "articles": Article.objects.about(*cables.only("reference"))
            if action.is_hiding
            else (),
        }

    def effects(self, cable: Cable | None) -> DecisionEffects:
        return super().effects(cable) if cable else DecisionEffects(samples=samples(self.decision))

    @classmethod
    def page_of_proposal(cls, user, proposal, keys) -> str:
        return proposal.address if proposal.by_id == user.pk else ""


class UndoOnChosen(OnChosen):
    """Undo a decision on all of its cables that nobody changed since."""

    pages = {"bulkdecision_undo": "<int:pk>/undo/"}
    leads_to_proposal, button = False, "Undo the decision"

    def find(self) -> None:
        done = self.decision.rows.filter(outcome=Outcome.DONE)
        self.count = done.count()
        if not is_undoable(self.decision) or not self.count:
            raise GoneError("Nothing of it is left to be undone.", self.next_page())
        self.kept: Why = {}
        if self.count <= MOST:
            with transaction.atomic():
                rows = {row.cable_id: row.undo or {} for row in done}
                self.kept = kind_of(self.decision).kept(rows)

    def stamp(self) -> str:
        """Return an optimistic-lock token of what is left to be undone."""
        self.decision.refresh_from_db()
        done = self.decision.rows.filter(outcome=Outcome.DONE).count()
        return f"{self.decision.state}.{done}"

    @property
    def title(self) -> str:
        return f"Undo decision {title_of(self.decision)}"

    def subject(self) -> DecisionSubject:
        kind = kind_of(self.decision)
        kinds = kind.approvals if kind.undo_approvals is None else kind.undo_approvals
        return about_many(self.title, kinds, cables_of(self.decision, Outcome.DONE))

    def about(self) -> Iterable[int]:
        return redacted_among(not_skipped(self.decision))

    def carry_out(self, data: dict[str, Any]) -> str:
        if data["stamp"] != self.stamp():
            raise StaleError("Somebody changed this decision meanwhile.")
        undo_decision(self.decision, data["reason"], self.user)
        outcomes = self.decision.outcomes()
        if outcomes.get(Outcome.DONE):
            return f"{self.count:,} cables: the worker undoes it, 500 at a time."
        kept = outcomes.get(Outcome.KEPT, 0)
        rest = f" {kept:,} could not be: the page names them." if kept else ""
        undone = self.count - kept
        return f"It is undone for {count_of(undone, 'cable')}.{rest}"

    @property
    def explanation(self) -> str:
        told = [
            f"Of the {count_of(self.count, 'cable')} that it changed, it is undone for "
            f"{self.count - len(self.kept):,}.",
            *(
                f"Not for {count_of(n, 'cable')}: {why}"
                for why, n in Counter(self.kept.values()).items()
            ),
            kind_of(self.decision).told_at_undo,
        ]
        return " ".join(filter(None, told))


class DecisionStep(RowButton):
    model, rights = BulkDecision, ()

    def is_allowed(self) -> bool:
        self.row = get_object_or_404(BatchKind.decisions(), pk=self.keys["key"])
        return may(self.user, self.row)

    def find(self) -> None:
        """It is found before."""

    def stamp(self) -> str:
        return str(self.row.state)


class CancelDecision(DecisionStep):
    """Let a decision, or its undoing, stop after its batch."""

    pages = {"bulkdecision_cancel": "<int:key>/cancel/"}
    states = BulkDecision.AT_WORK

    def take(self) -> str | None:
        return "" if cancel_decision(self.row) else None


class ResumeDecision(DecisionStep):
    """Let the worker go on with a decision that stopped."""

    pages = {"bulkdecision_resume": "<int:key>/resume/"}
    states = BulkDecision.ENDED

    def take(self) -> str | None:
        return "" if resume_decision(self.row) else None


def offered_on(where: str, user: Any) -> list[type[BatchKind]]:
    """Return the kinds that a user may decide on a page of this name."""
    kinds = (kind for kind in BatchKind.all() if where in kind.offered_on)
    return [kind for kind in kinds if user.has_perm(f"cables.{kind.right}")]


def cables_of(decision: BulkDecision, outcome: str) -> CableQuerySet:
    rows = decision.rows.filter(outcome=outcome)
    return Cable.objects.filter(pk__in=rows.values("cable"))


def report_of(decision: BulkDecision) -> str:
    """Return the message for the curator who carried out a decision."""
    outcomes = decision.outcomes()
    if waiting := outcomes.get(Outcome.WAITING, 0):
        return f"{waiting:,} cables: the worker does it, 500 at a time."
    return kind_of(decision).report(outcomes.get(Outcome.DONE, 0))


def is_undoable(decision: BulkDecision) -> bool:
    return decision.state in BulkDecision.ENDED and kind_of(decision).has_undo


def may(user, decision: BulkDecision) -> bool:
    """Return whether a user may make and undo decisions of this kind."""
    return user.has_perm(f"cables.{kind_of(decision).right}")


def redacted_among(rows: QuerySet[BulkDecisionCable]) -> list[int]:
    """Return the primary keys of the redacted cables of these rows of a decision."""
    redacted = Redaction.objects.filter(cable__in=rows.order_by().values("cable"))
    return list(redacted.values_list("cable", flat=True).distinct())


def not_skipped(decision: BulkDecision) -> QuerySet[BulkDecisionCable]:
    """Return the rows of cables that it was to change: of others no words are compared."""
    return decision.rows.exclude(outcome=Outcome.SKIPPED)
