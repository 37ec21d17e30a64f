"""A batch of records -> the database, in one transaction: all of it or nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.db import DataError, OperationalError, transaction
from django.utils import timezone
from psycopg.errors import ProgramLimitExceeded

from ..models import Cable, Copy, Load, LoadRow, State, refresh_lists
from ..sources import Reject
from .choosing import choose, copy_of
from .copying import copy_in
from .counting import DeskCount, LoadCount
from .embargoes import put_by
from .locks import one_batch
from .places import Places
from .prepare import LONGEST_RAW, Prepared, Rejected
from .report import LoadReport
from .rows import combined_facts, mentions, raw_of, said, storable
from .runs import Progress
from .showing import earliest, find_conflict, name
from .sorting import ERASED, sort, without_texts_of_erased
from .specimens import COLLECTIONS, specimens, step_aside


class Store:
    """Where a load puts its batches. `report` counts what became of each record."""

    def __init__(
        self,
        run: Load,
        released: date,
        on_reject: Callable[[str], object] = lambda line: None,
        *,
        progress: Progress | None = None,
        words: LoadCount | DeskCount | None = None,
        embargoes: bool = True,
    ):
        self.run = run
        self.released = released  # For records whose source gives no date.
        self.on_reject = on_reject
        self.progress = progress or Progress(run)
        self.embargoes = embargoes  # Whether they hold; not for what is released.
        self.places = Places()
        self.report = LoadReport()
        self.noted = 0  # Of the batch: records that are only noted as another copy.
        self.words = words or LoadCount(timezone.now())

    def add(self, batch: list[Prepared | Rejected]):
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
    def _store(self, batch: list[Prepared | Rejected]) -> LoadReport:
        one_batch()
        prepared = [record for record in batch if isinstance(record, Prepared)]
        rejects = [record for record in batch if isinstance(record, Rejected)]
        found = sort(self.run, prepared, embargoes=self.embargoes)
        for record, copy in found.same:
            if record.record.reference not in found.embargoes:  # Released when its embargo ended.
                self._learn_release(copy, record.record.released)
        self._create(found.new)
        aside = 0
        if found.new and not self.report.created and self.run.collection.slug not in COLLECTIONS:
            aside = step_aside(specimens(), self.words.remove, self.run.by)
        self.noted = 0
        changing = [(record, self._change(record, copy)) for record, copy in found.known]
        held = found.erased + [(record, why) for record, why in changing if why]
        self._set_aside(without_texts_of_erased(rejects), held)
        put_by(self.run, found)
        report = LoadReport(
            rows=len(batch),
            created=len(found.new),
            changed=len(found.known) + len(found.erased) - len(held),
            noted=self.noted,
            unchanged=len(found.same),
            held=len(held),
            rejected=len(rejects),
            waiting=len(found.waiting),
            others=len(batch) - len(prepared) - len(rejects),
            specimens=aside,
        )
        if report.written:
            self.words.begin()
            State.move()
        self.progress.write(self.report + report, batch[-1])
        return report

    def _create(self, new: list[Prepared]):
        if not new:
            return
        new = [replace(each, record=self.places.settled(each.record)) for each in new]
        origins = self.places.origins(record.record.origin for record in new)
        now = timezone.now()
        copies = [copy_of(self.run, record) for record in new]
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

    def _change(self, record: Prepared, copy: Copy | None) -> str:
        """Add what a source says to a cable that is there, and show the best text of all.

        Return "", or why a person has to decide: nothing was done.
        """
        # Its copy knows its cable also where the tables spell the reference otherwise by now.
        key = {"pk": copy.cable_id} if copy else {"reference": record.record.reference}
        cable = Cable.objects.select_for_update().get(**key)
        if cable.withheld_reason:
            return f"{cable.reference} is withheld; a curator decides on this new text of it"
        choice = choose(self.run, cable, record)
        if why := find_conflict(cable, choice.record.record):
            return why
        self.words.remove(cable)
        choice.carry_out(self.places)
        self.noted += choice.is_noted
        self.words.add(cable)
        return ""

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
            self.on_reject(f"{row.source}:{row.position}: {row.reason}")

    def _row(self, outcome: str, source: Path, reject: Reject) -> LoadRow:
        raw, source = storable(reject.raw), storable(str(source))
        known_by = raw if 0 < len(raw) < LONGEST_RAW else f"{source}:{reject.position}\n{raw}"
        said = f"{outcome}\n{known_by.rstrip()}"
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
