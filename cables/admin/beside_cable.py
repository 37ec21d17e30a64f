"""Base of rows that readers see beside the text of a cable: notes, and works that cite it.

While the cable is withheld they are withheld with it, and nobody adds, changes or deletes one.
"""

from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction

from ..curation.redactions_and_corrections import check_words, checked_text
from ..decisions.optimistic_lock import lock
from ..models import Cable
from .article_forms import PlaceForm, SearchedByReference
from .base import why


class BesideCableForm(PlaceForm):
    """The form of such a row. Its fields `texts` may not repeat words redacted in the cable."""

    user: Any = None  # Set by `BesideCable.get_form`.
    texts: tuple[str, ...] = ()
    name = ""  # What it is called in messages.

    def clean_cable(self):
        """Refuse a withheld cable: readers would see the row."""
        cable = self.cleaned_data["cable"]
        if cable and cable.withheld_reason:
            raise forms.ValidationError(
                f"{cable} is withheld; a {self.name} can be written once it is not."
            )
        return cable

    def clean(self):
        data, cable = super().clean(), self.cleaned_data.get("cable")
        texts = {name: self.cleaned_data.get(name) or "" for name in self.texts}
        first = next(iter(texts))
        for name, text in (*texts.items(), (first, why(self.data))):
            try:
                check_words(self.user, [cable.pk] if cable else [], text)
            except ValueError as error:
                self.add_error(name, str(error))
        if not self.errors:
            self.cleaned_data |= {
                name: checked_text(self.user, [cable.pk] if cable else [], text)
                for name, text in texts.items()
            }
        return data


class BesideCable(SearchedByReference):
    """Base of the pages of such rows."""

    list_select_related = ["cable"]
    ordering = ["-pk"]
    actions = None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

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

    def save_model(self, request, obj, form, change):
        """Lock the cable, and check that nobody withheld it meanwhile."""
        cable = Cable.objects.select_for_update().only("withheld_reason").get(pk=obj.cable_id)
        if cable.withheld_reason:
            raise PermissionDenied
        super().save_model(request, obj, form, change)

    def view_on_site(self, row):
        return row.get_absolute_url()
