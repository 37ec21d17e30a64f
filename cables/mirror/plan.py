"""List the parts of a mirror of the archive as it is now.

A part is a cable with all its texts, or one page, feed or file; its key is an address. The `stamp`
changes with anything that the part shows of itself. The `guard`, of cables and of pages before the
documents of a volume, changes with their words: then the old files are removed before anything is
rendered.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import NotSupportedError, ProgrammingError, connections, transaction
from django.db.models import TextField
from django.db.models.functions import MD5, Cast
from django.urls import reverse

from reading_room.replicas.server import HISTORY

from ..articles.guidance import offered_pages
from ..glossary.entries import PAGES, entries
from ..http_cache.edition import content_digest, installed, latest_edition, made_by
from ..models import Article, Erased, FormerReference, Origin, Picture, Tag, VolumePage
from ..models.querysets import READER
from ..search.holdings import KINDS
from ..search.list_counts import ListCounts
from ..transparency.append import readable_log
from ..views.about_pages.pages import PAGE_SIZE as ARTICLES
from ..views.legacy import old_origins
from ..views.list_pages.data import list_addresses
from ..views.list_pages.paging import PAGE_SIZE
from .file_paths import Site
from .pagefind_index import PAGEFIND, WORDS_KEY, index_key, stamps_of_periods
from .server_rules import NOT_FOUND, OWN, SEARCH

FIXED = (
    *("home", "articles", "glossary", "released", "created", "origins"),
    *("origin_map", "origin_map_list", "places", "countries", "persons"),
    *("tags", "classifications", "captions", "marks", "latest_feed", "opensearch"),
    *("robots", "volumes", "collections", "holdings"),
)
LOG = ("log", "log_checkpoint", "log_key", "log_first_key", "log_verify")
TILES = "/log/tile/"  # All tiles of the public log.
LEGACY = ("/cablegate.html", "/static/html/faq.html")
# xmin changes with every change of a row on one server, and the reader's role can see it. It cannot
# see an origin all of whose cables are withheld, whose notices are shown all the same.
CABLES = """
    WITH versions AS (
        SELECT cable_id, string_agg(xmin::text, ',' ORDER BY number) AS moved,
            string_agg(concat(digest, facts->>'redacted', facts->>'corrected',
                substring(reason FROM '^The archive corrected.*')), ',' ORDER BY number) AS told
        FROM cables_version GROUP BY cable_id
    ), notes AS (
        SELECT cable_id, string_agg(xmin::text, ',' ORDER BY id) AS moved
        FROM cables_note GROUP BY cable_id
    ), citing AS (
        SELECT cable_id, string_agg(xmin::text, ',' ORDER BY id) AS moved
        FROM cables_citingwork WHERE is_public GROUP BY cable_id
    ), articles AS (
        SELECT reference, string_agg(moved, ',' ORDER BY moved) AS moved FROM (
            SELECT unnest(named) AS reference, xmin::text AS moved
            FROM cables_article WHERE published IS NOT NULL
            UNION SELECT cable.reference, article.xmin::text
            FROM cables_article article JOIN cables_articlecable link ON article_id = article.id
            JOIN cables_cable cable ON cable.id = cable_id WHERE published IS NOT NULL
            UNION SELECT cable.reference, article.xmin::text
            FROM cables_article article
            JOIN cables_formerreference former ON former.reference = ANY(named)
            JOIN cables_cable cable ON cable.id = cable_id WHERE published IS NOT NULL
        ) about GROUP BY reference
    )
    SELECT cable.id, cable.reference, to_char(created AT TIME ZONE 'UTC', 'YYYY-MM'),
        CASE WHEN withheld_reason = '' THEN version ELSE 0 END,
        md5(concat_ws('|', %(server)s, cable.xmin, origin.xmin, versions.moved, notes.moved,
            articles.moved, citing.moved, (
            SELECT string_agg(concat(code, tag.xmin), ',' ORDER BY code)
            FROM cables_tag tag WHERE code = ANY(cable.tags)
        ))),
        md5(concat_ws('|', version, digest, withheld_reason, subject, facts->>'redacted', told,
            facts->>'corrected', notes.moved, citing.moved,
            CASE WHEN coalesce(notes.moved, citing.moved) <> '' THEN %(server)s END))
    FROM cables_cable cable LEFT JOIN cables_origin origin ON origin.id = origin_id
    LEFT JOIN versions ON versions.cable_id = cable.id
    LEFT JOIN notes ON notes.cable_id = cable.id
    LEFT JOIN citing ON citing.cable_id = cable.id
    LEFT JOIN articles ON articles.reference = cable.reference
    ORDER BY cable.id
