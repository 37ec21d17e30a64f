"""A batch of records -> the database, in one transaction: all of it or nothing."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.db import DataError, OperationalError, transaction
from django.utils import timezone
from psycopg.errors import ProgramLimitExceeded

from ..models import Cable, Copy, Erased, Load, LoadRow, State, refresh_lists
from ..sources import Other, Reject
from .copying import copy_in
from .counting import LoadCount
from .places import Places
from .prepare import Prepared, Rejected, prepare
from .report import LoadReport
from .rows import combined_facts, copy_facts, mentions, rank, raw_of, record_of, said, storable
from .same import settle
from .showing import earliest, find_conflict, name, show
from .shown import source_text

REPLACED = "The source was loaded again with another text."
ERASED = "The text was erased for good"
BETTER = "A better copy of the cable was loaded."


class Store:
    """Where a load puts its batches. `report` counts what became of each record."""

    def __init__(self, run: Load, released: date, on_reject: Callable[[str], object]):
        self.run = run
        self.released = released  # For records whose source gives no date.
        self.on_reject = on_reject
        self.places = Places()
        self.beside_volumes = Copy.objects.filter(format="frus").exists()
        self.report = LoadReport()
        self.words = LoadCount(run.started)

    def add_all(self, batches: Iterable[list[Prepared | Rejected | Other]]):
        """Store batches, and what follows from all of them."""
        for batch in batches:
            self.add(batch)
        self.end()

    def add(self, batch: list[Prepared | Rejected | Other]):
        """Store a batch. Where PostgreSQL refuses a value, the record that holds it is rejected."""
        try:
            self.report += self._store(batch)
        except (DataError, OperationalError) as error:
            if not is_refusal(error):
                raise
            self.words.undo()
            self.places = Places()
            if len(batch) > 1:
                for record in batch:
                    self.add([record])
            else:
                reason = f"PostgreSQL cannot store it: {str(error).splitlines()[0]}"
                self.report += self._store([rejected(batch[0], reason)])
        else:
            self.words.keep()

    def end(self):
        """Bring the words of what was stored into `Word`."""
        if self.report.written or not self.words.is_whole:
            self.words.end()

    @transaction.atomic
    def _store(self, batch: list[Prepared | Rejected | Other]) -> LoadReport:
        report = LoadReport(rows=len(batch))
        prepared = [record for record in batch if isinstance(record, Prepared)]
        rejects = [record for record in batch if isinstance(record, Rejected)]
        others = len(batch) - len(prepared) - len(rejects)
        prepared, erased = without_erased(prepared)
        rejects = without_texts_of_erased(rejects)
        copies = self._copies(prepared)
        prepared, doubtful = settle(prepared, copies, beside_volumes=self.beside_volumes)
        new, known = self._sort(prepared, copies, report)
        self._create(new)
        held = (
            doubtful
            + erased
            + [(record, why) for record, copy in known if (why := self._change(record, copy))]
        )
        self._set_aside(rejects, held)
        changed = len(known) + len(erased) + len(doubtful) - len(held)
        report.created, report.changed, report.others = len(new), changed, others
        report.held, report.rejected = len(held), len(rejects)
        if report.written:
            self.words.begin()
            State.move()
        return report

    def _copies(self, prepared: list[Prepared]) -> dict[tuple[str, str], Copy]:
        """Return the copies that this collection has of what the records are of, by their keys."""
        names = [record.key[0] for record in prepared]
        copies = self.run.collection.copy_set.filter(published_reference__in=names)
        return {
            (copy.published_reference, copy.format): copy for copy in copies.defer("text", "facts")
        }

    def _sort(self, prepared: list[Prepared], copies: dict, report: LoadReport):
        """Return the records that are new, and those of known cables with their copies or None."""
        cables = set(
            Cable.objects.filter(
                reference__in=[record.record.reference for record in prepared]
            ).values_list("reference", flat=True)
        )
        new, known = [], []
        for record in prepared:
            copy = copies.get(record.key)
            if copy and record.digest in (copy.digest, *copy.former_digests):
                report.unchanged += 1
                self._learn_release(copy, record.record.released)
            elif copy or record.record.reference in cables:
                known.append((record, copy))
            else:
                new.append(record)
        return new, known

    def _create(self, new: list[Prepared]):
        if not new:
            return
        new = [replace(each, record=self.places.settled(each.record)) for each in new]
        origins = self.places.origins(record.record.origin for record in new)
        now = timezone.now()
        copies = [self._copy(record) for record in new]
        cables = [
            Cable(
                reference=record.record.reference,
                released=record.record.released or self.released,
                facts=combined_facts(record.record, [copy]),
                collections=[self.run.collection.slug],
                changed_at=now,
                **said(record.record, origins[record.record.origin]),
            )
            for record, copy in zip(new, copies, strict=True)
        ]
        copy_in(cables, self.words.add)
        for copy, cable in zip(copies, cables, strict=True):
            copy.cable = cable
        copy_in(copies)
        copy_in(
            [
                mention
                for record, cable in zip(new, cables, strict=True)
                for mention in mentions(cable, record.record, record.record.blocks)
            ]
        )
        name(copies, (tag for record in new for tag in record.record.tags), self.places)
        refresh_lists(cable.pk for cable in cables)

    def _copy(self, record: Prepared) -> Copy:
        return Copy(
            collection=self.run.collection,
            published_reference=record.record.published_reference,
            format=record.record.format,
            digest=record.digest,
            released=record.record.released,
            facts=copy_facts(record.record),
            load=self.run,
        )

    def _change(self, record: Prepared, copy: Copy | None) -> str:
        """Add what a source says to a cable that is there, and show the best text of all.

        Return "", or why a person has to decide: nothing was done.
        """
        # Its copy knows its cable also where the tables spell the reference otherwise by now.
        key = {"pk": copy.cable_id} if copy else {"reference": record.record.reference}
        cable = Cable.objects.select_for_update().get(**key)
        if cable.withheld_reason:
            return f"{cable.reference} is withheld; a curator decides on this new text of it"
        record = replace(record, record=replace(record.record, reference=cable.reference))
        copies = list(cable.copies.select_related("collection"))
        shown = next(copy for copy in copies if copy.text is None)
        mine = next((copy for copy in copies if self._is_mine(copy, record)), None)
        if mine is None:
            mine = self._copy(record)
            mine.cable = cable
            copies.append(mine)
        else:
            mine.former_digests = [*mine.former_digests, mine.digest]
            mine.digest, mine.facts, mine.load = record.digest, copy_facts(record.record), self.run
            mine.released = earliest([mine.released, record.record.released])
        if shown is not mine:
            shown.text = source_text(cable)
        mine.text = [record.record.header, record.record.body]
        best = min(copies, key=lambda copy: rank(cable.reference, copy))
        chosen = (
            record
            if best is mine
            else prepare(replace(record_of(best), reference=cable.reference), record.source)
        )
        if why := find_conflict(cable, chosen.record):
            return why
        best.text = None
        for copy in {id(copy): copy for copy in (shown, mine, best)}.values():
            copy.save()
        self.words.remove(cable)
        show(cable, chosen, copies, REPLACED if best is shown else BETTER, self.places)
        self.words.add(cable)
        return ""

    def _is_mine(self, copy: Copy, record: Prepared) -> bool:
        key = copy.published_reference, copy.format
        return key == record.key and copy.collection_id == self.run.collection_id

    def _learn_release(self, copy: Copy, released: date | None):
        """Take a date of release that this source did not give before. None empties no date."""
        if released is None or (copy.released and copy.released <= released):
            return
        copy.released = released
        copy.save(update_fields=["released"])
        known = Copy.objects.filter(cable=copy.cable_id, released__isnull=False)
        Cable.objects.filter(pk=copy.cable_id).update(
            released=earliest(known.values_list("released", flat=True))
        )
        refresh_lists([copy.cable_id])
        State.move()

    def _set_aside(self, rejects: list[Rejected], held: list[tuple[Prepared, str]]):
        rows = [self._row(LoadRow.Outcome.REJECTED, each.source, each.reject) for each in rejects]
        for each, why in held:
            record = each.record
            # The text of an erased cable is not kept here either.
            raw = "" if why.startswith(ERASED) else raw_of(record)
            reject = Reject(record.position, why, raw, record.reference)
            rows.append(self._row(LoadRow.Outcome.HELD, each.source, reject))
        LoadRow.objects.bulk_create(
            {row.digest: row for row in rows}.values(),
            update_conflicts=True,
            unique_fields=["digest"],
            update_fields=["load", "position", "source", "reason"],
        )
        for row in rows:
            self.on_reject(str(row))

    def _row(self, outcome: str, source: Path, reject: Reject) -> LoadRow:
        raw, source = storable(reject.raw), storable(str(source))
        said = f"{outcome}\n{raw or f'{source}:{reject.position}'}"
        return LoadRow(
            load=self.run,
            position=reject.position,
            source=source,
            reference=storable(reject.reference)[:64],
            raw=raw,
            digest=hashlib.sha256(said.encode()).hexdigest(),
            outcome=outcome,
            reason=storable(reject.reason),
        )


def without_erased(prepared: list[Prepared]) -> tuple[list[Prepared], list[tuple[Prepared, str]]]:
    """Return the records that may be stored, and those of erased cables with the reason."""
    names = {each.record.reference for each in prepared} | {each.key[0] for each in prepared}
    names = set(map(storable, names))
    gone = set(Erased.objects.filter(reference__in=names).values_list("pk", flat=True))
    left, erased = [], []
    for each in prepared:
        if gone.isdisjoint([each.record.reference, each.key[0]]):
            left.append(each)
        else:
            erased.append((each, f"{ERASED}: the reference {each.record.reference} is not reused"))
    return left, erased


def without_texts_of_erased(rejects: list[Rejected]) -> list[Rejected]:
    """Return the rejects, without the text of those whose cable was erased."""
    names = {storable(each.reject.reference) for each in rejects} - {""}
    gone = set(Erased.objects.filter(reference__in=names).values_list("pk", flat=True))

    def without_text(each):
        return replace(each, reject=replace(each.reject, raw=""))

    return [without_text(each) if each.reject.reference in gone else each for each in rejects]


def is_refusal(error: Exception) -> bool:
    """Return whether PostgreSQL refused a value, such as a text with too many different words."""
    return isinstance(error, DataError) or isinstance(error.__cause__, ProgramLimitExceeded)


def rejected(record: Prepared | Rejected, reason: str) -> Rejected:
    """Return a record as one that could not be stored."""
    if isinstance(record, Rejected):
        reject = replace(record.reject, reason=f"{record.reject.reason}. {reason}", raw="")
        return Rejected(record.source, reject)
    parsed = record.record
    return Rejected(
        record.source, Reject(parsed.position, reason, raw_of(parsed), parsed.reference)
    )
