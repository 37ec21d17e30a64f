"""What each record of a load would change, and what a user may know of loads.

Whoever may not see sealed text gets nothing that depends on it: records of withheld and redacted
cables (`of_hidden`) count as held, whatever became of them; the records of these and of erased
cables, and rejected ones, which may have any text, are not shown.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from django.db.models import Q, QuerySet

from ...decisions.decision_subjects import labelled_facts
from ...decisions.forms import digest
from ...diffs import ComparedText, TextChanges, find_changes
from ...loader import LoadReport, record_in
from ...models import Cable, Erased, Load, LoadRow, Origin, Preview, StandingForm
from ...models.decided_numbers import hidden_names, names_of_row, rows_of_numbers
from ...publication.choose_copy import choose
from ...publication.origins_and_tags import Places
from ...publication.public_rows import public_tags
from ...sources.parsed_cable import ParsedCable
from ...sources.prepared import prepare
from ...telegram.apply_redactions import TornError
from ...telegram.references import number_of

QUOTED = re.compile(r"""(['"]).*\1""", re.DOTALL)  # What a reason quotes of a record.
DELETED = "Its text was deleted."  # How the reason of a row without text begins.
NOT_TOLD = "Parts of its cable are withheld or redacted."  # Instead of the reason.


def may_see_all(user) -> bool:
    """Return whether a user may see withheld and redacted text."""
    return user.has_perm("cables.see_sealed")


def counts_for(user, load: Load) -> LoadReport:
    report = LoadReport(**load.counts)
    return report if may_see_all(user) else report.without_sealed()


def stamp_of_load(load: Load) -> str:
    """Return an optimistic-lock token; it changes with the state and each comparison of a load.

    It stays the same while the worker is at work. Everybody can compute it: it depends on nothing
    that is sealed.
    """
    if load.state in Load.AT_WORK:
        return "at work"
    counts = LoadReport(**load.counts).without_sealed()
    return digest([load.state, load.finished, str(counts), load.mapping])


def previews_for(user, load: Load, kind: str) -> QuerySet[Preview]:
    """Return the rows of a preview that a user sees under a kind of records, by their places."""
    rows, held = load.previews.order_by("source", "position", "pk"), LoadRow.Outcome.HELD
    if may_see_all(user):
        return rows.filter(outcome=kind)
    if kind == held:
        return rows.filter(Q(outcome=held) | Q(of_hidden=True))
    return rows.filter(outcome=kind, of_hidden=False)


def rows_for(user, rows: QuerySet[LoadRow]) -> QuerySet[LoadRow]:
    """Return the rows that a user may know of: that one was held can depend on sealed text."""
    return rows if may_see_all(user) else rows.filter(of_hidden=False)


def without_quotes(reason: str) -> str:
    """Return why a record was not applied, without what that, or who deleted it, says of it."""
    return DELETED if reason.startswith(DELETED) else QUOTED.sub("…", reason)


def may_apply(user, row: LoadRow) -> bool:
    """Return whether a user may apply a held row: its cable is not hidden from them."""
    return may_see_all(user) or not (row.of_hidden or hidden_among([row]))


def may_read(user, row: LoadRow) -> bool:
    """Return whether a user may see what a held row would change; as `hidden_previews`."""
    return may_see_all(user) or (may_apply(user, row) and not StandingForm.objects.exists())


def hidden_previews(user, rows: Iterable[Preview]) -> set[int]:
    """Return the primary keys of rows of a preview whose records a user may not see.

    While redactions over the archive stand these are all: which have their words must not show.
    """
    if may_see_all(user):
        return set()
    rows = list(rows)
    if StandingForm.objects.exists():
        return {row.pk for row in rows}
    return hidden_among(rows) | {row.pk for row in rows if row.of_hidden}


def hidden_among(rows: Iterable[LoadRow | Preview]) -> set[int]:
    """Return the primary keys of rows whose records have text that readers may not see.

    No text is compared: what depends on it would tell which words are redacted.
    """
    names = {row.pk: names_of_row(row) for row in rows}
    hidden = _hidden({name for each in names.values() for name in each})
    return {key for key, each in names.items() if not hidden.isdisjoint(each)}


def _hidden(names: set[str]) -> set[str]:
    """Return the references among `names` that have the number of a hidden or erased cable."""
    decided = [*hidden_names(names), *rows_of_numbers(Erased.objects.all(), names)]
    numbers = {number_of(each.reference) for each in decided}
    return {name for name in names if number_of(name) in numbers}


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


def count_kinds(load: Load, user) -> list[tuple[str, str, int]]:
    """Return (kind, heading, number) of a load's records, without the kinds that it lacks.

    Numbers are those that a user may know.
    """
    report = counts_for(user, load).counts()
    counts = {kind: report[kind] for kind in KINDS}
    counts["changed"] -= counts["noted"]
    return [(kind, heading, counts[kind]) for kind, heading in KINDS.items() if counts[kind]]


def preview_records(load: Load, rows: list[Preview], user) -> list[SimpleNamespace]:
    """Return rows of a preview with what this user may see of them.

    `record` is None if it cannot be read; `changes` are as readers would see them, after redactions
    and corrections; `is_same`: nothing changes for them.
    """
    hidden = hidden_previews(user, rows)
    if not may_see_all(user):
        hidden |= {row.pk for row in rows if row.outcome == "rejected"}  # They may have any text.
    references = [row.reference for row in rows if row.outcome in ("changed", "noted", "waiting")]
    published = Cable.objects.filter(reference__in=references, withheld_reason="")
    cables = {cable.reference: cable for cable in published.select_related("origin")}
    return [
        SimpleNamespace(
            **{"row": row, "reason": told(row), "record": None, "changes": None},
            **{"is_hidden": True, "is_same": False},
        )
        if row.pk in hidden
        else _shown(load, row, cables.get(row.reference))
        for row in rows
    ]


def told(row: Preview) -> str:
    """Return why a record would not be applied, for somebody who may not see it."""
    return NOT_TOLD if row.of_hidden else without_quotes(row.reason)


def _shown(load: Load, row: Preview, cable: Cable | None) -> SimpleNamespace:
    record = record_in(row) if row.raw and row.outcome != "rejected" else None
    changes = find_public_changes(load, cable, record) if cable and record else None
    is_same = row.outcome == "unchanged" or bool(changes and changes.is_none)
    values = {"record": record, "changes": changes, "is_hidden": False, "is_same": is_same}
    return SimpleNamespace(row=row, reason=row.reason, **values)


def find_public_changes(load: Load, cable: Cable, record: ParsedCable) -> TextChanges | None:
    """Return what would change on a cable's page if a load applied a record.

    None if a redaction would cut the paragraphs of the new text.
    """
    try:
        shown = choose(load, cable, prepare(record, Path())).preview()
    except TornError:
        return None
    tags, origin = public_tags(shown, Places()), merged_name(shown.record.origin)
    new = replace(shown.record, tags=tags, origin=origin)
    new_facts = labelled_facts(new) | {"References": ", ".join(shown.cites)}
    return find_changes(
        ComparedText(labelled_facts(cable), cable.header, cable.blocks()),
        ComparedText(new_facts, new.header, new.blocks),
    )


def merged_name(name: str) -> str:
    """Return the name of the origin that the origin of this name was merged into, or the name."""
    merged = Origin.objects.filter(name=name, merged_into__isnull=False)
    return merged.values_list("merged_into__name", flat=True).first() or name
