"""Articles, guidance pages and links of the rail: what curators write."""

import re

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from ..articles.guidance import guidance
from ..articles.markdown import named_in
from ..articles.render import read_prose
from ..models import Article, ArticleCable, Cable, Link, Page
from ..telegram.references import canonical_reference
from .desk import DeskAdmin


class TextForm(forms.ModelForm):
    """A text with an address of its own, which the desk calls by that name."""

    class Meta:
        labels = {"slug": "Address"}
        error_messages = {
            "slug": {
                "invalid": "Letters, digits and hyphens only, without blanks: harbor-fees.",
                "unique": "Another text has this address; choose another one, or change that text.",
            }
        }


class ArticleForm(TextForm):
    """An article, as it is written."""

    class Meta(TextForm.Meta):
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField markdown"}),
        }

    def clean_published(self):
        """What has a date is shown from now on, so a date to come would say what is not so."""
        day = self.cleaned_data["published"]
        if day and day > timezone.now().date():
            raise forms.ValidationError(
                "An article is shown as soon as it bears a date: write today's, an earlier one, "
                "or none."
            )
        return day


class CableField(forms.CharField):
    """A cable, by its reference in any spelling."""

    def prepare_value(self, value):
        cable = Cable.objects.filter(pk=value).first() if isinstance(value, int) else None
        return cable.reference if cable else value

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        reference = reference_in(text)
        cable = Cable.objects.by_reference([reference]).get(reference)
        if cable is None:
            raise forms.ValidationError(f"No cable of the reference {text} is here.")
        return cable

    def run_validators(self, value):
        """What is known here is in order."""

    def has_changed(self, initial, data):
        """Return whether another reference was typed; a row that stays blank has none."""
        return (self.prepare_value(initial) or "") != (data or "").strip()


class LinkedCableForm(forms.ModelForm):
    """A cable that belongs to an article, or a paragraph of it."""

    cable = CableField(max_length=100, help_text="Its reference, in any spelling.")

    def clean_paragraph(self):
        return paragraph_in(self.cleaned_data["paragraph"])

    def clean(self):
        cable, paragraph = self.cleaned_data.get("cable"), self.cleaned_data.get("paragraph")
        if cable and paragraph and paragraph not in cable.paragraph_ids:
            self.add_error("paragraph", f"{cable} has no paragraph {paragraph}.")


class LinkedCableInline(admin.StackedInline):
    """The cables that an article belongs to, beside those that its text names."""

    model = ArticleCable
    form = LinkedCableForm
    fields = [("cable", "paragraph")]
    extra = 1
    verbose_name_plural = "Linked cables, beside those that the text names"


