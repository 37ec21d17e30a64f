"""Merge origins and tags: preview which cables move, decide, and undo a merge."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import QueryDict

from ..curation.origin_tag_merges import affected, check_merge, merge, near_spellings, undo_merge
from ..curation.redactions_and_corrections import StaleError
from ..curation.sealed_text_search import Sight, sight_of
from ..decisions.decision_subjects import Approval, DecisionSubject
from ..decisions.forms import ReasonForm, digest, long_text, stamp_of_rows
from ..decisions.kinds import DecisionKind, list_of, row_or_gone
from ..loader import one_load
from ..models import Cable, Merge
from ..telegram.shorten_text import count_of
from .decision_pages import DecidedAdmin
from .desk_pages import column

MOST_NAMED = 50  # Cables that a preview lists.


class MergeForm(ReasonForm):
    field_order = ["kind", "name", "into", "reason"]
    kind = forms.ChoiceField(choices=Merge.Kind.choices)
    name = forms.CharField(
        label="What goes", max_length=200, help_text="Embassy Lisbonn, or PRELPGOV."
    )
    into = long_text(
        *("What it becomes", 2, 1_000, 40),
        help_text="Embassy Lisbon. For a jammed tag: each of its codes, one a line.",
    )

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if {"kind", "name", "into"} <= data.keys():
            lines = [line.strip() for line in data["into"].splitlines()]
            data["into"] = list(dict.fromkeys(filter(None, lines)))
            try:
                check_merge(data["kind"], data["name"], data["into"], self.sight)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from None
        return data


def stamp_of_merge(cables: QuerySet) -> str:
    """Return the optimistic-lock token of a merge: a digest of the cables that would move."""
    return digest(list(cables.order_by("pk").values_list("pk", flat=True)))


class OfMerges(DecisionKind):
    """A decision on what is merged. Of several cables it is one on many, however few they are."""

    rights = ("merge_places",)
    readers_see_reason = False

    def next_page(self) -> str:
        return list_of(Merge)

    def approvals(self, count: int) -> tuple[str, ...]:
        return (Approval.MERGE, Approval.MANY) if count > 1 else (Approval.MERGE,)


class MergePlaces(OfMerges):
    """Merge origins or tags in two steps ("step"): show which cables would move, then merge."""

    pages = {"merge_new": "new/"}
    template = "merge/new.html"
    heading = "Merge"

    def make_form(self, data: QueryDict | None) -> MergeForm:
        initial = {name: self.query.get(name, "") for name in ("kind", "name", "into")}
        form = MergeForm(data, initial=initial)
        form.sight = sight_of(self.user)
        self.is_complete = form.is_valid()
        return form

    def is_decided(self) -> bool:
        return self.data.get("step") == "merge"

    def moved(self) -> QuerySet:
        return affected(self.form.cleaned_data["kind"], self.form.cleaned_data["name"])

    def stamp(self) -> str:
        return stamp_of_merge(self.moved())

    def subject(self) -> DecisionSubject:
        if not self.is_complete:
            return DecisionSubject(self.title, self.approvals(1))
        data, cables = self.form.cleaned_data, self.moved().order_by("reference")
        named = list(cables.values_list("reference", flat=True)[:MOST_NAMED])
        title, count = f"Merge {data['name']} into {', '.join(data['into'])}", cables.count()
        return DecisionSubject(title, self.approvals(count), None, named, count)

    def carry_out(self, data: dict[str, Any]) -> str:
        with one_load():
            if data["stamp"] != self.stamp():
                raise StaleError("The cables that would move have changed.")
            merged = merge(data["kind"], data["name"], data["into"], data["reason"], self.user)
            return f"Merged: {merged}."

    def context(self) -> dict[str, Any]:
        if not self.data:
            return {"near": near_spellings(sight_of(self.user))}
        if not self.is_complete:
            return {}
        cables = self.moved()
        self.form.set_stamp(stamp_of_merge(cables))
        named = cables.order_by("reference").only("reference")[:MOST_NAMED]
        return {"count": cables.count(), "named": named}


class UndoMerge(OfMerges):
    """Undo a merge: its cables get back the origin or tag that they had."""

    pages = {"merge_undo": "<int:pk>/undo/"}
    heading, button = "Undo a merge", "Undo the merge"

    def find(self) -> None:
        merged = row_or_gone(Merge.objects.all(), self.keys["pk"])
        self.merged, self.count = merged, moved(merged, sight_of(self.user)).count()
        self.present = stamp_of_rows([merged])

    def stamp(self) -> str:
        return self.present

    def subject(self) -> DecisionSubject:
        title, count = f"Undo the merge {self.merged}", moved(self.merged, Sight.PUBLIC).count()
        return DecisionSubject(title, self.approvals(count), count=count)

    def carry_out(self, data: dict[str, Any]) -> str:
        with one_load():
            if data["stamp"] != self.present:
                raise StaleError("Somebody changed this meanwhile.")
            undo_merge(self.merged, data["reason"], self.user)
        return f"Undone: {self.merged}."

    @property
    def explanation(self) -> str:
        return (
            f"{self.merged.name} returns, with the {count_of(self.count, 'cable')} that moved and "
            "those that were loaded under its name since."
        )


@admin.register(Merge)
class MergeAdmin(DecidedAdmin):
    decisions = (MergePlaces, UndoMerge)
    rights = ("merge_places", "view_merge")
    undo_right, undo_name = "merge_places", "cables_merge_undo"
    list_display = ["name", "kind", "becomes", "moved", "reason", "by", "at"]
    list_select_related = ["by"]
    list_filter = ["kind"]
    search_fields = ["name"]
    fields = ["name", "kind", "becomes", "moved", "reason", "by", "at"]
    change_list_template = "admin/cables/merge/list.html"

    becomes = column("Became", lambda merged: ", ".join(merged.into))
    moved = column("Cables", lambda merged: f"{merged.moved:,}")

    def shown_rows(self, request, rows):
        rows = list(rows)
        for row in rows:
            row.moved = moved(row, sight_of(request.user)).count()
        return rows

    def changelist_view(self, request, extra_context=None):
        context = {"may_merge": request.user.has_perm("cables.merge_places")}
        return super().changelist_view(request, (extra_context or {}) | context)


def moved(merged: Merge, sight: int) -> QuerySet[Cable]:
    """Return the cables that a merge moved, as somebody may know: withheld ones had its name."""
    cables = Cable.objects.filter(pk__in=list(merged.cables))
    return cables.filter(withheld_reason="") if sight == Sight.PUBLIC else cables
