"""Redactions over the archive: start a search, follow it, go through the matches, decide, undo."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
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
from ..decisions.forms import PublicReasonForm, StampedForm
from ..decisions.kinds import (
    MOST_NAMED,
    Approval,
    DecisionEffects,
    DecisionKind,
    DecisionSubject,
)
from ..decisions.optimistic_lock import digest
from ..decisions.proposals import decide_or_propose
from ..models import Cable, RedactionMatch, RedactionSearch, StandingForm
from ..names.archive_matcher import NameMatcher
from ..operations.tasks import is_worker_running
from .base import Unchangeable
from .decision_pages import DecisionPages, private_form, render_decision
from .load_record_access import may_see_all
from .redaction_search_accepted import accepted_by_name
from .redaction_search_forms import MOST_NAMES, RedactionSearchForm
from .redaction_search_review import suggested_names
from .redaction_search_review_pages import CHANGED, TEMPLATES, ReviewPages

State = RedactionSearch.State
MOST_UNFOLDED = 60  # Rows of a table of words; longer ones are folded.
MOST_SHOWN = 100  # Matches that a proposal shows.
MOST_READABLE = 10  # Redacted cables that the page of a search links to, as readers see them.
# Step -> the states in which it is possible.
STEPS = {
    "cancel": RedactionSearch.AT_WORK,
    "resume": (State.STOPPED,),
    "again": (State.REDACTED, State.STOPPED),
    "forget": (State.REDACTED, State.LIFTED),
    "discard": (State.SEARCHED, State.STOPPED),
}


class OnSearch(DecisionKind):
    """A decision on a redaction over the archive, which the worker carries out."""

    rights = ("redact_cable",)
    template_name: str
    verb: str
    approval: str
    told: str  # Message for the curator.

    def find(self) -> None:
        rows = RedactionSearch.objects.select_related("by")
        self.search = get_object_or_404(rows, pk=self.keys["key"])

    @property
    def template(self) -> str:  # type: ignore[override]
        return f"{TEMPLATES}{self.step}.html"

    def stamp(self) -> str:
        self.search.refresh_from_db()
        return stamp_of(self.search)

    def subject(self) -> DecisionSubject:
        """Return what it is about: which cables it would change."""
        redacted = ~Q(redaction=None) if self.approval == Approval.LIFT else Q(redaction=None)
        matches = self.search.matches.in_cables().accepted().filter(redacted)
        cables = Cable.objects.filter(pk__in=matches.values("cable")).order_by("reference")
        named = list(cables.values_list("reference", flat=True)[:MOST_NAMED])
        title, kinds = f"{self.verb}: {self.search}", (self.approval, Approval.MANY)
        return DecisionSubject(title, kinds, None, named, cables.count())

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        row = locked_searches().get(pk=self.search.pk)
        if data["stamp"] != stamp_of(row):
            raise StaleError(CHANGED)
        self.begin(row, data)
        redact_archive.defer(search=row.pk)
        return self.told

    def begin(self, search: RedactionSearch, data: dict[str, Any]) -> None:
        """Store what the worker is to do with a locked search."""
        raise NotImplementedError

    def next_page(self) -> str:
        return reverse("admin:cables_redactionsearch_change", args=[self.search.pk])

    @classmethod
    def may_see_effects(cls, user, proposal, keys) -> bool:
        """Only whoever may redact sees its words, and no words of cables that they may not see."""
        matches = RedactionMatch.objects.filter(search=keys["key"])
        hides = matches.exclude(pk__in=matches.visible_to(user)).exists()
        is_lifting = Approval.LIFT in proposal.kinds
        return user.has_perm("cables.redact_cable") and not hides and not is_lifting


class RedactAccepted(OnSearch):
    """Redact all accepted matches with one reason."""

    pages = {"redactionsearch_decide": "<int:key>/decide/"}
    form_class = PublicReasonForm
    verb, approval, told = "Redact", Approval.REDACT, "The worker redacts them."
    title = "Redact the accepted matches"

    def begin(self, search, data) -> None:
        decide(search, data["reason"], self.user)

    def context(self) -> dict[str, Any]:
        search, matches = self.search, self.search.matches.in_cables()
        accepted = matches.to_redact()
        names = accepted_by_name(search, accepted.visible_to(self.user))
        return {
            "search": search,
            "cables": accepted.values("cable").distinct().count(),
            "accepted": accepted.count(),
            "not_shown": accepted.count() - accepted.visible_to(self.user).count(),
            "names": names,
            "is_long": sum(len(each.words) for each in names) > MOST_UNFOLDED,
            "undecided": matches.undecided().count(),
            "others": search.matches.filter(cable=None).count(),
        }

    def effects(self, cable: Cable | None) -> DecisionEffects:
        rows = self.search.matches.to_redact().select_related("cable")
        ordered = rows.order_by("cable__reference", "form")
        return DecisionEffects(matches=list(ordered[:MOST_SHOWN]), matches_in_all=rows.count())


class LiftRedactions(OnSearch):
    """Lift all redactions of one decision."""

    pages = {"redactionsearch_undo": "<int:key>/undo/"}
    verb, approval, told = "Lift", Approval.LIFT, "The worker lifts them."
    title = "Lift the redactions"

    def begin(self, search, data) -> None:
        undo(search, data["reason"], self.user)

    def context(self) -> dict[str, Any]:
        redacted = self.search.matches.exclude(redaction=None).values("redaction")
        return {"search": self.search, "redactions": redacted.distinct().count()}


class EndRedaction(OnSearch):
    """Compare later texts with a decision no more."""

    pages = {"redactionsearch_end": "<int:key>/end/"}
    verb, approval, told = "End", Approval.LIFT, "Later texts are not redacted by it."
    title = "End a redaction over the archive"

    def begin(self, search, data) -> None:
        end(search, data["reason"], self.user)

    def context(self) -> dict[str, Any]:
        return {"search": self.search}


class RedactLeft(OnSearch):
    """Redact the cables that were left, as they are now: a button of the page of a search."""

    pages = {"redactionsearch_step": "<int:key>/step/<str:step>/"}
    form_class = StampedForm
    verb, approval = "Redact what was left", Approval.REDACT
    told = "The worker tries again."

    def begin(self, search, data) -> None:
        if not is_possible("again", search):
            raise ValueError(CHANGED)
        try_again(search, self.user)

    @classmethod
    def page_of_proposal(cls, user, proposal, keys) -> str:
        return reverse("admin:cables_redactionsearch_change", args=[keys["key"]])


@admin.register(RedactionSearch)
class RedactionSearchAdmin(Unchangeable, DecisionPages, ReviewPages):
    """Redactions over the archive, newest first. Their words are only for those who may redact."""

    decisions = (RedactAccepted, LiftRedactions, EndRedaction)
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
            "steps": [step for step in STEPS if is_possible(step, row)],
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

    def step(self, request, key, step):
        """Stop, resume, discard a search, or delete its words."""
        self.require_right(request)
        if step not in STEPS:
            raise Http404
        if step == "again":
            return self.again(request, key)
        return self.take_step(request, key, step)

    def again(self, request, key):
        """Redact the cables that were left, as they are now, or propose it."""
        keys = {"key": key, "step": "again"}
        page = "redactionsearch_step"
        decision = RedactLeft(page, request.user, keys, request.GET, request.POST)
        if made := decide_or_propose(decision):
            self.message_user(request, made.message, messages.SUCCESS)
        else:
            self.message_user(request, decision.problem(), messages.WARNING)
        return redirect(decision.next_page())

    @transaction.atomic
    def take_step(self, request, key, step):
        rows = locked_searches()
        search = get_object_or_404(rows, pk=key)
        if request.POST.get("stamp") != stamp_of(search) or not is_possible(step, search):
            self.message_user(request, CHANGED, messages.WARNING)
        else:
            take_step(search, step, request.user)
        if step == "discard":
            return redirect("admin:cables_redactionsearch_changelist")
        return redirect("admin:cables_redactionsearch_change", key)

    def require_right(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied

    def search(self, request, key) -> RedactionSearch:
        """Return a search, or refuse the page."""
        self.require_right(request)
        return get_object_or_404(RedactionSearch.objects.select_related("by"), pk=key)


def take_step(search: RedactionSearch, step: str, by) -> None:
    """Take a step that is possible on a locked search."""
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
        log(search, "forgotten", "Its words are deleted.", by)
    else:
        log(search, "discarded", "", by)
        search.delete()


def is_possible(step: str, search: RedactionSearch) -> bool:
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
