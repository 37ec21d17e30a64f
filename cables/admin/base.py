"""Base of all admin classes: fast lists, optimistic locking, a log entry for every change."""

import json
import re
from collections.abc import Iterable, Sequence
from copy import copy
from functools import partial
from operator import attrgetter
from types import new_class
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as delete_rows
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from ..decisions.forms import (
    READERS,
    Stamped,
    as_form_data,
    describe_removal,
    displayed_value,
    lock,
    row_as_text,
    submitted_rows,
    without_removed_rows,
)
from ..decisions.sealed_words import without_sealed_words
from ..models import PUBLIC, Change, RedactionSearch, State
from ..publication.standing_redactions import standing_forms
from ..telegram.apply_redactions import strings_in
from .desk_pages import DeskPages, private_form
from .reasons import CheckedWords, Reasoned, ReasonedRows, check_deletion, checked_form, why

REFRESH = "5"  # Seconds between two looks at what is at work.
NAMES = "What is written here may have words of a redaction over the archive, {}."
KEY = "[0-9]{1,18}"
# What the links of Django's filters append to the name of a column.
ENDS_OF_LOOKUPS = ("", "__exact", "__isnull", "__id__exact", "__gte", "__lt")


class DeskPaginator(Paginator):
    """A paginator that counts only the first MOST rows, as counting all of a large table is slow.

    To find one of 250,000 cables, curators search.
    """

    MOST = 5_000
    object_list: QuerySet

    @cached_property
    def count(self):
        return self.object_list.order_by()[: self.MOST].count()

    @property
    def is_cut(self):
        """Whether there may be more rows than are counted."""
        return self.count == self.MOST


def warnings_of(user: Any, *texts: str) -> list[str]:
    """Return which redactions over the archive may have words of these texts."""
    if not user.has_perm("cables.see_sealed"):
        return []  # No answer tells whether words are redacted.
    keys = {each.search for each in standing_forms().find_in_words(*texts)}
    searches = RedactionSearch.objects.filter(pk__in=keys).order_by("pk")
    return [NAMES.format(search.label) for search in searches]


class DeskList(ChangeList):
    """A list that is sorted by its `sortable_by` only; Django sorts by any column on request."""

    def get_ordering_field(self, field_name):
        is_offered = field_name in (self.sortable_by or ())
        return super().get_ordering_field(field_name) if is_offered else None


