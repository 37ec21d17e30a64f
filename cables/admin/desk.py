"""What all lists of the desk share: quick pages, and a line in the log for every change."""

import json

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst

from ..models import Change, State

NO_REASON = "Say why: the log of changes keeps it."


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


class Reasoned:
    """A form that changes a row: it takes the reason that is asked for beside it."""

    def clean(self):
        given = super().clean()
        if self.has_changed() and not why(self.data):
            self.add_error(None, NO_REASON)
        return given


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

    def changelist_view(self, request, extra_context=None):
        """A list is called what it holds: "Cables"."""
        named = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, named | (extra_context or {}))

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
        may = self.has_delete_permission(request, self.get_object(request, object_id))
        if may and request.POST.get("post") and not why(request.POST):
            self.message_user(request, NO_REASON, messages.ERROR)
            return redirect(request.get_full_path())
        return super().delete_view(request, object_id, extra_context)

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
