"""Ask in SQL which cable a reference names here: in any spelling (I-9), now or formerly."""

import json
from functools import cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from ..telegram.references import spellings_by_station
from .cable import Cable
from .former_references import FormerReference

# The primary key of the cable that the reference {0} names, NULL if none is here. {1} is its
# station, {2} its serial; each parameter is {station: its other spellings} as JSON.
HELD_AS = """coalesce(
    (SELECT id FROM cables_cable WHERE reference = {0}),
    (SELECT cable_id FROM cables_formerreference WHERE reference = {0}),
    (SELECT held.id FROM jsonb_array_elements_text(%s::jsonb -> {1}) spelling
        JOIN cables_cable held ON held.reference = left({0}, 2) || spelling || {2} LIMIT 1),
    (SELECT former.cable_id FROM jsonb_array_elements_text(%s::jsonb -> {1}) spelling
        JOIN cables_formerreference former
        ON former.reference = left({0}, 2) || spelling || {2} LIMIT 1)
)"""
STATION = "substring({0} from '^[0-9]{{2}}([A-Z-]*[A-Z])[0-9]+(?:-[0-9]+)?$')"
SERIAL = "substring({0} from '[0-9]+(?:-[0-9]+)?$')"


class HeldAs(Func):
    """The primary key of the cable that a reference names, or NULL. For few rows at once."""

    output_field = IntegerField()

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        reference, _ = compiler.compile(self.source_expressions[0])
        return held_as(reference), (other_spellings(),) * 2


def held_as(reference: str) -> str:
    """Return the SQL of `HeldAs`, which takes `other_spellings()` as a parameter twice."""
    return HELD_AS.format(reference, STATION.format(reference), SERIAL.format(reference))


@cache
def other_spellings() -> str:
    """Return {station: its other spellings} as JSON."""
    return json.dumps(spellings_by_station())


def not_here(rows: QuerySet) -> QuerySet:
    """Return the rows whose `reference` no cable has or had here, in the spelling of the row.

    All rows are compared at once. References are read in one spelling (I-9); to compare each of
    100,000 in the spellings of older rooms too would take seconds.
    """
    now = Exists(Cable.objects.filter(reference=OuterRef("reference")))
    formerly = Exists(FormerReference.objects.filter(reference=OuterRef("reference")))
    return rows.filter(~now, ~formerly)
