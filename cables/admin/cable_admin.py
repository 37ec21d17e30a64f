"""Cables as sent, for looking at; a decision is to withhold one, or to publish it again."""

import re
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from ..curation.cable_decisions import StaleError
from ..models import Article, Cable, Change, Copy, Load, Matter, Note
from ..publication.public_text import SOURCE, phrases_in
from ..telegram.redaction import scrub
from ..telegram.references import canonical_reference
from .cable_decision_forms import DECISIONS, MOST, stamp_of
from .decision_base import is_valid_about
from .desk import DeskAdmin, Unchangeable
from .issues import address_of_kind, title_of

# What a list does not show; a page reads it when it does.
WIDE = [
    *("header", "body", "captions", "marks", "cites", "facts", "warnings", "tags"),
    *("keywords", "paragraph_ids", "fingerprints"),
]


ORIGINAL = ["header_sealed", "body_sealed"]
# Who may, what it is called, its page.
TOOLS = [
    ("redact_cable", "Redact", "redaction_new"),
    ("correct_cable", "Correct a fact", "correction_new"),
    ("correct_cable", "Add a reference", "correction_former"),
]


class WithheldFilter(admin.SimpleListFilter):
    """All cables, or those that readers do not see."""

    title = "who sees it"
    parameter_name = "withheld"

    def lookups(self, request, model_admin):
        return [("1", "Withheld")]

    def queryset(self, request, queryset):
        return queryset.filter(~Q(withheld_reason="")) if self.value() else queryset


class LoadFilter(admin.SimpleListFilter):
    """The cables that came, or last changed, with one load: the page of the load leads here."""

    title = "load"
    parameter_name = "load"

    def lookups(self, request, model_admin):
        """The load that is asked for, the only one that is offered."""
        number = self.value() or ""
        loads = Load.objects.filter(pk=number) if re.fullmatch("[0-9]{1,18}", number) else []
        return [(number, load.name) for load in loads]

    def queryset(self, request, queryset):
        return queryset.filter(pk__in=Copy.objects.filter(load=self.value()).values("cable"))


class Beside(Unchangeable, admin.TabularInline):
    """What is kept beside a cable."""

    template = "admin/cables/beside.html"
    extra = 0
    can_delete = False


class CopyInline(Beside):
    """What each source said of it."""

    model = Copy
    verbose_name_plural = "Sources"
    fields = readonly_fields = ["published_reference", "format", "collection", "released", "load"]

    def get_queryset(self, request):
        copies = super().get_queryset(request).select_related("collection", "load")
        return copies.defer("text", "facts")


class ChangeInline(Beside):
    """What was decided on it."""

    model = Change
    verbose_name_plural = "Decisions"
    fields = readonly_fields = ["at", "by", "action", "what", "why"]
    phrases = ()

    def get_formset(self, request, obj=None, **kwargs):
        """Note what this person may not read in lines that are older than a redaction."""
        if obj and not request.user.has_perm("cables.see_sealed"):
            self.phrases = phrases_in([obj.pk]).get(obj.pk, ())
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description="Reason")
    def why(self, change):
        return scrub(change.reason, self.phrases)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


class NoteInline(Beside):
    """What the archive says of it."""

    model = Note
    verbose_name_plural = "Notes"
    fields = readonly_fields = ["paragraph", "text"]
    show_change_link = True


