"""What a load would do, worked out without writing a row or holding a lock: the preview."""

from collections import Counter
from collections.abc import Callable, Iterator

from ..models import Cable, Load, Preview
from .prepare import Prepared, Rejected
from .report import LoadReport
from .rows import raw_of, storable
from .runs import Progress
from .sorting import Sorted, sort

MOST_KEPT = 300  # Records of each kind that a person may look at.
LONGEST_KEPT = 20_000  # Characters of a record that cannot be read.


class Comparison:
    """Where a load puts its batches when nothing is to be stored. See `Store`.

    Remembers what earlier records would have stored, since a file may hold a cable twice.
    """

    def __init__(self, run: Load, on_reject: Callable[[str], object], progress: Progress):
        self.run = run
        self.on_reject = on_reject
        self.progress = progress
        self.report = LoadReport()
        self.kept: Counter[str] = Counter()
        self.digests: dict[tuple[str, str], bytes] = {}  # Of records that would be written.
        self.cables: set[str] = set()  # And the references of their cables.

    def add(self, batch: list[Prepared | Rejected]):
        """Compare a batch with what is stored."""
        outcomes = list(self._outcomes(batch))
        counts = Counter(outcome for outcome, _, _ in outcomes)
        self.report += LoadReport(rows=len(batch), **counts)
        if self.run.pk:
            self._keep(outcomes)
        for outcome, record, reason in outcomes:
            if outcome in ("held", "rejected"):
                self.on_reject(_line(record, reason))
        self.progress.write(self.report, batch[-1])

    def end(self):
        """Nothing is left to be done."""

    def _outcomes(self, batch) -> Iterator[tuple[str, Prepared | Rejected, str]]:
        """Yield what would become of each record, and why it would not be applied."""
        found = sort(self.run, [each for each in batch if isinstance(each, Prepared)])
        withheld = _withheld(found)
        for record in found.new:
            yield self._remembered(record, "created"), record, ""
        for record, copy in found.known:
            reference = record.record.reference
            if reference in withheld or (copy and copy.cable_id in withheld):
                yield "held", record, f"{reference} is withheld; a curator decides on this text"
            else:
                yield self._remembered(record, "changed"), record, ""
        for record, _ in found.same:
            yield "unchanged", record, ""
        for record in found.waiting:
            yield "waiting", record, ""
        for each in batch:
            if isinstance(each, Rejected):
                yield "rejected", each, each.reject.reason

    def _remembered(self, record: Prepared, outcome: str) -> str:
        """Return what would become of a record after those before it."""
        digest = bytes.fromhex(record.digest)[:16]
        if (before := self.digests.get(record.key)) is not None:
            outcome = "unchanged" if before == digest else "changed"
        elif record.record.reference in self.cables:
            outcome = "changed"
        self.digests[record.key] = digest
        self.cables.add(record.record.reference)
        return outcome

    def _keep(self, outcomes):
        """Store the first records of each kind, for a person to look at."""
        rows = []
        for outcome, record, reason in outcomes:
            if self.kept[outcome] < MOST_KEPT:
                self.kept[outcome] += 1
                rows.append(self._row(outcome, record, reason))
        Preview.objects.bulk_create(rows)

    def _row(self, outcome, record, reason) -> Preview:
        found = record.record if isinstance(record, Prepared) else record.reject
        raw = found.raw[:LONGEST_KEPT] if isinstance(record, Rejected) else raw_of(found)
        return Preview(
            load=self.run,
            outcome=outcome,
            position=found.position,
            source=storable(str(record.source)),
            reference=storable(found.reference)[:64],
            raw="" if outcome == "unchanged" else storable(raw),
            reason=storable(reason),
        )


def _withheld(found: Sorted) -> set[str | int]:
    """Return references and keys of the withheld ones among the cables that would change."""
    references = [record.record.reference for record, _ in found.known]
    keys = [copy.cable_id for _, copy in found.known if copy]
    withheld = Cable.objects.exclude(withheld_reason="")
    named = withheld.filter(reference__in=references) | withheld.filter(pk__in=keys)
    return {value for pair in named.values_list("reference", "pk") for value in pair}


def _line(record: Prepared | Rejected, reason: str) -> str:
    found = record.record if isinstance(record, Prepared) else record.reject
    return storable(f"{record.source}:{found.position}: {reason}")
