"""What stands around a cable: its neighbours in time, what it refers to, what refers to it."""

from dataclasses import dataclass, field

from ..models import Cable

CITED_BY = 20  # So many of those that refer to it are listed, the earliest first.


@dataclass(slots=True)
class Around:
    """The published cables around one. `cites` has None for a reference that is not here."""

    before: Cable | None = None  # Of the same origin, as `after`.
    after: Cable | None = None
    cites: dict[str, Cable | None] = field(default_factory=dict)
    cited_by: list[Cable] = field(default_factory=list)
    citing: int = 0  # How many refer to it; `cited_by` are the first of them.


def find_around(cable: Cable) -> Around:
    """Return what stands around a cable, in one query."""
    around = Around(cites=dict.fromkeys(cable.cites))
    for row in Cable.objects.around(cable, CITED_BY):
        if row.place == "cites":
            # What has the reference now comes before what once had it.
            if around.cites[row.cited] is None or row.cited == row.reference:
                around.cites[row.cited] = row
        elif row.place == "cited by":
            around.cited_by.append(row)
            around.citing = row.total
        else:
            setattr(around, row.place, row)
    around.cited_by.sort(key=lambda row: (row.created, row.reference))
    return around
