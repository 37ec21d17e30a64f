"""The attributes that the National Archives give of a document (N-2): their lines, their facts."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache

from ..telegram import dates
from ..telegram.cities import City, find_city, fold, known_city
from ..telegram.classifications import normal_classification
from ..telegram.fact_types import CABLES, EditionFacts, without_empty
from ..telegram.header import parse_header
from ..telegram.origins import origins
from ..telegram.posts import name_of_post, seat_of
from ..telegram.references import FILM, canonical_reference, is_station, named_missions, station_of
from ..telegram.tags import split_tags
from .parse_record import Record, parse_record
from .parsed_cable import ParsedCable

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


Attributes = dict[str, str]  # {key in small letters: value}
Warnings = tuple[tuple[str, str], ...]

KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]{1,40}):(?P<value>.*)")
# A key that is not in the list: words with capitals, and a blank or nothing behind the colon.
OTHER_KEY = re.compile(r"[A-Z][a-z]+(?: [A-Z][A-Za-z]*| on| by| of){0,4}:(?:\s.*)?")
NAMED = """
automatic decaptioning, capture date, channel indicators, concepts, control number, copy,
current classification, decaption date, decaption note, disposition action, disposition approved
on date, disposition authority, disposition case number, disposition comment, disposition date,
disposition event, disposition history, disposition reason, disposition remarks, document
number, document source, document unique id, draft date, drafter, enclosure, errors, executive
order, film number, from, handling restrictions, image path, isecure, legacy key, line count,
locator, markings, office, original classification, original handling restrictions, original
previous classification, original previous handling restrictions, page count, previous channel
indicators, previous classification, previous handling restrictions, reference, retention,
review action, review authority, review comment, review content flags, review date, review
event, review exemptions, review history, review markings, review media identifier, review
release date, review release event, review transfer date, review withdrawn fields, sas id,
secure, sent date, status, subject, tags, to, type, vdkvgwkey"""
KEYS = frozenset(" ".join(key.split()) for key in NAMED.split(","))
# Those of which something is kept. A list may have others, which a load names as not read.
READ = frozenset(
    [
        *("concepts", "current classification", "date", "document number", "draft date", "drafter"),
        *("film number", "from", "handling restrictions", "locator", "markings", "reference"),
        *("original classification", "original handling restrictions", "review action"),
        *("original previous handling restrictions", "previous handling restrictions"),
        *("review exemptions", "review markings", "review withdrawn fields", "sent date"),
        *("subject", "tags", "to", "type"),
    ]
)
DATES = (
    *("17 Mar 1973", "17-Mar-1973 12:00:00 AM", "17/03/1973", "03/17/1973", "1973-03-17"),
    "1973 March 17, 20:12 (Saturday)",
)
NOTHING = ("", "n/a")  # Values that mean "no value".
# "Margaret P. Grafeld Declassified/Released US Department of State EO Systematic Review 4 MAY 2006"
STAMP = (
    r"(?:Declassified/Released|DECLASSIFIED).{0,60}?Department of State\s*"
    r"(?P<review>.{0,80}?\d{1,2} [A-Z]{3} \d{4})"
)
# Captions, which some records run together: "NODISEXDIS".
CAPTION = re.compile(r"NODIS|EXDIS|LIMDIS|STADIS|CONDIS|NOFORN|ONLY|LOU")
BETWEEN_CAPTIONS = re.compile(r"[\s;,/()-]+")
LONGEST_CAPTION = 40
TELEGRAM = ("te", "")  # The type of a telegram; lists do not say it.
# Attributes with captions, the present ones first. They were removed when the text was released.
CAPTION_KEYS = (
    *("handling restrictions", "original handling restrictions"),
    *("original previous handling restrictions", "previous handling restrictions"),
)


def attributes_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield (key, value) of each attribute with a value; a line without a key continues one (N-2).

    A last key is added to the text, so that the attribute before it is yielded too.
    """
    key, lines = "", []
    for line in [*text.split("\n"), "vdkvgwkey:"]:
        line = line.strip()
        match = KEY.fullmatch(line)
        if match and match["key"].casefold() not in KEYS and not OTHER_KEY.fullmatch(line):
            match = None
        if not match:
            lines.append(line)
            continue
        value = "\n".join(lines).strip()
        if key and value.casefold() not in NOTHING:
            yield key, value
        key, lines = match["key"].casefold(), [match["value"].strip()]


