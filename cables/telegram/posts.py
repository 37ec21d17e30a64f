"""Name the post behind a title: "Chargé in Iran (Rockwell)" is the Embassy at Tehran.

A mission in a country is an embassy or a legation at its seat; both follow from the country and
the year (missions.csv). What a heading prints stays a fact of the cable; only the origin is named.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from .cities import OPEN, find_city, fold, known_city, place_of
from .origins import origins
from .table_files import table_rows

# Heads and members of posts of the United States, and the kind of post that they stand for.
# "" is that of the mission in the country at that time: a chargé may be of either.
TITLES = (
    (r"Embassy(?: Office)?|(?:\w+ )?Secretary of Embassy|Counselor of Embassy", "Embassy"),
    (r"(?:Appointed )?Ambassador(?! at Large)", "Embassy"),
    (r"Legation|(?:\w+ )?Secretary of Legation", "Legation"),
    (r"(?:Appointed )?Minister(?: Resident)?(?! (?:for|of)\b)", "Legation"),
    (r"Charg[ée](?: d[’']Affaires)?|Head of Mission|Diplomatic Agent(?: and Consul General)?", ""),
    (
        r"(?:Vice |Principal )?Consul(?: General)?|Consulate(?: General)?"
        r"|Agent and Consul General|Consular Agent",
        "Consulate",
    ),
    (r"Mission(?= (?:at|in)\b)", "Mission"),
    (r"Interests Section(?= (?:at|in)\b)", "US Interests Section"),
)
RANKS = r"(?:(?:Acting|Deputy|United States|U\.S\.|American|New) )*"
BEARERS = [
    (re.compile(rf"{RANKS}(?:{title})(?=$|[ ,])", re.IGNORECASE), kind) for title, kind in TITLES
]
# Posts that a heading names together: "the Embassies in Peru and Spain".
SEVERAL_KINDS = {"Embassies": "Embassy", "Legations": "Legation", "Consulates": "Consulate"}
SEVERAL = re.compile(rf"(?:the )?(?P<kind>{'|'.join(SEVERAL_KINDS)}) (?:in|at) (?P<places>[^;()]+)")
BETWEEN_PLACES = re.compile(r",? and |, ")
WHERE = re.compile(
    r"\b(?:in|at|to|near)\s+(?:the\s+)?(?:Embassy in (?:the )?)?(?P<where>[^;]+?)(?:, at\b.*)?$",
    re.I,
)
# "Clerk in Charge of the Legation at Lima": that is the post.
IN_CHARGE = re.compile(
    r"(?:\w+ )?\w+ in Charge of (?:the )?(?=(?:American )?(?:Embassy|Legation|Consulate)\b)", re.I
)
# "U.S", "D. C", "Newport, R. I", "Rell & Co", "Lenox, Mass": a stop behind these belongs to them.
ABBREVIATED = re.compile(
    r"\b(?:[A-Z]\. ?[A-Z]|Co|Bros|Inc|Corp|Ltd|Jr|Sr|Esq|Ala|Ariz|Ark|Cal|Colo|Conn|Del|Fla|Ga|Ill"
    r"|Ind|Kan|Ky|La|Mass|Md|Me|Mich|Minn|Miss|Mo|Neb|Okla|Ore|Pa|Penn|Tenn|Tex|Va|Vt|Wash|Wis"
    r"|[ap]\. ?m)$"
)
PERSON_BEHIND = re.compile(r"(?: [A-Z][\w.’-]*)+(?=,|$)")
UNITED_NATIONS = re.compile(
    r"(?:Mission|Representative|Delegat\w+|Adviser)(?!.* on the United Nations Commission)"
    r".*\bUnited Nations|^USUN\b"
)
TO_ALLIANCE = re.compile(
    r"Mission|(?:(?:Deputy|Acting|Permanent) )*(?:Representative|Delegation)\b"
)
AT_UNITED_NATIONS = {"newyork": "USUN New York", "geneva": "US Mission Geneva"}
SENTENCE_END = re.compile(r"(?<!St)(?<!Mr)(?<!\b[A-Z])\.\s")  # Headings of microfiches go on.
ALLIANCES = (  # Missions to organizations: (words of the title, city, name).
    (r"North Atlantic|NATO\b|NAC\b", "brussels", "Mission USNATO"),
    (r"North Atlantic|NATO\b|NAC\b", "paris", "Mission USNATO, Paris"),
    (r"Organi[sz]ation for (?:European )?Economic Coop", "paris", "Mission OECD, Paris"),
    (r"European (?:Communit|Union|Office)|Economic Community", "brussels", "USEU Brussels"),
    (r"Geneva|Mission$", "geneva", "US Mission Geneva"),
)
# What datelines print before the place, offices, buildings, ships: "American Legation, Paris".
LETTERHEAD = re.compile(
    r"\b(?:L[eé]gation|Embassy|Consul(?:ate|ar|-General)|Department|Office|Headquarters|Ministry"
    r"|Admiralty|Executive Mansion|White House|Custom[- ]House|Government|Bureau|Pentagon|Cabinet"
    r"|Commercial Agency|(?:Congressional|Military) (?:District|Division)|(?:Flag ?)?Ship|Steamer"
    r"|Sloop-of-war|On board)\b|\b(?:House|Hall|Palace|Square|Street)$",
    re.IGNORECASE,
)
# An office only before a place: "U. S. S. Rell, Callao", but "off Lima, aboard the U.S.S. Rell".
WARSHIP = r"(?:U\. ?S|H\. ?(?:B\. ?)?M)\. ?S\. ?"
# "Consulate General United States of America at Havana", "United States Legation Yokohama".
CITY = re.compile(
    r"(?P<office>.*\b(?:at|Legation|Embassy|Consulate|General|Department of State|America|States))"
    r"\s(?P<city>[A-Z].*)"
)


@dataclass(frozen=True, slots=True)
class Mission:
    """The mission in a country in some years, both inclusive."""

    iso2: str
    since: int
    until: int
    rank: str  # "Embassy", "Legation", "Mission"; before independence "Consulate".
    city: str
    also: tuple[str, ...] = ()  # Other cities from which it wrote: Cape Town beside Pretoria.
    countries: tuple[str, ...] = ()  # The names of the country that headings print.


@lru_cache(maxsize=4_000)  # The parties of a volume.
def post_name(title: str, place: str, year: int) -> str:
    """Return the name of the post that a title stands for: "Embassy Tehran"; "" if it is none.

    `place` is where the document was written, "" if unknown. It counts for consulates and where
    the title names no country: an ambassador who writes from elsewhere is still of the embassy.
    """
    title = SENTENCE_END.split(re.sub(r"\s*\([^)]*\)", _without_person, title))[0].strip(" .,")
    title = IN_CHARGE.sub("", title)
    place = bare_place(place)
    if UNITED_NATIONS.search(title) and fold(place) in ("", *AT_UNITED_NATIONS):
        return AT_UNITED_NATIONS[fold(place) or "newyork"]
    for words, city, name in ALLIANCES:
        if TO_ALLIANCE.match(title) and re.search(words, title) and fold(place) in ("", city):
            return name
    for bearer, kind in BEARERS:
        if match := bearer.match(title):
            behind = title[match.end() :]
            if PERSON_BEHIND.match(behind) and not known_city(behind):
                return ""  # "Ambassador Maro Rell": the post is not told.
            where = WHERE.search(title, match.end())
            return _named(kind, where["where"].strip() if where else "", place, year)
    return ""


def posts_named(printed: str) -> list[str]:
    """Return each post of several that a heading names together; [printed] if it names one.

    >>> posts_named("Embassies in Peru, the Sudan, and Spain")
    ['Embassy in Peru', 'Embassy in the Sudan', 'Embassy in Spain']
    """
    several = SEVERAL.fullmatch(printed)
    if not several:
        return [printed]
    places = BETWEEN_PLACES.split(several["places"])
    return [f"{SEVERAL_KINDS[several['kind']]} in {place}" for place in places]


def post_of_printed(name: str, year: int) -> str:
    """Return the name of the post in "Ambassador Rio de Janeiro", a title and a city; "" if none.

    Only cities in our tables count: the words after a title may be a person's name.
    """
    for bearer, kind in BEARERS:
        match = bearer.match(name)
        city = known_city(name[match.end() :]) if match else None
        if city and not kind:
            return seat_of(city.name, year) or name_of_post("Embassy", city.name)
        if city:
            return name_of_post(kind, city.name)
    return ""


def strip_signs(text: str, signs: str = " .,") -> str:
    """Return a text without signs at its ends; the stop of an abbreviation at its end stays.

    >>> strip_signs("Washington, D. C.,")
    'Washington, D. C.'
    """
    bare = text.strip(signs)
    is_abbreviated = text.lstrip(signs).startswith(f"{bare}.") and ABBREVIATED.search(bare)
    return f"{bare}." if is_abbreviated else bare


@lru_cache(maxsize=4_000)  # The datelines of a volume, which is read twice.
def part_letterhead(printed: str) -> tuple[str, str]:
    """Split "Legation of the United States in Japan, Yedo" into office and place, each perhaps "".

    Countries in which an envoy stands for us are no part of the place: "Guatemala and Honduras".
    """
    parts = re.split(
        r"\s*,[,\s]*|(?:(?<=Legation)|(?<=of State))\. ", strip_signs(printed, " ,.[]")
    )
    ship = bool(parts[1:] and re.match(WARSHIP, parts[0])) - 1
    last = max((at for at, part in enumerate(parts) if LETTERHEAD.search(part)), default=ship)
    offices, places = parts[: last + 1], parts[last + 1 :]
    if last > 0 and not places and find_city(parts[0]):  # "Tours, Department of Indre Loire".
        offices, places = parts[1:], parts[:1]
    inside = CITY.fullmatch(offices[-1]) if offices else None
    if inside and (inside["office"].endswith(" at") or _is_city(inside["city"], places)):
        offices[-1] = inside["office"].removesuffix(" at")
        places.insert(0, inside["city"])
    while offices and len(places) > 1 and all(map(find_missions, places[0].split(" and "))):
        country = places.pop(0)
        if not known_city(places[0]) and find_city(f"{places[0]}, {country}"):
            places.append(country)  # "Nicaragua, Leon": other countries have a Leon.
            break
    place = re.sub(r"^(?:at |in )?(?:City of (?=Mexico))?", "", ", ".join(places), flags=re.I)
    return ", ".join(offices).strip(), strip_signs(place, " ,.[]")


def _is_city(name: str, behind: list[str]) -> bool:
    """Return whether a name is a city in our tables, or in the area that is printed behind it."""
    return bool(known_city(name) or (behind and find_city(f"{name}, {behind[0]}")))


def bare_place(place: str) -> str:
    """Return the city in "Legation of the United States, Berlin"; "" if only the office stands."""
    return part_letterhead(place)[1]


def _without_person(brackets: re.Match[str]) -> str:
    """Remove the name of a person, but keep "Congo (Léopoldville)"."""
    return brackets[0] if find_missions(f"Congo{brackets[0]}") else ""


def _named(kind: str, where: str, place: str, year: int) -> str:
    mission = mission_in(where, year)
    if kind == "Consulate":
        city = place or (where if mission is None else mission.city)
        return name_of_post(kind, city) if city else ""
    if mission is None:
        city = place or where
        if not city:
            return ""
        return name_of_post(kind, city) if kind else seat_of(city, year)
    rank = mission.rank if not kind or mission.rank == "Mission" else kind
    return name_of_post(rank, _city_of(mission, where, place))


def _city_of(mission: Mission, country: str, place: str) -> str:
    """Return the city of a mission: where it wrote if it ever had its seat there, else its seat."""
    wrote = known_city(place)
    seats = [seat for each in find_missions(country) for seat in (each.city, *each.also)]
    return place if wrote and wrote.place in map(place_of, seats) else mission.city


def mission_in(country: str, year: int) -> Mission | None:
    """Return the mission in a country in a year; None if the table has no such country."""
    fitting = [each for each in find_missions(country) if each.since <= year <= each.until]
    return fitting[0] if fitting else _present_embassy(country)


def find_missions(country: str) -> list[Mission]:
    """Return the missions in a country through the years, by any name that headings print."""
    return _missions().get(fold(country.removeprefix("the ")), [])


def missions_in(country: str) -> list[Mission]:
    """Return the missions in a country through the years, by the present seat if no other."""
    present = _present_embassy(country)
    return find_missions(country) or ([present] if present else [])


def missions_at(city: str) -> list[Mission]:
    """Return the missions that had their seat in a city through the years."""
    known = known_city(city)
    if known is None:
        return []
    present = (each for each in _present_embassies().values() if place_of(each.city) == known.place)
    return [*dict.fromkeys(_missions_by_place().get(known.place, present))]


def seat_of(city: str, year: int) -> str:
    """Return the name of the post that had its seat in a city in a year; "" if none had."""
    known = known_city(city)
    missions = _missions_by_place().get(known.place, []) if known else []
    seated = (each for each in missions if each.since <= year <= each.until)
    return next((name_of_post(each.rank, each.city) for each in seated), "")


def name_of_post(kind: str, city: str) -> str:
    """Return the name of a post: "Embassy Mexico" in Mexico City, as the archive has it."""
    known = known_city(city) or known_city(city.partition(",")[0])  # "Alexandria, Egypt"
    name = known.name if known else city
    if named := _posts().get((kind, fold(name))):
        return named
    town = _posts().get(("Embassy", fold(name)), "").removeprefix("Embassy ")
    return f"{kind} {town if town and fold(town) != fold(name) else name}"


def _present_embassy(country: str) -> Mission | None:
    """Return the embassy in a country by the table of origins, for countries of one seat."""
    return _present_embassies().get(fold(country.removeprefix("the ")))


@cache
def _present_embassies() -> dict[str, Mission]:
    embassies: dict[str, Mission] = {}
    for origin in origins().values():
        if origin.kind == "Embassy":
            names = (origin.country,)
            embassy = Mission(origin.iso2, 0, OPEN, "Embassy", origin.city, countries=names)
            embassies.setdefault(fold(origin.country), embassy)
    return embassies


@cache
def _missions_by_place() -> dict[str, list[Mission]]:
    """Return {place: the missions that had their seat there}."""
    by_place: dict[str, list[Mission]] = {}
    for mission in chain(*_missions().values()):
        if seat := known_city(mission.city):
            by_place.setdefault(seat.place, []).append(mission)
    return by_place


@cache
def _posts() -> dict[tuple[str, str], str]:
    """Return {(kind, city): name} of the embassies and consulates in the table of origins."""
    return {
        (origin.kind, fold(origin.city)): origin.name
        for origin in origins().values()
        if origin.kind in ("Embassy", "Consulate")
    }


@cache
def _missions() -> dict[str, list[Mission]]:
    missions: dict[str, list[Mission]] = {}
    for row in table_rows("missions"):
        since, until = int(row["since"] or 0), int(row["until"] or OPEN)
        city, *also = row["city"].split("|")
        names = tuple(row["countries"].split("|"))
        mission = Mission(row["iso2"], since, until, row["rank"], city, tuple(also), names)
        for country in set(map(fold, names)):
            missions.setdefault(country, []).append(mission)
    return missions
