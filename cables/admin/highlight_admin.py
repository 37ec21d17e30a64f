"""Cables worth reading: which cables curators recommend on the home page."""

from django import forms
from django.contrib import admin

from ..models import Highlight
from .article_forms import PlaceForm, SearchedByReference


class HighlightForm(PlaceForm):
    """The form of a cable worth reading."""

    def clean_cable(self):
        """Refuse a withheld or redacted cable, which the home page would not show."""
        cable = self.cleaned_data["cable"]
        if cable and cable.withheld_reason:
            raise forms.ValidationError(f"{cable} is withheld; choose another cable.")
        if cable and "redacted" in cable.facts:
            raise forms.ValidationError(f"Words are redacted in {cable}; choose another cable.")
        return cable


@admin.register(Highlight)
class HighlightAdmin(SearchedByReference):
    """The cables that the home page shows in turn, one each day."""

    logged_values = ["paragraph"]
    form = HighlightForm
    fields = ["cable", "paragraph"]
    list_display = ["cable", "paragraph"]
    list_select_related = ["cable"]

    def view_on_site(self, highlight):
        return highlight.cable.get_absolute_url()
