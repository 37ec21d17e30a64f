"""Merge origins and tags: preview which cables move, decide, and undo a merge."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import path

from ..curation.origin_tag_merges import affected, check_merge, merge, near_spellings, undo_merge
from ..curation.redactions_and_corrections import StaleError
from ..curation.sealed_text_search import Sight, sight_of
from ..loader import one_load
from ..models import Cable, Merge, Proposal
from .approval_gate import DecisionSubject
from .decision_base import DecidedAdmin, ReasonForm, carry_out_posted, needs, render_decision
from .optimistic_lock import digest, stamp_of_rows

Kind = Proposal.Kind
MOST_NAMED = 50  # Cables that a preview lists.


class MergeForm(ReasonForm):
    """Which origin or tag is merged into which."""

    field_order = ["kind", "name", "into", "reason"]
    kind = forms.ChoiceField(choices=Merge.Kind.choices)
    name = forms.CharField(
        label="What goes", max_length=200, help_text="Embassy Lisbonn, or PRELPGOV."
    )
    into = forms.CharField(
        label="What it becomes",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 40}),
        help_text="Embassy Lisbon. For a jammed tag: each of its codes, one a line.",
    )

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if {"kind", "name", "into"} <= data.keys():
            lines = [line.strip() for line in data["into"].splitlines()]
            data["into"] = list(dict.fromkeys(filter(None, lines)))
            try:
                check_merge(data["kind"], data["name"], data["into"])
            except ValueError as error:
                raise forms.ValidationError(str(error)) from None
        return data


def stamp_of_merge(cables: QuerySet) -> str:
    """Return the optimistic-lock token of a merge: a digest of the cables that would move."""
    return digest(list(cables.order_by("pk").values_list("pk", flat=True)))


@admin.register(Merge)
class MergeAdmin(DecidedAdmin):
    """Merges of origins and tags."""

    rights = ("merge_places", "view_merge")
    undo_right, undo_name = "merge_places", "cables_merge_undo"
    list_display = ["name", "kind", "becomes", "moved", "reason", "by", "at"]
    list_select_related = ["by"]
    list_filter = ["kind"]
    search_fields = ["name"]
    fields = ["name", "kind", "becomes", "moved", "reason", "by", "at"]
    change_list_template = "admin/cables/merge/list.html"

    @admin.display(description="Became")
    def becomes(self, merged):
        return ", ".join(merged.into)

    @admin.display(description="Cables")
    def moved(self, merged):
        return f"{merged.moved:,}"

    def shown_rows(self, request, rows):
        rows = list(rows)
        for row in rows:
            row.moved = count_moved(request.user, row)
        return rows

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(self.new), name="cables_merge_new"),
            path("<int:pk>/undo/", wrap(self.undo), name="cables_merge_undo"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        context = {"may_merge": request.user.has_perm("cables.merge_places")}
        return super().changelist_view(request, (extra_context or {}) | context)

    @needs("merge_places")
    def new(self, request):
        """Merge in two steps ("step"): show which cables would move, then merge."""
        initial = {name: request.GET.get(name, "") for name in ("kind", "name", "into")}
        form = MergeForm(request.POST or None, initial=initial)
        context: dict[str, Any] = {"form": form}
        if request.method == "GET":
            context["near"] = near_spellings(sight_of(request.user))
        if request.method == "POST" and form.is_valid():
            if request.POST.get("step") == "merge" and (message := merge_as_asked(request, form)):
                self.message_user(request, message, messages.SUCCESS)
                return redirect("admin:cables_merge_changelist")
            cables = affected(form.cleaned_data["kind"], form.cleaned_data["name"])
            form.set_stamp(stamp_of_merge(cables))
            context |= {
                "count": cables.count(),
                "named": cables.order_by("reference").only("reference")[:MOST_NAMED],
            }
        return render_decision(self, request, "admin/cables/merge/new.html", "Merge", **context)

    @needs("merge_places")
    def undo(self, request, pk):
        """Undo a merge: its cables get back the origin or tag that they had."""
        merged = Merge.objects.filter(pk=pk).first()
        if merged is None:
            return self.undone(request)
        stamp = stamp_of_rows([merged])
        form = ReasonForm(request.POST or None, initial={"stamp": stamp})

        def undo(data):
            with one_load():
                if data["stamp"] != stamp:
                    raise StaleError("Somebody changed this meanwhile.")
                undo_merge(merged, data["reason"], request.user)
            return f"Undone: {merged}."

        count, kinds = count_moved(request.user, merged), kinds_of_merge(len(merged.cables))
        subject = DecisionSubject(f"Undo the merge {merged}", kinds, count=count)
        if carry_out_posted(request, subject, form, undo, lambda: stamp):
            return redirect("admin:cables_merge_changelist")
        template = "admin/cables/merge/undo.html"
        return render_decision(
            self, request, template, "Undo a merge", form=form, merged=merged, count=count
        )


def count_moved(user, merged: Merge) -> int:
    """Return how many cables a merge moved, as a user may know: withheld ones had what it names."""
    cables = Cable.objects.filter(pk__in=list(merged.cables))
    return (cables.filter(withheld_reason="") if sight_of(user) == Sight.PUBLIC else cables).count()


def merge_as_asked(request, form: MergeForm) -> str | None:
    """Merge as a valid form says, or propose it; return the message for the curator.

    None if it was refused: the form then says why.
    """

    def carry_out(data: dict[str, Any]) -> str:
        cables_of = data["kind"], data["name"]
        with one_load():
            if data["stamp"] != stamp_of_merge(affected(*cables_of)):
                raise StaleError("The cables that would move have changed.")
            merged = merge(*cables_of, data["into"], data["reason"], request.user)
            return f"Merged: {merged}."

    def stamp() -> str:
        return stamp_of_merge(affected(form.cleaned_data["kind"], form.cleaned_data["name"]))

    subject = subject_of_merge(form.cleaned_data)
    return form.carry_out(request, subject, carry_out, stamp)


def kinds_of_merge(count: int) -> tuple[str, ...]:
    """Return what a merge, or its undoing, is as a decision, with the number of its cables."""
    return (Kind.MERGE, Kind.MANY) if count > 1 else (Kind.MERGE,)


def subject_of_merge(data: dict[str, Any]) -> DecisionSubject:
    """Return what a merge is about, with the first of the cables that would move."""
    cables = affected(data["kind"], data["name"]).order_by("reference")
    named = list(cables.values_list("reference", flat=True)[:MOST_NAMED])
    title = f"Merge {data['name']} into {', '.join(data['into'])}"
    count = cables.count()
    return DecisionSubject(title, kinds_of_merge(count), None, named, count)
