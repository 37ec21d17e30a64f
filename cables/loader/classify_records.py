"""Sort the records of a batch: new, known with another text, unchanged, embargoed or erased."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..models import Cable, Copy, Erased, Load, LoadRow
from ..models.decided_numbers import HiddenName, hidden_names, hidden_of, rows_of_numbers
from ..publication.row_values import copy_facts, storable
from ..publication.standing_redactions import (
    StandingMatch,
    contents_of_record,
    standing_forms,
    why_held,
)
from ..sources.prepared import Prepared, Rejected
from ..telegram.references import main_spelling, number_of, spellings_of
from .match_existing import Held, match_cables, match_named, under_stored_names, with_stored_digests

ERASED = "The text was erased for good"
HIDDEN = (
    "{} is withheld or redacted, and this text has the same number; a curator decides whether it "
    "is of that cable"
)
NOT_TOLD = (
    "{} may be of a cable that is withheld or redacted; a curator who may see originals decides"
)
WITHHELD = "{} is withheld; a curator decides on this new text of it"
TWICE = (
    "{} is in the same file twice, first at line {}; a curator decides whether this text replaces "
    "that one"
)

Key = tuple[str, str]  # Of a record.
Copies = dict[Key, Copy]
# (file, *key) -> digest and position of the first record of the file with this key.
FirstRecords = dict[tuple[Path, str, str], tuple[bytes, int]]


@dataclass(slots=True)
class ClassifiedRecords:
    """The records of a batch by what has to be done; each record is in one list."""

    embargoes: dict[str, LoadRow]  # By reference; RELEASED ones too.
    new: list[Prepared] = field(default_factory=list)
    # Records of cables that are here; the copy is None where the source is new for the cable.
    known: list[tuple[Prepared, Copy | None]] = field(default_factory=list)
    same: list[tuple[Prepared, Copy]] = field(default_factory=list)  # Equal to the stored copy.
    # Equal to the stored copy too, but newer rules find other facts in them.
    refreshed: list[tuple[Prepared, Copy]] = field(default_factory=list)
    waiting: list[Prepared] = field(default_factory=list)  # Under embargo.
    # Records of erased cables, those that may be of another cable or have another text than an
    # earlier record of their file, and new ones that may have words of a redaction over the
    # archive: (record, why it is held).
    erased: list[tuple[Prepared, str]] = field(default_factory=list)
    # What matches redactions over the archive, by the keys of records.
    matches: dict[tuple[str, str], list[StandingMatch]] = field(default_factory=dict)
    # Stored already, which the curator of the load may not learn: they count as held, too.
    untold: list[tuple[Prepared, str]] = field(default_factory=list)
    # Keys of the records, in any list, that may be of withheld or redacted cables.
    hidden: set[Key] = field(default_factory=set)


def classify_records(
    run: Load,
    prepared: list[Prepared],
    first: FirstRecords,
    *,
    embargoes: bool = True,
    standing: bool = True,
) -> ClassifiedRecords:
    """Sort records without writing anything. With `embargoes=False` none is held back.

    An embargo outlives the load that set it: other loads' records of that number wait too. If the
    curator of the load may not see sealed texts, all records of hidden cables are held, so that
    no answer depends on these texts. `first` are the records of its files so far. With
    `standing=False` no text is compared with redactions over the archive.
    """
    prepared = under_stored_names(run, prepared)
    copies = _copies(run, prepared)
    prepared = with_stored_digests(prepared, copies)
    _forget_lost(prepared, copies)
    prepared, erased = without_erased(prepared, copies)
    prepared, doubtful = match_cables(run, prepared, copies)
    prepared, of_named = match_named(prepared, copies)
    named = _hidden_cables_of([*prepared, *(record for record, _ in erased)], copies)
    result = ClassifiedRecords(_embargoes(run, prepared), hidden=set(named))
    if run.may_tell_sealed:
        prepared, hidden = _without_others(prepared, copies, named)
    else:
        prepared, hidden, result.untold = _without_hidden(prepared, copies, result.hidden)
    prepared, repeated = _without_repeated(prepared, copies, result.hidden, first)
    result.erased = erased + doubtful + of_named + hidden + repeated
    _sort(run, prepared, copies, result, embargoes=embargoes)
    return _with_matches(result) if standing else result


def _sort(
    run: Load,
    prepared: list[Prepared],
    copies: Copies,
    result: ClassifiedRecords,
    *,
    embargoes: bool,
) -> None:
    """Add records to the lists of a result that do not depend on their words."""
    cables, outdated = _cables(prepared), _outdated(prepared, copies)
    for record in prepared:
        reference, copy = record.record.reference, copies.get(record.key)
        embargo = result.embargoes.get(reference)
        waits = embargoes and (
            any(map(run.embargoes, _references(record))) or (embargo and embargo.is_embargoed)
        )
        if waits and record.key in result.hidden:
            result.waiting.append(record)  # Whatever its text, which the list of rows would tell.
        elif copy and is_stored(record, copies):
            (result.refreshed if copy.pk in outdated else result.same).append((record, copy))
        elif waits:
            result.waiting.append(record)
        elif copy or reference in cables:
            result.known.append((record, copy))
        else:
            result.new.append(record)


def _with_matches(records: ClassifiedRecords) -> ClassifiedRecords:
    """Compare texts that are not stored yet with redactions over the archive.

    New records are held if a match is uncertain. Those of known cables are compared with the text
    there as well, which `find_conflict` does.
    """
    forms = standing_forms()
    known = (record for record, _ in (*records.known, *records.refreshed))
    for each in (*records.new, *known, *records.waiting):
        if found := forms.find(contents_of_record(each.record), each.record.origin):
            records.matches[each.key] = found
    reasons = dict.fromkeys(records.matches, "")
    for each in records.new:
        if each.key in reasons:
            reasons[each.key] = why_held(each.record, records.matches[each.key])
    records.erased += [(each, reasons[each.key]) for each in records.new if reasons.get(each.key)]
    records.new = [each for each in records.new if not reasons.get(each.key)]
    return records


def _without_repeated(
    prepared: list[Prepared], copies: Copies, hidden: set[Key], first: FirstRecords
) -> tuple[list[Prepared], Held]:
    """Return the records, and (record, reason) of those with another text than before in a file.

    Those that are stored are kept, but not of hidden cables: nothing depends on their texts.
    """
    kept, held = [], []
    for record in prepared:
        why = _why_twice(record, first)
        if why and (record.key in hidden or not is_stored(record, copies)):
            held.append((record, why))
        else:
            kept.append(record)
    return kept, held


def _why_twice(record: Prepared, first: FirstRecords) -> str:
    """Return why a record is held after an earlier one of its file, else "" and remember it.

    One without a text says nothing against one with a text.
    """
    content, digest = record.record, bytes.fromhex(record.digest)[:16]
    if not content.body:
        return ""
    earlier, line = first.setdefault((record.source, *record.key), (digest, content.position))
    return "" if earlier == digest else TWICE.format(content.reference, line)


def is_stored(record: Prepared, copies: Copies) -> bool:
    """Return whether a source's copy already has, or had, the text of its record."""
    copy = copies.get(record.key)
    return copy is not None and record.digest in (copy.digest, *copy.former_digests)


