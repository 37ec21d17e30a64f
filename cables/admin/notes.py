"""Notes of the archive on a cable or a paragraph, with a preview; the cable's log has them."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import Truncator

from ..articles.render import read_prose
from ..models import Cable, Note
from ..publication.public_text import repeats_redacted
from .article_forms import PlaceForm, SearchedByReference, TextAdmin, paragraph_in, reference_in
from .base import why
from .optimistic_lock import lock


class NoteForm(PlaceForm):
    """The form of a note."""

    class Meta:
        widgets = {"text": forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField markdown"})}

    def clean_cable(self):
        """Refuse a withheld cable: readers would see the note."""
        cable = self.cleaned_data["cable"]
        if cable and cable.withheld_reason:
            raise forms.ValidationError(
                f"{cable} is withheld; a note can be written once it is not."
            )
        return cable

    def clean(self):
        data, cable = super().clean(), self.cleaned_data.get("cable")
        texts = self.cleaned_data.get("text", ""), why(self.data)
        if cable and repeats_redacted([cable.pk], *texts):
            self.add_error("text", f"This repeats words that are redacted in {cable}.")
        return data


@admin.register(Note)
class NoteAdmin(SearchedByReference, TextAdmin):
    """Notes of the archive, which are shown beside the text of a cable."""

    logged_values = ["paragraph"]
    form = NoteForm
    list_display = ["cable", "paragraph", "beginning"]
    list_select_related = ["cable"]
    ordering = ["-pk"]
    fields = ["cable", "paragraph", "text"]
    actions = None

    @staticmethod
    def is_public(row):
        return False  # It has no address of its own.

    def get_queryset(self, request):
        fields = ["paragraph", "text", "cable__reference", "cable__withheld_reason"]
        return super().get_queryset(request).select_related("cable").only(*fields)

    @admin.display(description="Begins")
    def beginning(self, note):
        return Truncator(note.text).chars(90) or "Withheld with its cable"

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.cable.withheld_reason)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.cable.withheld_reason)

    def lock(self, keys):
        """Lock the cables before their notes: the order that decisions on cables use."""
        lock(Cable.objects.filter(notes__in=self.rows(keys)))
        super().lock(keys)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show what was typed into a note, to be copied, if its cable was withheld meanwhile."""
        with transaction.atomic():
            if request.method == "POST" and object_id and super().has_change_permission(request):
                self.lock([object_id])
                note = self.get_object(request, unquote(object_id))
                if note and note.cable.withheld_reason:
                    return self.not_saved(request, f"{note.cable} was withheld meanwhile.")
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        """Lock the cable, and check that nobody withheld it meanwhile."""
        cable = Cable.objects.select_for_update().only("withheld_reason").get(pk=obj.cable_id)
        if cable.withheld_reason:
            raise PermissionDenied
        super().save_model(request, obj, form, change)

    def view_on_site(self, note):
        return note.get_absolute_url()

    def log_values(self, action, obj):
        """Log a note with its cable and its place, without its text."""
        place = f"at {obj.paragraph}" if obj.paragraph else "above the text"
        return {"action": "noted", "cable": obj.cable, "what": f"note {action} {place}"}

    def preview(self, data):
        reference = reference_in(data.get("cable", ""))
        cable = Cable.objects.held_by_reference([reference]).get(reference)
        paragraph = paragraph_in(data.get("paragraph", ""))
        note = read_prose(data.get("text", "")).html
        return "cables/note.html", {"cable": cable, "paragraph": paragraph, "note": note}
