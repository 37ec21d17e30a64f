"""Earlier versions of articles and guidance pages: kept at each change, restored, deleted."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html

from ..articles.markdown import named_in
from ..curation.redactions_and_corrections import StaleError
from ..decisions.forms import stamp_of_rows
from ..decisions.kinds import DecisionKind, list_of, row_or_gone
from ..diffs import ComparedText, find_changes
from ..models import Article, ArticleCable, Cable, Change, Page, State, TextVersion
from ..telegram.paragraphs import Blocks
from .base import warnings_of
from .decision_pages import DecisionPages

FIELDS = ("title", "summary", "body")
GONE = "Somebody deleted this version."


def keep_version(text: Article | Page, by: Any, *, is_deleted: bool = False) -> TextVersion:
    """Store a text as it is, before it is changed or deleted."""
    values = {name: getattr(text, name) for name in ("slug", *FIELDS) if hasattr(text, name)}
    if isinstance(text, Article):
        values["published"] = text.published and text.published.isoformat()
        values["links"] = list(text.links.values_list("cable__reference", "paragraph"))
    kind = text._meta.model_name
    label = f"{text._meta.verbose_name} {text}"[:250]
    about = {"kind": kind, "key": text.pk, "label": label, "is_deleted": is_deleted}
    return TextVersion.objects.create(values=values, by=by, **about)


def restore(version: TextVersion, model: type[Article | Page], by: Any) -> Article | Page:
    """Give a text the words of a version, or make it again if it was deleted.

    Raises ValueError if another text took its address.
    """
    text = model._default_manager.select_for_update().filter(pk=version.key).first()
    links = version.values.get("links", []) if text is None else []
    if text is not None:
        keep_version(text, by)
    else:
        if model._default_manager.filter(slug=version.values["slug"]).exists():
            raise ValueError("Another text has its address now: change that one's first.")
        kept = {name: version.values.get(name) for name in ("slug", "published")}
        text = model(pk=version.key, **{name: kept[name] for name in kept if hasattr(model, name)})
    for name in FIELDS:
        if name in version.values:
            setattr(text, name, version.values[name])
    if isinstance(text, Article):
        text.named = list(dict.fromkeys(reference for reference, _ in named_in(text.body)))
    text.save()
    cables = Cable.objects.only("reference").held_by_reference(name for name, _ in links)
    ArticleCable.objects.bulk_create(
        ArticleCable(article_id=text.pk, cable=cables[name], paragraph=paragraph)
        for name, paragraph in links
        if name in cables
    )
    return text


def compared(values: dict[str, Any]) -> ComparedText:
    facts = {name.capitalize(): values.get(name, "") for name in ("title", "summary")}
    return ComparedText(facts, values.get("body", ""), Blocks(()), "Text")


BROUGHT_BACK = "brought back"  # In the log: not "restored", which is of corrections.


class RestoreArticle(DecisionKind):
    """Restore an earlier version of a text, or delete that version for good."""

    pages = {
        "article_restore": "versions/<int:pk>/restore/",
        "article_forget": "versions/<int:pk>/forget/",
    }
    template = "text_version.html"
    heading = "{0.button}: {0.version}"
    model: ClassVar[type[Article | Page]] = Article
    rights: ClassVar[tuple[str, ...]] = ("change_article",)

    def find(self) -> None:
        rows = TextVersion.objects.filter(kind=self.model._meta.model_name)
        self.version = row_or_gone(rows, self.keys["pk"], self.model, GONE)
        self.text = self.model._default_manager.filter(pk=self.version.key).first()
        self.readers_see_reason = self.page == "page_restore"

    def stamp(self) -> str:
        rows = self.model._default_manager.filter(pk=self.version.key)
        return stamp_of_rows(rows)

    @property
    def button(self) -> str:
        return "Restore it" if self.step == "restore" else "Delete this version"

    @property
    def explanation(self) -> str:
        if self.step != "restore":
            return "The words of this version are deleted for good. The text does not change."
        if self.text:
            return "The text gets these words again. As it is now, it stays as a version."
        return "It returns as it was; readers see it at once, if they saw it before."

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        self.find()
        if data["stamp"] != self.stamp():
            raise StaleError("Somebody changed this text meanwhile.")
        warnings: list[str] = []
        if self.step == "restore":
            self.text, action = restore(self.version, self.model, self.user), BROUGHT_BACK
            warnings = warnings_of(self.user, self.version.words)
        else:
            self.version.delete()
            action = "deleted"
        what = self.version.label if action == BROUGHT_BACK else f"version of {self.version.label}"
        Change.objects.create(action=action, what=what[:250], reason=data["reason"], by=self.user)
        State.advance()
        self.level = messages.WARNING if warnings else self.level
        return " ".join([f"{what}: {action}.", *warnings])

    def context(self) -> dict[str, Any]:
        now = {name: getattr(self.text, name, "") for name in FIELDS}
        changes = find_changes(compared(now), compared(self.version.values))
        return {
            "changes": changes,
            "what_changed": "What it changes" if self.step == "restore" else "What it says",
            "version": self.version,
        }

    def next_page(self) -> str:
        name = f"admin:cables_{self.model._meta.model_name}_change"
        return reverse(name, args=[self.text.pk]) if self.text else list_of(self.model)


class RestorePage(RestoreArticle):
    pages = {
        "page_restore": "versions/<int:pk>/restore/",
        "page_forget": "versions/<int:pk>/forget/",
    }
    model, rights = Page, ("change_page",)


class KeepsVersions(DecisionPages):
    """Mixin: texts of which each earlier version is kept. Their page and the log lead to them."""

    def save_model(self, request, obj, form, change):
        if change and form.changed_data:
            keep_version(self.model._default_manager.get(pk=obj.pk), request.user)
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        version = keep_version(obj, request.user, is_deleted=True)
        super().delete_model(request, obj)
        link = '<a href="{}">Restore it</a>'
        self.message_user(request, format_html(link, address_of(version)))

    def delete_queryset(self, request, queryset):
        for text in queryset:
            keep_version(text, request.user, is_deleted=True)
        super().delete_queryset(request, queryset)

    def page_context(self, request, row):
        versions = TextVersion.objects.filter(kind=self.opts.model_name, key=row.pk)
        may_change = self.has_change_permission(request, row)
        kept = versions.select_related("by").defer("values") if may_change else []
        return {"versions": [(each, address_of(each)) for each in kept]}


def address_of(version: TextVersion, step: str = "restore") -> str:
    return reverse(f"admin:cables_{version.kind}_{step}", args=[version.pk])
