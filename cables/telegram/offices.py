"""Name the office behind a title that is no post, and find where an origin is.

Offices in Washington are named by their agency: "Harold H. Saunders of the National Security
Council Staff" gives "National Security Council". Any other is named OFFICE, PLACE.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache

from .cities import (
    TABLES,
    City,
    country_code,
    country_name,
    find_city,
    known_city,
    place_of,
)
from .origins import KnownOrigin, find_former, find_origin, origin_kind
from .posts import bare_place

EDITORS = "Office of the Historian"  # It writes the editorial notes of Foreign Relations.
UNNAMED = "No office named"  # Persons, who are not indexed, and what names no sender.
TRAVELLING = "travelling"
OFFICE = re.compile(
    r"Embassy|Legation|Consul|Mission|Department|Delegat|Secretary|Ambassador|Minister|Charg|Agency"
    r"|Council|Chief|Director|Command\b|Commander in Chief|Office|Bureau|Headquarters|Station"
    r"|Representative|Commission|President|Government|Committee|Division|Assistant|Counsel|Adviser"
    r"|High Commissioner|Envoy|Emissary|Attach[ée]"
)
# "Secretary of State Rusk", "President Johnson": an office with the name of its holder.
TITLED = re.compile(
    r"(?P<office>(?:[A-Z]\w+ ){0,2}?(?:(?:Acting|Deputy|Under|Vice|Assistant) )*"
    r"(?:President|Secretary(?: of (?:State|Defense|War|the Treasury|Commerce|Labor))?"
    r"|Ambassador(?: at Large)?|Minister|Chargé|Consul(?: General)?|Special Representative"
    r"|(?:Prime|Foreign) Minister|Foreign Secretary|Director of Central Intelligence))"
    r"(?: (?!General|Resident|of\b|for\b)[A-Z][\w.'’-]*)+"
)
# "Robert Cutler, Special Assistant".
HOLDER = re.compile(
    r"\b(?:[A-Z][\w.’'-]{0,40} ){1,4}[A-Z][\w.’'-]{0,40},(?: Jr\.,)? "
    r"(?=(?:Acting |Special |Deputy )*(?:Assistant|Adviser|Director|Chairman|Chief)\b)"
)
# Offices that name none without their superior, whom headings leave out.
GENERIC = re.compile(
    r"(?:(?:a|the|Acting|Deputy|Special|Senior|Executive|Technical|Personal) )*(?:Assistant|Adviser"
    r"|Advisers|Secretary|Director|Ambassador|Minister|Chargé|Consul|Counselor|Officer|Mission"
    r"|Delegation|Embassy|Legation)|(?:Deputy |Alternate )*Representative",
    re.IGNORECASE,
)
SENTENCE = re.compile(
    r"\d|[a-z]\. [A-Z]|^(?:[Mm]emorandum|[Mm]eeting|[Tt]ranscript|[Nn]otes|Agreement)"
)
MOST_WORDS = 16  # A title of more words is a sentence.
NO_PLACE = re.compile(
    r"undated|^no place|not declassified|\d|(?:Office|Department|Headquarters)$", re.IGNORECASE
)
ON_THE_WAY = re.compile(r"U\. ?S\. ?S\.|\bUSS\b|\bS\. ?S\. |en route|aboard|^off\b|at sea", re.I)
POSTS = re.compile(
    r"(?:Embassy|Legation|Consulate(?: General)?|(?:US )?Mission(?: USNATO| UNESCO)?|USUN|USEU)"
    r" (?P<city>.+)"
)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of the United States, and its city."""

    words: re.Pattern[str]
    name: str
    city: str


def office_name(title: str, place: str) -> str:
    """Return the name of an office: "Department of Defense", "Special Representative, Paris".

    A person without an office, or a sentence, gives UNNAMED and the place.
    """
    agency = (agency_in(title) if _is_title(title) else None) or agency_in(place)
    place = _usable(place)
    if agency and (not place or ", " in agency.name or place_of(place) == place_of(agency.city)):
        return agency.name
    office = _named_office(title) or (agency.name if agency else UNNAMED)
    return f"{office}, {place}" if place else UNNAMED


def _named_office(title: str) -> str:
    """Return an office by its title; "" if it is a person, a sentence, or could be any office."""
    office = bare_office(title)
    if not _is_title(office) or GENERIC.fullmatch(office):
        return ""
    return office if OFFICE.search(office.partition(" of the ")[0]) else ""


def agency_in(text: str) -> Agency | None:
    """Return the agency that a title or heading names, None if it names none."""
    return next((each for each in _agencies() if each.words.search(text)), None)


def bare_office(title: str) -> str:
    """Return an office without its holder: "Secretary of State" of "Secretary of State Rusk"."""
    office = re.sub(r"\s*\([^)]*\)", "", title)
    parts = re.split(r"\s(?:in(?! Chief)|at|to|of the United States)\b", office)
    office = parts[0].strip(" ,.")
    office = HOLDER.sub("", office)
    titled = TITLED.match(office)
    return titled["office"] if titled else office


def describe_origin(name: str) -> KnownOrigin | None:
    """Return what is known of an origin by its name, None if neither office nor place is.

    The table of origins goes first (I-11), then the place in the name.
    """
    if known := find_origin(name) or find_former(name):
        return known
    kind = origin_kind(name)
    if name.endswith(f", {TRAVELLING}") or ON_THE_WAY.search(name):
        return KnownOrigin("", name, kind, city=f"({TRAVELLING})")
    city = locate(name)
    if city is None:  # "Camp Zama, Japan": only its country is known.
        code = country_code(name.rpartition(", ")[2])
        return KnownOrigin("", name, kind, "", country_name(code), code) if code else None
    country = country_name(city.iso2)
    point = city.latitude, city.longitude
    return KnownOrigin("", name, kind, city.name, country, city.iso2, "", *point)


def locate(name: str) -> City | None:
    """Return the city of an origin by its name; None if it has none or is not known."""
    parts = name.split(", ")
    for agency in _agencies():
        if agency.name in (name, parts[-1]):
            return find_city(agency.city)
    places = [", ".join(parts[-words:]) for words in (2, 1) if len(parts) > words]
    if post := POSTS.fullmatch(name):
        places.append(post["city"])
    return next(filter(None, map(find_city, places)), None) or _at_the_end(name)


def _at_the_end(name: str) -> City | None:
    """Return the city in our tables that a name ends with: of "Delegation Geneva" Geneva."""
    words = name.split()
    ends = (" ".join(words[-length:]) for length in range(min(3, len(words) - 1), 0, -1))
    return next(filter(None, map(known_city, ends)), None)


def _usable(place: str) -> str:
    """Return the place of a dateline as origins have it; "" if it is none."""
    place = bare_place(place)
    if ON_THE_WAY.search(place):
        return TRAVELLING
    if NO_PLACE.search(place):
        return ""
    known = known_city(place)
    return known.name if known else place


def _is_title(text: str) -> bool:
    return bool(text) and len(text.split()) <= MOST_WORDS and not SENTENCE.search(text)


@cache
def _agencies() -> tuple[Agency, ...]:
    with (TABLES / "offices.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Agency(re.compile(row["words"] or r"(?!)"), row["name"], row["city"])
            for row in csv.DictReader(file)
        )