class DeskAdmin(DeskPages):
    """The base class of the desk. Whatever it saves or deletes changes the archive's state."""

    paginator = DeskPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    # Fields of which the log has the old and the new value, not only the name.
    logged_values: Sequence[str] = ()
    # Fields of rows about cables that may repeat what these say (see sealed_words.py).
    quoting: Sequence[str] = ()
    # Query parameters of links to the list, beside those of its filters.
    linked_lookups: Sequence[str] = ()

    def get_changelist(self, request, **kwargs):
        return DeskList

    def shown_rows(self, request, rows: Iterable[Any]) -> Any:
        """Return rows as this user may see them, for lists, pages and files."""
        return without_sealed_words(request.user, rows, self.quoting) if self.quoting else rows

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        changelist.result_list = self.shown_rows(request, changelist.result_list)
        return changelist

    def get_object(self, request, object_id, from_field=None):
        row = super().get_object(request, object_id, from_field)
        return self.shown_rows(request, [row])[0] if row else row

    def lookup_allowed(self, lookup, value, request):
        """Allow the lookups of `list_filter` and `linked_lookups` only.

        Django allows all columns of the model: with ?value__regex= one can then read, letter by
        letter, what the list does not show.
        """
        filters: list[Any] = [*self.get_list_filter(request)]
        filters = [getattr(each, "parameter_name", each) for each in filters]
        names = [each if isinstance(each, str) else each[0] for each in filters]
        offered = {name + end for name in names for end in ENDS_OF_LOOKUPS}
        return lookup in offered or lookup in self.linked_lookups

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Label the fields of an editable list: its column headings are no labels of theirs."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in self.list_editable:
            field.widget.attrs["aria-label"] = field.label
        return field

    def get_fieldsets(self, request, obj=None):
        """Link from a form that is only read to those rows alone that this user may see."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        hidden: dict[Any, Any] = {}
        for field in (each for each in self.opts.fields if each.many_to_one):
            other: Any = field.related_model
            if not request.user.has_perm(f"{other._meta.app_label}.view_{other._meta.model_name}"):
                value = attrgetter(field.name)
                hidden[field.name] = partial(lambda value, row: str(value(row) or "–"), value)
                hidden[field.name].short_description = field.verbose_name
                hidden[field.name].__name__ = field.name
        return [
            (title, options | {"fields": [hidden.get(name, name) for name in options["fields"]]})
            for title, options in fieldsets
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Say beside each field for words of a public table that readers see them."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form = checked_form(request, Reasoned if change else CheckedWords, form)
        for name, field in [*form.base_fields.items()] if self.model in PUBLIC else ():
            if isinstance(field, forms.CharField) and READERS not in field.help_text:
                form.base_fields[name] = own = copy(field)  # Other forms may have this field too.
                own.help_text = f"{field.help_text} {READERS}".lstrip()
        return form

    def get_changelist_form(self, request, **kwargs):
        return checked_form(request, Reasoned, super().get_changelist_form(request, **kwargs))

    def get_formsets_with_inlines(self, request, obj=None):
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if obj and inline.has_change_permission(request, obj):
                form = new_class(formset.form.__name__, (Stamped, formset.form))
                formset = type(formset.__name__, (ReasonedRows, formset), {"form": form})
            yield formset, inline

    def changelist_view(self, request, extra_context=None):
        """Title a list with what it holds: "Cables"."""
        context = {"title": capfirst(self.opts.verbose_name_plural)} | (extra_context or {})
        if request.method != "POST":
            return super().changelist_view(request, context)
        with transaction.atomic():
            if self.list_editable:
                self.lock(self._get_edited_object_pks(request, "form"))
                self.leave_out_removed(request)
            return super().changelist_view(request, context)

    def leave_out_removed(self, request):
        """Drop deleted rows from a submitted list, with a message that has what was typed."""
        stored = self.rows(self._get_edited_object_pks(request, "form"))
        request.POST, removed = without_removed_rows(request.POST, "form", stored)
        for row in removed:
            key = row.get("id", [""])[0]
            who = describe_removal(self.model, key) if re.fullmatch(KEY, key) else ""
            message = f"A row of the list is gone. {who} Not saved: {row_as_text(row)}"
            self.message_user(request, message, messages.WARNING)

    @private_form
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with transaction.atomic():
            if request.method == "POST":
                # Django 6 first says that there is no such row.
                if object_id and not self.has_change_permission(request):
                    raise PermissionDenied
                self.lock([object_id])
            return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(self, request, object_id, extra_context=None):
        """Redirect to what the log has about a row, decisions on it or for it among it."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        query = urlencode({"of": f"{self.opts.model_name}-{row.pk}"})
        return redirect(f"{reverse('admin:cables_change_changelist')}?{query}")

    def lock(self, keys):
        """Lock the rows with these primary keys until the end of the transaction."""
        lock(self.rows(keys))

    def rows(self, keys: Iterable[Any]) -> QuerySet:
        """Return the rows with these primary keys, as URLs and forms have them; ignore others."""
        keys = [key for key in keys if re.fullmatch(KEY, str(key))]
        return self.model._default_manager.filter(pk__in=keys)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Show what was typed into the form of a row that somebody deleted, to be copied."""
        if not self.has_view_or_change_permission(request):  # Django asks only for a row.
            raise PermissionDenied
        if request.method != "POST" or not re.fullmatch(KEY, object_id):
            # django-stubs do not have this private method.
            return super()._get_obj_does_not_exist_redirect(  # type: ignore[misc]
                request, opts, object_id
            )
        return self.not_saved(request, describe_removal(self.model, object_id))

    def not_saved(self, request, reason):
        """Return a page that says why a form cannot be saved, with what was typed into it."""
        title = f"{capfirst(self.opts.verbose_name)}: not saved"
        shown = {"reason": reason, "typed": self.typed(request)}
        return self.render_page(request, "not_saved.html", title, **shown)

    def typed(self, request):
        """Return (label, submitted text) of each field of a form, its inlines and the reason."""
        fields = self.get_form(request, None, change=True).base_fields
        typed = [
            (field.label, displayed_value(field, as_form_data(value)))
            for name, field in fields.items()
            if (value := field.widget.value_from_datadict(request.POST, {}, name))
        ]
        for formset, inline in super().get_formsets_with_inlines(request, None):
            rows = submitted_rows(request.POST, formset.get_default_prefix())
            texts = (row_as_text(row, formset.fk.name) for row in rows)
            typed += [(capfirst(inline.opts.verbose_name), text) for text in texts if text]
        return [*typed, ("Why", why(request.POST))]

    def page_context(self, request, row) -> dict[str, Any]:
        """Return what the template of a row's page needs beyond its form."""
        return {}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Title the page of a row with its name; it reloads itself while the row is at work."""
        if obj:
            title = f"{capfirst(self.opts.verbose_name)}: {obj}"
            context |= {"title": title, "subtitle": None} | self.page_context(request, obj)
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if context.get("at_work"):
            response["Refresh"] = REFRESH
        return response

    def render_delete_form(self, request, context):
        context["title"] = f"{context['title']}: {context['object']}"
        return super().render_delete_form(request, context)

    def delete_view(self, request, object_id, extra_context=None):
        """Delete a row with a reason, unless it changed since the confirmation was opened."""
        with transaction.atomic():
            if request.method == "POST":
                self.lock([object_id])
            row, context = self.get_object(request, unquote(object_id)), {**(extra_context or {})}
            if row and self.has_delete_permission(request, row):
                context |= check_deletion(request, [row], is_submitted=request.method == "POST")
            return super().delete_view(request, object_id, context)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        State.advance()
        texts = strings_in([each.cleaned_data for each in (form, *formsets)])
        for warning in warnings_of(request.user, *texts):
            self.message_user(request, warning, messages.WARNING)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        State.advance()

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        State.advance()

    def construct_change_message(self, request, form, formsets, add=False):
        """Name the changed fields, with the values of some: "City: Lisbon → Lisboa."."""
        message = super().construct_change_message(request, form, formsets, add)
        changed = [] if add else [name for name in form.changed_data if name in self.logged_values]
        if not changed:
            return message
        old, new = form.initial, form.cleaned_data
        values = [
            f"{form[name].label}: {logged_value(old.get(name))} → {logged_value(new[name])}."
            for name in changed
        ]
        fields = LogEntry(change_message=json.dumps(message)).get_change_message()
        return " ".join([fields, *values])

    def log_addition(self, request, obj, message):
        self.write_down(request, "added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        entry = super().log_change(request, obj, message)
        if message:
            self.write_down(request, "changed", obj, entry.get_change_message())
        return entry

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self.write_down(request, "deleted", obj)
        return super().log_deletions(request, queryset)

    def write_down(self, request, action, obj, message=""):
        """Add an entry to the log of changes: what changed, and the curator's reason, if any."""
        typed = why(request.POST)
        reason = " ".join(filter(None, [message, f"Why: {typed}" if typed else ""]))
        Change.objects.create(by=request.user, reason=reason, **self.log_values(action, obj))

    def log_values(self, action, obj) -> dict[str, Any]:
        """Return the fields of the log entry for an action on a row."""
        return {"action": action, "what": f"{obj._meta.verbose_name} {obj}"[:250]}


@admin.action(permissions=["delete"], description="Delete the selected %(verbose_name_plural)s")
def delete_selected(site, request, chosen):
    site.lock(chosen.values_list("pk", flat=True))
    context = check_deletion(request, chosen, is_submitted="post" in request.POST)
    response = delete_rows(site, request, chosen)
    if response and response.context_data is not None:
        response.context_data |= context
    return response


admin.site.add_action(delete_selected, "delete_selected")


def logged_value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value in (None, "") else str(value)


class FixedRows:
    """Mixin: rows that are neither added nor deleted at the desk."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class Unchangeable(FixedRows):
    """Mixin: rows that can be viewed, but not added, changed or deleted at the desk."""

    def has_change_permission(self, request, obj=None):
        return False
