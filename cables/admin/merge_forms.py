"""Origins and tags that become others: which cables would move, the merge, and its undoing."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import path

from ..curation.cable_decisions import StaleError
from ..curation.merges import affected, check_merge, merge, undo_merge
from ..loader import LoadError, one_load
from ..models import Merge
from .decision_base import STALE, DecidedAdmin, ReasonForm, needs, page
from .optimistic_lock import digest
from .optimistic_lock import stamp_of as stamp_of_rows

MOST_NAMED = 50  # Cables of a preview.


class MergeForm(ReasonForm):
    """What becomes what."""

    field_order = ["kind", "name", "into", "reason"]
    kind = forms.ChoiceField(choices=Merge.Kind.choices)
    name = forms.CharField(
        label="What goes", max_length=200, help_text="Embassy Lisbonn, or PRELPGOV."
    )
    into = forms.CharField(
        label="What it becomes",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 40}),
        help_text="Embassy Lisbon; of a jammed tag every code, one a line.",
    )

    def clean(self):
        given = super().clean()
        if {"kind", "name", "into"} <= given.keys():
            lines = [line.strip() for line in given["into"].splitlines()]
            given["into"] = list(dict.fromkeys(filter(None, lines)))
            try:
                check_merge(given["kind"], given["name"], given["into"])
            except ValueError as error:
                raise forms.ValidationError(str(error)) from None
        return given


def stamp_of(cables: QuerySet) -> str:
    """Return what makes another set of cables another: the form of a merge carries it."""
    return digest(list(cables.order_by("pk").values_list("pk", flat=True)))


@admin.register(Merge)
class MergeAdmin(DecidedAdmin):
    """Origins and tags that became others."""

    rights = ("merge_places", "view_merge")
    list_display = ["name", "kind", "becomes", "moved", "reason", "by", "at"]
    list_select_related = ["by"]
    list_filter = ["kind"]
    search_fields = ["name"]
    fields = ["name", "kind", "becomes", "moved", "reason", "by", "at"]
    change_form_template = "admin/cables/merge/page.html"
    change_list_template = "admin/cables/merge/list.html"

    @admin.display(description="Became")
    def becomes(self, made):
        return ", ".join(made.into)

    @admin.display(description="Cables")
    def moved(self, made):
        return f"{len(made.cables):,}"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(self.new), name="cables_merge_new"),
            path("<int:pk>/undo/", wrap(self.undo), name="cables_merge_undo"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        may = {"may_merge": request.user.has_perm("cables.merge_places")}
        return super().changelist_view(request, (extra_context or {}) | may)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_undo"] = request.user.has_perm("cables.merge_places")
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @needs("merge_places")
    def new(self, request):
        """Choose, see which cables would move, and merge."""
        asked = {name: request.GET.get(name, "") for name in ("kind", "name")}
        form = MergeForm(request.POST or None, initial=asked)
        context = {"form": form}
        if request.method == "POST" and form.is_valid():
            if request.POST.get("step") == "merge" and (made := self.carry_out(request, form)):
                self.message_user(request, f"Merged: {made}.", messages.SUCCESS)
                return redirect("admin:cables_merge_changelist")
            cables = affected(form.cleaned_data["kind"], form.cleaned_data["name"])
            form.data = form.data.copy()
            form.data["stamp"] = stamp_of(cables)
            context |= {
                "count": cables.count(),
                "named": cables.order_by("reference").only("reference")[:MOST_NAMED],
            }
        return page(self, request, "admin/cables/merge/new.html", "Merge", **context)

    def carry_out(self, request, form):
        """Merge as a form says; return None where the form says why not."""
        given = form.cleaned_data
        what = given["kind"], given["name"]
        try:
            with one_load():
                if given["stamp"] != stamp_of(affected(*what)):
                    raise StaleError(f"Other cables would move than a moment ago. {STALE}")
                return merge(*what, given["into"], given["reason"], request.user)
        except (ValueError, LoadError) as error:  # Another curator was quicker.
            form.add_error(None, str(error))

    @needs("merge_places")
    def undo(self, request, pk):
        """Part what was merged."""
        made = Merge.objects.filter(pk=pk).first()
        if made is None:
            return self.undone(request)
        stamp = stamp_of_rows([made])
        form = ReasonForm(request.POST or None, initial={"stamp": stamp})
        if request.method == "POST" and form.is_valid():
            try:
                with one_load():
                    if form.cleaned_data["stamp"] != stamp:
                        raise StaleError("Somebody changed this meanwhile.")
                    undo_merge(made, form.cleaned_data["reason"], request.user)
            except StaleError as error:
                form.look_again(stamp, error)
            except (ValueError, LoadError) as error:
                form.add_error(None, str(error))
            else:
                self.message_user(request, f"Undone: {made}.", messages.SUCCESS)
                return redirect("admin:cables_merge_changelist")
        context = {"form": form, "made": made, "count": len(made.cables)}
        return page(self, request, "admin/cables/merge/undo.html", "Undo a merge", **context)
