"""Find the origin of a document: the post or office that it was written in."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from ...telegram import dates
from ...telegram.beside_the_text import EDITORIAL
from ...telegram.cities import country_code, find_city, known_city, place_of
from ...telegram.fact_types import CABLES, MEETINGS
from ...telegram.offices import (
    EDITORS,
    SECRETARY,
    Agency,
    agency_in,
    bare_office,
    is_unnamed,
    locate,
    office_name,
)
from ...telegram.origins import origins
from ...telegram.posts import SENTENCE_END, missions_in, name_of_post, post_name, seat_of
from ...telegram.references import canonical_station, is_station, senders_of_series
from ...telegram.references import station_of as station_of_reference
from .document_kinds import AT_DEPARTMENT, AT_POST, POST
from .document_names import claimed_reference, station_letters, station_of
from .heading import Heading, is_enclosure
from .undated import place_in_line

MONTH = dates.MONTH_NAME.pattern
# "Special Emissary of the President, January–March 1956", "Ambassador to Egypt until May 1956".
PART = re.compile(
    r"(?:thereafter )?(?P<office>[A-Z][^,;\d]*?),? (?P<side>until|from|since|after)?\s?"
    rf"(?P<days>(?i:{MONTH})\b.*|\d{{4}}.*)"
)
UNTIL = re.compile(r"\b(?:until|through) |\d{4}[–-](?=\w)")
YEAR = re.compile(r"\b1[89]\d\d\b")


def office_of_person(name: str, year: int, persons: Iterable[tuple[str, str]]) -> str:
    """Return the office of "Maro K. Rell" in a year, "" if the list does not tell it.

    `persons` are (name, meaning) of the list: ("Rell, Maro K.", "Ambassador to Peru until 1956;
    Special Emissary of the President, January-March 1957").
    """
    meaning = next((told for printed, told in persons if _in_order(printed) == name), "")
    parts = (PART.fullmatch(part.strip(" .")) for part in meaning.split(";"))
    return next((part["office"] for part in parts if part and _covers(part, year)), "")


def agency_of_person(name: str, year: int, persons: Iterable[tuple[str, str]]) -> str:
    """Return the agency in which "Rell", or "Maro K. Rell", served in a year; "" if not told.

    It is not told if two persons have the name, or if one of the offices that he may have had in
    the year is of no agency, or of another.
    """
    surname = name.removesuffix(", Jr.").rpartition(" ")[2]
    named = {printed: told for printed, told in persons if printed.partition(",")[0] == surname}
    exact = [told for printed, told in named.items() if _in_order(printed) == name]
    meanings = exact or [*named.values()]
    parts = meanings[0].split(";") if len(meanings) == 1 else []
    agencies = {agency_in(part) for part in parts if _may_cover(part, year)}
    agency = agencies.pop() if len(agencies) == 1 else None
    return agency.name if agency else ""


def _may_cover(part: str, year: int) -> bool:
    """Return whether an office may have been held in a year: "Director from 1957 until 1959"."""
    years = [int(each) for each in YEAR.findall(part)]
    ends = bool(years and UNTIL.search(part))
    begins = len(years) > 1 or not ends
    return (min(years, default=0) if begins else 0) <= year <= (max(years) if ends else year)


def _in_order(printed: str) -> str:
    """Return "Maro K. Rell" for "Rell, Maro K."."""
    surname, _, first = printed.partition(", ")
    return f"{first} {surname}"


def _covers(part: re.Match[str], year: int) -> bool:
    years = [int(each) for each in YEAR.findall(part["days"])]
    if not years:
        return False
    if part["side"] == "until":
        return year <= years[0]
    return years[0] <= year and (part["side"] is not None or year <= years[-1])


LONGEST = 200  # Characters.
SHORT, LONG = 5, 30  # Characters of a name in which one letter may be a misprint.
Persons = Iterable[tuple[str, str]]
NO_OFFICES: Mapping[str, set[str]] = {}
NOBODY: Container[str] = ()
CONGRESS, WHITE_HOUSE, PRESIDENT = "Congress", "White House", "President"
# Who writes to the Secretary when he is away.
AT_HOME = re.compile(r"Department of State\b|Acting Secretary of State\b")
# The years of Secretaries of State, and those who acted for them, whom volumes call "Mr. Seward".
SECRETARIES = (
    *((1860, 1861, "Black"), (1861, 1869, "Seward"), (1869, 1869, "Washburne")),
    *((1869, 1877, "Fish"), (1877, 1881, "Evarts"), (1881, 1881, "Blaine")),
    *((1881, 1885, "Frelinghuysen"), (1885, 1889, "Bayard"), (1889, 1892, "Blaine")),
    *((1892, 1893, "Foster"), (1893, 1895, "Gresham"), (1895, 1897, "Olney")),
    *((1897, 1898, "Sherman"), (1897, 1898, "Day"), (1898, 1905, "Hay"), (1905, 1906, "Root")),
    *((1896, 1897, "Rockhill"), (1903, 1905, "Loomis"), (1905, 1906, "Bacon")),
    (1886, 1887, "Adee"),
)
LAST_OF_NAMES = 1906  # Until then volumes name envoys and secretaries without their offices.
PERSON = re.compile(r"(?:Mr|Messrs|Gen(?:eral)?|Hon)\.? (?:[A-Z]\. ?)*(?P<surname>[A-Z][\w’'-]+)$")
# "British Ambassador", "Brazilian Chargé": those that write to the Department are in Washington.
FOREIGN_MISSION = re.compile(
    r"[A-Z]\w+ (?:Imperial |Royal )?"
    r"(?:Ambassador|Minister(?! (?:of|for)\b)|Chargé|[Ee]mbassy|[Ll]egation|Government)\b"
    r"|(?:Embassy|Legation) of (?!the United States)"
)
OF_ANOTHER = re.compile(
    r"(?i:the )?(?:Ambassador|Chargé|Consul|Embassy|Legation|Minister) of "
    r"(?!the United States|Embassy|Legation)"
)
IN_CITY = re.compile(r"\bin (?P<city>[A-Z]\w+)(?:, [A-Z]\w+)?$")  # A delegation.
IN_COUNTRY = re.compile(r"\b(?:in|to) (?:the )?(?P<name>[A-Z][^,]+)$")
# "Minutes of the 9th Meeting of the Harbor Board", "Notes of the Harbor Board Meeting, May 9".
MEETING = re.compile(
    r"\b(?:Minutes|Notes|Record|Summary) (?:of|on) (?:the |a )?(?:[^,]*?\b[Mm]eetings?\b"
    r"(?: No\. \d+| [\d–-]+)? of (?:the )?(?P<of>[A-Z][^,;(]+)|(?P<its>[A-Z][^,;(]+?) [Mm]eeting\b)"
    r"|^(?P<paper>(?:United States|American) (?:Delegation|Mission))\b"
)
# A line above a text.
LETTERHEAD = re.compile(
    r"(?:THE )?(?P<agency>DEPARTMENT OF STATE|WHITE HOUSE|NATIONAL SECURITY COUNCIL"
    r"|DEFENSE SECURITY ASSISTANCE AGENCY(?: AND .*)?"
    r"|CENTRAL INTELLIGENCE AGENCY|ARMS CONTROL AND DISARMAMENT AGENCY)"
    r"(?:,? WASHINGTON(?:,? D\. ?C\.?)?(?: \d{5})?)?"
)
# In a source note.
PREPARED = re.compile(
    r"\bPrepared (?:jointly )?(?:in|by) the (?P<office>[A-Z][^.,;]+?)(?: and\b|[.,;])"
)
# "Drafted by Rell", "Drafted by Maro K. Rell, Jr., of the Office of Fees", "Drafted and approved by
# Rell (S/AL)", "Drafted by Maro Rell, Director for Peru in the Bureau of Fees".
DRAFTED = re.compile(
    r"\bDrafted (?:and approved )?by "
    r"(?P<name>(?:[A-Z]\. ?)*[A-Z][\w’'-]+(?:(?: [A-Z]\.| [A-Z][\w’'-]+))*(?:, Jr\.)?)"
    r"(?: ?\((?P<symbol>[A-Z]{1,4}/[A-Z/-]+)\)"
    r"|(?:,? of|, [A-Z][\w ]+? in) (?:the )?(?P<office>[A-Z][^.,;]+?)"
    r"(?= and [a-z]| on [A-Z]|[.,;])|(?=\W))"
)
# The letters of offices of the Department.
OF_STATE = re.compile(r"(?:[SUMGPELOHR]|AF|ARA|EA|EUR|FE|INR|IO|NEA|PM|SCA)/")
# One who signs holds an office, or is a body: "Missionary American Board" is neither.
SIGNED_AS = re.compile(
    r"Secretary|Consul|Minister\b|Governor|Command|Commissioner|President|Charg|Ambassador|Envoy"
    r"|\bAgent\b|Chief|Director|Chairman|Counsel|Representative|Attach|Assistant|Admiral|Delegate"
    r"|^(?:(?:Sub)?[Cc]ommittee|Department|Bureau|Council|Division|Ministry|Legation|Embassy)\b"
)
TRANSLATED = re.compile(r"\[Translat(?:ion|ed)\b", re.IGNORECASE)
# The first of those who talk: "Conversation Between the Secretary of State (Rell) and Maro Quay",
# "a Department of State–Joint Chiefs of Staff Meeting".
CONVERSATION = re.compile(
    r"(?:\b(?:(?P<by_wire>telephone conversation)|(?P<heard>discussion)|conversation|meeting)s?"
    r" (?:between|(?P<among>among)) |^(?=.*[a-z][–-](?-i:[A-Z]).* meeting\b))"
    r"(?P<first>.+?)(?: and |[–-](?-i:(?=[A-Z])))",
    re.IGNORECASE,
)
OF_POST = re.compile(r"^[\w ]+ of (?:the )?(?=(?:Embassy|Legation|Consulate)\b)")
# Where they talked, if not at the Department: ", White House, Washington".
IN_OFFICE = re.compile(r", (?:The )?(?:White House|Department of (?!State)[A-Z]\w+)(?=, )")
AWAY = re.compile(r"\b(?:(?:at|from) his [\w ]*\b[Rr]anch\b|LBJ Ranch\b)")
OF_MICROFICHE = re.compile(r"Department of State\b")  # A note on one: the Department's record.
AT_WHITE_HOUSE = re.compile(
    r"(?:^|[.)”] )The (?:meeting|conversation|discussion)\b(?:(?![.)] [A-Z]).){,60}"
    r"\b(?:held|took place|began)\b(?:(?![.)] [A-Z]).){,90}? (?:at|in) (?:the )?"
    r"(?:(?! and\b)[\w ]){,40}\b(?:White House|Cabinet Room|Oval Office)\b"
)
OF_PRESIDENT = re.compile(r"the President[’']s ")
BEFORE_READER = re.compile(r"\b(?:[Pp]repared |[Ss]ubmitted )?(?:[Ff]or|[Tt]o|[Ff]rom)\b")
MET_WITH = re.compile(r"\bmeetings? with [^,]+", re.IGNORECASE)  # Not whose paper it is.
# "approved in S on July 9": offices of the Department, by their letters.
APPROVED = re.compile(
    r"\bapproved (?:in|by) (?:(?:the )?(?P<house>White House)|[SUMG](?:/[A-Z]+)?)\b"
)


def origin_of_document(
    heading: Heading,
    persons: Persons = (),
    offices: Mapping[str, set[str]] = NO_OFFICES,
    theirs: Container[str] = NOBODY,
    editors: str = "",
) -> str:
    """Return the origin of a document: "Embassy Tehran", "National Security Council".

    A person without an office gives the place and "office not printed", as persons are not indexed;
    but the sender of a cable has that of `persons`, (name, meaning) in the list of the volume, and
    writes letters and has one in `offices`, by other documents of the volume, has that unless he
    writes elsewhere. Who is in `theirs` writes from missions of other countries. `editors` is the
    office that the imprint of the volume names.
    """
    if heading.kind == EDITORIAL:
        return editors or EDITORS
    name = _department(heading) or _post(heading, theirs) or _office(heading)
    if is_unnamed(name) and heading.kind in CABLES:
        office = office_of_person(heading.sender, heading.created.year, persons)
        name = office_name(office, _place(heading)) if office else name
    if is_unnamed(name) and (drafted := _drafter(heading)):
        name = agency_of_person(drafted, heading.created.year, persons) or name
    if is_unnamed(name) and heading.kind == "conversation":
        name = _post_of_talk(heading) or name
    known = [each for each in offices.get(heading.sender, ()) if _is_at(each, heading.place)]
    away = heading.sender in theirs and not is_washington(heading.place)
    if is_unnamed(name) and len(known) == 1 and heading.recipient and not away:
        name = known[0]
    in_house = heading.kind in MEETINGS and AT_WHITE_HOUSE.search(heading.source_note)
    if is_unnamed(name) and in_house and is_washington(heading.place):
        name = WHITE_HOUSE
    return name[:LONGEST]


def without_misprints(heading: Heading, printed: Mapping[str, int]) -> Heading:
    """Return a heading with its place and the office of its sender as its volume has them often.

    `printed` says how often. "Legation of Peru, Mew York" is of the legation in New York (I-16).
    """
    sender = heading.sender if len(heading.sender) < LONG else _usual(heading.sender, printed)
    return replace(heading, place=_usual(heading.place, printed), sender=sender)


def _usual(name: str, printed: Mapping[str, int]) -> str:
    """Return what is printed often in place of a name with one other letter, if that is one."""
    if len(name) < SHORT or printed.get(name, 0) > 1:
        return name
    often = [each for each, times in printed.items() if times > 1 and _is_misprint(name, each)]
    return often[0] if len(often) == 1 and not find_city(name) else name


def _is_misprint(name: str, usual: str) -> bool:
    """Return whether a name differs from the usual one in a letter, and in no known name."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(name, usual, strict=False))
    start = len([*alike])
    rest, other = name[start:], usual[start:]
    if rest[1:] not in (other, other[1:]) and rest != other[1:]:
        return False
    words = set(name.split()) - set(usual.split())
    return not any(country_code(word) or find_city(word) for word in words)


def _drafter(heading: Heading) -> str:
    """Return who drafted a memorandum in Washington that names no sender: "Rell", or ""."""
    drafted = DRAFTED.search(heading.source_note)
    at_home = drafted and not heading.sender and is_washington(_place(heading))
    return drafted["name"] if drafted and at_home else ""


def note_office(offices: dict[str, set[str]], heading: Heading) -> None:
    """Note the origin of a sender whom a volume names without an office (I-16)."""
    person = heading.sender if heading.created.year <= LAST_OF_NAMES else ""
    if person and is_unnamed(office_name(person, "")):
        origin = origin_of_document(heading)
        offices.setdefault(person, set()).update(() if is_unnamed(origin) else (origin,))


def year_and_station(heading: Heading) -> str:
    """Return year and station of a document whose number gives no reference: "63TEHRAN0".

    It is "63STATE0" for what the Department sends, also if only its Secretary is named, and "630"
    if no station is known: its lists of references take the year alone.
    """
    station = "STATE" if _is_of_department(heading) else station_of(heading)
    return f"{heading.created.year % 100:02}{station}0"


def _is_of_department(heading: Heading) -> bool:
    at_home = AT_DEPARTMENT.search(_dateline(heading)) and is_washington(heading.place)
    is_secretary = _is_secretary(heading.sender, heading.created) and not _is_abroad(heading)
    return station_of(heading) == "STATE" or bool(at_home) or is_secretary


def _dateline(heading: Heading) -> str:
    return heading.dateline or heading.date.line


def _is_abroad(heading: Heading) -> bool:
    """Return whether a document was written in a city abroad, or at a post."""
    city = known_city(heading.place)
    return bool(AT_POST.search(_dateline(heading))) or (city is not None and city.iso2 != "US")


def _department(heading: Heading) -> str:
    """Return the Department, or its Secretary who is away, as it is printed; "" for a post."""
    if not _is_of_department(heading):
        return ""
    to_secretary = heading.kind in CABLES and heading.recipient.startswith("Secretary of State")
    at_home = AT_HOME.match(heading.sender) if to_secretary else None
    return at_home[0] if at_home else SECRETARY


def _is_secretary(name: str, at: datetime) -> bool:
    """Return whether "Mr. Seward" was Secretary of State when a document was written.

    The first letters of a Secretary have his office too: "Mr. Black (Secretary of State)".
    """
    person = PERSON.match(name.removesuffix(" (Secretary of State)"))
    names = {surname for first, last, surname in SECRETARIES if first <= at.year <= last}
    return person is not None and person["surname"] in names


def _is_at(origin: str, place: str) -> bool:
    """Return whether an origin lies in a place, or no place is told."""
    city = locate(origin)
    return not place or (city is not None and city.place == place_of(place))


def is_washington(place: str) -> bool:
    """Return whether a place is Washington, or not told."""
    return not place or place_of(place) == "Washington"


def _post(heading: Heading, theirs: Container[str]) -> str:
    """Return the post of the sender, by his title, the dateline, or his correspondent."""
    year = heading.created.year
    if OF_ANOTHER.match(heading.sender):
        return ""
    if name := post_name(heading.sender, _town(heading.place), year):
        return name
    if at_post := AT_POST.search(_dateline(heading)):
        return _of_letterhead(at_post, heading)
    if heading.kind in CABLES and (name := _of_station(heading, year)):
        return name
    is_person = PERSON.match(heading.sender) and heading.sender not in theirs
    # His note is a lettered enclosure, or translated, if he is no envoy of ours.
    is_foreign = is_enclosure(heading.title) or TRANSLATED.search(heading.above)
    is_ours = is_person and not is_foreign
    if is_ours and _is_secretary(heading.recipient, heading.created):
        # "Mr. Dayton to Mr. Seward", written in Paris; "St. Petersburg, Russia".
        return seat_of(heading.place, year) or seat_of(heading.place.partition(",")[0], year)
    return ""


def _town(place: str) -> str:
    """Return a place without its country, if that is where the town is: "Yokohama, Japan"."""
    town, _, country = place.rpartition(", ")
    city, code = find_city(town) if town else None, country_code(country)
    return town if city and city.iso2 == code != "US" else place


def _post_of_talk(heading: Heading) -> str:
    """Return the post of the first who talks, if they talked abroad; "" if he is of none.

    He is "the Chargé in Peru (Rell)", or "the First Secretary of the Legation in Peru".
    """
    talk = None if is_washington(heading.place) else CONVERSATION.search(heading.untitled)
    first = OF_POST.sub("", talk["first"].strip().removeprefix("the ")) if talk else ""
    return post_name(first, heading.place, heading.created.year)


def _of_station(heading: Heading, year: int) -> str:
    """Return the post in "Telegram 1234 from Bonn"; "" if the sender is no station.

    "Telegram Polto 12 from Paris" is from the mission there that sends this series.
    """
    sender = heading.sender.partition(",")[0]
    series = senders_of_series().get(station_of_reference(claimed_reference(heading)))
    if series and is_station(station_letters(sender)):
        return post_name(series, heading.place, year)
    known = origins().get(canonical_station(station_letters(sender)))
    return seat_of(sender, year) or (known.name if known else "")


def _of_letterhead(at_post: re.Match[str], heading: Heading) -> str:
    """Return the post in "Legation of the United States in Japan, Yokohama".

    It is in the town that is printed, if that is in the country, whatever the capital.
    """
    kind = re.search(POST, at_post[0], re.IGNORECASE)
    rank = kind[0].title().removesuffix(" General") if kind else ""
    country = IN_COUNTRY.search(heading.letterhead)
    title = f"{rank} in {country['name']}" if country else rank
    if is_washington(heading.place):  # On leave, or the place is not told.
        return ""
    town = find_city(heading.place) or find_city(heading.place.partition(",")[0])
    missions = missions_in(country["name"]) if country and town else []
    if town and any(each.iso2 == town.iso2 for each in missions):
        return name_of_post(rank, town.name)
    return post_name(title, _town(heading.place), heading.created.year)


def _office(heading: Heading) -> str:
    """Return the first office that is printed: the sender's, a meeting's, the letterhead's ..."""
    talked_in = IN_OFFICE.search(heading.untitled) if heading.kind == "conversation" else None
    title = heading.untitled.replace(talked_in[0], "") if talked_in else heading.untitled
    title = BEFORE_READER.split(title)[0] if heading.recipient else title
    agency = _agency_in(title) if heading.kind == "speech" or not heading.sender else None
    if heading.sender and agency and agency.name != CONGRESS:
        agency = None  # Where one speaks is not whose speech it is.
    if agency and agency.name == WHITE_HOUSE and AWAY.search(heading.source_note):
        if _first_who_talks(title) == PRESIDENT:
            return PRESIDENT
        agency = None
    if agency and agency.name == WHITE_HOUSE and OF_MICROFICHE.match(heading.source_note):
        agency = None
    prepared = PREPARED.search(heading.source_note)
    if prepared and heading.kind == "conversation":
        agency = agency and (agency_in(prepared["office"]) or agency)
    meeting = None if heading.sender else MEETING.search(heading.untitled)
    drafted = None if heading.sender else DRAFTED.search(heading.source_note)
    approved = APPROVED.search(heading.source_note) if is_washington(heading.place) else None
    signed_as = "".join(heading.signed.split(", ")[1:2])
    signed_as = signed_as if agency_in(signed_as) or SIGNED_AS.search(signed_as) else ""
    titles = (
        agency.name if agency else heading.sender,
        next(filter(None, meeting.groups())) if meeting else "",
        heading.letterhead,
        _office_of_drafter(drafted) if drafted else "",
        prepared["office"] if prepared else "",
        next(filter(None, map(_letterhead_line, heading.front[:2])), ""),
        (approved["house"] or "Department of State") if approved else "",
        # What follows may be another person; co-signers have several offices.
        "" if "; " in heading.signed else signed_as,
        "" if heading.sender else heading.own_office,
    )
    names = [office_name(title, _place(heading)) for title in titles]
    return next((name for name in names if not is_unnamed(name)), names[0])


def _first_who_talks(title: str) -> str:
    """Return the office of the first who talks, without his name and place; "" if none talks."""
    talk = CONVERSATION.search(title)
    return bare_office(talk["first"].partition(",")[0]) if talk else ""


def _office_of_drafter(drafted: re.Match[str]) -> str:
    of_state = OF_STATE.match(drafted["symbol"] or "")
    return "Department of State" if of_state else drafted["office"] or ""


def _letterhead_line(block: str) -> str:
    """Return the agency in the line above a text that names no more, or its city; else ""."""
    lines = (LETTERHEAD.fullmatch(line.strip(" .[]")) for line in block.split("\n"))
    agency = next((line["agency"] for line in lines if line), "")
    return agency.title().replace(" Of ", " of ")


def _agency_in(title: str) -> Agency | None:
    """Return the agency that a heading names; of a conversation that of the first who talks.

    The Department keeps the records of its talks with others, also if it is named second, and so
    does the White House of those with members of Congress; but a discussion is recorded by those
    who heard the second. One whom others met, or that is only named in an abstract, did not write
    the document.
    """
    title = MET_WITH.sub("", SENTENCE_END.split(title)[0])
    agency, talk = agency_in(title), CONVERSATION.search(title)
    first = _agency_of_first(talk) if talk else agency
    if talk and talk["heard"]:
        return first
    unrecorded = not first or first.name == CONGRESS
    second = agency_in(title[talk.end() :]) if talk and unrecorded else None
    if second and second.name in (SECRETARY, first and WHITE_HOUSE):
        return second
    return first or (_agency_of_first(talk, article=True) if talk else None)


def _agency_of_first(talk: re.Match[str], *, article: bool = False) -> Agency | None:
    """Return the agency of the first who talks, and of several "among" whom it is no other's.

    The President behind an article counts only if it says so: others keep records of talks with
    him. But those who work for him keep those of their calls.
    """
    several = talk["among"] or talk["by_wire"]
    first = talk["first"].partition(",")[0] if several else talk["first"]
    article = article or (talk["by_wire"] is not None and OF_PRESIDENT.match(first) is not None)
    return agency_in(first.removeprefix("the ") if article else first)


def _place(heading: Heading) -> str:
    """Return where a document was written, by its dateline or heading; "" if neither says it."""
    to_department = re.search(r"Secretary of State|Department of State", heading.recipient)
    is_secretary = _is_secretary(heading.recipient, heading.created)
    foreign = any(map(FOREIGN_MISSION.match, (heading.sender, heading.letterhead)))
    if not heading.place and (to_department or is_secretary) and foreign:
        return "Washington"
    titled = heading.title.removesuffix(heading.source_note).rstrip(".").split(", ")[1:]
    cities = (each for each in titled if known_city(each) and each not in heading.sender)
    line = place_in_line(heading.date.line)
    inside = IN_CITY.search(heading.sender)
    city = inside["city"] if inside and find_city(inside["city"]) else ""
    return heading.place or (find_city(line) and line) or next(cities, city)
