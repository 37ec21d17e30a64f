"""A condition on primary keys that are sent as one array: up to all of the archive."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


class InArray(models.Func):
    """Whether a number is one of many, which are sent as one array.

    Of few, PostgreSQL looks each up in an index. Of many it would take a second to plan that: it
    makes a hash table of them, and reads the rows in their order until a page is full. The array is
    written as text once, as psycopg takes a second for each half million numbers of a list.
    """

    output_field = models.BooleanField()
    FEW = 5_000

    def __init__(self, number: models.F, keys: list[int]):
        written = "{" + ",".join(map(str, keys)) + "}"
        super().__init__(number, keys=written, are_few=len(keys) <= self.FEW)

    def as_sql(  # type: ignore[override]  # The array is one parameter.
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **options: Any
    ) -> tuple[str, tuple[Any, ...]]:
        number, params = compiler.compile(self.source_expressions[0])
        keys = self.extra["keys"]
        if self.extra["are_few"]:
            return f"{number} = ANY(%s::bigint[])", (*params, keys)
        # IS TRUE keeps it a condition of the scan: else it would become a join, and a sort.
        return f"({number} IN (SELECT unnest(%s::bigint[]))) IS TRUE", (*params, keys)
