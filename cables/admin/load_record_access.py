"""What a user may know of loads: whoever may not see sealed text, nothing that depends on it.

Records of withheld and redacted cables (`of_hidden`) count as held, whatever became of them; the
records of these and of erased cables, and rejected ones, which may have any text, are not shown.
"""

import re
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from ..loader import LoadReport
from ..models import Erased, Load, LoadRow, Preview, StandingForm
from ..models.decided_numbers import hidden_names, names_of_row, rows_of_numbers
from ..telegram.references import number_of

QUOTED = re.compile(r"""(['"]).*\1""", re.DOTALL)  # What a reason quotes of a record.
DELETED = "Its text was deleted."  # How the reason of a row without text begins.
NOT_TOLD = "Parts of its cable are withheld or redacted."  # Instead of the reason.


def may_see_all(user) -> bool:
    """Return whether a user may see withheld and redacted text."""
    return user.has_perm("cables.see_sealed")


def counts_for(user, load: Load) -> LoadReport:
    """Return the counts of a load, as a user may know them."""
    report = LoadReport(**load.counts)
    return report if may_see_all(user) else report.without_sealed()


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
