"""Origins, countries, tags and collections; the files of a collection for archivists.

These are its finding aid in EAD 3, and a bag of its originals.
"""

from functools import lru_cache
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..api.finding_aid import SERIES, as_bytes, finding_aid
from ..curation.origin_tag_merges import near_spellings
from ..curation.sealed_text_search import Sight, origins_shown, sight_of, tags_shown
from ..decisions.forms import reason_field
from ..glossary.entries import tag_label
from ..models import Change, Collection, Country, Origin, Tag
from ..models.sealing import sends_cables
from ..operations.originals_bag import BagError, copies_of, write_zipped_bag
from ..search.list_counts import ListCounts
from ..telegram.shorten_text import count_of
from .base import DeskAdmin, FixedRows
from .desk_pages import column, desk_page, private_form

MOST = 5_000  # Originals that a request waits for; the command takes any number.


class OriginalsForm(forms.Form):
    """Why originals leave the room, for the log."""

    reason = reason_field()


class CollectionExports(DeskAdmin):
    """Base of the admin of collections: links to its files, and their addresses."""

    def page_context(self, request, row) -> dict[str, Any]:
        """Return the links of the page of a collection: its finding aids, and its originals."""
        ead = reverse("admin:cables_collection_ead", args=[row.pk])
        exports = [
            (f"Download the finding aid by {series}", f"{ead}?series={series}") for series in SERIES
        ]
        if request.user.has_perm("cables.see_sealed"):
            originals = reverse("admin:cables_collection_originals", args=[row.pk])
            exports.append(("Export originals", originals))
        return {"tools": exports}

    @desk_page("<int:pk>/ead/", "collection_ead", method="GET")
    def ead(self, request, pk):
        """Send the finding aid of a collection. It has nothing that readers may not see."""
        collection, series = (
            get_object_or_404(Collection, pk=pk),
            request.GET.get("series", SERIES[0]),
        )
        if series not in SERIES:
            raise Http404("A finding aid has series by origin or by volume.")
        name = f"{collection.slug}.ead3.xml"
        response = HttpResponse(as_bytes(finding_aid(collection, series)), "application/xml")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @desk_page("<int:pk>/originals/", "collection_originals", "see_sealed")
    @private_form
    def originals(self, request, pk):
        """Send a bag of the originals of a collection as a ZIP file; the log has who and why."""
        collection = get_object_or_404(Collection, pk=pk)
        count = copies_of(collection).count()
        form = OriginalsForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and 0 < count <= MOST:
            try:
                return send_originals(collection, request.user, form.cleaned_data["reason"])
            except (BagError, OSError) as error:
                why = error.strerror if isinstance(error, OSError) else error  # No path.
                messages.error(request, f"Nothing was exported: {why}")
                return redirect("admin:cables_collection_change", pk)
        context: dict[str, Any] = {"form": form, "collection": collection, "count": count}
        title = f"Originals of {collection}"
        return self.render_page(request, "collection/originals.html", title, most=MOST, **context)


def send_originals(collection: Collection, by, reason: str) -> FileResponse:
    """Return the originals of a collection as a ZIP file, which no folder keeps."""
    out = TemporaryFile()  # noqa: SIM115  # The response closes it.
    settings.UPLOADS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{collection.slug}-originals"
    texts = write_zipped_bag(out, name, collection, settings.UPLOADS_DIR)
    what = f"{count_of(texts, 'original')} of collection {collection}"[:250]
    Change.objects.create(action="exported", what=what, reason=reason, by=by)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}.zip")


