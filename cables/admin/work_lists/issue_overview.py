"""All work lists on one page, and by cable; the filters of work lists.

    ?collection=frus    of cables of this collection, or of rows of loads into it
    ?load=12            of cables or rows of this load
    ?to=mine            assigned to oneself; "nobody", or the primary key of an account

A filter that cannot be applied finds nothing, so that no decision reaches more than was meant.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.paginator import InvalidPage
from django.db.models import Count, F, OuterRef, QuerySet
from django.http import Http404, QueryDict

from ...curation.desk_filters import RowField, choice, collections
from ...models import Cable, Collection, Load, Matter, MatterAssignment, RuleSwitch
from ...models.curation_issues import whose
from ..base import DeskAdmin, DeskPaginator
from ..desk_pages import desk_page
from .issues import (
    MOST,
    OTHER_KINDS,
    Kind,
    about_cable,
    address_of_kind,
    in_order,
    repair_address,
    title_of,
)
from .rule_texts import RULE_TEXTS, text_of_rule

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
    collection = choice("Collection", collections)
    load = RowField("Load", Load.objects.all)
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
        self.user, self.names_loads = user, user.has_perm("cables.view_load")
        if not self.names_loads:
            self.form.fields["load"] = RowField("Load", Load.objects.none)

    @cached_property
    def is_valid(self) -> bool:
        return self.form.is_valid()

    @cached_property
    def values(self) -> dict:
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def accounts(self) -> list[tuple[str, str]]:
        """What `accounts()` returns, as the form has read it."""
        field: Any = self.form.fields["to"]
        return [each for each in field.choices if each[0] not in ("", MINE, NOBODY)]

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
            row = Load.objects.filter(pk=load).first() if self.names_loads else None
            words.append(f"load {row.label if row else load}")
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


INFORMATION = [rule for rule, text in RULE_TEXTS.items() if not text.is_work]
CABLES_PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class IssueCount:
    """A kind of issues on the overview: how many are open, and for which collections it is off."""

    kind: Kind
    count: int
    address: str
    is_most: bool = False  # Whether there may be more than `count`.
    off: list[str] = field(default_factory=list)


def counts(chosen: IssueFilter) -> list[IssueCount]:
    """Return the kinds that have open issues within the filters, in the order of the first page."""
    rows = chosen.matters().order_by().values_list("kind").annotate(n=Count("*"))
    found = dict(rows)
    off: dict[str, list[str]] = {}
    switched = RuleSwitch.objects.filter(is_on=False).order_by("collection__name")
    for rule, name in switched.values_list("rule", "collection__name"):
        off.setdefault(rule, []).append(name)
    of_cables = [
        IssueCount(
            kind, found[kind.name], kind.address + chosen.query_string, off=off.get(kind.name, [])
        )
        for kind in in_order(found)
    ]
    others = [_counted(kind, chosen) for kind in OTHER_KINDS]
    return [each for each in (*others[:2], *of_cables, *others[2:]) if each.count]


def _counted(kind: Kind, chosen: IssueFilter) -> IssueCount:
    count = chosen.narrow(kind, kind.open(chosen.user)).order_by()[:MOST].count()
    return IssueCount(kind, count, kind.address + chosen.query_string, count == MOST)


def count_mine(user: User) -> int:
    kinds = set(MatterAssignment.objects.filter(to=user).values_list("kind", flat=True))
    if not kinds:
        return 0
    mine = IssueFilter(QueryDict(f"to={MINE}"), user)
    others = [_counted(kind, mine).count for kind in OTHER_KINDS if kind.name in kinds]
    return mine.matters().count() + sum(others)


def cables_with_several(chosen: IssueFilter):
    """Return (primary key, number) of the cables with several matters to be decided on."""
    rows = chosen.matters().exclude(kind__in=INFORMATION).order_by("cable")
    return rows.values_list("cable").annotate(n=Count("*")).filter(n__gt=1)


def group_by_cable(keys: Iterable[int]) -> Iterator[SimpleNamespace]:
    """Yield these cables with all of their open matters, also those for information.

    `about` is the subject of a cable, or how its text begins.
    """
    keys = list(keys)
    cables = Cable.objects.only("reference", "subject", "facts").in_bulk(keys)
    matters: dict[int, list[Matter]] = {}
    for matter in Matter.objects.open().filter(cable__in=keys).order_by("kind"):
        matters.setdefault(matter.cable_id, []).append(matter)
    references = [cable.reference for cable in cables.values()]
    kinds = {each.kind for rows in matters.values() for each in rows}  # The index begins with it.
    assigned = MatterAssignment.objects.in_force().filter(kind__in=kinds, key__in=references)
    rows = assigned.values_list("kind", "key", "to__username")
    names = {(kind, key): name for kind, key, name in rows}
    for key in keys:
        if key in cables and key in matters:
            shown = [_matter_of_cable(matter, names) for matter in matters[key]]
            about = about_cable(cables[key])
            yield SimpleNamespace(cable=cables[key], about=about, matters=shown)


def _matter_of_cable(matter: Matter, names: dict[tuple[str, str], str]) -> SimpleNamespace:
    suffix = "" if text_of_rule(matter.kind).is_work else " (information)"
    return SimpleNamespace(
        title=title_of(matter.kind) + suffix,
        said=matter.said,
        address=address_of_kind(matter.kind),
        repair=repair_address(matter.kind, matter.reference),
        assigned=names.get((matter.kind, matter.reference), ""),
    )


class OverviewPages(DeskAdmin):
    """The pages with all work lists, and with cables that have several matters."""

    @desk_page("matters/", "left_matters")
    def overview(self, request):
        """What needs a person, a line for each kind: its number, its meaning, what to do."""
        chosen = self.filter_of(request)
        kinds = counts(chosen)
        work = [each for each in kinds if each.kind.is_work]
        context = {
            "work": work,
            "total": sum(each.count for each in work),
            "is_most": any(each.is_most for each in work),
            "information": [each for each in kinds if not each.kind.is_work],
        }
        return self.render(request, "overview", "What needs a person", chosen, **context)

    @desk_page("cables/", "left_cables")
    def by_cable(self, request):
        """Cables with several matters, each with all of them."""
        chosen = self.filter_of(request)
        page = page_of(request, cables_with_several(chosen), CABLES_PER_PAGE)
        groups = list(group_by_cable(key for key, _ in page))
        number = f"{page.paginator.count:,}{' or more' if page.paginator.is_cut else ''}"
        title = f"Cables with several matters: {number}"
        return self.render(request, "by_cable", title, chosen, page=page, groups=groups)

    def filter_of(self, request) -> IssueFilter:
        return IssueFilter(request.GET, request.user)

    def render(self, request, name: str, title: str, chosen: IssueFilter, **context: Any):
        return self.render_page(request, f"left/{name}.html", title, chosen=chosen, **context)


def page_of(request, rows, per_page: int, count: int | None = None):
    """Return the page of a list that ?page= names; `count` is that of all, if known.

    Raises Http404.
    """
    paginator = DeskPaginator(rows, per_page)
    if count is not None:
        paginator.count = min(count, paginator.MOST)
    try:
        return paginator.page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404("The work list has no such page.") from None
