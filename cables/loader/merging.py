"""Origins and tags become others, with all cables that have them; and are parted again.

What a source prints is untouched: a later load that names what was merged gets what stands for it
(`Places`). Each is one transaction. Call it under `one_load`: a load keeps in memory what it asked
of origins and tags before.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import QuerySet

from ..models import Cable, Change, Copy, Merge, Origin, Sealed, State, Tag, refresh_lists
from ..models.statistics import renew
from .places import Places
from .rows import keywords
from .showing import source_of
from .shown import decisions_on, make_shown

BATCH = 500
KINDS = Merge.Kind


def affected(kind: str, name: str) -> QuerySet:
    """Return the cables that would move, withheld ones too where their origin is merged."""
    if kind == KINDS.ORIGIN:
        return Cable.objects.filter(origin__name=name)
    return Cable.objects.filter(tags__contains=[name])


def check_merge(kind: str, name: str, into: Sequence[str]):
    """Raise ValueError, which says why, if this cannot become that."""
    if not into or name in into:
        raise ValueError("Say what it becomes: another name.")
    if kind == KINDS.ORIGIN:
        if len(into) != 1:
            raise ValueError("An origin becomes one other.")
        known, column = Origin.objects.filter(name__in=[name, *into], merged_into=None), "name"
        chained = Origin.objects.filter(merged_into__name=name)
    else:
        known, column = Tag.objects.filter(code__in=[name, *into], merged_into=[]), "code"
        chained = Tag.objects.filter(merged_into__contains=[name])
    missing = {name, *into} - set(known.values_list(column, flat=True))
    if missing:
        raise ValueError(f"Not here, or merged already: {', '.join(sorted(missing))}.")
    if first := chained.first():
        raise ValueError(f"{first} was merged into {name}: undo that first.")


@transaction.atomic
def merge(kind: str, name: str, into: Sequence[str], reason: str, by) -> Merge:
    """Let an origin or a tag become another; a jammed tag may become several.

    Raises ValueError where that cannot be, or there is no reason.
    """
    if not reason.strip():
        raise ValueError("A merge takes a reason.")
    check_merge(kind, name, into)
    moved = _merge_origin(name, into[0]) if kind == KINDS.ORIGIN else _merge_tag(name, into)
    made = Merge.objects.create(
        kind=kind, name=name, into=list(into), cables=moved, reason=reason, by=by
    )
    _write_down("merged", made, reason, by)
    State.move()
    renew()
    return made


@transaction.atomic
def part(made: Merge, reason: str, by):
    """Undo a merge: what moved goes back, and so does what was loaded under the name since."""
    made = Merge.objects.select_for_update().filter(pk=made.pk).first()
    if made is None:
        raise ValueError("It was undone meanwhile.")
    if made.kind == KINDS.ORIGIN:
        _part_origin(made)
    else:
        _part_tag(made)
    _write_down("parted", made, reason, by)
    made.delete()
    State.move()
    renew()


def _write_down(action: str, made: Merge, reason: str, by):
    Change.objects.create(action=action, what=str(made)[:250], reason=reason, by=by)


def _merge_origin(name: str, into: str) -> list[int]:
    origin, other = Origin.objects.get(name=name), Origin.objects.get(name=into)
    keys = list(Cable.objects.filter(origin=origin).order_by("pk").values_list("pk", flat=True))
    origin.merged_into = other
    origin.save(update_fields=["merged_into"])
    _move(keys, other)
    return keys


def _part_origin(made: Merge):
    origin = Origin.objects.get(name=made.name)
    other = origin.merged_into
    origin.merged_into = None
    origin.save(update_fields=["merged_into"])
    since = Copy.objects.filter(cable__origin=other, text__isnull=True, facts__origin=origin.name)
    keys = {*made.cables, *since.values_list("cable", flat=True)}
    still = Cable.objects.filter(pk__in=keys, origin=other, corrections__field="origin")
    corrected = still.filter(corrections__value=other.name).values_list("pk", flat=True)
    keys -= set(corrected)
    _move(sorted(Cable.objects.filter(pk__in=keys, origin=other).primary_keys()), origin)


def _move(keys: Sequence[int], origin: Origin):
    """Give cables another origin, and the words by which they are found for it."""

    def moved(cable):
        cable.origin = origin

    Cable.objects.filter(pk__in=keys).update(origin=origin)
    _rewrite(keys, moved)
    for sealed in _sealed_of(keys):
        cable = sealed.cable
        cable.tags = sealed.values["tags"]
        sealed.values["keywords"] = keywords(cable, origin, _edition_in(sealed.values["facts"]))
        sealed.save()


def _merge_tag(name: str, into: Sequence[str]) -> dict[str, list[str]]:
    Tag.objects.filter(code=name).update(merged_into=list(into))
    places = Places()
    had: dict[str, list[str]] = {}

    def merged(cable):
        had[str(cable.pk)] = cable.tags
        cable.tags = list(places.merged_tags(cable.tags))

    _rewrite(list(affected(KINDS.TAG, name).order_by("pk").primary_keys()), merged)
    for sealed in Sealed.objects.filter(place="cable", values__tags__contains=[name]):
        had[str(sealed.cable_id)] = sealed.values["tags"]
        _retag_sealed(sealed, list(places.merged_tags(sealed.values["tags"])))
    return had


def _part_tag(made: Merge):
    Tag.objects.filter(code=made.name).update(merged_into=[])
    places = Places()
    since = Copy.objects.filter(text__isnull=True, load__started__gte=made.at)
    later = Cable.objects.filter(pk__in=since.values("cable"), tags__overlap=made.into)
    keys = {*map(int, made.cables), *later.primary_keys()}

    def parted(cable):
        had = made.cables.get(str(cable.pk))
        if had and cable.tags == _settled(had, made):
            cable.tags = had
        else:  # It changed since: what its text prints says which it has.
            cable.tags = tags_now(cable, places)

    _rewrite(sorted(keys), parted)
    for sealed in _sealed_of(keys):
        if had := made.cables.get(str(sealed.cable_id)):
            _retag_sealed(sealed, had)


def _settled(tags: Iterable[str], made: Merge) -> list[str]:
    settled = [each for tag in tags for each in (made.into if tag == made.name else [tag])]
    return list(dict.fromkeys(settled))


def tags_now(cable: Cable, places: Places) -> list[str]:
    """Return the tags of a cable by the one function that says what readers are shown."""
    copies = list(cable.copies.select_related("collection"))
    if not copies:
        return cable.tags
    record = source_of(cable, copies).record
    shown = make_shown(record, cable.paragraph_ids, decisions_on(cable))
    return list(places.merged_tags(shown.record.tags))


def _retag_sealed(sealed: Sealed, tags: list[str]):
    cable = sealed.cable
    sealed.values["tags"] = cable.tags = tags
    edition = _edition_in(sealed.values["facts"])
    sealed.values["keywords"] = keywords(cable, cable.origin, edition)
    sealed.save()


def _edition_in(facts: dict) -> dict:
    return facts.get("edition", {})


def _sealed_of(keys: Iterable[int]) -> Iterator[Sealed]:
    """Yield what published cables among these do not have: sealed texts of withheld ones."""
    sealed = Sealed.objects.filter(place="cable", cable__in=list(keys))
    yield from sealed.select_related("cable__origin__country")


def _rewrite(keys: Sequence[int], change: Callable[[Cable], object]):
    """Change published cables in batches, with what follows from tags and origin."""
    for at in range(0, len(keys), BATCH):
        batch = keys[at : at + BATCH]
        cables = Cable.objects.filter(pk__in=batch, withheld_reason="").select_related(
            "origin__country"
        )
        cables = cables.defer("search_vector").order_by("pk")
        locked = list(cables.select_for_update(of=["self"]))
        for cable in locked:
            change(cable)
            cable.keywords = keywords(cable, cable.origin, _edition_in(cable.facts))
        Cable.objects.bulk_update(locked, ["tags", "keywords"])
        refresh_lists(batch)
