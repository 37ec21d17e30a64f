"""Decisions on a case: comment, letter, close, reopen, delete its personal data.

What a curator writes is kept in the case and its comments, which are deleted with its personal
data; the log of changes has the number and the outcome.
"""

from collections.abc import Sequence
from string import Template
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from ...curation.redactions_and_corrections import StaleError
from ...decisions.decision_subjects import Approval, DecisionSubject
from ...decisions.forms import StampedForm, long_text, stamp_of_rows
from ...decisions.kinds import DecisionKind, GoneError, page_of_case
from ...models import LetterTemplate, Outcome, RequestCase
from ...models.request_cases import newest_cable
from .case_work import (
    LETTER_SENT,
    LeftToDo,
    cables_of,
    day_in_words,
    place_in_words,
    sentences_for_letter,
    what_is_left,
)

CLOSED_OR_REOPENED = "Somebody closed or reopened this case meanwhile."
# Placeholder of letter templates -> what it stands for.
PLACEHOLDERS = {
    "number": "number of the case",
    "name": "who asked",
    "contact": "how to reach them",
    "cables": "cables and paragraphs, one a line",
    "received": "day on which the request was received",
    "due": "day on which it is due",
    "date": "day on which the letter is written",
    "reason": "reason of the decision",
    "done": "what each cable is now, and since when: a sentence for each",
}


def check_template(text: str):
    """Raise ValueError if a letter template has a placeholder that nothing stands for."""
    template = Template(text)
    if not template.is_valid():
        raise ValueError("A $ begins the name of a placeholder; write $$ for the sign itself.")
    if unknown := sorted(set(template.get_identifiers()) - PLACEHOLDERS.keys()):
        known = ", ".join(f"${name}" for name in PLACEHOLDERS)
        raise ValueError(f"${unknown[0]} stands for nothing. Write one of {known}.")


def fill_template(text: str, case: RequestCase, user: Any) -> str:
    """Return a letter template with its placeholders replaced, for the letter of a case.

    It says what was really done, as far as the user may know it.
    """
    values = {
        "number": case.number,
        "name": case.name,
        "contact": case.contact,
        "cables": "\n".join(map(place_in_words, case.places)) or case.written or "–",
        "received": day_in_words(case.received),
        "due": day_in_words(case.due),
        "date": day_in_words(timezone.now()),
        "reason": case.reason,
        "done": sentences_for_letter(case, user),
    }
    return Template(text).safe_substitute(values)


class CommentForm(StampedForm):
    text = long_text("Comment", 6, 5_000, help_text="It cannot be changed afterwards.")


class LetterForm(StampedForm):
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
    """How a case ends; if something is `left`, it is granted only with a tick."""

    field_order = ["outcome", "reason", "is_sure"]
    outcome = forms.ChoiceField(choices=[("", "---------"), *Outcome.choices])
    reason = long_text(
        *("Reason of the decision", 5, 5_000),
        help_text="For the letter. It is kept with the case; the log has the outcome only.",
    )
    is_sure = forms.BooleanField(label="Close it with what is left above", required=False)

    def __init__(self, *args, left: Sequence[LeftToDo], **options):
        super().__init__(*args, **options)
        self.left = left
        if not left:
            del self.fields["is_sure"]

    def clean(self):
        data = super().clean() or {}
        if self.left and data.get("outcome") in GRANTED and not data.get("is_sure"):
            self.add_error("is_sure", "Something is left. Do it first, or tick this.")
        return data


GRANTED = (Outcome.GRANTED, Outcome.PARTLY)


class ReopenForm(StampedForm):
    reason = long_text("Reason, kept with the case", 3, 5_000)


class ClearForm(StampedForm):
    is_sure = forms.BooleanField(label="Delete them for good")


class OnCase(DecisionKind):
    """A decision on a case. Its reason is kept with the case, not in the log."""

    case: RequestCase

    rights = ("change_requestcase",)
    heading = "{0.label}: {0.case}"
    has_logged_reason = False
    label: ClassVar[str]
    done: ClassVar[str]  # Message for the curator.
    of_open: ClassVar[bool] = True  # Whether it is offered for open cases,
    of_closed: ClassVar[bool] = True  # and for closed ones.
    approvals: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def is_offered(cls, case: RequestCase) -> bool:
        return not case.cleared and (cls.of_open if case.is_open else cls.of_closed)

    def find(self) -> None:
        self.case = get_object_or_404(RequestCase, pk=self.keys["pk"])
        if not self.is_offered(self.case):
            raise GoneError(CLOSED_OR_REOPENED, self.next_page())

    def stamp(self) -> str:
        return stamp_of_rows([RequestCase.objects.get(pk=self.case.pk)])

    def subject(self) -> DecisionSubject:
        return DecisionSubject(self.title, self.approvals, count=0)

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        present = RequestCase.objects.select_for_update().get(pk=self.case.pk)
        if data["stamp"] != stamp_of_rows([present]):
            raise StaleError("Somebody changed this case meanwhile.")
        if not self.is_offered(present):
            raise StaleError(CLOSED_OR_REOPENED)
        self.apply(present, data)
        return self.done

    def apply(self, case: RequestCase, data: dict[str, Any]) -> None:
        """Do it with a locked case that is as it was when the page was opened."""
        raise NotImplementedError

    def next_page(self) -> str:
        return page_of_case(self.case)


