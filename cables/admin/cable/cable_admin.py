"""Lists and pages of cables at the desk, read-only, and the pages of decisions on them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.http import Http404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ...curation.cable_search import beginning_with
from ...curation.erasures import erase
from ...curation.redactions_and_corrections import StaleError, may_see_text
from ...decisions.batch_kinds import BatchKind
from ...decisions.decision_subjects import Approval, DecisionEffects, withheld
from ...decisions.forms import PublicReasonForm
from ...decisions.kinds import OnCable, list_of
from ...decisions.sealed_words import as_shown, without_sealed_words
from ...loader.locks import one_batch
from ...models import Cable, Change, CitingWork, Copy, Left, Matter, Note, RequestCase
from ...models.querysets import BY_REFERENCE
from ...models.sealing import origin_of
from ...publication.public_text import SOURCE, fact_in_words
from ...telegram.shorten_text import cut_at_word
from ..base import Unchangeable
from ..decision_pages import DecisionPages
from ..desk_pages import case_of_page, column, page_for_case
from ..log import add_undo_links, link_to_undo, may_undo, who_decided
from ..work_lists.issues import address_of_kind, became_of, title_of
from .bulk_decision_pages import begin_choice
from .cable_list import LARGE, SearchedCables
from .decide_on_cables import DecideOnNamed, offered_on


def may_erase(user) -> bool:
    return Approval.ERASE in settings.APPROVALS and user.has_perm("cables.erase_cable")


class Erase(OnCable):
    pages = {"cable_erase": "erase/"}
    heading = "Erase {0.cable}"
    rights, approval = ("erase_cable",), Approval.ERASE
    form_class, button = PublicReasonForm, "Erase it"
    explanation = (
        "Once somebody else approves it, the cable is deleted for good, with its sources, "
        "versions, notes and originals. Its address then shows the reason, and its reference is "
        "never used again. There is no undo."
    )

    def find(self) -> None:
        if not may_erase(self.user):
            raise Http404("Cables are not erased at this desk.")
        super().find()

    def carry_out(self, data: dict[str, Any]) -> str:
        one_batch()  # Before the cable, as loads do.
        self.cable.lock()
        if data["stamp"] != self.cable.edit_token():
            raise StaleError("Somebody changed this cable meanwhile.")
        return f"{', '.join(erase(self.cable.reference, data['reason'], self.user))}: erased."

    def next_page(self) -> str:
        is_here = Cable.objects.filter(pk=self.cable.pk).exists()
        return super().next_page() if is_here else list_of(Cable)

    def effects(self, cable: Cable | None) -> DecisionEffects:
        """There is nothing to compare: no text is left."""
        return DecisionEffects()


ORIGINAL = ("header_sealed", "body_sealed")
SENT = ("origin_sent", "subject_sent", "tags_sent", "header_sent", "body_sent")
WITHHELD = "Facts and text, as published"  # The fields that are sealed while a cable is withheld.
FACTS = ("reference", "who_sees_it", "sent", "released_on", "classification")
# Permission, label, name of the page.
TOOLS = [
    ("redact_cable", "Redact", "redaction_new"),
    ("correct_cable", "Correct a fact", "correction_new"),
    ("correct_cable", "Add a reference", "correction_former"),
]
ON_TEXT = ("redaction_new", "correction_new")  # Only for who may see the text of the cable.


class CableInline(Unchangeable, admin.TabularInline):
    """A read-only table of rows that belong to a cable."""

    template = "admin/cables/beside.html"
    view_on_site = False
    extra = 0
    can_delete = False


class CopyInline(CableInline):
    model = Copy
    verbose_name_plural = "Sources"
    fields = readonly_fields = ("published_reference", "format", "collection", "released", "load")

    def get_queryset(self, request):
        copies = super().get_queryset(request).select_related("collection", "load")
        return copies.defer("text", "facts")


class ChangeInline(CableInline):
    model = Change
    verbose_name_plural = "Decisions"
    fields = readonly_fields = ("at", "who", "did", "part", "why")
    did = column("Action", lambda change: change.action_label)
    shown: Mapping[int, Change] = {}  # Primary key -> the entry as this user may see it.

    def get_fields(self, request, obj=None):
        return [*self.fields, "undo"] if may_undo(request.user) else self.fields

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj)

    def get_formset(self, request, obj=None, **kwargs):
        """Find what undoes the decisions, and leave out words that this user must not see."""
        if obj:
            changes = add_undo_links(request.user, obj.changes.all())
            changes = as_shown(request.user, changes)
            self.shown = {change.pk: change for change in changes}
        return super().get_formset(request, obj, **kwargs)

    who = column("By", who_decided)

    @admin.display(description="What")
    def part(self, change):
        return self.shown[change.pk].what

    @admin.display(description="Reason")
    def why(self, change):
        return self.shown[change.pk].reason

    @admin.display(description="Undo")
    def undo(self, change):
        return link_to_undo(self.shown[change.pk])

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by", "approved_by")


class NoteInline(CableInline):
    model = Note
    verbose_name_plural = "Notes"
    fields = readonly_fields = ("paragraph", "text")
    show_change_link = True


class CitingWorkInline(CableInline):
    model = CitingWork
    verbose_name_plural = "Cited in"
    fields = readonly_fields = ("paragraph", "title", "author", "published", "is_public")
    show_change_link = True


@admin.register(Cable)
class CableAdmin(DecisionPages, SearchedCables):
    """Cables. Loads create them; their text is never edited."""

    decisions = (DecideOnNamed, Erase)
    list_display = ["cable_reference", "is_withheld", "beginning", "origin", "sent"]
    list_select_related = ["origin"]
    left_out = LARGE
    search_fields = ["reference"]  # Of forms that choose a cable.
    ordering = [BY_REFERENCE.asc()]
    sortable_by = ["cable_reference"]
    inlines = [NoteInline, CitingWorkInline, ChangeInline, CopyInline]
    fieldsets = [
        (None, {"fields": FACTS}),
        ("What needs a person", {"fields": ["matters"]}),
        (WITHHELD, {"fields": SENT}),
        ("As kept", {"fields": ["collections", "version", "changed_at", "digest", "partial"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*LARGE)

    def get_search_results(self, request, queryset, search_term):
        return (beginning_with(queryset, search_term) if search_term else queryset), False

    def get_actions(self, request):
        """Offer the decisions on several cables that this user may make."""
        offered = {
            kind.name: (begin, kind.name, kind.action)
            for kind in BatchKind.all()
            if kind.action and request.user.has_perm(f"cables.{kind.right}")
        }
        return super().get_actions(request) | offered

    def get_object(self, request, object_id, from_field=None):
        """Return a cable with what was `noticed`, and why it was `left`: {kind: reason}."""
        cable = super().get_object(request, object_id, from_field)
        if cable:
            cable.noticed = list(Matter.objects.filter(cable=cable).order_by("kind"))
            kinds = [each.kind for each in cable.noticed]  # The index begins with the kind.
            left = Left.objects.filter(kind__in=kinds, key=cable.reference)
            shown = without_sealed_words(request.user, left, cables_of=lambda _: [cable.pk])
            cable.left = {each.kind: each.reason for each in shown}
        return cable

    cable_reference = column("Reference", lambda cable: cable.reference, BY_REFERENCE)
    beginning = column("Subject", lambda cable: cut_at_word(cable.subject, 90) or "–")
    sent = column("Created", lambda cable: fact_in_words(cable, "created"))
    released_on = column(
        "Released",
        lambda cable: f"{cable.release_day:%Y-%m-%d}" if cable.release_day else "Not known",
    )
    is_withheld = column("Withheld", lambda cable: "Withheld" if cable.withheld_reason else "")
    found_in = column(
        "Found in",
        lambda cable: "Original" if vars(cable).get("in_sealed_text") else "Text for readers",
    )

    @admin.display(description="What was noticed")
    def matters(self, cable):
        """What was noticed, with links to the work lists, and why it is in them no more."""
        rows = [
            (
                address_of_kind(each.kind),
                title_of(each.kind),
                each.said,
                became_of(each, cable.left),
            )
            for each in cable.noticed
        ]
        return format_html_join("", '<p><a href="{}">{}</a> {} {}</p>', rows) or "Nothing"

    @admin.display(description="Who sees it")
    def who_sees_it(self, cable):
        if not cable.withheld_reason:
            return "Everybody"
        return f"{withheld(cable)}. Readers are told: {cable.withheld_reason}"

    origin_sent = column("Origin", origin_of)
    subject_sent = column("Subject", lambda cable: sent_value(cable, "subject") or "–")
    tags_sent = column("Tags", lambda cable: ", ".join(sent_value(cable, "tags")) or "–")
    header_sent = column("Header", lambda cable: preformatted(sent_value(cable, "header")))
    body_sent = column("Text", lambda cable: preformatted(sent_value(cable, "body")))
    header_sealed = column("Header", lambda cable: preformatted(original_of(cable)["header"]))
    body_sealed = column("Text", lambda cable: preformatted(original_of(cable)["body"]))

    def get_fieldsets(self, request, obj=None):
        """Leave out withheld text, and add sealed text, according to the user's permissions."""
        rights = ("withhold_cable", "see_sealed")
        may_see = any(request.user.has_perm(f"cables.{right}") for right in rights)
        fieldsets = super().get_fieldsets(request, obj)
        if obj and request.user.has_perm("cables.see_sealed") and original_of(obj):
            fieldsets = [*fieldsets, ("Sealed, as it was before redaction", {"fields": ORIGINAL})]
        is_hidden = obj and obj.withheld_reason and not may_see
        return [each for each in fieldsets if not is_hidden or each[0] != WITHHELD]

    def page_context(self, request, row):
        links = [
            (label, page_for_case(request, address))
            for label, address in decisions_on(row, request.user)
        ]
        if request.user.has_perm("cables.view_requestcase") and RequestCase.objects.about(row):
            query = urlencode({"q": row.reference, "which": "all"})
            links.append(
                ("See its requests", f"{reverse('admin:cables_requestcase_changelist')}?{query}")
            )
        return {"tools": links, "for_case": case_of_page(request)}


