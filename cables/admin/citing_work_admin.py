"""Works elsewhere that cite a cable or a paragraph, which its page lists under "Cited in"."""

from contextlib import suppress
from datetime import date

from django import forms
from django.contrib import admin

from ..decisions.sealed_words import WITHHELD_WITH_IT
from ..models import CitingWork
from ..telegram.shorten_text import cut_at_word
from .beside_cable import BesideCable, BesideCableForm

FIRST_OF_YEAR = "0001-01-01"
WRONG_DATE = "Write a year, a month or a day: 2014, 2014-05 or 2014-05-17."


class CitingWorkForm(BesideCableForm):
    """The form of a work that cites a cable."""

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

    @admin.display(description="Title")
    def beginning(self, work):
        return cut_at_word(work.title, 90) or WITHHELD_WITH_IT

    def log_values(self, action, obj):
        """Log a work with the cable and the place that it cites, without its texts."""
        place = f" at {obj.paragraph}" if obj.paragraph else ""
        return {"action": action, "cable": obj.cable, "what": f"citing work{place}"}
