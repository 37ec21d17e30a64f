"""Notes of the archive on a cable or a paragraph, with a preview; the cable's log has them."""

from django import forms
from django.contrib import admin

from ..articles.markdown import read_prose
from ..decisions.sealed_words import WITHHELD_WITH_IT
from ..models import Cable, Note
from ..telegram.references import reference_or_empty
from ..telegram.shorten_text import cut_at_word
from .article_forms import TextAdmin, paragraph_in
from .beside_cable import BesideCable, BesideCableForm


class NoteForm(BesideCableForm):
    """The form of a note."""

    texts = ("text",)
    name = "note"

    class Meta:
        widgets = {"text": forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField markdown"})}


@admin.register(Note)
class NoteAdmin(BesideCable, TextAdmin):
    """Notes of the archive, which are shown beside the text of a cable."""

    logged_values = ["paragraph"]
    form = NoteForm
    list_display = ["cable", "paragraph", "beginning"]
    fields = ["cable", "paragraph", "text"]

    @staticmethod
    def is_public(row):
        return False  # It has no address of its own.

    def get_queryset(self, request):
        fields = ["paragraph", "text", "cable__reference", "cable__withheld_reason"]
        return super().get_queryset(request).select_related("cable").only(*fields)

    @admin.display(description="Begins")
    def beginning(self, note):
        return cut_at_word(note.text, 90) or WITHHELD_WITH_IT

    def log_values(self, action, obj):
        """Log a note with its cable and its place, without its text."""
        place = f"at {obj.paragraph}" if obj.paragraph else "above the text"
        return {"action": "noted", "cable": obj.cable, "what": f"note {action} {place}"}

    def preview(self, data):
        reference = reference_or_empty(data.get("cable", ""))
        cable = Cable.objects.held_by_reference([reference]).get(reference)
        paragraph = paragraph_in(data.get("paragraph", ""))
        note = read_prose(data.get("text", "")).html
        return "cables/note.html", {"cable": cable, "paragraph": paragraph, "note": note}
