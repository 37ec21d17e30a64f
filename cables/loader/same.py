"""Which cable a record is of, where a number does not settle it.

The Department numbered its telegrams anew for each post, circulars in a series of their own. Two
messages can so have one reference, and one message come from two sources under two.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from ..models import Cable, Copy, Load
from ..sources import ParsedCable
from .prepare import Prepared

LOOKED_AT = 2_000  # Characters of a text.
RUN = 3  # Words in a row that are compared.
ALIKE = 0.5  # Share of the runs of the shorter text; of 480 pairs none was between 0.2 and 0.8.
DAYS_APART = timedelta(days=2)
WORD = re.compile(r"\w+")
ANOTHER = "Another message has the reference {}; a curator decides which cable this text is of"

Held = list[tuple[Prepared, str]]


def settle(
    run: Load, prepared: list[Prepared], known: Iterable[tuple[str, str]]
) -> tuple[list[Prepared], Held]:
    """Return the records under the references of their cables, and those a person has to look at.

    `known` are the keys of records whose copies are here already: their cables are settled. Where
    no volume was loaded before this run, other sources need not be looked at.
    """
    if not _is_beside_volumes(run) and not any(each.record.format == "frus" for each in prepared):
        return prepared, []
    known = set(known)
    open_ = [each for each in prepared if each.key not in known]
    cables, printed = _known(open_), _printed(open_)
    if not cables and not printed:
        return prepared, []
    homes = _homes(open_)
    settled, held = [], []
    for each in prepared:
        if each.key in known:
            settled.append(each)
        elif each.record.format == "frus":
            settled.append(_named(each, _of_volume(each.record, homes, cables)))
        elif why := _conflict(each.record, cables.get(each.record.reference)):
            held.append((each, why))
        else:
            settled.append(_named(each, _of_dump(each.record, cables, printed)))
    return settled, held


def _is_beside_volumes(run: Load) -> bool:
    if not hasattr(run, "is_beside_volumes"):
        run.is_beside_volumes = Copy.objects.filter(format="frus").exists()
    return run.is_beside_volumes


def is_same(body: str, other: str) -> bool:
    """Return whether two texts are of one message, by how they begin."""
    one, two = _runs(body), _runs(other)
    if not one or not two:
        return WORD.findall(body.lower()) == WORD.findall(other.lower())
    return len(one & two) >= ALIKE * min(len(one), len(two))


def _runs(body: str) -> set[tuple[str, ...]]:
    words = WORD.findall(body[:LOOKED_AT].lower())
    return set(zip(*(words[at:] for at in range(RUN)), strict=False))


def _numbered(record: ParsedCable) -> str:
    return record.edition.get("numbered", "")


def _named(prepared: Prepared, reference: str) -> Prepared:
    if reference == prepared.record.reference:
        return prepared
    return replace(prepared, record=replace(prepared.record, reference=reference))


def _of_volume(record: ParsedCable, homes: dict[str, str], cables: dict[str, Cable]) -> str:
    """Return the reference of the cable of a volume's document: its own where that is free."""
    if home := homes.get(record.published_reference):
        return home
    number = _numbered(record)
    cable = cables.get(number)
    if cable and (cable.withheld_reason or _is_of(record, cable)):
        return number
    return record.published_reference if cable else record.reference


def _is_of(record: ParsedCable, cable: Cable) -> bool:
    """Return whether a record is of a cable; of one without text its day has to tell."""
    if not cable.body.strip():
        return abs(record.created - cable.created) <= DAYS_APART
    return is_same(record.body, cable.body)


def _of_dump(record: ParsedCable, cables: dict[str, Cable], printed: dict[str, list]) -> str:
    """Return the reference of a cable that a volume gave under its place there, if it is that."""
    if record.reference not in cables:
        for reference, body in printed.get(record.reference, ()):
            if is_same(record.body, body):
                return reference
    return record.reference


def _conflict(record: ParsedCable, cable: Cable | None) -> str:
    """Return why a text may not be put to a cable that a volume named, "" if it may."""
    if cable is None or cable.withheld_reason or "edition" not in cable.facts:
        return ""
    formats = set(cable.copies.values_list("format", flat=True))
    if formats == {"frus"} and record.body.strip() and not is_same(record.body, cable.body):
        return ANOTHER.format(cable.reference)
    return ""


def _known(records: list[Prepared]) -> dict[str, Cable]:
    """Return {reference: cable} of those that may be of the records, or of other messages.

    Beside records of volumes these are all; beside others, those that a volume has told of.
    """
    names = {_numbered(each.record) for each in records} | {
        each.record.reference for each in records
    }
    cables = Cable.objects.filter(reference__in=names - {""})
    cables = cables.only("reference", "withheld_reason", "body", "created", "facts")
    if not any(each.record.format == "frus" for each in records):
        cables = cables.filter(facts__has_key="edition")
    return {cable.reference: cable for cable in cables}


def _homes(records: list[Prepared]) -> dict[str, str]:
    """Return {name in a volume: reference of its cable}, of documents that are here already."""
    names = [each.key[0] for each in records if each.record.format == "frus"]
    copies = Copy.objects.filter(format="frus", published_reference__in=names)
    return dict(copies.values_list("published_reference", "cable__reference")) if names else {}


def _printed(records: list[Prepared]) -> dict[str, list[tuple[str, str]]]:
    """Return {number that a volume prints: [(reference, text) of cables that are not named so]}."""
    numbers = [each.record.reference for each in records if each.record.format != "frus"]
    # In so many words: PostgreSQL then reads the index of these few.
    copies = Copy.objects.filter(facts__edition__numbered__isnull=False)
    copies = copies.filter(facts__edition__numbered__in=numbers)
    found: dict[str, list[tuple[str, str]]] = {}
    rows = copies.values_list("facts__edition__numbered", "cable__reference", "cable__body")
    for number, reference, body in rows:
        if reference != number:
            found.setdefault(number, []).append((reference, body))
    return found
