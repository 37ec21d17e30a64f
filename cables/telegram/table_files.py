"""The rows of the tables in `tables/`."""

import csv
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@cache
def table_rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table as {column: cell}."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table_cells(table: str) -> list[list[str]]:
    """Return the cells of the rows of a table, in the order of its columns."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
