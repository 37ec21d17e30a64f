"""Sort the records of a batch: new, known with another text, unchanged, embargoed or erased."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..models import Cable, Copy, Erased, Load, LoadRow
from ..publication.prepared import Prepared
from ..publication.row_values import storable
from .match_existing import match_cables
from .read_ahead import Rejected

ERASED = "The text was erased for good"


@dataclass(slots=True)
class ClassifiedRecords:
    """The records of a batch by what has to be done; each record is in one list."""

    new: list[Prepared] = field(default_factory=list)
    # Records of cables that are here; the copy is None where the source is new for the cable.
    known: list[tuple[Prepared, Copy | None]] = field(default_factory=list)
    same: list[tuple[Prepared, Copy]] = field(default_factory=list)  # Equal to the stored copy.
    waiting: list[Prepared] = field(default_factory=list)  # Under embargo.
    # Records of erased cables, and those that may be of another cable: (record, why it is held).
    erased: list[tuple[Prepared, str]] = field(default_factory=list)
    embargoes: dict[str, LoadRow] = field(default_factory=dict)  # By reference; RELEASED ones too.


def classify_records(
    run: Load, prepared: list[Prepared], *, embargoes: bool = True
) -> ClassifiedRecords:
    """Sort records without writing anything. With `embargoes=False` none is held back.

    An embargo outlives the load that set it: other loads' records of that cable wait too.
    """
    prepared, erased = without_erased(prepared)
    copies = _copies(run, prepared)
    prepared, doubtful = match_cables(run, prepared, copies)
    result = ClassifiedRecords(embargoes=_embargoes(prepared), erased=erased + doubtful)
    cables = _cables(prepared)
    for record in prepared:
        reference = record.record.reference
        copy = copies.get(record.key)
        embargo = result.embargoes.get(reference)
        if copy and record.digest in (copy.digest, *copy.former_digests):
            result.same.append((record, copy))
        elif embargoes and (run.embargoes(reference) or (embargo and embargo.is_embargoed)):
            result.waiting.append(record)
        elif copy or reference in cables:
            result.known.append((record, copy))
        else:
            result.new.append(record)
    return result


def _copies(run: Load, prepared: list[Prepared]) -> dict[tuple[str, str], Copy]:
    copies = Copy.objects.filter(
        collection__slug=run.collection.slug,
        published_reference__in=[record.key[0] for record in prepared],
    )
    return {(copy.published_reference, copy.format): copy for copy in copies.defer("text", "facts")}


def _cables(prepared: list[Prepared]) -> set[str]:
    references = [record.record.reference for record in prepared]
    return set(Cable.objects.filter(reference__in=references).values_list("reference", flat=True))


def _embargoes(prepared: list[Prepared]) -> dict[str, LoadRow]:
    """Return {reference: its row} of cables that are or were under embargo.

    Of several rows of a cable a withdrawn one counts most, then one that waits.
    """
    rows = LoadRow.objects.filter(
        reference__in=[record.record.reference for record in prepared],
        outcome__in=[*LoadRow.EMBARGOED, LoadRow.Outcome.RELEASED],
    ).defer("raw")
    order = {"released": 0, "waiting": 1, "withdrawn": 2}
    return {row.reference: row for row in sorted(rows, key=lambda row: order[row.outcome])}


def without_erased(prepared: list[Prepared]) -> tuple[list[Prepared], list[tuple[Prepared, str]]]:
    """Return the records that may be stored, and (record, reason) of those of erased cables."""
    names = {name for each in prepared for name in (each.record.reference, each.key[0])}
    erased_names = _erased(names)
    kept, erased = [], []
    for each in prepared:
        if erased_names.isdisjoint([each.record.reference, each.key[0]]):
            kept.append(each)
        else:
            erased.append((each, f"{ERASED}: the reference {each.record.reference} is not reused"))
    return kept, erased


def without_texts_of_erased(rejects: list[Rejected]) -> list[Rejected]:
    """Return the rejects, without the text of those whose cable was erased."""
    erased_names = _erased({each.reject.reference for each in rejects} - {""})

    def without_text(each):
        return replace(each, reject=replace(each.reject, raw=""))

    return [
        without_text(each) if each.reject.reference in erased_names else each for each in rejects
    ]


def _erased(references: Iterable[str]) -> set[str]:
    """Return those of some references whose cables were erased."""
    rows = Erased.objects.filter(reference__in=set(map(storable, references)))
    return set(rows.values_list("pk", flat=True))
