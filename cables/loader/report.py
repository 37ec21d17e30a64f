"""What a load did: every row that came in is accounted for."""

from dataclasses import asdict, dataclass, replace

BACK = (
    "Bring them back with: manage.py load_cables cables/specimens/cables cables/specimens/frus "
    "cables/specimens/nara"
)


class LoadError(Exception):
    """A load that cannot go on; its sentence says what to do."""


class LoadBusy(LoadError):
    """Another load is running; this one has done nothing."""


class LoadCancelled(LoadError):
    """A person asked the load to stop. Whole batches of it are stored."""


@dataclass
class LoadReport:
    """How many rows came in, and what became of them."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    noted: int = 0  # Of the changed: another copy is noted, and readers see the same text.
    unchanged: int = 0
    held: int = 0
    rejected: int = 0
    waiting: int = 0  # Under embargo.
    others: int = 0  # Documents that are no cables, and were not asked for.
    specimens: int = 0  # That stepped aside for it; they are none of its rows.

    def __add__(self, other: "LoadReport") -> "LoadReport":
        mine, theirs = self.counts(), other.counts()
        return LoadReport(**{name: mine[name] + theirs[name] for name in mine})

    def __str__(self):
        return (
            f"{self.rows:,} rows in: {self.created:,} created, {self.changed:,} changed"
            + (f" ({self.noted:,} of them only noted as another copy), " if self.noted else ", ")
            + f"{self.unchanged:,} unchanged, {self.held:,} held, {self.rejected:,} rejected"
            + (f", {self.waiting:,} under embargo" if self.waiting else "")
            + (f", {self.others:,} not cables." if self.others else ".")
            + (self.aside and f" {self.aside}")
        )

    @property
    def aside(self) -> str:
        """What became of the specimens, in words; "" if nothing."""
        if not self.specimens:
            return ""
        gone = f"The {self.specimens:,} invented specimens stepped aside for real cables"
        return f"{gone}: readers no longer see them. {BACK}"

    def counts(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)

    def resumed(self, earlier: "LoadReport") -> "LoadReport":
        """Return what a load did in all whose earlier run was stopped before its end.

        What that one wrote this one found unchanged.
        """
        return replace(
            self,
            created=self.created + earlier.created,
            changed=self.changed + earlier.changed,
            specimens=self.specimens + earlier.specimens,
            noted=self.noted + earlier.noted,
            unchanged=max(0, self.unchanged - earlier.written),
        )

    @property
    def written(self) -> int:
        """How many cables this load made or changed."""
        return self.created + self.changed

    def check(self):
        """Raise LoadError if a row got lost on the way."""
        done = self.written + self.unchanged
        if self.rows != done + self.held + self.rejected + self.waiting + self.others:
            raise LoadError(f"Rows do not add up, please report this: {self}")