class LinesField(forms.CharField):
    """A form field for a list of texts, one a line, as names may contain commas."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, longest=200, **options):
        super().__init__(**options)
        self.longest = longest

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def validate(self, value):
        if any(len(line) > self.longest for line in value):
            raise forms.ValidationError(f"A line has at most {self.longest} characters.")

    def run_validators(self, value):
        """Run no validators: `validate` checks each line."""


class OriginForm(forms.ModelForm):
    also_named = LinesField(required=False, help_text="Other names of it, one a line.")
    also_stations = LinesField(
        required=False,
        longest=40,
        help_text="Other stations in its references, one a line: KIEV beside KYIV.",
    )

    def clean_same_as(self):
        """Refuse an origin as its own later name, and chains of later names."""
        later = self.cleaned_data["same_as"]
        if later and later == self.instance:
            raise forms.ValidationError("An origin is not its own later name.")
        if later and later.same_as:
            # Not which: perhaps only withheld cables have that.
            raise forms.ValidationError(f"{later} has a later name itself: choose that.")
        return later


class PlacesOfCables(DeskAdmin):
    """Base of rows that describe cables, some of them perhaps withheld ones alone.

    Users who may not see withheld cables get the rows that readers get, also as choices: the same
    as the policies of the tables.
    """

    cables_of = ""  # Filter of the list of cables that finds those of a row; "": it has none.
    named_by = "pk"  # By what cables name a row.

    def merge_query(self, user, row) -> dict[str, str]:
        """Return the query of the form that merges a row into another, {} if it cannot be."""
        return {}

    def page_context(self, request, row) -> dict[str, Any]:
        """Return links of the page of a row: its cables, and the form that merges it."""
        tools = [("Show its cables", self.list_of_cables(row))] if self.cables_of else []
        query = self.merge_query(request.user, row)
        if query and request.user.has_perm("cables.merge_places"):
            form = reverse("admin:cables_merge_new")
            tools.append(("Merge into another", f"{form}?{urlencode(query)}"))
        return {"tools": tools}

    def list_of_cables(self, row) -> str:
        query = {self.cables_of: row.code if self.cables_of == "tag" else row.slug}
        return f"{reverse('admin:cables_cable_changelist')}?{urlencode(query)}"

    @admin.display(description="Published cables")
    def cables(self, row):
        link = '<a href="{}">{}<span class="unseen"> of {}</span></a>'
        return format_html(link, self.list_of_cables(row), f"{row.count:,}", row)

    def shown_rows(self, request, rows):
        """Count the published cables of rows; a query set stays one, whose rows can be edited."""
        rows = super().shown_rows(request, rows)
        counts = self.count_cables(ListCounts.current()) if self.cables_of else {}
        for row in rows:
            row.count = counts.get(getattr(row, self.named_by), 0)
        return rows

    def count_cables(self, counts: ListCounts) -> dict[Any, int]:
        """Return {what cables name a row by: its cables}, as the lists for readers have them."""
        return {}

    def shown_to(self, user) -> QuerySet[Any]:
        """Return the rows that a user may see."""
        raise NotImplementedError

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=self.shown_to(request.user).values("pk"))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        site = self.admin_site.get_model_admin(db_field.remote_field.model)
        kwargs["queryset"] = site.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class KindFilter(admin.AllValuesFieldListFilter):
    """Filter by kind, with a label for the empty kind."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            yield choice | {"display": choice["display"] or "Not known"}


