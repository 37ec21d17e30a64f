"""Find documents of volumes whose text is stored already, though newer rules change their digest.

The digest of a document has facts that rules find in it: references, class, origin, date, title.
Where only these differ, nobody needs to decide on a new text.
"""

from collections.abc import Iterable
from dataclasses import replace

from ..models import Cable, Copy, Sealed
from ..publication.public_text import SOURCE
from ..sources.prepared import Prepared, printed_of
from ..telegram.fact_types import EditionFacts, edition_of

FOUND_BY_RULES = frozenset(["dated_by", "draft"])  # Of an edition, besides what is in no digest.


def with_stored_digests(
    prepared: list[Prepared], copies: dict[tuple[str, str], Copy]
) -> list[Prepared]:
    """Return the records; those with the text of their copy have its digest.

    `copies` are those of the records, by their keys.
    """
    other = [
        (each, copy)
        for each in prepared
        if "volume" in each.record.edition
        and (copy := copies.get(each.key))
        and each.digest not in (copy.digest, *copy.former_digests)
    ]
    if not other:
        return prepared
    stored = _stored(copy for _, copy in other)
    digests = {
        each.key: copy.digest
        for each, copy in other
        if [each.record.header, each.record.body, _printed(each.record.edition)] == stored[copy.pk]
    }
    return [replace(each, digest=digests.get(each.key, each.digest)) for each in prepared]


def _stored(copies: Iterable[Copy]) -> dict[int, list[object]]:
    """Return {primary key of a copy: [header, body, what is printed beside them]}, unredacted."""
    copies = list(Copy.objects.filter(pk__in=[copy.pk for copy in copies]))
    shown = _texts([copy.cable_id for copy in copies if copy.text is None])
    return {
        copy.pk: [*(copy.text or shown[copy.cable_id]), _printed(edition_of(copy.facts))]
        for copy in copies
    }


def _texts(keys: list[int]) -> dict[int, list[str]]:
    """Return {primary key: [header, body]} of cables, also of withheld and redacted ones."""
    rows = Cable.objects.filter(pk__in=keys).values_list("pk", "header", "body")
    texts = {key: list(text) for key, *text in rows}
    sealed = Sealed.objects.filter(cable__in=keys, place__in=("cable", SOURCE))
    # What a redaction sealed comes last: the text of a withheld cable is the redacted one.
    for key, values in sealed.order_by("place").values_list("cable", "values"):
        texts[key] = [values["header"], values["body"]]
    return texts


def _printed(edition: EditionFacts) -> dict[str, object]:
    printed = printed_of(edition)
    return {name: value for name, value in printed.items() if name not in FOUND_BY_RULES}
