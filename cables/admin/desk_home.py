"""What the first page of the desk shows: what needs a person, today's decisions, holdings, lists.

Each part is left out for accounts that may not see what it counts. Nothing counts all cables
without an index: with 250,000 of them the page has to stay quick.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, groupby
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from ..decisions.approvals import approvers_of, waiting_for
from ..decisions.carry_out import page_of
from ..decisions.sealed_words import as_shown
from ..models import (
    Cable,
    Change,
    Left,
    Load,
    LoadRow,
    MatterAssignment,
    Proposal,
    Redaction,
    RedactionSearch,
    RequestCase,
)
from ..search.list_count_queries import count_published
from .loads.load_previews import rows_for
from .log import add_undo_links
from .log_links import pages_about
from .redaction_search.review_pages import proposals_on
from .work_lists.issue_overview import count_mine
from .work_lists.issues import MOST, without_hidden_names, work_list

LATEST = 300  # Entries of today's log that are read; equal ones are shown as one decision.
MOST_DECISIONS = 12  # Decisions that are shown of these.
MOST_ROWS = 8  # Searches, loads and days that are listed.
UNDECIDED = (RedactionSearch.State.SEARCHED, RedactionSearch.State.STOPPED)
WEEK = timedelta(days=7)
TO_RESUME = (Load.State.FAILED, Load.State.STOPPED, Load.State.CANCELLED)
# Loads that a Releaser has to apply, resume or discard.
UNFINISHED = (
    ("Loads whose columns have to be chosen", (Load.State.MAPPING,)),
    ("Loads that were compared and wait to be applied", (Load.State.COMPARED,)),
    ("Loads that failed or stopped: resume or discard them", TO_RESUME),
)
YOU = "you"
MOST_NAMES = 3  # Holders that are named.
Tally = dict[str, Any]  # How many rows of one holder there are: _tallies().


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A line of a table: what it is, its page, and a number or a few words on it.

    What needs a person also has the day of the oldest, and whose it is.
    """

    label: str
    address: str
    count: int | None = None
    is_most: bool = False  # Whether there may be more than `count`.
    note: str = ""
    is_urgent: bool = False
    oldest: date | None = None
    whose: str = ""


def home(user: User) -> dict[str, Any]:
    """Return the context of the first page of the desk for an account."""
    embargoes = list(_embargoes()) if may(user, "view_loadrow") else []
    context: dict[str, Any] = {"holdings": list(_holdings(user))}
    context["waiting"] = _waiting(user, [row for row in embargoes if row.is_urgent])
    context["work_lists"] = work_lists() if may(user, "view_left") else ""
    if may(user, "view_loadrow"):
        context["embargoes"] = [row for row in embargoes if not row.is_urgent]
    if may(user, "view_load", "load_files"):
        loads = Load.objects.filter(state__in=Load.AT_WORK).select_related("collection")
        context["loads"] = [_load_at_work(load) for load in loads.order_by("pk")[:MOST_ROWS]]
    if may(user, "view_change"):
        today = {"at__gte": f"{start_of_today():%Y-%m-%d %H:%M:%S}+00:00"}
        context["log_of_today"] = _list("change", **today)
        context |= _decisions(user)
    return context


def may(user: User, *rights: str) -> bool:
    """Return whether a user has one of these rights of the app."""
    return any(user.has_perm(f"cables.{right}") for right in rights)


def start_of_today() -> datetime:
    """Return when the day began, in UTC, as the log has its times."""
    return timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _list(model: str, **query: Any) -> str:
    address = reverse(f"admin:cables_{model}_changelist")
    return f"{address}?{urlencode(query)}" if query else address


def _waiting(user: User, late: list[HomeRow]) -> list[HomeRow]:
    """Return what needs a person: what is late first, then one's own, then the oldest."""
    cases = _open_cases() if may(user, "view_requestcase") else []
    rows = [*_mine(user, cases), *_work(user, cases), *late]
    return sorted(
        rows, key=lambda row: (not row.is_urgent, row.whose != YOU, row.oldest or date.max)
    )


def _mine(user: User, cases: list[Tally]) -> Iterator[HomeRow]:
    """Yield what waits for this very account: its cases, matters and searches, and loads."""
    own = [row for row in cases if row["assigned"] == user.pk]
    yield from _cases("Requests assigned to you", _list("requestcase", which="mine"), user, own)
    yield from _proposals(user)
    if may(user, "view_left") and (count := count_mine(user)):
        yield HomeRow("Matters assigned to you", f"{work_lists()}?to=mine", count, whose=YOU)
    if may(user, "redact_cable"):
        searches = RedactionSearch.objects.filter(by=user, state__in=UNDECIDED)
        for search in searches.order_by("-pk")[:MOST_ROWS]:
            address = reverse("admin:cables_redactionsearch_change", args=[search.pk])
            state, day, whose = search.get_state_display(), search.started.date(), YOU
            if proposal := proposals_on(search).first():
                address, state = page_of(proposal), proposal.get_state_display()
                is_stale = proposal.state == Proposal.State.STALE
                whose = YOU if is_stale else approvers_of(proposal.kinds)
            label = f"Your {search.label[:1].lower()}{search.label[1:]}"
            yield HomeRow(label, address, note=state, oldest=day, whose=whose)
    if may(user, "load_files"):
        unfinished = [state for _, states in UNFINISHED for state in states]
        loads = Load.objects.filter(by__isnull=False, state__in=unfinished)
        counted = _tallies(loads, "by", "started", "state")
        for label, states in UNFINISHED:
            address = _list("load", state__in=",".join(states), by__isnull=False)
            found = [row for row in counted if row["state"] in states]
            yield from _counted_with(label, address, found, _names(user, found))


