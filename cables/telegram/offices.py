"""Name the office behind a title that is no post, and find where an origin is.

Offices in Washington are named by their agency: "Harold H. Saunders of the National Security
Council Staff" gives "National Security Council". Any other is named OFFICE, PLACE.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from .cities import City, country_code, country_name, find_city, known_city, place_of
from .origins import KnownOrigin, find_former, find_origin, origin_kind
from .posts import WARSHIP, bare_place
from .table_files import table_rows

EDITORS = "Office of the Historian"  # It writes the editorial notes of Foreign Relations.
SECRETARY = "Secretary of State"  # The origin of what the Department of State writes.
UNNAMED = "office not printed"  # Persons, who are not indexed, and what names no sender.
LONGEST_PLACE = 160  # Characters; a name has 200.
TRAVELLING = "travelling"
# "Quay & Company", "Harbor Association of Peru, Inc.": no "Mr. Rell, Harbor Company".
FIRM = (
    r"^(?!(?:Mr|Mrs|Messrs|Dr)\b)[^,]+(?: (?:Company|Co\.?|Corporation|Incorporated|Limited)"
    r"|, (?:Inc|Ltd)\.?|,? (?:Incorporated|Limited))$"
)
OFFICE = re.compile(
    rf"{FIRM}|^United Nations$|^Advisory Staff$|Embassy|Legation"
    r"|Consul|Mission|Department|Delegat|Secretary|Ambassador|Minister|Charg|Agency"
    r"|Council|Chief|Director|Command\b|Command(?:er|ing (?:General|Officer))(?:,| in Chief)"
    r"|Allied Commander|Office|Bureau|Headquarters|Station|Representative|Commission"
    r"|President|Government|[Cc]ommittee|Division|Assistant|Counsel|Adviser|Envoy|Emissary"
    r"|Attach[ée]|Chairman|Board|Group\b|Panel|Cabinet|Task Force|Ministry|Admiralty|Mansion"
    r"|House|Member of the Board|Administrator|Coordinator|Premier|Chancellor|Agent\b|Governor of"
    # "Her Britannic Majesty’s Ship Rell", "On board the Rell", "U. S. S. Rell".
    r"|^(?:(?:Her|His|Britannic|Majesty[’']s|United|States|American|[A-Z]\.) ?)*"
    r"(?:[Ss]hip|[Ss]teamer|[Ss]loop-of-[Ww]ar|On board(?: the)?) [A-Z]"
    rf"|^{WARSHIP}[A-Z]"
)
# What one is without naming the place.
BODY = re.compile(
    rf"{FIRM}|(?:Department|Council|[Cc]ommittee|Commission|Bureau|Division|Board|Group|Panel"
    r"|Task Force|Office|Ministry|Admiralty|Headquarters|Government|Congress|Cabinet|Bank)\b"
    r"|^(?:Supreme Allied )?Command(?:er(?: in Chief)?|ing (?:General|Officer)), [A-Z]"
)
# "Secretary of State Rusk", "President Johnson": an office with the name of its holder.
TITLED = re.compile(
    r"(?P<office>(?:[A-Z]\w+ ){0,2}?(?:(?:Acting|Deputy|Under|Vice|Assistant) )*"
    r"(?:President|Secretary(?: of (?:State|Defense|War|the Treasury|Commerce|Labor))?"
    r"|Ambassador(?: at Large)?|Minister|Chargé|Consul(?: General)?|Special Representative"
    r"|Chairman(?: of the Council of Ministers(?: of the (?:Soviet Union|USSR))?)?|Chancellor"
    r"|Premier|(?:Prime|Foreign) Minister|Foreign Secretary"
    r"|Director of Central Intelligence))"
    r"(?: (?!General|Resident|of\b|for\b)[A-Z][\w.'’-]*)+"
)
# "Robert Cutler, Special Assistant", "Mr. Rell, of the Division of Harbors", "Mr. Rell of the
# United States Delegation".
HOLDER = re.compile(
    r"\b(?:[A-Z][\w.’'-]{0,40} ){1,4}[A-Z][\w.’'-]{0,40},(?: Jr\.,)? (?:of the )?(?=Deputy( to|$)|"
    r"(?:(?:Acting|Special|Deputy|Alternate|United States)[ -])*(?:Assistant|Adviser|Director"
    r"|Chairman|Chief|Representative|Charg[ée]|Secretary|Minister|Consul|Division|Office|Bureau)\b)"
    r"|\b(?:Mrs?|Miss|Dr)\b\.? (?:[A-Z][\w.’'-]{0,40},? ){1,4}of the "
    r"(?=(?:Advisory Staff of the )?United States (?:Mission|Delegation)\b)"
    r"|^[A-Z][^,;]+ of the (?=[A-Z]\w+ Delegation$)"
)
# Missions are named with and without it; of some countries it tells which of two is meant.
REPUBLIC = re.compile(
    r"(?:(?<=Legation of )|(?<=Embassy of ))the Republic of (?!China|Congo|Korea|Viet|Yemen)"
)
MISSION = re.compile(r"\b(?:embassy|legation)\b")  # Old volumes print it so too.
# Offices that name none without their superior, whom headings leave out.
GENERIC = re.compile(
    r"(?:(?:an?|the|Acting|Deputy|Special|Senior|Executive|Technical|Personal) )*(?:Assistant"
    r"|Advisers?|(?:Vice )?Chairman|Secretary|Director|Ambassador|Minister|Chargé|Consul|Counselor"
    r"|Officer|Mission|Delegation|Embassy|Legation|Deputy)|(?:Deputy |Alternate )*Representative",
    re.IGNORECASE,
)
# Where such an office has more words: "Delegation to the Harbor Conference".
OF_WHAT = re.compile(r"(?P<office>[^,]+? (?:to|at|in|of|on) the .+)")
SENTENCE = re.compile(
    r"\d|(?<!\bMr)(?<!Messrs)(?<=[a-z])\. [A-Z]"
    r"|^(?:[Mm]emorandum|[Mm]eeting|[Tt]ranscript|[Nn]otes|Agreement)"
)
COUNTED = re.compile(r"(?<= the )\d+(?:st|nd|rd|th)? (?=[A-Z])")  # "to the 9th Assembly".
MEMBER = re.compile(r"\bMember of the Board\b")
MOST_WORDS = 19  # A title of more words, without those in brackets, is a sentence.
BRACKETED = re.compile(r"\([^)]*\)|\[[^]]*\]")
NO_PLACE = re.compile(
    r"undated|^no place|not declassified|\d|(?:Office|Department|Headquarters)$", re.IGNORECASE
)
ON_THE_WAY = re.compile(r"U\. ?S\. ?S\.|\bUSS\b|\bS\. ?S\. |en route|aboard|^off\b|at sea", re.I)
POSTS = re.compile(
    r"(?:Embassy|Legation|Agency(?! for)|Consulate(?: General)?|(?:US )?Mission(?: USNATO| UNESCO)?"
    r"|USUN|USEU)"
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

    A person without an office, or a sentence, gives the place and UNNAMED, and so does an office
    without a place that many have ("Prime Minister").
    """
    agency = agency_in(title) if _is_title(title) else None
    place = _usable(place)
    if agency and (not place or ", " in agency.name or place_of(place) == place_of(agency.city)):
        return agency.name
    office = _named_office(title) or (agency.name if agency else "")
    if agency and office == SECRETARY and SECRETARY not in title:  # One of the Department, abroad.
        office = "Department of State"
    if not place:
        return office if BODY.search(office) else unnamed("")
    return f"{office}, {place}" if office else unnamed(place)


