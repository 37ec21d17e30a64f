"""Correct facts of a cable, and name other references that lead to it; undo both."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict
from django.utils.functional import cached_property

from ...curation.redactions_and_corrections import (
    StaleError,
    check_sight,
    correct_cable,
    lock_unchanged,
    log_decision,
    may_see_text,
    undo_correction,
)
from ...decisions.correct import Correct, CorrectionForm
from ...decisions.decision_subjects import Approval, DecisionSubject, labelled_facts
from ...decisions.forms import ReasonForm
from ...decisions.kinds import OnCable, OnSeenCable, UndoOnCable, list_of
from ...decisions.sealed_words import without_sealed_words
from ...loader.locks import one_batch
from ...models import BulkDecision, Cable, Correction, Erased, FormerReference, State
from ...models.former_references import RENAMED
from ...publication.public_text import decisions_on, fact_in_words, value_in_words
from ...telegram.apply_redactions import HEAD
from ...telegram.redact_phrases import scrub_with_references
from ...telegram.references import canonical_reference, names_of, spellings_of
from ..article_forms import CableField, SearchedByReference
from ..decision_pages import DecidedAdmin
from ..desk_pages import column


class FormerForm(ReasonForm):
    field_order = ["reference", "reason", "stamp"]
    reference = forms.CharField(max_length=100, help_text="In any spelling: 07 Lisbon 12.")

    def clean_reference(self):
        try:
            reference = canonical_reference(self.cleaned_data["reference"], any_year=True)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        if reason := why_taken(reference):
            raise forms.ValidationError(reason)
        return reference


class LeadForm(FormerForm):
    field_order = ["reference", "cable", "reason", "stamp"]
    cable = CableField(
        label="The cable that is meant", max_length=100, help_text="Its reference, in any spelling."
    )


class CorrectFact(OnSeenCable):
    """Correct a fact of a cable in two steps ("step"): look, then correct what was `seen`."""

    pages = {"correction_new": "new/"}
    heading = "Correct {0.cable}"
    rights, approval = ("correct_cable",), Approval.CORRECT
    template = "correction/new.html"

    def make_form(self, data: QueryDict | None) -> CorrectionForm:
        name = self.query.get("field", "")
        is_shown = name in Correction.Field and not self.cable.withheld_reason
        value = fact_in_words(self.cable, name, "\n") if is_shown else ""
        initial = {"stamp": self.stamp(), "field": name, "value": value}
        return CorrectionForm(data, initial=initial)

    def is_decided(self) -> bool:
        return self.data.get("step") != "look" and self.data.get("seen") in (None, self.seen())

    def seen(self) -> str:
        return " ".join([self.data.get("field", ""), *self.data.get("value", "").split()])

    def sample(self) -> tuple[str, str] | None:
        """Return what a valid form changes, as the preview of many cables says it."""
        if not (self.form.is_bound and self.form.is_valid()):
            return None
        parameters = Correct.parameters_in(self.form.cleaned_data)
        now, then = Correct(BulkDecision(parameters=parameters, by=self.user)).sample(self.cable)
        return "" if self.cable.withheld_reason else now, then

    def carry_out(self, data: dict[str, Any]) -> str:
        fact = data["field"], data["fact"]
        correct_cable(self.cable, *fact, data["reason"], self.user, data["stamp"])
        return f"The correction of {self.cable} is shown to readers."

    def context(self) -> dict[str, Any]:
        corrections = without_sealed_words(self.user, self.cable.corrections.order_by("pk"))
        made = [(each, corrected_value(each)) for each in corrections]
        known = {} if self.cable.withheld_reason else labelled_facts(self.cable)
        return {"known": known, "corrections": made, "sample": self.sample(), "seen": self.seen()}


class UndoCorrection(OnSeenCable, UndoOnCable):
    """Undo a correction: readers get again the one before it, else what the source says."""

    pages = {"correction_undo": "<int:pk>/undo/"}
    heading = "Undo a correction of {0.cable}"
    rights, approval = ("correct_cable",), Approval.CORRECT
    model, button = Correction, "Undo the correction"

    def carry_out(self, data: dict[str, Any]) -> str:
        undo_correction(self.row, data["reason"], self.user, data["stamp"])
        return f"The correction of {self.cable} is undone. Readers see {self.shown_then}."

    @cached_property
    def shown_then(self) -> str:
        """What readers see when it is undone."""
        same = self.cable.corrections.filter(field=self.row.field).order_by("pk")
        if same.filter(pk__gt=self.row.pk).exists():
            return "what was corrected later, as now"
        earlier = same.filter(pk__lt=self.row.pk).last()
        if earlier is None:
            return "again what the source says"
        return f"again the correction of {earlier.at:%Y-%m-%d}: {corrected_value(earlier)}"

    @property
    def explanation(self) -> str:
        [row] = without_sealed_words(self.user, [self.row])
        return (
            f"{row.get_field_display()}: readers then see {self.shown_then}. The correction that "
            f"you undo was made on {row.at:%Y-%m-%d}: {row.reason}"
        )


class NameReference(OnCable):
    pages = {"correction_former": "former/"}
    heading = "Another reference of {0.cable}"
    rights, approval = ("correct_cable",), Approval.CORRECT
    template, form_class = "correction/former.html", FormerForm

    def carry_out(self, data: dict[str, Any]) -> str:
        name_reference(self.cable, data["reference"], data["reason"], self.user, data["stamp"])
        return f"The reference leads to {self.cable}."

    def context(self) -> dict[str, Any]:
        formers = self.cable.former_references.order_by("reference")
        may_undo = may_see_text(self.user, self.cable)
        return {"formers": formers, "renamed": RENAMED, "may_undo": may_undo}


class LeadReference(NameReference):
    """Choose the cable that is meant by a reference of which no cable is here.

    The first submission shows the chosen cable, the second one decides: the stamp begins with
    the primary key of the cable that was shown.
    """

    pages = {"correction_lead": "lead/"}
    heading = "The cable that a reference means"
    template, form_class = "correction/lead.html", LeadForm
    cable: Any = None

    def find(self) -> None:
        pass

    def make_form(self, data: QueryDict | None) -> LeadForm:
        form = LeadForm(data, initial={"reference": self.query.get("reference", "")})
        if data and form.is_valid():
            self.cable = form.cleaned_data["cable"]
        return form

    def subject(self) -> DecisionSubject:
        if self.cable is None:
            return DecisionSubject(self.title, (self.approval,))
        return replace(super().subject(), title=f"Another reference of {self.cable}")

    def stamp(self) -> str:
        return f"{self.cable.pk}.{self.cable.edit_token()}"

    def carry_out(self, data: dict[str, Any]) -> str:
        prefix = f"{self.cable.pk}."
        if not data["stamp"].startswith(prefix):  # Another cable was shown, or none.
            raise StaleError(f"{self.cable} is the cable that you name. Nothing is done yet.")
        return super().carry_out(data | {"stamp": data["stamp"].removeprefix(prefix)})

    def next_page(self) -> str:
        return super().next_page() if self.cable else list_of(Correction)

    def context(self) -> dict[str, Any]:
        is_shown = self.cable and not self.cable.withheld_reason
        return {"known": labelled_facts(self.cable) if is_shown else {}}


class ForgetReference(OnSeenCable, UndoOnCable):
    """Remove another reference that a curator named; those of sources stay.

    Of a withheld cable only whoever may see it does: records under the name are not held then.
    """

    pages = {"correction_forget": "former/<int:pk>/undo/"}
    heading = "{0.row} is no reference of {0.cable}"
    rights, approval = ("correct_cable",), Approval.CORRECT
    model, button = FormerReference, "Undo the reference"
    list_model = Correction

    def find(self) -> None:
        super().find()
        if self.row.kind != RENAMED:
            raise PermissionDenied

    def carry_out(self, data: dict[str, Any]) -> str:
        name = str(self.row)
        remove_reference(self.row, data["reason"], self.user, data["stamp"])
        return f"{name} does not lead to {self.cable} any more."

    @property
    def explanation(self) -> str:
        return (
            f"The address of {self.row} then leads nowhere: readers who kept it learn that no such "
            "cable is here."
        )


@admin.register(Correction)
class CorrectionAdmin(SearchedByReference, DecidedAdmin):
    """Facts that curators corrected; what the sources say is kept beside them."""

    decisions = (CorrectFact, UndoCorrection, LeadReference, NameReference, ForgetReference)
    rights = ("correct_cable", "view_correction")
    undo_right, undo_name = "correct_cable", "cables_correction_undo"
    list_display = ["cable", "field", "right", "reason", "by", "at"]
    list_select_related = ["cable", "by"]
    list_filter = ["field"]
    quoting = ["reason"]
    fields = ["cable", "field", "right", "reason", "by", "at"]

    def page_context(self, request, row):
        return super().page_context(request, row) if may_see_text(request.user, row.cable) else {}

    right = column("What is right", lambda correction: corrected_value(correction))


def corrected_value(correction: Correction) -> str:
    """Return the corrected value as text, without redacted words; none of a withheld cable."""
    if correction.cable.withheld_reason:
        return "Withheld with its cable"
    value = value_in_words(correction.field, correction.value)
    return scrub_with_references(value, decisions_on(correction.cable).phrases_at(HEAD))


def why_taken(reference: str) -> str:
    """Return a sentence that says why a reference cannot lead to another cable, "" if it can."""
    spellings = spellings_of(reference)
    if cable := Cable.objects.filter(reference__in=spellings).first():
        return f"{cable} is a cable that is here."
    if former := FormerReference.objects.filter(reference__in=spellings).first():
        return f"{former} leads to {former.cable} already."
    if erased := Erased.objects.filter(reference__in=names_of(reference)).first():
        return f"{erased} was erased, and is never used again."
    return ""


@transaction.atomic
def name_reference(cable: Cable, reference: str, reason: str, by, stamp: str):
    """Let a reference lead to a cable from now on.

    Raises StaleError if the cable's stamp changed, ValueError if the reference leads elsewhere.
    """
    one_batch()  # Serializes with loads and other curators that bring the same reference.
    lock_unchanged(cable, stamp)
    if problem := why_taken(reference):
        raise ValueError(problem)
    cable.former_references.create(reference=reference, kind=RENAMED)
    log_decision(cable, "named", reference, reason, by)
    State.advance()


@transaction.atomic
def remove_reference(former: FormerReference, reason: str, by, stamp: str):
    """Remove a reference that leads to a cable. Raises StaleError if the cable's stamp changed."""
    one_batch()  # Else a load that has just read it stores a record under it.
    cable = former.cable
    lock_unchanged(cable, stamp)
    check_sight(by, cable)
    log_decision(cable, "unnamed", str(former), reason, by)
    former.delete()
    State.advance()
