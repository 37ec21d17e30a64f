"""Pages of decisions on a case: comment, letter, close, reopen, delete its personal data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from ..curation.redactions_and_corrections import StaleError
from ..curation.request_decisions import (
    clear_case,
    close_case,
    fill_template,
    reopen_case,
    write_letter,
)
from ..decisions.forms import StampedForm
from ..decisions.kinds import Approval, DecisionKind, DecisionSubject, GoneError
from ..decisions.optimistic_lock import stamp_of_rows
from ..models import LetterTemplate, Outcome, RequestCase
from .decision_pages import DecisionPages


def long_text(label: str, rows: int, most: int, **options) -> forms.CharField:
    """Return a form field for a text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows, "cols": 80})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


class CommentForm(StampedForm):
    """A comment on a case."""

    text = long_text("Comment", 6, 5_000, help_text="It cannot be changed afterwards.")


class LetterForm(StampedForm):
    """The letter of a case, and the template that it begins with."""

    field_order = ["template", "text", "is_sent"]
    template = forms.ModelChoiceField(LetterTemplate.objects.all(), required=False)
    text = long_text("Letter", 24, 20_000, required=False)
    is_sent = forms.BooleanField(
        label="It was sent", required=False, help_text="It then stays among the comments too."
    )

    def clean(self):
        data = super().clean()
        if data and data.get("is_sent") and not data.get("text", "").strip():
            self.add_error("text", "Write what was sent.")
        return data


class CloseForm(StampedForm):
    """The outcome of a case, and why."""

    field_order = ["outcome", "reason"]
    outcome = forms.ChoiceField(choices=[("", "---------"), *Outcome.choices])
    reason = long_text(
        *("Reason of the decision", 5, 5_000),
        help_text="For the letter. It is kept with the case; the log has the outcome only.",
    )


class ReopenForm(StampedForm):
    """Why a case is opened again."""

    reason = long_text("Reason, kept with the case", 3, 5_000)


class ClearForm(StampedForm):
    """Confirm that the personal data of a case are deleted."""

    is_sure = forms.BooleanField(label="Delete them for good")


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """A decision on a case: the texts of its page, its form, and what it does."""

    name: str
    title: str
    button: str
    explanation: str
    done: str  # Message for the curator.
    form: type[StampedForm]
    apply: Callable[[RequestCase, dict[str, Any], Any], None]
    of_open: bool = True  # Whether it is offered for open cases,
    of_closed: bool = True  # and for closed ones.
    kinds: tuple[str, ...] = ()  # What it is as a decision that may need approval.

    def is_offered(self, case: RequestCase) -> bool:
        return not case.cleared and (self.of_open if case.is_open else self.of_closed)


def comment(case: RequestCase, data: dict[str, Any], by):
    """Add a comment to a case, and note in the log that there is one."""
    case.comment(data["text"], by)
    case.write_down("commented", by)


DECISIONS_ON_CASES = {
    decision.name: decision
    for decision in (
        CaseDecision(
            "comment",
            "Comment on the case",
            "Comment",
            "Comments are deleted together with the personal data of the case.",
            "The comment is kept.",
            CommentForm,
            comment,
        ),
        CaseDecision(
            "letter",
            "Letter",
            "Save the letter",
            "Choose a template and fill it in, then edit the letter. The room keeps its text and "
            "does not send it.",
            "The letter is kept.",
            LetterForm,
            lambda case, data, by: write_letter(case, data["text"], data["is_sent"], by),
        ),
        CaseDecision(
            "close",
            "Close the case",
            "Close the case",
            "This changes no cable: withhold, redact or correct it first. A letter for this "
            "outcome is prepared.",
            "The case is closed.",
            CloseForm,
            lambda case, data, by: close_case(case, data["outcome"], data["reason"], by),
            of_closed=False,
            kinds=(Approval.CASE,),
        ),
        CaseDecision(
            "reopen",
            "Reopen the case",
            "Reopen the case",
            "It is then open again; the earlier decision stays among the comments.",
            "The case is open again.",
            ReopenForm,
            lambda case, data, by: reopen_case(case, data["reason"], by),
            of_open=False,
            kinds=(Approval.CASE,),
        ),
        CaseDecision(
            "clear",
            "Delete the personal data of the case",
            "Delete",
            "Name, address, message, cables, comments, decision and letter are deleted. The number "
            "of the case and its outcome stay. This cannot be undone; earlier backups still have "
            "these data.",
            "The personal data of the case are deleted.",
            ClearForm,
            lambda case, data, by: clear_case(case, by),
            of_open=False,
            kinds=(Approval.CASE,),
        ),
    )
}


class DecideOnCase(DecisionKind):
    """One of DECISIONS_ON_CASES. Its reason is kept with the case, not in the log."""

    pages = {f"requestcase_{name}": f"<int:pk>/{name}/" for name in DECISIONS_ON_CASES}
    rights = ("change_requestcase",)
    template = "admin/cables/requestcase/decide.html"
    has_logged_reason = False

    def find(self) -> None:
        case = RequestCase.objects.filter(pk=self.keys["pk"]).first()
        if case is None:
            raise Http404("There is no such case.")
        self.case = case
        self.action = DECISIONS_ON_CASES[self.step]
        if not self.action.is_offered(self.case):
            raise GoneError("Somebody closed or reopened this case meanwhile.", self.next_page())

    def stamp(self) -> str:
        return stamp_of_rows([RequestCase.objects.get(pk=self.case.pk)])

    def make_form(self, data: QueryDict | None) -> StampedForm:
        text = self.case.letter if self.step == "letter" else ""
        initial = {"stamp": stamp_of_rows([self.case]), "text": text}
        return self.action.form(data, initial=initial)

    heading = "{0.action.title}: {0.case}"

    def subject(self) -> DecisionSubject:
        return DecisionSubject(self.title, self.action.kinds, case=self.case, count=0)

    def is_decided(self) -> bool:
        return self.data.get("step") != "fill"

    def preview(self, request: HttpRequest) -> None:
        """Fill in the chosen template of a letter; nothing is saved."""
        self.form = filled_letter(self.form, self.case)

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        present = RequestCase.objects.select_for_update().get(pk=self.case.pk)
        if data["stamp"] != stamp_of_rows([present]):
            raise StaleError("Somebody changed this case meanwhile.")
        self.action.apply(present, data, self.user)
        return self.action.done

    def context(self) -> dict[str, Any]:
        return {"decision": self.action, "case_page": self.next_page()}

    def next_page(self) -> str:
        return reverse("admin:cables_requestcase_change", args=[self.keys["pk"]])


class CaseDecisions(DecisionPages):
    """Base of the admin of cases: the decisions on one."""

    decisions = (DecideOnCase,)

    def decisions_on(self, request, case: RequestCase) -> list[tuple[str, str]]:
        """Return (label, address) of the decisions that this user can make on a case."""
        if not request.user.has_perm("cables.change_requestcase"):
            return []
        return [
            (decision.title, reverse(f"admin:cables_requestcase_{name}", args=[case.pk]))
            for name, decision in DECISIONS_ON_CASES.items()
            if decision.is_offered(case)
        ]


def filled_letter(form: StampedForm, case: RequestCase) -> StampedForm:
    """Return the form of a letter with the chosen template filled in; nothing is saved."""
    form.is_valid()
    template = form.cleaned_data.get("template")
    if template is None:
        form.add_error("template", "Choose the template that the letter begins with.")
        return form
    text = fill_template(template.text, case)
    stamp = form.cleaned_data.get("stamp", "")
    return LetterForm(initial={"template": template, "text": text, "stamp": stamp})
