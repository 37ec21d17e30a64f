"""What is typed into the forms of rows at the desk: the reason, and what is said of a cable."""

from collections.abc import Iterable, Sequence
from types import new_class
from typing import Any

from django import forms
from django.contrib import messages
from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.http import QueryDict

from ..curation.redactions_and_corrections import check_words
from ..decisions.forms import (
    CHANGED,
    REMOVED,
    Stamped,
    SubmittedRow,
    last_change,
    row_as_text,
    stamp_of_rows,
    without_removed_rows,
)
from ..telegram.apply_redactions import strings_in

NO_REASON = "Say why: the log of changes keeps it."


class CheckedWords(BaseModelForm):
    """Mixin: the form of a row. What is typed, also why, is checked with the cable of the row."""

    user: Any = None  # Set by `checked_form`.

    def clean(self):
        typed = (*strings_in(self.cleaned_data), why(self.data))
        moved_to = getattr(self.cleaned_data.get("cable"), "pk", None)
        if problem := problem_with(self.user, [cable_key(self.instance), moved_to], *typed):
            self.add_error(None, problem)
        return super().clean()


class Reasoned(CheckedWords, Stamped):
    """Mixin: the form of a row, which requires a reason for a change (the field "why")."""

    def clean(self):
        data = super().clean()
        if self.has_changed() and not why(self.data):
            self.add_error(None, NO_REASON)
        return data


class ReasonedRows(BaseInlineFormSet):
    """Mixin: the formset of an inline, which requires a reason for a change or removal."""

    data: QueryDict
    removed: Sequence[SubmittedRow] = ()  # Submitted rows that somebody deleted meanwhile.

    def __init__(self, data=None, files=None, *, instance, prefix, queryset, **options):
        if data:
            stored = queryset.filter(**{self.fk.name: instance})
            data, self.removed = without_removed_rows(data, prefix, stored)
        rows = {"instance": instance, "prefix": prefix, "queryset": queryset}
        super().__init__(data, files, **rows, **options)

    def clean(self):
        super().clean()
        if self.removed:
            rows = "; ".join(row_as_text(row, self.fk.name) for row in self.removed)
            raise forms.ValidationError(REMOVED.format(rows))
        if self.has_changed() and not why(self.data):
            raise forms.ValidationError(NO_REASON)


def check_deletion(request, rows: Iterable[Any], *, is_submitted: bool) -> dict[str, str]:
    """Return the context of a page that confirms a deletion: the rows' stamp, and the reason.

    If the submitted form has no reason, or one that this user may not write about the rows' cables,
    or the rows changed, add an error message and clear request.POST, so that Django shows the
    confirmation again.
    """
    context = {"stamp": stamp_of_rows(rows), "why": why(request.POST)}
    if not is_submitted:
        return context
    problem = problem_with(request.user, map(cable_key, rows), context["why"])
    if not context["why"]:
        problem = NO_REASON
    elif request.POST.get("stamp") != context["stamp"]:
        changes = (sentence for row in rows for sentence in last_change(row))
        problem = " ".join([CHANGED, *changes])
    if problem:
        messages.error(request, problem)
        request.POST = QueryDict()
    return context


def cable_key(row: Any) -> int | None:
    """Return the primary key of the cable to which a row belongs, None if it has none."""
    return getattr(row, "cable_id", None)


def problem_with(user, keys: Iterable[int | None], *typed: str) -> str:
    """Return why a user may not write texts about cables (primary keys), "" if that is possible."""
    try:
        if cables := list(filter(None, keys)):
            check_words(user, cables, *typed)
    except ValueError as error:
        return str(error)
    return ""


def checked_form(request, mixin: type[CheckedWords], form: type[BaseModelForm]) -> Any:
    """Return the form of a row with a mixin that knows who types."""
    return new_class(
        form.__name__, (mixin, form), exec_body=lambda made: made.update(user=request.user)
    )


def why(data) -> str:
    """Return the reason in form data, in one line of at most 1,000 characters, "" if none."""
    return " ".join(data.get("why", "").replace("\0", "").split())[:1_000]