def unnamed(place: str) -> str:
    """Return the name of an origin whose office no source prints: "Lima, office not printed"."""
    name = f"{place[:LONGEST_PLACE]}, {UNNAMED}" if place else UNNAMED
    return name[0].upper() + name[1:]


def is_unnamed(name: str) -> bool:
    """Return whether an origin has no office."""
    return name.casefold().endswith(UNNAMED)


def _named_office(title: str) -> str:
    """Return an office by its title; "" if it is a person, a sentence, or could be any office."""
    office = bare_office(title)
    whole = OF_WHAT.fullmatch(HOLDER.sub("", _without_person(title)))
    if whole and GENERIC.fullmatch(office):
        office = whole["office"]
    if not _is_title(office) or GENERIC.fullmatch(office):
        return ""
    named = office if MEMBER.search(office) else office.partition(" of the ")[0]
    stop = "." * office.endswith((" Co", " Inc", " Ltd"))  # Its own, no end of the title.
    return office + stop if OFFICE.search(named) else ""


def _without_person(title: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", title).strip(" ,.")


@lru_cache(maxsize=4_000)  # The headings of a volume are asked for several times.
def agency_in(text: str) -> Agency | None:
    """Return the agency that a title or heading names, None if it names none."""
    return next((each for each in _agencies() if each.words.search(text)), None)


def bare_office(title: str) -> str:
    """Return an office without its holder: "Secretary of State" of "Secretary of State Rusk"."""
    parts = re.split(
        r"\s(?:in(?! Chief)|at(?! Large)|to|of the United States(?! [A-Z]))\b",
        _without_person(title),
    )
    office = parts[0].strip(" ,.")
    office = MISSION.sub(lambda word: word[0].title(), HOLDER.sub("", office))
    office = REPUBLIC.sub("", office)
    titled = TITLED.match(office)
    return titled["office"] if titled else re.sub(r"^(?:[Aa]n?|[Tt]he) ", "", office)


def describe_origin(name: str) -> KnownOrigin | None:
    """Return what is known of an origin by its name, None if neither office nor place is.

    The table of origins goes first (I-11), then the place in the name.
    """
    if known := find_origin(name) or find_former(name):
        return known
    kind = origin_kind(name)
    if TRAVELLING in name.casefold() or ON_THE_WAY.search(name):
        return KnownOrigin("", name, kind, city=f"({TRAVELLING})")
    city = locate(name)
    if city is None:  # "Camp Zama, Japan": only its country is known.
        code = country_code(name.removesuffix(f", {UNNAMED}").rpartition(", ")[2])
        return KnownOrigin("", name, kind, "", country_name(code), code) if code else None
    country = country_name(city.iso2)
    point = city.latitude, city.longitude
    return KnownOrigin("", name, kind, city.name, country, city.iso2, "", *point)


def locate(name: str) -> City | None:
    """Return the city of an origin by its name; None if it has none or is not known."""
    parts = f", {name}".removesuffix(f", {UNNAMED}").split(", ")
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
    bare = COUNTED.sub("", BRACKETED.sub("", text))
    return bool(bare.strip()) and len(bare.split()) <= MOST_WORDS and not SENTENCE.search(bare)


@cache
def _agencies() -> tuple[Agency, ...]:
    return tuple(
        Agency(re.compile(row["words"] or r"(?!)"), row["name"], row["city"])
        for row in table_rows("offices")
    )
