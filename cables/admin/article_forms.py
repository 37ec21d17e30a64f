"""Articles, guidance pages, links of the rail, and cables worth reading."""

import re
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from ..articles.guidance import guidance
from ..articles.markdown import named_in, read_prose
from ..models import Article, ArticleCable, Cable, Highlight, Link, Page
from ..telegram.references import reference_or_empty
from .base import DeskAdmin
from .desk_pages import column, desk_page
from .text_versions import KeepsVersions, RestoreArticle, RestorePage

FILES = "admin:cables_picture_file"  # Of pictures that readers may not see yet.


class TextForm(forms.ModelForm):
    """A text with a slug, which the desk calls its address."""

    class Meta:
        labels = {"slug": "Address"}
        error_messages = {
            "slug": {
                "invalid": "Letters, digits and hyphens only, without blanks: harbor-fees.",
                "unique": "Another text has this address; choose another one, or change that text.",
            }
        }


class ArticleForm(TextForm):
    class Meta(TextForm.Meta):
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField markdown"}),
        }

    def clean_published(self):
        """Refuse a future date: an article with a date is published at once."""
        day = self.cleaned_data["published"]
        if day and day > timezone.now().date():
            raise forms.ValidationError(
                "An article is shown as soon as it bears a date: write today's, an earlier one, "
                "or none."
            )
        return day


class CableField(forms.CharField):
    """A form field for a cable, by its reference in any spelling."""

    def prepare_value(self, value):
        cable = Cable.objects.filter(pk=value).first() if isinstance(value, int) else None
        return cable.reference if cable else value

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        reference = reference_or_empty(text or "")
        cable = Cable.objects.held_by_reference([reference]).get(reference)
        if cable is None:
            raise forms.ValidationError(f"No cable of the reference {text} is here.")
        return cable

    def run_validators(self, value):
        """Run no validators: they are for texts."""

    def has_changed(self, initial, data):
        """Return whether another reference was typed; a blank row stays unchanged."""
        return (self.prepare_value(initial) or "") != (data or "").strip()


class PlaceForm(forms.ModelForm):
    """A form that names a cable, or a paragraph of one."""

    cable = CableField(max_length=100, help_text="Its reference, in any spelling.")

    def clean_cable(self):
        """Lock the cable: nobody withholds or erases it before the row is stored."""
        cable = self.cleaned_data["cable"]
        locked = cable and Cable.objects.select_for_update(no_key=True).filter(pk=cable.pk).first()
        if cable and locked is None:
            raise forms.ValidationError(f"{cable} was erased meanwhile.")
        return locked

    def clean_paragraph(self):
        return paragraph_in(self.cleaned_data["paragraph"])

    def clean(self):
        data = super().clean()
        cable, paragraph = self.cleaned_data.get("cable"), self.cleaned_data.get("paragraph")
        if cable and paragraph and paragraph not in cable.paragraph_ids:
            self.add_error("paragraph", f"{cable} has no paragraph {paragraph}.")
        return data


class SearchedByReference(DeskAdmin):
    """Base of rows about a cable: their list is searched by its reference."""

    search_fields = ["cable__reference"]
    search_help_text = "A reference in any spelling, or how it begins: 06LISBON"

    def get_search_results(self, request, queryset, search_term):
        if search_term:
            begins = Q(cable__reference__startswith=search_term.strip().upper())
            named = Q(cable__reference=reference_or_empty(search_term))
            queryset = queryset.filter(named | begins)
        return queryset, False


class LinkedCableInline(admin.StackedInline):
    """Cables that are linked to an article beside those that its text names."""

    model = ArticleCable
    form = PlaceForm
    fields = [("cable", "paragraph")]
    extra = 1
    verbose_name_plural = "Linked cables, beside those that the text names"


class TextAdmin(DeskAdmin):
    """Base of texts in Markdown: a preview, and an address that does not change once public."""

    change_form_template = "admin/cables/text_form.html"

    @desk_page(
        *("preview/", "{0.model_name}_preview", "add_{0.model_name}", "change_{0.model_name}"),
        method="POST",
    )
    def show_preview(self, request):
        """Render the text in the submitted form; nothing is saved."""
        template, context = self.preview(request.POST)
        return render(request, template, context)

    def preview(self, data: QueryDict) -> tuple[str, dict[str, Any]]:
        """Return (template, context) of the preview of a submitted form."""
        raise NotImplementedError

    @staticmethod
    def is_public(row) -> bool:
        """Return whether readers can see a text, or None, at an address of its own."""
        raise NotImplementedError

    def get_fields(self, request, obj=None):
        """Show the address of a public text instead of the field that would change it."""
        shown = "address" if self.is_public(obj) else "slug"
        return [shown if name == "slug" else name for name in self.fields or ()]

    address = column("Address", lambda text: text.get_absolute_url())


