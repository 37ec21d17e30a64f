"""Match records to cables where the reference alone is ambiguous.

The Department numbered its telegrams separately for each post, and circulars in a series of their
own. So two messages can have the same reference, and two sources can give one message different
references.

The tables of stations grow, and rules for document numbers change: what is stored, or under
embargo, keeps the name of its time (I-9). The digest of a document of a volume has facts that rules
find in it: where only these differ from what is stored, nobody needs to decide on a new text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from ..models import Cable, Copy, FormerReference, Load, LoadRow, Redaction
from ..models.former_references import RENAMED
from ..models.sealing import unredacted_texts
from ..sources import ParsedCable
from ..sources.prepared import Prepared, printed_of
from ..telegram.fact_types import EditionFacts, edition_of
from ..telegram.references import main_spelling, spellings_of

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


def _named(each: Prepared, reference: str, published: str | None = None) -> Prepared:
    record = each.record
    published = record.published_reference if published is None else published
    if (reference, published) == (record.reference, record.published_reference):
        return each
    record = replace(record, reference=reference, published_reference=published)
    return replace(each, record=record)


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
    stored = _stored_texts(copy for _, copy in other)
    digests = {
        each.key: copy.digest
        for each, copy in other
        if [each.record.header, each.record.body, _beside(each.record.edition)] == stored[copy.pk]
    }
    return [replace(each, digest=digests.get(each.key, each.digest)) for each in prepared]


def _stored_texts(copies: Iterable[Copy]) -> dict[int, list[object]]:
    """Return {primary key of a copy: [header, body, what is printed beside them]}, unredacted."""
    copies = list(Copy.objects.filter(pk__in=[copy.pk for copy in copies]))
    shown = unredacted_texts([copy.cable_id for copy in copies if copy.text is None])
    return {
        copy.pk: [*(copy.text or shown[copy.cable_id]), _beside(edition_of(copy.facts))]
        for copy in copies
    }


def _beside(edition: EditionFacts) -> dict[str, object]:
    printed = printed_of(edition)
    return {name: value for name, value in printed.items() if name not in FOUND_BY_RULES}


COMPARED = 2_000  # Characters at the start of a text.
RUN = 3  # Consecutive words that are compared as one.
FEWEST_RUNS = 10  # Of a text that is looked for in records that could not be read.
ALIKE = 0.5  # Share of the runs of the shorter text; of 480 pairs none was between 0.2 and 0.8.
DAYS_APART = timedelta(days=2)
WORD = re.compile(r"\w+")
ANOTHER = "Another message has the reference {}; a curator decides which cable this text is of"
NAMED = (
    "A curator decided that {} leads to {}, which has another text; a curator decides which cable "
    "this text is of"
)

Held = list[tuple[Prepared, str]]


def match_cables(
    run: Load, prepared: list[Prepared], known: Iterable[tuple[str, str]]
) -> tuple[list[Prepared], Held]:
    """Return the records with the references of their cables, and (record, reason) of held ones.

    `known` are the keys of copies that are stored already; their cables are settled. Records of
    other formats are only compared if a volume was loaded before this run.
    """
    if not run.has_volumes and not any(each.record.format == "frus" for each in prepared):
        return prepared, []
    known = set(known)
    unmatched = [each for each in prepared if each.key not in known]
    cables, printed = _known(unmatched), _printed(unmatched)
    if not cables and not printed:
        return prepared, []
    homes = _homes(unmatched)
    settled, held = [], []
    for each in prepared:
        if each.key in known:
            settled.append(each)
        elif each.record.format == "frus":
            settled.append(_named(each, _of_volume(each.record, homes, cables)))
        elif why := _conflict(each.record, cables.get(main_spelling(each.record.reference))):
            held.append((each, why))
        else:
            settled.append(_named(each, _of_dump(each.record, cables, printed)))
    return settled, held


def match_named(
    prepared: list[Prepared], known: Iterable[tuple[str, str]]
) -> tuple[list[Prepared], Held]:
    """Return the records with the references of their cables, and (record, reason) of held ones.

    Where a curator named the reference for another cable, a record is of that if it has its text.
    Records of hidden cables stay as they are: whoever stores these asks what is hidden.
    """
    known = set(known)
    unmatched = [each for each in prepared if each.key not in known]
    names = {name for each in unmatched for name in spellings_of(each.record.reference)}
    formers = FormerReference.objects.filter(reference__in=names, kind=RENAMED)
    formers = formers.exclude(cable__in=Redaction.objects.values("cable"))
    formers = formers.filter(cable__withheld_reason="").select_related("cable")
    named = {main_spelling(former.reference): former.cable for former in formers}
    if not named:
        return prepared, []
    present = {main_spelling(name) for name in _stored_references(names)}
    settled, held = [], []
    for each in prepared:
        name = main_spelling(each.record.reference)
        cable = None if each.key in known or name in present else named.get(name)
        if cable is None:
            settled.append(each)
        elif is_same(each.record.body, cable.body):
            settled.append(_named(each, cable.reference))
        else:
            held.append((each, NAMED.format(each.record.reference, cable.reference)))
    return settled, held


def is_same(body: str, other: str) -> bool:
    """Return whether two texts are of the same message, judged by their beginnings.

    A text that is absent is the same as none.
    """
    one, two = _runs(body), _runs(other)
    if not (body.strip() and other.strip()):
        return False
    if not one or not two:
        return WORD.findall(body.lower()) == WORD.findall(other.lower())
    return len(one & two) >= ALIKE * min(len(one), len(two))


def holds_text(raw: str, texts: Iterable[str]) -> bool:
    """Return whether a record as it came in has most of the beginning of one of some texts.

    Texts of few words are not found: other messages have such words too.
    """
    found = _runs(raw, len(raw))
    return any(
        len(wanted) >= FEWEST_RUNS and len(wanted & found) >= ALIKE * len(wanted)
        for wanted in map(_runs, texts)
    )


def _runs(body: str, compared: int = COMPARED) -> set[tuple[str, ...]]:
    words = WORD.findall(body[:compared].lower())
    return set(zip(*(words[at:] for at in range(RUN)), strict=False))


def _numbered(record: ParsedCable) -> str:
    return record.edition.get("numbered", "")


def _of_volume(record: ParsedCable, homes: dict[str, str], cables: dict[str, Cable]) -> str:
    """Return the reference of the cable that a volume's document belongs to."""
    if home := homes.get(record.published_reference):
        return home
    cable = cables.get(main_spelling(_numbered(record)))
    if cable and (cable.withheld_reason or _is_of(record, cable)):
        return cable.reference
    return record.published_reference if cable else record.reference


