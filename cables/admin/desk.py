"""What all lists of the desk share: quick pages, and a line in the log for every change."""

import json
import re

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as delete_rows
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db import transaction
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from ..models import Change, State
from .optimistic_lock import (
    CHANGED,
    REMOVED,
    Stamped,
    in_words,
    last_change,
    lock,
    removal,
    rows_sent,
    said_in_row,
    stamp_of,
    without_removed_rows,
    written,
)

NO_REASON = "Say why: the log of changes keeps it."
KEY = "[0-9]{1,18}"


class DeskPaginator(Paginator):
    """Pages of a list that is counted no further than it can be turned through.

    Counting all rows of a large table takes longer than showing one page of them; whoever looks
    for one of 250,000 cables searches.
    """

    MOST = 5_000

    @cached_property
    def count(self):
        return self.object_list.order_by()[: self.MOST].count()

    @property
    def is_cut(self):
        """Whether there may be more rows than are counted."""
        return self.count == self.MOST


class Reasoned(Stamped):
    """A form that changes a row: it takes the reason that is asked for beside it."""

    def clean(self):
        given = super().clean()
        if self.has_changed() and not why(self.data):
            self.add_error(None, NO_REASON)
        return given


class ReasonedRows:
    """The rows beside a row, on its page: they take the same reason, also to be removed."""

    removed = ()

    def __init__(self, data=None, files=None, *, instance, prefix, queryset, **options):
        if data:
            there = queryset.filter(**{self.fk.name: instance})
            data, self.removed = without_removed_rows(data, prefix, there)
        rows = {"instance": instance, "prefix": prefix, "queryset": queryset}
        super().__init__(data, files, **rows, **options)

    def clean(self):
        super().clean()
        if self.removed:
            said = "; ".join(said_in_row(row, self.fk.name) for row in self.removed)
            raise forms.ValidationError(REMOVED.format(said))
        if self.has_changed() and not why(self.data):
            raise forms.ValidationError(NO_REASON)


