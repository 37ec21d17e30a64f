"""The invented cables ("specimens") that come with the room, in collections of their own.

They are deleted when the first real cables are stored, and can be loaded again at any time. Links
to them then lead to cables that the room does not hold. Articles about the specimens and links to
other sites come with them into an empty room, and go with them; what a curator changed stays.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ..models import Article, Cable, Change, Collection, Copy, Link, Load, LoggedCable, State
from ..models.planner_statistics import renew_list_statistics
from ..telegram.distinct_words import words_of_cable
from ..telegram.shorten_text import count_of
from .report import BACK, LoadError

ARTICLES = Path(__file__).parents[1] / "specimens" / "articles"
REFERENCE = re.compile(r"\b\d\d[A-Z]+\d+\b")  # As these articles write them.
LINKS = (
    ("Foreign Relations of the United States", "https://history.state.gov/historicaldocuments"),
    ("Access to Archival Databases", "https://aad.archives.gov/aad/"),
    ("State Department reading room", "https://foia.state.gov/"),
)


def add_specimen_texts():
    """Add the articles, and the links if there are none."""
    for slug, text in _texts().items():
        named = list(dict.fromkeys(REFERENCE.findall(text["body"])))
        today = {"published": timezone.now().date(), "named": named}
        Article.objects.get_or_create(slug=slug, defaults=text | today)
    if not Link.objects.exists():
        Link.objects.bulk_create(
            Link(label=label, address=address, position=at)
            for at, (label, address) in enumerate(LINKS)
        )


def delete_specimen_texts():
    """Delete the articles and links that nobody changed."""
    for slug, text in _texts().items():
        Article.objects.filter(slug=slug, **text).delete()
    for label, address in LINKS:
        Link.objects.filter(label=label, address=address).delete()


def _texts():
    """Return {slug: {field: text}} of the articles: title, summary and body are separated so."""
    texts = {}
    for path in sorted(ARTICLES.glob("*.md")):
        title, summary, body = path.read_text().split("\n\n", 2)
        texts[path.stem] = {"title": title.removeprefix("# "), "summary": summary, "body": body}
    return texts


FOLDER = Path(__file__).parents[1] / "specimens"
INVENTED = "Its specimens were invented for this room"
# Slug of a collection of specimens -> (folder, name, the form they are written in).
COLLECTIONS = {
    "specimens": (
        *("cables", "Specimens of cables"),
        "cables as archives on the web published them",
    ),
    "specimens-frus": (
        *("frus", "Specimens of Foreign Relations"),
        "a volume of Foreign Relations of the United States",
    ),
    "specimens-nara": (
        *("nara", "Specimens of the National Archives"),
        "telegrams as the National Archives released them",
    ),
}
# Earlier versions stored them in any collection. They are known by the file of their load and by
# their numbers, from 900000, which no real station reached. No volume 98 was published.
FILES = r"(^|/)cables/specimens(/|$)"
NUMBERS = Q(reference__regex=r"^\d\d[A-Z-]+9\d{5}$") | Q(reference__startswith="FRUS1952-54V98-")


def home_of(path: Path, collection: str) -> str:
    """Return the slug of the collection to load into; specimens have their own.

    Raises LoadError if other files are to be loaded into a collection of specimens.
    """
    if path.resolve().is_relative_to(FOLDER):
        below = path.resolve().relative_to(FOLDER).parts
        homes = {folder: slug for slug, (folder, _, _) in COLLECTIONS.items()}
        return homes.get(below[0] if below else "", "specimens")
    check_collection(collection)
    return collection


def check_collection(slug: str):
    """Raise LoadError if a collection is reserved for specimens."""
    if slug in COLLECTIONS:
        raise LoadError(f"The collection {slug} is kept for the room's specimens; name another one")


def described(slug: str) -> dict[str, str]:
    """Return the fields of a collection that a load creates."""
    if slug not in COLLECTIONS:
        return {"name": slug}
    _, name, form = COLLECTIONS[slug]
    return {"name": name, "provenance": f"{INVENTED}, in the form of {form}."}


def specimens() -> QuerySet[Cable]:
    """Return the cables all of whose copies are specimens."""
    copies = _copies()
    cables = copies.values("cable")
    others = Copy.objects.exclude(pk__in=copies.values("pk")).filter(cable__in=cables)
    return Cable.objects.filter(NUMBERS, pk__in=cables).exclude(pk__in=others.values("cable"))


def misplaced() -> QuerySet[Cable]:
    """Return the specimens that an earlier version stored among real cables; none without these."""
    cables = specimens().exclude(collections__overlap=list(COLLECTIONS))
    return cables if Cable.objects.exclude(pk__in=specimens()).exists() else cables.none()


def are_replaced(run: Load, new: Sequence, created: int) -> bool:
    """Return whether `new` records replace the specimens: the first real cables that a load stores.

    `created` is the number of cables that the load stored before.
    """
    return bool(new) and not created and run.collection.slug not in COLLECTIONS


def count_replaced(run: Load) -> int:
    """Return how many specimens a load replaces that was compared and is not applied."""
    is_new = run.counts.get("created") and run.collection.slug not in COLLECTIONS
    return specimens().count() if is_new else 0


@contextmanager
def without_specimens() -> Iterator[None]:
    """Show this process the database without specimens, in a transaction that is rolled back."""
    with transaction.atomic():
        locked = specimens().select_for_update().values_list("pk", flat=True)
        Cable.objects.filter(pk__in=list(locked)).delete()
        yield
        transaction.set_rollback(True)


def _copies() -> QuerySet[Copy]:
    """Return the copies that are specimens."""
    loads = list(Load.objects.filter(file__regex=FILES).values_list("pk", flat=True))
    return Copy.objects.filter(Q(collection__slug__in=COLLECTIONS) | Q(load__in=loads))


def delete_specimens(
    cables: QuerySet[Cable], take_out: Callable[[set[str]], object], by=None
) -> int:
    """Delete specimens, log that, and return how many there were. Call it in a transaction.

    `take_out` is called with the words of each published one, which the counts of words have.
    """
    locked = list(cables.select_for_update())
    if not locked:
        return 0
    keys = [cable.pk for cable in locked]
    LoggedCable.objects.filter(pk__in=keys).update(gone="removed")
    Cable.objects.filter(pk__in=keys).delete()
    collections = Collection.objects.filter(provenance__startswith=INVENTED)
    collections.exclude(slug__in=COLLECTIONS).update(name=F("slug"), provenance="")
    what, reason = count_of(len(locked), "specimen"), f"Real cables are here. {BACK}"
    Change.objects.create(action="removed", what=what, reason=reason, by=by)
    delete_specimen_texts()
    State.advance()
    renew_list_statistics()
    for cable in locked:
        if not cable.withheld_reason:
            take_out(words_of_cable(cable))
    return len(locked)
