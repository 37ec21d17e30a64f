"""What the first page of the desk shows: what waits, today's decisions, embargoes, holdings.

Each part is left out for accounts that may not see what it counts. Nothing counts all cables
without an index: with 250,000 of them the page has to stay quick.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Count, Model, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from ..decisions.approvals import waiting_for
from ..decisions.sealed_words import as_shown
from ..models import Cable, Change, Load, LoadRow, Proposal, Redaction, RedactionSearch, RequestCase
from ..search.list_count_queries import count_published
from .loads.load_previews import rows_for
from .log import add_undo_links
from .work_lists.issue_overview import count_mine
from .work_lists.issues import MOST, without_hidden_names, work_list

LATEST = 300  # Entries of today's log that are read; equal ones are shown as one decision.
MOST_DECISIONS = 12  # Decisions that are shown of these.
MOST_ROWS = 8  # Searches, loads and days that are listed.
UNDECIDED = (RedactionSearch.State.SEARCHED, RedactionSearch.State.STOPPED)
WEEK = timedelta(days=7)
TO_RESUME = (Load.State.FAILED, Load.State.STOPPED, Load.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A line of a table: what it is, its page, and a number or a few words on it."""

    label: str
    address: str
    count: int | None = None
    is_most: bool = False  # Whether there may be more than `count`.
    note: str = ""
    is_urgent: bool = False


def home(user: User) -> dict[str, Any]:
    """Return the context of the first page of the desk for an account."""
    context: dict[str, Any] = {"mine": list(_mine(user)), "holdings": list(_holdings(user))}
    context["work"] = list(_work(user)) if may(user, "view_left", "view_requestcase") else None
    context["work_lists"] = work_lists() if may(user, "view_left") else ""
    if may(user, "view_loadrow"):
        context["embargoes"] = list(_embargoes())
    if may(user, "view_load", "load_files"):
        loads = Load.objects.filter(state__in=Load.AT_WORK).select_related("collection")
        context["loads"] = [_load_at_work(load) for load in loads.order_by("pk")[:MOST_ROWS]]
    if may(user, "view_change"):
        today = {"at__gte": f"{start_of_today():%Y-%m-%d %H:%M:%S}+00:00"}
        context["log_of_today"] = _list("change", **today)
        context["by_others"] = _decisions(user, ~Q(by=user) | Q(by=None))
        context["by_me"] = _decisions(user, Q(by=user))
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


def _mine(user: User) -> Iterator[HomeRow]:
    """Yield what waits for this very account: its cases, matters and searches, and loads."""
    if may(user, "view_requestcase"):
        cases = RequestCase.objects.filter(assigned=user)
        if count := cases.open().count():
            overdue = cases.overdue().count()
            note = f"{overdue:,} overdue" if overdue else ""
            address = _list("requestcase", which="mine")
            yield HomeRow("Requests assigned to you", address, count, False, note, bool(overdue))
    yield from _proposals(user)
    if may(user, "view_left") and (count := count_mine(user)):
        yield HomeRow("Matters assigned to you", f"{work_lists()}?to=mine", count)
    if may(user, "redact_cable"):
        searches = RedactionSearch.objects.filter(by=user, state__in=UNDECIDED)
        for search in searches.order_by("-pk")[:MOST_ROWS]:
            address = reverse("admin:cables_redactionsearch_change", args=[search.pk])
            label = f"Your {search}"
            yield HomeRow(label, address, note=search.get_state_display())
    if may(user, "load_files"):
        yield from _unfinished_loads()


def _unfinished_loads() -> Iterator[HomeRow]:
    """Yield the numbers of loads that a Releaser has to apply, resume or discard."""
    loads = Load.objects.filter(by__isnull=False)
    for label, states in (
        ("Loads whose columns have to be chosen", (Load.State.MAPPING,)),
        ("Loads that were compared and wait to be applied", (Load.State.COMPARED,)),
        ("Loads that failed or stopped: resume or discard them", TO_RESUME),
    ):
        if count := loads.filter(state__in=states).count():
            address = _list("load", state__in=",".join(states), by__isnull=False)
            yield HomeRow(label, address, count)


def work_lists() -> str:
    return reverse("admin:cables_left_matters")


def _proposals(user: User) -> Iterator[HomeRow]:
    """Yield the proposals that a user can approve, and own ones to be proposed again."""
    if count := waiting_for(user).count():
        address = _list("proposal", which="waiting")
        yield HomeRow("Proposals that wait for your approval", address, count)
    stale = Proposal.objects.filter(by=user, state=Proposal.State.STALE)
    if count := stale.count():
        address = _list("proposal", which="mine", state__exact=Proposal.State.STALE.value)
        yield HomeRow("Your proposals that are not possible any more", address, count)


