"""How a room grows: load, disk, memory and answers at several sizes, and what follows for more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from urllib.parse import quote

import numpy as np
from django.core.cache import cache
from django.db import connections
from django.db.models import F

from cables.models import Cable, Tagging
from cables.operations.static_files import collect_changed_files

from . import load
from .database import Database, postgres_version
from .pages import PER_PAGE, largest
from .questions import Mix
from .report import machine, percentile, table
from .serve import room
from .web import Visitor

BEYOND = (3_500_000, 25_000_000)
CABLES, PAGES, HOMES = 200, 60, 30  # Addresses of each kind, every one asked for once.
LINE, POWER = "line", "power"  # a + b n, and a times n to the power b.
MOST_ERROR = 0.3  # Points further from it than that follow no law.
MB = 1e6
# What is measured -> the law that it is taken to follow.
LAWS = {
    "load, seconds": LINE,
    "memory of a load, all its processes, MB": POWER,
    "its search index, seconds": LINE,
    "search index, MB": LINE,
    "database, MB": LINE,
    "of it the largest table, MB": LINE,
    "of it all other tables, MB": LINE,
    "indexes of its four largest tables, MB": LINE,
    "a cable, p95 ms": POWER,
    "the longest list of a tag, any page, p95 ms": POWER,
    "the home page, p95 ms": POWER,
    "a search, p50 ms": POWER,
    "a search, p95 ms": POWER,
    "memory of the web server, MB": LINE,
}


@dataclass(frozen=True, slots=True)
class Fit:
    """A law through some measured points: what it says of other sizes, and how far it is off."""

    law: str
    slope: float
    start: float
    error: float  # The largest distance of a point, as a share of it.

    @property
    def holds(self) -> bool:
        """Tell whether it may be asked of sizes beyond: nothing shrinks where cables are added."""
        return self.slope > -0.01 and self.error <= MOST_ERROR

    def at(self, size: float) -> float:
        if self.law == LINE:
            return max(self.start + self.slope * size, 0.0)
        return float(np.exp(self.start) * size**self.slope)

    def __str__(self):
        name = "a line" if self.law == LINE else f"n^{self.slope:.2f}"
        return f"{name if self.holds else 'none'}, ±{self.error:.0%}"


def fit(law: str, sizes: Sequence[int], figures: Sequence[float]) -> Fit:
    """Return the law through these points by least squares, of shares: small ones count as well."""
    x, y = np.array(sizes, float), np.array(figures, float)
    if law == LINE:
        slope, start = np.polyfit(x, y, 1, w=1 / y)
    else:
        slope, start = np.polyfit(np.log(x), np.log(y), 1)
    found = Fit(law, float(slope), float(start), 0.0)
    off = max(abs(found.at(n) / figure - 1) for n, figure in zip(sizes, figures, strict=True))
    return Fit(law, found.slope, found.start, off)


def measure(database: Database, archives: Mapping[int, Path], questions: int, seed: int) -> None:
    """Load each archive into a fresh database, visit it, and print the table of all sizes."""
    collect_changed_files()
    measured = {}
    for size, archive in archives.items():
        connections.close_all()
        cache.clear()
        measured[size] = loaded(database, archive) | visited(database, questions, seed)
        print(f"{size:,} cables: {measured[size]}", flush=True)  # Kept where a later size fails.
    print(f"\n{summary(measured)}\n\n{machine(postgres_version())}")


def loaded(database: Database, archive: Path) -> dict[str, float]:
    """Load an archive; return how long it took, and what memory and disk."""
    records = load.count_records(archive)
    print(f"Loading {records:,} records of {archive} into {database.name}.", flush=True)
    database.make()
    run = load.run(database, archive)
    if run.counts.get("created") != records:
        raise ValueError(f"{records:,} records went in, but load_cables counts {run.counts}.")
    index = database.update_index()
    database.say(archive)
    whole, tables = database.size()
    return {
        "load, seconds": run.seconds,
        "memory of a load, all its processes, MB": sum(
            [run.watch.process, *run.watch.children.values()]
        )
        / MB,
        "its search index, seconds": index,
        "search index, MB": database.index_size() / MB,
        "database, MB": whole / MB,
        "of it the largest table, MB": tables[0][1] / MB,
        "of it all other tables, MB": (whole - tables[0][1]) / MB,
        "indexes of its four largest tables, MB": sum(indexes for _, _, indexes in tables) / MB,
    }


def visited(database: Database, questions: int, seed: int) -> dict[str, float]:
    """Serve the room and visit it; return how long answers took, and the server's memory."""
    asked = [f"/search/?{each.query}" for each in islice(Mix(seed), questions)]
    with room(**database.environment) as server:
        cables = times(server.port, random_cables(seed))
        lists = times(server.port, list_pages())
        home = times(server.port, ["/"] * HOMES)
        searches = times(server.port, asked)
        memory = server.memory()
    return {
        "a cable, p95 ms": percentile(cables, 95),
        "the longest list of a tag, any page, p95 ms": percentile(lists, 95),
        "the home page, p95 ms": percentile(home, 95),
        "a search, p50 ms": percentile(searches, 50),
        "a search, p95 ms": percentile(searches, 95),
        "memory of the web server, MB": memory / MB,
    }


def times(port: int, addresses: Sequence[str]) -> list[float]:
    """Return the milliseconds of each answer. Raises ValueError if one is an error."""
    visitor = Visitor(port)
    visits = [visitor.visit(address) for address in addresses]
    for address, visit in zip(addresses, visits, strict=True):
        if visit.status != 200:
            raise ValueError(f"{address} answers {visit.status}.")
    return [visit.milliseconds for visit in visits]


def random_cables(seed: int) -> list[str]:
    """Return the addresses of some cables, drawn by chance."""
    references = list(Cable.objects.published().order_by("pk").values_list("reference", flat=True))
    drawn = Random(seed).sample(references, min(CABLES, len(references)))
    return [f"/cable/{reference}/" for reference in drawn]


def list_pages() -> list[str]:
    """Return the addresses of pages of the longest list, evenly from the first to the last."""
    code, count = largest(Tagging.objects.using("reader").all(), F("tag"))
    last = -(-count // PER_PAGE)
    numbers = sorted({1 + at * (last - 1) // (PAGES - 1) for at in range(PAGES)})
    return [f"/tag/{quote(code, safe='')}/?page={number}" for number in numbers]


def summary(measured: Mapping[int, Mapping[str, float]]) -> str:
    """Return the table: each size, the law through them, and what it says of sizes beyond."""
    sizes = list(measured)
    heading = ["", *(f"{size:,}" for size in sizes), "law"]
    heading += [f"{size:,}, extrapolated" for size in BEYOND]
    rows = []
    for name, law in LAWS.items():
        figures = [measured[size][name] for size in sizes]
        found = fit(law, sizes, figures)
        beyond = [f"*{shown(found.at(size))}*" if found.holds else "–" for size in BEYOND]
        rows.append((name, *map(shown, figures), str(found), *beyond))
    return table(heading, rows)


def shown(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:,.1f}"
