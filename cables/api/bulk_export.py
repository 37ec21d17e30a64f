"""Export all published cables, or a filtered list, to one file: JSON Lines, CSV or Parquet.

A file has only what readers may see, read from the public table. Rows are streamed from one query,
so that all are of one moment.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO

from django.db import transaction

from reading_room.paths import install_command

from ..models import Cable, ChangedCable, State
from ..models.querysets import READER
from ..operations.atomic_write import atomic_write
from ..search.filters import CableFilter, ListQuery
from ..search.list_counts import ListCounts
from ..search.timeouts import set_for_now
from .serializers import cable_row, csv_lines, public_tags

PYARROW = "pyarrow==26.0.1"
AT_ONCE = 1_000  # Rows of a database fetch, and of a Parquet row group.
LISTS = ("tags", "captions", "marks", "cites", "paragraph_ids")
READ = (*LISTS, "partial", "version", "digest", "header", "body")
COLUMNS = (
    *("reference", "title", "subject", "opening"),
    *("created", "released", "classification", "origin", "address"),
    *(*LISTS, "partial", "version", "digest", "redacted", "header", "body"),
)
# The date of sending as a date and as a time: columns of Parquet alone, whose columns have types.
SENT = ("created_on", "created_at")
GZIP = ".gz"
REMOVED = "Something was withheld, redacted or erased meanwhile: run the same command again."


def filtered(query: str):
    """Return the published cables that match a query string, in order of reference.

    Raises ValueError if any part of it is not valid: the file would have other cables than meant.
    """
    asked = ListQuery.from_address(f"?{query.removeprefix('?')}")
    names_of_filters = CableFilter.base_filters.keys() - {"sort"}
    if unknown := asked.parameters.keys() - names_of_filters:
        names = ", ".join(sorted(names_of_filters))
        raise ValueError(f"{min(unknown)!r} is no filter. There are: {names}.")
    filters = CableFilter(asked, Cable.objects.published(), ListCounts.current())
    cables = filters.qs.listed("reference")
    if filters.notes:
        raise ValueError(" ".join(filters.notes))
    return cables


def export(cables, form: str, file: Path, site: str, done: Callable[[int], None]) -> str:
    """Write cables to a file and its SHA-256 to FILE.sha256. Returns the SHA-256.

    `site` is the beginning of addresses; `done(1)` is called for each cable. Raises ValueError if
    the file name does not suit the format, or the file might have what was withheld since it was
    begun, OSError if it cannot be written.
    """
    if form == "parquet":
        pyarrow()
        if file.suffix == GZIP:
            raise ValueError("Parquet is compressed already: name the file without .gz.")
    # Outside a transaction, the cursor would be WITH HOLD: PostgreSQL would store all rows first.
    with atomic_write(file, "wb") as out, transaction.atomic(using=READER):
        set_for_now(statement_timeout=0)
        state = State.objects.using(READER).values_list("number", flat=True).first() or 0
        WRITERS[form](out, export_rows(cables, site, done), file.suffix == GZIP)
        if ChangedCable.removed_since(state).exists():
            raise ValueError(REMOVED)
    with file.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    with atomic_write(file.with_name(f"{file.name}.sha256"), "w", encoding="utf-8") as beside:
        beside.write(f"{digest}  {file.name}\n")
    return digest


def export_rows(cables, site: str, done: Callable[[int], None]) -> Iterator[dict]:
    """Yield a row for each cable, keyed by COLUMNS."""
    for cable in cables.for_listing(*READ).iterator(chunk_size=AT_ONCE):
        yield export_row(cable, lambda path: f"{site}{path}")
        done(1)


def export_row(cable, here: Callable[[str], str]) -> dict:
    """Return a row of a cable that has the fields READ, keyed by COLUMNS."""
    values = {
        **cable_row(cable, here),
        **{name: getattr(cable, name) for name in READ},
        "tags": public_tags(cable),
        "digest": cable.digest or None,
        "redacted": bool(cable.facts.get("redacted")),
    }
    return {name: values[name] for name in COLUMNS}


@contextmanager
def open_text(out: IO[bytes], zipped: bool) -> Iterator[IO[str]]:
    """Yield a text file that writes to a binary one; equal texts give equal bytes."""
    packed = gzip.GzipFile("", "wb", 6, out, mtime=0) if zipped else out
    text = TextIOWrapper(packed, encoding="utf-8", newline="")
    yield text
    text.flush()
    text.detach()
    if zipped:
        packed.close()


def write_lines(out: IO[bytes], rows: Iterable[dict], zipped: bool):
    with open_text(out, zipped) as text:
        text.writelines(json_lines(rows))


def json_lines(rows: Iterable[dict]) -> Iterator[str]:
    return (json.dumps(record, ensure_ascii=False) + "\n" for record in rows)


def write_csv(out: IO[bytes], rows: Iterable[dict], zipped: bool):
    with open_text(out, zipped) as text:
        text.writelines(table_lines(rows))


def table_lines(rows: Iterable[dict]) -> Iterator[str]:
    """Yield rows, keyed by COLUMNS, as CSV; items of lists are separated by "; "."""
    return csv_lines(COLUMNS, (map(csv_cell, row.values()) for row in rows))


def csv_cell(value) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def write_parquet(out: IO[bytes], rows: Iterable[dict], zipped: bool):
    """Write Parquet, AT_ONCE rows at a time; its columns have the types of what they hold."""
    pa = pyarrow()
    types = dict.fromkeys(COLUMNS, pa.string()) | dict.fromkeys(LISTS, pa.list_(pa.string()))
    types |= {"partial": pa.bool_(), "redacted": pa.bool_(), "version": pa.int32()}
    types |= {"released": pa.date32(), "created_on": pa.date32()}
    types["created_at"] = pa.timestamp("ms", tz="UTC")
    schema = pa.schema(types)
    rows = map(dated, rows)
    with pa.parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while batch := list(islice(rows, AT_ONCE)):
            writer.write_table(pa.Table.from_pylist(batch, schema))


def dated(row: dict) -> dict:
    """Return a row with its dates as dates and times; None for what is not known.

    `created_on` is the first day of a month or year of which no more is known; `created_at` is None
    where no time, or no zone of it, is known.
    """
    created = row["created"]
    return row | {
        "released": date.fromisoformat(row["released"]) if row["released"] else None,
        "created_on": date.fromisoformat(f"{created}-01-01"[:10]),
        "created_at": datetime.fromisoformat(created) if created.endswith("Z") else None,
    }


def pyarrow():
    """Import pyarrow. Raises ValueError if it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ValueError(f"Parquet needs a Python package: {install_command(PYARROW)}") from None
    return pyarrow


WRITERS = {"jsonl": write_lines, "csv": write_csv, "parquet": write_parquet}
