"""The counts of a load, in which every row read is accounted for, and the errors of loads."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from reading_room.paths import typed_command

from ..sources.parsed_cable import ReadingEndedError

SPECIMENS = [f"cables/specimens/{name}" for name in ("cables", "frus", "nara")]
MOST_NAMED = 20  # Columns that a report names.
BACK = f"Bring them back with: {typed_command('load_cables', *SPECIMENS)}"

LEFT_OUT = (
    "What is not a cable, such as a letter or a memorandum, is left out: load it too with --all, "
    "or at the desk with “Also documents of a volume that are no cables”."
)


class LoadError(Exception):
    """A load cannot go on; the message says what to do."""


class LoadBusy(LoadError):
    """Another load is running; this one stored nothing."""


class LoadCancelled(LoadError, ReadingEndedError):
    """A person cancelled the load. Whole batches of it are stored."""


@dataclass
class LoadReport:
    """How many rows were read, and how many of them had each outcome."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    noted: int = 0  # Of `changed`: only a copy was added; the public text stays.
    unchanged: int = 0
    held: int = 0
    rejected: int = 0
    waiting: int = 0  # Under embargo.
    others: int = 0  # Documents of volumes that are no cables, left out by choice.
    # Of those above, records of withheld or redacted cables.
    hidden_changed: int = field(default=0, compare=False)
    hidden_noted: int = field(default=0, compare=False)
    hidden_unchanged: int = field(default=0, compare=False)
    specimens: int = 0  # Specimens deleted to make room; not part of `rows`.
    unread: list[str] = field(default_factory=list)  # Columns of tables that were not read.

    @classmethod
    def of(cls, outcomes: Iterable[tuple[str, bool]], **counts: int) -> "LoadReport":
        """Return the counts of (outcome, whether of a hidden cable), and those that are given."""
        found: dict[str, Any] = Counter(counts)
        for outcome, of_hidden in outcomes:
            for name in ("changed", "noted") if outcome == "noted" else (outcome,):
                found[name] += 1
                if of_hidden and f"hidden_{name}" in cls.__dataclass_fields__:
                    found[f"hidden_{name}"] += 1
        return cls(**found)

    def __add__(self, other: "LoadReport") -> "LoadReport":
        mine, theirs = self.counts(), other.counts()
        both = LoadReport(**{name: mine[name] + theirs[name] for name in mine})
        return replace(both, unread=list(dict.fromkeys(both.unread)))

    def __str__(self):
        return (
            f"{self.rows:,} document{'' if self.rows == 1 else 's'} read: "
            f"{self.created:,} created, {self.changed:,} changed"
            + (f" ({self.noted:,} of them only noted as another copy), " if self.noted else ", ")
            + f"{self.unchanged:,} unchanged, {self.held:,} held, {self.rejected:,} rejected"
            + (f", {self.waiting:,} under embargo" if self.waiting else "")
            + (f", {self.others:,} left out (not cables)." if self.others else ".")
            + "".join(f" {note}" for note in self.notes)
        )

    @property
    def notes(self) -> list[str]:
        """Sentences about what the counts do not say."""
        left_out = LEFT_OUT if self.others else ""
        return [*filter(None, (left_out, unread_note(self.unread), self.specimens_note))]

    @property
    def specimens_note(self) -> str:
        """The sentence that says that specimens were deleted; "" if none were."""
        if not self.specimens:
            return ""
        return (
            f"The {self.specimens:,} invented specimens were removed to make room for real cables: "
            f"readers no longer see them. {BACK}"
        )

    def counts(self) -> dict[str, Any]:
        """Return the counts by name, and `unread`, as JSON has them."""
        return asdict(self)

    def resumed(self, earlier: "LoadReport") -> "LoadReport":
        """Return the counts of a resumed load over both its runs.

        Records that the earlier run wrote were unchanged in this one, and count once.
        """
        return replace(
            self,
            created=self.created + earlier.created,
            changed=self.changed + earlier.changed,
            specimens=self.specimens + earlier.specimens,
            noted=self.noted + earlier.noted,
            unchanged=max(0, self.unchanged - earlier.written),
            hidden_changed=self.hidden_changed + earlier.hidden_changed,
            hidden_noted=self.hidden_noted + earlier.hidden_noted,
            hidden_unchanged=max(0, self.hidden_unchanged - earlier.hidden_changed),
        )

    def without_sealed(self) -> "LoadReport":
        """Return the counts for those who may not see sealed text: they do not depend on it.

        Each record of a withheld or redacted cable counts as held, whatever became of it.
        """
        return replace(
            self,
            changed=self.changed - self.hidden_changed,
            noted=self.noted - self.hidden_noted,
            unchanged=self.unchanged - self.hidden_unchanged,
            held=self.held + self.hidden_changed + self.hidden_unchanged,
            hidden_changed=0,
            hidden_noted=0,
            hidden_unchanged=0,
        )

    @property
    def written(self) -> int:
        """How many cables this load created or changed."""
        return self.created + self.changed

    def check(self):
        """Raise LoadError if the outcomes do not add up to the rows read."""
        done = self.written + self.unchanged
        if self.rows != done + self.held + self.rejected + self.waiting + self.others:
            raise LoadError(f"Rows do not add up, please report this: {self}")


def unread_note(names: list[str]) -> str:
    """Return the sentence that names the columns that are not read; "" if there are none."""
    if not names:
        return ""
    named = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"Columns not read: {named}{f' and {more} more' if more > 0 else ''}."
