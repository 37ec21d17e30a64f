"""What a load did: every row that came in is accounted for."""

from dataclasses import asdict, dataclass


class LoadError(Exception):
    """A load that cannot go on; its sentence says what to do."""


@dataclass
class LoadReport:
    """How many rows came in, and what became of them."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    rejected: int = 0
    others: int = 0  # Documents that are no cables, and were not asked for.

    def __add__(self, other: "LoadReport") -> "LoadReport":
        mine, theirs = self.counts(), other.counts()
        return LoadReport(**{name: mine[name] + theirs[name] for name in mine})

    def __str__(self):
        others = f", {self.others:,} not cables" if self.others else ""
        return (
            f"{self.rows:,} rows in: {self.created:,} created, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {self.held:,} held, {self.rejected:,} rejected"
            f"{others}."
        )

    def counts(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)

    @property
    def written(self) -> int:
        """How many cables this load made or changed."""
        return self.created + self.changed

    def check(self):
        """Raise LoadError if a row got lost on the way."""
        told = self.unchanged + self.held + self.rejected + self.others
        if self.rows != self.written + told:
            raise LoadError(f"Rows do not add up, please report this: {self}")
