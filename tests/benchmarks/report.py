"""What a benchmark prints: a Markdown table, and on what machine it was measured."""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from datetime import date

import django
import psutil

LOAD_BEFORE = os.getloadavg()[0]  # Above 0.5, other work takes part in the figures.


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; every column but the first is set right."""
    ruler = ["---", *["---:"] * (len(heading) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heading, ruler, *rows])


def machine(postgres: str = "") -> str:
    """Return the line that belongs under every table of figures; "" where no database took part."""
    server = f"PostgreSQL {postgres}, " if postgres else ""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, Python {platform.python_version()}, "
        f"Django {django.get_version()}, {server}{date.today():%-d %B %Y}; "
        f"load average {LOAD_BEFORE:.1f} before the benchmark began."
    )


def percentile(figures: Sequence[float], part: int) -> float:
    """Return the figure that so many of a hundred do not exceed."""
    if len(figures) == 1:
        return figures[0]
    return statistics.quantiles(figures, n=100, method="inclusive")[part - 1]
