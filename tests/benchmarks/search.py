"""How fast the room answers questions, whole pages over HTTP, and a peer the same ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from django.conf import settings
from django.db import connections

from cables.operations.static_files import collect_changed_files
from reading_room.open_room import gunicorn

from . import peer
from .database import postgres_version
from .pages import marked
from .questions import COMMON, KINDS, UNCOMMON, Asked, Mix
from .report import machine, percentile, table
from .web import Visit, Visitor, crowd, forget_disk, free_port, serving

CROWDS = 8, 64  # Readers who ask at once.
MOST_A_SECOND = 100  # Questions that they may get answered together.
HUNDREDTH = 100  # Page.
WARMING = 30  # Visits of the home page: each process of the server counts the lists once.
WORST, WORST_OF_A_CROWD = 2_000, 10_000  # Milliseconds.
# Row -> milliseconds that 50 and 95 of 100 answers may take.
BUDGETS = {
    "warm": ("50", "300"),
    f"warm: {UNCOMMON}": ("–", "120"),
    "cold": ("–", "500"),
    "8 readers": ("–", "200"),
    "64 readers": ("–", "1500"),
}
HEADING = ("", "asked", "p50 ms", "p95 ms", "max ms", "errors", "budget: p50, p95 ms")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many questions, for how long several readers ask theirs, and beside which peer."""

    questions: int
    seconds: int
    seed: int
    datasette: Path | None  # Its program.
    peer_database: Path  # Made if it is not there.


def measure(plan: Plan, environment: dict[str, str]) -> None:
    """Ask in every way and print the table; what is over its budget is bold.

    `environment` tells the server which database it serves. Raises ValueError if an answer is
    an error or takes longer than its limit.
    """
    collect_changed_files()
    asked = list(islice(Mix(plan.seed), plan.questions))
    others = islice(Mix(plan.seed + 1), plan.seconds * MOST_A_SECOND)
    addresses = [f"/search/?{each.query}" for each in others]
    with room(environment, cold=True) as port:
        cold = ask(port, asked)
    with room(environment) as port:
        warm, again = ask(port, asked), ask(port, asked)
    with room(environment) as port:
        hundredth = ask(port, (each for each in asked if each.kind == COMMON), page=HUNDREDTH)
    crowds = {}
    for readers in CROWDS:
        shares = [addresses[at::readers] for at in range(readers)]
        with room(environment) as port:
            crowds[readers] = crowd(port, plan.seconds, shares)
    rows = [
        *by_kind("warm", warm),
        *by_kind("cold", cold),
        row("warm, asked again", again),
        row(f"warm, page {HUNDREDTH}: {COMMON}", hundredth),
        *(row(f"{readers} readers", visits) for readers, visits in crowds.items()),
    ]
    if plan.datasette:
        rows += beside(plan, asked, warm)
    print(f"\n{table(HEADING, rows)}\n\n{machine(postgres_version())}")
    check([*cold, *warm, *hundredth], WORST)
    check(list(chain(*crowds.values())), WORST_OF_A_CROWD)


@contextmanager
def room(environment: dict[str, str], cold: bool = False) -> Iterator[int]:
    """Serve the room as `manage.py serve` does, with nothing kept; yield the port.

    Cold: PostgreSQL has just started, and nothing that it reads is in memory. Warm: all that a
    page needs may be, but no answer to a question is.
    """
    if cold:
        connections.close_all()
        settings.EMBEDDED_POSTGRES.stop()
        forget_disk()
        settings.EMBEDDED_POSTGRES.start()
    port = free_port()
    with serving(gunicorn(port), port, **environment):
        if not cold:
            for _ in range(WARMING):
                Visitor(port).visit("/")
        yield port


def ask(port: int, asked, page: int = 1) -> list[Visit]:
    """Ask one question after the other."""
    visitor, suffix = Visitor(port), f"&page={page}" if page > 1 else ""
    return [visitor.visit(f"/search/?{each.query}{suffix}", each.kind) for each in asked]


def beside(plan: Plan, asked: list[Asked], ours: list[Visit]) -> list[tuple[str, ...]]:
    """Ask the peer the same and return its rows, with how many times as long it takes."""
    if not plan.peer_database.exists():
        peer.make_database(plan.peer_database)
    port = free_port()
    with serving(peer.command(plan.datasette, plan.peer_database, port), port):
        visitor = Visitor(port)
        paths = [(peer.address(plan.peer_database, each), each.kind) for each in asked]
        for path, kind in paths:  # What it reads of the disk is in memory then.
            visitor.visit(path, kind)
        theirs = [visitor.visit(path, kind) for path, kind in paths]
    rows = by_kind("Datasette, warm", theirs)
    times = [[visit.milliseconds for visit in visits] for visits in (theirs, ours)]
    ratios = [percentile(times[0], part) / percentile(times[1], part) for part in (50, 95)]
    cells = [f"{ratio:.1f} ×" for ratio in ratios]
    return [*rows, ("Datasette takes as long as the room", "", *cells, "", "", "3 ×, 3 ×")]


def by_kind(name: str, visits: list[Visit]) -> list[tuple[str, ...]]:
    """Return the row of all visits, and one for each kind."""
    kinds = {kind: [visit for visit in visits if visit.kind == kind] for kind in KINDS}
    return [row(name, visits), *(row(f"{name}: {kind}", of) for kind, of in kinds.items() if of)]


def row(name: str, visits: list[Visit]) -> tuple[str, ...]:
    times = [visit.milliseconds for visit in visits]
    figures = [percentile(times, 50), percentile(times, 95)]
    budgets = BUDGETS.get(name, ("–", "–"))
    return (
        name,
        f"{len(visits):,}",
        *(
            marked(f"{figure:,.1f}", budget != "–" and figure > float(budget))
            for figure, budget in zip(figures, budgets, strict=True)
        ),
        f"{max(times):,.1f}",
        f"{sum(visit.status != 200 for visit in visits)}",
        ", ".join(budgets),
    )


def check(visits: list[Visit], worst: int) -> None:
    """Raise ValueError if an answer is an error, or takes more than `worst` milliseconds."""
    failed = [visit for visit in visits if visit.status != 200]
    late = max(visit.milliseconds for visit in visits)
    if failed or late > worst:
        raise ValueError(f"{len(failed)} answers are errors; the slowest took {late:,.0f} ms.")
