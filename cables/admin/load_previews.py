"""The preview of a load: what becomes of each record, and its changes word by word."""

from dataclasses import dataclass, replace
from pathlib import Path

from ..decisions.texts_of_cables import labelled_facts
from ..diffs import ComparedText, TextChanges, find_changes
from ..loader import record_in
from ..models import Cable, Load, Origin, Preview
from ..publication.choose_copy import choose
from ..publication.origins_and_tags import Places
from ..publication.public_rows import public_tags
from ..sources.parsed_cable import ParsedCable
from ..sources.prepared import prepare
from ..telegram.apply_redactions import TornError
from .load_record_access import NOT_TOLD, counts_for, hidden_previews, may_see_all, without_quotes

# Kind of record -> its heading, in the order of a preview.
KINDS = {
    "created": "New cables",
    "changed": "Changed cables",
    "noted": "Other copies of cables whose text stays",
    "waiting": "Under embargo",
    "held": "Held: a curator decides",
    "rejected": "Rejected: cannot be read",
    "unchanged": "Unchanged",
}
# Names of the two sides in cables/versions/_changes.html.
CHANGE_LABELS = {
    "what_changed": "What it would change",
    "old_name": "As it is",
    "new_name": "As it would be",
}


@dataclass(frozen=True, slots=True)
class PreviewedRecord:
    """A record of a preview as a page shows it."""

    row: Preview
    reason: str
    record: ParsedCable | None  # None if it cannot be read, or the user may not see it.
    changes: TextChanges | None  # As readers would see them: after redactions and corrections.
    is_hidden: bool  # The user may not see the record.


def count_kinds(load: Load, user) -> list[tuple[str, str, int]]:
    """Return (kind, heading, number) of a load's records, without the kinds that it lacks.

    Numbers are those that a user may know.
    """
    report = counts_for(user, load).counts()
    counts = {kind: report[kind] for kind in KINDS}
    counts["changed"] -= counts["noted"]
    return [(kind, heading, counts[kind]) for kind, heading in KINDS.items() if counts[kind]]


def preview_records(load: Load, rows: list[Preview], user) -> list[PreviewedRecord]:
    """Return rows of a preview with what this user may see of them."""
    hidden = hidden_previews(user, rows)
    if not may_see_all(user):
        hidden |= {row.pk for row in rows if row.outcome == "rejected"}  # They may have any text.
    references = [row.reference for row in rows if row.outcome in ("changed", "noted", "waiting")]
    published = Cable.objects.filter(reference__in=references, withheld_reason="")
    cables = {cable.reference: cable for cable in published.select_related("origin")}
    return [
        PreviewedRecord(row, told(row), None, None, True)
        if row.pk in hidden
        else _shown(load, row, cables.get(row.reference))
        for row in rows
    ]


def told(row: Preview) -> str:
    """Return why a record would not be applied, for somebody who may not see it."""
    return NOT_TOLD if row.of_hidden else without_quotes(row.reason)


def _shown(load: Load, row: Preview, cable: Cable | None) -> PreviewedRecord:
    record = record_in(row) if row.raw and row.outcome != "rejected" else None
    changes = find_public_changes(load, cable, record) if cable and record else None
    return PreviewedRecord(row, row.reason, record, changes, False)


def find_public_changes(load: Load, cable: Cable, record: ParsedCable) -> TextChanges | None:
    """Return what would change on a cable's page if a load applied a record.

    None if a redaction would cut the paragraphs of the new text.
    """
    try:
        shown = choose(load, cable, prepare(record, Path())).preview()
    except TornError:
        return None
    old_facts = labelled_facts(cable, cable.origin.name, cable.cites)
    new = replace(shown.record, tags=public_tags(shown, Places()))
    new_facts = labelled_facts(new, merged_name(new.origin), shown.cites)
    return find_changes(
        ComparedText(old_facts, cable.header, cable.blocks()),
        ComparedText(new_facts, new.header, new.blocks),
    )


def merged_name(name: str) -> str:
    """Return the name of the origin that the origin of this name was merged into, or the name."""
    merged = Origin.objects.filter(name=name, merged_into__isnull=False)
    return merged.values_list("merged_into__name", flat=True).first() or name
