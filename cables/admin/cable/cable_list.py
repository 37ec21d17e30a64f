"""The list of cables at the desk: a search, its result as CSV, pasted lists, saved searches."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied
from django.db.models.fields.json import KeyTransform
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from ...api.serializers import csv_response
from ...curation.cable_search import (
    LONGEST_PASTED,
    TOO_SLOW,
    CableSearch,
    SearchError,
    find_cables,
    keep_pasted,
    save_search,
    search_timeout,
    searches_open_to,
    without_paging,
)
from ...curation.desk_filters import choice, kinds_of_matters
from ...curation.sealed_text_search import Sight, sight_of
from ...decisions.kinds import case_named
from ...models import Cable, Origin, SavedSearch, Sealed
from ...search.filter_registry import FILTERS, DayFilter, FlagFilter
from ...search.timeouts import TooSlow
from ...telegram.dates import format_date
from ..base import DeskAdmin, DeskList, Unchangeable
from ..desk_pages import column, desk_page
from ..work_lists.issues import title_of

# Large fields that lists do not read.
LARGE = [
    *("header", "body", "captions", "marks", "cites", "facts", "warnings", "tags"),
    *("keywords", "paragraph_ids", "paragraph_offsets", "fingerprints"),
]
BATCH = 2_000  # Rows of an export that are read together.
EXPORT_SECONDS = 30
MOST_SHOWN = 500  # References that are not here.
LONGEST_NAME = 100  # Characters of the name of a saved search.
MOST_SAVED = 30  # Saved searches above the list.
COLUMNS = (
    *("reference", "state", "subject", "created", "released", "classification", "origin"),
    *("tags", "collections", "address", "desk"),
)
# Filters of readers with a field in the form of the desk.
OFFERED = (
    "released_after",
    "released_before",
    "caption",
    "mark",
    "kind",
    "cables",
    "partial",
    "country",
)


def readers_fields(search: CableSearch) -> list[dict[str, Any]]:
    """Return the readers' filters that are offered, and others that are on.

    `kind` is "date", "flag", or "text".
    """
    query = search.query
    others = [name for name in FILTERS if name in query and name not in search.form.fields]
    kinds = {DayFilter: "date", FlagFilter: "flag"}
    labels = {"cables": "Cables only", "partial": "Partial extracts", "cites": "With references"}
    return [
        {
            **{"name": name, "label": labels.get(name, FILTERS[name].label)},
            "kind": kinds.get(type(FILTERS[name]), "text"),
            "values": [value for value in query.getlist(name) if value.strip()],
        }
        for name in dict.fromkeys([*OFFERED, *others])
    ]


class CableList(DeskList):
    """The result of a search, and the page of it that is shown."""

    search: CableSearch
    model_admin: "SearchedCables"

    def get_queryset(self, request, exclude_parameters=None):
        self.filter_specs, self.has_filters, self.has_active_filters = [], False, False
        self.clear_all_filters_qs = "?"
        self.search = CableSearch(request.GET, request.user)
        found = self.apply_select_related(self.search.cables.defer(*self.model_admin.left_out))
        if ORDER_VAR in self.params and not self.search.values.get("q"):
            found = found.order_by(*self.get_ordering(request, found))
        return found

    def get_results(self, request):
        """Read the page. If that takes too long, show none of it, and say so."""
        try:
            with search_timeout():
                super().get_results(request)
                self.result_list = with_sealed_subjects(self.result_list, self.search)
        except TooSlow:
            self.search.problems.append(TOO_SLOW)
            self.queryset = self.queryset.none()
            super().get_results(request)
            self.result_list = []


def with_sealed_subjects(cables: Iterable[Cable], search: CableSearch) -> list[Cable]:
    """Return cables; withheld ones have their subject and origin, if the user may see them.

    All say where words were found.
    """
    cables = list(cables)
    sealed = sealed_values(cables, search.sight)
    for cable in cables:
        if values := sealed.get(cable.pk):
            cable.subject, cable.origin = values["subject"], values["origin"]
        vars(cable)["in_sealed_text"] = cable.pk in search.sealed
    return cables


def sealed_values(cables: Iterable[Cable], sight: int) -> dict[int, dict[str, Any]]:
    """Return {primary key: subject, tags, origin} of withheld cables that somebody may see."""
    withheld = [cable.pk for cable in cables if cable.withheld_reason]
    if sight == Sight.PUBLIC or not withheld:
        return {}
    rows = Sealed.objects.filter(place="cable", cable__in=withheld)
    rows = rows.annotate(
        subject=KeyTransform("subject", "values"),
        tags=KeyTransform("tags", "values"),
        origin_id=KeyTransform("origin_id", "values"),
    )
    found = list(rows.values_list("cable", "subject", "tags", "origin_id"))
    origins = Origin.objects.in_bulk([origin for *_, origin in found])
    return {
        key: {"subject": subject, "tags": tags, "origin": origins[origin]}
        for key, subject, tags, origin in found
    }


class SearchedCables(Unchangeable, DeskAdmin):
    """The part of the admin class of cables that is their list, a search.

    Whatever decides on a whole result gets it from `find_cables(request.GET, request.user)`; its
    buttons stand in templates/admin/cables/cable/_result.html.
    """

    change_list_template = "admin/cables/cable/list.html"
    left_out: list[str] = []  # Columns that the list does not read.

    def get_changelist(self, request, **kwargs):
        return CableList

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        return [*columns, "found_in"] if request.GET.get("words") else columns

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        changelist = (getattr(response, "context_data", None) or {}).get("cl")
        if isinstance(changelist, CableList):
            response.context_data |= self.search_context(request, changelist)
        return response

    def search_context(self, request, changelist: CableList) -> dict[str, Any]:
        search, form = changelist.search, changelist.search.form
        for name, label in (("q", "searchbar"), ("words", "words")):
            form.fields[name].widget.attrs |= {"id": label, "size": 30}
        kinds = [(kind, title_of(kind)) for kind, _ in kinds_of_matters()]
        form.fields["warning"] = choice("Warning", kinds)
        fields, asked = readers_fields(search), without_paging(request.GET)
        beside = asked.copy()
        beside.pop("pasted", None)
        beside.update({name: request.GET[name] for name in ("case",) if name in request.GET})
        return {
            "search": search,
            "readers_fields": fields,
            "is_narrowed": form.is_filtered or any(field["values"] for field in fields),
            "asked": asked.urlencode(),
            "beside_pasted": beside.urlencode(),
            "for_case": case_named(request.user, request.GET),
            "typed_references": typed_references(search),
            "not_here": list(search.not_here.items())[:MOST_SHOWN],
            "may_save": request.user.has_perm("cables.add_savedsearch"),
            "may_share": request.user.has_perm("cables.share_savedsearch"),
            "saved_searches": self.saved(request.user),
        }

    def saved(self, user) -> Iterable[SavedSearch]:
        if not user.has_perm("cables.view_savedsearch"):
            return []
        return searches_open_to(user)[:MOST_SAVED]

    @desk_page("cables.csv", "cable_csv", method="GET")
    def export(self, request):
        try:
            cables = find_cables(request.GET, request.user)
            with search_timeout(EXPORT_SECONDS):
                keys = list(cables.primary_keys())
        except (SearchError, TooSlow) as error:
            text = str(error) or "This result takes too long to read. Narrow the search."
            return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
        rows = csv_rows(keys, sight_of(request.user), request.build_absolute_uri)
        return csv_response(COLUMNS, rows, "cables")

    @desk_page("pasted/", "cable_paste", method="POST")
    def paste(self, request):
        return self.posted(request, self.kept_list)

    @desk_page("saved/", "cable_save_search", "add_savedsearch", method="POST")
    def save_search_as(self, request):
        return self.posted(request, self.saved_search)

    def posted(self, request, act):
        """Return to the list as searched, after `act(request, query)` changed the query."""
        query = QueryDict(request.POST.get("query", ""), mutable=True)
        try:
            act(request, query)
        except ValueError as error:
            self.message_user(request, str(error), messages.ERROR)
        return redirect(f"{reverse('admin:cables_cable_changelist')}?{query.urlencode()}")

    def kept_list(self, request, query: QueryDict) -> None:
        references = request.POST.get("references", "").replace("\0", " ")
        if len(references) > LONGEST_PASTED:
            raise ValueError(f"Paste at most {LONGEST_PASTED:,} characters at a time.")
        query.pop("pasted", None)
        if references.strip():
            query["pasted"] = str(keep_pasted(request.user, references).pk)

    def saved_search(self, request, query: QueryDict) -> None:
        name = " ".join(request.POST.get("name", "").replace("\0", " ").split())
        if not 0 < len(name) <= LONGEST_NAME:
            raise ValueError(f"Write a name of at most {LONGEST_NAME} characters.")
        is_shared = "is_shared" in request.POST
        if is_shared and not request.user.has_perm("cables.share_savedsearch"):
            raise PermissionDenied
        search = save_search(request.user, name, query, is_shared=is_shared)
        self.message_user(request, f"The search is saved as {search}.", messages.SUCCESS)


def typed_references(search: CableSearch) -> str:
    number = search.values.get("pasted")
    saved = SavedSearch.objects.of(search.user).filter(pk=number).first() if number else None
    return saved.references if saved else ""


def csv_rows(keys: list[int], sight: int, here) -> Iterator[tuple]:
    """Yield the rows of the file, reading the cables in batches."""
    cables = Cable.objects.select_related("origin").only(
        *("reference", "withheld_reason", "subject", "created", "released", "classification"),
        *("tags", "collections", "origin__name", "created_precision"),
    )
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        rows = {cable.pk: cable for cable in cables.with_keys(batch)}
        sealed = sealed_values(rows.values(), sight)
        for cable in (rows[key] for key in batch if key in rows):
            values = sealed.get(cable.pk, {})
            yield csv_row(cable, values, here)


def csv_row(cable: Cable, sealed: dict[str, Any], here) -> tuple:
    origin = sealed.get("origin", cable.origin)
    return (
        cable.reference,
        "withheld" if cable.withheld_reason else "published",
        sealed.get("subject") or cable.subject,
        format_date(cable.created, cable.created_precision, "iso"),
        cable.release_day or "",
        cable.classification,
        origin.name if origin else "",
        " ".join(sealed.get("tags") or cable.tags),
        " ".join(cable.collections),
        here(cable.get_absolute_url()),
        here(reverse("admin:cables_cable_change", args=[cable.pk])),
    )


LONGEST_SHOWN = 5_000  # Characters of a pasted list.


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
    fields = ["name", "is_shared", "open", "query", "pasted", "author", "at"]
    readonly_fields = ["open", "query", "pasted", "author", "at"]
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

    open = column(
        "Cables", lambda search: format_html('<a href="{}">Find its cables</a>', address_of(search))
    )
    author = column("By", lambda search: search.by)
    pasted = column("References", lambda search: search.references[:LONGEST_SHOWN] or "–")


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
