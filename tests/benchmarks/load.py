"""How long a load of an archive takes, what memory it needs, and that no record is lost."""

import csv
import gzip
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .database import Database, connect, postgres_version
from .report import machine, table
from .watch import INDEXES, ROWS, TIDYING, Watch

OUTCOMES = ("created", "changed", "unchanged", "held", "rejected")
CABLES_A_SECOND = 251_287 / (12 * 60)
MEMORY = 400  # MB, of the process.
MB = 1e6


@dataclass(frozen=True, slots=True)
class Run:
    """One run of load_cables: how long, what it printed, what was seen from outside."""

    seconds: float
    lines: list[str]
    watch: Watch

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the command's last sentence, by outcome."""
        sentence = next((line for line in reversed(self.lines) if "created" in line), "")
        found = re.findall(rf"(\d[\d,]*) ({'|'.join(OUTCOMES)})\b", sentence)
        return {outcome: int(number.replace(",", "")) for number, outcome in found}


def measure(database: Database, archive: Path) -> None:
    """Load an archive into a fresh database, load it again, and print what it took.

    Raises ValueError if the command fails or its last sentence does not add up.
    """
    records = count_records(archive)
    print(f"Loading {records:,} records of {archive} into {database.name}.", flush=True)
    database.make()
    first = run(database, archive)
    seconds = database.update_index()
    size = (
        f"{size_sentence(database)} Then the search index took {seconds:,.1f} seconds"
        f" and {database.index_size() / MB:,.0f} MB."
    )
    database.say(archive)
    print("Loading the same file again.", flush=True)
    again = run(database, archive)
    print(f"\n{summary(records, first, again)}\n\n{size}\n\n{machine(postgres_version())}")
    check(records, first, again)


def measure_jobs(database: Database, archive: Path, numbers: Sequence[int]) -> None:
    """Load an archive into a fresh database with each number of processes, and compare.

    Raises ValueError if a load fails, or does not account for every record.
    """
    records = count_records(archive)
    runs = []
    for jobs in numbers:
        print(f"Loading {records:,} records of {archive} with --jobs {jobs}.", flush=True)
        database.make()
        runs.append(run(database, archive, f"--jobs={jobs}"))
        check_counts(records, runs[-1])
    database.say(archive)
    rows = [
        (
            str(jobs),
            f"{each.seconds:,.1f}",
            f"{each.watch.phases[ROWS]:,.1f}",
            f"{records / each.seconds:,.0f}",
            f"{runs[0].seconds / each.seconds:.2f}",
            f"{each.watch.processor[each.watch.pid]:,.1f}",
            f"{sum(each.watch.processor.values()):,.1f}",
            mb(each.watch.process),
            mb(each.watch.process + sum(each.watch.children.values())),
        )
        for jobs, each in zip(numbers, runs, strict=True)
    ]
    heading = ("`--jobs`", "seconds", f"of these {ROWS}", "cables a second", "times as fast")
    heading += ("processor seconds of the process that stores", "of all processes")
    heading += ("MB of the process that stores", "of all processes")
    print(f"\n{table(heading, rows)}\n\n{machine(postgres_version())}")


def run(database: Database, archive: Path, *options: str) -> Run:
    """Run load_cables to its end; its lines are printed as they come, with their second."""
    lines = []
    start = time.perf_counter()
    with subprocess.Popen(
        database.command("load_cables", str(archive), *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **database.options,
    ) as command:
        watch = Watch(command.pid, connect(database.name))
        for line in command.stdout:
            lines.append(line.rstrip())
            print(f"{time.perf_counter() - start:8.1f} s  {lines[-1]}", flush=True)
    seconds = time.perf_counter() - start
    watch.join()
    if command.returncode:
        raise ValueError(f"load_cables failed with exit code {command.returncode}.")
    return Run(seconds, lines, watch)


def count_records(archive: Path) -> int:
    """Return how many records a CSV has, counted without the project's own reader."""
    csv.field_size_limit(1 << 30)
    opened = gzip.open if archive.suffix == ".gz" else open
    with opened(archive, "rt", encoding="utf-8", errors="replace", newline="") as file:
        return sum(1 for _ in csv.reader(file, escapechar="\\", doublequote=False))


def size_sentence(database: Database) -> str:
    """Return how much room the database and its largest tables take on disk."""
    size, tables = database.size()
    largest = "; ".join(
        f"{name} {whole / MB:,.0f} MB, {indexes / MB:,.0f} MB of it in indexes"
        for name, whole, indexes in tables
    )
    return f"After the first load the database has {size / MB:,.0f} MB: {largest}."


def summary(records: int, first: Run, again: Run) -> str:
    """Return the table of both runs beside the budget of the first."""
    runs = (first, again)
    rows = [
        ("records", *[f"{records:,}" for _ in runs], ""),
        ("seconds", *[f"{run.seconds:,.1f}" for run in runs], f"{records / CABLES_A_SECOND:,.1f}"),
    ]
    for phase in (ROWS, INDEXES, TIDYING):
        rows.append((f"of these {phase}", *[f"{run.watch.phases[phase]:,.1f}" for run in runs], ""))
    speeds = [f"{records / run.seconds:,.0f}" for run in runs]
    rows.append(("cables a second", *speeds, f"{CABLES_A_SECOND:,.0f}"))
    rows.append(
        ("memory of the process, MB", *[mb(run.watch.process) for run in runs], f"{MEMORY}")
    )
    children = [run.watch.children for run in runs]
    rows.append(("processes it started", *[str(len(each)) for each in children], ""))
    largest = [mb(max(each.values(), default=0)) for each in children]
    rows.append(("memory of the largest of them, MB", *largest, ""))
    for outcome in OUTCOMES:
        rows.append((outcome, *[f"{run.counts.get(outcome, 0):,}" for run in runs], ""))
    return table(("", "first load", "the same again", "budget"), rows)


def mb(size: int) -> str:
    """Return bytes in megabytes."""
    return f"{size / MB:,.0f}"


def check(records: int, first: Run, again: Run) -> None:
    """Raise ValueError unless every record is counted, and the second load changed nothing."""
    for each in (first, again):
        check_counts(records, each)
    if again.counts.get("created") or again.counts.get("changed"):
        raise ValueError(f"The same file again is no change, but it counts {again.counts}.")


def check_counts(records: int, run: Run) -> None:
    """Raise ValueError unless every record is counted."""
    if sum(run.counts.values()) != records:
        raise ValueError(f"{records:,} records went in, but load_cables counts {run.counts}.")
