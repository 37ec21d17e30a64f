"""Propose to erase a cable for good. There is no such page unless a second person has to approve.

Without APPROVALS for it, cables are erased by `manage.py erase` only.
"""

from typing import Any

from django.conf import settings
from django.http import Http404

from ..curation.erasures import erase
from ..curation.redactions_and_corrections import StaleError
from ..decisions.forms import PublicReasonForm
from ..decisions.kinds import Approval, DecisionEffects, OnCable, list_of
from ..models import Cable


def may_erase(user) -> bool:
    """Return whether a user may propose to erase cables here."""
    return Approval.ERASE in settings.APPROVALS and user.has_perm("cables.erase_cable")


class Erase(OnCable):
    """Propose to erase a cable."""

    pages = {"cable_erase": "erase/"}
    rights, approval = ("erase_cable",), Approval.ERASE
    template, form_class = "admin/cables/cable/erase.html", PublicReasonForm

    def find(self) -> None:
        if not may_erase(self.user):
            raise Http404("Cables are not erased at this desk.")
        super().find()

    heading = "Erase {0.cable}"

    def carry_out(self, data: dict[str, Any]) -> str:
        self.cable.lock()
        if data["stamp"] != self.cable.edit_token():
            raise StaleError("Somebody changed this cable meanwhile.")
        names = erase(self.cable.reference, data["reason"], self.user)
        return f"{', '.join(names)}: erased."

    def next_page(self) -> str:
        is_here = Cable.objects.filter(pk=self.cable.pk).exists()
        return super().next_page() if is_here else list_of(Cable)

    def effects(self, cable: Cable | None) -> DecisionEffects:
        """There is nothing to compare: no text is left."""
        return DecisionEffects()