class Previewed:
    """Texts in Markdown, with a button that shows them as readers would get them."""

    change_form_template = "admin/cables/text_form.html"

    def get_urls(self):
        preview = self.admin_site.admin_view(require_POST(self.show_preview))
        name = f"cables_{self.opts.model_name}_preview"
        return [path("preview/", preview, name=name), *super().get_urls()]

    def show_preview(self, request):
        """A text as it stands in the form, saved or not."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        template, context = self.preview(request.POST)
        return render(request, template, context)

    def get_fields(self, request, obj=None):
        """An address that readers may have noted does not change."""
        shown = "address" if self.is_public(obj) else "slug"
        return [shown if name == "slug" else name for name in self.fields]

    @admin.display(description="Address")
    def address(self, text):
        return text.get_absolute_url()


@admin.register(Article)
class ArticleAdmin(Previewed, DeskAdmin):
    """Articles, the latest first, drafts before them."""

    told = ["title", "slug", "published"]
    form = ArticleForm
    list_display = ["title", "published", "address"]
    search_fields = ["title"]
    fields = ["title", "slug", "published", "summary", "body", "names"]
    readonly_fields = ["names", "address"]
    inlines = [LinkedCableInline]

    @staticmethod
    def is_public(article):
        return article is not None and article.published is not None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def view_on_site(self, article):
        return article.get_absolute_url() if article.published else None

    def save_model(self, request, obj, form, change):
        obj.named = list(dict.fromkeys(reference for reference, _ in named_in(obj.body)))
        super().save_model(request, obj, form, change)

    @admin.display(description="References in the text")
    def names(self, article):
        """What became of each reference that the text names."""
        named = list(dict.fromkeys(named_in(article.body)))
        known = Cable.objects.only("reference", "withheld_reason", "paragraph_ids")
        known = known.by_reference(reference for reference, _ in named)
        rows = [(each, part, fate(known.get(each), part)) for each, part in named]
        if not rows:
            return "None, as it is saved now."
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} {} {}</li>", rows))

    def preview(self, posted):
        article = Article(title=posted.get("title", ""), summary=posted.get("summary", ""))
        prose = read_prose(posted.get("body", ""), posted_links(posted))
        crumbs = [("Preview", ""), (article.title, "")]
        return "cables/article.html", {"article": article, "prose": prose, "crumbs": crumbs}


def fate(cable, paragraph):
    """Say whether a reference of a text became a link."""
    if cable is None:
        return "is not here: no link"
    if cable.withheld_reason:
        return "is withheld: no link"
    if paragraph and paragraph not in cable.paragraph_ids:
        return "has no such paragraph: a link to the cable"
    return "is a link"


def posted_links(posted):
    """Return (reference, paragraph) of the linked cables in a form that is not saved yet."""
    return [
        (reference_in(value), paragraph_in(posted.get(name.replace("-cable", "-paragraph"), "")))
        for name, value in posted.items()
        if re.fullmatch(r"links-\d{1,4}-cable", name)
    ]


def reference_in(text):
    """Return the reference that a curator typed, in its canonical spelling, "" if it is none."""
    try:
        return canonical_reference(text, any_year=True)
    except ValueError:
        return ""


def paragraph_in(text):
    """Return the id of the paragraph that a curator typed as 3, para 3 or ¶ 3; else the text."""
    text = text.strip()
    found = re.fullmatch(r"(?:par|paras?\.?|paragraph|¶)?\s{0,5}(\d{1,3}(?:\.\d{1,3})?)", text)
    return f"par{found[1]}" if found else text


@admin.register(Page)
class PageAdmin(Previewed, DeskAdmin):
    """Guidance pages in the institution's words. Deleting one brings the room's text back."""

    told = ["title"]
    form = TextForm
    list_display = ["title", "address"]
    fields = ["title", "slug", "body"]
    readonly_fields = ["address"]
    change_list_template = "admin/cables/page/list.html"

    @staticmethod
    def is_public(page):
        return page is not None

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def get_changeform_initial_data(self, request):
        """An own page begins with the room's text, where there is one."""
        text = guidance().get(request.GET.get("slug", ""))
        initial = super().get_changeform_initial_data(request)
        return initial | ({"title": text.title, "body": text.body} if text else {})

    def changelist_view(self, request, extra_context=None):
        own = set(Page.objects.values_list("slug", flat=True))
        others = [text for slug, text in guidance().items() if slug not in own]
        return super().changelist_view(request, (extra_context or {}) | {"others": others})

    def view_on_site(self, page):
        return page.get_absolute_url()

    def preview(self, posted):
        text = Page(title=posted.get("title", ""))
        return "cables/page.html", {"text": text, "prose": read_prose(posted.get("body", ""))}


class LinkForm(forms.ModelForm):
    """A link of the rail: to a web page, encrypted unless it says otherwise."""

    address = forms.URLField(assume_scheme="https", help_text="With https:// at its start.")


@admin.register(Link)
class LinkAdmin(DeskAdmin):
    """The rail's "Community resources", in their order."""

    told = ["label", "address"]
    form = LinkForm
    list_display = ["label", "address", "position"]
    list_editable = ["position"]

    def view_on_site(self, link):
        return link.address
