"""How much of the computer's memory the embedded PostgreSQL takes."""

import contextlib
from pathlib import Path

import psutil

CONTAINER_MEMORY = Path("/sys/fs/cgroup/memory.max")
LEAST_BUFFERS, MOST_BUFFERS = 128, 4096  # MB.


def buffers():
    """Return the megabytes that the server keeps of its data: a quarter of the memory there is.

    A phrase is looked for in the vector of each cable that has its words; to read one from the
    system takes two or three times as long as from here.
    """
    memory = psutil.virtual_memory().total
    with contextlib.suppress(OSError, ValueError):  # A container may have less; "max" is no number.
        memory = min(memory, int(CONTAINER_MEMORY.read_text()))
    return max(min(memory // 4 >> 20, MOST_BUFFERS), LEAST_BUFFERS)
