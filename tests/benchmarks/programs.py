"""What programs are given: how fast an export is written, and how fast data are answered."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote

from django.test import Client

from cables.api.oai_pmh.record_formats import set_name
from cables.models import Cable
from cables.search.list_counts import ListCounts

from .database import Database
from .pages import (
    LATER_PAGE,
    NARROWED,
    REPEATS,
    Queries,
    Subject,
    longest_lists,
    marked,
    new_client,
    row,
    watched,
)
from .report import table

FILES = ("cables.jsonl", "cables.jsonl.gz", "cables.csv.gz", "cables.parquet")
CABLES_A_SECOND = 251_287 / (5 * 60)
MEMORY = 300  # MB, of the process.
CABLES, PORTIONS, MOST = 300, 40, 500
TOKEN = re.compile("<resumptionToken[^>]*>([^<]+)<")
SITEMAP = 2_000  # Milliseconds: once for each state of the archive.
EXPORTED = (
    "export",
    "seconds",
    "cables a second",
    "MB",
    "process MB",
    "budget: cables a second, MB",
)
ANSWERED = ("address", "p50 ms", "p95 ms", "max ms", "KB", "queries", "budget: p95 ms, queries")


def measure(database: Database, seed: int) -> str:
    """Write the exports and ask for data; return the tables. Raises ValueError for a failure."""
    with tempfile.TemporaryDirectory() as folder:
        exported = [export(database, Path(folder) / name) for name in FILES]
    queries, client = Queries(), new_client()
    with watched(queries):
        client.get("/")
        answered = [row(client, queries, each) for each in subjects(client, Random(seed))]
    return f"{table(EXPORTED, exported)}\n\n{table(ANSWERED, answered)}"


def export(database: Database, file: Path) -> tuple[str, ...]:
    """Run the command; return its row. Raises ValueError if it fails."""
    command = database.command("export", file.name.split(".")[1], str(file))
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **database.options
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise ValueError(f"The export to {file.name} failed.")
    speed, memory = Cable.objects.published().count() / seconds, used.ru_maxrss / 1e3
    return (
        file.name,
        f"{seconds:,.1f}",
        marked(f"{speed:,.0f}", speed < CABLES_A_SECOND),
        f"{file.stat().st_size / 1e6:,.1f}",
        marked(f"{memory:,.0f}", memory > MEMORY),
        f"{CABLES_A_SECOND:,.0f}, {MEMORY}",
    )


def subjects(client: Client, chance: Random) -> Iterator[Subject]:
    """Yield what is measured, in the order of the table."""
    keys = list(Cable.objects.published().order_by("pk").values_list("pk", flat=True))
    chosen = Cable.objects.published().filter(pk__in=chance.sample(keys, min(CABLES, len(keys))))
    cables = list(chosen.values_list("reference", "paragraph_ids"))
    yield Subject(f"{len(cables)} cables", tuple(f"/cable/{name}.json" for name, _ in cables), 30)
    paragraphs = [f"/cable/{name}/{chance.choice(ids)}.json" for name, ids in cables if ids]
    yield Subject(f"{len(paragraphs)} paragraphs", tuple(paragraphs), 30)
    longest = next(longest_lists())[0].rstrip("/")
    for order in ("-released", "created", "reference"):
        address = f"/cable.json?sort={order}&limit={MOST}"
        portions = walk(client, address)
        yield Subject(f"{address}, {len(portions)} portions", portions, NARROWED)
    for limit, budget in ((100, LATER_PAGE), (MOST, NARROWED)):
        address = f"{longest}.json?limit={limit}"
        portions = walk(client, address)
        yield Subject(f"{address}, {len(portions)} portions", portions, budget)
    address = "/search.json?q=tag:PREL&sort=created"
    yield Subject(f"{address}, portions", walk(client, address), NARROWED)
    tag = max(ListCounts.current().tags.items(), key=lambda each: each[1], default=("", 0))[0]
    for arguments in ("oai_dc", "mods", f"oai_dc&set={set_name('tag', tag)}"):
        address = f"/oai?verb=ListRecords&metadataPrefix={arguments}"
        portions = harvest(client, address)
        yield Subject(f"{address}, {len(portions)} portions", portions, NARROWED)
    for address in ("/origin.json", "/tag.json", "/created.json", "/openapi.json"):
        yield Subject(address, (address,) * REPEATS, LATER_PAGE)
    yield Subject("/sitemap.xml, after a change", ("/sitemap.xml",) * 3, SITEMAP, cold=True)
    month = list(longest_lists())[3][0].strip("/").split("/", 1)[1].replace("/", "-")
    for address in ("/sitemap.xml", f"/sitemap-{month}-1.xml", "/sitemap-lists-1.xml"):
        yield Subject(address, (address,) * 5, NARROWED)


def harvest(client: Client, address: str | None) -> tuple[str, ...]:
    """Return the addresses of the first portions of a harvest, each from the one before it."""
    found = []
    while address and len(found) < PORTIONS:
        found.append(address)
        token = TOKEN.search(client.get(address).content.decode())
        address = f"/oai?verb=ListRecords&resumptionToken={quote(token[1])}" if token else None
    return tuple(found)


def walk(client: Client, address: str | None) -> tuple[str, ...]:
    """Return the addresses of the first portions of a list, each from the one before it."""
    found = []
    while address and len(found) < PORTIONS:
        found.append(address)
        address = client.get(address).json()["next"]
    return tuple(found)
