"""Origins, countries, tags and collections."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from ..curation.sealed_text_search import Sight, origins_shown, sight_of, tags_shown
from ..glossary.entries import tag_label
from ..models import Collection, Country, Origin, Tag
from ..models.sealing import sends_cables
from .base import DeskAdmin, FixedRows
from .collection_exports import CollectionExports


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
    """The form of an origin."""

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
    list_display = ["name", "kind", "station", "city", "country", "later"]
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

    @admin.display(description="Same as")
    def later(self, origin):
        return origin.later_name

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """Allow it only for origins without cables; Django would list the cables of others."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not sends_cables(obj)

    def view_on_site(self, origin):
        return origin.get_absolute_url()


@admin.register(Country)
class CountryAdmin(PlacesOfCables):
    """Countries of origins."""

    list_display = ["name", "iso2"]
    search_fields = ["name", "=iso2"]
    prepopulated_fields = {"slug": ["name"]}
    actions = None

    def shown_to(self, user):
        shown, every = (
            Exists(origins_shown(sight).filter(country=OuterRef("pk")))
            for sight in (sight_of(user), Sight.SEALED)
        )
        return Country.objects.filter(shown | ~every)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None):
        """Keep the address of a country once it is saved."""
        return ["slug"] if obj else []

    def view_on_site(self, country):
        return country.get_absolute_url()

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.origins.exists()


@admin.register(Tag)
class TagAdmin(FixedRows, PlacesOfCables):
    """Tags and their labels. Codes come from cables and are not changed."""

    logged_values = ["kind", "label"]
    list_display = ["code", "kind", "label", "otherwise"]
    list_editable = ["kind", "label"]
    list_filter = ["kind"]
    search_fields = ["code__startswith", "label__icontains"]
    search_help_text = "The beginning of a code, in capitals, or words of its label"
    readonly_fields = ["code"]
    actions = None

    def shown_to(self, user):
        return tags_shown(sight_of(user))

    @admin.display(description="Without a label")
    def otherwise(self, tag):
        """The meaning that readers see if the tag has no label."""
        return tag_label(tag.code) or "–"

    def view_on_site(self, tag):
        return tag.get_absolute_url()


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