class DeskAdmin(admin.ModelAdmin):
    """A kind of rows at the desk. Whatever is saved or deleted moves the state of the archive."""

    paginator = DeskPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    told = ()  # Short facts of which the log tells what they were and what they are.

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """In a list that is edited the heading of a column is no label of its fields."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in self.list_editable:
            field.widget.attrs["aria-label"] = field.label
        return field

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form)(form.__name__, (Reasoned, form), {}) if change else form

    def get_changelist_form(self, request, **kwargs):
        form = super().get_changelist_form(request, **kwargs)
        return type(form)(form.__name__, (Reasoned, form), {})

    def get_formsets_with_inlines(self, request, obj=None):
        for rows, inline in super().get_formsets_with_inlines(request, obj):
            if obj and inline.has_change_permission(request, obj):
                rows = type(rows)(rows.__name__, (ReasonedRows, rows), {})
                rows.form = type(rows.form)(rows.form.__name__, (Stamped, rows.form), {})
            yield rows, inline

    def changelist_view(self, request, extra_context=None):
        """A list is called what it holds: "Cables"."""
        named = {"title": capfirst(self.opts.verbose_name_plural)} | (extra_context or {})
        if request.method != "POST":
            return super().changelist_view(request, named)
        with transaction.atomic():
            if self.list_editable:
                self.lock(self._get_edited_object_pks(request, "form"))
                self.leave_out_removed(request)
            return super().changelist_view(request, named)

    def leave_out_removed(self, request):
        """Take rows that somebody deleted from a list that is sent, and say what they had."""
        there = self.rows(self._get_edited_object_pks(request, "form"))
        request.POST, removed = without_removed_rows(request.POST, "form", there)
        for row in removed:
            key = row.get("id", [""])[0]
            who = removal(self.model, key) if re.fullmatch(KEY, key) else ""
            said = f"A row of the list is gone. {who} Not saved: {said_in_row(row)}"
            self.message_user(request, said, messages.WARNING)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with transaction.atomic():
            if request.method == "POST":
                self.lock([object_id])
            return super().changeform_view(request, object_id, form_url, extra_context)

    def lock(self, keys):
        """Lock the rows of some keys, as addresses and forms give them, until they are saved."""
        lock(self.rows(keys))

    def rows(self, keys):
        """Return the rows of some keys; what is no key has none."""
        keys = [key for key in keys if re.fullmatch(KEY, str(key))]
        return self.model._default_manager.filter(pk__in=keys)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Show what was typed into the form of a row that somebody deleted, to be copied."""
        if request.method != "POST" or not re.fullmatch(KEY, object_id):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        return self.not_saved(request, removal(self.model, object_id))

    def not_saved(self, request, reason):
        """Say why a form cannot be saved any more, and show what was typed into it."""
        title = f"{capfirst(self.opts.verbose_name)}: not saved"
        context = {
            **self.admin_site.each_context(request),
            **{"title": title, "opts": self.opts},
            **{"reason": reason, "typed": self.typed(request)},
        }
        return TemplateResponse(request, "admin/cables/not_saved.html", context)

    def typed(self, request):
        """Return (label, what was typed) of each field that the form of a row was sent with."""
        fields = self.get_form(request, None, change=True).base_fields
        typed = [
            (field.label, in_words(field, written(sent)))
            for name, field in fields.items()
            if (sent := field.widget.value_from_datadict(request.POST, {}, name))
        ]
        for formset, inline in super().get_formsets_with_inlines(request, None):
            rows = rows_sent(request.POST, formset.get_default_prefix())
            said = (said_in_row(row, formset.fk.name) for row in rows)
            typed += [(capfirst(inline.opts.verbose_name), each) for each in said if each]
        return [*typed, ("Why", why(request.POST))]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """The page of a row is called by its name: "Cable: 06LISBON900412"."""
        if obj:
            title = f"{capfirst(self.opts.verbose_name)}: {obj}"
            context |= {"title": title, "subtitle": None}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def render_delete_form(self, request, context):
        context["title"] = f"{context['title']}: {context['object']}"
        return super().render_delete_form(request, context)

    def delete_view(self, request, object_id, extra_context=None):
        """Delete a row with a reason, unless it changed since the page that asks for it."""
        with transaction.atomic():
            if request.method == "POST":
                self.lock([object_id])
            row, shown = self.get_object(request, unquote(object_id)), {}
            if row and self.has_delete_permission(request, row):
                shown = ask_again(request, [row], asked=request.method == "POST")
            return super().delete_view(request, object_id, (extra_context or {}) | shown)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        State.move()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        State.move()

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        State.move()

    def construct_change_message(self, request, form, formsets, add=False):
        """Which fields changed and, of short facts, how: "City: Lisbon → Lisboa."."""
        message = super().construct_change_message(request, form, formsets, add)
        changed = [] if add else [name for name in form.changed_data if name in self.told]
        if not changed:
            return message
        values = [
            f"{form[name].label}: {said(form.initial.get(name))} → {said(form.cleaned_data[name])}."
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
        """Add a line to the log of changes: what changed, and why, if the curator says so."""
        given = why(request.POST)
        reason = " ".join(filter(None, [message, f"Why: {given}" if given else ""]))
        Change.objects.create(by=request.user, reason=reason, **self.logged(action, obj))

    def logged(self, action, obj):
        """Return the columns of the log that say what was done to a row."""
        return {"action": action, "what": f"{obj._meta.verbose_name} {obj}"[:250]}


@admin.action(permissions=["delete"], description="Delete the selected %(verbose_name_plural)s")
def delete_selected(site, request, chosen):
    """Delete the rows that are ticked in a list, with one reason."""
    site.lock(chosen.values_list("pk", flat=True))
    shown = ask_again(request, chosen, asked="post" in request.POST)
    response = delete_rows(site, request, chosen)
    if response:
        response.context_data |= shown
    return response


admin.site.add_action(delete_selected, "delete_selected")


def ask_again(request, rows, *, asked) -> dict[str, str]:
    """Return what a page that deletes rows shows: their stamp, and the reason that was written.

    Where rows are not to be deleted as a form asks, says why, and has the page shown once more.
    """
    shown = {"stamp": stamp_of(rows), "why": why(request.POST)}
    if asked and not shown["why"]:
        messages.error(request, NO_REASON)
    elif asked and request.POST.get("stamp") != shown["stamp"]:
        messages.error(
            request, " ".join([CHANGED, *(line for row in rows for line in last_change(row))])
        )
    else:
        return shown
    request.POST = QueryDict()  # By which Django knows that the page has not been sent.
    return shown


def why(posted) -> str:
    """Return the reason that a form was sent with, "" if there is none."""
    return " ".join(posted.get("why", "").replace("\0", "").split())[:1_000]


def said(value):
    """Return a fact as the log says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value in (None, "") else str(value)


class Unchangeable:
    """Rows that are looked at, and neither added, changed nor deleted here."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
