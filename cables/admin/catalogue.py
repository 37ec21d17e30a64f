"""Origins, countries, tags and collections."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.urls import reverse

from ..glossary.entries import tag_label
from ..models import Collection, Country, Origin, Tag
from .base import DeskAdmin
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
            raise forms.ValidationError(f"{later} has a later name itself: {later.same_as}.")
        return later


class KindFilter(admin.AllValuesFieldListFilter):
    """Filter by kind, with a label for the empty kind."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            yield choice | {"display": choice["display"] or "Not known"}


@admin.register(Origin)
class OriginAdmin(DeskAdmin):
    """Origins. Loads create them; curators complete their facts."""

    logged_values = ["station", "kind", "city", "latitude", "longitude"]
    form = OriginForm
    list_display = ["name", "kind", "station", "city", "country", "same_as"]
    list_select_related = ["country", "same_as"]
    list_filter = [("kind", KindFilter)]
    search_fields = ["name", "station"]
    fields = [
        *("name", "slug", "station", "also_stations", "kind", "city", "country"),
        *("latitude", "longitude", "also_named", "same_as"),
    ]
    readonly_fields = ["name", "slug"]  # The loader finds it by its name, readers by its slug.
    actions = None

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """Allow it only for origins without cables; Django would list the cables of others."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.cables.exists()

    def view_on_site(self, origin):
        return origin.get_absolute_url()


@admin.register(Country)
class CountryAdmin(DeskAdmin):
    """Countries of origins."""

    list_display = ["name", "iso2"]
    search_fields = ["name", "=iso2"]
    prepopulated_fields = {"slug": ["name"]}
    actions = None

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
class TagAdmin(DeskAdmin):
    """Tags and their labels. Codes come from cables and are not changed."""

    logged_values = ["kind", "label"]
    list_display = ["code", "kind", "label", "otherwise"]
    list_editable = ["kind", "label"]
    list_filter = ["kind"]
    search_fields = ["code__startswith", "label__icontains"]
    search_help_text = "The beginning of a code, in capitals, or words of its label"
    readonly_fields = ["code"]
    actions = None

    @admin.display(description="Without a label")
    def otherwise(self, tag):
        """The meaning that readers see if the tag has no label."""
        return tag_label(tag.code) or "–"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, tag):
        return tag.get_absolute_url()


@admin.register(Collection)
class CollectionAdmin(CollectionExports):
    """Collections. The loads that name them create them."""

    logged_values = ["name", "total"]
    list_display = ["name", "slug", "total"]
    fields = ["slug", "name", "provenance", "total"]
    readonly_fields = ["slug"]
    actions = None

    def view_on_site(self, collection):
        return f"{reverse('search')}?{urlencode({'collection': collection.slug})}"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
