"""A data set: its files, and how `data_set.json` describes them.

The archive is read once, so that all files have the same cables.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from ..models import Cable, ChangedCable, PastState
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from ..search.timeouts import set_for_now
from .bulk_export import WRITERS, export_rows, pyarrow, write_lines


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of a data set; `size` is in bytes, `digest` its SHA-256."""

    name: str
    size: int
    digest: str

    @property
    def media_type(self) -> str:
        return DESCRIPTIONS[self.name][0]

    @property
    def description(self) -> str:
        return ListCounts.current().as_held(DESCRIPTIONS[self.name][1])


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set; `state` and `moved` are those of the archive before it was made.

    No primary key of its cables exceeds `last_cable`. Days are "2006-03-14", "" if it is empty.
    """

    version: str
    made: str  # ISO 8601, in UTC.
    state: int
    moved: str
    last_cable: int
    site: str
    cables: int
    redacted: int
    withheld: int
    first_day: str
    last_day: str
    licence: str
    licence_url: str
    files: tuple[DataFile, ...]

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.made)

    @property
    def folder(self) -> Path:
        return settings.DATA_SETS_DIR / self.version

    def file(self, name: str) -> DataFile | None:
        return next((file for file in self.files if file.name == name), None)

    def is_readable(self) -> bool:
        """Tell whether nothing that it contains was withheld, redacted or erased since.

        False too if the archive no longer knows: after a restore, or when its changes since were
        forgotten.
        """
        moved = datetime.fromisoformat(self.moved)
        if not PastState.objects.using(READER).filter(number=self.state, moved=moved).exists():
            return False
        changes = ChangedCable.removed_since(self.state)
        return not changes.filter(cable__lte=self.last_cable).exists()


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
    with gzip.open(folder / LINES, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
