"""Work lists: the issues of one kind, leaving some or all as they are, and assigning them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from ...curation.redactions_and_corrections import knows_redacted
from ...decisions.batches import start_decision
from ...decisions.decision_subjects import DecisionSubject, about_many
from ...decisions.forms import CHANGED, ReasonForm, is_valid_about, reason_field, stamp_of_rows
from ...decisions.kinds import DecisionKind, if_open
from ...decisions.sealed_words import sealed_from, without_sealed_words
from ...decisions.small_kinds import choose_matters, stamp_of_matters
from ...models import Cable, Change, Left, LoadRow, Matter, MatterAssignment, Redaction
from ...models.former_references import HeldAs
from ...telegram.shorten_text import count_of
from ..decision_pages import Recorded
from ..desk_pages import column, desk_page
from .issue_overview import IssueFilter, page_of
from .issues import (
    OF_ROW,
    OTHER_KINDS,
    Holder,
    Issue,
    Kind,
    find_kind,
    title_of,
    without_hidden_names,
)
from .rule_switches import RuleSwitchPages, SwitchRule

PER_PAGE = 50
ASSIGNED_AT_ONCE = 5_000  # Matters that are assigned by one request.
SAMPLES = 20
NOT_ALL = "Only matters that rules noticed in cables can be left all at once."
MOST_TAKEN_BACK = 500
OF_ROWS = ("held", "rejected")  # Kinds of issues of rows of loads, which may be about a cable.
TOO_MANY = (
    f"Take back at most {MOST_TAKEN_BACK} at a time. What one decision left, its page takes back: "
    "choose Undo there, under Decisions on cables."
)


class LeaveForm(forms.Form):
    reason = reason_field(label="Leave the ticked ones, because")


class AssignForm(forms.Form):
    """To whom matters are assigned, of the accounts that the filters offer; "" is nobody."""

    def __init__(self, data, chosen: IssueFilter):
        super().__init__(data, auto_id="assign_%s")  # The filters have a field of this name too.
        own = str(chosen.user.pk)
        others = [each for each in chosen.accounts if each[0] != own]
        choices = [("", "nobody"), (own, "me"), *others]
        self.fields["to"] = forms.ChoiceField(
            label="Assign them to", required=False, choices=choices
        )


class LeaveAll(DecisionKind):
    """Leave all open matters of a rule within the filters, as one decision."""

    pages = {"left_all": "matters/<str:name>/all/"}
    heading = "Leave all of this kind: {0.kind.title}"
    template = "left/leave_all.html"
    leads_to_proposal = True
    is_stored = readers_see_reason = False
    made = 0  # The number of the decision on many cables.

    def is_allowed(self) -> bool:
        rights = ("view_left", "add_left")
        return all(self.user.has_perm(f"cables.{right}") for right in rights)

    def find(self) -> None:
        self.kind, self.chosen = kind_or_404(self.keys["name"]), IssueFilter(self.query, self.user)
        if not self.kind.is_of_cables:
            raise Http404(NOT_ALL)
        self.matters = self.chosen.narrow(self.kind, self.kind.open(self.user))
        if not knows_redacted(self.user):  # Nobody else writes about redacted cables.
            self.matters = self.matters.exclude(cable__in=Redaction.objects.values("cable"))

    def stamp(self) -> str:
        return stamp_of_matters(self.matters)

    def subject(self) -> DecisionSubject:
        return about_many(f"Leave all: {self.kind.title}", (), self.matters)

    def about(self) -> QuerySet:
        """Return the redacted cables among those of the matters."""
        cables = self.matters.order_by().values("cable")
        redacted = Redaction.objects.filter(cable__in=cables)
        return redacted.values_list("cable", flat=True).distinct()

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        kind, within = self.kind, self.chosen.in_words
        parameters = {"matter": kind.name, "title": kind.title, "within": within}
        decision = choose_matters(
            self.matters, parameters, data["reason"], self.user, data["stamp"]
        )
        start_decision(decision)
        self.made, number = decision.pk, decision.rows.count()
        if decision.state != decision.State.DONE:
            return f"{count_of(number, 'matter')}: the worker leaves them, 500 at a time."
        return f"{number:,} left as {'it is' if number == 1 else 'they are'}."

    def context(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "chosen": self.chosen,
            "count": self.matters.order_by().count(),
            "samples": self.kind.issues(self.matters[:SAMPLES]),
        }

    def next_page(self) -> str:
        return reverse("admin:cables_bulkdecision_change", args=[self.made])


@admin.register(Left)
class LeftAdmin(RuleSwitchPages, Recorded):
    """Issues that were left as they are. Taking one back returns it to its work list."""

    decisions = (LeaveAll, SwitchRule)
    list_display = ["label", "what", "reason", "by", "at"]
    list_select_related = ["by"]
    search_fields = ["label", "reason"]
    quoting = ["reason"]
    ordering = ["-pk"]
    fields = ["label", "what", "reason", "by", "at", "decided_on_many"]
    actions = ["take_back"]

    def get_queryset(self, request):
        return without_hidden_names(request.user, super().get_queryset(request))

    def shown_rows(self, request, rows):
        rows = list(rows)
        keys = cables_of({left.key for left in rows})
        return without_sealed_words(
            request.user, rows, self.quoting, lambda left: [keys.get(left.key)]
        )

    def get_search_results(self, request, queryset, search_term):
        """Search the reasons, but for those of which this user may not see each word."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        hidden = Exists(sealed_from(request.user).filter(cable__reference=OuterRef("key")))
        if search_term and sealed_from(request.user).exists():
            shown = ~hidden & Q(decision=None) & ~Q(kind__in=OF_ROWS)
            found = found.filter(shown | Q(label__icontains=search_term))
        return found, may_repeat

    what = column("Matter", lambda left: title_of(left.kind))

    @admin.display(description="Left by")
    def decided_on_many(self, left):
        """The decision that left all of a kind; others were ticked."""
        if left.decision_id is None:
            return "A decision on this matter"
        address = reverse("admin:cables_bulkdecision_change", args=[left.decision_id])
        return format_html('<a href="{}">Decision {}</a>', address, left.decision_id)

    def has_take_back_permission(self, request):
        return any(kind.may("delete", request.user) for kind in OTHER_KINDS)

    @admin.action(description="Take back: it needs a person again", permissions=["take_back"])
    def take_back(self, request, chosen):
        """Ask for a reason, then return the selected issues to their work lists."""
        if not request.user.has_perm("cables.delete_left"):
            kinds = [kind.name for kind in OTHER_KINDS if kind.may("delete", request.user)]
            chosen = chosen.filter(kind__in=kinds)
        if chosen.order_by()[: MOST_TAKEN_BACK + 1].count() > MOST_TAKEN_BACK:
            self.message_user(request, TOO_MANY, messages.ERROR)
            return None
        self.lock(chosen.values_list("pk", flat=True))
        stamp = stamp_of_rows(chosen)
        data = request.POST if "reason" in request.POST else None
        form = ReasonForm(data, initial={"stamp": stamp})
        about = cables_of(chosen.values_list("key", flat=True)).values()
        if is_valid_about(request.user, form, about) and form.cleaned_data["stamp"] != stamp:
            form.look_again(stamp, CHANGED, "")
        if not form.is_valid():
            context = {"form": form, "chosen": self.shown_rows(request, chosen)}
            return self.render_page(request, "left/take_back.html", "Take back", **context)
        for left in chosen:
            own = f"because: {left.reason}"  # Of others their decision keeps it.
            was = f"by decision {left.decision_id}." if left.decision_id else own
            reason = f"{form.cleaned_data['reason']} Was left {was}"
            log_issue(request, "took back", left, reason)
        count, _ = chosen.delete()
        self.message_user(request, f"{count} taken back.", messages.SUCCESS)
        return None

    @desk_page("matters/<str:name>/", "left_work")
    def work(self, request, name):
        """A page of the issues of a kind, with a form that leaves the ticked ones."""
        chosen, kind = self.filter_of(request), kind_or_404(name)
        form = LeaveForm(request.POST or None)
        if request.method == "POST":
            if not kind.may("add", request.user):
                raise PermissionDenied
            ticked = kind.open(request.user).filter(key__in=ticked_keys(request))
            about = cables_of(ticked.values_list("key", flat=True)).values()
            if is_valid_about(request.user, form, about):
                return self.leave(request, kind, form.cleaned_data["reason"])
        return self.show(request, kind, chosen, form)

    def may_assign(self, request):
        return request.user.has_perm("cables.assign_matter")

    def show(self, request, kind, chosen, form):
        """Render a page of a work list, with its number: exact for matters of cables."""
        rows = chosen.narrow(kind, kind.open(request.user))
        count = rows.order_by().count() if kind.is_of_cables else None
        page = page_of(request, rows, PER_PAGE, count)
        count = page.paginator.count if count is None else count
        is_most = page.paginator.is_cut and not kind.is_of_cables
        number = f"{count:,}{' or more' if is_most else ''}"
        items = [
            replace(
                each,
                desk=if_open(request.user, each.desk),
                repair=if_open(request.user, each.repair),
            )
            for each in add_neighbours(kind, page, kind.issues(page))
        ]
        context = {
            **{"kind": kind, "form": form, "page": page, "count": count},
            **{"items": items, "number": number},
            "has_details": any(item.detail or item.others for item in items),
            **{"may_leave": kind.may("add", request.user), "may_assign": self.may_assign(request)},
            "assign": AssignForm(None, chosen) if self.may_assign(request) else None,
            "most_assigned": ASSIGNED_AT_ONCE,
        }
        what = number if kind.is_work else f"{number} for information"
        return self.render(request, "work", f"{kind.title}: {what}", chosen, **context)

    @transaction.atomic
    def leave(self, request, kind, reason):
        """Leave the ticked issues that are still open, and return to the list."""
        keys, done = set(ticked_keys(request)), 0
        for issue in kind.issues(kind.open(request.user).filter(key__in=keys)):
            values = {"label": issue.label[:250], "reason": reason, "by": request.user}
            left, is_new = Left.objects.get_or_create(
                kind=kind.name, key=issue.key, defaults=values
            )
            if is_new:
                done += 1
                log_issue(request, "left", left, reason)
        message = f"{done} left as {'it is' if done == 1 else 'they are'}."
        self.message_user(request, message, messages.SUCCESS)
        if others := len(keys) - done:
            message = f"Somebody repaired or left {others} of the ticked ones meanwhile."
            self.message_user(request, message, messages.WARNING)
        return redirect(request.get_full_path())

    @desk_page("matters/<str:name>/assign/", "left_assign", "assign_matter", method="POST")
    def assign(self, request, name):
        """Assign the ticked matters, or all within the filters, to an account or to nobody."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen, kind = self.filter_of(request), kind_or_404(name)
        back = redirect(f"{kind.address}{chosen.query_string}")
        form = AssignForm(request.POST, chosen)
        rows = chosen.narrow(kind, kind.open(request.user))
        is_all = request.POST.get("scope") == "all"
        if not is_all:
            rows = rows.filter(key__in=ticked_keys(request))
        keys = list(rows.order_by().values_list("key", flat=True)[: ASSIGNED_AT_ONCE + 1])
        problem = "" if form.is_valid() else "Choose somebody who may have matters."
        if not keys:
            problem = problem or "Tick what you want to assign."
        elif len(keys) > ASSIGNED_AT_ONCE:
            problem = problem or f"Assign at most {ASSIGNED_AT_ONCE:,} at once: narrow the list."
        if problem:
            self.message_user(request, problem, messages.ERROR)
            return back
        to = form.cleaned_data["to"]
        account = get_user_model().objects.get(pk=to) if to else None
        shown = {} if is_all else shown_holders(request)
        done = assign_matters(kind.name, kind.title, keys, account, request.user, shown)
        self.report_assigned(request, keys, done, account)
        return back

    def report_assigned(self, request, keys: list[str], done: list[str], account):
        name = "nobody" if account is None else account.username
        self.message_user(request, f"{len(done):,} assigned to {name}.", messages.SUCCESS)
        if others := len(keys) - len(done):
            message = (
                f"Not changed: {others:,}. {name} had them, or somebody assigned them meanwhile."
            )
            self.message_user(request, message, messages.WARNING)


def kind_or_404(name: str) -> Kind:
    kind = find_kind(name)
    if kind is None:
        raise Http404("There is no such work list.")
    return kind


def add_neighbours(kind: Kind, rows: Iterable, issues: list[Issue]) -> list[Issue]:
    """Add to issues who has them, and the other open matters of their cables."""
    holders = holders_of(kind.name, [issue.key for issue in issues])
    others: dict[str, list[tuple[str, str]]] = {}
    if kind.is_of_cables:
        cables = [row.cable_id for row in rows]
        beside = Matter.objects.open().filter(cable__in=cables).exclude(kind=kind.name)
        for name, reference in beside.order_by("kind").values_list("kind", "reference"):
            address = reverse("admin:cables_left_work", args=[name])
            others.setdefault(reference, []).append((title_of(name), address))
    return [
        replace(
            issue, holder=holders.get(issue.key, Holder()), others=tuple(others.get(issue.key, ()))
        )
        for issue in issues
    ]


def holders_of(kind: str, keys: Iterable[str]) -> dict[str, Holder]:
    """Return {key: to whom the issue is assigned} of issues of a kind."""
    rows = MatterAssignment.objects.of(kind, keys).select_related("to")
    return {
        each.key: Holder(each.to_id, each.to.username, each.to.is_active and each.to.is_staff)
        for each in rows
    }


def shown_holders(request) -> dict[str, int]:
    """Return {key: account that the page showed, 0 for nobody} of the rows of a submitted page."""
    shown = (each.partition(" ") for each in request.POST.getlist("shown")[:PER_PAGE])
    return {key: int(account) for account, _, key in shown if account.isdecimal()}


def ticked_keys(request) -> list[str]:
    return [key for key in request.POST.getlist("key")[:PER_PAGE] if "\0" not in key]


def cables_of(keys: Iterable[str]) -> dict[str, int]:
    """Return {key: primary key of its cable} of issues of cables and of rows of loads."""
    keys = list(keys)
    numbers = [key.removeprefix("row ") for key in keys if key.startswith("row ")]
    rows = LoadRow.objects.filter(pk__in=numbers)
    rows = rows.annotate(key=OF_ROW, held_as=HeldAs("reference"))
    of_rows = rows.exclude(held_as__isnull=True).values_list("key", "held_as")
    cables = Cable.objects.filter(reference__in=keys).values_list("reference", "pk")
    return dict([*of_rows, *cables])


def log_issue(request, action: str, left: Left, reason: str):
    """Add an entry to the log of changes, to that of the cable if the issue is about one."""
    title = title_of(left.kind)
    cable = cables_of([left.key]).get(left.key)
    is_named = cable and left.kind not in OF_ROWS
    what = title if is_named else f"{title}: {left.label}"[:250]
    Change.objects.create(by=request.user, action=action, cable_id=cable, what=what, reason=reason)


@transaction.atomic
def assign_matters(
    kind: str, title: str, keys: Iterable[str], to: User | None, by, shown: Mapping[str, int]
) -> list[str]:
    """Assign open matters to an account, or to nobody; return the keys of those that changed.

    `shown` has whom the page had for a key, by the primary key of the account (0: nobody). Matters
    that somebody else assigned since are left alone.
    """
    keys = list(keys)
    rows = MatterAssignment.objects.of(kind, keys).select_for_update()
    present = dict(rows.order_by("key").values_list("key", "to"))
    wanted = to.pk if to else 0
    has = {key: present.get(key, 0) for key in keys}
    changed = [key for key in keys if has[key] != wanted and shown.get(key, has[key]) == has[key]]
    if to is None:
        MatterAssignment.objects.of(kind, changed).delete()
    else:
        values = {"kind": kind, "to": to, "by": by, "at": timezone.now()}
        MatterAssignment.objects.bulk_create(
            [MatterAssignment(key=key, **values) for key in changed],
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=["to", "by", "at"],
        )
    if changed:
        what = f"{count_of(len(changed), 'matter')} to {to or 'nobody'}: {title}"[:250]
        Change.objects.create(by=by, action="assigned", what=what, reason="")
    return changed
