"""How long a mirror takes: made, made again where nothing changed, and after a change."""

import re
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from cables.models import Cable, publish_all, withhold_all

from .database import Database
from .report import table

LIVE = "https://cables.example.org"
MINUTES = 45  # For 251,287 cables.
CABLES_A_SECOND = 251_287 / (MINUTES * 60)
HEADING = ("export", "seconds", "cables a second", "files", "written", "removed", "promise")
INDEX_HEADING = ("index", "files", "MB", "list of pages, kB", "largest piece, kB")
COUNTS = (
    r"([\d,]+) cables.* in ([\d,]+) files.*: ([\d,]+) new, ([\d,]+) replaced.*; ([\d,]+) removed"
)


def measure(database: Database, folder: Path | None, processes: int, search: bool = False) -> str:
    """Export the archive three times and return the table. Raises ValueError if a run fails.

    With `search`, first without an index, then with one; its sizes make a second table.
    """
    with tempfile.TemporaryDirectory() as kept:
        mirror = folder or Path(kept) / "mirror"
        rows = [
            row("made", *export(database, mirror, processes), CABLES_A_SECOND),
            row("once more, with no change", *export(database, mirror, processes)),
        ]
        if search:
            indexed = export(database, mirror, processes, "--search")
            rows.append(row("once more, with a search", *indexed))
            sizes = table(INDEX_HEADING, index_rows(mirror / "data/pagefind"))
        options = ["--search"] if search else []
        first = Cable.objects.using("default").filter(withheld_reason="").order_by("pk")[:1]
        cable = Cable.objects.filter(pk__in=list(first.values_list("pk", flat=True)))
        withhold_all(cable, "Withheld by a benchmark.")
        rows.append(row("after one was withheld", *export(database, mirror, processes, *options)))
        publish_all(cable, "It goes on.")
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    most = f"The largest process had {megabytes:,.0f} MB."
    return "\n\n".join([table(HEADING, rows), *([sizes] if search else []), most])


def index_rows(folder: Path) -> list[tuple[str, ...]]:
    """Return the sizes of each index."""
    rows = []
    for year in sorted(folder.iterdir()):
        sizes = {path: path.stat().st_size for path in year.rglob("*") if path.is_file()}
        pieces = [size for path, size in sizes.items() if path.parent.name in ("index", "filter")]
        listed = sum(size for path, size in sizes.items() if path.suffix == ".pf_meta")
        numbers = (sum(sizes.values()) / 1e6, listed / 1e3, max(pieces) / 1e3)
        rows.append((year.name, f"{len(sizes):,}", *(f"{number:,.1f}" for number in numbers)))
    return rows


def export(
    database: Database, mirror: Path, processes: int, *options: str
) -> tuple[float, list[int]]:
    """Run the command; return its seconds and the counts of its last sentence."""
    start = time.perf_counter()
    command = database.command(
        "export_site", str(mirror), "--live", LIVE, "--processes", str(processes), *options
    )
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, **database.options)
    seconds = time.perf_counter() - start
    print(f"{seconds:8.1f} s  {ran.stdout.strip()}", flush=True)
    found = re.search(COUNTS, ran.stdout)
    if ran.returncode or not found:
        raise ValueError(f"export_site failed with {ran.returncode}")
    return seconds, [int(number.replace(",", "")) for number in found.groups()]


def row(name: str, seconds: float, counts: list[int], promise: float = 0) -> tuple[str, ...]:
    """Return a row of the table; a promise that is not kept is bold."""
    cables, files, new, replaced, removed = counts
    speed = cables / seconds
    written = f"{speed:,.0f}" if speed >= promise else f"**{speed:,.0f}**"
    return (
        name,
        f"{seconds:,.1f}",
        written,
        f"{files:,}",
        f"{new + replaced:,}",
        f"{removed:,}",
        f"{promise:.0f}" if promise else "–",
    )
