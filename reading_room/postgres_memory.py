"""Compute how much memory the embedded PostgreSQL uses for its buffers."""

import contextlib
from pathlib import Path

import psutil

CONTAINER_MEMORY = Path("/sys/fs/cgroup/memory.max")
LEAST_BUFFERS, MOST_BUFFERS = 128, 4096  # MB.


def buffer_megabytes() -> int:
    """Return shared_buffers in MB: a quarter of the memory, within the limits above.

    A phrase search reads the search vector of each cable that has its words; reading it from the
    system's page cache takes two or three times as long as from shared_buffers.
    """
    memory = psutil.virtual_memory().total
    # A container may have a limit; "max" means none.
    with contextlib.suppress(OSError, ValueError):
        memory = min(memory, int(CONTAINER_MEMORY.read_text()))
    return max(min(memory // 4 >> 20, MOST_BUFFERS), LEAST_BUFFERS)
