"""The specimens that a room comes with: in collections of their own, until a real archive comes.

They can be loaded again at any time. So they are not hidden but deleted when the first real cables
are stored; what names them then names cables that the room does not hold.
"""

from collections.abc import Callable
from pathlib import Path

from django.db.models import F, Q, QuerySet

from ..models import Cable, Change, Collection, Copy, Load, State
from ..models.statistics import renew
from .report import BACK, LoadError

FOLDER = Path(__file__).parents[1] / "specimens"
INVENTED = "Its specimens were invented for this room"
# Slug of a collection of specimens -> its folder, its name, and in what form they are.
COLLECTIONS = {
    "specimens": (
        *("cables", "Specimens of cables"),
        "cables of 1966 to 2010 as archives on the web published them",
    ),
    "specimens-frus": (
        *("frus", "Specimens of Foreign Relations"),
        "a volume of Foreign Relations of the United States",
    ),
    "specimens-nara": (
        *("nara", "Specimens of the National Archives"),
        "telegrams of 1973 to 1979 as the National Archives released them",
    ),
}
# In rooms of earlier versions they stand in any collection: a load of their files brought them, and
# their numbers begin at 900000, which no real station reached. No volume 98 was published.
FILES = r"(^|/)cables/specimens(/|$)"
NUMBERS = Q(reference__regex=r"^\d\d[A-Z-]+9\d{5}$") | Q(reference__startswith="FRUS1952-54V98-")


def home_of(path: Path, collection: str) -> str:
    """Return the collection that a load fills: specimens have their own.

    Raises LoadError if others are to be loaded into one of those.
    """
    if path.resolve().is_relative_to(FOLDER):
        below = path.resolve().relative_to(FOLDER).parts
        homes = {folder: slug for slug, (folder, _, _) in COLLECTIONS.items()}
        return homes.get(below[0] if below else "", "specimens")
    check_collection(collection)
    return collection


def check_collection(slug: str):
    """Raise LoadError if a collection is kept for specimens."""
    if slug in COLLECTIONS:
        raise LoadError(f"The collection {slug} is kept for the room's specimens; name another one")


def described(slug: str) -> dict[str, str]:
    """Return what a collection that a load makes says of itself."""
    if slug not in COLLECTIONS:
        return {"name": slug}
    _, name, form = COLLECTIONS[slug]
    return {"name": name, "provenance": f"{INVENTED}, in the form of {form}."}


def specimens() -> QuerySet[Cable]:
    """Return the cables of which nothing but specimens says anything."""
    mine = _copies()
    others = Copy.objects.exclude(pk__in=mine.values("pk")).filter(cable__in=mine.values("cable"))
    return Cable.objects.filter(NUMBERS, pk__in=mine.values("cable")).exclude(
        pk__in=others.values("cable")
    )


def misplaced() -> QuerySet[Cable]:
    """Return the specimens that an earlier version stored among real cables, if any are here."""
    cables = specimens().exclude(collections__overlap=list(COLLECTIONS))
    return cables if Cable.objects.exclude(pk__in=specimens()).exists() else cables.none()


def _copies() -> QuerySet[Copy]:
    """Return the copies of cables that came with the specimens."""
    loads = list(Load.objects.filter(file__regex=FILES).values_list("pk", flat=True))
    return Copy.objects.filter(Q(collection__slug__in=COLLECTIONS) | Q(load__in=loads))


def step_aside(cables: QuerySet[Cable], forget: Callable[[Cable], object], by=None) -> int:
    """Delete specimens, in the transaction that calls; return how many those were.

    `forget` is called with each whose words were counted. The log says what became of them.
    """
    found = list(cables.select_for_update())
    if not found:
        return 0
    for cable in found:
        if not cable.withheld_reason:
            forget(cable)
    Cable.objects.filter(pk__in=[cable.pk for cable in found]).delete()
    named = Collection.objects.filter(provenance__startswith=INVENTED)
    named.exclude(slug__in=COLLECTIONS).update(name=F("slug"), provenance="")
    reason = f"Real cables are here. {BACK}"
    Change.objects.create(action="removed", what=f"{len(found)} specimens", reason=reason, by=by)
    State.move()
    renew()
    return len(found)
