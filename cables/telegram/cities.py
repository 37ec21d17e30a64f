"""Find places: the city of an origin, its country, and what that country was called in a year.

Our tables come first: places.csv has the former names and spellings of cities, origins.csv the
cities of the origins of 1966 to 2010, periods.csv the former names of countries. Any other city is
looked up in the gazetteer of GeoNames, of whose rows `tables/geonames.zip` has those that are used.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from .origins import origins
from .table_files import geonames_cells, table_rows

OPEN = 9999  # The last year of a name that is still in use.
WITHIN = re.compile(r"(?P<city>[^,]+), (?P<area>[A-Z][\w. ]+)")  # "Newport, Rhode Island".
# Of states and provinces, as letterheads print them beside the codes of two letters.
ABBREVIATED = {
    **{"cal": "US-CA", "colo": "US-CO", "conn": "US-CT", "fla": "US-FL", "ill": "US-IL"},
    **{"mass": "US-MA", "mich": "US-MI", "minn": "US-MN", "penn": "US-PA", "tenn": "US-TN"},
    **{"tex": "US-TX", "wash": "US-WA", "wis": "US-WI", "nb": "CA", "ns": "CA", "pei": "CA"},
}
GEORGIA = "georgia"  # A state or a country.


@dataclass(frozen=True, slots=True)
class City:
    """A city under one of its names."""

    name: str  # "Léopoldville".
    place: str  # The name of its page, the same for all its names: "Kinshasa".
    iso2: str  # The country in which it lies today.
    latitude: float  # Degrees north.
    longitude: float  # Degrees east.


@dataclass(frozen=True, slots=True)
class CityName:
    """A name of a city, and the years in which it bore it; 0 and OPEN if there is no limit."""

    name: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Period:
    """What a country, or a part of it, was called in some years, both inclusive."""

    iso2: str
    name: str
    since: int
    until: int
    places: tuple[str, ...]  # The places to which it applies; () if it applies to all.
    origins: tuple[str, ...] = ()  # The origins in a divided city that were in this part of it.


def find_city(printed: str) -> City | None:
    """Return the city with this name, in any spelling or former name; None if unknown.

    Of several cities with a name, the largest is returned, unless a state of the United States or
    a country follows: "Newport, Rhode Island", "Naples, Italy".
    """
    if known := known_city(printed):
        return known
    within = WITHIN.fullmatch(printed.strip())
    if within is None:
        return _in_gazetteer(fold(printed))
    city, code = within["city"], _area_code(within["area"])
    known = known_city(city)
    is_there = known is not None and known.iso2 == code
    return known if is_there else _gazetteer().within.get((fold(city), code))


def known_city(printed: str) -> City | None:
    """Return the city with this name in our own tables, without the gazetteer."""
    return _known_cities().get(fold(printed))


def place_of(city: str) -> str:
    """Return the name of the page of a city: of Léopoldville that of Kinshasa."""
    known = known_city(city)
    return known.place if known else city


def names_of(place: str) -> list[CityName]:
    """Return the names of a place that differ from that of its page, with their years."""
    return [
        CityName(row["name"], int(row["since"] or 0), int(row["until"] or OPEN))
        for row in table_rows("places")
        if row["place"] == place and fold(row["name"]) != fold(place)
    ]


@lru_cache(maxsize=50_000)  # A volume asks a thousand times for the names in its lists.
def fold(name: str) -> str:
    """Return a name as names are compared: without accents, capitals and punctuation."""
    plain = name.casefold()
    plain = plain if plain.isascii() else unicodedata.normalize("NFKD", plain)
    return plain if plain.isalnum() else "".join(filter(str.isalnum, plain))


def country_name(iso2: str) -> str:
    """Return the present name of a country: as in the table of origins, else by GeoNames."""
    known = {origin.iso2: origin.country for origin in origins().values() if origin.iso2}
    return known.get(iso2) or _area_names()[iso2]


def periods_of(iso2: str) -> list[Period]:
    """Return the former names of a country, earliest first."""
    return sorted(
        (period for period in _periods() if period.iso2 == iso2),
        key=lambda period: (period.since, period.until),
    )


def period_at(iso2: str, place: str, year: int, origin: str = "") -> Period | None:
    """Return the former name that a place's country had in a year; None if it had its present one.

    A name of some places only ("South Vietnam") goes before one of the whole country; of the two
    of a divided city that of the origin, else the first in the table.
    """
    fitting = [
        period
        for period in _periods()
        if period.iso2 == iso2
        and period.since <= year <= period.until
        and (not period.places or place in period.places)
    ]
    return max(
        fitting,
        key=lambda period: (origin in period.origins, bool(period.places), period.since),
        default=None,
    )


def sharers(period: Period) -> list[str]:
    """Return the codes of the other countries that were part of the same state."""
    same = (other.iso2 for other in _periods() if other.name == period.name)
    return sorted({iso2 for iso2 in same if iso2 != period.iso2})


@cache
def _known_cities() -> dict[str, City]:
    cities = {
        fold(known.city): City(known.city, known.city, known.iso2, known.latitude, known.longitude)
        for known in origins().values()
        if known.latitude is not None and known.longitude is not None
    }
    for row in table_rows("places"):
        main = cities.get(fold(row["place"]))
        point = (main.latitude, main.longitude) if main else _point(row)
        city = City(row["name"], row["place"], row["iso2"], *point)
        for name in (row["name"], *filter(None, row["spellings"].split("|"))):
            cities[fold(name)] = city
    return cities


def _point(row: dict[str, str]) -> tuple[float, float]:
    return float(row["latitude"]), float(row["longitude"])


@cache
def _periods() -> tuple[Period, ...]:
    return tuple(
        Period(
            row["iso2"],
            row["name"],
            int(row["since"] or 0),
            int(row["until"] or OPEN),
            tuple(filter(None, row["places"].split("|"))),
            tuple(filter(None, row["origins"].split("|"))),
        )
        for row in table_rows("periods")
    )


def _in_gazetteer(folded: str) -> City | None:
    """Return a city of the gazetteer; the name of a country or state is only that of its city."""
    city = _gazetteer().sure.get(folded) if folded else None
    return city if city and _areas().get(folded, city.iso2) == city.iso2 else None


class Gazetteer(NamedTuple):
    """Cities by name, where only one is meant; and the largest by (name, code of _areas())."""

    sure: dict[str, City]
    within: dict[tuple[str, str], City]


@cache
def _gazetteer() -> Gazetteer:
    """Return cities of 15,000 and more inhabitants by name; a main name goes before others.

    A name that a city of another country has too, of two fifths of the inhabitants or more, is left
    out: none is meant for sure.
    """
    named: dict[str, list[tuple[City, int]]] = {}  # With inhabitants, the largest first.
    within: dict[tuple[str, str], City] = {}
    others: list[tuple[str, City, int]] = []
    for name, area, inhabitants, latitude, longitude, other_names in geonames_cells("cities"):
        city = City(name, name, area[:2], float(latitude), float(longitude))
        folded, count = fold(name), int(inhabitants)
        named.setdefault(folded, []).append((city, count))
        within.setdefault((folded, city.iso2), city)
        within.setdefault((folded, area), city)
        others += [(other, city, count) for other in other_names.split("|") if other]
    for other, city, count in others:
        named.setdefault(fold(other), []).append((city, count))
    return Gazetteer({name: each[0][0] for name, each in named.items() if _is_sure(each)}, within)


def _is_sure(found: list[tuple[City, int]]) -> bool:
    """Return whether the first city of a name is meant by it, and none of another country."""
    (first, inhabitants), *others = found
    return all(5 * each < 2 * inhabitants for city, each in others if city.iso2 != first.iso2)


@cache
def _area_names() -> dict[str, str]:
    """Return {country "IT" or state of the United States "US-RI": name}."""
    return dict(geonames_cells("areas"))


@cache
def _areas() -> dict[str, str]:
    return {fold(name): code for code, name in _area_names().items()}


def _area_code(name: str) -> str:
    """Return the code of a country or state, which may be abbreviated: "Mass", "N. J."."""
    folded = fold(name)
    return _areas().get(folded) or ABBREVIATED.get(folded) or _state_codes().get(folded, "")


@cache
def _state_codes() -> dict[str, str]:
    return {code[3:].casefold(): code for code in _area_names() if code.startswith("US-")}


def country_code(name: str) -> str:
    """Return the ISO code of the country with this name or state; "" if none or two have it."""
    return "" if fold(name) == GEORGIA else _area_code(name).partition("-")[0]
