"""Does all that is kept agree? Each cable against its versions, ids, digests, lists and copies.

reading.py   cables in order of their references, with every row that belongs to them
decided.py   the rules of redactions and corrections
rules.py     one small function a rule: what is wrong, and what to do
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..models import Cable, Word
from ..words import ALL_CABLES
from .reading import Kept, read_after, read_again
from .rules import differences

__all__ = ["Report", "check", "check_counts"]


@dataclass
class Report:
    """How far a check is, and what it found. `last` is the cable that was checked last."""

    last: str = ""
    cables: int = 0
    versions: int = 0
    differences: int = 0
    differing: int = 0  # Cables.

    def __str__(self):
        found = f"{self.differences:,} differences" if self.differences != 1 else "1 difference"
        where = f", in {self.differing:,} of the cables" if self.differing else ""
        return (
            f"{self.cables:,} cables and {self.versions:,} earlier versions checked: "
            f"{found}{where}."
        )


def check(
    report: Report,
    tell: Callable[[str], object],
    advance: Callable[[int], object] = lambda cables: None,
):
    """Check every cable behind `report.last`, in order of reference; write what was found there.

    `tell` gets a line "REFERENCE: what differs. What to do." for each difference, `advance` how
    many cables were checked since its last call. Nothing is locked: a cable that seems wrong is
    read once more, as a load or a curator may have been changing it.
    """
    while batch := read_after(report.last):
        suspects = [kept.cable.pk for kept in batch if any(differences(kept))]
        for kept in read_again(suspects):
            _tell(kept, report, tell)
        report.last = batch[-1].cable.reference
        report.cables += len(batch)
        report.versions += sum(len(kept.versions) for kept in batch)
        advance(len(batch))


def _tell(kept: Kept, report: Report, tell: Callable[[str], object]):
    found = list(differences(kept))
    for difference in found:
        tell(f"{kept.cable.reference}: {difference}")
    report.differences += len(found)
    report.differing += bool(found)


def check_counts() -> Iterator[str]:
    """Yield what is wrong with the counts of words, which are kept for all cables together."""
    counted = Word.objects.filter(pk=ALL_CABLES).values_list("cables", flat=True).first()
    published = Cable.objects.filter(withheld_reason="").count()
    if counted is None and published:
        yield "Words are not counted. Run manage.py count_words, unless a load is running."
    elif counted not in (None, published):
        yield (
            f"Words are counted of {counted:,} cables, but {published:,} are published. "
            "Run manage.py count_words."
        )
