"""What the pages of decisions share: permissions, forms with an optimistic lock, their template."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from ..curation.redactions_and_corrections import (
    StaleError,
    check_words,
    checked_text,
    is_for_review,
)
from ..loader import LoadError
from ..models import Cable
from ..telegram.references import canonical_reference
from .approval_gate import DecisionSubject, about_cable, decide_or_propose, described_fields
from .base import DeskAdmin, Unchangeable
from .optimistic_lock import StampField
from .reason_fields import reason_field
from .sealed_words import without_sealed_words

# These forms carry text that readers may not see: error reports and caches must not keep it.
PRIVATE = [sensitive_post_parameters(), sensitive_variables(), never_cache]
UNLIKE_WORDS = "It must not repeat what is withheld or redacted."
T = TypeVar("T")
STALE = "Look at it again: below is how it is now. What you wrote is kept; send it once more."


def private_form(view):
    """Decorate a method view: keep what is posted to it out of caches and error reports."""
    for decorator in PRIVATE:
        view = method_decorator(decorator)(view)
    return view


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
        return described_fields(self)

    def carry_out(
        self,
        request: HttpRequest,
        subject: DecisionSubject,
        decide: Callable[[dict[str, Any]], str],
        stamp: Callable[[], str],
    ) -> str | None:
        """Carry out a decision with the form's data, or propose it where it needs approval.

        Returns the message for the curator; None if it was refused: see `attempt`.
        """
        return self.attempt(lambda data: decide_or_propose(request, subject, self, decide), stamp)

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


class DecidedAdmin(Unchangeable, DeskAdmin):
    """Decisions that were made, newest first. One of the app's `rights` suffices to see them.

    With `undo_right` a user can undo them, at the URL name `undo_name`.
    """

    rights: tuple[str, ...] = ()
    undo_right = ""
    undo_name = ""
    undo_label = "Undo"
    change_form_template = "admin/cables/record.html"
    ordering = ["-pk"]
    sortable_by = ()

    def has_view_permission(self, request, obj=None):
        return any(request.user.has_perm(f"cables.{right}") for right in self.rights)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def page_context(self, request, row):
        if not request.user.has_perm(f"cables.{self.undo_right}"):
            return {}
        address = reverse(f"admin:{self.undo_name}", args=[row.pk])
        return {"undo_address": address, "undo_label": self.undo_label}

    def undone(self, request):
        """Redirect to the list with the message that the decision was undone meanwhile."""
        self.message_user(request, "Somebody undid it meanwhile.", messages.WARNING)
        return redirect(f"admin:cables_{self.opts.model_name}_changelist")

    def decide(
        self,
        request: HttpRequest,
        cable: Cable,
        form: StampedForm,
        carry_out: Callable[[dict[str, Any]], str],
        template: str,
        title: str,
        kind: str,
        **context: Any,
    ) -> HttpResponse:
        """Carry out a decision on a cable, or show its page with the form and its errors.

        `carry_out` gets the form's data and returns the message for the curator; `context` is
        for the template.
        """
        subject = about_cable(title, kind, cable)

        def stamp() -> str:
            cable.refresh_from_db()
            return cable.edit_token()

        if carry_out_posted(request, subject, form, carry_out, stamp, [cable.pk]):
            return redirect("admin:cables_cable_change", cable.pk)
        return render_decision(self, request, template, title, cable, form=form, **context)

    def undo_on_cable(
        self,
        request: HttpRequest,
        row: Any,
        undo: Callable[[Any, str, Any, str], None],
        message: str,
        template: str,
        title: str,
        kind: str,
        **context: Any,
    ) -> HttpResponse:
        """Ask for the reason, then undo a decision, `row`, on the cable `row.cable`.

        `undo` gets the row, the reason, the user and the stamp of the cable.
        """
        cable = row.cable
        form = ReasonForm(request.POST or None, initial={"stamp": cable.edit_token()})

        def carry_out(data: dict[str, Any]) -> str:
            undo(row, data["reason"], request.user, data["stamp"])
            return message

        return self.decide(request, cable, form, carry_out, template, title, kind, **context)


def is_valid_about(user, form: forms.Form, cables: Iterable[int]) -> bool:
    """Validate a form; this user must be able to write its reason about cables (primary keys).

    Whoever may withhold can do so "For review" without knowing what is redacted.
    """
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if isinstance(form, PublicReasonForm) and is_for_review(reason):
            cables = ()
        try:
            check_words(user, cables, reason)
        except ValueError as error:
            form.add_error("reason", str(error))
    return form.is_valid()


def carry_out_posted(
    request: HttpRequest,
    subject: DecisionSubject,
    form: StampedForm,
    carry_out: Callable[[dict[str, Any]], str],
    stamp: Callable[[], str],
    cables: Iterable[int] = (),
) -> bool:
    """Carry out the decision of a submitted form, or propose it, and show the message.

    Returns False if it was refused.
    The form then has the errors (see StampedForm.attempt). The reason must not repeat words that
    are redacted in `cables` (primary keys).
    """
    if request.method != "POST" or not is_valid_about(request.user, form, cables):
        return False

    def carry_out_checked(values: dict[str, Any]) -> str:
        reason = checked_text(request.user, cables, values["reason"])
        return carry_out(values | {"reason": reason})

    message = form.carry_out(request, subject, carry_out_checked, stamp)
    if message:
        messages.success(request, message)
    return bool(message)


def needs(*permissions: str):
    """Decorate a method view: allow it to users with one of these permissions of the app."""

    def decorate(view):
        @wraps(view)
        def allowed(self, request, *args, **kwargs):
            if not any(request.user.has_perm(f"cables.{each}") for each in permissions):
                raise PermissionDenied
            return view(self, request, *args, **kwargs)

        return allowed

    return decorate


def cable_in_query(request: HttpRequest) -> Cable:
    """Return the cable that ?cable= names in any spelling, or Http404."""
    try:
        reference = canonical_reference(request.GET.get("cable", ""), any_year=True)
    except ValueError:
        raise Http404("No such cable is here.") from None
    cable = Cable.objects.select_related("origin").known_as(reference)
    if cable is None:
        raise Http404("No such cable is here.")
    return cable


def render_decision(
    admin: DeskAdmin,
    request: HttpRequest,
    template: str,
    title: str,
    cable: Cable | None = None,
    **context: Any,
) -> TemplateResponse:
    """Render the page of a decision, with its cable and the last changes of that."""
    shared = admin.admin_site.each_context(request) | {"title": title, "opts": admin.opts}
    if cable:
        latest = cable.changes.select_related("by", "approved_by")[:3]
        shared |= {
            "cable": cable,
            "cable_page": reverse("admin:cables_cable_change", args=[cable.pk]),
            "latest": without_sealed_words(request.user, latest, ("what", "reason")),
        }
    return TemplateResponse(request, template, shared | context)
