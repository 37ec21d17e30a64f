"""The preview of a load: what each record would do, with what it would change, word by word."""

from pathlib import Path

from ..diffs.text_diff import ComparedText, TextChanges, find_changes
from ..loader import record_in
from ..models import Cable, Load, Origin, Preview
from ..publication.choose_copy import choose
from ..publication.origins_and_tags import Places
from ..publication.prepared import prepare
from ..telegram.redaction import TornError
from .visibility import hidden_among, may_see_all

# Kinds of records in the order of a preview -> how they are called.
KINDS = {
    "created": "New cables",
    "changed": "Changed cables",
    "noted": "Other copies of cables whose text stays",
    "waiting": "Under embargo",
    "held": "Held: a curator decides",
    "rejected": "Rejected: cannot be read",
    "unchanged": "Unchanged",
}


def counted(load: Load) -> list[tuple[str, str, int]]:
    """Return (kind, what it is called, how many) of a load's records; those of none left out."""
    found = {kind: load.counts.get(kind, 0) for kind in KINDS}
    found["changed"] -= found["noted"]
    return [(kind, name, found[kind]) for kind, name in KINDS.items() if found[kind]]


def look(load: Load, rows: list[Preview], user) -> list[Preview]:
    """Give rows of a preview what a page shows of them: `found`, `changes`, `is_hidden`.

    What would change is told as readers would see it: after redactions and corrections.
    """
    references = [row.reference for row in rows if row.outcome in ("changed", "noted", "waiting")]
    known = Cable.objects.filter(reference__in=references, withheld_reason="")
    cables = {cable.reference: cable for cable in known.select_related("origin")}
    hidden = set() if may_see_all(user) else hidden_among(rows)
    for row in rows:
        row.changes = row.found = None
        row.is_hidden = row.pk in hidden
        found = record_in(row) if row.raw and row.outcome != "rejected" else None
        if found and (cable := cables.get(row.reference)):
            row.changes = changes(load, cable, found)
        if row.is_hidden:
            row.raw = ""
        else:
            row.found = found
    return rows


def changes(load: Load, cable: Cable, record) -> TextChanges | None:
    """Return what would change on a cable's page if a source of a load said a record of it."""
    try:
        shown = choose(load, cable, prepare(record, Path())).preview()
    except TornError:
        return None
    old = ComparedText(facts(cable, cable.origin.name, cable.cites), cable.header, cable.blocks())
    new = Places().settled(shown.record)
    said = facts(new, origin_of(new.origin), shown.cites)
    return find_changes(old, ComparedText(said, new.header, new.blocks))


def origin_of(name: str) -> str:
    """Return the name of the origin that one of a source stands for."""
    merged = Origin.objects.filter(name=name, merged_into__isnull=False)
    return merged.values_list("merged_into__name", flat=True).first() or name


def facts(said, origin: str, cites) -> dict[str, str]:
    """Return the facts of a cable or a record in words, by their labels."""
    return {
        "Subject": said.subject,
        "Created": f"{said.created:%Y-%m-%d %H:%M}",
        "Classification": said.classification,
        "Origin": origin,
        "Tags": ", ".join(said.tags),
        "References": ", ".join(cites),
        "Extent": "partial extract" if said.partial else "whole text",
    }
