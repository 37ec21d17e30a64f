"""What stands around a cable: its neighbours in time, what it refers to, what refers to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..citing import Printed, assumes_year, namesake
from ..models import Cable

CITED_BY = 20  # So many of those that refer to it are listed, the earliest first.
NAMED_BY = 3  # So many paragraphs elsewhere are listed beside the paragraph that they name.


@dataclass(frozen=True, slots=True)
class Lead:
    """What a reference leads to: a published cable, or None. `earlier` says that it is the one of
    the same number a year before, since no year is printed and that of the year is not here (R-4).
    """

    cable: Cable | None = None
    earlier: bool = False

    def address(self, paragraph: str = "") -> str:
        """Return its address, as far as there is one; that of a paragraph which it has."""
        if self.cable is None:
            return ""
        has = paragraph and paragraph in self.cable.paragraph_ids
        return f"{self.cable.get_absolute_url()}#{paragraph}" if has else str(self)

    def __str__(self):
        return self.cable.get_absolute_url() if self.cable else ""


@dataclass(slots=True)
class Around:
    """The published cables around one."""

    names: list[str]  # The references that others mean it by.
    before: Cable | None = None  # Of the same origin, as `after`.
    after: Cable | None = None
    leads: dict[str, Lead] = field(default_factory=dict)  # By the references that it gives.
    cited_by: list[Cable] = field(default_factory=list)
    citing: int = 0  # How many refer to it; `cited_by` are the first of them.
    # By its paragraphs: the cables that name them, each with its `paragraph`, and how many do.
    named_by: dict[str, list[Cable]] = field(default_factory=dict)
    naming: dict[str, int] = field(default_factory=dict)


def find_around(cable: Cable, printed: Printed) -> Around:
    """Return what stands around a cable, in one query."""
    assumed = {item.cited.reference for item in printed.items if item.cited.year_assumed}
    given = dict.fromkeys([*printed.references, *cable.cites])
    given.pop(cable.reference, None)
    asked = [*given, *filter(None, map(namesake, sorted(assumed)))]
    later = namesake(cable.reference, 1)
    around, known, perhaps = Around(cable.names), {}, []
    for row in Cable.objects.around(cable, asked, later, CITED_BY, NAMED_BY):
        if row.place == "cites":
            # What has the reference now comes before what once had it.
            if row.cited not in known or row.cited == row.reference:
                known[row.cited] = row
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
    around.leads = {reference: _lead(reference, known, assumed) for reference in given}
    _add_from_next_year(around, later, perhaps)
    for rows in (around.cited_by, *around.named_by.values()):
        rows.sort(key=lambda row: (row.created, row.reference))
    return around


def _add_from_next_year(around: Around, later: str, perhaps: Iterable[Cable]):
    """Add cables that give the number without a year, and mean this one since no other is here."""
    listed = {row.pk for row in around.cited_by}
    meant = {}
    for row in perhaps:
        if row.pk not in meant:
            meant[row.pk] = assumes_year(row.opening, row.reference, later)
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


def _lead(reference: str, known: dict[str, Cable], assumed: Iterable[str]) -> Lead:
    if reference in known:
        return Lead(known[reference])
    earlier = known.get(namesake(reference)) if reference in assumed else None
    return Lead(earlier, earlier is not None)
