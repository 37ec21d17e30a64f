"""What the pages of decisions on a cable share: who may, which cable, what changed meanwhile."""

from collections.abc import Iterable
from functools import wraps

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from ..models import Cable
from ..publication.public_text import phrases_in, repeats_redacted
from ..telegram.redaction import scrub
from ..telegram.references import canonical_reference
from .desk import DeskAdmin, Unchangeable
from .optimistic_lock import StampField

# What is posted here is what readers may not see: no report of an error repeats it.
UNREPORTED = [sensitive_post_parameters(), sensitive_variables(), never_cache]
STALE = "Look at it again: below is how it is now. What you wrote is kept; send it once more."


def unreported(view):
    """Keep what is posted to a view of the desk out of caches and reports of errors."""
    for keep in UNREPORTED:
        view = method_decorator(keep)(view)
    return view


class StampedForm(forms.Form):
    """A form with the optimistic-lock token (stamp) of the rows that it was opened on."""

    stamp = StampField()

    def look_again(self, stamp: str, error: Exception | str, then: str = STALE):
        """Add an error that says what changed, and take the present stamp; the input stays."""
        self.data = self.data.copy()
        self.data["stamp"] = stamp
        self.add_error(None, f"{error} {then}")


class ReasonForm(StampedForm):
    """The reason of a decision, for the log."""

    reason = forms.CharField(
        label="Reason, for the log",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
    )


class DecidedAdmin(Unchangeable, DeskAdmin):
    """What was decided, the latest first; who has one of the `rights` of the app may look."""

    rights: tuple[str, ...] = ()
    ordering = ["-pk"]
    sortable_by = []

    def has_view_permission(self, request, obj=None):
        return any(request.user.has_perm(f"cables.{right}") for right in self.rights)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def undone(self, request):
        """Say that a decision does not hold any more, and show those that do."""
        self.message_user(request, "Somebody undid it meanwhile.", messages.WARNING)
        return redirect(f"admin:cables_{self.opts.model_name}_changelist")


def is_valid_about(form: forms.Form, cables: Iterable[int]) -> bool:
    """Validate a form; its reason must not repeat words redacted in these cables (primary keys)."""
    if form.is_valid() and repeats_redacted(cables, form.cleaned_data["reason"]):
        form.add_error("reason", "This repeats words that are redacted in one of the cables.")
    return form.is_valid()


def needs(*permissions):
    """Let in who has one of these rights of the app."""

    def decorate(view):
        @wraps(view)
        def allowed(self, request, *args, **kwargs):
            if not any(request.user.has_perm(f"cables.{each}") for each in permissions):
                raise PermissionDenied
            return view(self, request, *args, **kwargs)

        return allowed

    return decorate


def asked_cable(request) -> Cable:
    """Return the cable that ?cable= names in any spelling, or Http404."""
    try:
        reference = canonical_reference(request.GET.get("cable", ""), any_year=True)
    except ValueError:
        raise Http404("No such cable is here.") from None
    cable = Cable.objects.select_related("origin").known_as(reference)
    if cable is None:
        raise Http404("No such cable is here.")
    return cable


def latest(cable):
    """Return the last changes of a cable, without what is redacted in it."""
    phrases = phrases_in([cable.pk]).get(cable.pk, ())
    changes = list(cable.changes.select_related("by")[:3])
    for change in changes:
        change.reason = scrub(change.reason, phrases)
    return changes


def page(admin, request, template, title, cable=None, **context):
    """Render a page of a decision."""
    shared = admin.admin_site.each_context(request) | {"title": title, "opts": admin.opts}
    if cable:
        shared |= {
            "cable": cable,
            "cable_page": reverse("admin:cables_cable_change", args=[cable.pk]),
            "latest": latest(cable),
        }
    return TemplateResponse(request, template, shared | context)
