"""Propose to erase a cable for good. There is no such page unless a second person has to approve.

Without APPROVALS for it, cables are erased by `manage.py erase` only.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ..curation.erasures import erase
from ..curation.redactions_and_corrections import StaleError
from ..models import Cable, Proposal
from .approval_gate import about_cable
from .decision_base import PublicReasonForm, cable_in_query, carry_out_posted, render_decision

ERASE = Proposal.Kind.ERASE


def may_erase(user) -> bool:
    """Return whether a user may propose to erase cables here."""
    return ERASE in settings.APPROVALS and user.has_perm("cables.erase_cable")


def erase_page(admin, request: HttpRequest) -> HttpResponse:
    """The page that proposes to erase a cable."""
    if not request.user.has_perm("cables.erase_cable"):
        raise PermissionDenied
    if not may_erase(request.user):
        raise Http404("Cables are not erased at this desk.")
    cable = cable_in_query(request)
    form = PublicReasonForm(request.POST or None, initial={"stamp": cable.edit_token()})

    def carry_out(data: dict[str, Any]) -> str:
        cable.lock()
        if data["stamp"] != cable.edit_token():
            raise StaleError("Somebody changed this cable meanwhile.")
        names = erase(cable.reference, data["reason"], request.user)
        return f"{', '.join(names)}: erased."

    title, key = f"Erase {cable}", cable.pk
    subject = about_cable(title, ERASE, cable)
    if carry_out_posted(request, subject, form, carry_out, cable.edit_token, [key]):
        is_here = Cable.objects.filter(pk=key).exists()
        page = reverse("admin:cables_cable_change", args=[key]) if is_here else ""
        return redirect(page or "admin:cables_cable_changelist")
    return render_decision(admin, request, "admin/cables/cable/erase.html", title, cable, form=form)
