"""How fast the server answers, and with how many queries, page by page, without a network."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connections
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Length, TruncMonth
from django.test import Client

from cables.models import Cable, Tagging
from cables.telegram.classifications import BY_VALUE
from cables.telegram.dates import NO_DAY

from .report import percentile, table

PER_PAGE = 50
RANDOM_CABLES = 300
REPEATS = 30  # Of one address.
COLD_REPEATS = 5
QUERIES = 8
# Milliseconds at the 95th percentile.
CABLE, FIRST_PAGE, LATER_PAGE, NARROWED, DESK, DESK_SEARCH = 15, 30, 60, 300, 300, 1_000
INDEXES = ("/", "/released/", "/created/", "/origin/", "/tag/", "/classification/")
OTHERS = (
    *("/origin/map/", "/country/", "/country/united-states/", "/glossary/", "/glossary/routing/"),
    *(
        "/holdings/",
        "/holdings/origin/",
        "/holdings/tag/",
        "/glossary/SIPDIS/",
        "/caption/SIPDIS/",
        "/caption/SIPDIS/?page=500",
        "/mark/C/",
    ),
)
DESK_LISTS = (
    "/admin/",
    "/admin/cables/cable/",
    "/admin/cables/cable/?q=06LISBON",
    "/admin/cables/cable/?p=50",
    "/admin/cables/origin/",
    "/admin/cables/tag/",
    "/admin/cables/change/",
    "/admin/cables/load/",
    "/admin/cables/note/",
    *(
        f"/admin/cables/left/matters/{kind}/"
        for kind in ("held", "rejected", "no-numbers", "R-6", "unresolved", "article-links")
    ),
)
DESK_SEARCHES = tuple(
    f"/admin/cables/cable/?{query}"
    for query in (
        "words=minister",
        "words=minister+visa&state=withheld",
        "words=%22foreign+minister%22&classification=secret",
        "words=visa&created_after=2006-01-01&created_before=2007-12-31",
        "tag=PREL&classification=confidential",
        "origin=Rome%3B+Paris",
        "redacted=yes",
        "corrected=any",
        "warning=M-10",
        "action=withheld&changed_after=2020-01-01",
    )
)
HEADING = ("page", "p50 ms", "p95 ms", "max ms", "KB", "queries", "budget: p95 ms, queries")


@dataclass(frozen=True, slots=True)
class Subject:
    """What one row of the table measures; `budget` is of the 95th percentile, 0 for none."""

    name: str
    addresses: tuple[str, ...]
    budget: int = 0
    cold: bool = False  # Each visitor is the first one after a change of one cable.
    desk: bool = False  # For curators, who have no budget of queries.


class Queries:
    """Counts the statements of the connections that it wraps."""

    def __init__(self):
        self.count = 0

    def __call__(self, execute, statement, params, many, context):
        self.count += 1
        return execute(statement, params, many, context)


def measure(seed: int) -> str:
    """Visit every kind of page and return the table; what is over its budget is bold.

    Raises ValueError if a page does not answer 200.
    """
    queries = Queries()
    reader, desk = new_client(), new_client()
    with watched(queries):
        desk.force_login(curator())
        visit(reader, "/")  # Connects, and reads the settings and the first templates.
        rows = [
            row(desk if subject.desk else reader, queries, subject)
            for subject in subjects(Random(seed))
        ]
    return table(HEADING, rows)


@contextmanager
def watched(queries: Queries) -> Iterator[None]:
    """Count the statements of the block, in which pages can be rendered."""
    with ExitStack() as stack:
        settings.STATIC_ROOT = stack.enter_context(tempfile.TemporaryDirectory())
        call_command("collectstatic", interactive=False, verbosity=0)
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(queries))
        yield


def subjects(chance: Random) -> Iterator[Subject]:
    """Yield what is measured, in the order of the table."""
    cables = Cable.objects.published().values_list("reference", "paragraph_ids")
    keys = list(Cable.objects.published().order_by("pk").values_list("pk", flat=True))
    chosen = chance.sample(keys, min(RANDOM_CABLES, len(keys)))
    paragraphs = list(cables.filter(pk__in=chosen))
    longest = cables.order_by(Length("body").desc())[0][0]
    pages = [f"/cable/{reference}/" for reference, _ in paragraphs]
    yield Subject(f"{len(pages)} cables", tuple(pages), CABLE)
    yield Subject(f"the longest cable, {longest}", (f"/cable/{longest}/",) * REPEATS, CABLE)
    yield Subject(
        f"{len(pages)} paragraphs",
        tuple(f"/cable/{reference}/{chance.choice(ids)}/" for reference, ids in paragraphs if ids),
        CABLE,
    )
    around = tuple(f"{address}references/" for address in pages)
    yield Subject(f"what {len(pages)} cables cite and are cited by", around)
    texts = [f"/cable/{reference}.txt" for reference, _ in paragraphs]
    yield Subject(f"{len(pages)} texts", tuple(texts), CABLE)
    lists = list(longest_lists())
    for address, count in lists:
        yield from list_pages(address, count)
    for address in (*INDEXES, *OTHERS):
        yield Subject(address, (address,) * REPEATS)
    for address in narrowed(*(address for address, _ in lists)):
        yield Subject(address, (address,) * REPEATS, NARROWED)
    for address in ("/released.atom", f"{lists[0][0].rstrip('/')}.atom"):
        yield Subject(address, (address,) * REPEATS)
    for address in (*INDEXES, *(address for address, _ in lists)):
        yield Subject(f"{address}, after a change", (address,) * COLD_REPEATS, cold=True)
    for address in DESK_LISTS:
        yield Subject(address, (address,) * REPEATS, DESK, desk=True)
    for address in DESK_SEARCHES:
        yield Subject(address, (address,) * REPEATS, DESK_SEARCH, desk=True)


def narrowed(tag: str, classification: str, origin: str, *others: str) -> Iterator[str]:
    """Yield the longest lists, narrowed and sorted in ways that ask much of the database."""
    narrow = f"classification={classification.strip('/').rpartition('/')[2]}"
    years = "created_after=2004-01-01&created_before=2009-06-30"
    yield f"{tag}?sort=created"
    yield f"{tag}?sort=reference&page=1000"
    yield f"{tag}?{narrow}"
    yield f"{tag}?{narrow}&{years}"
    yield f"{tag}?{narrow}&{years}&page=500"
    yield f"{tag}?tag=PGOV"
    yield f"{tag}?origin={origin.strip('/').rpartition('/')[2]}"
    yield f"{classification}?tag={tag.strip('/').rpartition('/')[2]}&{years}"


def new_client() -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def curator() -> User:
    """Return an account with all rights in the benchmark's own database."""
    return User.objects.get_or_create(
        username="benchmark", defaults={"is_staff": True, "is_superuser": True}
    )[0]