def decisions_on(cable: Cable, user: Any) -> list[tuple[str, str]]:
    """Return (label, address) of the decisions on a cable that a user may make."""
    query = urlencode({"cable": cable.reference})
    offered = offered_on("withheld" if cable.withheld_reason else "published", user)
    pages = [(label, page) for right, label, page in TOOLS if user.has_perm(f"cables.{right}")]
    if not may_see_text(user, cable):
        pages = [(label, page) for label, page in pages if page not in ON_TEXT]
    pages += [(kind.button, f"cable_{kind.name}") for kind in offered]
    pages += [("Erase", "cable_erase")] if may_erase(user) else []
    return [(label, f"{reverse(f'admin:cables_{page}')}?{query}") for label, page in pages]


def begin(cable_admin: CableAdmin, request, cables):
    """Begin the decision that was chosen from the actions of the list, on the ticked cables."""
    return begin_choice(request, request.POST["action"], cables)


def preformatted(text: str) -> SafeString:
    return format_html('<pre class="wire" tabindex="0">{}</pre>', text)


def original_of(cable: Cable) -> dict[str, Any]:
    """Return header and body of a redacted cable as its source gives them, or {}."""
    sealed = cable.sealed.filter(place=SOURCE).first()
    return sealed.values if sealed else {}


def sent_value(cable: Cable, field: str) -> Any:
    """Return a field of a cable; while the cable is withheld, from its sealed values."""
    sealed = cable.sealed.filter(place="cable").first() if cable.withheld_reason else None
    return sealed.values[field] if sealed else getattr(cable, field)
