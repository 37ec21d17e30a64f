"""What a load would do, worked out without writing a row or holding a lock: the preview."""

from collections import Counter
from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, Q

from ..models import Cable, Copy, Load, Preview, Redaction
from .choosing import choose, is_outranked
from .prepare import PassedOver, Prepared, Rejected
from .report import LoadReport
from .rows import raw_of, storable
from .runs import Progress
from .showing import find_conflict
from .sorting import ERASED, Sorted, sort, without_texts_of_erased

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
        others = sum(isinstance(each, PassedOver) for each in batch)
        counts["changed"] += counts["noted"]
        self.report += LoadReport(rows=len(batch), others=others, **counts)
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
        conflicts, noted = _conflicts(self.run, found), _noted(self.run, found)
        for record in found.new:
            yield self._remembered(record, "created"), record, ""
        for record, _ in found.known:
            if why := conflicts.get(record.key):
                yield "held", record, why
            else:
                outcome = "noted" if record.key in noted else "changed"
                yield self._remembered(record, outcome), record, ""
        for record, why in found.erased:
            yield "held", record, why
        for record, _ in found.same:
            yield "unchanged", record, ""
        for record in found.waiting:
            yield "waiting", record, ""
        rejects = [each for each in batch if isinstance(each, Rejected)]
        for each in without_texts_of_erased(rejects):
            yield "rejected", each, each.reject.reason

    def _remembered(self, record: Prepared, outcome: str) -> str:
        """Return what would become of a record after those before it."""
        digest = bytes.fromhex(record.digest)[:16]
        if (before := self.digests.get(record.key)) is not None:
            outcome = "unchanged" if before == digest else "changed"
        elif outcome == "created" and record.record.reference in self.cables:
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
            raw="" if outcome == "unchanged" or reason.startswith(ERASED) else storable(raw),
            reason=storable(reason),
        )


def _conflicts(run: Load, found: Sorted) -> dict[tuple[str, str], str]:
    """Return why a person has to decide on records, by their keys, as `Store` would find."""
    why = {}
    references = {record.record.reference for record, _ in found.known}
    keys = {copy.cable_id for _, copy in found.known if copy}
    meant = Cable.objects.filter(Q(reference__in=references) | Q(pk__in=keys))
    hidden = meant.filter(~Q(withheld_reason="") | Exists(_redactions()))
    by_name = {name: cable for cable in hidden for name in (cable.pk, cable.reference)}
    for record, copy in found.known:
        cable = by_name.get(copy.cable_id if copy else record.record.reference)
        if cable and cable.withheld_reason:
            why[record.key] = f"{cable} is withheld; a curator decides on this new text of it"
        elif cable:
            why[record.key] = find_conflict(cable, choose(run, cable, record).record.record)
    return why


def _noted(run: Load, found: Sorted) -> set[tuple[str, str]]:
    """Return the keys of records that are only noted: another copy of the cable stays shown."""
    copies = Copy.objects.filter(text__isnull=True).select_related("cable")
    copies = copies.filter(
        Q(cable__reference__in={record.record.reference for record, _ in found.known})
        | Q(cable__in={copy.cable_id for _, copy in found.known if copy})
    ).only("published_reference", "format", "collection", "cable__reference")
    shown = {name: copy for copy in copies for name in (copy.cable_id, copy.cable.reference)}
    noted = set()
    for record, copy in found.known:
        other = shown.get(copy.cable_id if copy else record.record.reference)
        if other and is_outranked(run, other.cable.reference, record, other):
            noted.add(record.key)
    return noted


def _redactions():
    return Redaction.objects.filter(cable=OuterRef("pk"))


def _line(record: Prepared | Rejected, reason: str) -> str:
    found = record.record if isinstance(record, Prepared) else record.reject
    return storable(f"{record.source}:{found.position}: {reason}")