@admin.register(Cable)
class CableAdmin(Unchangeable, DeskAdmin):
    """Cables arrive by load_cables, and their text is never edited."""

    list_display = ["reference", "is_withheld", "beginning", "origin", "sent"]
    list_select_related = ["origin"]
    list_filter = [WithheldFilter, LoadFilter]
    search_fields = ["reference"]
    search_help_text = "How its reference or its subject begins: 06LISBON, or HARBOR FEES"
    ordering = ["reference"]
    sortable_by = ["reference"]
    actions = ["withhold", "publish", "annotate"]
    change_form_template = "admin/cables/cable/page.html"
    inlines = [NoteInline, ChangeInline, CopyInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("reference", "who_sees_it", "origin", "sent", "released_on"),
                    "classification",
                ]
            },
        ),
        ("What needs a person", {"fields": ["matters"]}),
        ("As sent", {"fields": ["subject_sent", "tags_sent", "header_sent", "body_sent"]}),
        ("As kept", {"fields": ["collections", "version", "changed_at", "digest", "partial"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*WIDE)

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        try:
            whole = canonical_reference(search_term, any_year=True)
        except ValueError:
            return queryset.beginning(search_term), False
        known = Cable.objects.by_reference([whole]).values()
        keys = [cable.pk for cable in known]
        return queryset.filter(pk__in=keys) if keys else queryset.beginning(search_term), False

    def has_withhold_permission(self, request):
        return request.user.has_perm("cables.withhold_cable")

    @admin.display(description="Subject")
    def beginning(self, cable):
        return Truncator(cable.subject).chars(90) or "–"

    @admin.display(description="Created")
    def sent(self, cable):
        return f"{cable.created:%Y-%m-%d %H:%M}"

    @admin.display(description="Released")
    def released_on(self, cable):
        return f"{cable.released:%Y-%m-%d}"

    @admin.display(description="Withheld")
    def is_withheld(self, cable):
        return "Withheld" if cable.withheld_reason else ""

    @admin.display(description="What was noticed")
    def matters(self, cable):
        """Each with the work list that it stands in."""
        noticed = Matter.objects.filter(cable=cable).order_by("kind")
        rows = [(address_of_kind(each.kind), title_of(each.kind), each.said) for each in noticed]
        return format_html_join("", '<p><a href="{}">{}</a> {}</p>', rows) or "Nothing"

    @admin.display(description="Who sees it")
    def who_sees_it(self, cable):
        if cable.withheld_reason:
            return f"Withheld. Readers are told: {cable.withheld_reason}"
        return "Everybody"

    @admin.display(description="Subject")
    def subject_sent(self, cable):
        return said(cable, "subject") or "–"

    @admin.display(description="Tags")
    def tags_sent(self, cable):
        return ", ".join(said(cable, "tags")) or "–"

    @admin.display(description="Header")
    def header_sent(self, cable):
        return format_html('<pre class="wire" tabindex="0">{}</pre>', said(cable, "header"))

    @admin.display(description="Text")
    def body_sent(self, cable):
        return format_html('<pre class="wire" tabindex="0">{}</pre>', said(cable, "body"))

    @admin.display(description="Header")
    def header_sealed(self, cable):
        return format_html('<pre class="wire" tabindex="0">{}</pre>', original_of(cable)["header"])

    @admin.display(description="Text")
    def body_sealed(self, cable):
        return format_html('<pre class="wire" tabindex="0">{}</pre>', original_of(cable)["body"])

    def get_fieldsets(self, request, obj=None):
        """What is withheld is shown to those who may see it."""
        rights = ("withhold_cable", "see_sealed")
        may_see = any(request.user.has_perm(f"cables.{right}") for right in rights)
        sets = super().get_fieldsets(request, obj)
        if obj and request.user.has_perm("cables.see_sealed") and original_of(obj):
            sets = [*sets, ("Sealed, as it was before redaction", {"fields": ORIGINAL})]
        hidden = obj and obj.withheld_reason and not may_see
        return [each for each in sets if not hidden or each[0] != "As sent"]

    def view_on_site(self, cable):
        return cable.get_absolute_url()

    def get_urls(self):
        decide = self.admin_site.admin_view(self.decide)
        return [
            path(f"{name}/", decide, {"name": name}, name=f"cables_cable_{name}")
            for name in DECISIONS
        ] + super().get_urls()

    def history_view(self, request, object_id, extra_context=None):
        """Decisions on cables stand in the log of changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        cable = self.get_object(request, object_id)
        query = urlencode({"q": cable.reference if cable else ""})
        return redirect(f"{reverse('admin:cables_change_changelist')}?{query}")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            names = ["publish"] if obj.withheld_reason else ["withhold", "annotate"]
            context["decisions"] = [
                (DECISIONS[name], address_of(name, [obj.reference]))
                for name in names
                if request.user.has_perm(DECISIONS[name].right)
            ]
            context["tools"] = [
                (label, f"{reverse(f'admin:cables_{page}')}?{urlencode({'cable': obj.reference})}")
                for right, label, page in TOOLS
                if request.user.has_perm(f"cables.{right}")
            ]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.action(description="Withhold the selected cables", permissions=["withhold"])
    def withhold(self, request, cables):
        return self.ask(request, cables, "withhold")

    @admin.action(description="Publish the selected cables again", permissions=["withhold"])
    def publish(self, request, cables):
        return self.ask(request, cables, "publish")

    @admin.action(description="Add a note to the selected cables", permissions=["annotate"])
    def annotate(self, request, cables):
        return self.ask(request, cables, "annotate")

    def has_annotate_permission(self, request):
        return request.user.has_perm("cables.add_note")

    def ask(self, request, cables, name):
        """Show the curator the page of a decision on these cables."""
        references = list(cables.values_list("reference", flat=True)[: MOST + 1])
        if len(references) > MOST:
            self.message_user(request, f"Choose at most {MOST} at a time.", messages.ERROR)
            return None
        return self.asked(request, DECISIONS[name], references)

    def decide(self, request, name):
        """The page of a decision: which cables it is about, and a form for the reason."""
        decision, form = DECISIONS[name], None
        if not request.user.has_perm(decision.right):
            raise PermissionDenied
        given = request.POST.getlist("cable") or request.GET.getlist("cable")
        references = [name for name in given[:MOST] if "\0" not in name]
        cables = decision.choose(Cable.objects.filter(reference__in=references))
        if request.method == "POST":
            form = decision.form(request.POST)
            redacted = cables.filter(redactions__isnull=False)
            about = redacted.primary_keys()
            if is_valid_about(form, about) and self.carried_out(request, decision, cables, form):
                return self.after(request, references)
        return self.asked(request, decision, references, form)

    def carried_out(self, request, decision, cables, form):
        """Carry a decision out, and return whether that could be done."""
        try:
            done = decision.carry_out(cables, request.user, **form.cleaned_data)
        except StaleError as error:
            form.look_again(stamp_of(cables), error)
            return False
        self.message_user(request, decision.report(done), messages.SUCCESS)
        return True

    def asked(self, request, decision, references, form=None):
        """Ask for a decision on cables. Their names go with the form: an address has no room."""
        cables = decision.choose(Cable.objects.filter(reference__in=references))
        known = cables.select_related("origin").defer(*WIDE).order_by("reference")
        kept = self.get_preserved_filters(request)  # What the list was searched for.
        context = {
            **self.admin_site.each_context(request),
            "title": decision.title,
            "opts": self.opts,
            "decision": decision,
            "cables": known,
            "articles": Article.objects.about(*known) if decision.name == "withhold" else (),
            "form": form or decision.form(initial={"stamp": stamp_of(cables)}),
            "address": f"{reverse(f'admin:cables_cable_{decision.name}')}?{kept}",
        }
        return TemplateResponse(request, "admin/cables/cable/decide.html", context)

    def after(self, request, references):
        """Send the curator to the cable that was decided on, or back to the list with more."""
        only = Cable.objects.filter(reference__in=references).values_list("pk", flat=True)[:2]
        if len(only) == 1:
            return redirect("admin:cables_cable_change", only[0])
        searched = request.GET.get("_changelist_filters", "")
        return redirect(f"{reverse('admin:cables_cable_changelist')}?{searched}")


def address_of(name, references):
    """Return the address of a decision on these cables."""
    query = urlencode([("cable", reference) for reference in references])
    return f"{reverse(f'admin:cables_cable_{name}')}?{query}"


def original_of(cable):
    """Return header and body of a redacted cable as its source gives them, or {}."""
    sealed = cable.sealed.filter(place=SOURCE).first()
    return sealed.values if sealed else {}


def said(cable, field):
    """Return what a cable says in a field, from where it is sealed while it is withheld."""
    sealed = cable.sealed.filter(place="cable").first() if cable.withheld_reason else None
    return sealed.values[field] if sealed else getattr(cable, field)
