"""Withhold parts of what volumes print before their documents, and publish them again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path

from ..curation.redactions_and_corrections import StaleError
from ..curation.volume_withholdings import blocks_of, publish_part, withhold_part
from ..models import Proposal, VolumePage, VolumeWithholding
from ..publication.publish_volume_pages import WHOLE, part_of
from ..telegram.cut_text import cut_at_word
from .approval_gate import DecisionSubject
from .decision_base import (
    DecidedAdmin,
    PublicReasonForm,
    ReasonForm,
    carry_out_posted,
    needs,
    private_form,
    render_decision,
)
from .optimistic_lock import stamp_of_rows

Kind = Proposal.Kind
LONGEST = 100  # Characters of an entry in the list of parts.


class WithholdPartForm(PublicReasonForm):
    """Which part of a page is withheld, and why."""

    field_order = ["part", "reason", "stamp"]

    def __init__(self, page: VolumePage, *args, **options):
        super().__init__(*args, **options)
        self.fields["part"] = forms.ChoiceField(
            label="What", required=False, choices=parts_of(page)
        )
        self.order_fields(self.field_order)


def parts_of(page: VolumePage) -> list[tuple[str, str]]:
    """Return (value, label) of the parts of a page that readers see."""
    shown = [block for block in page.blocks if block["kind"] != "withheld"]
    labels = {part_of(block): cut_at_word(block["text"], LONGEST) for block in shown}
    return [(WHOLE, "The whole page"), *labels.items()]


@admin.register(VolumePage)
class VolumePageAdmin(DecidedAdmin):
    """What volumes print before their documents, as readers see it."""

    rights = ("withhold_cable", "see_sealed")
    undo_right, undo_name = "withhold_cable", "cables_volumepage_withhold"
    undo_label = "Withhold"
    list_display = ["volume", "name", "title"]
    search_fields = ["volume__startswith", "title"]
    search_help_text = "How the name of the volume begins, frus1961, or words of a title"
    fields = ["volume", "name", "title", "text"]
    ordering = ["volume", "position"]

    @admin.display(description="Text")
    def text(self, page):
        return "\n".join(block["text"] for block in page.blocks)

    def get_urls(self):
        withhold = self.admin_site.admin_view(self.withhold)
        address = path("<int:pk>/withhold/", withhold, name="cables_volumepage_withhold")
        return [address, *super().get_urls()]

    @private_form
    @needs("withhold_cable")
    def withhold(self, request, pk):
        """Withhold the page, or one of its entries and paragraphs."""
        page = VolumePage.objects.filter(pk=pk).first()
        if page is None:
            self.message_user(request, "This page is not here any more.", messages.WARNING)
            return redirect("admin:cables_volumepage_changelist")
        stamp = stamp_of_rows([page])
        form = WithholdPartForm(page, request.POST or None, initial={"stamp": stamp})

        def carry_out(data: dict[str, Any]) -> str:
            if data["stamp"] != stamp:
                raise StaleError("Somebody changed this page meanwhile.")
            withhold_part(page.volume, page.name, data["part"], data["reason"], request.user)
            return f"Readers do not see that part of {page} any more."

        subject = DecisionSubject(f"Withhold from {page}", (Kind.WITHHOLD,), count=0)
        if carry_out_posted(request, subject, form, carry_out, lambda: stamp):
            return redirect("admin:cables_volumepage_change", page.pk)
        template = "admin/cables/volume/withhold.html"
        return render_decision(self, request, template, f"Withhold from {page}", form=form)


@admin.register(VolumeWithholding)
class VolumeWithholdingAdmin(DecidedAdmin):
    """What is withheld of volumes. Only users who may see sealed text get the words."""

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

    def get_urls(self):
        publish = self.admin_site.admin_view(self.publish)
        address = path("<int:pk>/publish/", publish, name="cables_volumewithholding_publish")
        return [address, *super().get_urls()]

    def page_context(self, request, row):
        context = super().page_context(request, row)
        if request.user.has_perm("cables.see_sealed"):
            context["blocks"] = blocks_of(row.volume, row.name, row.entry)
            context["is_lost"] = not context["blocks"]
        return context

    @private_form
    @needs("withhold_cable")
    def publish(self, request, pk):
        """Show readers a withheld part again."""
        withheld = VolumeWithholding.objects.filter(pk=pk).first()
        if withheld is None:
            return self.undone(request)
        stamp = stamp_of_rows([withheld])
        form = ReasonForm(request.POST or None, initial={"stamp": stamp})

        def carry_out(data: dict[str, Any]) -> str:
            if data["stamp"] != stamp:
                raise StaleError("Somebody changed this meanwhile.")
            publish_part(withheld, data["reason"], request.user)
            return f"Readers see it again: {withheld}."

        subject = DecisionSubject(f"Publish {withheld} again", (Kind.PUBLISH,), count=0)
        if carry_out_posted(request, subject, form, carry_out, lambda: stamp):
            return redirect("admin:cables_volumewithholding_changelist")
        template = "admin/cables/volume/publish.html"
        return render_decision(
            self, request, template, f"Publish {withheld} again", form=form, withheld=withheld
        )