def _tallies(rows: QuerySet, holder: str, day: str, *by: str, **counts: Count) -> list[Tally]:
    """Count rows, and the first of their days, for each of their holders, in one query."""
    found = rows.order_by().values(*by, holder, whose=F(f"{holder}__username"))
    return list(found.annotate(n=Count("pk"), oldest=Min(day), **counts))


def _open_cases() -> list[Tally]:
    overdue = Count("pk", filter=Q(pk__in=RequestCase.objects.overdue().values("pk")))
    return _tallies(RequestCase.objects.open(), "assigned", "received", overdue=overdue)


def _cases(label: str, address: str, user: User, found: list[Tally]) -> Iterator[HomeRow]:
    overdue = sum(row["overdue"] for row in found)
    note = f"{overdue:,} overdue" if overdue else ""
    for row in _counted_with(label, address, found, _names(user, found)):
        yield replace(row, note=note, is_urgent=bool(overdue))


def _names(user: User, found: list[Tally]) -> str:
    """Return whose something is: "you, anna, nobody", or of how many people."""
    names = {row["whose"] for row in found}
    if len(names) > MOST_NAMES:
        return f"{len(names - {None})} people{', nobody' if None in names else ''}"
    own = {user.username: YOU, None: "nobody"}
    return ", ".join(sorted(own.get(name) or str(name) for name in names))


def _counted_with(label: str, address: str, found: list[Tally], whose: str) -> Iterator[HomeRow]:
    """Yield the number of all, if there are any, and the first of their days."""
    if count := sum(row["n"] for row in found):
        oldest = min(filter(None, (row["oldest"] for row in found)), default=None)
        oldest = oldest.date() if isinstance(oldest, datetime) else oldest
        yield HomeRow(label, address, count, oldest=oldest, whose=whose)


def work_lists() -> str:
    return reverse("admin:cables_left_matters")


def _proposals(user: User) -> Iterator[HomeRow]:
    """Yield the proposals that a user can approve, and own ones to be proposed again."""
    label, address = "Proposals that wait for your approval", _list("proposal", which="waiting")
    yield from _counted_with(label, address, _tallies(waiting_for(user), "by", "at"), YOU)
    stale = Proposal.objects.filter(by=user, state=Proposal.State.STALE)
    address = _list("proposal", which="mine", state__exact=Proposal.State.STALE.value)
    label = "Your proposals that are not possible any more"
    yield from _counted_with(label, address, _tallies(stale, "by", "at"), YOU)


def _work(user: User, cases: list[Tally]) -> Iterator[HomeRow]:
    """Yield the open requests and the work lists that have something in them."""
    every = _cases("Requests to take down or correct", _list("requestcase"), user, cases)
    yield from (row for row in every if row.whose != YOU)
    if may(user, "view_left"):
        assigned = {*MatterAssignment.objects.in_force().values_list("kind", flat=True).distinct()}
        for kind, count, since in work_list(user):
            holders = kind.holders(user) if kind.name in assigned else ()
            names = _names(user, [{"whose": name} for name in holders or (None,)])
            is_most = count == MOST
            yield HomeRow(kind.title, kind.address, count, is_most, "", oldest=since, whose=names)


def _embargoes() -> Iterator[HomeRow]:
    """Yield the days of the next week on which embargoes end, with the number of records."""
    waiting = LoadRow.objects.filter(outcome=LoadRow.Outcome.WAITING)
    ending = waiting.filter(due__lt=timezone.now() + WEEK)
    days = ending.values(day=TruncDate("due", tzinfo=UTC)).annotate(n=Count("pk")).order_by("day")
    for row in days[:MOST_ROWS]:
        day, next_day = row["day"], row["day"] + timedelta(days=1)
        span = {"due__gte": f"{day} 00:00:00+00:00", "due__lt": f"{next_day} 00:00:00+00:00"}
        address = _list("loadrow", outcome__exact=LoadRow.Outcome.WAITING.value, **span)
        is_past = day < timezone.now().date()
        note = "should have ended: does the worker run?" if is_past else ""
        label = f"{'Embargoes that ended on ' if is_past else ''}{day:%A %Y-%m-%d}"
        yield HomeRow(label, address, row["n"], False, note, is_past, day, "the operator")


