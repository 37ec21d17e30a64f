"""Find the office of a person in the list of persons of a volume (I-17)."""

import re
from collections.abc import Iterable

from ...telegram import dates
from ...telegram.offices import agency_in

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
