"""Withhold cables from readers, perhaps under an embargo, and publish them again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Count, F, Q, TextField, Value
from django.db.models.functions import MD5, Cast, Concat
from django.db.models.lookups import In

from ..models import Cable, Change, Proposal, ScheduledPublication, withhold_all
from ..models.querysets import CableQuerySet
from ..models.sql_expressions import database_time
from ..publication.publish import publish_all
from ..publication.standing_redactions import without_redacted
from ..telegram.shorten_text import count_of
from .batch_kinds import WITHHELD, BatchKind, BatchResult, Why, cables_with, published_among
from .decision_subjects import who_sees
from .forms import PublicReasonForm, ReasonForm, reason_field

Approval = Proposal.Kind
IS_WITHHELD_ALREADY = "It is withheld already."


# Withheld cables with one reason and one end of their embargo have one digest.
GROUP = MD5(
    Concat(
        *("withheld_reason", Value(" "), Cast("scheduled_publication__due", TextField())),
        output_field=TextField(),
    )
)


class PublishForm(ReasonForm):
    """Which withheld cables are published again: those under an embargo only if they are ticked."""

    groups = forms.MultipleChoiceField(
        label="Publish again those that are",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one: nothing else is published."},
    )
    field_order = ["groups", "reason", "stamp"]

    def __init__(self, *args, cables: CableQuerySet, **options):
        super().__init__(*args, **options)
        due = F("scheduled_publication__due")
        rows = cables.filter(WITHHELD).order_by().values("withheld_reason", due=due, group=GROUP)
        groups = [*rows.annotate(cables=Count("pk")).order_by("due", "-cables", "withheld_reason")]
        if len(groups) > 1 or any(each["due"] for each in groups):
            field = self.fields["groups"]
            field.choices = [(each["group"], _describe(each)) for each in groups]  # type: ignore[attr-defined]
            field.initial = [each["group"] for each in groups if not each["due"]]
        else:
            del self.fields["groups"]


class TimeForm(ReasonForm):
    """The new end of an embargo, and the reason."""

    due = forms.DateTimeField(
        label="Under embargo until (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ["due", "reason", "stamp"]

    def clean_due(self):
        if self.cleaned_data["due"] <= database_time():
            raise forms.ValidationError("This time has passed. Write a later one, or release them.")
        return self.cleaned_data["due"]


class WithholdUntilForm(TimeForm):
    """When the embargo of cables ends, and the reason, which readers see."""

    reason = reason_field(
        for_readers=True, help_text="Readers are not told the time, unless you write it here."
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["due"].label = "Under embargo until (UTC)"


class Withhold(BatchKind):
    """Withhold cables from readers, who are told the reason."""

    rank = 10
    name, title, right = "withhold", "Withhold from readers", "withhold_cable"
    approvals, undo_approvals = (Approval.WITHHOLD,), (Approval.PUBLISH,)
    action, button, done = "Withhold the selected cables", "Withhold", "withheld"
    explanation = (
        "Their addresses then show only the reference and the reason, and no list has them."
    )
    form, is_hiding, offered_on = PublicReasonForm, True, ("published", "load")
    includes_changed = True  # They would stay published.

    def excluded(self):
        return [(WITHHELD, IS_WITHHELD_ALREADY)]

    def sample(self, cable: Cable) -> tuple[str, str]:
        return state_of(cable), "Withheld, with this reason"

    def apply(self, keys: list[int]) -> BatchResult:
        published = published_among(keys)
        _withhold_each(dict.fromkeys(published, self.reason), self.by)
        others = dict.fromkeys(set(keys) - published, IS_WITHHELD_ALREADY)
        return BatchResult({key: {} for key in published}, others)

    def kept(self, rows: dict[int, Any]) -> Why:
        reasons = dict(cables_with(rows).values_list("pk", "withheld_reason"))
        timed, told = set(_scheduled(rows)), without_redacted(dict.fromkeys(rows, self.reason))
        kept: Why = {}
        for key in rows:
            if not reasons.get(key):
                kept[key] = "It was published meanwhile."
            elif reasons[key] not in (self.reason, told[key]):
                kept[key] = "It was withheld again since, for another reason."
            elif key in timed:
                kept[key] = "It was put under an embargo since."
        return kept

    def undo(self, rows: dict[int, Any]) -> Why:
        publish_all(cables_with(rows), self.decision.undo_reason, self.undone_by)
        return {}


class Publish(BatchKind):
    rank = 30
    name, title, right = "publish", "Publish again", "withhold_cable"
    approvals = (Approval.PUBLISH,)
    undo_approvals = (Approval.WITHHOLD, Approval.PUBLISH)  # Some get back a time.
    action, button = "Publish the selected cables again", "Publish again"
    done = "published again"
    explanation = (
        "Readers then see them as before, in every list and at every address that they had."
    )
    form, is_look_first, offered_on = PublishForm, True, ("withheld", "load")

    @classmethod
    def make_form(cls, cables, *args, **options):
        return cls.form(*args, cables=cables, **options)

    @classmethod
    def parameters_in(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {name: data[name] for name in ("groups",) if name in data}

    def excluded(self):
        conditions = [(~WITHHELD, "It is not withheld.")]
        if groups := self.parameters.get("groups"):
            conditions.append((~Q(In(GROUP, groups)), "Its reason and embargo were not ticked."))
        return conditions

    def sample(self, cable: Cable) -> tuple[str, str]:
        return state_of(cable), "Published"

    def apply(self, keys: list[int]) -> BatchResult:
        reasons = dict(cables_with(keys).values_list("pk", "withheld_reason"))
        times = _scheduled(keys)
        publish_all(cables_with(keys), self.reason, self.by)
        return BatchResult(
            {key: {"withheld": reasons[key], "until": _iso(times.get(key))} for key in keys}
        )

    def kept(self, rows: dict[int, Any]) -> Why:
        return dict.fromkeys(rows.keys() - published_among(rows), "It was withheld meanwhile.")

    def undo(self, rows: dict[int, Any]) -> Why:
        _withhold_each({key: row["withheld"] for key, row in rows.items()}, self.undone_by)
        _schedule({key: _time(row["until"]) for key, row in rows.items()})
        return {}


class Embargo(BatchKind):
    """Withhold cables under an embargo: at its end the worker publishes them again."""

    rank = 20
    name, title, right = "embargo", "Put under embargo", "withhold_cable"
    approvals = (Approval.WITHHOLD, Approval.PUBLISH)  # It decides on when they are published, too.
    action = "Put the selected cables under embargo"
    button, done = "Put under embargo", "under embargo"
    explanation = (
        "They are withheld, and at that time the worker publishes them again. Readers knew "
        "these cables: unlike under the embargo of a load, their addresses say that they are "
        "withheld, and why. Cables that are withheld already keep their reason and get the time."
    )
    form, is_hiding, offered_on = WithholdUntilForm, True, ("published", "withheld")

    @classmethod
    def make_form(cls, cables, *args, **options):
        """Return its form: readers keep the reason of cables that are withheld already."""
        form = cls.form if cables.exclude(WITHHELD).exists() else TimeForm
        return form(*args, **options)

    @classmethod
    def parameters_in(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {"due": data["due"].isoformat()}

    def tells_readers(self, cables: CableQuerySet) -> bool:
        """Only if some were published: those that are withheld already keep their reason."""
        changed = self.decision.rows.exclude(undo=None) if self.decision.pk else None
        if changed is not None and changed.exists():
            return changed.filter(undo__was_withheld=False).exists()
        return cables.exclude(WITHHELD).exists()

    def done_in_words(self) -> str:
        return f"{self.done} {self.in_words().replace('Until', 'until')}"

    def in_words(self) -> str:
        return f"Until {self.parameters['due'][:16].replace('T', ' ')} UTC"

    def sample(self, cable: Cable) -> tuple[str, str]:
        return state_of(cable), "Withheld, under embargo until the time below"

    def apply(self, keys: list[int]) -> BatchResult:
        published, times = published_among(keys), _scheduled(keys)
        _withhold_each(dict.fromkeys(published, self.reason), self.by)
        due = _time(self.parameters["due"])
        _schedule(dict.fromkeys(keys, due))
        _log_times(keys, f"under embargo until {due:%Y-%m-%d %H:%M} UTC", self.reason, self.by)
        return BatchResult(
            {
                key: {"was_withheld": key not in published, "until": _iso(times.get(key))}
                for key in keys
            }
        )

    def kept(self, rows: dict[int, Any]) -> Why:
        withheld, times = rows.keys() - published_among(rows), _scheduled(rows)
        due, kept = _time(self.parameters["due"]), Why()
        for key in rows:
            if key not in withheld:
                kept[key] = "It was published meanwhile."
            elif times.get(key) != due:
                kept[key] = "Another time was set since."
        return kept

    def undo(self, rows: dict[int, Any]) -> Why:
        reason, by = self.decision.undo_reason, self.undone_by
        still = {key: _time(row["until"]) for key, row in rows.items() if row["was_withheld"]}
        publish_all(cables_with(rows.keys() - still.keys()), reason, by)
        _schedule(still)
        _log_times(still, "under embargo until the time before", reason, by)
        return {}


def _describe(group: Mapping[str, Any]) -> str:
    """Return "withheld: On request (2 cables)" of a group, with the end of its embargo."""
    until = f", under embargo until {group['due']:%Y-%m-%d %H:%M} UTC" if group["due"] else ""
    count = f"{count_of(group['cables'], 'cable')}"
    return f"withheld{until}: {group['withheld_reason']} ({count})"


def state_of(cable: Cable) -> str:
    """Return who sees a cable, as a preview says it: "Published", or why it is withheld."""
    return who_sees(cable) if cable.withheld_reason else "Published"


def _withhold_each(reasons: Mapping[int, str], by: User):
    """Withhold cables, each with its reason, which loses the words that are redacted since.

    Readers see it.
    """
    by_reason: dict[str, list[int]] = {}
    for key, reason in without_redacted(reasons).items():
        by_reason.setdefault(reason, []).append(key)
    for reason, keys in by_reason.items():
        withhold_all(cables_with(keys), reason, by)


def _scheduled(keys: Iterable[int]) -> dict[int, datetime]:
    """Return {primary key: when it is published} of withheld cables with a time."""
    rows = ScheduledPublication.objects.filter(cable__in=list(keys))
    return dict(rows.values_list("cable", "due"))


def _schedule(times: Mapping[int, datetime | None]):
    """Set when withheld cables are published again; None: when a curator does it."""
    ScheduledPublication.objects.filter(cable__in=list(times)).delete()
    ScheduledPublication.objects.bulk_create(
        ScheduledPublication(cable_id=key, due=due) for key, due in times.items() if due
    )


def _log_times(keys: Iterable[int], what: str, reason: str, by: User):
    change = {"action": "embargoed", "what": what, "reason": reason, "by": by}
    Change.objects.bulk_create(Change(cable_id=key, **change) for key in keys)


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _time(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None
