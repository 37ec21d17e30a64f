"""Check that rows agree: versions, ids, digests, lists, copies, decisions.

read_cables.py     cables with all rows that belong to them
rules.py           one function a rule: what differs, and what to do
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reading_room.paths import COMMAND

from ...models import Cable, Word
from ...models.counted_words import ALL_CABLES
from .read_cables import StoredCable, read_after, read_again
from .rules import differences

__all__ = ["IntegrityReport", "check", "check_counts"]


@dataclass
class IntegrityReport:
    """The state of a check. `last` is the reference of the cable that was checked last."""

    last: str = ""
    cables: int = 0
    versions: int = 0
    differences: int = 0
    differing: int = 0  # Cables.

    def __str__(self):
        count = f"{self.differences:,} differences" if self.differences != 1 else "1 difference"
        where = f", in {self.differing:,} of the cables" if self.differing else ""
        return (
            f"{self.cables:,} cables and {self.versions:,} earlier versions checked: "
            f"{count}{where}."
        )


def check(
    report: IntegrityReport,
    tell: Callable[[str], object],
    advance: Callable[[int], object] = lambda cables: None,
):
    """Check every cable after `report.last`, in order of reference, and update the report.

    `tell` is called with "REFERENCE: what differs. What to do." for each difference, `advance` with
    the number of cables checked since its last call. Nothing is locked: a cable with differences
    is read again, as a load or a curator may have been changing it.
    """
    while batch := read_after(report.last):
        suspects = [stored.cable.pk for stored in batch if any(differences(stored))]
        for stored in read_again(suspects):
            _tell(stored, report, tell)
        report.last = batch[-1].cable.reference
        report.cables += len(batch)
        report.versions += sum(len(stored.versions) for stored in batch)
        advance(len(batch))


def _tell(stored: StoredCable, report: IntegrityReport, tell: Callable[[str], object]):
    found_differences = list(differences(stored))
    for difference in found_differences:
        tell(f"{stored.cable.reference}: {difference}")
    report.differences += len(found_differences)
    report.differing += bool(found_differences)


def check_counts() -> Iterator[str]:
    """Yield what is wrong with the counts of words in all cables."""
    counted = Word.objects.filter(pk=ALL_CABLES).values_list("cables", flat=True).first()
    published = Cable.objects.filter(withheld_reason="").count()
    if counted is None and published:
        yield f"Words are not counted. Run {COMMAND} count_words, unless a load is running."
    elif counted not in (None, published):
        yield (
            f"Words are counted of {counted:,} cables, but {published:,} are published. "
            f"Run {COMMAND} count_words."
        )
