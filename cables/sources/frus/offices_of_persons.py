"""Find the office of a person in the list of persons of a volume (I-17)."""

import re
from collections.abc import Iterable

from ...telegram import dates

MONTH = dates.MONTH_NAME.pattern
# "Special Emissary of the President, January–March 1956", "Ambassador to Egypt until May 1956".
PART = re.compile(
    r"(?:thereafter )?(?P<office>[A-Z][^,;\d]*?),? (?P<side>until|from|since|after)?\s?"
    rf"(?P<days>(?i:{MONTH})\b.*|\d{{4}}.*)"
)
YEAR = re.compile(r"\b1[89]\d\d\b")


def office_of_person(name: str, year: int, persons: Iterable[tuple[str, str]]) -> str:
    """Return the office of "Maro K. Rell" in a year, "" if the list does not tell it.

    `persons` are (name, meaning) of the list: ("Rell, Maro K.", "Ambassador to Peru until 1956;
    Special Emissary of the President, January-March 1957").
    """
    meaning = next((told for printed, told in persons if _in_order(printed) == name), "")
    parts = (PART.fullmatch(part.strip(" .")) for part in meaning.split(";"))
    return next((part["office"] for part in parts if part and _covers(part, year)), "")


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
