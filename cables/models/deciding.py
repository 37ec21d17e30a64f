"""What cables say is taken from readers, and given back: a few statements for all of them."""

from collections import Counter
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import QuerySet

from ..words import put_in, take_out, words_of_cable
from .addresses import FormerParagraph
from .archive import State
from .cable import SAID_BY_CABLE, SAID_BY_VERSION, Cable, Mention, Version, refresh_lists
from .desk import Note
from .log import Change
from .statistics import renew

# Rows that say what a cable says: model, the column of the cable, the place in `Sealed`, fields.
SAID = [
    (Cable, "id", "'cable'", SAID_BY_CABLE),
    (Version, "cable_id", "'version ' || said.number", SAID_BY_VERSION),
    (FormerParagraph, "cable_id", "'former ' || said.paragraph", ["reason"]),
    (Note, "cable_id", "'note ' || said.id", ["text"]),
]
SEAL = """
INSERT INTO cables_sealed (cable_id, place, "values")
SELECT said.{owner}, {place}, jsonb_build_object({pairs}) FROM {table} said
WHERE said.{owner} = ANY(%s)
"""
# What was written while a cable was withheld has no row in `Sealed`, and stays as it is.
UNSEAL = """
UPDATE {table} said SET {columns}
FROM cables_sealed sealed, jsonb_populate_record(NULL::{table}, sealed."values") AS had
WHERE said.{owner} = ANY(%s) AND sealed.cable_id = said.{owner} AND sealed.place = {place}
"""
FORGET = """
DELETE FROM cables_sealed sealed USING {table} said
WHERE said.{owner} = ANY(%s) AND sealed.cable_id = said.{owner} AND sealed.place = {place}
"""
SEAL_MENTIONS = """
INSERT INTO cables_sealed (cable_id, place, "values")
SELECT cable_id, 'mentions', jsonb_build_object(
    'named', jsonb_agg(jsonb_build_array(paragraph, reference, target) ORDER BY id)
)
FROM cables_mention WHERE cable_id = ANY(%s) GROUP BY cable_id
"""
UNSEAL_MENTIONS = """
WITH given AS (
    DELETE FROM cables_sealed WHERE cable_id = ANY(%s) AND place = 'mentions'
    RETURNING cable_id, "values"
)
INSERT INTO cables_mention (cable_id, paragraph, reference, target)
SELECT cable_id, named ->> 0, named ->> 1, named ->> 2
FROM given, jsonb_array_elements("values" -> 'named') WITH ORDINALITY AS each (named, nth)
ORDER BY cable_id, nth
"""


@transaction.atomic
def withhold_all(cables: QuerySet, reason: str, by=None) -> int:
    """Take those that are published from readers; return how many they were.

    All that they say, their versions and notes say, moves to `Sealed`: their addresses answer
    with the reason alone. Raises ValueError if there is none.
    """
    if not reason.strip():
        raise ValueError("Withholding takes a reason.")
    keys = _locked(cables.filter(withheld_reason=""))
    close(keys, reason)
    _write_down(keys, "withheld", reason, by)
    return len(keys)


@transaction.atomic
def publish_all(cables: QuerySet, reason: str = "", by=None) -> int:
    """Give those that are withheld back to readers, as they were; return how many they were."""
    keys = _locked(cables.exclude(withheld_reason=""))
    open_again(keys)
    _write_down(keys, "published", reason, by)
    return len(keys)


def close(keys: Collection[int], reason: str):
    """Move what cables say to `Sealed`, in a transaction that has locked them."""
    words = _words(keys)
    with connection.cursor() as cursor:
        for said in SAID:
            cursor.execute(_sql(SEAL, *said), [keys])
        cursor.execute(SEAL_MENTIONS, [keys])
    for model, owner, _, fields in SAID:
        empty = {field: model._meta.get_field(field).get_default() for field in fields}
        told = {"withheld_reason": reason} if model is Cable else {}
        model.objects.filter(**{f"{owner}__in": keys}).update(**empty, **told)
    Mention.objects.filter(cable__in=keys).delete()
    refresh_lists(keys)
    take_out(words, len(keys))


def open_again(keys: Collection[int]):
    """Move it back from there."""
    with connection.cursor() as cursor:
        for said in SAID:
            cursor.execute(_sql(UNSEAL, *said), [keys])
            cursor.execute(_sql(FORGET, *said), [keys])
        cursor.execute(UNSEAL_MENTIONS, [keys])
    refresh_lists(keys)
    put_in(_words(keys), len(keys))


def _sql(statement: str, model, owner: str, place: str, fields: list[str]) -> str:
    given = [f"{field} = had.{field}" for field in fields]
    if model is Cable:  # In the same statement: the indexes of a cable are the dear part.
        given.append("withheld_reason = ''")
    return statement.format(
        table=model._meta.db_table,
        owner=owner,
        place=place,
        pairs=", ".join(f"'{field}', said.{field}" for field in fields),
        columns=", ".join(given),
    )


def _locked(cables: QuerySet) -> list[int]:
    """Wait for loads that are changing the cables; return the keys of those still meant."""
    locked = cables.select_for_update(of=["self"]).order_by("reference").values_list("pk")
    return [key for (key,) in locked]


def _words(keys: Collection[int]) -> Counter[str]:
    """Return in how many of the cables each word stands."""
    words = Counter()
    for cable in Cable.objects.filter(pk__in=keys).only("subject", "body", "tags").iterator():
        words.update(words_of_cable(cable))
    return words


def _write_down(keys: Collection[int], action: str, reason: str, by):
    Change.objects.bulk_create(
        Change(cable_id=key, action=action, reason=reason, by=by) for key in keys
    )
    if keys:
        State.move()
        renew()
