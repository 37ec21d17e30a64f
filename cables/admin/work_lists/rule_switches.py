"""Which rules are off for which collection: the list of rules, and switching one off and on."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ...curation.redactions_and_corrections import StaleError
from ...decisions.decision_subjects import DecisionSubject
from ...decisions.kinds import DecisionKind
from ...models import Archive, Change, Collection, Left, Matter, RuleSwitch, current_decision
from ...models.curation_issues import OFF_BY_DEFAULT
from ..decision_pages import DecisionPages
from ..desk_pages import desk_page
from .issue_overview import OverviewPages
from .issues import switch_address
from .rule_texts import RULE_TEXTS, text_of_rule

STATES = {"off": False, "on": True}
VERBS = {"off": "Switch off", "on": "Switch on"}
HEADERS = "Volumes print none, and older telegrams had none of the automated network."
# Why a rule of OFF_BY_DEFAULT means nothing there.
WHY_OFF = {
    Matter.NO_SUBJECT: "Telegrams got subject lines later; documents of volumes have a heading.",
    Matter.NO_NUMBERS: "Their paragraphs were seldom numbered.",
    "M-13": "Volumes print file number and marks above a text.",
    **dict.fromkeys(("H-1", "H-3", "H-4"), HEADERS),
}


def defaults_of(rule: str) -> str:
    """Return what holds for a rule that nobody switched: "On, but off for ...: why"."""
    archives = [Archive(each).label for each, rules in OFF_BY_DEFAULT.items() if rule in rules]
    if not archives:
        return "On"
    return f"On, but off for {' and for '.join(archives)}. {WHY_OFF[rule]}"


def states_of(collection: Collection, is_changeable: bool) -> list[SimpleNamespace]:
    """Return the rules of a collection, those without an id of docs/format.md first.

    `open` are its matters that are in the list, `closed` those that were left or whose rule is off.
    """
    switches = {row.rule: row for row in _switches(collection)}
    found = Matter.objects.in_collection(collection.slug).order_by()
    counted = found.values_list("kind", "is_open").annotate(n=Count("*"))
    numbers = {(rule, is_open): n for rule, is_open, n in counted}
    rules = [*RULE_TEXTS, *sorted({rule for rule, _ in numbers} - RULE_TEXTS.keys())]
    return [
        SimpleNamespace(
            rule=rule,
            text=text_of_rule(rule),
            state=_in_words(switches.get(rule), rule),
            open=numbers.get((rule, True), 0),
            closed=numbers.get((rule, False), 0),
            steps=_steps(collection, rule, switches) if is_changeable else [],
        )
        for rule in rules
    ]


def _switches(collection: Collection) -> QuerySet[RuleSwitch]:
    return RuleSwitch.objects.filter(collection=collection).select_related("by")


def _in_words(switch: RuleSwitch | None, rule: str) -> str:
    if switch is None:
        return defaults_of(rule)
    state = "On" if switch.is_on else "Off"
    return f"{state} since {switch.at:%Y-%m-%d}, {switch.by}: {switch.reason}"


def _steps(
    collection: Collection, rule: str, switches: Mapping[str, RuleSwitch]
) -> list[tuple[str, str]]:
    """Return the switches that would change something: both, if it is off for some cables."""
    switch = switches.get(rule)
    is_mixed = switch is None and any(rule in rules for rules in OFF_BY_DEFAULT.values())
    is_on = switch.is_on if switch else True
    return [
        (VERBS[state], switch_address(collection, rule, state))
        for state, wanted in STATES.items()
        if is_mixed or wanted != is_on
    ]


class SwitchRule(DecisionKind):
    """Switch a rule off, or on, for a collection, with a reason."""

    pages = {"left_switch": "rules/<slug:slug>/<str:rule>/<str:state>/"}
    heading = "{0.verb} for {0.collection}: {0.text.title}"
    rights = ("switch_rule",)
    template, readers_see_reason = "left/switch.html", False

    def find(self) -> None:
        self.rule, self.state = self.keys["rule"], self.keys["state"]
        is_known = self.rule in RULE_TEXTS or Matter.objects.filter(kind=self.rule).exists()
        if self.state not in STATES or not is_known:
            raise Http404("There is no such rule.")
        self.collection = get_object_or_404(Collection, slug=self.keys["slug"])
        self.text, self.verb = text_of_rule(self.rule), VERBS[self.state]

    def stamp(self) -> str:
        return switch_stamp(self.collection, self.rule)

    def subject(self) -> DecisionSubject:
        return DecisionSubject(self.text.title)

    def carry_out(self, data: dict[str, Any]) -> str:
        title = self.text.title
        switch_rule(self.collection, self.rule, title, STATES[self.state], data, self.user)
        return f"{title}: {self.state} for {self.collection}."

    def context(self) -> dict[str, Any]:
        switch = _switches(self.collection).filter(rule=self.rule).first()
        is_on = STATES[self.state]
        return {
            "collection": self.collection,
            "rule": self.text,
            "verb": self.verb,
            "state": _in_words(switch, self.rule),
            "count": _affected(self.collection, self.rule, is_on=is_on).count(),
            "is_on": is_on,
        }

    def next_page(self) -> str:
        return f"{reverse('admin:cables_left_rules')}?collection={self.collection.slug}"


class RuleSwitchPages(DecisionPages, OverviewPages):
    """The rules of each collection, and the page that switches one."""

    def may_switch(self, request) -> bool:
        return request.user.has_perm("cables.switch_rule")

    @desk_page("rules/", "left_rules")
    def rules(self, request):
        """The rules of one collection: whether each is on, why not, and how much it noticed."""
        chosen = self.filter_of(request)
        collections = list(Collection.objects.order_by("name"))
        slug = request.GET.get("collection", "")
        shown = [each for each in collections if each.slug == slug] or collections[:1]
        context = {
            "collections": collections,
            "collection": shown[0] if shown else None,
            "rules": states_of(shown[0], self.may_switch(request)) if shown else [],
        }
        return self.render(request, "rules", "Rules of a collection", chosen, **context)


def _affected(collection: Collection, rule: str, *, is_on: bool) -> QuerySet[Matter]:
    """Return the matters of a collection that a switch of their rule would bring or take."""
    matters = Matter.objects.in_collection(collection.slug).filter(kind=rule, is_open=not is_on)
    if not is_on:
        return matters
    left = Left.objects.filter(kind=rule, key=OuterRef("reference"))
    return matters.filter(~Exists(left))


def switch_stamp(collection: Collection, rule: str) -> str:
    """Return an optimistic-lock token of what curators decided on a rule for a collection."""
    switch = RuleSwitch.objects.filter(collection=collection, rule=rule).first()
    return f"{switch.is_on}.{switch.at.isoformat()}" if switch else "default"


@transaction.atomic
def switch_rule(collection: Collection, rule: str, title: str, is_on: bool, data: Mapping, by):
    """Switch a rule on or off for a collection; triggers open and close its matters.

    `data` has the reason, and the stamp of the page. Raises StaleError if it was switched since.
    """
    # Not FOR UPDATE: a batch of a load refers to its collection when it commits, and would wait for
    # this, which waits for it at the matters (a deadlock).
    Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
    if data["stamp"] != switch_stamp(collection, rule):
        raise StaleError("Somebody switched this rule meanwhile.")
    RuleSwitch.objects.update_or_create(
        collection=collection,
        rule=rule,
        defaults={
            "is_on": is_on,
            "reason": data["reason"],
            "by": by,
            "decision_id": current_decision(),
        },
    )
    what = f"rule {rule}, {title}, for {collection}"[:250]
    action = f"switched {'on' if is_on else 'off'}"
    Change.objects.create(by=by, action=action, what=what, reason=data["reason"])