def _forget_lost(prepared: list[Prepared], copies: Copies) -> None:
    """Forget the digests of copies that have no text, or whose cable shows none.

    A record that brings a text is stored then, though it, or its digest, was here before.
    """
    known = {copies[each.key].pk for each in prepared if each.record.body and each.key in copies}
    lacking = set(Copy.objects.filter(pk__in=known).lacking().values_list("pk", flat=True))
    for copy in copies.values():
        if copy.pk in lacking:
            copy.digest, copy.former_digests = "", []


def _copies(run: Load, prepared: list[Prepared]) -> Copies:
    copies = Copy.objects.filter(
        collection__slug=run.collection.slug,
        published_reference__in=[record.key[0] for record in prepared],
    )
    return {(copy.published_reference, copy.format): copy for copy in copies.defer("text", "facts")}


def _outdated(prepared: list[Prepared], copies: Copies) -> set[int]:
    """Return the primary keys of copies with the digest of their record but with other facts.

    Only what is printed beside a text has facts that are derived by rules and in no digest.
    """
    edited = {
        copy.pk: each.record
        for each in prepared
        if each.record.edition and (copy := copies.get(each.key)) and copy.digest == each.digest
    }
    stored = Copy.objects.filter(pk__in=edited).values_list("pk", "facts")
    return {key for key, facts in stored if facts != copy_facts(edited[key])}


def _cables(prepared: list[Prepared]) -> set[str]:
    references = [record.record.reference for record in prepared]
    return set(Cable.objects.filter(reference__in=references).values_list("reference", flat=True))


def _embargoes(run: Load, prepared: list[Prepared]) -> dict[str, LoadRow]:
    """Return {reference: the row that counts} of cables that are or were under embargo.

    Of several rows of a cable a withdrawn one counts most, then one that waits. An embargo of an
    earlier load on another document of the same number counts too, if there is no other: which of
    them is "75LISBON9412-2" depends on their order in a file (N-7). So does one on the second
    number of a telegram.
    """
    order = {"released": 0, "waiting": 1, "withdrawn": 2}
    rows = LoadRow.objects.filter(outcome__in=order).defer("raw")
    if not rows.exists():
        return {}
    second: dict[str, set[str]] = {}
    for record in prepared:
        second.setdefault(record.record.reference, set()).update(_second(record))
    references = second.keys() | set().union(*second.values())
    own = rows.filter(reference__in={name for each in references for name in spellings_of(each)})
    earlier = rows.filter(outcome__in=LoadRow.EMBARGOED).exclude(load=run.pk)
    others = rows_of_numbers(earlier, references) if earlier.exists() else []

    def weight(row: LoadRow) -> int:
        return order[row.outcome]

    by_name = {main_spelling(row.reference): row for row in sorted(own, key=weight)}
    by_number = {number_of(row.reference): row for row in sorted(others, key=weight)}

    def found(name: str) -> LoadRow | None:
        return by_name.get(main_spelling(name)) or by_number.get(number_of(name))

    counted = {each: [*filter(None, map(found, (each, *second[each])))] for each in second}
    return {each: max(rows, key=weight) for each, rows in counted.items() if rows}


