"""Store a batch of records in one transaction: all of it or nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.db import DataError, OperationalError, transaction
from django.utils import timezone
from psycopg.errors import ProgramLimitExceeded

from ..models import Cable, Copy, Load, LoadRow, Mention, State, refresh_lists
from ..models.copied_rows import copy_in, draw_keys
from ..models.decided_numbers import names_of_record
from ..models.sealing import lock_cables
from ..publication.choose_copy import choose, copy_of
from ..publication.document_frequencies import DeskCount, LoadCount
from ..publication.origins_and_tags import Places
from ..publication.public_rows import earliest, store_other_addresses
from ..publication.public_text import parse_shown_copy
from ..publication.publish import NEWER, find_conflict, publish_text
from ..publication.row_values import (
    combined_facts,
    copy_facts,
    raw_of,
    reference_of_reject,
    storable,
    text_columns,
)
from ..publication.standing_redactions import (
    CUT,
    StandingMatch,
    contents_of_record,
    redact_as_standing,
    standing_forms,
    strikes_for,
)
from ..sources import Other, ParsedCable, Reject
from ..sources.prepared import PassedOver, Prepared, ReadRecord, Rejected
from ..telegram.apply_redactions import TornError
from ..telegram.dates import NO_DAY
from ..telegram.distinct_words import words_of_cable
from ..telegram.references import spellings_of
from .classify_records import (
    ERASED,
    WITHHELD,
    ClassifiedRecords,
    FirstRecords,
    Key,
    classify_records,
    without_texts_of_erased,
)
from .embargoed_rows import store_embargoed
from .load_progress import Progress
from .locks import one_batch
from .match_existing import Held
from .read_ahead import LONGEST_RAW
from .report import LoadReport
from .specimen_collections import are_replaced, delete_specimens, specimens

Matches = Mapping[tuple[str, str], Sequence[StandingMatch]]  # By the keys of records.


def lock_known(records: Sequence[Prepared]):
    """Lock the cables that records may be of, before anybody waits for the state, and in the order
    of all decisions on several cables: else these and a load deadlock.
    """
    named = (
        names_of_record(each.record.reference, each.key[0], each.record.edition) for each in records
    )
    spellings = {spelling for names in named for each in names for spelling in spellings_of(each)}
    lock_cables(Cable.objects.filter(reference__in=spellings))


class Store:
    """Store the batches of a load. `report` has the counts of what became of each record.

    With `embargoes=False` embargoes are ignored: for records that are being released.
    """

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
        self.released = released  # For records whose source gives none; perhaps NO_DAY.
        self.on_reject = on_reject
        self.progress = progress or Progress(run)
        self.embargoes = embargoes
        self.places = Places()
        self.report = LoadReport()
        self.first: FirstRecords = {}
        # The files of volumes that were read, each with its documents that were left out.
        self.left_out: dict[Path, list[Other]] = defaultdict(list)
        self.words = words or LoadCount()

    def add(self, batch: Sequence[ReadRecord]):
        """Store a batch. If PostgreSQL refuses a value, only the record with it is rejected."""
        try:
            self.report += self._store(batch)
        except (DataError, OperationalError) as error:
            if not is_refusal(error):
                raise
            self.words.undo()
            if len(batch) > 1:
                for record in batch:
                    self.add([record])
            else:
                reason = f"PostgreSQL cannot store it: {str(error).splitlines()[0]}"
                self.report += self._store([rejected(batch[0], reason)])
        else:
            self.words.keep()

    def end(self):
        """Add the words of the stored cables to `Word`."""
        if self.report.written or not self.words.is_whole:
            self.words.end()

    @transaction.atomic
    def _store(self, batch: Sequence[ReadRecord]) -> LoadReport:
        one_batch()
        self.places = Places()  # What only a cable had goes if that is erased meanwhile.
        prepared = [record for record in batch if isinstance(record, Prepared)]
        lock_known(prepared)
        rejects = [record for record in batch if isinstance(record, Rejected)]
        self._note_volumes(batch)
        records = classify_records(self.run, prepared, self.first, embargoes=self.embargoes)
        if deleted := self._delete_specimens(records):  # A record may be of one of them.
            records = classify_records(self.run, prepared, self.first, embargoes=self.embargoes)
        for record, copy in records.refreshed:
            self._refresh(record, copy)
        for record, copy in (*records.same, *records.refreshed):
            # A cable that was embargoed keeps the day on which its embargo ended.
            if record.record.reference not in records.embargoes:
                self._update_release(copy, record.record.released)
        self.create(records.new, records.matches)
        changes = [(record, *self._change(record, copy)) for record, copy in records.known]
        held = records.erased + [(record, why) for record, why, _ in changes if why]
        outcomes = [
            *(("created", record) for record in records.new),
            *(("unchanged", record) for record, _ in records.same),
            *(("changed", record) for record, _ in records.refreshed),
            *(("noted" if noted else "changed", each) for each, why, noted in changes if not why),
            *(("held", record) for record, _ in (*held, *records.untold)),
            *(("waiting", record) for record in records.waiting),
        ]
        self._store_rows(without_texts_of_erased(rejects), held, records.hidden, outcomes)
        store_embargoed(self.run, records)
        report = LoadReport.of(
            ((outcome, record.key in records.hidden) for outcome, record in outcomes),
            rows=len(batch),
            rejected=len(rejects),
            others=len(batch) - len(prepared) - len(rejects),
            specimens=deleted,
        )
        if report.written:
            self.words.begin()
        self.progress.write(self.report + report, batch[-1])
        return report

    def _note_volumes(self, batch: Sequence[ReadRecord]):
        for each in batch:
            if isinstance(each, PassedOver):
                self.left_out[each.source].append(each.reject)
            elif isinstance(each, Prepared) and each.record.format == "frus":
                self.left_out[each.source]

    def _delete_specimens(self, records: ClassifiedRecords) -> int:
        """Delete the specimens before the first real cable is stored; return how many."""
        if not are_replaced(self.run, records.new, self.report.created):
            return 0
        return delete_specimens(specimens(), self.words.remove, self.run.by)

    def create(self, new: list[Prepared], matches: Matches):
        """Store records of which no cable is here; redact what matches standing redactions."""
        if not new:
            return
        new = [self._settled(each) for each in new]
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
                **text_columns(record.record, origins[record.record.origin]),
            )
            for record, copy in zip(new, copies, strict=True)
        ]
        words = {record.record.reference: record.words for record in new}
        copy_in(cables, lambda cable: self.words.add(words[cable.reference].split()))
        for copy, cable in zip(copies, cables, strict=True):
            copy.cable = cable
        copy_in(copies)
        copy_in(
            [
                mention
                for record, cable in zip(new, cables, strict=True)
                for mention in Mention.rows(cable, record.mentions)
            ]
        )
        self.places.add_tags(tag for record in new for tag in record.record.tags)
        store_other_addresses(cables, copies)
        refresh_lists(cable.pk for cable in cables)
        for record, cable in zip(new, cables, strict=True):
            self._redact(record.record, cable.pk, matches.get(record.key, ()))

    def _redact(self, record: ParsedCable, key: int, matches: Sequence[StandingMatch]):
        """Redact a new cable by standing redactions."""
        if matches:
            cable = Cable.objects.select_related("origin").get(pk=key)
            self.words.remove(words_of_cable(cable))
            redact_as_standing(cable, strikes_for(matches, contents_of_record(record), ()))
            self.words.add(words_of_cable(cable))

    def _settled(self, record: Prepared) -> Prepared:
        """Return a record with merged tags replaced; names in tags are left out of its words."""
        settled = self.places.settled(record.record)
        if settled is record.record:
            return record
        return replace(record, record=settled, words=" ".join(words_of_cable(settled)))

    def _change(self, record: Prepared, copy: Copy | None) -> tuple[str, bool]:
        """Store a source's record of an existing cable, and show the text of the best source.

        Return (reason, is_noted). With a reason nothing was stored, and a curator must decide.
        `is_noted` means that only the copy was stored, as readers see another source's text.
        """
        # By the copy, if there is one: newer tables may spell the reference differently.
        key = {"pk": copy.cable_id} if copy else {"reference": record.record.reference}
        cable = Cable.objects.select_for_update().get(**key)
        if cable.withheld_reason:
            return WITHHELD.format(cable.reference), False
        choice = choose(self.run, cable, record)
        if why := find_conflict(cable, choice.record.record):
            return why, False
        why = self._publish(cable, lambda: choice.carry_out(self.places))
        return why, not why and choice.is_noted

    def _publish(self, cable: Cable, publish: Callable[[], None]) -> str:
        """Publish a text and count its words; return why it is held if a redaction would cut it."""
        words = words_of_cable(cable)
        try:
            with transaction.atomic():
                publish()
        except TornError:
            self.places = Places()  # It may have new origins, which are not stored.
            return CUT.format(cable.reference)
        self.words.remove(words)
        self.words.add(words_of_cable(cable))
        return ""

    def _refresh(self, record: Prepared, copy: Copy):
        """Store the facts that newer rules find in a record, also for its cable.

        A withheld cable gets them by `reread` after it is published again; so does one whose
        redactions would cut its paragraphs otherwise, after these are changed. No row is held.
        """
        Copy.objects.filter(pk=copy.pk).update(facts=copy_facts(record.record))
        cable = Cable.objects.select_for_update().get(pk=copy.cable_id)
        copies = list(cable.copies.select_related("collection"))
        if cable.withheld_reason:
            return
        shown = parse_shown_copy(cable, copies)
        if not find_conflict(cable, shown):
            self._publish(cable, lambda: publish_text(cable, shown, copies, NEWER, self.places))

    def _update_release(self, copy: Copy, released: date | None):
        """Store an earlier, or the first, date of release of an unchanged record."""
        if released is None or (copy.released and copy.released <= released):
            return
        copy.released = released
        copy.save(update_fields=["released"])
        dates = Copy.objects.filter(cable=copy.cable_id).values_list("released", flat=True)
        Cable.objects.filter(pk=copy.cable_id).update(released=earliest(dates))
        refresh_lists([copy.cable_id])
        State.advance()

    def _store_rows(
        self,
        rejects: list[Rejected],
        held: Held,
        hidden: set[Key],
        outcomes: Sequence[tuple[str, Prepared]],
    ):
        """Store rejected and held records as rows of the load.

        Rows of hidden cables come last, and what else the batch has of these draws a key as they
        do: the keys of other rows, in the addresses of their pages, do not tell what became of it.
        """
        held = sorted(held, key=lambda each: each[0].key in hidden)
        rows = [self._row(LoadRow.Outcome.REJECTED, each.source, each.reject) for each in rejects]
        rows += [self._held(each, why, each.key in hidden) for each, why in held]
        of_rows = {id(each) for each, _ in held}
        others = [
            self._held(each, "", True)
            for outcome, each in outcomes
            if each.key in hidden and outcome != "waiting" and id(each) not in of_rows
        ]
        if not self.run.may_tell_sealed:
            self._make_own([*rows, *others])
        unique = {row.digest: row for row in rows}
        if alike := {row.digest: row for row in others if row.digest not in unique}:
            draw_keys([*unique.values(), *alike.values()])
        LoadRow.objects.bulk_create(
            unique.values(),
            update_conflicts=True,
            unique_fields=["digest"],
            update_fields=["load", "position", "source", "reason", "of_hidden"],
        )
        for row in rows:
            self.on_reject(f"{row.source}:{row.position}: {row.reason}")

    def _held(self, each: Prepared, why: str, of_hidden: bool) -> LoadRow:
        raw = "" if why.startswith(ERASED) else raw_of(each.record)  # No text of an erased cable.
        reject = Reject(each.record.position, why, raw, each.record.reference)
        row = self._row(LoadRow.Outcome.HELD, each.source, reject)
        row.of_hidden = of_hidden
        return row

    def _make_own(self, rows: list[LoadRow]):
        """Let rows be those of the load's curator, who may not see the texts of others' rows.

        That a record is one of theirs would confirm a guess. A text that was deleted stays so.
        """
        known = LoadRow.objects.filter(digest__in=[row.digest for row in rows])
        deleted = set(known.filter(raw="").values_list("digest", flat=True))
        for row in rows:
            row.raw = "" if row.digest in deleted else row.raw
            row.digest = hashlib.sha256(f"{self.run.by_id}\n{row.digest}".encode()).hexdigest()

    def _row(self, outcome: str, source: Path, reject: Reject) -> LoadRow:
        raw, file = storable(reject.raw), storable(str(source))
        # Equal texts are one row; a missing or cut text is identified by its place in the file.
        identity = raw if 0 < len(raw) < LONGEST_RAW else f"{file}:{reject.position}\n{raw}"
        content = f"{outcome}\n{identity.rstrip()}"
        return LoadRow(
            load=self.run,
            position=reject.position,
            source=file,
            reference=reference_of_reject(reject.reference),
            raw=raw,
            digest=hashlib.sha256(content.encode()).hexdigest(),
            outcome=outcome,
            reason=storable(reject.reason),
        )


@transaction.atomic
def create_cable(run: Load, record: Prepared) -> Cable:
    """Store a record of a load as a new cable, by a curator's decision, and return that.

    Raises ValueError if PostgreSQL refuses a value of it.
    """
    one_batch()
    store = Store(run, run.released or NO_DAY, words=DeskCount())
    try:
        with transaction.atomic():
            found = standing_forms().find(contents_of_record(record.record), record.record.origin)
            store.create([record], {record.key: found})
    except (DataError, OperationalError) as error:
        if not is_refusal(error):
            raise
        raise ValueError(f"PostgreSQL cannot store it: {str(error).splitlines()[0]}") from None
    store.words.keep()
    store.words.end()
    State.advance()
    return Cable.objects.get(reference=record.record.reference)


def is_refusal(error: Exception) -> bool:
    """Return whether PostgreSQL refused a value, such as a text with too many distinct words."""
    return isinstance(error, DataError) or isinstance(error.__cause__, ProgramLimitExceeded)


def rejected(record: ReadRecord, reason: str) -> Rejected:
    """Return a record that PostgreSQL refused as rejected, with the reason."""
    if isinstance(record, Prepared):
        parsed = record.record
        reject = Reject(parsed.position, reason, raw_of(parsed), parsed.reference)
    elif isinstance(record, Rejected):
        reject = replace(record.reject, reason=f"{record.reject.reason}. {reason}", raw="")
    else:
        reject = Reject(record.reject.position, reason, "", record.reject.reference)
    return Rejected(record.source, reject)
