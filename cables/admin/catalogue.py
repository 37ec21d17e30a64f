"""Origins, countries, tags and collections: what the archive knows around its cables."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.urls import reverse

from ..glossary.entries import tag_label
from ..models import Collection, Country, Origin, Tag
from .desk import DeskAdmin


class LinesField(forms.CharField):
    """A list of texts, one a line, since a name may hold a comma."""

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
        """Each line is looked at above."""


class OriginForm(forms.ModelForm):
    """The facts of an origin."""

    also_named = LinesField(required=False, help_text="Other names of it, one a line.")
    also_stations = LinesField(
        required=False,
        longest=40,
        help_text="Other stations in its references, one a line: KIEV beside KYIV.",
    )

    def clean_same_as(self):
        """A place and its later name are two rows, and no chain."""
        later = self.cleaned_data["same_as"]
        if later and later == self.instance:
            raise forms.ValidationError("An origin is not its own later name.")
        if later and later.same_as:
            raise forms.ValidationError(f"{later} has a later name itself: {later.same_as}.")
        return later


class KindFilter(admin.AllValuesFieldListFilter):
    """By kind; those of none have a name too."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            yield choice | {"display": choice["display"] or "Not known"}


@admin.register(Origin)
class OriginAdmin(DeskAdmin):
    """Origins come with their cables; a curator completes what is known of them."""

    told = ["station", "kind", "city", "latitude", "longitude"]
    form = OriginForm
    list_display = ["name", "kind", "station", "city", "country", "same_as"]
    list_select_related = ["country", "same_as"]
    list_filter = [("kind", KindFilter)]
    search_fields = ["name", "station"]
    fields = [
        *("name", "slug", "station", "also_stations", "kind", "city", "country"),
        *("latitude", "longitude", "also_named", "same_as"),
    ]
    readonly_fields = ["name", "slug"]  # The loader knows it by one, readers by the other.
    actions = None

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """Only of one that no cable names; Django would list all of the others' cables."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.cables.exists()

    def view_on_site(self, origin):
        return origin.get_absolute_url()


@admin.register(Country)
class CountryAdmin(DeskAdmin):
    """Countries that origins stand in."""

    list_display = ["name", "iso2"]
    search_fields = ["name", "=iso2"]
    prepopulated_fields = {"slug": ["name"]}
    actions = None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None):
        """The address of a country is a promise from the first on."""
        return ["slug"] if obj else []

    def view_on_site(self, country):
        return country.get_absolute_url()

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.origins.exists()


@admin.register(Tag)
class TagAdmin(DeskAdmin):
    """What codes stand for. The codes are those that cables print, and are not changed."""

    told = ["kind", "label"]
    list_display = ["code", "kind", "label", "otherwise"]
    list_editable = ["kind", "label"]
    list_filter = ["kind"]
    search_fields = ["code__startswith", "label__icontains"]
    search_help_text = "The beginning of a code, in capitals, or words of its label"
    readonly_fields = ["code"]
    actions = None

    @admin.display(description="Without a label")
    def otherwise(self, tag):
        """What readers are told where the curators say nothing."""
        return tag_label(tag.code) or "–"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, tag):
        return tag.get_absolute_url()


@admin.register(Collection)
class CollectionAdmin(DeskAdmin):
    """Collections are made by the load that names them."""

    told = ["name", "total"]
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
