"""Give records the names under which their cables are stored, if newer rules name them otherwise.

The tables of stations grow, and rules for document numbers change. What an earlier version of the
room stored, or put under embargo, keeps the name of its time (I-9).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from ..models import Cable, Copy, Load, LoadRow
from ..sources.prepared import Prepared
from ..telegram.references import spellings_of

# Formats whose copies have the name that the rules give: their documents print a cut number.
NAMED_BY_RULES = {"nara", "nara-list"}


def under_stored_names(run: Load, prepared: list[Prepared]) -> list[Prepared]:
    """Return the records, renamed where a cable or an embargoed record has another spelling."""
    references = {each.record.reference for each in prepared}
    stored = _stored_references(references)
    copies = _copies(run, [each for each in prepared if each.record.format in NAMED_BY_RULES])
    return [_renamed(each, stored, copies[each.record.format]) for each in prepared]


def _stored_references(references: Iterable[str]) -> set[str]:
    """Return the spellings of references that cables or embargoed records have."""
    names = {name for each in references for name in spellings_of(each)}
    tables = [Cable.objects.all(), LoadRow.objects.filter(outcome__in=LoadRow.EMBARGOED)]
    named = [rows.filter(reference__in=names) for rows in tables if rows.exists()]
    return {each for rows in named for each in rows.values_list("reference", flat=True)}


def _copies(run: Load, prepared: list[Prepared]) -> dict[str, dict[str, Copy]]:
    """Return {format: {published reference: copy}} of the copies under any spelling."""
    names = {name for each in prepared for name in spellings_of(each.key[0])}
    copies = Copy.objects.filter(
        collection__slug=run.collection.slug,
        published_reference__in=names,
        format__in=NAMED_BY_RULES,
    )
    found: dict[str, dict[str, Copy]] = defaultdict(dict)
    for copy in copies.select_related("cable").only(
        *("published_reference", "format", "digest", "former_digests", "cable__reference")
    ):
        found[copy.format][copy.published_reference] = copy
    return found


def _renamed(each: Prepared, stored: set[str], copies: dict[str, Copy]) -> Prepared:
    record = each.record
    if copy := _copy_of(each, copies):
        return _named(each, copy.cable.reference, copy.published_reference)
    names = spellings_of(record.reference) if stored else []
    reference = next((name for name in names if name in stored), record.reference)
    by_rules = record.format in NAMED_BY_RULES and record.published_reference == record.reference
    return _named(each, reference, reference if by_rules else record.published_reference)


def _copy_of(each: Prepared, copies: dict[str, Copy]) -> Copy | None:
    """Return the copy that a record belongs to: the one of its name, of its text, or any."""
    names = spellings_of(each.key[0]) if copies else []
    found = [copies[name] for name in names if name in copies]
    if not found or found[0].published_reference == each.key[0]:
        return next(iter(found), None)
    same = [copy for copy in found if each.digest in (copy.digest, *copy.former_digests)]
    return (same or found)[0]


def _named(each: Prepared, reference: str, published: str) -> Prepared:
    record = each.record
    if (reference, published) == (record.reference, record.published_reference):
        return each
    record = replace(record, reference=reference, published_reference=published)
    return replace(each, record=record)