@admin.register(Article)
class ArticleAdmin(KeepsVersions, TextAdmin):
    """Articles: drafts first, then the newest."""

    decisions = (RestoreArticle,)
    logged_values = ["title", "slug", "published"]
    form = ArticleForm
    list_display = ["title", "published", "address"]
    search_fields = ["title"]
    fields = ["title", "slug", "published", "summary", "body", "names"]
    readonly_fields = ["names", "address"]
    inlines = [LinkedCableInline]

    @staticmethod
    def is_public(row):
        return row is not None and row.published is not None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def view_on_site(self, article):
        return article.get_absolute_url() if article.published else None

    def save_model(self, request, obj, form, change):
        obj.named = list(dict.fromkeys(reference for reference, _ in named_in(obj.body)))
        super().save_model(request, obj, form, change)

    @admin.display(description="References in the text")
    def names(self, article):
        """A list of the references in the saved text, each with what it links to."""
        named = list(dict.fromkeys(named_in(article.body)))
        cables = Cable.objects.only(
            "reference", "withheld_reason", "paragraph_ids"
        ).held_by_reference(reference for reference, _ in named)
        rows = [
            (reference, paragraph, describe_link(cables.get(reference), paragraph))
            for reference, paragraph in named
        ]
        if not rows:
            return "None, as it is saved now."
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} {} {}</li>", rows))

    def preview(self, data):
        article = Article(title=data.get("title", ""), summary=data.get("summary", ""))
        with suppress(forms.ValidationError):
            article.published = forms.DateField(required=False).to_python(data.get("published", ""))
        prose = read_prose(data.get("body", ""), submitted_links(data), FILES)
        crumbs = [("Preview", ""), (article.title, "")]
        return "cables/article.html", {"article": article, "prose": prose, "crumbs": crumbs}


def describe_link(cable, paragraph: str) -> str:
    """Return in words what a reference to a cable, and perhaps a paragraph, links to."""
    if cable is None:
        return "is not here: no link"
    if cable.withheld_reason:
        return "is withheld: no link"
    if paragraph and paragraph not in cable.paragraph_ids:
        return "has no such paragraph: a link to the cable"
    return "is a link"


def submitted_links(data: QueryDict) -> list[tuple[str, str]]:
    """Return (reference, paragraph id or "") of the linked cables in a submitted form."""
    names = [name for name in data if re.fullmatch(r"links-\d{1,4}-cable", name)]
    return [
        (
            reference_or_empty(data.get(name, "")),
            paragraph_in(data.get(name.replace("-cable", "-paragraph"), "")),
        )
        for name in names
    ]


def paragraph_in(text: str) -> str:
    """Return the id of the paragraph that a curator typed as 3, para 3 or ¶ 3; else the text."""
    text = text.strip()
    match = re.fullmatch(r"(?:par|paras?\.?|paragraph|¶)?\s{0,5}(\d{1,3}(?:\.\d{1,3})?)", text)
    return f"par{match[1]}" if match else text


@admin.register(Page)
class PageAdmin(KeepsVersions, TextAdmin):
    """The institution's own guidance pages. Deleting one restores the text of the application."""

    decisions = (RestorePage,)
    logged_values = ["title"]
    form = TextForm
    list_display = ["title", "address"]
    fields = ["title", "slug", "body"]
    readonly_fields = ["address"]
    change_list_template = "admin/cables/page/list.html"

    @staticmethod
    def is_public(row):
        return row is not None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def get_changeform_initial_data(self, request):
        """Begin a page with the text that comes with the application, if there is one."""
        text = guidance().get(request.GET.get("slug", ""))
        initial = super().get_changeform_initial_data(request)
        return initial | ({"title": text.title, "body": text.body} if text else {})

    def changelist_view(self, request, extra_context=None):
        own = set(Page.objects.values_list("slug", flat=True))
        others = [text for slug, text in guidance().items() if slug not in own]
        return super().changelist_view(request, (extra_context or {}) | {"others": others})

    def preview(self, data):
        text = Page(title=data.get("title", ""))
        return "cables/page.html", {
            "text": text,
            "prose": read_prose(data.get("body", ""), (), FILES),
        }


class LinkForm(forms.ModelForm):
    """A link of the rail. An address without a scheme gets https."""

    address = forms.URLField(assume_scheme="https", help_text="With https:// at its start.")


@admin.register(Link)
class LinkAdmin(DeskAdmin):
    """The links under "Community resources" in the rail, in their order."""

    logged_values = ["label", "address"]
    form = LinkForm
    list_display = ["label", "address", "position"]
    list_editable = ["position"]

    def view_on_site(self, link):
        return link.address


class HighlightForm(PlaceForm):
    def clean_cable(self):
        """Refuse a withheld or redacted cable, which the home page would not show."""
        cable = super().clean_cable()
        if cable and cable.withheld_reason:
            raise forms.ValidationError(f"{cable} is withheld; choose another cable.")
        if cable and "redacted" in cable.facts:
            raise forms.ValidationError(f"Words are redacted in {cable}; choose another cable.")
        return cable


@admin.register(Highlight)
class HighlightAdmin(SearchedByReference):
    """The cables that the home page shows in turn, one each day."""

    logged_values = ["paragraph"]
    form = HighlightForm
    fields = ["cable", "paragraph"]
    list_display = ["cable", "paragraph"]
    list_select_related = ["cable"]

    def view_on_site(self, highlight):
        return highlight.cable.get_absolute_url()
