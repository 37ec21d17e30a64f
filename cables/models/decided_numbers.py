"""Find what curators decided on a telegram's number, under any name that it has or had."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..telegram.fact_types import EditionFacts
from ..telegram.mentions import find_named
from ..telegram.references import number_of, spellings_of
from .cable import Cable
from .editorial import Redaction
from .former_references import FormerReference
from .load_records import Copy, LoadRow, Preview

SECOND = "facts__edition__second_reference"
NAMED_WITHIN = 20_000  # Characters of a rejected record.
REPEATED = r"-[1-9][0-9]?$"  # The end of "75LISBON9412-2", in SQL.


class HiddenName(NamedTuple):
    """A present, former or second reference of a cable that is withheld or redacted."""

    reference: str
    cable: int  # Its primary key.
    is_present: bool = False


def names_of_record(reference: str, published: str, edition: EditionFacts) -> set[str]:
    """Return the names of a record: its references, and the numbers that it prints."""
    printed = edition.get("numbered", ""), edition.get("second_reference", "")
    return {reference, published, *printed} - {""}


def names_of_row(row: LoadRow | Preview) -> set[str]:
    """Return the names of the record in a row.

    One that was rejected may lack its reference: every reference in its text counts then.
    """
    if row.outcome == LoadRow.Outcome.REJECTED or not row.reference:
        named = {each.reference for each in find_named(row.raw[:NAMED_WITHIN], (), "")}
        return {row.reference, *named} - {""}
    try:
        facts = json.loads(row.raw)
    except ValueError:
        return {row.reference}
    return names_of_record(row.reference, facts["reference"], facts.get("edition", {}))


def rows_of_numbers(rows: QuerySet, references: Iterable[str]) -> list[Any]:
    """Return the rows whose `reference` has the number of one of these references (N-7).

    Also in other spellings (I-9). `rows` should be few: all of those with "-2", "-3" ... are read.
    """
    numbers = set(map(number_of, references))
    names = {name for each in numbers for name in spellings_of(each)}
    repeated = rows.filter(reference__regex=REPEATED)
    return [
        *rows.filter(reference__in=names),
        *(row for row in repeated if number_of(row.reference) in numbers),
    ]


def hidden_of(cables: QuerySet[Cable]) -> QuerySet[Cable]:
    """Return those of these cables that are withheld or redacted. They should be few."""
    redactions = Redaction.objects.filter(cable=OuterRef("pk"))
    return cables.filter(~Q(withheld_reason="") | Exists(redactions))


def hidden_names(references: Iterable[str]) -> list[HiddenName]:
    """Return the names with the numbers of these references under which cables are hidden.

    These are withheld cables and redacted ones. A record of theirs could hold what readers may not
    see.
    """
    references = set(references)
    found: list[HiddenName] = []
    withheld = Cable.objects.exclude(withheld_reason="")
    redacted = Cable.objects.filter(pk__in=Redaction.objects.values("cable"))
    # Two queries: for one with OR, PostgreSQL would scan all cables. In order of reference it reads
    # the index of withheld cables, also while an archive is filled and has no statistics yet.
    some = (withheld.order_by("reference"), Redaction.objects.order_by("pk"))
    for decided, cables in zip(some, (withheld, redacted), strict=True):
        if not decided.values("pk")[:1]:  # As nearly always in a load.
            continue
        formers = FormerReference.objects.filter(cable__in=cables.values("pk"))
        named = rows_of_numbers(cables.only("reference"), references)
        found += [HiddenName(cable.reference, cable.pk, True) for cable in named]
        named = rows_of_numbers(formers.only("reference", "cable"), references)
        found += [HiddenName(former.reference, former.cable_id) for former in named]
        found += _second_numbers(cables, references)
    return found


def _second_numbers(cables: QuerySet, references: Iterable[str]) -> list[HiddenName]:
    """Return those of these references that are second numbers of cables, also redacted ones."""
    numbers = set(map(number_of, references))
    copies = Copy.objects.filter(cable__in=cables.values("pk"), **{f"{SECOND}__isnull": False})
    second = copies.values_list(SECOND, "cable")
    return [HiddenName(name, cable) for name, cable in second if number_of(name) in numbers]
