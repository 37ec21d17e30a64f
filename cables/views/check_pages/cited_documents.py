"""The documents that citations name, as this archive has them, and the facts that differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from ...models import Cable, Erased
from ...models.querysets import READER
from ...quotations.find import texts_of
from ...search.list_counts import ListCounts
from ...telegram.dates import format_date
from ...telegram.document_citations import DocumentCitation
from ...telegram.references import canonical_station, names_of, station_of
from ...telegram.titles import cited_date, reading_title
from ...templatetags.cable_text import called
from ...templatetags.paragraph_names import full_name
from ..list_pages.volume_links import documents_named, publishers_pages

NOT_NEEDED = ("keywords", "other_texts")
MOST_PRINTED = 4  # Documents that one number of a telegram may mean.
MOST_KEPT = 8  # Documents whose texts stay at hand.


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """What a citation names: documents that can be read here, or why there are none."""

    cables: tuple[Cable, ...] = ()
    absence: str = "not-held"  # Without cables: the key of the verdict.
    volumes: tuple[str, ...] = ()  # Where no document is named: the volumes here that are.
    note: str = ""  # A sentence.
    elsewhere: str = ""  # The address of its publisher's page.

    def covers(self, cable: Cable) -> bool:
        """Whether it is one of the documents, or stands in a volume that is cited as a whole."""
        volume = (cable.facts or {}).get("edition", {}).get("volume")
        return cable in self.cables or volume in self.volumes


class CitedDocuments:
    """Finds the documents of the citations of one text; each is read once."""

    def __init__(self, citations: Iterable[DocumentCitation]) -> None:
        self.counts = ListCounts.current()
        self.found: dict[tuple[object, ...], CitedDocument] = {}
        references = {each.reference for each in citations if each.reference}
        known = Cable.objects.readable().with_origin().defer(*NOT_NEEDED)
        self.held = known.held_by_reference(references) if references else {}
        # Cable -> its texts, of those that were compared last: they are large.
        self.texts = lru_cache(MOST_KEPT)(texts_of)

    def of(self, citation: DocumentCitation) -> CitedDocument:
        """Return what a citation names."""
        if citation.key not in self.found:
            self.found[citation.key] = self._find(citation)
        return self.found[citation.key]

    def _find(self, citation: DocumentCitation) -> CitedDocument:
        cable = self.held.get(citation.reference)
        if cable and cable.withheld_reason:
            note = f"{cable.reference} is withheld: {cable.withheld_reason}"
            return CitedDocument(absence="withheld", note=note)
        cables = (cable,) if cable else tuple(self._printed(citation))
        if cables:
            names = ", ".join(each.reference for each in cables)
            several = f"It names {names}." if len(cables) > 1 else ""
            return CitedDocument(cables, note=several)
        return self._absent(citation)

    def _printed(self, citation: DocumentCitation) -> Iterator[Cable]:
        """Yield the documents of volumes that a citation names by page, number or telegram."""
        documents = documents_named(citation.volume, self.counts)
        published = Cable.objects.published().with_origin().defer(*NOT_NEEDED)
        if documents:
            found = published.in_bulk([d.reference for d in documents], field_name="reference")
            yield from found.values()
        elif citation.reference:
            volumes = published.filter(reference__startswith="FRUS")
            numbered = volumes.filter(facts__edition__numbered=citation.reference)
            yield from numbered.order_by("reference")[:MOST_PRINTED]

    def _absent(self, citation: DocumentCitation) -> CitedDocument:
        names = names_of(citation.reference) if citation.reference else []
        erased = Erased.objects.using(READER).filter(reference__in=names).first()
        if erased:
            note = f"{erased.reference} was erased: {erased.reason}"
            return CitedDocument(absence="erased", note=note)
        if not citation.reference:
            named = citation.volume
            is_whole = named and not (named.documents or named.pages)
            if named and is_whole and (volumes := tuple(named.among(self.counts.volumes))):
                note = "It names a volume that is here, and no document of it."
                return CitedDocument(absence="right", volumes=volumes, note=note)
            return CitedDocument(note="Its volume, or this page of it, is not held here.")
        pages = publishers_pages([citation.reference], self.counts)
        note = f"This archive does not hold {citation.reference}."
        return CitedDocument(note=note, elsewhere=pages.get(citation.reference, ""))


def differing_facts(citation: DocumentCitation, cable: Cable) -> Iterator[str]:
    """Yield a sentence for each fact that the author states otherwise than the archive has it."""
    if citation.day and not is_of_day(cable, citation):
        created, precision, _ = cited_date(cable)
        stated, ours = (
            format_date(day, exact, "words")
            for day, exact in ((citation.day, "day"), (created, precision))
        )
        yield f"The text says {stated}; the {called(cable)} is of {ours}."
    sent_by = stations_of(cable)
    if citation.station and sent_by and citation.station not in sent_by:
        origin = cable.origin.name if cable.origin else ""
        if citation.station not in f"{origin} {reading_title(cable)}".upper().replace(" ", ""):
            named = citation.station.capitalize()
            yield f"The text names {named} as its sender; it is from {origin}."
    stated = citation.classification
    ours = cable.classification.split("//")[0].strip().upper()
    if stated and ours and stated not in cable.classification.upper():
        yield f"The text says {stated.capitalize()}; the {called(cable)} is {ours.capitalize()}."
    elif stated in ("SECRET",) and ours == "TOP SECRET":
        yield "The text says Secret; it is Top secret."
    if citation.paragraph and citation.paragraph not in cable.paragraph_ids:
        yield f"It has no {full_name(citation.paragraph)}."


def is_of_day(cable: Cable, citation: DocumentCitation) -> bool:
    """Whether a document is of the day that is stated: there, or in UTC, by its precision."""
    created, precision, is_undated = cited_date(cable)
    day = citation.day
    if is_undated or not day:
        return True
    if cable.created.date() == day:  # Of an editorial note the day of the events.
        return True
    if precision in ("month", "year"):
        return created.year == day.year and (precision == "year" or created.month == day.month)
    spare = timedelta(days=1 if cable.created_precision in ("minute", "hour") else 0)
    return abs(created - day) <= spare


def stations_of(cable: Cable) -> set[str]:
    """Return the stations that a document may be said to be from; empty where none is known."""
    named = {station_of(cable.reference)}
    if cable.origin:
        named |= {cable.origin.station, *cable.origin.also_stations}
    return {canonical_station(each) for each in named if each}
