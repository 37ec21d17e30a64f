"""The pages on which a curator goes through the matches: by form, one by one, and many at once."""

from types import SimpleNamespace
from typing import Any, NamedTuple

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from ...curation.archive_redactions import decide_at_once
from ...curation.archive_texts import wider_places
from ...decisions.forms import digest
from ...models import Proposal, RedactionMatch, RedactionSearch
from ..base import DeskAdmin
from ..desk_pages import desk_page, private_form
from ..loads.load_previews import may_see_all
from .chosen_matches import (
    DECISIONS,
    Review,
    count_by_kind,
    count_by_name,
    grouped,
    key_in,
    next_undecided,
    offered_phrases,
    token_of,
)
from .form_lines import FormLine, add_examples, form_lines, listed_lines

MOST_UNCONFIRMED = 100  # A decision on more matches asks for confirmation.


class AtOnce(NamedTuple):
    """A decision on many matches (primary keys); `refused` forms were decided on meanwhile."""

    decision: str
    keys: list[int]
    refused: int = 0


def store_choices(review: Review, data: QueryDict) -> tuple[int, int]:
    """Store what was chosen for each match of a submitted page; return (changed, refused) numbers.

    One is refused if somebody else decided otherwise since the page was opened.
    """
    keys = [key_in(name.removeprefix("was-")) for name in data if name.startswith("was-")]
    keys = [key for key in keys if key and f"match-{key}" in data]
    changed: list[RedactionMatch] = []
    refused = 0
    for match in review.visible().filter(pk__in=keys, redaction=None):
        was = data.get(f"was-{match.pk}", "")
        now = _chosen(match, was, data)
        if now is None:
            continue
        if token_of(match) != was:
            refused += 1
            continue
        match.decision, match.longer = now
        match.decision_before = RedactionMatch.NOT_AT_ONCE
        changed.append(match)
    RedactionMatch.objects.bulk_update(changed, ["decision", "longer", "decision_before"], 500)
    return len(changed), refused


def _chosen(match: RedactionMatch, was: str, data: QueryDict) -> tuple[str, list[str]] | None:
    """Return (decision, longer phrases) that a page chose for a match; None if it is as it was.

    Ticking places accepts a match, unless another decision is chosen at the same time.
    """
    decision_before, *ticked_before = was.split(" ")
    decision = data.get(f"match-{match.pk}", "")
    if decision not in RedactionMatch.DECISIONS:
        return None
    offered = offered_phrases(match)
    ticked = [key for key in data.getlist(f"place-{match.pk}") if key in offered]
    if decision == decision_before and set(ticked) == set(ticked_before):
        return None
    if ticked and decision == decision_before:
        decision = RedactionMatch.ACCEPTED
    if decision != RedactionMatch.ACCEPTED:
        return decision, []
    return decision, [offered[key].words for key in offered if key in ticked]


def at_once(review: Review, data: QueryDict) -> AtOnce | None:
    """Return the decision of a button that decides on several matches, None without one.

    Its value is "accept listed", "accept cable 17", "accept form 17" (of these the undecided
    ones; the numbers are primary keys of a cable, and of a match whose form is meant in all
    cables), "accept line 17" or "accept ticked": all matches of forms on the list by form.
    """
    action, _, which = data.get("several", "").partition(" ")
    kind, _, number = which.partition(" ")
    if action not in DECISIONS:
        return None
    if kind in ("line", "ticked"):
        return _of_lines(review, data, DECISIONS[action], number if kind == "line" else "")
    rows: Any = None
    if kind == "listed":
        rows = review.matches()
    elif (key := key_in(number)) and kind == "cable":
        rows = review.visible().filter(cable=key)
    elif key and kind == "form":
        forms = review.visible().filter(pk=key).values("key")
        rows = review.visible().filter(key__in=forms)
    if rows is None:
        return None
    keys = rows.undecided().order_by().values_list("pk", flat=True)
    return AtOnce(DECISIONS[action], list(keys))


def _of_lines(review: Review, data: QueryDict, decision: str, number: str) -> AtOnce:
    """Return a decision on the form of one line, or on the ticked ones without a number."""
    numbers = [number] if number else data.getlist("tick")
    chosen = {key_in(each) for each in numbers}
    lines = {each.first: each for each in form_lines(review) if each.first in chosen}
    unchanged: list[FormLine] = [
        line for key, line in lines.items() if data.get(f"was-{key}") == line.token
    ]
    keys = [key for line in unchanged for key in line.keys]
    return AtOnce(decision, keys, len(chosen) - len(unchanged))


