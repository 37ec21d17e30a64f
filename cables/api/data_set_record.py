"""A data set and its files, as `data_set.json` describes them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from ..models import ChangedCable, PastState
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from .data_set_files import DESCRIPTIONS


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
        changes = ChangedCable.objects.using(READER).filter(state__gt=self.state, removed=True)
        return not changes.filter(cable__lte=self.last_cable).exists()
