"""How long a mirror takes: made, made again where nothing changed, and after a change."""

import re
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
COUNTS = (
    r"([\d,]+) cables.* in ([\d,]+) files.*: ([\d,]+) new, ([\d,]+) replaced.*; ([\d,]+) removed"
)


def measure(database: Database, folder: Path | None, processes: int) -> str:
    """Export the archive three times and return the table. Raises ValueError if a run fails."""
    with tempfile.TemporaryDirectory() as kept:
        mirror = folder or Path(kept) / "mirror"
        rows = [
            row("made", *export(database, mirror, processes), CABLES_A_SECOND),
            row("once more, with no change", *export(database, mirror, processes)),
        ]
        first = Cable.objects.using("default").filter(withheld_reason="").order_by("pk")[:1]
        cable = Cable.objects.filter(pk__in=list(first.values_list("pk", flat=True)))
        withhold_all(cable, "Withheld by a benchmark.")
        rows.append(row("after one was withheld", *export(database, mirror, processes)))
        publish_all(cable, "It goes on.")
    return table(HEADING, rows)


def export(database: Database, mirror: Path, processes: int) -> tuple[float, list[int]]:
    """Run the command; return its seconds and the counts of its last sentence."""
    start = time.perf_counter()
    command = database.command(
        "export_site", str(mirror), "--live", LIVE, "--processes", str(processes)
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
