"""Read a list of telegrams of the National Archives: a CSV of attributes, without texts (N-4)."""

from collections.abc import Callable, Iterator
from pathlib import Path

from .nara import read_list
from .parsed_cable import ParsedCable, Reject


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None
) -> Iterator[ParsedCable | Reject]:
    """Yield an entry for each row, in order. Raises OSError if the file cannot be read."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from read_list(_counted(file, advance))


def _counted(file, advance: Callable[[int], object]) -> Iterator[str]:
    for line in file:
        advance(len(line.encode()))
        yield line
