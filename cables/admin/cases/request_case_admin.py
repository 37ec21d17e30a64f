"""Requests to take down or correct: the list of cases, the page of a case, letter templates."""

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from ...decisions.kinds import for_this
from ...models import Cable, LetterTemplate, Outcome, RequestCase
from ...models.request_cases import kept_until, newest_cable, today
from ...telegram.pasted_references import parted_place, read_reference_lines
from ..base import DeskAdmin, FixedRows
from ..decision_pages import DecisionPages, WhichFilter
from ..desk_pages import column
from ..reasons import why
from .case_work import (
    cables_of,
    cables_with_links,
    page_of_search,
    searches_of,
    shown_changes,
    what_is_left,
)
from .request_case_decisions import (
    PLACEHOLDERS,
    Clear,
    Close,
    CommentOnCase,
    Reopen,
    WriteLetter,
    check_template,
)

EARLIEST = 2000  # The first year in which a request can have been received.
# Permission, label, name of the page: what looks for cables and names, for a case.
FINDING = [
    ("redact_cable", "Find the names", "redactionsearch_add"),
    ("view_cable", "Find cables", "cable_changelist"),
]
OPEN_STATES = [choice for choice in RequestCase.State.choices if choice[0] != "closed"]


class PlacesField(forms.CharField):
    """A form field for cables and paragraphs, one a line, in any spelling."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 60})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        places, unread = read_reference_lines(value or "")
        if unread:
            raise forms.ValidationError(f"“{unread[0][:100]}” names no cable by its reference.")
        return places

    def run_validators(self, value):
        """Run no validators: they are for texts."""

    def has_changed(self, initial, data):
        return read_reference_lines(data or "")[0] != (initial or [])


class RequestCaseForm(forms.ModelForm):
    places = PlacesField(
        label="Cables and paragraphs",
        required=False,
        help_text="A reference in each line, in any spelling: 06LISBON900412, para 3. "
        "The page of the case shows what each of them is.",
    )

    class Meta:
        widgets = {
            "contact": forms.Textarea(attrs={"rows": 3, "cols": 60}),
            "message": forms.Textarea(attrs={"rows": 8, "cols": 80}),
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        state, assigned = self.fields.get("state"), self.fields.get("assigned")
        if isinstance(state, forms.ChoiceField):
            state.choices = OPEN_STATES
        if isinstance(assigned, forms.ModelChoiceField):
            assigned.queryset = who_may_handle_cases()

    def clean_received(self):
        """Refuse a day that has not come, and one of another century."""
        day = self.cleaned_data["received"]
        if not day.year >= EARLIEST or day > today():
            raise forms.ValidationError(f"Write a day from {EARLIEST} until today.")
        return day

    def clean(self):
        data = super().clean()
        received, due = self.cleaned_data.get("received"), self.cleaned_data.get("due")
        if received and due and due < received:
            self.add_error("due", "It cannot be due before it was received.")
        return data


def who_may_handle_cases():
    backend = "django.contrib.auth.backends.ModelBackend"
    return (
        get_user_model()
        .objects.with_perm("cables.change_requestcase", backend=backend)
        .filter(is_staff=True)
        .order_by("username")
    )


class CaseFilter(WhichFilter):
    lists = {
        "open": "Open",
        "overdue": "Overdue",
        "mine": "Open, assigned to me",
        "nobody": "Open, assigned to nobody",
        "closed": "Closed",
        "all": "All",
    }

    def __init__(self, request, *args):
        super().__init__(request, *args)
        # A search looks into all cases, unless one of the lists was chosen.
        self.default = "all" if request.GET.get("q") else "open"

    def queryset(self, request, queryset):
        is_closed = Q(state=RequestCase.State.CLOSED)
        conditions = {
            "open": ~is_closed,
            "overdue": ~is_closed & Q(due__lt=today()),
            "mine": ~is_closed & Q(assigned=request.user),
            "nobody": ~is_closed & Q(assigned=None),
            "closed": is_closed,
            "all": Q(),
        }
        return queryset.filter(conditions[self.chosen()])


@admin.register(RequestCase)
class RequestCaseAdmin(DecisionPages):
    """Cases: open ones first, by the day on which they are due."""

    decisions = (CommentOnCase, WriteLetter, Close, Reopen, Clear)
    form = RequestCaseForm
    change_form_template = "admin/cables/requestcase/page.html"
    list_display = ["number", "due_day", "kind", "state", "assigned", "received", "cables_named"]
    list_select_related = ["assigned"]
    list_filter = [CaseFilter, "kind", "way", "outcome"]
    search_fields = ["number", "name"]
    search_help_text = "A number, a name, or a reference in any spelling"
    ordering = ["due", "pk"]
    sortable_by = ["number", "due_day", "received"]
    actions = None
    logged_values = ["received", "due", "state", "kind", "way"]
    fieldsets = [
        ("The case", {"fields": ["number", "state", "assigned", "received", "due", "decision"]}),
        ("Who asked", {"fields": ["name", "contact", "way"]}),
        ("What they ask", {"fields": ["kind", "places", "written", "cables_here", "message"]}),
    ]
    readonly_fields = ["number", "written", "cables_here", "decision"]

    def has_change_permission(self, request, obj=None):
        """Let only open cases be changed; a closed one can be reopened."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fieldsets(self, request, obj=None):
        """Leave out what a case has only later: a new one is "New" and has no number."""
        later = {"number", "state", "decision", "written", "cables_here"} if obj is None else set()
        later |= {"decision"} if obj and obj.is_open else set()
        later |= {"written"} if obj and not obj.written else set()
        return [
            (title, {"fields": [name for name in options["fields"] if name not in later]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_search_results(self, request, queryset, search_term):
        places, _ = read_reference_lines(search_term)
        if not places:
            return super().get_search_results(request, queryset, search_term)
        reference, _ = parted_place(places[0])
        cable = Cable.objects.only("reference").known_as(reference)
        named = Q(named__contains=[reference])
        keys = list(RequestCase.objects.about(cable).values_list("pk", flat=True)) if cable else []
        return queryset.filter(named | Q(pk__in=keys)), False

    @admin.display(description="Due", ordering="due")
    def due_day(self, case):
        day = f"{case.due:%Y-%m-%d}"
        if not case.is_overdue:
            return day
        return format_html('<strong class="overdue">{} overdue</strong>', day)

    @admin.display(description="Cables")
    def cables_named(self, case):
        more = len(case.named) - 3
        return ", ".join(case.named[:3]) + (f" and {more} more" if more > 0 else "") or "–"

    cables_here = column("What these cables are", lambda case: case.lines or "None is named.")

    decision = column(
        "Decision",
        lambda case: f"{Outcome(case.outcome).label}. {case.reason}" if case.outcome else "–",
    )

    def response_post_save_add(self, request, obj):
        return redirect("admin:cables_requestcase_change", obj.pk)

    def save_model(self, request, obj, form, change):
        named = list(dict.fromkeys(parted_place(place)[0] for place in obj.places))
        if named != obj.named:  # The page says what each is; what comes later is told.
            obj.named, obj.last_cable = named, newest_cable()
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Save the rows of inlines; the archive's state stays: readers see nothing of cases."""
        form.save_m2m()
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def write_down(self, request, action, obj, message=""):
        """Log the number of a case; what was changed and why is kept with the case itself."""
        obj.write_down(action, request.user)
        typed = why(request.POST)
        text = " ".join(filter(None, [message, f"Why: {typed}" if typed else ""]))
        if text:
            obj.comment(text, request.user)

    def get_object(self, request, object_id, from_field=None):
        case = super().get_object(request, object_id, from_field)
        if case:
            case.rows = cables_of(case)
            case.lines = cables_with_links(case, case.rows, request.user)
        return case

    def page_context(self, request, row):
        may_decide = request.user.has_perm("cables.change_requestcase")
        kinds = [kind for kind in self.decisions if may_decide and kind.is_offered(row)]
        return {
            "tools": [
                (kind.label, reverse(f"admin:cables_{page}", args=[row.pk]))
                for kind in kinds
                for page in kind.pages
            ]
            + [
                (label, for_this(row, reverse(f"admin:cables_{page}")))
                for right, label, page in FINDING
                if row.is_open and request.user.has_perm(f"cables.{right}")
            ],
            "changes": shown_changes(row, request.user),
            "searches": [(each, page_of_search(each)) for each in searches_of(row)],
            "left": () if row.cleared else what_is_left(row, row.rows, request.user),
            "comments": row.comments.select_related("by"),
            "kept_until": kept_until(row),
            "case": row,
        }


class LetterTemplateForm(forms.ModelForm):
    class Meta:
        widgets = {"text": forms.Textarea(attrs={"rows": 18, "cols": 80})}
        help_texts = {
            "text": "Filled in: "
            + "; ".join(f"${name}, the {meaning}" for name, meaning in PLACEHOLDERS.items())
        }

    def clean_text(self):
        try:
            check_template(self.cleaned_data["text"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return self.cleaned_data["text"]


@admin.register(LetterTemplate)
class LetterTemplateAdmin(FixedRows, DeskAdmin):
    """The texts with which letters begin, one for each outcome of a case."""

    form = LetterTemplateForm
    list_display = ["occasion"]
    fields = ["occasion", "text"]
    readonly_fields = ["occasion"]
    actions = None