@admin.register(Origin)
class OriginAdmin(PlacesOfCables):
    """Origins. Loads create them; curators complete their facts."""

    logged_values = ["station", "kind", "city", "latitude", "longitude"]
    form = OriginForm
    list_display = ["name", "cables", "kind", "station", "city", "country", "later"]
    cables_of = "origin"
    list_select_related = ["country"]
    list_filter = [("kind", KindFilter)]
    search_fields = ["name", "station"]
    fields = [
        *("name", "slug", "station", "also_stations", "kind", "city", "country"),
        *("latitude", "longitude", "also_named", "same_as"),
    ]
    readonly_fields = ["name", "slug"]  # The loader finds it by its name, readers by its slug.
    actions = None

    def shown_to(self, user):
        return origins_shown(sight_of(user))

    def get_queryset(self, request):
        later = self.shown_to(request.user).filter(pk=OuterRef("same_as"))
        return super().get_queryset(request).annotate(later_name=Subquery(later.values("name")))

    def get_fields(self, request, obj=None):
        """Leave out a later name that this user may not see: to save the form must not clear it."""
        fields = super().get_fields(request, obj)
        is_hidden = obj and obj.same_as_id and obj.later_name is None
        return [name for name in fields if not is_hidden or name != "same_as"]

    later = column("Same as", lambda origin: origin.later_name)

    def count_cables(self, counts):
        return {key: cables for _, key, cables in counts.origins.values()}

    def merge_query(self, user, row):
        """Propose the origin that this one may be a misprint of."""
        near = dict(near_spellings(sight_of(user)))
        return {"kind": "origin", "name": row.name, "into": near.get(row.name, "")}

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """Allow it only for origins without cables; Django would list the cables of others."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not sends_cables(obj)


class CountryForm(forms.ModelForm):
    """A country. Only those that its user may see refuse the same name, code or slug."""

    shown: QuerySet[Country]

    def validate_unique(self):
        others = self.shown.exclude(pk=self.instance.pk)
        for name in ("iso2", "name", "slug"):
            if others.filter(**{name: getattr(self.instance, name)}).exists():
                self.add_error(name, self.instance.unique_error_message(Country, [name]))


@admin.register(Country)
class CountryAdmin(PlacesOfCables):
    form = CountryForm
    list_display = ["name", "iso2"]
    search_fields = ["name", "=iso2"]
    prepopulated_fields = {"slug": ["name"]}
    actions = None

    def shown_to(self, user):
        shown, every = (
            Exists(origins_shown(sight).filter(country=OuterRef("pk")))
            for sight in (sight_of(user), Sight.SEALED)
        )
        # One of these names that was added at the desk must not hide again: that would tell.
        added = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Country),
            action_flag=ADDITION,
            object_id=Cast(OuterRef("pk"), TextField()),
        )
        return Country.objects.filter(shown | ~every | Exists(added))

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.shown = self.shown_to(request.user)  # Django makes the class for this request.
        return form

    def save_model(self, request, obj, form, change):
        """Save it with the origins of hidden countries that have its name, code or slug."""
        same = Q(name=obj.name) | Q(iso2=obj.iso2) | Q(slug=obj.slug)
        others = Country.objects.filter(same).exclude(pk__in=self.shown_to(request.user))
        hidden = list(others.values_list("pk", flat=True))
        origins = list(Origin.objects.filter(country__in=hidden).values_list("pk", flat=True))
        Origin.objects.filter(pk__in=origins).update(country=None)
        Country.objects.filter(pk__in=hidden).delete()
        super().save_model(request, obj, form, change)
        Origin.objects.filter(pk__in=origins).update(country=obj)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.origins.exists()


class ListedSelect(forms.Select):
    """A choice in each row of a list: for all rows with a value Django renders it once."""

    def render(self, name, value, attrs=None, renderer=None):
        given = (attrs or {}) | {"id": "(id)"}
        shared = tuple(self.choices), value, tuple((self.attrs | given).items())
        return SafeString(
            rendered_select(*shared)
            .replace('name="(name)"', f'name="{name}"', 1)
            .replace('id="(id)"', f'id="{attrs["id"]}"', 1)
        )


@lru_cache(maxsize=64)  # A few kilobytes each.
def rendered_select(choices, value, attrs) -> str:
    return forms.Select(choices=choices).render("(name)", value, dict(attrs))


@admin.register(Tag)
class TagAdmin(FixedRows, PlacesOfCables):
    """Tags and their labels. Codes come from cables and are not changed."""

    logged_values = ["kind", "label"]
    list_display = ["code", "cables", "kind", "label", "otherwise"]
    cables_of, named_by = "tag", "code"
    list_editable = ["kind", "label"]
    list_filter = ["kind"]
    search_fields = ["code__startswith", "label__icontains"]
    search_help_text = "The beginning of a code, in capitals, or words of its label"
    readonly_fields = ["code"]
    actions = None

    def shown_to(self, user):
        return tags_shown(sight_of(user))

    def get_changelist_form(self, request, **kwargs):
        return super().get_changelist_form(request, widgets={"kind": ListedSelect}, **kwargs)

    otherwise = column("Without a label", lambda tag: tag_label(tag.code) or "–")

    def count_cables(self, counts):
        return counts.tags

    def merge_query(self, user, row):
        return {"kind": "tag", "name": row.code}


@admin.register(Collection)
class CollectionAdmin(FixedRows, CollectionExports):
    """Collections. The loads that name them create them."""

    logged_values = ["name", "total"]
    list_display = ["name", "slug", "total"]
    fields = ["slug", "name", "provenance", "total"]
    readonly_fields = ["slug"]
    actions = None

    def view_on_site(self, collection):
        return f"{reverse('search')}?{urlencode({'collection': collection.slug})}"
