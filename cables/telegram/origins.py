"""Look up origins: the embassies, consulates, missions and offices that send cables."""

from dataclasses import dataclass
from functools import cache

from .table_files import table_rows

# I-12. The first match wins; any other name is of kind Other.
KINDS = (
    (("Embassy ", "Embasy "), "Embassy"),
    (("Legation ",), "Legation"),
    (("Consulate ", "American Consulate "), "Consulate"),
    (("Secretary of State", "Department of State"), "Secretary of State"),
    (
        ("Mission ", "US Mission ", "USMISSION ", "USUN ", "USEU ")
        + ("UNVIE", "UN Rome", "US Interests Section "),
        "Mission",
    ),
)


@dataclass(frozen=True, slots=True)
class KnownOrigin:
    """One sender of cables. `iso2` is its country; "XJ" is Jerusalem, "XK" Kosovo."""

    station: str  # As in references: "PHNOMPENH".
    name: str  # "Embassy Phnom Penh".
    kind: str  # "Embassy", "Legation", "Consulate", "Mission", "Secretary of State" or "Other".
    city: str = ""
    country: str = ""
    iso2: str = ""
    former_name: str = ""  # Its name while references bore this station: "Embassy Kiev" (I-10).
    latitude: float | None = None  # Degrees north. None: it has no single location.
    longitude: float | None = None  # Degrees east.


@cache
def origins() -> dict[str, KnownOrigin]:
    """Return the known origins by station (I-11)."""
    return {row["station"]: _origin(row) for row in table_rows("origins")}


def _origin(row: dict[str, str]) -> KnownOrigin:
    names = ("station", "name", "kind", "city", "country", "iso2", "former_name")
    latitude, longitude = (
        float(row[name]) if row[name] else None for name in ("latitude", "longitude")
    )
    return KnownOrigin(
        **{name: row[name] for name in names}, latitude=latitude, longitude=longitude
    )


def find_origin(name: str) -> KnownOrigin | None:
    """Return the known origin with this name, in any of the spellings that sources print.

    If a place changed its spelling (I-10), the origin that sent more cables is returned.
    """
    return _by_name().get(_folded(name))


@cache
def _by_name() -> dict[str, KnownOrigin]:
    by_name = {}
    for row in sorted(table_rows("origins"), key=lambda row: int(row["cables"])):
        for name in (row["name"], *row["also_named"].split("|")):
            if name:
                by_name[_folded(name)] = origins()[row["station"]]
    return by_name


def find_former(name: str) -> KnownOrigin | None:
    """Return the origin whose former name this is (I-10)."""
    named = _folded(name)
    known = (origin for origin in origins().values() if origin.former_name)
    return next((origin for origin in known if _folded(origin.former_name) == named), None)


def other_names(name: str) -> list[str]:
    """Return the other names of the origin with this name, present and former (I-10, I-12)."""
    rows = [row for row in table_rows("origins") if row["name"] == name]
    names = [each for row in rows for each in (*row["also_named"].split("|"), row["former_name"])]
    return list(filter(None, names))


def other_stations(origin: KnownOrigin) -> list[str]:
    """Return the other stations in references of this origin: KIEV for KYIV (I-10)."""
    alike = [row["station"] for row in table_rows("origins") if row["name"] == origin.name]
    return [station for station in alike if station != origin.station]


def origin_kind(name: str) -> str:
    """Return the kind of an origin that is not in the table, by its name (I-12)."""
    for beginnings, kind in KINDS:
        if name.startswith(beginnings):
            return kind
    return "Other"


def origin_name(printed: str, station: str) -> str:
    """Return the name to show for a cable's origin (I-12).

    It is the name that the source prints, or else that of the station in the reference.
    """
    if known := find_origin(printed):
        return known.name
    if printed.strip():
        return " ".join(printed.split())
    known = origins().get(station)
    return known.name if known else station


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