class CommentOnCase(OnCase):
    """Add a comment to a case, and note in the log that there is one."""

    pages = {"requestcase_comment": "<int:pk>/comment/"}
    label, button, done = "Comment on the case", "Comment", "The comment is kept."
    explanation = "Comments are deleted together with the personal data of the case."
    form_class = CommentForm

    def apply(self, case: RequestCase, data: dict[str, Any]) -> None:
        case.comment(data["text"], self.user)
        case.write_down("commented", self.user)


class WriteLetter(OnCase):
    """Write the letter of a case in steps ("step"): fill in a template, save."""

    pages = {"requestcase_letter": "<int:pk>/letter/"}
    label, button, done = "Letter", "Save the letter", "The letter is kept."
    explanation = (
        "Choose a template and fill it in, then edit the letter. The room keeps its text and "
        "does not send it."
    )
    template = "requestcase/letter.html"

    def make_form(self, data: QueryDict | None) -> StampedForm:
        return LetterForm(data, initial={"stamp": self.stamp(), "text": self.case.letter})

    def is_decided(self) -> bool:
        return self.data.get("step") != "fill"

    def preview(self, request: HttpRequest) -> None:
        """Fill in the chosen template; nothing is saved."""
        self.form.is_valid()
        template = self.form.cleaned_data.get("template")
        if template is None:
            self.form.add_error("template", "Choose the template that the letter begins with.")
            return
        text = fill_template(template.text, self.case, self.user)
        stamp = self.form.cleaned_data.get("stamp", "")
        self.form = LetterForm(initial={"template": template, "text": text, "stamp": stamp})

    def apply(self, case: RequestCase, data: dict[str, Any]) -> None:
        """Keep the text; a letter that is sent stays among the comments as it was."""
        case.letter = data["text"]
        case.save()
        if data["is_sent"]:
            case.comment(f"{LETTER_SENT}\n\n{case.letter}", self.user)
        case.write_down("letter sent" if data["is_sent"] else "letter written", self.user)


class Close(OnCase):
    pages = {"requestcase_close": "<int:pk>/close/"}
    label, button, done = "Close the case", "Close the case", "The case is closed."
    explanation = (
        "This changes no cable: withhold, redact or correct it first. A letter for this "
        "outcome is prepared; one that was written before stays among the comments."
    )
    template = "requestcase/close.html"
    of_closed, approvals = False, (Approval.CASE,)

    def make_form(self, data: QueryDict | None) -> StampedForm:
        self.left = what_is_left(self.case, cables_of(self.case), self.user)
        return CloseForm(data, initial={"stamp": self.stamp()}, left=self.left)

    def context(self) -> dict[str, Any]:
        return {"left": self.left}

    def apply(self, case: RequestCase, data: dict[str, Any]) -> None:
        outcome, reason = data["outcome"], data["reason"]
        case.state, case.outcome, case.reason = RequestCase.State.CLOSED, outcome, reason
        case.closed, case.last_cable = timezone.now(), newest_cable()
        template = LetterTemplate.objects.filter(occasion=outcome).first()
        if case.letter and not case.comments.filter(text__endswith=case.letter).exists():
            case.comment(f"The letter as it was before:\n\n{case.letter}", self.user)
        case.letter = fill_template(template.text, case, self.user) if template else ""
        case.save()
        case.comment(f"Closed: {Outcome(outcome).label}. {reason}", self.user)
        case.write_down("closed", self.user)


class Reopen(OnCase):
    pages = {"requestcase_reopen": "<int:pk>/reopen/"}
    label, button, done = "Reopen the case", "Reopen the case", "The case is open again."
    explanation = "It is then open again; the earlier decision stays among the comments."
    form_class, of_open, approvals = ReopenForm, False, (Approval.CASE,)

    def apply(self, case: RequestCase, data: dict[str, Any]) -> None:
        case.state, case.outcome, case.reason = RequestCase.State.WORKING, "", ""
        case.closed = None
        case.save()
        case.comment(f"Reopened. {data['reason']}", self.user)
        case.write_down("reopened", self.user)


class Clear(OnCase):
    pages = {"requestcase_clear": "<int:pk>/clear/"}
    label, button = "Delete the personal data of the case", "Delete"
    done = "The personal data of the case are deleted."
    explanation = (
        "Name, address, message, cables, comments, decision and letter are deleted. The number "
        "of the case and its outcome stay. This cannot be undone; earlier backups still have "
        "these data."
    )
    form_class, of_open, approvals = ClearForm, False, (Approval.CASE,)

    def apply(self, case: RequestCase, data: dict[str, Any]) -> None:
        RequestCase.objects.filter(pk=case.pk).clear_personal_data(self.user)
