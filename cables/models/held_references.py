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

# The primary key of the cable that the reference {0} names in another spelling, NULL if none is
# here. {1} is its station, {2} its serial. Each parameter is JSON, {station: its other spellings};
# most stations have none.
OTHERWISE = """CASE WHEN %s::jsonb ? {1} THEN coalesce(
    (SELECT held.id FROM jsonb_array_elements_text(%s::jsonb -> {1}) spelling
        JOIN cables_cable held ON held.reference = left({0}, 2) || spelling || {2} LIMIT 1),
    (SELECT former.cable_id FROM jsonb_array_elements_text(%s::jsonb -> {1}) spelling
        JOIN cables_formerreference former
        ON former.reference = left({0}, 2) || spelling || {2} LIMIT 1)
) END"""
HELD_AS = f"""coalesce(
    (SELECT id FROM cables_cable WHERE reference = {{0}}),
    (SELECT cable_id FROM cables_formerreference WHERE reference = {{0}}),
    {OTHERWISE}
)"""
STATION = "substring({0} from '^[0-9]{{2}}([A-Z-]*[A-Z])[0-9]+(?:-[0-9]+)?$')"
SERIAL = "substring({0} from '[0-9]+(?:-[0-9]+)?$')"


class HeldAs(Func):
    """The primary key of the cable that a reference names, or NULL."""

    output_field = IntegerField()
    sql = HELD_AS

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
        return of_reference(self.sql, reference), spellings_for(self.sql)


class HeldOtherwise(HeldAs):
    """The primary key of the cable that a reference names in another spelling, or NULL."""

    sql = OTHERWISE


def of_reference(sql: str, reference: str) -> str:
    """Return HELD_AS or OTHERWISE for an SQL expression; it takes `spellings_for` itself."""
    return sql.format(reference, STATION.format(reference), SERIAL.format(reference))


def spellings_for(sql: str) -> tuple[str, ...]:
    """Return the parameters of HELD_AS or OTHERWISE."""
    return (other_spellings(),) * sql.count("%s")


@cache
def other_spellings() -> str:
    """Return {station: its other spellings} as JSON."""
    return json.dumps(spellings_by_station())


def not_here(rows: QuerySet) -> QuerySet:
    """Return the rows whose `reference` names no cable here.

    Names as they are written are compared for all rows at once, in other spellings row by row.
    """
    now = Exists(Cable.objects.filter(reference=OuterRef("reference")))
    formerly = Exists(FormerReference.objects.filter(reference=OuterRef("reference")))
    named = rows.filter(~now, ~formerly).alias(held_otherwise=HeldOtherwise("reference"))
    return named.filter(held_otherwise=None)
