"""Notes on cables and paragraphs, and works that cite them: readers see them beside the text.

While the cable is withheld they are withheld with it, and nobody adds, changes or deletes one.
"""

from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import transaction

from ..articles.markdown import read_prose
from ..curation.redactions_and_corrections import checked_text
from ..decisions.forms import lock
from ..decisions.sealed_words import WITHHELD_WITH_IT
from ..models import Cable, CitingWork, Note
from ..telegram.references import reference_or_empty
from ..telegram.shorten_text import cut_at_word
from .article_forms import PlaceForm, SearchedByReference, TextAdmin, paragraph_in
from .desk_pages import column


class BesideCableForm(PlaceForm):
    """The form of such a row.

    Its `texts` are published without the redacted words, unless whoever writes may know these:
    then they were refused (`CheckedWords`).
    """

    user: Any = None
    texts: tuple[str, ...] = ()
    name = ""  # What it is called in messages.

    def clean_cable(self):
        """Refuse a withheld cable: readers would see the row."""
        cable = super().clean_cable()
        if cable and cable.withheld_reason:
            raise forms.ValidationError(
                f"{cable} is withheld; a {self.name} can be written once it is not."
            )
        return cable

    def clean(self):
        data, cable = super().clean(), self.cleaned_data.get("cable")
        is_public = self.cleaned_data.get("is_public", True)
        if cable and is_public and not self.errors:
            texts = {name: self.cleaned_data.get(name) or "" for name in self.texts}
            self.cleaned_data |= {
                name: checked_text(self.user, [cable.pk], text) for name, text in texts.items()
            }
        return data


class BesideCable(SearchedByReference):
    list_select_related = ["cable"]
    ordering = ["-pk"]
    actions = None

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.cable.withheld_reason)

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.cable.withheld_reason)

    def lock(self, keys):
        """Lock the cables before their rows: the order that decisions on cables use."""
        lock(Cable.objects.filter(pk__in=self.rows(keys).order_by().values("cable")))
        super().lock(keys)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show what was typed into a row, to be copied, if its cable was withheld meanwhile."""
        with transaction.atomic():
            if request.method == "POST" and object_id and super().has_change_permission(request):
                self.lock([object_id])
                row = self.get_object(request, unquote(object_id))
                if row and row.cable.withheld_reason:
                    return self.not_saved(request, f"{row.cable} was withheld meanwhile.")
            return super().changeform_view(request, object_id, form_url, extra_context)


class NoteForm(BesideCableForm):
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

    beginning = column("Begins", lambda note: cut_at_word(note.text, 90) or WITHHELD_WITH_IT)

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


FIRST_OF_YEAR = "0001-01-01"
WRONG_DATE = "Write a year, a month or a day: 2014, 2014-05 or 2014-05-17."


class CitingWorkForm(BesideCableForm):
    texts = CitingWork.TEXTS
    name = "citing work"
    address = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="With https:// at its start.",
        widget=forms.URLInput(attrs={"class": "vLargeTextField"}),
    )

    class Meta:
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def clean_address(self):
        """Refuse what no browser opens."""
        address = self.cleaned_data["address"]
        if address and not address.startswith(("https://", "http://")):
            raise forms.ValidationError("Write an address that begins with https:// or http://.")
        return address

    def clean_published(self):
        """Refuse what is no date; a year or a month alone is one."""
        text = self.cleaned_data["published"].strip()
        whole = f"{text}{FIRST_OF_YEAR[len(text) :]}"
        if text and len(text) not in (4, 7, 10):
            raise forms.ValidationError(WRONG_DATE)
        with suppress(ValueError):
            date.fromisoformat(whole)
            return text
        raise forms.ValidationError(WRONG_DATE)

    def clean(self):
        data = super().clean()
        if not (self.cleaned_data.get("address") or self.cleaned_data.get("reference")):
            where = "Give an address, or write where the work stands."
            if not self.errors.keys() & {"address", "reference"}:
                self.add_error("reference", where)
        return data


@admin.register(CitingWork)
class CitingWorkAdmin(BesideCable):
    """Works that cite a cable or a paragraph of it, public or for the desk alone."""

    logged_values = ["paragraph", "is_public"]
    form = CitingWorkForm
    list_display = ["cable", "paragraph", "beginning", "author", "published", "is_public"]
    list_filter = ["is_public"]
    fields = [
        *("cable", "paragraph", "title", "author", "published", "reference", "address"),
        *("note", "is_public"),
    ]

    beginning = column("Title", lambda work: cut_at_word(work.title, 90) or WITHHELD_WITH_IT)

    def log_values(self, action, obj):
        """Log a work with the cable and the place that it cites, without its texts."""
        place = f" at {obj.paragraph}" if obj.paragraph else ""
        return {"action": action, "cable": obj.cable, "what": f"citing work{place}"}
