"""Document and film numbers of the National Archives, and the senders that complete them (N-3)."""

import re
from collections.abc import Iterator
from functools import cache

from ..telegram.cities import City, find_city, fold, known_city
from ..telegram.origins import origins
from ..telegram.posts import name_of_post, seat_of
from ..telegram.references import (
    FILM,
    canonical_reference,
    is_station,
    named_missions,
    station_of,
)

NUMBER = re.compile(r"(?:19)?(?P<year>\d\d)\s*(?P<station>[A-Z][A-Z ]*?)\s*0*(?P<serial>\d{1,6})")
HOME = "US"
LONGEST_SENDER = 4  # Words: a longer one is the text of some other line.


def expanded(printed: str, sender: str) -> str:
    """Return the reference for a document number, whose station is cut to six letters.

    >>> expanded("1973PHNOM10625", "PHNOM PENH")
    '73PHNOMPENH10625'

    A film number names a document that has no other: "P750066-0259" (N-6). Raises ValueError if it
    is neither.
    """
    number = printed.strip().upper()
    if FILM.fullmatch(number):
        return number
    match = NUMBER.fullmatch(number)
    if not match or not int(match["serial"]):
        raise ValueError(f"Not a document number: {printed[:40]!r}; one is as 1973STATE089296")
    station = _station(match["station"].replace(" ", ""), sender)
    reference = f"{match['year']}{station}{int(match['serial'])}"
    return canonical_reference(reference, year=1900 + int(match["year"]))


def _station(cut: str, sender: str) -> str:
    """Return the full name of a station that is cut, by the sender or the table of origins.

    The sender counts first: PORTO is the beginning of PORT OF SPAIN and of PORTO ALEGRE.
    """
    words = _words(sender)
    if named := _known_station(words, cut):
        return named
    if is_station(cut):
        return cut
    known = [station for station in origins() if station.startswith(cut)]
    if len(known) == 1:
        return known[0]
    whole = "".join(words)
    return whole if len(words) <= LONGEST_SENDER and whole.startswith(cut) else cut


def _words(sender: str) -> list[str]:
    return re.sub(r"[^A-Z ]", "", sender.upper()).split()


def _known_station(words: list[str], cut: str = "") -> str:
    """Return the station that the first words of a sender name, "" if it is not in the tables.

    `cut` is how its name must begin. Further words are other lines of the telegram.
    """
    for count in range(min(len(words), LONGEST_SENDER), 0, -1):
        name, named = " ".join(words[:count]), "".join(words[:count])
        if named.startswith(cut) and (name in named_missions() or is_station(named)):
            return named_missions().get(name) or named
    return ""


def origin_of_sender(sender: str, reference: str, year: int) -> str:
    """Return the name of the origin: of the sender or the station if known, else as printed.

    A city is the mission that had its seat there in that year, as SAIGON was an embassy, else its
    consulate.
    """
    named = _known_station(_words(sender))
    stations = _canonical(named, year) if named else "", station_of(reference)
    for station in filter(None, stations):
        if known := origins().get(station):
            return known.name
    printed = " ".join(sender.split())
    return _post_in(printed.title(), year) or printed


def _canonical(station: str, year: int) -> str:
    """Return the station under its canonical name of that year."""
    return station_of(canonical_reference(f"{year % 100:02}{station}1", year=year))


@cache
def _post_in(city: str, year: int) -> str:
    """Return the post in a city in that year, under the name that the city then had."""
    found = find_city(city) if city else None
    # Of a city that only the gazetteer has, only the present name counts: others are words too.
    if found is None or found.iso2 == HOME or not (known_city(city) or _is_named(found, city)):
        return ""
    seat = seat_of(city, year)
    return name_of_post(seat.split()[0] if seat else "Consulate", city)


def _is_named(found: City, city: str) -> bool:
    return fold(found.place) == fold(city)


def cited(text: str) -> Iterator[str]:
    """Yield the references in the attribute "Reference": "75 STATE 194199, 75 HONG KONG 7557"."""
    for printed in re.split(r"[,;\n]", text):
        try:
            yield expanded(printed, "")
        except ValueError:
            continue
