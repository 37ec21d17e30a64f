"""The forms of decisions: each carries the optimistic-lock token of what is decided on."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from ..curation.redactions_and_corrections import StaleError, check_words, is_for_review
from ..loader import LoadError
from .optimistic_lock import StampField, as_form_data, displayed_value
from .reason_fields import reason_field

UNLIKE_WORDS = "It must not repeat what is withheld or redacted."
STALE = "Look at it again: below is how it is now. What you wrote is kept; send it once more."
T = TypeVar("T")


class StampedForm(forms.Form):
    """A form with the optimistic-lock token (stamp) of the rows that it was opened on."""

    data: QueryDict
    stamp = StampField()

    def set_stamp(self, stamp: str):
        """Let the form carry a new stamp when it is shown again."""
        self.data = self.data.copy()
        self.data["stamp"] = stamp

    def look_again(self, stamp: str, error: Exception | str, advice: str = STALE):
        """Add an error that says what changed, and take the present stamp; the input stays."""
        self.set_stamp(stamp)
        self.add_error(None, f"{error} {advice}")

    def described(self) -> list[tuple[str, str]]:
        """Return (label, text) of what was typed, but the reason, for a proposal."""
        shown = []
        for bound in self.visible_fields():
            value = displayed_value(bound.field, as_form_data(bound.data))
            if bound.name != "reason" and value:
                shown.append((str(bound.label), value))
        return shown

    def attempt(self, decide: Callable[[dict[str, Any]], T], stamp: Callable[[], str]) -> T | None:
        """Call `decide` with the form's data; return its result, None if it was refused.

        The form then has the error: rows changed since the page was opened (StaleError; `stamp()`
        is their present stamp), or the decision is not possible (ValueError, LoadError).
        """
        try:
            return decide(self.cleaned_data)
        except StaleError as error:
            self.look_again(stamp(), error)
        except (ValueError, LoadError) as error:
            self.add_error(None, str(error))
        return None


class ReasonForm(StampedForm):
    """The reason of a decision, for the log."""

    reason = reason_field()


class PublicReasonForm(StampedForm):
    """The reason of a decision, as readers will see it."""

    reason = reason_field(for_readers=True, help_text=UNLIKE_WORDS)


def is_valid_about(user: Any, form: forms.Form, cables: Iterable[int]) -> bool:
    """Validate a form; this user must be able to write its reason about cables (primary keys).

    Whoever may withhold can do so "For review" without knowing what is redacted.
    """
    if form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        if isinstance(form, PublicReasonForm) and is_for_review(reason):
            cables = ()
        try:
            check_words(user, cables, reason)
        except ValueError as error:
            form.add_error("reason", str(error))
    return form.is_valid()
