"""The preview of a load: what each record would do, with what it would change, word by word."""

from ..histories import Changes, Text, find_changes
from ..loader import record_in
from ..models import Cable, Load, Preview
from ..paragraphs import align, pin

# Kinds of records in the order of a preview -> how they are called.
KINDS = {
    "created": "New cables",
    "changed": "Changed cables",
    "waiting": "Under embargo",
    "held": "Held: a curator decides",
    "rejected": "Rejected: cannot be read",
    "unchanged": "Unchanged",
}


def counted(load: Load) -> list[tuple[str, str, int]]:
    """Return (kind, what it is called, how many) of a load's records; those of none left out."""
    return [
        (kind, name, load.counts[kind]) for kind, name in KINDS.items() if load.counts.get(kind)
    ]


def look(rows: list[Preview]) -> list[Preview]:
    """Give rows of a preview what a page shows of them: `subject` and `changes`."""
    references = [row.reference for row in rows if row.outcome in ("changed", "waiting")]
    known = Cable.objects.filter(reference__in=references, withheld_reason="")
    cables = {cable.reference: cable for cable in known.select_related("origin")}
    for row in rows:
        row.changes = row.found = None
        if row.outcome not in ("unchanged", "rejected"):
            row.found = record_in(row)
        if cable := cables.get(row.reference):
            row.changes = changes(cable, row.found)
    return rows


def changes(cable: Cable, record) -> Changes:
    """Return what would change on a cable's page if a record became its text."""
    old = Text(facts(cable, cable.origin.name, cable.tags), cable.header, cable.blocks())
    used = cable.former_paragraphs.values_list("paragraph", flat=True)
    ids = align(old.blocks, record.blocks, used).ids
    blocks = pin(record.blocks, ids, record.blocks.fingerprints)
    return find_changes(old, Text(facts(record, record.origin, record.tags), record.header, blocks))


def facts(said, origin: str, tags) -> dict[str, str]:
    """Return the facts of a cable or a record in words, by their labels."""
    return {
        "Subject": said.subject,
        "Created": f"{said.created:%Y-%m-%d %H:%M}",
        "Classification": said.classification,
        "Origin": origin,
        "Tags": ", ".join(tags),
        "Extent": "partial extract" if said.partial else "whole text",
    }
