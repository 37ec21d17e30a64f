"""Cables in order of their references, each with every row that belongs to it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from ..models import (
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

BATCH = 200  # Cables.


@dataclass(slots=True)
class Kept:
    """One cable and all that is kept of it."""

    cable: Cable
    versions: list[Version]  # By number.
    retired: dict[str, int] = field(default_factory=dict)  # Id -> the last version that has it.
    taggings: list[tuple] = field(default_factory=list)  # (tag, released, created, reference)
    markings: list[tuple] = field(default_factory=list)  # (code, released, created, reference)
    mentioning: set[str] = field(default_factory=set)  # Paragraphs that name other cables.
    sealed: set[str] = field(default_factory=set)  # Places: "cable", "version 2".
    originals: dict[str, dict] = field(default_factory=dict)  # Of a redacted one, by place.
    redactions: dict[str, str] = field(default_factory=dict)  # Place in `Sealed` -> in the text.
    corrections: dict[str, object] = field(default_factory=dict)  # Field -> what is right.
    shown: list[bool] = field(default_factory=list)  # Of each copy: is its text the cable's own?
    released: list[date] = field(default_factory=list)  # Of copies, where the source says it.
    collections: set[str] = field(default_factory=set)  # Of copies.
    leads_to: str = ""  # The other cable that its reference is said to lead to.


def read_after(reference: str) -> list[Kept]:
    """Return the next cables behind a reference, in order; none behind the last."""
    cables = _cables().filter(reference__gt=reference).order_by("reference")
    return _with_rows(cables[:BATCH])


def read_again(keys: Iterable[int]) -> list[Kept]:
    """Return the cables with these primary keys as they are now, in order."""
    keys = list(keys)
    return _with_rows(_cables().filter(pk__in=keys).order_by("reference")) if keys else []


def _cables():
    return Cable.objects.defer("search_vector")


def _with_rows(cables: Iterable[Cable]) -> list[Kept]:
    cables = list(cables)
    versions = defaultdict(list)
    keys = [cable.pk for cable in cables]
    for version in Version.objects.filter(cable__in=keys).order_by("number"):
        versions[version.cable_id].append(version)
    kept = {cable.pk: Kept(cable, versions[cable.pk]) for cable in cables}
    for key, paragraph, number in _rows(FormerParagraph, keys, "paragraph", "version"):
        kept[key].retired[paragraph] = number
    for key, *row in _rows(Tagging, keys, "tag", "released", "created", "reference"):
        kept[key].taggings.append(tuple(row))
    for key, *row in _rows(Marking, keys, "code", "released", "created", "reference"):
        kept[key].markings.append(tuple(row))
    for key, paragraph in _rows(Mention, keys, "paragraph"):
        kept[key].mentioning.add(paragraph)
    for key, place in _rows(Sealed, keys, "place"):
        kept[key].sealed.add(place)
    _read_decisions(kept, keys)
    copies = Copy.objects.filter(cable__in=keys).annotate(shown=Q(text__isnull=True))
    columns = ("cable", "shown", "released", "collection__slug")
    for key, shown, released, slug in copies.values_list(*columns):
        kept[key].shown.append(shown)
        kept[key].collections.add(slug)
        kept[key].released += [released] if released else []
    _read_former_references(kept)
    return list(kept.values())


def _read_decisions(kept: dict[int, Kept], keys: list[int]):
    """Note what curators decided, and the originals of what is redacted."""
    for key, name, value in _rows(Correction, keys, "field", "value"):
        kept[key].corrections[name] = value
    for redaction in Redaction.objects.filter(cable__in=keys):
        kept[redaction.cable_id].redactions[redaction.sealed_at] = redaction.place
    beside = Q(place__startswith="source") | Q(place__startswith="redaction ")
    for sealed in Sealed.objects.filter(beside, cable__in=keys):
        kept[sealed.cable_id].originals[sealed.place] = sealed.values


def _rows(model, keys: list[int], *fields: str) -> Iterable[tuple]:
    """Return (cable, fields ...) of each row of a model that belongs to one of the cables."""
    return model.objects.filter(cable__in=keys).values_list("cable", *fields)


def _read_former_references(kept: dict[int, Kept]):
    """Note which of the references are said to lead elsewhere."""
    by_reference = {each.cable.reference: each for each in kept.values()}
    former = FormerReference.objects.filter(reference__in=by_reference)
    for reference, other in former.values_list("reference", "cable__reference"):
        by_reference[reference].leads_to = other
