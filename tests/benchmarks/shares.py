"""How the cables of a made-up archive divide by year, classification, origin and tag.

The figures are those of the 251,287 cables of 1966-2010, so that the largest list of each
kind is as long as the largest that a reading room of that archive will page through.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

ORIGINS_TABLE = Path(__file__).parents[2] / "cables" / "telegram" / "tables" / "origins.csv"

YEARS = {
    1966: 1, 1972: 4, 1973: 3, 1975: 1, 1978: 2, 1979: 5, 1985: 87, 1986: 45, 1987: 35,
    1988: 73, 1989: 74, 1990: 102, 1991: 52, 1992: 103, 1993: 31, 1994: 80, 1995: 109,
    1996: 48, 1997: 58, 1998: 62, 1999: 56, 2000: 432, 2001: 878, 2002: 2570, 2003: 8083,
    2004: 11808, 2005: 24131, 2006: 42385, 2007: 44688, 2008: 49427, 2009: 56797, 2010: 9004,
}  # fmt: skip
LAST_MONTH = {2010: 2}  # The archive ends with February; other years are whole.

CLASSIFICATIONS = {
    "UNCLASSIFIED": 75_792,
    "UNCLASSIFIED//FOR OFFICIAL USE ONLY": 58_095,
    "CONFIDENTIAL": 97_070,
    "CONFIDENTIAL//NOFORN": 4_678,
    "SECRET": 11_322,
    "SECRET//NOFORN": 4_330,
}

# In which part of the cables each code stands: rounded, the rarer codes left out.
TAGS = {
    "PREL": 0.50, "PGOV": 0.45, "PHUM": 0.20, "ECON": 0.19, "PTER": 0.13, "ETRD": 0.12,
    "MARR": 0.12, "EFIN": 0.11, "PINR": 0.11, "ASEC": 0.10, "EINV": 0.09, "EAID": 0.08,
    "KDEM": 0.08, "SNAR": 0.07, "PARM": 0.07, "OVIP": 0.07, "CVIS": 0.06, "MOPS": 0.06,
    "ENRG": 0.06, "SOCI": 0.05, "KCRM": 0.05, "PREF": 0.05, "EAGR": 0.05, "EPET": 0.05,
    "OPRC": 0.05, "KMDR": 0.05, "KPAO": 0.05, "SMIG": 0.04, "SENV": 0.04, "ELAB": 0.04,
    "MNUC": 0.04, "NATO": 0.04, "UNSC": 0.04, "OIIP": 0.04, "SCUL": 0.04, "KNNP": 0.04,
    "PINS": 0.04, "CASC": 0.03, "EAIR": 0.03, "PBTS": 0.03, "KISL": 0.03, "KIRF": 0.03,
    "KWMN": 0.03, "KCOR": 0.03, "EUN": 0.03, "AMGT": 0.03, "ECPS": 0.02, "EWWT": 0.02,
    "TBIO": 0.02, "BEXP": 0.02, "KJUS": 0.02, "UNGA": 0.02, "TRGY": 0.02, "EMIN": 0.02,
    "OEXC": 0.02, "APER": 0.02, "OTRA": 0.02, "EIND": 0.02, "KTFN": 0.02, "EFIS": 0.01,
    "TSPA": 0.01, "ACOA": 0.01, "AFIN": 0.01, "ABLD": 0.01, "TNGD": 0.01, "AEMR": 0.01,
}  # fmt: skip
UNTAGGED = 0.05
SECOND_COUNTRY = 0.35
TAG_LISTS = 20_000

# The department's codes of countries are not those of ISO; where they differ, but for the
# countries with the fewest cables.
GEO_TAGS = {
    "TR": "TU", "IQ": "IZ", "JP": "JA", "KW": "KU", "ES": "SP", "RU": "RS", "LK": "CE", "CN": "CH",
    "IL": "IS", "SD": "SU", "NG": "NI", "ZW": "ZI", "DE": "GM", "GB": "UK", "PT": "PO", "VN": "VM",
    "KH": "CB", "KR": "KS", "AT": "AU", "AU": "AS", "CH": "SZ", "SE": "SW", "DK": "DA", "PH": "RP",
    "LB": "LE", "UA": "UP", "ZA": "SF", "MA": "MO", "DZ": "AG", "TN": "TS", "BA": "BK", "BH": "BA",
    "RS": "SR", "BG": "BU", "CL": "CI", "PY": "PA", "PA": "PM", "HN": "HO", "SV": "ES", "CR": "CS",
    "NI": "NU", "DO": "DR", "HT": "HA", "BD": "BG", "MM": "BM", "SG": "SN", "IE": "EI", "IS": "IC",
    "VA": "VT", "AZ": "AJ", "TD": "CD", "YE": "YM", "CI": "IV", "TW": "TW", "GE": "GG", "LV": "LG",
    "TM": "TX", "BN": "BX", "BZ": "BH", "BI": "BY", "BY": "BO", "BO": "BL", "SK": "LO", "CD": "CG",
    "CG": "CF", "CZ": "EZ", "EE": "EN", "GN": "GV", "BJ": "BN", "TL": "TT", "TJ": "TI", "BW": "BC",
    "MW": "MI", "ZM": "ZA", "LS": "LT", "LT": "LH", "LR": "LI", "OM": "MU", "BS": "BF", "MN": "MG",
    "MG": "MA", "MU": "MP", "GQ": "EK", "TG": "TO", "NE": "NG", "NA": "WA", "XJ": "IS",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    station: str  # As in a reference: "PHNOMPENH".
    name: str  # As the archive prints it: "Embassy Phnom Penh".
    place: str  # As a telegram prints it: "PHNOM PENH".
    tag: str  # Of its country: "CB".
    cables: int


def read_origins(path: Path = ORIGINS_TABLE) -> list[Origin]:
    """Return the origins that sent cables, with how many."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Origin(
                station=row["station"],
                name=row["name"],
                place=find_place(row["station"], row["city"]),
                tag=GEO_TAGS.get(row["iso2"], row["iso2"]),
                cables=int(row["cables"]),
            )
            for row in csv.DictReader(file)
            if int(row["cables"] or 0)
        ]


def find_place(station: str, city: str) -> str:
    """Return the station with its city's spaces, if it is named after its city."""
    city = city.upper()
    letters = "".join(letter for letter in city if letter.isalpha())
    return city if letters == station else station


def cables_a_year(count: int) -> dict[int, int]:
    """Return how many of `count` cables each year has: the shares, by largest remainder."""
    total = sum(YEARS.values())
    exact = {year: count * cables / total for year, cables in YEARS.items()}
    years = {year: int(share) for year, share in exact.items()}
    by_remainder = sorted(YEARS, key=lambda year: years[year] - exact[year])
    for year in by_remainder[: count - sum(years.values())]:
        years[year] += 1
    return years


def make_tag_lists(chance: Random) -> list[tuple[str, ...]]:
    """Return lists of codes, of which a uniform choice gives every code its share."""
    lists = []
    for _ in range(TAG_LISTS):
        codes = [code for code, share in TAGS.items() if chance.random() < share]
        lists.append(tuple(sorted(codes, key=lambda code: chance.random())))
    return lists
