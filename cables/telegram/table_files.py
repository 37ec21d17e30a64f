"""The rows of the tables in `tables/`."""

import csv
from functools import cache
from pathlib import Path
from zipfile import ZipFile

TABLES = Path(__file__).parent / "tables"
GEONAMES = TABLES / "geonames.zip"


@cache
def table_rows(table: str) -> list[dict[str, str]]:
    """Return the rows of a table as {column: cell}."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table_cells(table: str) -> list[list[str]]:
    """Return the cells of the rows of a table, in the order of its columns."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def geonames_cells(table: str) -> list[list[str]]:
    """Return the cells of a table of GeoNames, which `make data` packs."""
    with ZipFile(GEONAMES) as packed:
        return list(csv.reader(packed.read(f"{table}.csv").decode().splitlines()))