def _load_at_work(load: Load) -> HomeRow:
    address = reverse("admin:cables_load_change", args=[load.pk])
    percent = f", {load.percent}%" if load.state != Load.State.WAITING else ""
    note = f"{load.get_state_display()}{percent}"
    return HomeRow(f"{load.label}, {load.collection}", address, note=note)


def _holdings(user: User) -> Iterator[HomeRow]:
    """Yield how many cables are published, withheld, redacted, under embargo and held."""
    if may(user, "view_cable"):
        withheld = Cable.objects.exclude(withheld_reason="")
        redacted = Redaction.objects.order_by().values("cable").distinct().count()
        yield HomeRow("Published", _list("cable", state="published"), count_published())
        yield _counted("Withheld", _list("cable", state="withheld"), withheld)
        yield HomeRow("Redacted", _list("cable", redacted="yes"), redacted)
    if may(user, "view_loadrow"):
        for label, outcome in (
            ("Records of loads under embargo", LoadRow.Outcome.WAITING),
            ("Held records", LoadRow.Outcome.HELD),
        ):
            rows = rows_for(user, LoadRow.objects.filter(outcome=outcome))
            yield _counted(label, _list("loadrow", outcome__exact=outcome.value), rows)


def _counted(label: str, address: str, rows: QuerySet) -> HomeRow:
    """Count rows as the lists of the desk do: up to MOST."""
    count = rows.order_by()[:MOST].count()
    return HomeRow(label, address, count, count == MOST)


def _decisions(user: User) -> dict[str, list[SimpleNamespace]]:
    """Return the last decisions of today, `by_others` and `by_me`, as this user may see them.

    Each has the last of its entries (`change`), and the address of that (`entry`), of what it is
    `about`, and of the log with all of them.
    """
    rows = without_hidden_names(user, Change.objects.filter(at__gte=start_of_today()))
    # By time: its index bounds what is read, whatever else the day was like.
    ordered = rows.select_related("by", "approved_by").order_by("-at", "-pk")
    whose = {"by_others": ~Q(by=user) | Q(by=None), "by_me": Q(by=user)}
    read = {name: list(ordered.filter(each)[:LATEST]) for name, each in whose.items()}
    add_undo_links(user, chain.from_iterable(read.values()))
    groups = {
        name: [list(group) for _, group in groupby(changes, key=_key)][:MOST_DECISIONS]
        for name, changes in read.items()
    }
    shown = as_shown(user, [group[0] for each in groups.values() for group in each])
    pages, last = pages_about(user, shown), iter(shown)
    return {
        name: [_decision(next(last), len(group) - 1, pages) for group in each]
        for name, each in groups.items()
    }


def _key(change: Change) -> tuple[Any, ...]:
    """Return what entries of one decision on many cables have in common."""
    if change.decision_id:
        return change.decision_id, change.action
    if not change.cable_id:
        return (change.pk,)
    return change.by_id, change.approved_by_id, change.action, change.what, change.reason


def _decision(change: Change, others: int, pages: dict[int, str]) -> SimpleNamespace:
    entry = reverse("admin:cables_change_change", args=[change.pk])
    by = {"by__id__exact": change.by_id} if change.by_id else {"by__isnull": True}
    since = f"{start_of_today():%Y-%m-%d %H:%M:%S}+00:00"
    of_it = (
        {"decision__id__exact": change.decision_id} if change.decision_id else {"at__gte": since}
    )
    return SimpleNamespace(
        change=change,
        entry=entry,
        about=pages.get(change.pk) or entry,
        others=others,
        all_of_it=_list("change", action=change.action, **of_it, **by),
    )


MORE = "More"  # The lists that no door has.
# The five doors of the desk -> names of models, each door's main one first.
DOORS = {
    "Cables": (
        *("cable", "savedsearch", "redaction", "redactionsearch", "correction"),
        "bulkdecision",
    ),
    "Work": ("proposal", "change", "left"),
    "Requests": ("requestcase", "lettertemplate"),
    "Loads": ("load", "loadrow", "collection"),
    "Writing": ("article", "note", "picture", "highlight", "page"),
}


def group_models(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return Django's list of apps with their models behind five doors and More, none empty."""
    models = {each["model"]._meta.model_name: each for app in apps for each in app["models"]}
    doors = {
        heading: [models.pop(name) for name in names if name in models]
        for heading, names in DOORS.items()
    }
    if any(each["object_name"] == Left.__name__ for each in doors["Work"]):
        lists = {"name": "Work lists", "object_name": "Matters", "admin_url": work_lists()}
        doors["Work"].insert(0, lists)
    doors[MORE] = sorted(models.values(), key=lambda each: each["name"].lower())
    return [
        {"name": heading, "app_label": f"door-{heading.lower()}", "models": found}
        for heading, found in doors.items()
        if found
    ]
