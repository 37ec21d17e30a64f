"""Erase a cable for good. Its address then says why, and its reference is never reused."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from ..loader.classify_records import why_erased
from ..loader.locks import one_batch
from ..loader.match_existing import holds_text
from ..models import (
    BulkDecision,
    BulkDecisionCable,
    Cable,
    Change,
    Country,
    Erased,
    FormerReference,
    Left,
    LoadRow,
    LoggedCable,
    Merge,
    Origin,
    Preview,
    State,
)
from ..models.change_log import FROM_LOAD
from ..models.counted_words import take_out
from ..models.decided_numbers import SECOND, names_of_row
from ..models.planner_statistics import renew_list_statistics
from ..models.sealing import origin_of, sends_cables
from ..publication.origins_and_tags import delete_unused_tags
from ..publication.public_text import SOURCE, parse_shown_copy
from ..telegram.distinct_words import words_of_cable
from ..telegram.references import number_of, spellings_of
from .held_records import texts_of


@transaction.atomic
def erase(reference: str, reason: str, by=None) -> list[str]:
    """Delete a cable and all rows about it; return the references that led to it.

    Records that only stand in rows of loads are deleted too. Raises ValueError if nothing is
    stored under this canonical reference, or the reason is empty.
    """
    if not reason.strip():
        raise ValueError("Give a reason: its address shows it to whoever follows a citation.")
    one_batch()  # Else one that has looked for its reference brings it back.
    known = Cable.objects.only("pk").known_as(reference)  # Now or formerly.
    cable = known and Cable.objects.select_for_update().filter(pk=known.pk).first()
    names = _names(cable) if cable else [reference]
    texts = texts_of(cable) if cable else []
    spellings = [spelling for name in names for spelling in spellings_of(name)]
    rows = LoadRow.objects.filter(reference__in=spellings)
    if cable is None and not rows.exists():
        raise ValueError(f"Nothing of {reference} is kept here.")
    _remove_from_loads(rows, names[0], by)
    Preview.objects.filter(reference__in=spellings).delete()
    _delete_texts(names, texts)
    if cable:
        key, (tags, origins) = cable.pk, _names_had(cable)
        decisions = _remove_from_decisions(cable, by)
        Left.objects.filter(key__in=names).delete()
        LoggedCable.objects.filter(pk=key).update(gone="erased")
        cable.delete()  # Its log entries stay, and have its reference.
        BulkDecision.objects.filter(pk__in=decisions, rows=None, left=None).delete()
        _remove_from_merges(key)
        delete_unused_tags(tags)
        for origin in origins:
            _delete_unused_origin(origin)
    Erased.objects.bulk_create(
        [Erased(reference=name, reason=reason) for name in names], ignore_conflicts=True
    )
    Change.objects.create(action="erased", reference=names[0], reason=reason, by=by)
    State.advance()
    renew_list_statistics()
    if cable and not cable.withheld_reason:
        take_out(words_of_cable(cable))
    return names


def _remove_from_loads(rows: QuerySet[LoadRow], reference: str, by):
    """Delete its rows of loads; the log keeps whose reason for an embargo was about it."""
    decided = Q(outcome__in=LoadRow.DECIDED) | Q(repaired_by__isnull=False)
    embargoed = rows.filter(decided).exclude(load__embargo_reason="")
    entry = {"reference": reference, "action": "removed", "by": by}
    for load in embargoed.order_by("load").values_list("load", flat=True).distinct():
        Change.objects.create(what=f"{FROM_LOAD}{load}", **entry)
    rows.delete()


def _remove_from_decisions(cable: Cable, by) -> list[int]:
    """Return the decisions on several cables that were about it; the log keeps that they were.

    What was written for these stays sealed, also where they wrote no entry about each cable.
    """
    rows = cable.bulk_decisions.order_by("decision")
    written = rows.exclude(outcome=BulkDecisionCable.Outcome.SKIPPED)
    for number in written.values_list("decision", flat=True):
        entry = {"action": "removed", "what": f"from decision {number}", "by": by}
        Change.objects.create(cable=cable, decision_id=number, **entry)
    return list(rows.values_list("decision", flat=True))


def _delete_texts(names: Iterable[str], texts: Sequence[str]):
    """Delete the texts of records that were held, left or rejected if they are of an erased cable.

    They have its number (N-7), or most of the beginning of one of its `texts`; or they could not
    be read, and have no reference but its own in their text.
    """
    erased = {number_of(name): name for name in names}
    for model in (LoadRow, Preview):
        kept = model.objects.filter(outcome__in=["held", "left", "rejected"]).exclude(raw="")
        for row in kept.iterator():
            is_named = row.outcome == "rejected" and row.reference
            own = {row.reference} if is_named else names_of_row(row)
            found = erased.keys() & set(map(number_of, own))
            if found or holds_text(row.raw, texts):
                record = row.reference or "this record"
                reason = why_erased(record, erased[min(found or erased)])
                model.objects.filter(pk=row.pk).update(raw="", reason=reason)


def _names(cable: Cable) -> list[str]:
    """Return its reference, its former and second ones, and those of its sources."""
    formers = FormerReference.objects.filter(cable=cable).values_list("reference", flat=True)
    published = cable.copies.values_list("published_reference", flat=True)
    second = cable.copies.filter(**{f"{SECOND}__isnull": False}).values_list(SECOND, flat=True)
    own = [name for name in second if Cable.objects.known_as(name) in (None, cable)]
    return list(dict.fromkeys([cable.reference, *sorted({*formers, *published, *own})]))


def _names_had(cable: Cable) -> tuple[set[str], set[Origin]]:
    """Return the tags and origins that a cable has, or had by a version, correction or source."""
    sealed = cable.sealed.filter(place__startswith="version ").values_list("values__facts")
    facts: list[Any] = [each for (each,) in (*cable.versions.values_list("facts"), *sealed)]
    facts += [{row.field: row.value} for row in cable.corrections.all()]
    original = cable.sealed.filter(place__in=[SOURCE, "cable"]).order_by("place").last()
    text = [original.values[part] for part in ("header", "body")] if original else None
    copies = list(cable.copies.select_related("collection"))
    with suppress(ValueError, StopIteration):  # Whatever its source says, it is erased.
        record = parse_shown_copy(cable, copies, text)
        facts.append({"origin": record.origin, "tags": record.tags})
    had = Origin.objects.filter(name__in=[each.get("origin") for each in facts])
    tags = _tags(cable).union(*(each.get("tags", ()) for each in facts))
    return tags, {origin_of(cable), *had.filter(merged_into=None)}


def _tags(cable: Cable) -> set[str]:
    """Return its tags, with those that a withheld or merged cable does not show.

    A tag that is redacted in its only cable was deleted with the redaction.
    """
    sealed = cable.sealed.filter(place="cable").values_list("values__tags", flat=True)
    merged = Merge.objects.filter(kind=Merge.Kind.TAG, cables__has_key=str(cable.pk))
    had = merged.values_list(f"cables__{cable.pk}", flat=True)
    return {*cable.tags, *(tag for tags in (*sealed, *had) for tag in tags or ())}


def _remove_from_merges(key: int):
    for row in Merge.objects.filter(kind=Merge.Kind.TAG, cables__has_key=str(key)):
        del row.cables[str(key)]
        row.save(update_fields=["cables"])
    for row in Merge.objects.filter(kind=Merge.Kind.ORIGIN, cables__contains=key):
        row.cables.remove(key)
        row.save(update_fields=["cables"])


def _delete_unused_origin(origin: Origin):
    """Delete an origin that no cable has, and its country if it has no other origin."""
    if sends_cables(origin) or origin.merged.exists():
        return
    country = origin.country
    origin.delete()
    if country and not country.origins.exists():
        Country.objects.filter(pk=country.pk).delete()