def last_at_once(search: RedactionSearch, user: Any) -> SimpleNamespace | None:
    """Return count, decision and stamp of the last decision on many matches that a user may see."""
    rows = search.matches.in_cables().visible_to(user).decided_at_once()
    about = rows.order_by().aggregate(
        count=Count("pk"), last=Max("pk"), all=Sum("pk"), first=Min("pk"), label=Max("decision")
    )
    if not about["count"]:
        return None
    stamp = digest([str(each) for each in about.values()])
    return SimpleNamespace(count=about["count"], decision=about["label"], stamp=stamp)


State = RedactionSearch.State
CHANGED = "Somebody decided on matches meanwhile, or the worker went on."
PROPOSED = "Its redaction is proposed: nothing is decided on matches until that is judged."


class ReviewPages(DeskAdmin):
    search: Any

    def counts(self, search: RedactionSearch, user: Any) -> dict[str, Any]:
        """Return the matches by kind and by name, for the page of a search."""
        review = Review(search, user, QueryDict())
        return {"kinds": count_by_kind(review), "names": count_by_name(review)}

    @desk_page("<int:key>/forms/", "redactionsearch_forms")
    @private_form
    def forms(self, request, key):
        """A page of the forms that were found, each to be accepted or rejected as a whole."""
        review = Review(self.search(key), request.user, request.GET)
        if request.method == "POST":
            return self.store(request, review)
        page = review.paged(listed_lines(review))
        add_examples(review, page.object_list)
        context = self.review_context(review) | {"page": page, "by_form": True}
        title = "Go through the forms"
        return self.render_page(request, "redactionsearch/forms.html", title, **context)

    @desk_page("<int:key>/review/", "redactionsearch_review")
    @private_form
    def review(self, request, key):
        """A page of the matches in cables, each to be accepted or rejected."""
        review = Review(self.search(key), request.user, request.GET)
        if request.method == "POST":
            return self.store(request, review)
        page = review.page()
        with_sealed = review.search.with_sealed and may_see_all(request.user)
        groups = grouped(page, wider_places(page, with_sealed, review.expanded))
        context = self.review_context(review) | {"page": page, "groups": groups}
        title = "Go through the matches"
        return self.render_page(request, "redactionsearch/review.html", title, **context)

    def review_context(self, review: Review) -> dict[str, Any]:
        search = review.search
        return {
            "search": search,
            "review": review,
            "kinds": count_by_kind(review),
            "names": count_by_name(review),
            "decisions": RedactionMatch.DECISIONS.items(),
            "undecided": review.matches().undecided().count(),
            "next_kind": next_undecided(review),
            "still_undecided": review.visible().looked_for().undecided().count(),
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
        left = review.visible().looked_for().undecided().count()
        text = f"{saved + changed:,} decided. {left:,} still undecided, beside suggestions."
        self.message_user(request, text, messages.SUCCESS)
        return redirect(request.get_full_path())

    def is_open(self, request, search: RedactionSearch) -> bool:
        """Lock a search; return whether its matches can be decided now, with a message if not."""
        rows = RedactionSearch.objects.select_for_update(of=["self"])
        is_searched = rows.get(pk=search.pk).state == State.SEARCHED
        if is_searched and not proposals_on(search).exists():
            return True
        why = PROPOSED if is_searched else CHANGED
        self.message_user(request, why, messages.WARNING)
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
        page = "redactionsearch/confirm.html"
        return self.render_page(request, page, title, **context).render()

    @desk_page("<int:key>/take-back/", "redactionsearch_take_back", method="POST")
    @private_form
    def take_back(self, request, key):
        search = self.search(key)
        with transaction.atomic():
            if self.is_open(request, search):
                last = last_at_once(search, request.user)
                if last and request.POST.get("stamp") == last.stamp:
                    count = search.matches.visible_to(request.user).take_back()
                    text = f"Taken back: {count:,} have the decision that they had before."
                    self.message_user(request, text, messages.SUCCESS)
                else:
                    self.message_user(request, CHANGED, messages.WARNING)
        return redirect("admin:cables_redactionsearch_forms", search.pk)


def proposals_on(search: RedactionSearch) -> QuerySet[Proposal]:
    """Return the decisions on a search that wait for approval, or to be proposed again."""
    pages = reverse("admin:cables_redactionsearch_change", args=[search.pk]).removesuffix("change/")
    open_ones = Proposal.objects.filter(state__in=Proposal.OPEN)
    return open_ones.filter(address__startswith=pages).order_by("pk")
