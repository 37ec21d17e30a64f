"""The neighbours of a cable in time, what it cites and what cites it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

from ..models import Cable, Origin
from ..telegram.citation_links import LocatedReferences, assumes_year, namesake
from .cited_cables import CitedCables, Lead

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

CITED_BY = 20  # The most citing cables that are listed, earliest first.
NAMED_BY = 3  # The most citing paragraphs that are listed beside a paragraph.


class PerhapsCiting(TypedDict):
    """What a row of a cable that perhaps cites another has beside its columns (R-4)."""

    opening: str  # The beginning of its text.
    cited: str  # The id of the paragraph that it names; "" if it names none.


@dataclass(slots=True)
class Around:
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


def find_around(cable: Cable, printed: LocatedReferences) -> Around:
    """Return the cables around one, in one query."""
    assumed = {item.cited.reference for item in printed.items if item.cited.year_assumed}
    cited = dict.fromkeys([*printed.references, *cable.cites])
    cited.pop(cable.reference, None)
    wanted = [*cited, *filter(None, map(namesake, sorted(assumed)))]
    later = namesake(cable.reference, 1)
    around, known = Around(cable.names), CitedCables(cable, assumed)
    perhaps: list[Any] = []
    for row in Cable.objects.around(cable, wanted, later, CITED_BY, NAMED_BY):
        row.origin = Origin(pk=row.origin_id, name=row.origin_name)
        if row.place == "cites":
            known.add(row.cited, row)
        elif row.place == "cited by":
            around.cited_by.append(row)
            around.citing = row.total
        elif row.place == "named by":
            around.named_by.setdefault(row.cited, []).append(row)
            around.naming[row.cited] = row.total
        elif row.place == "perhaps":
            perhaps.append(row)
        else:
            setattr(around, row.place, row)
    around.leads = {reference: known.lead(reference) for reference in cited}
    _add_from_next_year(around, later, perhaps)
    for rows in (around.cited_by, *around.named_by.values()):
        rows.sort(key=lambda row: (row.created, row.reference))
    return around


def _add_from_next_year(
    around: Around, later: str, perhaps: "Iterable[WithAnnotations[Cable, PerhapsCiting]]"
):
    """Add cables of the next year that cite the number without a year and so mean this one."""
    listed = {row.pk for row in around.cited_by}
    meant = {}
    for row in perhaps:
        if row.pk not in meant:
            meant[row.pk] = assumes_year(row.opening, row.completing_reference, later)
        if not meant[row.pk]:
            continue
        if row.cited:
            around.named_by.setdefault(row.cited, []).append(row)
            around.naming[row.cited] = around.naming.get(row.cited, 0) + 1
        elif row.pk not in listed:
            around.cited_by.append(row)
            around.citing += 1
    if any(meant.values()):
        around.names.append(later)
