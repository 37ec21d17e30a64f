"""Cables worth reading: which cables curators recommend on the home page."""

from django import forms
from django.contrib import admin

from ..models import Highlight
from .article_forms import CableField, paragraph_in, reference_in
from .base import DeskAdmin


class HighlightForm(forms.ModelForm):
    """The form of a cable worth reading."""

    cable = CableField(max_length=100, help_text="Its reference, in any spelling.")

    def clean_paragraph(self):
        return paragraph_in(self.cleaned_data["paragraph"])

    def clean_cable(self):
        """Refuse a withheld or redacted cable, which the home page would not show."""
        cable = self.cleaned_data["cable"]
        if cable and cable.withheld_reason:
            raise forms.ValidationError(f"{cable} is withheld; choose another cable.")
        if cable and "redacted" in cable.facts:
            raise forms.ValidationError(f"Words are redacted in {cable}; choose another cable.")
        return cable

    def clean(self):
        data = super().clean()
        cable, paragraph = self.cleaned_data.get("cable"), self.cleaned_data.get("paragraph")
        if cable and paragraph and paragraph not in cable.paragraph_ids:
            self.add_error("paragraph", f"{cable} has no paragraph {paragraph}.")
        return data


@admin.register(Highlight)
class HighlightAdmin(DeskAdmin):
    """The cables that the home page shows in turn, one each day."""

    logged_values = ["paragraph"]
    form = HighlightForm
    fields = ["cable", "paragraph"]
    list_display = ["cable", "paragraph"]
    list_select_related = ["cable"]
    search_fields = ["cable__reference"]
    search_help_text = "A reference, in any spelling"

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            queryset = queryset.filter(cable__reference=reference_in(search_term))
        return queryset, False

    def view_on_site(self, highlight):
        return highlight.cable.get_absolute_url()
