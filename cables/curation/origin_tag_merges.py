"""Merge origins or tags, with all cables that have them, and undo a merge.

What sources print is kept: `Places` maps merged names for later loads. Each merge is one
transaction. Call these functions inside `one_load`: a load caches origins and tags in memory.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from ..loader.locks import one_batch
from ..models import (
    Cable,
    Change,
    Copy,
    Correction,
    Merge,
    Origin,
    Sealed,
    State,
    Tag,
    refresh_lists,
    seal,
    unseal,
)
from ..models.planner_statistics import renew_list_statistics
from ..models.querysets import CableQuerySet
from ..models.sealing import withheld_from
from ..publication.origins_and_tags import Places, delete_unused_tags
from ..publication.public_rows import public_tags
from ..publication.public_text import decisions_on, make_public, parse_shown_copy
from ..publication.row_values import keywords
from ..telegram.apply_redactions import HEAD
from ..telegram.fact_types import edition_of
from ..telegram.redact_phrases import without
from .sealed_text_search import Sight, origins_shown, tags_shown

BATCH = 500
NEAR = 0.75  # How like two spellings of a place are: about two wrong letters.
KINDS = Merge.Kind


def affected(kind: str, name: str) -> CableQuerySet:
    """Return the published cables that a merge would change; withheld ones change too."""
    if kind == KINDS.ORIGIN:
        return Cable.objects.filter(origin__name=name)
    return Cable.objects.filter(tags__contains=[name])


def near_spellings(sight: int) -> list[tuple[str, str]]:
    """Return (origin, the one that it may be a misprint of): Mamagua, Managua.

    A misprint lies in no known place; the other is of the same kind, and its place begins alike.
    Both are origins that somebody with this sight may see.
    """
    known: dict[tuple[str, str], dict[str, str]] = {}  # (kind, first letter) -> {place: name}
    unknown: list[tuple[str, str, str]] = []
    rows = origins_shown(sight).filter(merged_into=None, same_as=None).order_by("name")
    for name, latitude in rows.values_list("name", "latitude"):
        kind, _, place = name.partition(" ")
        if place and latitude is None:
            unknown.append((name, kind, place))
        elif place:
            known.setdefault((kind, place[0]), {})[place] = name
    found = []
    for name, kind, place in unknown:
        alike = known.get((kind, place[0]), {})
        found += [(name, alike[near]) for near in get_close_matches(place, alike, 1, NEAR)]
    return found


def check_merge(kind: str, name: str, into: Sequence[str], sight: int = Sight.SEALED):
    """Raise ValueError, with the reason, if `name` cannot be merged into `into`.

    Names that somebody with this sight may not see are not here.
    """
    if not into or name in into:
        raise ValueError("Name what it is merged into; that is another name.")
    names = {name, *into}
    earlier: QuerySet[Any]  # What was merged into `name`.
    if kind == KINDS.ORIGIN:
        if len(into) != 1:
            raise ValueError("An origin is merged into exactly one other.")
        origins = origins_shown(sight).filter(name__in=names, merged_into=None)
        missing = names - set(origins.values_list("name", flat=True))
        earlier = Origin.objects.filter(merged_into__name=name)
    else:
        tags = tags_shown(sight).filter(code__in=names, merged_into=[])
        missing = names - set(tags.values_list("code", flat=True))
        earlier = Tag.objects.filter(merged_into__contains=[name])
    if missing:
        raise ValueError(f"Not here, or merged already: {', '.join(sorted(missing))}.")
    if earlier.exists():  # Not which: perhaps only withheld cables have that.
        raise ValueError(f"Another name was merged into {name}: undo that first.")


@transaction.atomic
def merge(kind: str, name: str, into: Sequence[str], reason: str, by) -> Merge:
    """Merge an origin or a tag into another; a tag printed without separators into several.

    Raises ValueError if that is not possible, or the reason is empty.
    """
    if not reason.strip():
        raise ValueError("A merge takes a reason.")
    _lock()
    check_merge(kind, name, into)
    moved = _merge_origin(name, into[0]) if kind == KINDS.ORIGIN else _merge_tag(name, into)
    row = Merge.objects.create(
        kind=kind, name=name, into=list(into), cables=moved, reason=reason, by=by
    )
    _log("merged", row, reason, by)
    State.advance()
    renew_list_statistics()
    return row


@transaction.atomic
def undo_merge(row: Merge, reason: str, by):
    """Undo a merge for the cables it changed, and for those loaded under the name since."""
    _lock()
    locked = Merge.objects.select_for_update().filter(pk=row.pk).first()
    if locked is None:
        raise ValueError("It was undone meanwhile.")
    if locked.kind == KINDS.ORIGIN:
        _part_origin(locked)
    else:
        _part_tag(locked)
    _log("parted", locked, reason, by)
    locked.delete()
    State.advance()
    renew_list_statistics()


def _lock():
    """Wait for all who have looked up names, or may move a withheld text that has them."""
    one_batch()
    Origin.lock(to_merge=True)


def _log(action: str, row: Merge, reason: str, by):
    Change.objects.create(action=action, what=str(row)[:250], reason=reason, by=by)


def _merge_origin(name: str, into: str) -> list[int]:
    origin, other = Origin.objects.get(name=name), Origin.objects.get(name=into)
    sealed = withheld_from([origin.pk]).values_list("cable", flat=True)
    keys = sorted({*Cable.objects.filter(origin=origin).primary_keys(), *sealed})
    origin.merged_into = other
    origin.save(update_fields=["merged_into"])
    _move(keys, other)
    return keys


def _part_origin(row: Merge):
    origin = Origin.objects.get(name=row.name)
    other = origin.merged_into
    if other is None:
        raise ValueError("It was undone meanwhile.")
    origin.merged_into = None
    origin.save(update_fields=["merged_into"])
    copies = Copy.objects.shown().filter(cable__origin=other, facts__origin=origin.name)
    keys = {*row.cables, *copies.values_list("cable", flat=True)}
    sealed = withheld_from([other.pk]).values("cable")
    moved = Cable.objects.filter(Q(origin=other) | Q(pk__in=sealed), pk__in=keys)
    corrected = Correction.objects.standing().filter(field="origin", value=other.name)
    keys -= set(corrected.filter(cable__in=keys).values_list("cable", flat=True))
    _move(sorted(moved.filter(pk__in=keys).primary_keys()), origin)


def _move(keys: Sequence[int], origin: Origin):
    """Give cables another origin, and update their keywords, those of withheld ones too."""

    def moved(cable):
        cable.origin = origin

    Cable.objects.filter(pk__in=keys, withheld_reason="").update(origin=origin)
    _rewrite(keys, moved)
    withheld = Sealed.objects.filter(place="cable", cable__in=list(keys))
    for sealed in withheld.select_related("cable"):
        cable = sealed.cable
        cable.tags, sealed.values["origin_id"] = sealed.values["tags"], origin.pk
        sealed.values["keywords"] = keywords(cable, origin, edition_of(sealed.values["facts"]))
        sealed.save()


def _merge_tag(name: str, into: Sequence[str]) -> dict[str, list[str]]:
    Tag.objects.filter(code=name).update(merged_into=list(into))
    places = Places()
    had: dict[str, list[str]] = {}

    def merged(cable):
        had[str(cable.pk)] = cable.tags
        cable.tags = _shown(cable, places.merged_tags(cable.tags))

    _rewrite(list(affected(KINDS.TAG, name).order_by("pk").primary_keys()), merged)
    for sealed in Sealed.objects.filter(place="cable", values__tags__contains=[name]):
        had[str(sealed.cable_id)] = tags = sealed.values["tags"]
        _retag_sealed(sealed, _shown(sealed.cable, places.merged_tags(tags)))
    return had


def _part_tag(row: Merge):
    Tag.objects.filter(code=row.name).update(merged_into=[])
    places = Places()
    copies = Copy.objects.shown().filter(load__started__gte=row.at)
    later = Cable.objects.filter(pk__in=copies.values("cable"), tags__overlap=row.into)
    keys = {*map(int, row.cables), *later.primary_keys()}

    def parted(cable):
        had = row.cables.get(str(cable.pk))
        if had and cable.tags == _shown(cable, _settled(had, row)):
            cable.tags = _shown(cable, had)
        else:  # Its tags changed since: take them from its text.
            cable.tags = tags_now(cable, places)

    withheld = Cable.objects.filter(pk__in=keys).exclude(withheld_reason="")
    reasons = dict(withheld.values_list("pk", "withheld_reason"))
    unseal(list(reasons))
    _rewrite(sorted(keys), parted)
    for key, reason in reasons.items():
        seal([key], reason)
    delete_unused_tags([row.name])  # Its cables lost it by redactions since.


def _shown(cable: Cable, tags: Iterable[str]) -> list[str]:
    """Return the tags without those that are redacted in a cable, perhaps since it had them."""
    if not cable.withheld_reason and "redacted" not in cable.facts:
        return list(tags)  # As nearly always: no question for each cable of a large merge.
    return without(tags, decisions_on(cable).phrases_at(HEAD))


def _settled(tags: Iterable[str], row: Merge) -> list[str]:
    settled = [each for tag in tags for each in (row.into if tag == row.name else [tag])]
    return list(dict.fromkeys(settled))


def tags_now(cable: Cable, places: Places) -> list[str]:
    """Return the tags that readers are shown, computed from the text of a cable."""
    copies = list(cable.copies.select_related("collection"))
    if not copies:
        return cable.tags
    record = parse_shown_copy(cable, copies)
    shown = make_public(record, cable.blocks().ids, decisions_on(cable))
    return list(public_tags(shown, places))


def _retag_sealed(sealed: Sealed, tags: list[str]):
    cable = sealed.cable
    sealed.values["tags"] = cable.tags = tags
    edition = edition_of(sealed.values["facts"])
    origin = Origin.objects.select_related("country").get(pk=sealed.values["origin_id"])
    sealed.values["keywords"] = keywords(cable, origin, edition)
    sealed.save()


def _rewrite(keys: Sequence[int], change: Callable[[Cable], object]):
    """Change the tags or origin of published cables in batches; update keywords and lists."""
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        cables = Cable.objects.filter(pk__in=batch, withheld_reason="").select_related(
            "origin__country"
        )
        cables = cables.order_by("pk")
        locked = list(cables.select_for_update(of=["self"]))
        for cable in locked:
            change(cable)
            cable.keywords = keywords(cable, cable.origin, edition_of(cable.facts))
        Cable.objects.bulk_update(locked, ["tags", "keywords"])
        refresh_lists(batch)