def _is_of(record: ParsedCable, cable: Cable) -> bool:
    """Return whether a record is of a cable; where one has no text, it is matched by its date."""
    if not (record.body and cable.body.strip()):
        return abs(record.created - cable.created) <= DAYS_APART
    return is_same(record.body, cable.body)


def _of_dump(record: ParsedCable, cables: dict[str, Cable], printed: dict[str, list]) -> str:
    """Return the reference of the cable with the same text that a volume brought, else its own."""
    name = main_spelling(record.reference)
    if name not in cables:
        for reference, body in printed.get(name, ()):
            if is_same(record.body, body):
                return reference
    return record.reference


def _conflict(record: ParsedCable, cable: Cable | None) -> str:
    """Return why a record may not be added to a cable that a volume brought; "" if it may."""
    if cable is None or cable.withheld_reason or "edition" not in cable.facts:
        return ""
    formats = set(cable.copies.values_list("format", flat=True))
    if formats == {"frus"} and record.body and not _is_of(record, cable):
        return ANOTHER.format(cable.reference)
    return ""


def _known(records: list[Prepared]) -> dict[str, Cable]:
    """Return {main spelling: cable} of the cables with the references of records.

    If no record is from a volume, only cables that a volume describes are returned.
    """
    names = {name for each in records for name in (_numbered(each.record), each.record.reference)}
    names = {spelling for each in names - {""} for spelling in spellings_of(each)}
    cables = Cable.objects.filter(reference__in=names)
    cables = cables.only("reference", "withheld_reason", "body", "created", "facts")
    if not any(each.record.format == "frus" for each in records):
        cables = cables.filter(facts__has_key="edition")
    return {main_spelling(cable.reference): cable for cable in cables}


def _homes(records: list[Prepared]) -> dict[str, str]:
    """Return {name in a volume: reference of its cable} of documents that are stored already."""
    names = [each.key[0] for each in records if each.record.format == "frus"]
    copies = Copy.objects.filter(format="frus", published_reference__in=names)
    return dict(copies.values_list("published_reference", "cable__reference")) if names else {}


def _printed(records: list[Prepared]) -> dict[str, list[tuple[str, str]]]:
    """Return {number that a volume prints: [(reference, text)]} of cables under another name.

    The number is in its main spelling.
    """
    references = [each.record.reference for each in records if each.record.format != "frus"]
    numbers = {spelling for each in references for spelling in spellings_of(each)}
    # The condition of the partial index is repeated, so that PostgreSQL uses it.
    copies = Copy.objects.filter(facts__edition__numbered__isnull=False)
    copies = copies.filter(facts__edition__numbered__in=numbers)
    printed: dict[str, list[tuple[str, str]]] = {}
    rows = copies.values_list("facts__edition__numbered", "cable__reference", "cable__body")
    for number, reference, body in rows:
        if main_spelling(reference) != main_spelling(number):
            printed.setdefault(main_spelling(number), []).append((reference, body))
    return printed
