"""Prepared records -> what each is to the archive: new, changed, known as it is, or embargoed."""

from dataclasses import dataclass, field, replace

from ..models import Cable, Copy, Erased, Load, LoadRow
from .prepare import Prepared, Rejected
from .rows import storable
from .same import settle

ERASED = "The text was erased for good"


@dataclass(slots=True)
class Sorted:
    """The records of a batch, by what has to be done. A record stands in one list."""

    new: list[Prepared] = field(default_factory=list)
    known: list[tuple[Prepared, Copy | None]] = field(default_factory=list)  # With their copies.
    same: list[tuple[Prepared, Copy]] = field(default_factory=list)  # As its source said before.
    waiting: list[Prepared] = field(default_factory=list)  # Under embargo.
    # Of erased cables, or perhaps of another one: and why they are held.
    erased: list[tuple[Prepared, str]] = field(default_factory=list)
    embargoes: dict[str, LoadRow] = field(default_factory=dict)  # By reference, RELEASED ones too.


def sort(run: Load, prepared: list[Prepared], *, embargoes: bool = True) -> Sorted:
    """Return what each record is, without writing anything. `embargoes` may be left aside.

    An embargo outlives the load that set it: whatever another load says of that cable waits
    with it.
    """
    prepared, erased = without_erased(prepared)
    copies = _copies(run, prepared)
    prepared, doubtful = settle(run, prepared, copies)
    found = Sorted(embargoes=_embargoes(prepared), erased=erased + doubtful)
    cables = _cables(prepared)
    for record in prepared:
        reference = record.record.reference
        copy = copies.get(record.key)
        embargo = found.embargoes.get(reference)
        if copy and record.digest in (copy.digest, *copy.former_digests):
            found.same.append((record, copy))
        elif embargoes and (run.embargoes(reference) or (embargo and embargo.is_embargoed)):
            found.waiting.append(record)
        elif copy or reference in cables:
            found.known.append((record, copy))
        else:
            found.new.append(record)
    return found


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
    """Return the rows of cables that are or were under embargo; one that waits comes first."""
    rows = LoadRow.objects.filter(
        reference__in=[record.record.reference for record in prepared],
        outcome__in=[*LoadRow.EMBARGOED, LoadRow.Outcome.RELEASED],
    ).defer("raw")
    order = {"released": 0, "waiting": 1, "withdrawn": 2}
    return {row.reference: row for row in sorted(rows, key=lambda row: order[row.outcome])}


def without_erased(prepared: list[Prepared]) -> tuple[list[Prepared], list[tuple[Prepared, str]]]:
    """Return the records that may be stored, and those of erased cables with the reason."""
    names = {each.record.reference for each in prepared} | {each.key[0] for each in prepared}
    names = set(map(storable, names))
    gone = set(Erased.objects.filter(reference__in=names).values_list("pk", flat=True))
    left, erased = [], []
    for each in prepared:
        if gone.isdisjoint([each.record.reference, each.key[0]]):
            left.append(each)
        else:
            erased.append((each, f"{ERASED}: the reference {each.record.reference} is not reused"))
    return left, erased


def without_texts_of_erased(rejects: list[Rejected]) -> list[Rejected]:
    """Return the rejects, without the text of those whose cable was erased."""
    names = {storable(each.reject.reference) for each in rejects} - {""}
    gone = set(Erased.objects.filter(reference__in=names).values_list("pk", flat=True))

    def without_text(each):
        return replace(each, reject=replace(each.reject, raw=""))

    return [without_text(each) if each.reject.reference in gone else each for each in rejects]
