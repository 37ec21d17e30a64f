"""The registry of the desk's filters of cables: a row for each. Add one here.

Those of the readers' search are in search/filter_registry.py; the desk has them too. Rows here that
have the name of one of these replace it: they find withheld cables as well.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from ..models import (
    BulkDecisionCable,
    Cable,
    Change,
    Collection,
    Copy,
    Correction,
    FormerReference,
    Load,
    LoadRow,
    Matter,
    Origin,
    Redaction,
    RedactionMatch,
    RedactionSearch,
    Sealed,
    Tagging,
)
from ..models.sealing import withheld_from
from ..models.sql_expressions import origins_named
from ..search.query_parts import split_words
from ..telegram.classifications import CLASSIFICATIONS
from .sealed_text_search import Sight, origins_shown, sealed_under

ANY = [("", "Any")]
CORRECTED = [("any", "Any fact"), *Correction.Field.choices]
STATES = [
    ("published", "Published"),
    ("withheld", "Withheld"),
    ("embargo", "With a record under embargo"),
]
MOST_CODES = 50  # Tags in one filter.
MOST_ROWS_OFFERED = 100  # Loads or searches to choose from.
MOST_OFFERED = 8  # Origins that a name may mean.
Keys = Iterable[int]


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """A filter of the desk: the field of its form, and what it selects.

    `condition(value)` compares columns of cables; `rows(value)` are other rows that tell of them,
    `keys(value, sight)` their primary keys. Users without `right` do not have it.
    """

    name: str
    field: Callable[[], forms.Field]
    condition: Callable[[Any], Q] | None = None
    keys: Callable[[Any, int], Keys] | None = None
    rows: Callable[[Any], QuerySet[Any]] | None = None
    right: str = ""

    def found(self, value: Any, sight: int) -> Keys | None:
        """Return the primary keys of the cables that other rows tell of; None if none do."""
        if self.rows:
            return self.rows(value).order_by().values_list("cable", flat=True)
        return self.keys(value, sight) if self.keys else None


class OfferedField(forms.ChoiceField):
    """A choice field that asks once what each form offers: Django asks at every look."""

    def __init__(self, offered: Callable[[], list[tuple[str, str]]], **options: Any) -> None:
        self.offered = offered
        super().__init__(choices=cache(offered), **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> "OfferedField":
        field: OfferedField = super().__deepcopy__(memo)
        field.choices = cache(self.offered)
        return field


def choice(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    """Return a field for one of some choices, or for any."""

    def offered() -> list[tuple[str, str]]:
        return ANY + list(choices() if callable(choices) else choices)

    return OfferedField(offered, label=label, required=False, **options)


def flag(label: str) -> forms.ChoiceField:
    return choice(label, [("yes", "Yes")])


def day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


def text(label: str, help_text: str = "", longest: int = 300) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest, help_text=help_text)


class OriginsField(forms.CharField):
    """Origins by their exact names, separated by semicolons: their keys.

    A city or station will do where one origin has it: bulk decisions begin at what is found.
    """

    sight: int = Sight.SEALED  # Of whoever asks: other origins are as if they were not here.

    def clean(self, value: Any) -> list[int]:
        typed = super().clean(value)
        keys: list[int] = []
        origins = origins_shown(self.sight)
        for name in filter(None, (each.strip() for each in typed.split(";"))):
            named = Q(slug=name) | Q(name__iexact=name) | Q(also_named__contains=[name])
            of_place = Q(city__iexact=name) | Q(station__iexact=name)
            of_place |= Q(name__iendswith=f" {name}")  # "Embassy Rome".
            places = origins.filter(of_place)
            found = origins.filter(named) or (places if len(places) == 1 else [])
            if not found:
                raise forms.ValidationError(f"No origin is named {name}.{self.offer(name)}")
            keys += [origin.pk for origin in found]
        return keys

    def offer(self, name: str) -> str:
        """Return a sentence with the origins whose names, city or country have these words."""
        words = " ".join(split_words(name))
        near = origins_named(origins_shown(self.sight), [words]) if words else Origin.objects.none()
        names = list(near.order_by("name").values_list("name", flat=True)[:MOST_OFFERED])
        return f" Did you mean: {'; '.join(names)}?" if names else ""


class TagsField(forms.CharField):
    """Codes of tags, separated by blanks or commas."""

    def clean(self, value: Any) -> list[str]:
        codes = super().clean(value).upper().replace(",", " ").replace(";", " ").split()
        if len(codes) > MOST_CODES:
            raise forms.ValidationError(f"Write at most {MOST_CODES} tags.")
        return list(dict.fromkeys(codes))


class RowField(forms.TypedChoiceField):
    """A load, or another row, chosen by its name; its value is its key.

    The latest are offered. An address may have an older one, or one that is none: that finds
    nothing.
    """

    def __init__(self, label: str, rows: Callable[[], QuerySet[Any]]) -> None:
        self.rows = rows
        super().__init__(label=label, required=False, coerce=int, empty_value=None, choices=list)

    def valid_value(self, value: Any) -> bool:
        return bool(re.fullmatch("[1-9][0-9]{0,17}", str(value)))

    def prepare_value(self, value: Any) -> Any:
        """Name the rows only now, for whoever gets the form: the one that is chosen comes first."""
        chosen = self.rows().filter(pk=value) if self.valid_value(value) else ()
        latest = self.rows().order_by("-pk")[:MOST_ROWS_OFFERED]
        named = {row.pk: row.label for row in (*chosen, *latest)}
        self.choices = [*ANY, *named.items()]
        return value


def with_condition(state: str, condition: Q) -> Q:
    """Return a condition for the cables of a state; "" and "embargo" are any.

    Most indexes of cables have either published or withheld ones: each half of this uses its own.
    """
    published = Q(withheld_reason="")
    if state == "published":
        return condition & published
    if state == "withheld":
        return condition & ~published
    return (condition & published) | (condition & ~published) if condition else Q()


def named_by_rows(outcomes: Iterable[str], with_sealed: bool = False) -> set[int]:
    """Return the primary keys of cables whose present or former reference such a record has.

    Rows of hidden cables count only `with_sealed`.
    """
    rows = LoadRow.objects.all() if with_sealed else LoadRow.objects.filter(of_hidden=False)
    names = rows.filter(outcome__in=list(outcomes)).exclude(reference="")
    references = names.values("reference")
    now = Cable.objects.filter(reference__in=references).values_list("pk", flat=True)
    formers = FormerReference.objects.filter(reference__in=references)
    return {*now, *formers.values_list("cable", flat=True)}


def tagged(codes: list[str], sight: int) -> set[int]:
    rows = Tagging.objects.filter(tag__in=codes).order_by()
    return {*rows.values_list("cable", flat=True), *sealed_under(codes, sight)}


def sent_by(origins: list[int], sight: int) -> set[int]:
    withheld = withheld_from(origins) if sight != Sight.PUBLIC else Sealed.objects.none()
    keys = Cable.objects.filter(origin__in=origins, withheld_reason="").primary_keys()
    return {*keys, *withheld.values_list("cable", flat=True)}


def of_decision(outcome: str) -> QuerySet[BulkDecisionCable]:
    """Return the cables of a decision on many cables that have one outcome: "12-kept"."""
    number, _, name = outcome.partition("-")
    return BulkDecisionCable.objects.filter(decision=int(number), outcome=name)


def collections() -> list[tuple[str, str]]:
    return list(Collection.objects.order_by("name").values_list("slug", "name"))


def kinds_of_matters() -> list[tuple[str, str]]:
    return [(kind, kind) for kind in Matter.kinds()]


def curators() -> list[tuple[str, str]]:
    """Return those who may have changed something: accounts of the desk, also former ones."""
    users = User.objects.filter(is_staff=True).order_by("username")
    return [(str(key), name) for key, name in users.values_list("pk", "username")]


FILTERS_OF_CABLES = (
    DeskFilter("state", lambda: choice("State", STATES)),  # with_condition applies it.
    DeskFilter("redacted", lambda: flag("Redacted"), rows=lambda _: Redaction.objects.all()),
    DeskFilter(
        "redaction",
        lambda: RowField("Redaction over the archive", RedactionSearch.objects.all),
        rows=lambda search: RedactionMatch.objects.filter(search=search).exclude(redaction=None),
        right="redact_cable",
    ),
    DeskFilter(
        "corrected",
        lambda: choice("Corrected", CORRECTED),
        rows=lambda fact: Correction.objects.filter(**({} if fact == "any" else {"field": fact})),
    ),
    DeskFilter(
        "held",
        lambda: flag("With held records"),
        keys=lambda _, sight: named_by_rows([LoadRow.Outcome.HELD], sight == Sight.SEALED),
        right="view_loadrow",
    ),
    DeskFilter(
        "load",
        lambda: RowField("Load", Load.objects.all),
        rows=lambda load: Copy.objects.filter(load=load),
        right="view_load",
    ),
    DeskFilter(
        "decision",
        lambda: forms.RegexField(
            "^[0-9]{1,18}-[a-z]{1,10}$",
            label="Decision on many",
            required=False,
            help_text="Its number and an outcome: 12-kept",
        ),
        rows=of_decision,
        right="view_bulkdecision",
    ),
    DeskFilter(
        "collection",
        lambda: choice("Collection", collections),
        lambda slug: Q(collections__overlap=[slug]),
    ),
    DeskFilter(
        "warning",
        lambda: choice("Warning", kinds_of_matters),
        rows=lambda kind: Matter.objects.filter(kind=kind),
    ),
    DeskFilter(
        "origin",
        lambda: OriginsField(
            label="Origin",
            required=False,
            max_length=300,
            help_text="Its whole name, or its city if no other has it; several with ; between them",
        ),
        keys=sent_by,
    ),
    DeskFilter(
        "tag",
        lambda: TagsField(label="Any of these tags", required=False, max_length=2_000),
        keys=tagged,
    ),
    DeskFilter(
        "classification",
        lambda: choice("Classification", [(each.slug, each.label) for each in CLASSIFICATIONS]),
        lambda slug: Q(
            classification__in=[each.value for each in CLASSIFICATIONS if each.slug == slug]
        ),
    ),
    DeskFilter(
        "created_after",
        lambda: day("Created from"),
        lambda day: Q(created__gte=datetime.combine(day, time.min, UTC)),
    ),
    DeskFilter(
        "created_before",
        lambda: day("Created to"),
        lambda day: Q(created__lte=datetime.combine(day, time.max, UTC)),
    ),
    *(
        DeskFilter(name, field, right="view_change")
        for name, field in (
            ("changed_by", lambda: choice("Changed by", curators)),
            ("action", lambda: text("Change", "withheld, redacted, corrected ...", 40)),
            ("changed_after", lambda: day("Changed from")),
            ("changed_before", lambda: day("Changed to")),
        )
    ),
)


def changed(values: dict[str, Any]) -> Keys | None:
    """Return the primary keys of the cables that one entry of the log tells of; None for any.

    `values` has what is chosen of changed_by, action, changed_after and changed_before.
    """
    conditions: dict[str, Any] = {
        lookup: values[name]
        for name, lookup in (("changed_by", "by"), ("action", "action"))
        if values.get(name)
    }
    if first := values.get("changed_after"):
        conditions["at__gte"] = datetime.combine(first, time.min, UTC)
    if last := values.get("changed_before"):
        conditions["at__lte"] = datetime.combine(last, time.max, UTC)
    if not conditions:
        return None
    rows = Change.objects.filter(**conditions, cable__isnull=False).order_by()
    return rows.values_list("cable", flat=True)
