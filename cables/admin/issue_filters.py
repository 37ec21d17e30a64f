"""The filters of the work lists: a collection, a load, who has the matters.

    ?collection=frus    of cables of this collection, or of rows of loads into it
    ?load=12            of cables or rows of this load
    ?to=mine            assigned to oneself; "nobody", or the primary key of an account

A filter that cannot be applied finds nothing, so that no decision reaches more than was meant.
"""

from functools import cached_property

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import F, OuterRef, QuerySet
from django.http import QueryDict

from ..curation.desk_filters import NumberField, choice, collections
from ..models import Collection, Matter
from ..models.curation_issues import whose
from .issues import Kind

MINE, NOBODY = "mine", "nobody"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def accounts() -> list[tuple[str, str]]:
    """Return (primary key, name) of the active accounts to which matters can be assigned."""
    users = get_user_model().objects.with_perm("cables.assign_matter", backend=BACKEND)
    named = users.filter(is_staff=True).order_by("username").values_list("pk", "username")
    return [(str(key), name) for key, name in named]


def holders() -> list[tuple[str, str]]:
    return [(MINE, "Me"), (NOBODY, "Nobody"), *accounts()]


class IssueFilterForm(forms.Form):
    """The fields of the filters."""

    collection = choice("Collection", collections)
    load = NumberField("Load, by its number")
    to = choice("Assigned to", holders)


class IssueFilter:
    """Filters of work lists, as a query string has them, for one user."""

    def __init__(self, query: QueryDict, user) -> None:
        names = IssueFilterForm.base_fields
        self.query = QueryDict(mutable=True)
        for name in names:
            if value := query.get(name, "").strip():
                self.query[name] = value
        self.form = IssueFilterForm(self.query)
        self.user = user

    @cached_property
    def is_valid(self) -> bool:
        return self.form.is_valid()

    @cached_property
    def values(self) -> dict:
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def query_string(self) -> str:
        """The filters as the end of an address: "" or "?load=12"."""
        return f"?{self.query.urlencode()}" if self.query else ""

    @property
    def to(self) -> int | None:
        """The account whose matters are meant; None: nobody's."""
        to = self.values["to"]
        return None if to == NOBODY else self.user.pk if to == MINE else int(to)

    @property
    def in_words(self) -> str:
        """What is left by the filters: "collection FRUS, load 12"; "" without filters."""
        if not self.is_valid:
            return ""
        words = []
        if slug := self.values.get("collection"):
            words.append(f"collection {Collection.objects.get(slug=slug)}")
        if load := self.values.get("load"):
            words.append(f"load {load}")
        if "to" in self.values:
            names = dict(holders()) | {MINE: self.user.username, NOBODY: "nobody"}
            words.append(f"assigned to {names[self.values['to']]}")
        return ", ".join(words)

    def applies_to(self, kind: Kind) -> bool:
        """Whether a kind of issues has what the filters ask for."""
        return self.is_valid and not (
            (self.values.get("collection") and kind.in_collection is None)
            or (self.values.get("load") and kind.of_load is None)
        )

    def narrow(self, kind: Kind, rows: QuerySet) -> QuerySet:
        """Return those rows of a kind of issues that the filters leave."""
        if not self.applies_to(kind):
            return rows.none()
        if kind.in_collection and (slug := self.values.get("collection")):
            rows = kind.in_collection(rows, slug)
        if kind.of_load and (load := self.values.get("load")):
            rows = kind.of_load(rows, load)
        return whose(rows, kind.name, self.to) if "to" in self.values else rows

    def matters(self) -> QuerySet[Matter]:
        """Return the open matters of all rules that the filters leave."""
        rows = Matter.objects.open().annotate(key=F("reference"))
        if not self.is_valid:
            return rows.none()
        if slug := self.values.get("collection"):
            rows = rows.in_collection(slug)
        if load := self.values.get("load"):
            rows = rows.of_load(load)
        return whose(rows, OuterRef("kind"), self.to) if "to" in self.values else rows
