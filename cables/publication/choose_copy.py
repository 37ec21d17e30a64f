"""Choose which source's text a cable shows, when a load has a new record of it."""

from dataclasses import dataclass, replace

from ..models import Cable, Copy, Load
from ..sources.prepared import Prepared, prepare
from .origins_and_tags import Places
from .public_rows import earliest
from .public_text import PublicRecord, parse_shown_copy, source_text
from .publish import preview_text, publish_text
from .row_values import copy_facts, rank

REPLACED = "The source was loaded again with another text."
CHOSEN = "A curator chose another text of its source."
BETTER = "A better copy of the cable was loaded."


@dataclass(frozen=True, slots=True)
class CopyChoice:
    """The record that a cable is to show, and its copies as they would be then."""

    cable: Cable
    record: Prepared
    copies: list[Copy]
    best: Copy  # The copy that is shown; the cable keeps its text.
    changed: list[Copy]
    reason: str  # Why the version before was replaced.
    is_noted: bool  # Whether the text of another source is shown, before and after.

    def carry_out(self, places: Places, *, by_curator: bool = False) -> None:
        """Store the choice. Raises TornError if a redaction would split the text differently."""
        for copy in self.changed:
            copy.save()
        reason = CHOSEN if by_curator and self.reason == REPLACED else self.reason
        publish_text(self.cable, self.record.record, self.copies, reason, places)

    def preview(self) -> PublicRecord:
        """Return the record as readers would see it. Stores nothing."""
        return preview_text(self.cable, self.record.record)[0]


def choose(run: Load, cable: Cable, record: Prepared) -> CopyChoice:
    """Return which text a cable is to show, given a new record of a source. Stores nothing."""
    record = replace(record, record=replace(record.record, reference=cable.reference))
    copies = list(cable.copies.select_related("collection"))
    shown = next(copy for copy in copies if copy.is_shown)
    shown.text = source_text(cable)
    is_noted = is_outranked(run, record, shown, has_text(shown))
    own = next((copy for copy in copies if _is_mine(run, copy, record)), None)
    if own is None:
        own = copy_of(run, record)
        own.cable = cable
        copies.append(own)
    elif has_text(own) and not record.record.body.strip():
        is_noted = True  # The source had a text, and nothing takes that away.
        own.former_digests = [*own.former_digests, record.digest]
    else:
        own.former_digests = [*own.former_digests, own.digest]
        own.digest, own.facts, own.load = record.digest, copy_facts(record.record), run
        own.text = None
    own.released = earliest([own.released, record.record.released])
    is_new = own.text is None
    own.text = own.text or [record.record.header, record.record.body]
    best = min(copies, key=lambda copy: rank(cable.reference, copy, has_text(copy)))
    text = best.text
    best.text = None  # The cable keeps the text of the copy that is shown.
    if best is not own or not is_new:
        record = prepare(parse_shown_copy(cable, copies, text), record.source)
    changed = list({id(copy): copy for copy in (shown, own, best)}.values())
    reason = REPLACED if best is shown else BETTER
    return CopyChoice(cable, record, copies, best, changed, reason, is_noted)


def has_text(copy: Copy) -> bool:
    """Return whether a copy has a text, which the one that is shown was given here too."""
    return bool(copy.text and copy.text[1].strip())


def is_outranked(run: Load, record: Prepared, shown: Copy, shows_text: bool) -> bool:
    """Return whether a cable still shows its copy `shown`, of another source, beside a record."""
    reference = shown.cable.reference
    old = rank(reference, shown, shows_text)
    new = rank(reference, copy_of(run, record), bool(record.record.body))
    return not _is_mine(run, shown, record) and old < new


def copy_of(run: Load, record: Prepared) -> Copy:
    """Return the copy that a new record of a load is stored as; its text is added by callers."""
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
