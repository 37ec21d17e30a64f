"""All published cables, or those that filters leave, as one file: JSON Lines, CSV or Parquet.

A file holds what readers may see and nothing else: rows are those of the public table. They are
read while the file is written, in one question, so that all is of one moment.
"""

import csv
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO

from django.db import transaction
from django.http import HttpRequest, QueryDict

from .downloads import row, safe, tags
from .drafts import written_whole
from .filters import CableFilter
from .limits import set_for_now
from .models import Cable
from .querysets import READER
from .tallies import Tallies

AT_ONCE = 1_000  # Rows that are asked for together, and that are one group of Parquet's.
LISTS = ("tags", "captions", "marks", "cites", "paragraph_ids")
READ = (*LISTS, "partial", "version", "digest", "header", "body")
COLUMNS = (
    *("reference", "subject", "created", "released", "classification", "origin", "address"),
    *(*LISTS, "partial", "version", "digest", "redacted", "header", "body"),
)
GZIP = ".gz"


def filtered(query: str):
    """Return the published cables that a query string leaves of all, by reference.

    Raises ValueError for whatever of it makes no sense: a file would be of other cables.
    """
    request = HttpRequest()
    request.path, request.GET = "/", QueryDict(query.removeprefix("?"))
    known = CableFilter.base_filters.keys() - {"sort"}
    if unknown := request.GET.keys() - known:
        names = ", ".join(sorted(known))
        raise ValueError(f"{min(unknown)!r} is no filter. There are: {names}.")
    asked = CableFilter(request, Cable.objects.published(), Tallies())
    cables = asked.qs.order_by("reference")
    if asked.notes:
        raise ValueError(" ".join(asked.notes))
    return cables


def export(cables, form: str, file: Path, site: str, done: Callable[[int], None]) -> str:
    """Write cables to a file and return its SHA-256, which stands beside it too: FILE.sha256.

    `site` begins their addresses; `done` is told of each cable. Raises ValueError for a file
    that cannot be of this form, OSError for one that cannot be written.
    """
    if form == "parquet":
        pyarrow()
        if file.suffix == GZIP:
            raise ValueError("Parquet is compressed already: name the file without .gz.")
    # Outside of a transaction, PostgreSQL would keep a copy of all that the cursor is to read.
    with written_whole(file, "wb") as out, transaction.atomic(using=READER):
        set_for_now(statement_timeout=0)
        WRITERS[form](out, told(cables, site, done), file.suffix == GZIP)
    with file.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    with written_whole(file.with_name(f"{file.name}.sha256"), "w", encoding="utf-8") as beside:
        beside.write(f"{digest}  {file.name}\n")
    return digest


def told(cables, site: str, done: Callable[[int], None]) -> Iterator[dict]:
    """Yield what is told of each cable, by the names of COLUMNS."""
    for cable in cables.for_listing(*READ).iterator(chunk_size=AT_ONCE):
        said = row(cable, lambda path: f"{site}{path}")
        said |= {name: getattr(cable, name) for name in READ}
        said |= {"tags": tags(cable), "digest": cable.digest or None}
        said |= {"redacted": bool(cable.facts.get("redacted"))}
        yield {name: said[name] for name in COLUMNS}
        done(1)


@contextmanager
def text_of(out: IO[bytes], zipped: bool) -> Iterator[IO[str]]:
    """Yield a file for text, which goes into one for bytes; the same text makes the same bytes."""
    packed = gzip.GzipFile("", "wb", 6, out, mtime=0) if zipped else out
    text = TextIOWrapper(packed, encoding="utf-8", newline="")
    yield text
    text.flush()
    text.detach()
    if zipped:
        packed.close()


def write_lines(out: IO[bytes], rows: Iterable[dict], zipped: bool):
    """Write an object of JSON a line."""
    with text_of(out, zipped) as text:
        for said in rows:
            text.write(json.dumps(said, ensure_ascii=False) + "\n")


def write_csv(out: IO[bytes], rows: Iterable[dict], zipped: bool):
    """Write a table; what a list holds is parted by "; "."""
    with text_of(out, zipped) as text:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for said in rows:
            writer.writerow(map(cell, said.values()))


def cell(value) -> str:
    if isinstance(value, list):
        return safe("; ".join(value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else safe(str(value))


def write_parquet(out: IO[bytes], rows: Iterable[dict], zipped: bool):
    """Write a table of columns, AT_ONCE rows at a time."""
    pa = pyarrow()
    kinds = dict.fromkeys(COLUMNS, pa.string()) | dict.fromkeys(LISTS, pa.list_(pa.string()))
    kinds |= {"partial": pa.bool_(), "redacted": pa.bool_(), "version": pa.int32()}
    schema = pa.schema(kinds)
    with pa.parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(rows, AT_ONCE)):
            writer.write_table(pa.Table.from_pylist(group, schema))


def pyarrow():
    """Return the package that writes Parquet. Raises ValueError where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise ValueError("Parquet needs pyarrow: pip install pyarrow") from None
    return pyarrow


WRITERS = {"jsonl": write_lines, "csv": write_csv, "parquet": write_parquet}
