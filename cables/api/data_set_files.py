"""The files of a data set. The archive is read once, so that all of them have the same cables."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..models import Cable
from ..search.timeouts import set_for_now
from .bulk_export import WRITERS, export_rows, pyarrow, write_lines

LINES, TABLE, SHEET = "cables.jsonl.gz", "cables.parquet", "cables.csv.gz"
DIGESTS, CARD, CROISSANT = "texts.sha256", "README.md", "croissant.json"
# Name -> (media type, what readers are told).
DESCRIPTIONS = {
    TABLE: ("application/vnd.apache.parquet", "All cables, as a table for analysis (Parquet)"),
    LINES: ("application/gzip", "All cables, one JSON object in each line (JSON Lines)"),
    SHEET: ("application/gzip", "All cables, for spreadsheets (CSV)"),
    DIGESTS: ("text/plain", "The SHA-256 of each text, in the format of sha256sum"),
    CARD: ("text/markdown", "What the data set contains, and what it lacks"),
    CROISSANT: ("application/ld+json", "The same for programs (Croissant)"),
}


@dataclass(slots=True)
class DataSetContents:
    """What was written: counts, and the days on which the first and the last cable was sent."""

    cables: int = 0
    redacted: int = 0
    first_day: str = ""
    last_day: str = ""

    def add(self, row: dict):
        day = row["created"][:10]
        self.cables += 1
        self.redacted += row["redacted"]
        self.first_day = min(self.first_day or day, day)
        self.last_day = max(self.last_day, day)


def write_cables(folder: Path, site: str) -> DataSetContents:
    """Write the cables as JSON Lines, the first of the files, in a `snapshot()`. Raises OSError.

    `site` is the beginning of addresses.
    """
    contents = DataSetContents()
    set_for_now(statement_timeout=0)
    with (folder / LINES).open("wb") as out:
        cables = Cable.objects.published().listed("reference")
        write_lines(out, _counted(export_rows(cables, site, lambda done: None), contents), True)
    return contents


def write_other_files(folder: Path):
    """Write the other formats, and the digests of the texts, from the JSON Lines. Raises OSError.

    Parquet is left out where pyarrow is not installed.
    """
    for name, form in _other_formats():
        with (folder / name).open("wb") as out:
            WRITERS[form](out, read_lines(folder), name.endswith(".gz"))
    with (folder / DIGESTS).open("w", encoding="ascii") as text:
        for row in read_lines(folder):
            if row["digest"]:
                text.write(f"{row['digest']}  cable/{row['reference']}.txt\n")


def _counted(rows: Iterator[dict], contents: DataSetContents) -> Iterator[dict]:
    for row in rows:
        contents.add(row)
        yield row


def _other_formats() -> list[tuple[str, str]]:
    """Return the name of the file and the format of those that are written from the lines."""
    try:
        pyarrow()
    except ValueError:
        return [(SHEET, "csv")]
    return [(SHEET, "csv"), (TABLE, "parquet")]


def read_lines(folder: Path) -> Iterator[dict]:
    """Yield the rows of a data set."""
    with gzip.open(folder / LINES, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
