"""Of all that sources say of a cable, which one readers see once one of them says something new."""

from dataclasses import dataclass, replace

from ..models import Cable, Copy, Load
from ..paragraphs import Blocks, pin
from .places import Places
from .prepare import Prepared, prepare
from .rows import copy_facts, rank, record_of
from .showing import earliest, show
from .shown import Shown, decisions_on, make_shown, source_blocks, source_text
from .text import align_with

REPLACED = "The source was loaded again with another text."
BETTER = "A better copy of the cable was loaded."


@dataclass(frozen=True, slots=True)
class Choice:
    """The record that readers would see of a cable, and the copies as they would be then."""

    cable: Cable
    record: Prepared
    copies: list[Copy]
    best: Copy  # The copy that is shown, of which the cable itself keeps the text.
    changed: list[Copy]
    reason: str  # What a version says of why it was replaced.
    is_noted: bool  # Whether another source is shown, before and after.

    def carry_out(self, places: Places):
        """Make it so. Raises TornError where a redaction would cut the new paragraphs otherwise."""
        for copy in self.changed:
            copy.save()
        show(self.cable, self.record, self.copies, self.reason, places)

    def shown(self) -> tuple[Shown, Blocks]:
        """Return the record, and its blocks, as readers would see them. Nothing is stored."""
        record = self.record.record
        ids = align_with(self.cable, source_blocks(self.cable), record.blocks).ids
        shown = make_shown(record, ids, decisions_on(self.cable))
        blocks = shown.record.blocks
        return shown, pin(blocks, ids, blocks.fingerprints)


def choose(run: Load, cable: Cable, record: Prepared) -> Choice:
    """Return what follows if a source of a load says a record of a cable. Nothing is stored."""
    record = replace(record, record=replace(record.record, reference=cable.reference))
    copies = list(cable.copies.select_related("collection"))
    shown = next(copy for copy in copies if copy.text is None)
    mine = next((copy for copy in copies if _is_mine(run, copy, record)), None)
    if mine is None:
        mine = copy_of(run, record)
        mine.cable = cable
        copies.append(mine)
    else:
        mine.former_digests = [*mine.former_digests, mine.digest]
        mine.digest, mine.facts, mine.load = record.digest, copy_facts(record.record), run
        mine.released = earliest([mine.released, record.record.released])
    is_noted = is_outranked(run, cable.reference, record, shown)
    if shown is not mine:
        shown.text = source_text(cable)
    mine.text = [record.record.header, record.record.body]
    best = min(copies, key=lambda copy: rank(cable.reference, copy))
    if best is not mine:
        record = prepare(replace(record_of(best), reference=cable.reference), record.source)
    best.text = None
    changed = list({id(copy): copy for copy in (shown, mine, best)}.values())
    reason = REPLACED if best is shown else BETTER
    return Choice(cable, record, copies, best, changed, reason, is_noted)


def is_outranked(run: Load, reference: str, record: Prepared, shown: Copy) -> bool:
    """Return whether a cable goes on to show the text of its copy `shown`, of another source."""
    ranks = rank(reference, shown), rank(reference, copy_of(run, record))
    return not _is_mine(run, shown, record) and ranks[0] < ranks[1]


def copy_of(run: Load, record: Prepared) -> Copy:
    """Return what a source of a load says of a cable, as it is kept."""
    return Copy(
        collection=run.collection,
        published_reference=record.record.published_reference,
        format=record.record.format,
        digest=record.digest,
        released=record.record.released,
        facts=copy_facts(record.record),
        load=run,
    )


def _is_mine(run: Load, copy: Copy, record: Prepared) -> bool:
    key = copy.published_reference, copy.format
    return key == record.key and copy.collection_id == run.collection_id