def without_erased(prepared: list[Prepared], copies: Copies) -> tuple[list[Prepared], Held]:
    """Return the records that may be stored, and (record, reason) of those of erased cables.

    A record without a copy may be of a cable that was erased under another name (`names_of`).
    """
    erased = _erased({name for each in prepared for name in _names(each, copies)})
    kept, held = [], []
    for each in prepared:
        names = map(number_of, _names(each, copies))
        found = next((erased[number] for number in names if number in erased), None)
        if found is None or is_stored(each, copies):
            kept.append(each)
        else:
            held.append((each, why_erased(each.record.reference, found)))
    return kept, held


def why_erased(reference: str, erased: str) -> str:
    if reference == erased:
        return f"{ERASED}: the reference {reference} is not reused"
    return f"{ERASED}: {erased} has the number of {reference}, and this may be its text"


def _names(each: Prepared, copies: Copies) -> set[str]:
    """Return the references of a record; of one without a copy also the number that it prints."""
    printed = each.record.edition.get("numbered", "") if each.key not in copies else ""
    return {*_references(each), printed} - {""}


def _hidden_cables_of(prepared: list[Prepared], copies: Copies) -> dict[Key, list[HiddenName]]:
    """Return {key: names of hidden cables with its number} of records that may be of such ones.

    These are withheld or redacted. By a copy, a record can be of one with another number: [].
    """
    hidden = hidden_names({name for each in prepared for name in _references(each)})
    by_number: dict[str, list[HiddenName]] = {}
    for each in hidden:
        by_number.setdefault(number_of(each.reference), []).append(each)
    cables = hidden_of(Cable.objects.filter(pk__in={each.cable_id for each in copies.values()}))
    keys = set(cables.values_list("pk", flat=True)) if copies else set()
    found = {}
    for record in prepared:
        named = [
            name for each in _references(record) for name in by_number.get(number_of(each), ())
        ]
        copy = copies.get(record.key)
        if named or (copy and copy.cable_id in keys):
            found[record.key] = named
    return found


def _without_others(
    prepared: list[Prepared], copies: Copies, named: dict[Key, list[HiddenName]]
) -> tuple[list[Prepared], Held]:
    """Return the records, and (record, reason) of those that may be of another, hidden, cable.

    A record of a hidden cable itself is kept here: whoever stores it asks what is hidden.
    """
    kept, held = [], []
    for record in prepared:
        stored = is_stored(record, copies)
        others = [] if stored else _of_others(record, copies, named.get(record.key, []))
        if others:
            held.append((record, HIDDEN.format(others[0].reference)))
        else:
            kept.append(record)
    return kept, held


def _without_hidden(
    prepared: list[Prepared], copies: Copies, hidden: set[Key]
) -> tuple[list[Prepared], Held, Held]:
    """Return the records of no hidden cable, and the others: those not stored yet, the stored."""
    kept = [record for record in prepared if record.key not in hidden]
    held = [
        (record, NOT_TOLD.format(record.record.reference))
        for record in prepared
        if record.key in hidden
    ]
    new = [each for each in held if not is_stored(each[0], copies)]
    return kept, new, [each for each in held if is_stored(each[0], copies)]


def _references(record: Prepared) -> set[str]:
    """Return the references of a record, also that of its second number, if it has one."""
    return {record.record.reference, record.key[0], *_second(record)}


def _second(record: Prepared) -> set[str]:
    return {record.record.edition.get("second_reference", "")} - {""}


def _of_others(record: Prepared, copies: Copies, named: list[HiddenName]) -> list[HiddenName]:
    """Return those of some names that are not of the cable of a record itself."""
    copy = copies.get(record.key)
    if copy:
        return [each for each in named if each.cable != copy.cable_id]
    reference = record.record.reference
    own = {each.cable for each in named if each.is_present and each.reference == reference}
    return [each for each in named if each.cable not in own]


def without_texts_of_erased(rejects: list[Rejected]) -> list[Rejected]:
    """Return the rejects, without the text of those whose cable was erased."""
    erased = _erased({storable(each.reject.reference) for each in rejects} - {""})

    return [
        replace(each, reject=replace(each.reject, raw=""))
        if number_of(storable(each.reject.reference)) in erased
        else each
        for each in rejects
    ]


def _erased(references: Iterable[str]) -> dict[str, str]:
    """Return {number: erased reference} of those of some references that were erased."""
    erased = Erased.objects.all()
    rows = rows_of_numbers(erased, references) if erased.exists() else []
    return {number_of(row.reference): row.reference for row in rows}