def edition_of(attributes: Attributes) -> tuple[EditionFacts, Warnings]:
    """Return the attributes that a cable's page shows beside the text, and warnings."""
    values = defaultdict(str, attributes)
    concepts = values["concepts"].upper().split(",")
    captions = captions_of(attributes)
    kind = _one_line(values["type"]).casefold()
    original, warnings = _class_of(values["original classification"])
    stamp = values["markings"] or values["review markings"]
    edition: EditionFacts = {
        "film_number": values["film number"],
        "document_number": values["document number"],
        "locator": values["locator"],
        "handling": values["handling restrictions"],
        "original_handling": _one_line(values["original handling restrictions"]),
        "original_classification": original,
        "current_classification": values["current classification"],
        "drafter": values["drafter"],
        "from": values["from"],
        "to": values["to"],
        "kind": "telegram" if kind in TELEGRAM else kind if kind in CABLES else "other",
        "type": "" if kind in (*TELEGRAM, *CABLES) else _one_line(values["type"]),
        "subject": _one_line(values["subject"]).lstrip(": "),
        "concepts": [_one_line(each) for each in concepts if each.strip()],
        "tags": split_tags([_one_line(values["tags"])]),
        "captions": captions,
        "released_stamp": _one_line(stamp).strip("| "),
        "release_marking": release_marking(stamp),
    }
    return without_empty(edition), warnings


def captions_of(attributes: Attributes) -> list[str]:
    """Return the captions of a document, present and original ones, each once."""
    found: dict[str, None] = {}
    for key in CAPTION_KEYS:
        for word in BETWEEN_CAPTIONS.split(attributes.get(key, "").upper()):
            parts = CAPTION.findall(word)
            found |= dict.fromkeys(parts if "".join(parts) == word else [word[:LONGEST_CAPTION]])
    return [caption for caption in found if caption and caption != "N/A"]


def release_marking(text: str) -> str:
    """Return the review by which a document was released: "EO SYSTEMATIC REVIEW 04 MAY 2006".

    The name of whoever signed it is left out. "" if the text has no such stamp.
    """
    stamp = re.search(STAMP, _one_line(text), re.IGNORECASE)
    return _one_line(stamp["review"]).upper() if stamp else ""


def released_on(marking: str) -> date | None:
    """Return the day at the end of a release marking."""
    printed = dates.parse(" ".join(marking.split()[-3:]), "17 Mar 1973")
    return printed[0].date() if printed else None


def _class_of(printed: str) -> tuple[str, Warnings]:
    """Return the original classification, "" and a warning if it is a word of some text."""
    value = printed.strip(" .,;:()\"'-").upper()
    try:
        return normal_classification(value), ()
    except ValueError:
        return "", (("N-10", f"The original classification is printed as {printed[:40]!r}"),)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def cable_of(
    attributes: Attributes,
    reference: str,
    edition: EditionFacts,
    texts: tuple[str, str],
    form: str,
    *,
    replaced: int = 0,
    warnings: Warnings = (),
) -> ParsedCable:
    """Return the cable of these attributes and texts (header, body).

    `form` is the format of the record, `replaced` the number of characters that were not UTF-8.
    Raises ValueError if it has no date.
    """
    header, body = texts
    created, precision = created_of(attributes, header)
    original = edition.get("original_classification", "")
    sender = attributes.get("from", "")
    return parse_record(
        Record(
            format=form,
            reference=reference,
            created=created,
            created_precision=precision,
            released=released_on(edition.get("release_marking", "")),
            classification=attributes.get("current classification") or original,
            origin=origin_of_sender(sender, reference, created.year),
            header=header,
            body=body,
            cites=tuple(cited(attributes.get("reference", ""))),
            title=edition.get("subject", ""),
            replaced=replaced,
            edition=edition,
            warnings=warnings,
        )
    )


def created_of(attributes: Attributes, header: str) -> tuple[datetime, str]:
    """Return (time of sending, precision): of the date-time group, else the day of the draft.

    Raises ValueError if there is neither.
    """
    if group := parse_header(header).group:
        return group.instant, "minute"
    for key in ("draft date", "sent date", "date"):
        if day := dates.parse(attributes.get(key, "").strip(), *DATES):
            return day
    raise ValueError("Neither a date-time group nor a draft date says when it was sent")
