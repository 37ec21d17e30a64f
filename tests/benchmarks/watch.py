"""Looks at a running load from outside: the memory of its processes, and what it is busy with."""

import re
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

PAUSE = 0.1  # Seconds between two looks.
BUSY = """
    SELECT query FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND state = 'active'
"""
ROWS, INDEXES, TIDYING = "reading and storing", "making indexes", "vacuum and analyze"
PHASES = {"CREATE INDEX": INDEXES, "VACUUM": TIDYING, "ANALYZE": TIDYING}


class Watch:
    """Watches a process until it ends, in a thread of its own.

    `process` is the most memory it ever had, in bytes; `children` that of each process it
    started, by process id; `phases` how many seconds it spent in what; `processor` the seconds of
    processor time of each process, by process id, which other work on the machine hardly changes.
    """

    def __init__(self, pid: int, connection: psycopg.Connection):
        self.pid = pid
        self.connection = connection
        self.process = 0
        self.children: dict[int, int] = {}
        self.phases: Counter[str] = Counter()
        self.processor: dict[int, float] = {}
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def join(self) -> None:
        """Wait until the process has ended and was looked at for the last time."""
        self.thread.join()
        self.connection.close()

    def _run(self) -> None:
        try:
            process = psutil.Process(self.pid)
            before = time.perf_counter()
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                self.process = max(self.process, peak_memory(process))
                self.processor[self.pid] = processor_time(process)
                for child in process.children(recursive=True):
                    known = self.children.get(child.pid, 0)
                    self.children[child.pid] = max(known, peak_memory(child))
                    with suppress(psutil.NoSuchProcess):  # It has just ended.
                        self.processor[child.pid] = processor_time(child)
                now = time.perf_counter()
                self.phases[self._phase()] += now - before
                before = now
                time.sleep(PAUSE)
        except psutil.NoSuchProcess:
            return

    def _phase(self) -> str:
        """Return what the database is doing for the process; it may have several connections."""
        queries = [query.lstrip().upper() for (query,) in self.connection.execute(BUSY)]
        found = (PHASES[start] for query in queries for start in PHASES if query.startswith(start))
        return next(found, ROWS)


class MemoryWatch:
    """Watches the memory of a process and all that it starts, in a thread of its own.

    `together` is the most that they had at one time, `largest` the most that one of them had, in
    bytes. Memory that several share counts in each.
    """

    def __init__(self, pid: int):
        self.pid = pid
        self.together = self.largest = 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def join(self) -> None:
        """Wait until the process has ended."""
        self.thread.join()

    def _run(self) -> None:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                sizes = [memory_now(each) for each in (process, *process.children(recursive=True))]
                self.together = max(self.together, sum(sizes))
                self.largest = max(self.largest, *sizes)
                time.sleep(PAUSE)


def memory_now(process: psutil.Process) -> int:
    """Return the memory of a process in bytes, 0 if it has just ended."""
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def processor_time(process: psutil.Process) -> float:
    """Return the seconds of processor time of a process, in user and system mode."""
    return sum(process.cpu_times()[:2])


def peak_memory(process: psutil.Process) -> int:
    """Return the most memory a process has had, where Linux keeps it; else what it has now.

    Memory that a child shares with its parent counts in both.
    """
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024
    except (OSError, TypeError):
        return memory_now(process)
