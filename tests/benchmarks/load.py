"""How long a load of an archive takes, what memory it needs, and that no record is lost."""

import csv
import gzip
import re
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .database import Database, postgres_version
from .report import machine, table

OUTCOMES = ("created", "changed", "unchanged", "held", "rejected")
PAUSE = 0.1  # Seconds between two looks at the memory.
CABLES_A_SECOND = 251_287 / (12 * 60)
MEMORY = 400  # MB, of the process.
MB = 1e6


@dataclass(slots=True)
class Run:
    """One run of load_cables. Memory in bytes: the most each process ever had."""

    seconds: float = 0
    lines: list[tuple[float, str]] = field(default_factory=list)  # When printed, and what.
    process: int = 0
    children: dict[int, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the command's last sentence, by outcome."""
        sentence = next((line for _, line in reversed(self.lines) if "created" in line), "")
        found = re.findall(rf"([\d,]+) (?:\w+ )?({'|'.join(OUTCOMES)})\b", sentence)
        return {outcome: int(number.replace(",", "")) for number, outcome in found}


def measure(database: Database, archive: Path) -> None:
    """Load an archive into a fresh database, load it again, and print what it took.

    Raises ValueError if the command fails or its last sentence does not add up.
    """
    records = count_records(archive)
    print(f"Loading {records:,} records of {archive} into {database.name}.", flush=True)
    database.make()
    first = run(database, archive)
    size, tables = database.size()
    database.say(archive)
    print("Loading the same file again.", flush=True)
    again = run(database, archive)
    print(summary(records, first, again))
    print(f"\nThe database has {size / MB:,.0f} MB after the first load:", end=" ")
    print(
        "; ".join(
            f"{name} {all_ / MB:,.0f} ({index / MB:,.0f} in indexes)"
            for name, all_, index in tables
        ),
        end=".\n",
    )
    print(f"\n{machine(postgres_version())}")
    check(records, first, again)


def run(database: Database, archive: Path) -> Run:
    """Run load_cables and watch it; its lines are printed as they come."""
    result = Run()
    start = time.perf_counter()
    with subprocess.Popen(
        database.command("load_cables", str(archive)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **database.options,
    ) as command:
        watcher = threading.Thread(target=watch, args=(command.pid, result), daemon=True)
        watcher.start()
        for line in command.stdout:
            result.lines.append((time.perf_counter() - start, line.rstrip()))
            print("{:8.1f} s  {}".format(*result.lines[-1]), flush=True)
    result.seconds = time.perf_counter() - start
    watcher.join()
    if command.returncode:
        raise ValueError(f"load_cables failed with exit code {command.returncode}.")
    return result


def watch(pid: int, result: Run) -> None:
    """Note the peak memory of a process and of each of its children until it ends."""
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            result.process = max(result.process, peak_memory(process))
            for child in process.children(recursive=True):
                before = result.children.get(child.pid, 0)
                result.children[child.pid] = max(before, peak_memory(child))
            time.sleep(PAUSE)
    except psutil.NoSuchProcess:
        return


def peak_memory(process: psutil.Process) -> int:
    """Return the most memory a process has had, where Linux keeps it; else what it has now.

    Memory that a child shares with its parent counts in both.
    """
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024
    except (OSError, TypeError):
        try:
            return process.memory_info().rss
        except psutil.Error:  # It has just ended.
            return 0


def count_records(archive: Path) -> int:
    """Return how many records a CSV has, counted without the project's own reader."""
    csv.field_size_limit(1 << 30)
    opened = gzip.open if archive.suffix == ".gz" else open
    with opened(archive, "rt", encoding="utf-8", errors="replace", newline="") as file:
        return sum(1 for _ in csv.reader(file, escapechar="\\", doublequote=False))


def summary(records: int, first: Run, again: Run) -> str:
    """Return the table of both runs beside the budget."""
    runs = (first, again)
    largest = [max(run.children.values(), default=0) / MB for run in runs]
    rows = [
        ("records", *[f"{records:,}"] * 2, ""),
        ("seconds", *[f"{run.seconds:,.1f}" for run in runs], f"{records / CABLES_A_SECOND:,.1f}"),
        (
            "cables a second",
            *[f"{records / run.seconds:,.0f}" for run in runs],
            f"{CABLES_A_SECOND:,.0f}",
        ),
        ("memory of the process, MB", *[f"{run.process / MB:,.0f}" for run in runs], f"{MEMORY}"),
        ("children", *[str(len(run.children)) for run in runs], ""),
        ("memory of the largest child, MB", *[f"{size:,.0f}" for size in largest], ""),
        *[
            (outcome, *[f"{run.counts.get(outcome, 0):,}" for run in runs], "")
            for outcome in OUTCOMES
        ],
    ]
    return "\n" + table(("", "first load", "the same again", "budget"), rows)


def check(records: int, first: Run, again: Run) -> None:
    """Raise ValueError unless every record is counted, and the second load changed nothing."""
    for run in (first, again):
        if sum(run.counts.values()) != records:
            raise ValueError(f"{records:,} records went in, but load_cables counts {run.counts}.")
    if again.counts.get("created") or again.counts.get("changed"):
        raise ValueError(f"The same file again is no change, but it counts {again.counts}.")
