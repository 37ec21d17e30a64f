"""What a mirror takes: made, made again where nothing changed, and after a change."""

import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cables.models import Cable, withhold_all
from cables.publication.publish import publish_all

from .database import Database
from .report import table
from .vocabulary import make_words
from .watch import MemoryWatch

LIVE = "https://cables.example.org"
MINUTES = 45  # For 251,287 cables.
CABLES_A_SECOND = 251_287 / (MINUTES * 60)
HEADING = (
    *("export", "seconds", "cables a second", "files", "MB", "written", "removed"),
    *("memory of all processes, MB", "of the largest, MB", "target: cables a second"),
)
INDEX_HEADING = ("index", "cables", "files", "MB", "list of pages, kB", "largest piece, kB")
COUNTS = (
    r"([\d,]+) cables.* in ([\d,]+) files of ([\d,.]+) MB: ([\d,]+) new, ([\d,]+) replaced.*; "
    r"([\d,]+) removed"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command; `size` and memory are in MB."""

    seconds: float
    cables: int
    files: int
    size: float
    written: int
    removed: int
    together: float
    largest: float


def measure(
    database: Database, folder: Path | None, processes: int, search: bool = False, seed: int = 1
) -> str:
    """Export the archive three times and return the tables. Raises ValueError if a run fails.

    With `search`, the mirror has indexes, whose sizes and loads make further tables; `seed` is
    that of the made-up archive, whose words are searched for.
    """
    options = ["--processes", str(processes), *(["--search"] if search else [])]
    with tempfile.TemporaryDirectory() as kept:
        mirror = folder or Path(kept) / "mirror"
        rows = [
            row("made", export(database, mirror, options), CABLES_A_SECOND),
            row("once more, with no change", export(database, mirror, options)),
        ]
        tables = []
        if search:
            from .mirror_search import measure_loads  # It needs a browser.

            words = make_words(Random(seed))
            tables = [table(INDEX_HEADING, index_rows(mirror)), measure_loads(mirror, words)]
        first = Cable.objects.using("default").filter(withheld_reason="").order_by("pk")[:1]
        cable = Cable.objects.filter(pk__in=list(first.values_list("pk", flat=True)))
        withhold_all(cable, "Withheld by a benchmark.")
        try:
            rows.append(row("after one was withheld", export(database, mirror, options)))
        finally:
            publish_all(cable, "It goes on.")
    return "\n\n".join([table(HEADING, rows), *tables])


def index_rows(mirror: Path) -> list[tuple[str, ...]]:
    """Return the sizes of each index, and of all."""
    rows, sums = [], [0.0] * 4
    for period in sorted((mirror / "data/pagefind").iterdir()):
        sizes = {path: path.stat().st_size for path in period.rglob("*") if path.is_file()}
        pieces = [size for path, size in sizes.items() if path.parent.name in ("index", "filter")]
        cables = sum(path.parent.name == "fragment" for path in sizes)
        listed = sum(size for path, size in sizes.items() if path.suffix == ".pf_meta")
        numbers = (cables, len(sizes), sum(sizes.values()) / 1e6, listed / 1e3)
        sums = [one + more for one, more in zip(sums, numbers, strict=True)]
        rows.append(index_row(period.name, numbers, max(pieces) / 1e3))
    return [*rows, index_row("all", sums, None)]


def index_row(name: str, numbers, piece: float | None) -> tuple[str, ...]:
    cables, files, size, listed = numbers
    largest = "" if piece is None else f"{piece:,.1f}"
    return name, f"{cables:,.0f}", f"{files:,.0f}", f"{size:,.1f}", f"{listed:,.1f}", largest


def export(database: Database, mirror: Path, options: list[str]) -> Run:
    """Run the command and return what it took. Raises ValueError if it fails."""
    start = time.perf_counter()
    command = database.command("export_site", str(mirror), "--live", LIVE, *options)
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **database.options)
    watch = MemoryWatch(running.pid)
    said, _ = running.communicate()
    seconds = time.perf_counter() - start
    watch.join()
    print(f"{seconds:8.1f} s  {said.strip()}", flush=True)
    found = re.search(COUNTS, said)
    if running.returncode or not found:
        raise ValueError(f"export_site failed with {running.returncode}")
    cables, files, size, new, replaced, removed = (
        float(number.replace(",", "")) for number in found.groups()
    )
    counts = (int(cables), int(files), size, int(new + replaced), int(removed))
    return Run(seconds, *counts, watch.together / 1e6, watch.largest / 1e6)


def row(name: str, run: Run, target: float = 0) -> tuple[str, ...]:
    """Return a row of the table; a target that is missed is bold."""
    speed = run.cables / run.seconds
    return (
        name,
        f"{run.seconds:,.1f}",
        f"{speed:,.0f}" if speed >= target else f"**{speed:,.0f}**",
        f"{run.files:,}",
        f"{run.size:,.0f}",
        f"{run.written:,}",
        f"{run.removed:,}",
        f"{run.together:,.0f}",
        f"{run.largest:,.0f}",
        f"{target:.0f}" if target else "–",
    )
