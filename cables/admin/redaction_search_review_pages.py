"""The pages on which a curator goes through the matches: by form, one by one, and confirmations."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from ..curation.archive_redactions import decide_at_once
from ..curation.archive_texts import wider_places
from ..models import RedactionMatch, RedactionSearch
from .base import DeskAdmin
from .decision_pages import private_form, render_decision
from .load_record_access import may_see_all
from .redaction_search_decisions import (
    MOST_UNCONFIRMED,
    AtOnce,
    at_once,
    last_at_once,
    store_choices,
)
from .redaction_search_form_lines import add_examples, listed_lines
from .redaction_search_review import (
    Review,
    count_by_kind,
    count_by_name,
    grouped,
    next_undecided,
)

State = RedactionSearch.State
TEMPLATES = "admin/cables/redactionsearch/"
CHANGED = "Somebody decided on matches meanwhile, or the worker went on."
BY_FORM, BY_MATCH = "cables_redactionsearch_forms", "cables_redactionsearch_review"


class ReviewPages(DeskAdmin):
    """Pages of the admin of redactions over the archive; `search` refuses users without right."""

    search: Any

    def review_urls(self, view, base: str) -> list:
        take_back = view(require_POST(self.take_back))
        return [
            path(f"{base}forms/", view(self.forms), name=BY_FORM),
            path(f"{base}review/", view(self.review), name=BY_MATCH),
            path(f"{base}take-back/", take_back, name="cables_redactionsearch_take_back"),
        ]

    def counts(self, search: RedactionSearch, user: Any) -> dict[str, Any]:
        """Return the matches by kind and by name, for the page of a search."""
        review = Review(search, user, QueryDict())
        return {"kinds": count_by_kind(review), "names": count_by_name(review)}

    @private_form
    def forms(self, request, key):
        """A page of the forms that were found, each to be accepted or rejected as a whole."""
        review = Review(self.search(request, key), request.user, request.GET)
        if request.method == "POST":
            return self.store(request, review)
        page = review.paged(listed_lines(review))
        add_examples(review, page.object_list)
        context = self.review_context(review) | {"page": page, "by_form": True}
        title = "Go through the forms"
        return render_decision(self, request, f"{TEMPLATES}forms.html", title, **context)

    @private_form
    def review(self, request, key):
        """A page of the matches in cables, each to be accepted or rejected."""
        review = Review(self.search(request, key), request.user, request.GET)
        if request.method == "POST":
            return self.store(request, review)
        page = review.page()
        with_sealed = review.search.with_sealed and may_see_all(request.user)
        groups = grouped(page, wider_places(page, with_sealed, review.expanded))
        context = self.review_context(review) | {"page": page, "groups": groups}
        title = "Go through the matches"
        return render_decision(self, request, f"{TEMPLATES}review.html", title, **context)

    def review_context(self, review: Review) -> dict[str, Any]:
        """Return what both lists show."""
        search = review.search
        return {
            "search": search,
            "review": review,
            "kinds": count_by_kind(review),
            "names": count_by_name(review),
            "decisions": RedactionMatch.DECISIONS.items(),
            "undecided": review.matches().undecided().count(),
            "next_kind": next_undecided(review),
            "still_undecided": review.visible().undecided().count(),
            "may_decide": search.state == State.SEARCHED,
            "is_searching": search.task == State.SEARCHING and search.state != State.SEARCHED,
            "last_at_once": last_at_once(search, review.user),
            "most_unconfirmed": MOST_UNCONFIRMED,
        }

    def store(self, request, review: Review) -> HttpResponse:
        """Store the choices of a page, then the decision on many if a button of one was pressed."""
        changed = 0
        with transaction.atomic():
            if not self.is_open(request, review.search):
                return redirect(request.get_full_path())
            saved, refused = store_choices(review, request.POST)
            chosen = at_once(review, request.POST)
            if chosen:
                matches = review.search.matches.filter(pk__in=chosen.keys)
                count = matches.to_decide_at_once(chosen.decision).count()
                if count > MOST_UNCONFIRMED and request.POST.get("confirmed") != str(count):
                    return self.confirm(request, review, chosen, count, saved)
                changed = decide_at_once(review.search, chosen.keys, chosen.decision)
                refused += chosen.refused
        if refused:
            text = f"{refused} not stored: somebody else decided on them meanwhile."
            self.message_user(request, text, messages.WARNING)
        left = review.visible().undecided().count()
        text = f"{saved + changed:,} decided. {left:,} still undecided."
        self.message_user(request, text, messages.SUCCESS)
        return redirect(request.get_full_path())

    def is_open(self, request, search: RedactionSearch) -> bool:
        """Lock a search; return whether its matches can be decided now, with a message if not."""
        rows = RedactionSearch.objects.select_for_update(of=["self"])
        if rows.get(pk=search.pk).state == State.SEARCHED:
            return True
        self.message_user(request, CHANGED, messages.WARNING)
        return False

    def confirm(
        self, request, review: Review, chosen: AtOnce, count: int, saved: int
    ) -> HttpResponse:
        """Ask before a decision on many; the page sends the same again, with the number."""
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            if name in ("several", "tick") or name.startswith("was-")
            for value in values
        ]
        context: dict[str, Any] = {
            "search": review.search,
            "kept": kept,
            "count": count,
            "saved": saved,
            "verb": "Accept" if chosen.decision == RedactionMatch.ACCEPTED else "Reject",
            "refused": chosen.refused,
        }
        title = "Decide on many matches"
        template = f"{TEMPLATES}confirm.html"
        return render_decision(self, request, template, title, **context).render()

    @private_form
    def take_back(self, request, key):
        """Take back the last decision on many matches, as a whole."""
        search = self.search(request, key)
        with transaction.atomic():
            if self.is_open(request, search):
                last = last_at_once(search, request.user)
                if last and request.POST.get("stamp") == last.stamp:
                    count = search.matches.visible_to(request.user).take_back()
                    text = f"Taken back: {count:,} have the decision that they had before."
                    self.message_user(request, text, messages.SUCCESS)
                else:
                    self.message_user(request, CHANGED, messages.WARNING)
        return redirect(f"admin:{BY_FORM}", search.pk)
