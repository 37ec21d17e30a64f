"""Name a document: VOLUME-DOCUMENT, the reference of a telegram, those that it answers."""

import re
import unicodedata

from ...telegram.references import DOCUMENT, canonical_reference
from .document_kinds import DEPARTMENT
from .heading import Heading
from .volume import Volume

FIRST_YEAR = 1911  # Before, each minister began to number anew: a number names no one telegram.
SERIAL = re.compile(
    r"\[?(?:No\. ?)?(?:(?P<series>[A-Z][A-Za-z]{2,9})[ -])?"
    r"(?P<number>\d{1,6})\]?(?:[.,]|/[^.\s]+(?: \d+)?\.)\]?\s"
)
IN_TITLE = re.compile(r"(?:\w+ )?Telegram (?:No\. ?)?(?P<number>\d{1,6}) (?:From|from|to)\b")
LEAST = 10  # A smaller number that does not begin the text is that of a paragraph.
CITED = re.compile(
    r"\b(?P<whose>Deptels?|Depts? tels?|Embtels?|Contels?|Legtels?)\s+(?P<first>\d{1,6})"
    r"(?P<more>(?:(?:,| and|, and)\s+\d{1,6}(?![\d.]))*)"
)


def published_name(volume: str, document: str) -> str:
    """Return VOLUME-DOCUMENT: "FRUS1861-D12". Raises ValueError if the names have another form."""
    name = f"{volume}-{document}".upper()
    if not DOCUMENT.fullmatch(name):
        raise ValueError(
            f"The document is named {document or 'nowhere'!r}, in volume {volume!r}; "
            "one is named as d12, and its volume as frus1861"
        )
    return name


def claimed_reference(heading: Heading) -> str:
    """Return the reference made of a telegram's year, place and number, or "".

    A circular has one too, though it is numbered in its own series: other archives may use it.
    """
    if heading.kind not in ("telegram", "circular") or heading.created.year < FIRST_YEAR:
        return ""
    titled = IN_TITLE.match(heading.untitled)
    number = titled["number"] if titled else find_telegram_number(heading.front)
    station = station_of(heading)
    if not number or not station or heading.precision == "year":
        return ""
    try:
        year = heading.created.year
        return canonical_reference(f"{year % 100:02}{station}{number}", year=year)
    except ValueError:
        return ""


def telegram_reference(heading: Heading, volume: Volume) -> str:
    """Return the reference of a telegram, "" if another one of its volume has the same."""
    claimed = claimed_reference(heading) if heading.kind == "telegram" else ""
    return claimed if volume.claims[claimed] <= 1 else ""


def find_telegram_number(front: tuple[str, ...]) -> str:
    """Return the telegram number at the start of a text: 2094 of "2094. Subject: ...", or "".

    A text whose first paragraph is numbered 1, or 2 and the second 3, has none.
    """
    for at, block in enumerate(front):
        if serial := SERIAL.match(f"{block} "):
            number = int(serial["number"])
            following = f"{number + 1}."
            counted = any(later.startswith(following) for later in front[at + 1 :])
            return "" if counted or number < (LEAST if at else 2) else str(number)
    return ""


def station_of(heading: Heading) -> str:
    """Return the station that a telegram was sent from, as references name it."""
    place = station_letters(heading.place)
    if DEPARTMENT.match(heading.sender) and place in ("", "WASHINGTON"):
        return "STATE"
    return place


def station_letters(place: str) -> str:
    """Return a place in the capitals of references: "Port-au-Prince" is PORTAUPRINCE."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\([^)]*\)|\[[^]]*\]", "", place))
    return re.sub(r"[^A-Z]", "", plain.upper())


def find_references(heading: Heading, own: str) -> tuple[str, ...]:
    """Return the references that a telegram answers, from its first blocks, without `own`.

    "Deptel 282" is of STATE, "Embtels 1163 and 1165" are of the sender's own station.
    """
    if heading.kind != "telegram":
        return ()
    year, references = f"{heading.created.year % 100:02}", []
    own_station = station_of(heading)
    for match in CITED.finditer(" ".join(heading.front)[:600]):
        station = "STATE" if match["whose"].startswith("Dep") else own_station
        if not station or (station == "STATE" and not match["whose"].startswith("Dep")):
            continue
        numbers = [match["first"], *re.findall(r"\d+", match["more"])]
        references += [f"{year}{station}{int(number)}" for number in numbers if int(number)]
    return tuple(name for name in dict.fromkeys(references) if name != own)
