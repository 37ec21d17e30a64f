"""The cables around one: those before and after it, what it cites and what cites it.

Which held cable a reference leads to: none that is later, and one to the right addressee (R-4).
The Department numbered its telegrams for each post until 1973, and numbers restarted within years.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from ...models import Cable, Origin
from ...models.sql_expressions import IN_UTC_SINCE, is_later
from ...telegram import dates
from ...telegram.citation_links import LocatedReferences, assumes_year, namesake
from ...telegram.fact_types import edition_of
from ...telegram.header import parse_header
from ...telegram.references import (
    canonical_station,
    is_document,
    is_station,
    main_spelling,
    station_of,
)

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

DEPARTMENT = "STATE"
LONGEST_NAME = 3  # Words of a station.
CITED_BY = 20  # The most citing cables that are listed, earliest first.
NAMED_BY = 3  # The most citing paragraphs that are listed beside a paragraph.

# Words at the mark of a note that refer to another message: "reftel", "Deptel 12, May 3".
REFERRING = re.compile(
    r"(?:ref\w*|\w+tels?|telegrams?|cables?|despatch|dispatch|letter|message|note)[\W\d]*"
    rf"(?:(?:of |dated )?(?:{dates.MONTH_NAME.pattern})[\W\d]*)?$",
    re.IGNORECASE,
)


class Named(TypedDict):
    """What the row of a cable that a reference names has beside its columns."""

    heading: str  # The start of its header.


@dataclass(frozen=True, slots=True)
class Lead:
    """The published cable that a reference leads to, or None.

    `earlier`: the reference has no year, and this is the cable with the same number of the year
    before. `later`: a cable has the reference, but is later than the one that cites it. `certain`:
    nothing contradicts that it is the cable that is meant (R-4).
    """

    cable: Cable | None = None
    earlier: bool = False
    later: bool = False
    certain: bool = True

    def address(self, paragraph: str = "") -> str:
        """Return the address of the cable, or of a paragraph if it has that; "" without a cable."""
        if self.cable is None:
            return ""
        exists = paragraph and paragraph in self.cable.paragraph_ids
        return f"{self.cable.get_absolute_url()}#{paragraph}" if exists else str(self)

    def __str__(self):
        return self.cable.get_absolute_url() if self.cable else ""


class CitedCables:
    """The held cables with the references that one cable cites, former references included."""

    def __init__(self, cable: Cable, assumed: Iterable[str]):
        self.cable = cable
        self.assumed = set(assumed)  # References whose year is not printed.
        self.held: dict[str, list[WithAnnotations[Cable, Named]]] = {}

    def add(self, reference: str, row: "WithAnnotations[Cable, Named]") -> None:
        """Add a cable that has a reference now or had it before."""
        self.held.setdefault(main_spelling(reference), []).append(row)

    def lead(self, reference: str) -> Lead:
        """Return where a reference leads: to the nearest earlier cable that fits, if there is one.

        Without a printed year that may be a cable of the year before.
        """
        others = self._earlier(reference)
        later = not others and main_spelling(reference) in self.held
        before = namesake(reference) if reference in self.assumed else ""
        for name in filter(None, (reference, before)):
            if fitting := [row for row in self._earlier(name) if self._fits(name, row)]:
                return Lead(max(fitting, key=_sent), earlier=name == before, later=later)
        nearest = max(others, key=_sent, default=None)
        return Lead(nearest, later=later, certain=main_spelling(reference) not in self.held)

    def _earlier(self, reference: str) -> "list[WithAnnotations[Cable, Named]]":
        """Return the cables with a reference that are not later than the one that cites it.

        A present reference takes precedence over a former one. The editors of a volume cite its
        later documents too, each by the name that it has there, which no other has.
        """
        name = main_spelling(reference)
        rows = self.held.get(name, [])
        if not is_document(name):
            rows = [row for row in rows if not is_later(row, self.cable)]
        return [row for row in rows if main_spelling(row.reference) == name] or rows

    def _fits(self, reference: str, row: "WithAnnotations[Cable, Named]") -> bool:
        """Return whether a cable with a reference may have been sent to the post that cites it.

        Only a telegram of the Department before 1973 to other posts does not fit.
        """
        own = station_of(self.cable.reference)
        if row.created >= IN_UTC_SINCE or station_of(reference) != DEPARTMENT:
            return True
        stations = set(_addressed(row)) - {DEPARTMENT}
        return own == DEPARTMENT or not stations or own in stations


def _sent(cable: Cable):
    return cable.created, cable.reference


def _addressed(row: "WithAnnotations[Cable, Named]") -> Iterable[str]:
    """Yield the stations among the recipients of a cable."""
    header = parse_header(row.heading)
    edition = row.facts.get("edition", {})
    for name in (edition.get("to", ""), *(each.name for each in (*header.to, *header.info))):
        words = name.upper().replace("(", " ").replace(")", " ").split()
        for size in range(1, LONGEST_NAME + 1):
            for at in range(len(words) - size + 1):
                if is_station(station := "".join(words[at : at + size])):
                    yield canonical_station(station)


def is_by_editors_alone(cable: Cable, cited: Cable, text: str) -> bool:
    """Return whether editors of a volume cite a document beside a text that does not.

    The text does if it prints its number, or has the mark of the note behind words such as reftel.
    None cites what was written later.
    """
    edition, its_notes = edition_of(cited.facts), edition_of(cable.facts).get("notes", ())
    is_day_known = cable.created_precision in ("minute", "day")
    if its_notes and is_day_known and cited.created - cable.created > timedelta(days=1):
        return True
    number, linked = cited.serial or "", rf"#{edition.get('document')}(?:fn\w+)?$"
    if number and re.search(rf"\b0*{number}\b", text):
        return False
    notes = [
        note
        for note in its_notes
        if any(re.search(linked, link["to"]) for link in note.get("links", ()))
        or (number and re.search(rf"\b{number}\b", note["text"]))
    ]
    return bool(notes) and not any(REFERRING.search(note["at"]) for note in notes)


class PerhapsCiting(TypedDict):
    """What a row of a cable that perhaps cites another has beside its columns (R-4)."""

    opening: str  # The beginning of its text.
    cited: str  # The id of the paragraph that it names; "" if it names none.


@dataclass(slots=True)
class RelatedCables:
    """The published cables that are related to one cable."""

    names: list[str]  # The references by which other cables cite it.
    before: Cable | None = None  # The previous and the next cable of the same origin.
    after: Cable | None = None
    leads: dict[str, Lead] = field(default_factory=dict)  # {reference that it cites: Lead}
    cited_by: list[Cable] = field(default_factory=list)  # The first CITED_BY that cite it,
    citing: int = 0  # and how many do.
    # {id of its paragraph: the first NAMED_BY cables that cite it, each with its `paragraph`},
    named_by: dict[str, list[Cable]] = field(default_factory=dict)
    naming: dict[str, int] = field(default_factory=dict)  # and {id: how many do}.


def find_related(cable: Cable, printed: LocatedReferences) -> RelatedCables:
    """Return the published cables that are related to one, in one query."""
    assumed = {item.cited.reference for item in printed.items if item.cited.year_assumed}
    cited = dict.fromkeys([*printed.references, *cable.cites])
    cited.pop(cable.reference, None)
    wanted = [*cited, *filter(None, map(namesake, sorted(assumed)))]
    later = namesake(cable.reference, 1)
    related, known = RelatedCables(cable.names), CitedCables(cable, assumed)
    perhaps: list[Any] = []
    for row in Cable.objects.around(cable, wanted, later, CITED_BY, NAMED_BY):
        row.origin = Origin(pk=row.origin_id, name=row.origin_name)
        if row.place == "cites":
            known.add(row.cited, row)
        elif row.place == "cited by":
            related.cited_by.append(row)
            related.citing = row.total
        elif row.place == "named by":
            related.named_by.setdefault(row.cited, []).append(row)
            related.naming[row.cited] = row.total
        elif row.place == "perhaps":
            perhaps.append(row)
        else:
            setattr(related, row.place, row)
    related.leads = {reference: known.lead(reference) for reference in cited}
    _add_from_next_year(related, later, perhaps)
    for rows in (related.cited_by, *related.named_by.values()):
        rows.sort(key=lambda row: (row.created, row.reference))
    return related


def _add_from_next_year(
    related: RelatedCables, later: str, perhaps: "Iterable[WithAnnotations[Cable, PerhapsCiting]]"
):
    """Add cables of the next year that cite the number without a year and so mean this one."""
    listed = {row.pk for row in related.cited_by}
    meant = {}
    for row in perhaps:
        if row.pk not in meant:
            meant[row.pk] = assumes_year(row.opening, row.completing_reference, later)
        if not meant[row.pk]:
            continue
        if row.cited:
            related.named_by.setdefault(row.cited, []).append(row)
            related.naming[row.cited] = related.naming.get(row.cited, 0) + 1
        elif row.pk not in listed:
            related.cited_by.append(row)
            related.citing += 1
    if any(meant.values()):
        related.names.append(later)
