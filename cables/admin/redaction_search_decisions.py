"""Decisions on matches: those chosen one by one on a page, and those on many at once."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.http import QueryDict

from ..decisions.optimistic_lock import digest
from ..models import RedactionMatch, RedactionSearch
from .redaction_search_form_lines import FormLine, form_lines
from .redaction_search_review import DECISIONS, Review, key_in, offered_phrases, token_of

MOST_UNCONFIRMED = 100  # A decision on more matches asks for confirmation.


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A decision on many matches."""

    decision: str
    keys: list[int]  # Primary keys of matches.
    refused: int = 0  # Forms that somebody else decided on meanwhile.


@dataclass(frozen=True, slots=True)
class LastAtOnce:
    """The last decision on many, which can be taken back."""

    count: int
    decision: str
    stamp: str


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


def last_at_once(search: RedactionSearch, user: Any) -> LastAtOnce | None:
    """Return the last decision on many matches that a user may see, None if there is none."""
    rows = search.matches.in_cables().visible_to(user).decided_at_once()
    about = rows.order_by().aggregate(
        count=Count("pk"), last=Max("pk"), all=Sum("pk"), first=Min("pk"), label=Max("decision")
    )
    if not about["count"]:
        return None
    stamp = digest([str(each) for each in about.values()])
    return LastAtOnce(about["count"], about["label"], stamp)
