"""What entries of the log are about: the page of each, and all entries about one row."""

import re
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import Http404
from django.urls import reverse

from ..curation.cable_search import is_key
from ..curation.sealed_text_search import origins_shown, sight_of, tags_shown
from ..models import (
    Article,
    BulkDecision,
    Cable,
    Change,
    Load,
    LoadRow,
    Origin,
    Page,
    RedactionSearch,
    RequestCase,
    SavedSearch,
    Tag,
    TextVersion,
)
from ..models.change_log import EMBARGOED
from .loads.load_previews import rows_for

# How `what` of an entry begins ("": it has a cable), the right to see the page, and what the rest
# of it, or the key of the cable, is of which model.
PAGES: tuple[tuple[str, str, type[Model], str], ...] = (
    ("", "view_cable", Cable, "pk"),
    ("case ", "view_requestcase", RequestCase, "number"),
    ("redaction over the archive ", "redact_cable", RedactionSearch, "pk"),
    ("load ", "view_load", Load, "pk"),
    (EMBARGOED, "view_loadrow", LoadRow, "reference"),
    ("text of load row ", "view_loadrow", LoadRow, "pk"),
    ("origin ", "view_origin", Origin, "name"),
    ("tag ", "view_tag", Tag, "code"),
    ("decision ", "view_bulkdecision", BulkDecision, "pk"),
    ("article ", "view_article", Article, "title"),
    ("guidance page ", "view_page", Page, "title"),
)
# The rows of a model of which a user may know, where these are not all.
KNOWN: dict[type[Model], Callable[[User], QuerySet[Any]]] = {
    LoadRow: lambda user: rows_for(user, LoadRow.objects.order_by("pk")),
    Origin: lambda user: origins_shown(sight_of(user)),
    Tag: lambda user: tags_shown(sight_of(user)),
}
MERGED = " into "  # Between the names in entries about merges.


def pages_about(user: User, changes: Iterable[Change]) -> dict[int, str]:
    """Return {primary key of an entry: page of what it is about} for what this user may see."""
    found: dict[int, str] = {}
    for prefix, right, model, column in PAGES:
        about = {
            change.pk: str(change.cable_id or change.what.removeprefix(prefix))
            for change in changes
            if (change.what.startswith(prefix) if prefix else change.cable_id)
        }
        if column == "pk":
            numbers = {key: re.match(r"\d+(?=,| on |$)", name) for key, name in about.items()}
            about = {key: number[0] for key, number in numbers.items() if number}
        elif model in (Origin, Tag):
            about = {key: name.partition(MERGED)[0] for key, name in about.items()}
        if about and user.has_perm(f"cables.{right}"):
            rows = KNOWN[model](user) if model in KNOWN else model._default_manager.all()
            rows = rows.filter(**{f"{column}__in": set(about.values())})
            page = f"admin:cables_{model._meta.model_name}_change"
            known = {
                str(name): reverse(page, args=[key]) for name, key in rows.values_list(column, "pk")
            }
            found |= {key: known[name] for key, name in about.items() if name in known}
    return found


def history_of(row: Model) -> Q:
    """Return the condition of entries about a row, those of decisions for a case among them."""
    if isinstance(row, Cable):
        return Q(cable=row)
    if isinstance(row, RequestCase):
        return _called(f"case {row.number}") | Q(decision__case=row)
    if isinstance(row, Load):
        return _called(f"load {row.pk}") | _about_embargoes(row)
    if isinstance(row, (RedactionSearch, SavedSearch)):
        return _called(f"{row._meta.verbose_name} {row.pk}")
    if decision := row.pk if isinstance(row, BulkDecision) else getattr(row, "decision_id", None):
        return Q(decision=decision)
    if hasattr(row, "cable_id"):
        return Q(cable=row.cable_id)
    earlier = TextVersion.objects.filter(kind=row._meta.model_name, key=row.pk)
    labels = earlier.values_list("label", flat=True).distinct()
    called = map(_called, [f"{row._meta.verbose_name} {row}"[:250], *labels])
    is_merged = isinstance(row, (Origin, Tag))
    return reduce(
        or_, called, _about_merges(str(row._meta.model_name), str(row)) if is_merged else Q()
    )


def _about_embargoes(load: Load) -> Q:
    """Return the condition of entries about records of a load under embargo, and their release."""
    rows = load.rows.filter(outcome__in=LoadRow.DECIDED, of_hidden=False).order_by()
    called = rows.values_list(Concat(Value(EMBARGOED), "reference"))
    released = rows.filter(outcome=LoadRow.Outcome.RELEASED).values("reference")
    return Q(what__in=called) | Q(action="released", reference__in=released)


def _about_merges(kind: str, name: str) -> Q:
    """Return the condition of entries about merges of a name, or into it."""
    into = rf"{MERGED}(.*, )?{re.escape(name)}(, |$)"
    merges = Q(action__in=["merged", "parted"], what__startswith=f"{kind} ")
    return merges & (Q(what__startswith=f"{kind} {name}{MERGED}") | Q(what__regex=into))


def _called(name: str) -> Q:
    """Return the condition of entries about what is called so, perhaps with more after a comma."""
    is_it = Q(what=name) | Q(what__startswith=f"{name}, ")
    return is_it & Q(what__istartswith=name)  # Which has an index.


class HistoryFilter(admin.SimpleListFilter):
    """Filter by what entries are about: "?of=article-3", by the history of a row."""

    title, parameter_name = "what they are about", "of"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the row, if one is named. Raises Http404 if it is not shown to this user."""
        if "of" not in request.GET:
            return []
        name, _, key = request.GET["of"].partition("-")
        sites = {model._meta.model_name: site for model, site in admin.site._registry.items()}
        site: Any = sites.get(name)
        may_see = site and is_key(key) and site.has_view_or_change_permission(request)
        row = site.get_queryset(request).filter(pk=key).first() if may_see else None
        if row is None:
            raise Http404("No such row is here.")
        self.about = history_of(row)
        return [(request.GET["of"], str(row))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(self.about) if self.value() else queryset