def _work(user: User) -> Iterator[HomeRow]:
    """Yield the open requests and the work lists that have something in them."""
    if may(user, "view_requestcase") and (count := RequestCase.objects.open().count()):
        overdue = RequestCase.objects.overdue().count()
        note = f"{overdue:,} overdue" if overdue else ""
        title = "Requests to take down or correct"
        yield HomeRow(title, _list("requestcase"), count, False, note, bool(overdue))
    if may(user, "view_left"):
        for kind, count in work_list(user):
            yield HomeRow(kind.title, kind.address, count, count == MOST)


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
        yield HomeRow(f"{day:%A %Y-%m-%d}", address, row["n"], note=note, is_urgent=is_past)


def _load_at_work(load: Load) -> HomeRow:
    name = load.name if load.by_id else load.file
    address = reverse("admin:cables_load_change", args=[load.pk])
    percent = f", {load.percent}%" if load.state != Load.State.WAITING else ""
    return HomeRow(
        f"{name}, {load.collection}", address, None, note=f"{load.get_state_display()}{percent}"
    )


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
            ("Under embargo", LoadRow.Outcome.WAITING),
            ("Held records", LoadRow.Outcome.HELD),
        ):
            rows = rows_for(user, LoadRow.objects.filter(outcome=outcome))
            yield _counted(label, _list("loadrow", outcome__exact=outcome.value), rows)


def _counted(label: str, address: str, rows: QuerySet) -> HomeRow:
    """Count rows as the lists of the desk do: up to MOST."""
    count = rows.order_by()[:MOST].count()
    return HomeRow(label, address, count, count == MOST)


def _decisions(user: User, whose: Q) -> list[SimpleNamespace]:
    """Return the last decisions of today, as this user may see them.

    Each has the last of its entries (`change`), and the address of that (`entry`), of what it is
    `about`, and of the log with all of them.
    """
    rows = Change.objects.filter(whose, at__gte=start_of_today())
    rows = without_hidden_names(user, rows)
    # By time: its index bounds what is read, whatever else the day was like.
    ordered = rows.select_related("by", "approved_by").order_by("-at", "-pk")
    changes = add_undo_links(user, ordered[:LATEST])
    by_key = [list(group) for _, group in groupby(changes, key=_key)][:MOST_DECISIONS]
    shown = as_shown(user, [group[0] for group in by_key])
    pages = _pages(user, shown)
    return [
        _decision(change, len(group) - 1, pages)
        for change, group in zip(shown, by_key, strict=True)
    ]


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


def _pages(user: User, changes: Iterable[Change]) -> dict[int, str]:
    """Return {primary key of an entry: page of what it is about} for what this user may see."""
    found: dict[int, str] = {}
    for prefix, right, model, column in PAGES:
        about = {
            change.pk: str(change.cable_id or change.what.removeprefix(prefix))
            for change in changes
            if (change.what.startswith(prefix) if prefix else change.cable_id)
        }
        names = {name for name in about.values() if column != "pk" or name.isdecimal()}
        if names and may(user, right):
            rows = model._default_manager.filter(**{f"{column}__in": names})
            page = f"admin:cables_{model._meta.model_name}_change"
            known = {
                str(name): reverse(page, args=[key]) for name, key in rows.values_list(column, "pk")
            }
            found |= {key: known[name] for key, name in about.items() if name in known}
    return found


# How `what` of an entry begins ("": it has a cable), the right to see the page, and what the rest
# of it, or the key of the cable, is of which model.
PAGES: tuple[tuple[str, str, type[Model], str], ...] = (
    ("", "view_cable", Cable, "pk"),
    ("case ", "view_requestcase", RequestCase, "number"),
    ("redaction over the archive ", "redact_cable", RedactionSearch, "pk"),
)


OTHERS = "Others"  # The group of models that no group names.
# Heading -> names of models, in the order of the list.
GROUPS = {
    "Cables and decisions": (
        *("cable", "savedsearch", "bulkdecision", "proposal", "redaction"),
        *("redactionsearch", "correction", "note", "citingwork", "left"),
        *("change", "changekind"),
    ),
    "Requests": ("requestcase", "lettertemplate"),
    "Loads and embargoes": ("load", "loadrow", "columnmapping"),
    "Articles and pages": ("article", "picture", "highlight", "page", "link"),
    "Lists: origins, tags, countries": ("origin", "country", "tag", "collection", "merge"),
    "Volumes": ("volumepage", "volumewithholding"),
    "Accounts": ("user", "group"),
}


def group_models(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return Django's list of apps with their models as groups by task, without empty groups."""
    models = {each["model"]._meta.model_name: each for app in apps for each in app["models"]}
    grouped = {
        heading: [models.pop(name) for name in names if name in models]
        for heading, names in GROUPS.items()
    }
    grouped[OTHERS] = list(models.values())
    return [
        {"name": heading, "app_label": f"group-{number}", "models": found}
        for number, (heading, found) in enumerate(grouped.items())
        if found
    ]