def longest_lists() -> Iterator[tuple[str, int]]:
    """Yield the longest list of each kind: its address, and how many cables it has."""
    published = Cable.objects.published()
    code, count = largest(Tagging.objects.using("reader").all(), F("tag"))
    yield f"/tag/{quote(code, safe='')}/", count
    value, count = largest(published, F("classification"))
    yield f"/classification/{BY_VALUE[value].slug}/", count
    slug, count = largest(published, F("origin__slug"))
    yield f"/origin/{slug}/", count
    month, count = largest(published, TruncMonth("created"))
    yield f"/created/{month:%Y/%m}/", count
    released = published.exclude(released=NO_DAY)
    if released.exists():  # The file of a made-up archive has no days of release.
        day, count = largest(released, F("released"))
        yield f"/released/{day:%Y/%m/%d}/", count


def largest(rows: QuerySet, expression) -> tuple:
    """Return the value that most rows have, and how many have it."""
    counts = rows.order_by().values(value=expression).annotate(count=Count("*"))
    return counts.order_by("-count").values_list("value", "count")[0]


def list_pages(address: str, count: int) -> Iterator[Subject]:
    """Yield the first, a middle and the last page of a list."""
    last = -(-count // PER_PAGE)
    yield Subject(f"{address} ({count:,} cables)", (address,) * REPEATS, FIRST_PAGE)
    for page in sorted({last // 2 + 1, last} - {1}):
        at = f"{address}?page={page}"
        yield Subject(at, (at,) * REPEATS, LATER_PAGE)


def row(client: Client, queries: Queries, subject: Subject) -> tuple[str, ...]:
    """Return a row of the table: milliseconds, and the most queries that one page made."""
    addresses = subject.addresses
    if len(set(addresses)) == 1:
        addresses = (with_page(client, addresses[0]),) * len(addresses)
    times, most, bytes_ = [], 0, []
    for address in addresses:
        if subject.cold:
            change_one_cable()
        queries.count = 0
        milliseconds, length = visit(client, address)
        times.append(milliseconds)
        bytes_.append(length)
        most = max(most, queries.count)
    middle, high = statistics.median(times), percentile(times, 95)
    return (
        subject.name,
        f"{middle:.1f}",
        marked(f"{high:.1f}", subject.budget and high > subject.budget),
        f"{max(times):.1f}",
        f"{statistics.median(bytes_) / 1000:.0f}",
        marked(str(most), most > QUERIES and not subject.desk),
        f"{subject.budget or '–'}, {'–' if subject.desk else QUERIES}",
    )


def change_one_cable() -> None:
    """Write a cable again, as a curator's change does: what pages keep is out of date then."""
    last = Cable.objects.published().latest("pk").pk
    Cable.objects.filter(pk=last).update(subject=F("subject"))


def with_page(client: Client, address: str) -> str:
    """Return the address of a page, in a small archive that of an earlier page of its list."""
    while client.get(address).status_code == 404 and "page=" in address:
        start, _, page = address.rpartition("page=")
        address = f"{start}page={int(page) // 2}"
    return address


def visit(client: Client, address: str) -> tuple[float, int]:
    """Return the milliseconds that the server needs for a whole page, and its bytes."""
    start = time.perf_counter()
    response = client.get(address)
    page = b"".join(response) if response.streaming else response.content
    milliseconds = (time.perf_counter() - start) * 1000
    if response.status_code != 200:
        raise ValueError(f"{address} answers {response.status_code}.")
    return milliseconds, len(page)


def marked(figure: str, over: bool) -> str:
    """Return a figure, bold where it is over its budget."""
    return f"**{figure}**" if over else figure
