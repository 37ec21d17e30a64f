"""Keep old addresses working: former references, retired paragraph ids, erased references.

And, in SQL, which cable a reference names here.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, IntegerField
from django.db.models.sql.compiler import SQLCompiler

from ..telegram.references import spellings_by_station, spellings_of
from .cable import Cable
from .change_log import DecidedRow

RENAMED = "renamed"  # The kind of the former references that curators named.


class FormerReference(DecidedRow):
    """A further reference of a cable; its address redirects to the cable.

    It had it here ("merged", "renamed"), a source published it under it ("published"), or it is
    that of the second number of a telegram ("numbered"), which yields to any other cable's.
    """

    reference = models.CharField(max_length=64, unique=True, db_collation="C")
    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="former_references")
    kind = models.CharField(max_length=20, help_text="published, merged or renamed")

    def __str__(self):
        return self.reference


def spellings_of_all(cables: Sequence[Cable], using: str) -> list[str]:
    """Return every spelling of the references that some cables have or had."""
    formers = FormerReference.objects.using(using).filter(cable__in=cables)
    names = [*(cable.reference for cable in cables), *formers.values_list("reference", flat=True)]
    return [spelling for name in names for spelling in spellings_of(name)]


class FormerParagraph(models.Model):
    """A retired paragraph id: which version had it last, and why it was retired."""

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="former_paragraphs")
    paragraph = models.CharField(max_length=32)
    after = models.CharField(
        max_length=32, blank=True, help_text="The paragraph behind which it stood."
    )
    version = models.PositiveIntegerField(help_text="The last version that has it.")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cable", "paragraph"], name="former_paragraph_once")
        ]

    def __str__(self):
        return f"{self.cable} {self.paragraph}"

    @classmethod
    def of_page(cls, cable):
        """Return those of a cable, first retired first. Raw SQL: the ORM takes twice as long."""
        if not cable.has_former_paragraphs:
            return ()
        rows = f"SELECT * FROM {cls._meta.db_table} WHERE cable_id = %s ORDER BY id"  # noqa: S608
        return cls.objects.using(cable._state.db).raw(rows, [cable.pk])


class Erased(models.Model):
    """A reference whose text was erased for good. Its address says why, and it is never reused."""

    reference = models.CharField(max_length=64, primary_key=True, db_collation="C")
    reason = models.TextField(help_text="Readers see it.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "erased"

    def __str__(self):
        return self.reference


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
