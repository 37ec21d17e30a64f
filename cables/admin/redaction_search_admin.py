"""Redactions over the archive: start a search, follow it, go through the matches, decide, undo."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from ..curation.archive_redaction_tasks import redact_archive
from ..curation.archive_redactions import (
    MOST_MATCHES,
    begin,
    decide,
    end,
    forget_words,
    log,
    start_search,
    try_again,
    undo,
)
from ..curation.redactions_and_corrections import StaleError
from ..models import Cable, Proposal, RedactionMatch, RedactionSearch, StandingForm
from ..names.archive_matcher import NameMatcher
from .approval_gate import MOST_NAMED, DecisionSubject, StepForm, decide_or_propose
from .base import Unchangeable
from .decision_base import (
    PublicReasonForm,
    ReasonForm,
    carry_out_posted,
    private_form,
    render_decision,
)
from .load_record_access import may_see_all
from .loads import is_worker_running
from .optimistic_lock import digest
from .redaction_search_accepted import accepted_by_name
from .redaction_search_forms import MOST_NAMES, RedactionSearchForm
from .redaction_search_review import suggested_names
from .redaction_search_review_pages import CHANGED, TEMPLATES, ReviewPages

State, Kind = RedactionSearch.State, Proposal.Kind
MOST_UNFOLDED = 60  # Rows of a table of words; longer ones are folded.
MOST_READABLE = 10  # Redacted cables that the page of a search links to, as readers see them.
# Step -> the states in which it is possible.
STEPS = {
    "cancel": RedactionSearch.AT_WORK,
    "resume": (State.STOPPED,),
    "again": (State.REDACTED, State.STOPPED),
    "forget": (State.REDACTED, State.LIFTED),
    "discard": (State.SEARCHED, State.STOPPED),
}


@admin.register(RedactionSearch)
class RedactionSearchAdmin(Unchangeable, ReviewPages):
    """Redactions over the archive, newest first. Their words are only for those who may redact."""

    change_form_template = f"{TEMPLATES}page.html"
    list_display = ["started", "by", "state", "looked_for", "reason"]
    list_select_related = ["by"]
    ordering = ["-pk"]
    sortable_by = ()
    fields = ["state", "by", "started", "reason", "undo_reason"]
    fields += ["decided_by", "approved_by", "decided"]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("cables.redact_cable")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request, obj=None):
        return self.has_view_permission(request)

    @admin.display(description="Looked for")
    def looked_for(self, search):
        return f"{len(search.phrases)} names, {len(search.patterns)} kinds"

    def get_urls(self):
        view, base = self.admin_site.admin_view, "<int:key>/"
        return [
            *self.review_urls(view, base),
            path(f"{base}names/", view(self.names), name="cables_redactionsearch_names"),
            path(f"{base}decide/", view(self.decide), name="cables_redactionsearch_decide"),
            path(f"{base}undo/", view(self.undo), name="cables_redactionsearch_undo"),
            path(f"{base}end/", view(self.end), name="cables_redactionsearch_end"),
            path(
                f"{base}step/<str:step>/",
                view(require_POST(self.step)),
                name="cables_redactionsearch_step",
            ),
            *super().get_urls(),
        ]

    @private_form
    def add_view(self, request, form_url="", extra_context=None):
        """The page that starts a search."""
        self.require_right(request)
        form = RedactionSearchForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            search = self.start(
                request,
                phrases=data["names"],
                patterns=[*data["patterns"], *data["suggestions"]],
                cables=data["references"],
                with_common=data["with_common"],
            )
            return redirect("admin:cables_redactionsearch_change", search.pk)
        context: dict[str, Any] = {"form": form, "sees_all": may_see_all(request.user)}
        title = "Redact over the archive"
        return render_decision(self, request, f"{TEMPLATES}new.html", title, **context)

    @transaction.atomic
    def start(self, request, **values: Any) -> RedactionSearch:
        """Store a search, and defer it to the worker."""
        with_sealed = may_see_all(request.user)
        search = RedactionSearch(by=request.user, with_sealed=with_sealed, **values)
        start_search(search)
        redact_archive.defer(search=search.pk)
        return search

    @private_form
    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(request, object_id, form_url, extra_context)

    def page_context(self, request, row):
        matches = row.matches.visible_to(request.user)
        in_cables = matches.in_cables()
        redacted = in_cables.exclude(redaction=None).values("cable")
        readable = Cable.objects.filter(pk__in=redacted, withheld_reason="")
        at_work = row.state in RedactionSearch.AT_WORK
        later = row.matches.filter(kind=RedactionMatch.LATER)
        return {
            "at_work": at_work,
            "no_worker": at_work and not is_worker_running(),
            **self.counts(row, request.user),
            "others": matches.filter(cable=None).order_by("name", "kind")[:500],
            "cables": in_cables.values("cable").distinct().count(),
            "redacted": row.matches.exclude(redaction=None).values("redaction").distinct().count(),
            "standing": row.standing.exclude(use=StandingForm.LEAVE).count(),
            "later": later.values("cable").distinct().count(),
            "parts": row.volume_parts.count(),
            "readable": readable.order_by("reference")[:MOST_READABLE],
            "left": in_cables.left().select_related("cable").order_by("cable__reference")[:500],
            "suggested": bool(suggested_names(in_cables, 1)),
            "skipped": words_passed_over(row),
            "most_matches": MOST_MATCHES,
            "steps": [step for step in STEPS if self.is_possible(step, row)],
            "stamp": stamp_of(row),
        }

    @private_form
    def names(self, request, key):
        """Names that were suggested; those that are ticked are looked for in all texts."""
        search = self.search(request, key)
        matches = search.matches.in_cables().visible_to(request.user)
        suggested = suggested_names(matches, MOST_NAMES)
        if request.method == "POST":
            forms = {form for form, _, _ in suggested}
            if ticked := [form for form in request.POST.getlist("form") if form in forms]:
                new = self.start(request, phrases=ticked)
                return redirect("admin:cables_redactionsearch_change", new.pk)
        context: dict[str, Any] = {"search": search, "suggested": suggested, "most": MOST_NAMES}
        title = "Words that may be names"
        return render_decision(self, request, f"{TEMPLATES}names.html", title, **context)

    @private_form
    def decide(self, request, key):
        """Redact all accepted matches with one reason."""
        search = self.search(request, key)
        form = PublicReasonForm(request.POST or None, initial={"stamp": stamp_of(search)})
        about = self.about("Redact", Kind.REDACT, search)
        if self.carry_out(request, about, search, form, decide, "The worker redacts them."):
            return redirect("admin:cables_redactionsearch_change", search.pk)
        matches = search.matches.in_cables()
        accepted = matches.to_redact()
        names = accepted_by_name(search, accepted.visible_to(request.user))
        context: dict[str, Any] = {
            "search": search,
            "form": form,
            "cables": accepted.values("cable").distinct().count(),
            "accepted": accepted.count(),
            "not_shown": accepted.count() - accepted.visible_to(request.user).count(),
            "names": names,
            "is_long": sum(len(each.words) for each in names) > MOST_UNFOLDED,
            "undecided": matches.undecided().count(),
            "others": search.matches.filter(cable=None).count(),
        }
        title = "Redact the accepted matches"
        return render_decision(self, request, f"{TEMPLATES}decide.html", title, **context)

    @private_form
    def undo(self, request, key):
        """Lift all redactions of one decision."""
        search = self.search(request, key)
        form = ReasonForm(request.POST or None, initial={"stamp": stamp_of(search)})
        about = self.about("Lift", Kind.LIFT, search)
        if self.carry_out(request, about, search, form, undo, "The worker lifts them."):
            return redirect("admin:cables_redactionsearch_change", search.pk)
        redactions = search.matches.exclude(redaction=None).values("redaction").distinct().count()
        context: dict[str, Any] = {"search": search, "form": form, "redactions": redactions}
        title = "Lift the redactions"
        return render_decision(self, request, f"{TEMPLATES}undo.html", title, **context)

    @private_form
    def end(self, request, key):
        """Compare later texts with a decision no more."""
        search = self.search(request, key)
        form = ReasonForm(request.POST or None, initial={"stamp": stamp_of(search)})
        about = self.about("End", Kind.LIFT, search)
        if self.carry_out(request, about, search, form, end, "Later texts are not redacted by it."):
            return redirect("admin:cables_redactionsearch_change", search.pk)
        context: dict[str, Any] = {"search": search, "form": form}
        title = "End a redaction over the archive"
        return render_decision(self, request, f"{TEMPLATES}end.html", title, **context)

    def about(self, verb: str, kind: str, search: RedactionSearch) -> DecisionSubject:
        """Return the subject of a decision on a search: which cables it would change."""
        redacted = ~Q(redaction=None) if kind == Kind.LIFT else Q(redaction=None)
        matches = search.matches.in_cables().accepted().filter(redacted)
        cables = Cable.objects.filter(pk__in=matches.values("cable")).order_by("reference")
        named = list(cables.values_list("reference", flat=True)[:MOST_NAMED])
        title = f"{verb}: {search}"
        return DecisionSubject(title, (kind, Kind.MANY), None, named, cables.count())

    def carry_out(self, request, subject, search, form, decision, message) -> bool:
        """Carry out a submitted decision, unless the search changed; defer it to the worker."""

        @transaction.atomic
        def defer(data):
            row = locked_searches().get(pk=search.pk)
            if data["stamp"] != stamp_of(row):
                raise StaleError(CHANGED)
            decision(row, data["reason"], request.user)
            redact_archive.defer(search=row.pk)
            return message

        def stamp():
            search.refresh_from_db()
            return stamp_of(search)

        return carry_out_posted(request, subject, form, defer, stamp)

    @transaction.atomic
    def step(self, request, key, step):
        """Stop, resume, discard a search, or delete its words."""
        self.require_right(request)
        if step not in STEPS:
            raise Http404
        rows = locked_searches()
        search = get_object_or_404(rows, pk=key)
        if request.POST.get("stamp") != stamp_of(search) or not self.is_possible(step, search):
            self.message_user(request, CHANGED, messages.WARNING)
        elif step == "again":
            self.again(request, search)
        else:
            self.take_step(request, search, step)
        if step == "discard":
            return redirect("admin:cables_redactionsearch_changelist")
        return redirect("admin:cables_redactionsearch_change", key)

    def again(self, request, search: RedactionSearch):
        """Redact the cables that were left, as they are now, or propose it."""

        def carry_out(data) -> str:
            try_again(search, request.user)
            redact_archive.defer(search=search.pk)
            return "The worker tries again."

        subject, form = self.about("Redact what was left", Kind.REDACT, search), StepForm()
        try:
            message = decide_or_propose(request, subject, form, carry_out)
        except ValueError as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.message_user(request, message, messages.SUCCESS)

    def take_step(self, request, search: RedactionSearch, step: str):
        if step == "cancel":
            search.cancel = True
            search.save(update_fields=["cancel"])
        elif step == "resume":
            total, done = search.total, search.done
            begin(search, State(search.task), total)
            search.done = done
            search.save(update_fields=["done"])
            redact_archive.defer(search=search.pk)
        elif step == "forget":
            forget_words(search, all_words=True)
            log(search, "forgotten", "Its words are deleted.", request.user)
        else:
            log(search, "discarded", "", request.user)
            search.delete()

    def is_possible(self, step: str, search: RedactionSearch) -> bool:
        """Return whether a step is offered for a search now."""
        if search.state not in STEPS[step]:
            return False
        if step == "again":
            return search.task == State.REDACTING and search.matches.left().exists()
        if step == "forget":
            return bool(search.phrases) or search.matches.exclude(form="").exists()
        if step == "discard":
            return search.decided is None
        return not (step == "cancel" and search.cancel)

    def require_right(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied

    def search(self, request, key) -> RedactionSearch:
        """Return a search, or refuse the page."""
        self.require_right(request)
        return get_object_or_404(RedactionSearch.objects.select_related("by"), pk=key)


def locked_searches():
    """Return the searches, which a query then locks; a load may still add matches to them."""
    return RedactionSearch.objects.select_for_update(of=["self"], no_key=True)


def words_passed_over(search: RedactionSearch) -> list[tuple[str, int, list[str]]]:
    """Return (word, cables, names that it is near to) of common words that are not listed."""
    matcher = NameMatcher(search.phrases if search.skipped else [])
    words = sorted(search.skipped.items(), key=lambda each: -each[1])
    return [(word, count, matcher.possible(word, matcher.phrases)) for word, count in words]


def stamp_of(search: RedactionSearch) -> str:
    """Return an optimistic-lock token; it changes with the state and each decision on a match.

    It stays the same while the worker is at work.
    """
    if search.state in RedactionSearch.AT_WORK:
        return f"at work {search.task}"
    rows = search.matches.exclude(decision="").order_by("pk")
    decided = rows.values_list("pk", "decision", "longer")
    return digest([search.state, search.done, list(decided), search.matches.left().count()])
