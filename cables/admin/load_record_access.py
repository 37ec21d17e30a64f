"""Which records of loads a user may see: not those of withheld, redacted or erased cables."""

from collections.abc import Iterable

from ..models import Erased, LoadRow, Preview
from ..models.decided_numbers import hidden_names, names_of_row, rows_of_numbers
from ..publication.row_values import text_of_raw
from ..publication.standing_redactions import standing_forms
from ..telegram.mentions import find_named
from ..telegram.references import number_of

SHOWN = 20_000  # Characters of a record that a page shows at most.


def may_see_all(user) -> bool:
    """Return whether a user may see withheld and redacted text."""
    return user.has_perm("cables.see_sealed")


def hidden_among(rows: Iterable[LoadRow | Preview]) -> set[int]:
    """Return the primary keys of rows whose records have text that readers may not see.

    A rejected record may lack its reference: every reference in its text counts then. So do words
    of redactions over the archive.
    """
    rows, forms = list(rows), standing_forms()
    matched = {row.pk for row in rows if forms.find_in_words(text_of_raw(row.raw))}
    names = {row.pk: _names(row) for row in rows}
    hidden = _hidden({name for each in names.values() for name in each})
    return matched | {key for key, each in names.items() if not hidden.isdisjoint(each)}


def _names(row) -> set[str]:
    if row.reference and _is_read(row):
        return names_of_row(row)
    named = {each.reference for each in find_named(row.raw[:SHOWN], (), "")}
    return {row.reference, *named} - {""}


def _is_read(row) -> bool:
    return row.outcome != LoadRow.Outcome.REJECTED


def _hidden(names: set[str]) -> set[str]:
    """Return the references among `names` that have the number of a hidden or erased cable."""
    decided = [*hidden_names(names), *rows_of_numbers(Erased.objects.all(), names)]
    numbers = {number_of(each.reference) for each in decided}
    return {name for name in names if number_of(name) in numbers}