"""


@dataclass(frozen=True, slots=True)
class MirrorPart:
    """A part of a mirror. `versions` is 0 for anything but published cables."""

    key: str
    stamp: str
    guard: str = ""
    cable: int | None = None  # Its primary key.
    versions: int = 0


def state_of_archive() -> str:
    """Return the state of the archive, which every change makes another."""
    return latest_edition().state


def parts_of(site: Site, state: str) -> Iterator[MirrorPart]:
    """Yield all parts of a mirror; `state` has to be read before."""
    maker = digest_of_maker(site)
    for key, source in static_files():
        yield MirrorPart(key, hashlib.md5(source.read_bytes(), usedforsecurity=False).hexdigest())
    yield from pages_and_log(f"{maker} {state} {site.search}", maker)
    months: dict[str, list[str]] = {}  # Stamps of the published cables of each.
    with connections[READER].chunked_cursor() as cursor:
        cursor.execute(CABLES, {"server": server_of_archive()})
        for pk, reference, month, versions, stamp, guard in cursor:
            key = reverse("cable", args=[reference])
            yield MirrorPart(key, f"{maker} {stamp}", guard, pk, versions)
            if site.search and versions:
                months.setdefault(month, []).append(stamp)
    maker += installed(PAGEFIND)  # Pages that merge indexes need those of one version.
    for period, stamps in stamps_of_periods(months).items():
        yield MirrorPart(index_key(period), f"{maker} {content_digest(' '.join(stamps).encode())}")
    if months:
        yield MirrorPart(WORDS_KEY, f"{maker} {state}")


def pages_and_log(stamp: str, maker: str) -> Iterator[MirrorPart]:
    """Yield the parts that are no cables: pages have a stamp, the public log grows by itself."""
    for key in (NOT_FOUND, SEARCH, *OWN, *page_addresses()):
        yield MirrorPart(key, stamp)
    for key, guard in front_pages():
        yield MirrorPart(key, stamp, guard)
    if log := readable_log():
        yield from (MirrorPart(key, f"{maker} {log.size}") for key in (*map(reverse, LOG), TILES))


def server_of_archive() -> str:
    """Return the PostgreSQL server and its timeline: others may give a row the same xmin again.

    A managed service may not tell them: then it is "".
    """
    try:
        with transaction.atomic(using=READER), connections[READER].cursor() as cursor:
            cursor.execute(HISTORY)
            return str(cursor.fetchone())
    except (NotSupportedError, ProgrammingError):
        return ""


def page_addresses() -> Iterator[str]:
    """Yield the addresses of all pages and feeds except those of cables and `front_pages`."""
    for name in FIXED:
        yield reverse(name)
    yield from LEGACY
    for number in old_origins():
        yield f"/origin/{number}_0.html"
    counts = ListCounts.current()
    yield from (address for _, address in offered_pages(counts.pages))
    for kind, kept in entries().items():
        if kind != "route":  # Stations are on one page, and no link leads to a single one.
            yield from (reverse("term", args=[entry.slug]) for entry in kept.values())
    yield from (reverse("glossary_page", args=[page]) for page in PAGES)
    articles = list(Article.objects.published().only("slug"))
    yield from (article.get_absolute_url() for article in articles)
    pictures = Picture.objects.using(READER).defer("data")
    yield from (each.get_absolute_url() for each in pictures if each.is_shown())
    if articles:  # An empty feed has the current time, and would differ in each export.
        yield reverse("articles_feed")
    yield from further_pages(reverse("articles"), len(articles), ARTICLES)
    yield from (reverse("holdings_by", args=[kind]) for kind in KINDS if kind != "year")
    for address, cables in (*list_addresses(counts), *printed_and_collected(counts)):
        yield address
        yield f"{address.rstrip('/')}.atom"
        yield from further_pages(address, cables, PAGE_SIZE)
    yield from date_addresses(counts)
    yield from redirecting_addresses()


def further_pages(address: str, count: int, size: int) -> Iterator[str]:
    """Yield the addresses of the second and further pages of a list."""
    for number in range(2, -(-count // size) + 1):
        yield f"{address}?page={number}"


def front_pages() -> Iterator[tuple[str, str]]:
    """Yield (address, guard) of what volumes print before their documents."""
    volumes, words = ListCounts.current().volumes, MD5(Cast("blocks", TextField()))
    rows = VolumePage.objects.using(READER).order_by("volume", "position")
    for volume, name, guard in rows.values_list("volume", "name", words):
        if volume in volumes and name not in volumes[volume].chapters:
            yield reverse("chapter", args=[volume, name]), guard


def printed_and_collected(counts: ListCounts) -> Iterator[tuple[str, int]]:
    """Yield (address, number of cables) of each volume, chapter and collection."""
    for volume, held in counts.volumes.items():
        yield reverse("volume", args=[volume]), held.cables
        for chapter, part in held.chapters.items():
            yield reverse("chapter", args=[volume, chapter]), part.cables
    for collection in counts.collections:
        yield reverse("collection", args=[collection]), ListCounts.current(collection).total


def date_addresses(counts: ListCounts) -> Iterator[str]:
    for year in dict.fromkeys(day.year for day in counts.released):
        yield reverse("released_year", args=[year])
    for month in dict.fromkeys(day.replace(day=1) for day in counts.released):
        yield reverse("released_month", args=[month])
    for year_created in counts.years:
        yield reverse("created_year", args=[year_created])


def redirecting_addresses() -> Iterator[str]:
    """Yield addresses that redirect, or say that a cable is gone."""
    for reference in FormerReference.objects.using(READER).values_list("reference", flat=True):
        yield reverse("cable", args=[reference])
    for reference in Erased.objects.using(READER).values_list("reference", flat=True):
        yield reverse("cable", args=[reference])
    origins = Origin.objects.using(READER).filter(merged_into__isnull=False)
    for origin in origins.values_list("slug", flat=True):
        yield reverse("origin", args=[origin])
    for tag in Tag.objects.using(READER).exclude(merged_into=[]).values_list("code", flat=True):
        yield reverse("tag", args=[tag])


def static_files() -> Iterator[tuple[str, Path]]:
    """Yield (address, source file) of each static file of the public pages."""
    for name, storage in FileSystemFinder().list([]):
        address, source = staticfiles_storage.url(name), Path(storage.path(name))
        hashed = address.rpartition("/")[2] != source.name  # Then its own links are hashed too.
        collected = Path(settings.STATIC_ROOT, name).with_name(address.rpartition("/")[2])
        yield address, collected if hashed else source


def digest_of_maker(site: Site) -> str:
    """Return a digest of what changes all files of a mirror: program, settings, rail."""
    counts = ListCounts.current()
    # What all pages show of the archive.
    rail = f"{counts.links} {bool(counts.parts)} {bool(counts.persons)}"
    options = f"{site.from_disk} {'proofs' * site.proofs}".rstrip()
    return content_digest(f"{made_by()} {site.live} {options} {rail}".encode())
