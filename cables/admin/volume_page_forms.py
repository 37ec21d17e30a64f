"""Withhold parts of what volumes print before their documents, and publish them again."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse

from ..curation.redactions_and_corrections import StaleError, blocks_of, publish_part, withhold_part
from ..decisions.decision_subjects import Approval, DecisionSubject
from ..decisions.forms import PublicReasonForm, stamp_of_rows
from ..decisions.kinds import DecisionKind, list_of, row_or_gone
from ..models import VolumePage, VolumeWithholding
from ..publication.publish_volume_pages import WHOLE, shown_parts
from .decision_pages import DecidedAdmin
from .desk_pages import column


class WithholdPartForm(PublicReasonForm):
    field_order = ["part", "reason", "stamp"]

    def __init__(self, page: VolumePage, *args, **options):
        super().__init__(*args, **options)
        self.fields["part"] = forms.ChoiceField(
            label="What", required=False, choices=shown_parts(page)
        )
        self.order_fields(self.field_order)


class OnVolume(DecisionKind):
    """A decision on a row about a page of a volume; it is of no cable."""

    rights = ("withhold_cable",)
    model: type[VolumePage | VolumeWithholding]
    approval: str
    gone: str
    row: Any

    def find(self) -> None:
        rows = self.model._default_manager.all()
        self.row = row_or_gone(rows, self.keys["pk"], gone=self.gone)
        self.present = stamp_of_rows([self.row])

    def stamp(self) -> str:
        return self.present

    def check_stamp(self, stamp: str) -> None:
        if stamp != self.present:
            raise StaleError("Somebody changed this page meanwhile.")

    def subject(self) -> DecisionSubject:
        return DecisionSubject(self.title, (self.approval,), count=0)


class WithholdPart(OnVolume):
    """Withhold a page of a volume, or one of its entries and paragraphs."""

    pages = {"volumepage_withhold": "<int:pk>/withhold/"}
    heading = "Withhold from {0.row}"
    button = "Withhold"
    explanation = (
        "Readers get the reason in its place, also after later loads of the volume. What the "
        "documents of the volume say does not change: redact these too. It can be published again."
    )
    model, approval, gone = VolumePage, Approval.WITHHOLD, "This page is not here any more."

    def make_form(self, data):
        return WithholdPartForm(self.row, data, initial={"stamp": self.present})

    def carry_out(self, data: dict[str, Any]) -> str:
        self.check_stamp(data["stamp"])
        withhold_part(self.row.volume, self.row.name, data["part"], data["reason"], self.user)
        return f"Readers do not see that part of {self.row} any more."

    def next_page(self) -> str:
        return reverse("admin:cables_volumepage_change", args=[self.row.pk])


class PublishPart(OnVolume):
    pages = {"volumewithholding_publish": "<int:pk>/publish/"}
    heading = "Publish {0.row} again"
    button = "Publish again"
    model, approval, gone = VolumeWithholding, Approval.PUBLISH, "Somebody undid it meanwhile."
    readers_see_reason = False

    def carry_out(self, data: dict[str, Any]) -> str:
        self.check_stamp(data["stamp"])
        publish_part(self.row, data["reason"], self.user)
        return f"Readers see it again: {self.row}."

    @property
    def explanation(self) -> str:
        return (
            f"Readers see again what was withheld on {self.row.at:%Y-%m-%d}: {self.row.reason} "
            "Other parts that are withheld stay so."
        )

    def next_page(self) -> str:
        return list_of(VolumeWithholding)

    @classmethod
    def may_judge_effects(cls, user, proposal, keys) -> bool:
        """Readers would get a text that the desk shows to who may see sealed texts."""
        return False


@admin.register(VolumePage)
class VolumePageAdmin(DecidedAdmin):
    decisions = (WithholdPart,)
    rights = ("withhold_cable", "see_sealed")
    undo_right, undo_name = "withhold_cable", "cables_volumepage_withhold"
    undo_label = "Withhold"
    list_display = ["volume", "name", "title"]
    search_fields = ["volume__startswith", "title"]
    search_help_text = "How the name of the volume begins, frus1961, or words of a title"
    fields = ["volume", "name", "title", "text"]
    ordering = ["volume", "position"]

    text = column("Text", lambda page: "\n".join(block["text"] for block in page.blocks))


@admin.register(VolumeWithholding)
class VolumeWithholdingAdmin(DecidedAdmin):
    """What is withheld of volumes. Only users who may see sealed text get the words."""

    decisions = (PublishPart,)
    rights = ("withhold_cable", "see_sealed")
    undo_right, undo_name = "withhold_cable", "cables_volumewithholding_publish"
    undo_label = "Publish again"
    list_display = ["volume", "name", "part", "reason", "by", "at"]
    list_select_related = ["by"]
    search_fields = ["volume__startswith"]
    search_help_text = "How the name of the volume begins: frus1961"
    fields = ["volume", "name", "part", "reason", "by", "at"]
    change_form_template = "admin/cables/volume/part.html"

    @admin.display(description="What")
    def part(self, withheld):
        if withheld.entry == WHOLE:
            return "the whole page"
        is_text = withheld.entry.startswith("text ")
        return "a paragraph" if is_text else f"the entry {withheld.entry}"

    def page_context(self, request, row):
        context = super().page_context(request, row)
        if request.user.has_perm("cables.see_sealed"):
            context["blocks"] = blocks_of(row.volume, row.name, row.entry)
            context["is_lost"] = not context["blocks"]
        return context
