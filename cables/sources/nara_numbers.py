"""Document and film numbers of the National Archives, and the senders that complete them (N-3)."""

import re
from collections.abc import Iterator
from functools import cache

from ..telegram.origins import origins
from ..telegram.posts import name_of_post, seat_of
from ..telegram.references import (
    FILM,
    canonical_reference,
    canonical_station,
    is_station,
    station_of,
)

NUMBER = re.compile(r"(?:19)?(?P<year>\d\d)\s*(?P<station>[A-Z][A-Z ]*?)\s*0*(?P<serial>\d{1,6})")
# Missions as the attribute "From" names them -> their station.
MISSIONS = {
    "EC BRUSSELS": "USEUBRUSSELS",
    "IAEA VIENNA": "UNVIEVIENNA",
    "NATO BRUSSELS": "USNATO",
    "NATO": "USNATO",
    "SECRETARY": "PARTO",  # Of his delegations, whose telegrams are numbered as SECTO.
    "UN VIENNA": "UNVIEVIENNA",
    "USUN": "USUNNEWYORK",
    "USUN NEW YORK": "USUNNEWYORK",
}
CAPITALS = frozenset(
    ["EC", "FAO", "IAEA", "MBFR", "MTN", "NATO", "OECD", "SALT", "UN", "UNESCO", "US", "USIA"]
)
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
    """Return the station that the first words of a sender name, "" if the tables have none.

    `cut` is how its name must begin. Further words are other lines of the telegram.
    """
    for count in range(min(len(words), LONGEST_SENDER), 0, -1):
        name, named = " ".join(words[:count]), "".join(words[:count])
        if named.startswith(cut) and (name in MISSIONS or is_station(named)):
            return MISSIONS.get(name) or canonical_station(named)
    return ""


def origin_of_sender(sender: str, reference: str, year: int) -> str:
    """Return the name of the origin: of the sender or the station if known, else as printed.

    A city is the mission that had its seat there in that year: SAIGON is an embassy until 1975.
    """
    stations = _known_station(_words(sender)), station_of(reference)
    for station in filter(None, stations):
        if known := origins().get(station):
            return known.name
    words = sender.upper().split()
    printed = " ".join(word if word in CAPITALS else word.title() for word in words)
    return _seat(printed, year) or printed


@cache
def _seat(city: str, year: int) -> str:
    """Return the mission in a city in that year, under the name that the city then had."""
    seat = seat_of(city, year) if city else ""
    return name_of_post(seat.split()[0], city) if seat else ""


def cited(text: str) -> Iterator[str]:
    """Yield the references in the attribute "Reference": "75 STATE 194199, 75 HONG KONG 7557"."""
    for printed in re.split(r"[,;\n]", text):
        try:
            yield expanded(printed, "")
        except ValueError:
            continue
