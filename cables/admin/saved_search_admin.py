"""Saved searches of cables: rename, share, delete."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from ..curation.search_sharing import searches_open_to
from ..models import SavedSearch
from .base import DeskAdmin

MOST_SHOWN = 5_000  # Characters of a pasted list.


class SavedSearchForm(forms.ModelForm):
    """The name of a saved search, which its author has once."""

    name = forms.CharField(max_length=100)

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = SavedSearch.objects.filter(by=self.instance.by, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Its author has another search of this name.")
        return name


@admin.register(SavedSearch)
class SavedSearchAdmin(DeskAdmin):
    """One's own searches, and those that others saved for all."""

    form = SavedSearchForm
    list_display = ["name", "open", "by", "is_shared", "at"]
    list_select_related = ["by"]
    search_fields = ["name"]
    fields = ["name", "is_shared", "open", "query", "pasted", "by", "at"]
    readonly_fields = ["open", "query", "pasted", "by", "at"]
    sortable_by = ["name", "at"]
    actions = None

    def get_queryset(self, request):
        searches = super().get_queryset(request)
        if request.user.is_superuser:  # So that none outlives its author.
            return searches.exclude(name="")
        return searches.filter(pk__in=searches_open_to(request.user).values("pk"))

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        may_share = request.user.has_perm("cables.share_savedsearch")
        return fields if may_share else [*fields, "is_shared"]

    def has_add_permission(self, request):
        """They are saved from the list of cables."""
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_keep(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_keep(request.user, obj)

    def log_values(self, action, obj) -> dict[str, Any]:
        """Name it by its number: its name may be for its author alone."""
        return {"action": action, "what": f"saved search {obj.pk}"}

    @admin.display(description="Cables")
    def open(self, search):
        return format_html('<a href="{}">Find its cables</a>', address_of(search))

    @admin.display(description="References")
    def pasted(self, search):
        return search.references[:MOST_SHOWN] or "–"


def may_keep(user, search: SavedSearch | None) -> bool:
    """Return whether a user may change a search: their own, or with the right one for all."""
    return (
        search is None
        or user.is_superuser
        or search.by_id == user.pk
        or (search.is_shared and user.has_perm("cables.share_savedsearch"))
    )


def address_of(search: SavedSearch) -> str:
    """Return the address of the list of cables with this search."""
    pasted = [f"pasted={search.pk}"] if search.references else []
    query = "&".join([*filter(None, [search.query]), *pasted])
    return f"{reverse('admin:cables_cable_changelist')}?{query}"
