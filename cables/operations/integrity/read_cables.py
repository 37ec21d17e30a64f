"""Read cables in order of reference, each with all rows that belong to it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from ...models import (
    Cable,
    Copy,
    Correction,
    FormerParagraph,
    FormerReference,
    Marking,
    Mention,
    Redaction,
    Sealed,
    Tagging,
    Version,
)
from ...models.load_records import SHOWN
from ...publication.standing_redactions import StandingForms, standing_forms

BATCH = 200  # Cables.


@dataclass(slots=True)
class StoredCable:
    """A cable and all rows that belong to it."""

    cable: Cable
    versions: list[Version]  # By number.
    retired: dict[str, int] = field(default_factory=dict)  # Id -> the last version that has it.
    taggings: list[tuple] = field(default_factory=list)  # (tag, released, created, reference)
    markings: list[tuple] = field(default_factory=list)  # (code, released, created, reference)
    mentioning: set[str] = field(default_factory=set)  # Paragraphs that name other cables.
    sealed: set[str] = field(default_factory=set)  # Sealed.place: "cable", "version 2".
    originals: dict[str, dict] = field(default_factory=dict)  # Sealed.place -> sealed values.
    redactions: dict[str, str] = field(default_factory=dict)  # Sealed.place -> place in the text.
    corrections: dict[str, Any] = field(default_factory=dict)  # Field -> corrected value.
    shown: list[bool] = field(default_factory=list)  # Of each copy: is it the one that is shown?
    released: list[date] = field(default_factory=list)  # Of copies whose source has it.
    collections: set[str] = field(default_factory=set)  # Of copies.
    forms: StandingForms = field(default_factory=lambda: StandingForms(()))
    leads_to: str = ""  # The other cable that has its reference as a former one.


def read_after(reference: str) -> list[StoredCable]:
    """Return the next BATCH cables after a reference, in order; [] after the last."""
    cables = Cable.objects.filter(reference__gt=reference).order_by("reference")
    return _with_rows(cables[:BATCH])


def read_again(keys: Iterable[int]) -> list[StoredCable]:
    """Return the cables with these primary keys, read anew, in order of reference."""
    keys = list(keys)
    return _with_rows(Cable.objects.filter(pk__in=keys).order_by("reference")) if keys else []


def _with_rows(cables: Iterable[Cable]) -> list[StoredCable]:
    cables = list(cables)
    versions = defaultdict(list)
    keys = [cable.pk for cable in cables]
    for version in Version.objects.filter(cable__in=keys).order_by("number"):
        versions[version.cable_id].append(version)
    forms = standing_forms()
    stored = {each.pk: StoredCable(each, versions[each.pk], forms=forms) for each in cables}
    for key, paragraph, number in _rows(FormerParagraph, keys, "paragraph", "version"):
        stored[key].retired[paragraph] = number
    for key, *row in _rows(Tagging, keys, "tag", "released", "created", "reference"):
        stored[key].taggings.append(tuple(row))
    for key, *row in _rows(Marking, keys, "code", "released", "created", "reference"):
        stored[key].markings.append(tuple(row))
    for key, paragraph in _rows(Mention, keys, "paragraph"):
        stored[key].mentioning.add(paragraph)
    for key, place in _rows(Sealed, keys, "place"):
        stored[key].sealed.add(place)
    _read_decisions(stored, keys)
    copies = Copy.objects.filter(cable__in=keys).annotate(shown=SHOWN)
    columns = ("cable", "shown", "released", "collection__slug")
    for key, shown, released, slug in copies.values_list(*columns):
        stored[key].shown.append(shown)
        stored[key].collections.add(slug)
        stored[key].released += [released] if released else []
    _read_former_references(stored)
    return list(stored.values())


def _read_decisions(stored: dict[int, StoredCable], keys: list[int]):
    """Add corrections, redactions and sealed originals."""
    for row in Correction.objects.standing().filter(cable__in=keys):
        stored[row.cable_id].corrections[row.field] = row.value
    for redaction in Redaction.objects.filter(cable__in=keys):
        stored[redaction.cable_id].redactions[redaction.sealed_at] = redaction.place
    beside = Q(place__startswith="source") | Q(place__startswith="redaction ")
    for sealed in Sealed.objects.filter(beside, cable__in=keys):
        stored[sealed.cable_id].originals[sealed.place] = sealed.values


def _rows(model, keys: list[int], *fields: str) -> Iterable[tuple]:
    """Return (cable, fields ...) of each row of a model that belongs to one of the cables."""
    return model.objects.filter(cable__in=keys).values_list("cable", *fields)


def _read_former_references(stored: dict[int, StoredCable]):
    """Add other cables that have a reference as a former one."""
    by_reference = {each.cable.reference: each for each in stored.values()}
    former = FormerReference.objects.filter(reference__in=by_reference)
    for reference, other in former.values_list("reference", "cable__reference"):
        by_reference[reference].leads_to = other
