"""The preview of a load: work out what it would do, without storing cables or the lock of loads."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext

from django.db import transaction
from django.db.models import Q

from ..models import Cable, Copy, Load, Preview
from ..models.decided_numbers import hidden_of
from ..publication.choose_copy import choose, is_outranked
from ..publication.publish import find_conflict
from ..publication.row_values import raw_of, reference_of_reject, storable
from ..publication.standing_redactions import StandingMatch, as_redacted
from ..sources import ParsedCable, Reject
from ..sources.prepared import PassedOver, Prepared, ReadRecord, Rejected
from ..telegram.apply_redactions import TornError
from .classify_records import (
    ERASED,
    WITHHELD,
    ClassifiedRecords,
    FirstRecords,
    classify_records,
    without_texts_of_erased,
)
from .load_progress import Progress
from .locks import one_batch
from .report import LoadReport
from .specimen_collections import are_replaced, specimens, without_specimens

# (Outcome, record, why it would not be applied; "" if it would.)
Outcome = tuple[str, Prepared | Rejected, str]
OF_HIDDEN = "hidden"  # Counted beside the outcomes, so that what is kept does not tell them.

MOST_KEPT = 300  # Records of each outcome that a preview keeps.
LONGEST_KEPT = 20_000  # Characters of a record that cannot be read.


class LoadComparison:
    """Count the outcomes of batches without storing them. It has the interface of `Store`.

    It remembers what earlier records would have stored, since a file may hold a cable twice.
    """

    def __init__(self, run: Load, on_reject: Callable[[str], object], progress: Progress):
        self.run = run
        self.on_reject = on_reject
        self.progress = progress
        self.report = LoadReport()
        self.kept: Counter[str] = Counter()
        self.first: FirstRecords = {}
        self.digests: dict[tuple[str, str], bytes] = {}  # Of records that would be stored, by key.
        self.cables: set[str] = set()  # The references of their cables.
        # What matches redactions over the archive, by the keys of records.
        self.matches: dict[tuple[str, str], list[StandingMatch]] = {}
        self.replaces_specimens = False  # Whether a batch so far would have deleted specimens.

    @transaction.atomic
    def add(self, batch: Sequence[ReadRecord]):
        """Compare a batch with what is stored; an erasure waits until its preview is, too."""
        one_batch()
        self.replaces_specimens = self.replaces_specimens or self._replaces_specimens(batch)
        with without_specimens() if self.replaces_specimens else nullcontext():
            records = self._classified(batch)
            self.matches |= records.matches
            outcomes = sorted(self._outcomes(batch, records), key=_place)
        self.report += LoadReport.of(
            ((outcome, _is_of_hidden(records, record)) for outcome, record, _ in outcomes),
            rows=len(batch),
            others=sum(isinstance(each, PassedOver) for each in batch),
        )
        if self.run.pk:
            self._keep(outcomes, records)
        for outcome, record, reason in outcomes:
            if outcome in ("held", "rejected"):
                self.on_reject(_line(record, reason))
        self.progress.write(self.report, batch[-1])

    def end(self):
        """Do nothing; `Store` has work at its end."""

    def _replaces_specimens(self, batch: Sequence[ReadRecord]) -> bool:
        """Return whether specimens would be deleted before a batch is stored."""
        if self.report.created or not specimens().exists():
            return False  # Without comparing the batch twice.
        records = self._classified(batch)
        return are_replaced(self.run, records.new, self.report.created)

    def _classified(self, batch: Sequence[ReadRecord]) -> ClassifiedRecords:
        """Sort a batch; which texts have redacted words is told to who may see them alone."""
        standing = self.run.may_tell_sealed
        return classify_records(self.run, _prepared(batch), self.first, standing=standing)

    def _outcomes(
        self, batch: Sequence[ReadRecord], records: ClassifiedRecords
    ) -> Iterator[Outcome]:
        """Yield the outcome of each record that is a cable, or should be one."""
        conflicts, noted = _conflicts(self.run, records), _noted(self.run, records)
        for record in records.new:
            yield self._remembered(record, "created"), record, ""
        for record, _ in (*records.known, *records.refreshed):
            if why := conflicts.get(record.key):
                yield "held", record, why
            else:
                outcome = "noted" if record.key in noted else "changed"
                yield self._remembered(record, outcome), record, ""
        for record, why in (*records.erased, *records.untold):
            yield "held", record, why
        for record, _ in records.same:
            yield "unchanged", record, ""
        for record in records.waiting:
            yield "waiting", record, ""
        rejects = [each for each in batch if isinstance(each, Rejected)]
        for each in without_texts_of_erased(rejects):
            yield "rejected", each, each.reject.reason

    def _remembered(self, record: Prepared, outcome: str) -> str:
        """Return the outcome of a record after the earlier ones of this load; remember it."""
        digest = bytes.fromhex(record.digest)[:16]
        if (earlier := self.digests.get(record.key)) is not None:
            outcome = "unchanged" if earlier == digest else "changed"
        elif outcome == "created" and record.record.reference in self.cables:
            outcome = "changed"
        self.digests[record.key] = digest
        self.cables.add(record.record.reference)
        return outcome

    def _keep(self, outcomes: Iterable[Outcome], records: ClassifiedRecords):
        """Store the first records of each outcome, and of hidden cables, for the preview."""
        rows = []
        for outcome, record, reason in outcomes:
            of_hidden = _is_of_hidden(records, record)
            kind = OF_HIDDEN if of_hidden else outcome
            if self.kept[kind] < MOST_KEPT:
                self.kept[kind] += 1
                rows.append(self._row(outcome, record, reason))
                rows[-1].of_hidden = of_hidden
        Preview.objects.bulk_create(rows)

    def _row(self, outcome: str, record: Prepared | Rejected, reason: str) -> Preview:
        content = _content(record)
        raw = (
            self._raw_of(record)
            if isinstance(record, Prepared)
            else record.reject.raw[:LONGEST_KEPT]
        )
        return Preview(
            load=self.run,
            outcome=outcome,
            position=content.position,
            source=storable(str(record.source)),
            reference=reference_of_reject(content.reference),
            raw="" if outcome == "unchanged" or reason.startswith(ERASED) else storable(raw),
            reason=storable(reason),
        )

    def _raw_of(self, record: Prepared) -> str:
        """Return a record as the preview shows it: without words that would be redacted."""
        try:
            return raw_of(as_redacted(record.record, self.matches.get(record.key, ())))
        except TornError:
            return ""


def _is_of_hidden(records: ClassifiedRecords, record: Prepared | Rejected) -> bool:
    return isinstance(record, Prepared) and record.key in records.hidden


def _place(outcome: Outcome) -> tuple[str, int]:
    """Return where a record stands: outcomes are found in an order that tells which they are."""
    _, record, _ = outcome
    return str(record.source), _content(record).position


def _content(record: Prepared | Rejected) -> ParsedCable | Reject:
    return record.record if isinstance(record, Prepared) else record.reject


def _prepared(batch: Sequence[ReadRecord]) -> list[Prepared]:
    return [each for each in batch if isinstance(each, Prepared)]


def _conflicts(run: Load, records: ClassifiedRecords) -> dict[tuple[str, str], str]:
    """Return {record key: why a person has to decide}, with the checks of `Store`."""
    reasons = {}
    matched = (each for each in records.known if each[0].key in records.matches)
    cables = [
        *hidden_of(Cable.objects.filter(_cables_of(records.known))),
        *Cable.objects.filter(_cables_of(matched)),
    ]
    by_key = {key: cable for cable in cables for key in (cable.pk, cable.reference)}
    for record, copy in records.known:
        cable = by_key.get(copy.cable_id if copy else record.record.reference)
        if cable and cable.withheld_reason:
            reasons[record.key] = WITHHELD.format(cable)
        elif cable:
            reasons[record.key] = find_conflict(cable, choose(run, cable, record).record.record)
    return reasons


def _cables_of(known: Iterable[tuple[Prepared, Copy | None]]) -> Q:
    """Return the condition of the cables of some records."""
    known = list(known)
    own = Q(reference__in={record.record.reference for record, _ in known})
    return own | Q(pk__in={copy.cable_id for _, copy in known if copy})


def _noted(run: Load, records: ClassifiedRecords) -> set[tuple[str, str]]:
    """Return the keys of records that only add a copy: another source's text stays shown."""
    copies = Copy.objects.filter(
        Q(cable__reference__in={record.record.reference for record, _ in records.known})
        | Q(cable__in={copy.cable_id for _, copy in records.known if copy})
    )
    with_text = set(copies.with_text().values_list("pk", flat=True))
    copies = copies.shown().select_related("cable")
    copies = copies.only("published_reference", "format", "collection", "cable__reference")
    shown = {key: copy for copy in copies for key in (copy.cable_id, copy.cable.reference)}
    noted = set()
    for record, copy in records.known:
        other = shown.get(copy.cable_id if copy else record.record.reference)
        keeps_text = not record.record.body and copy is not None and copy.pk in with_text
        if keeps_text or (other and is_outranked(run, record, other, other.pk in with_text)):
            noted.add(record.key)
    return noted


def _line(record: Prepared | Rejected, reason: str) -> str:
    return storable(f"{record.source}:{_content(record).position}: {reason}")
