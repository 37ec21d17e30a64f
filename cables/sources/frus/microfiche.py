"""Split the heading of a document on microfiche: its volume prints nothing else of it (F-4)."""

import re
from dataclasses import dataclass

from ...telegram.classifications import normal_classification
from ...telegram.origins import origins
from ...telegram.references import canonical_station, is_station, message_series
from .datelines import dates_in_words
from .parties import split_parties
from .titles_and_notes import CLASSES

PAGES = r"\d+ pp?(?!\.\s?m\b)"  # No time: "6 p.m."
CLASS_OR_PAGES = re.compile(
    rf"(?:(?P<class>{CLASSES})\b(?P<captions>[^.\d]{{0,60}}?)|(?P<pages>{PAGES}))(?:\.|\s+(?={PAGES}\b))\s*"
    rf"|(?P<bare>{CLASSES})\s+(?=[A-Z]{{3}}|[A-Z][a-z]+ Library)"
)
# The microfiche has a sheet with these words instead of the text.
WITHHELD = re.compile(
    r"\s*\b\d+ (?:pp?\.|pages?) of (?:source )?text not (?:yet )?declassified\b\.?"
)
DAY = re.compile(
    r"(?:[,;]|(?<=[,;][’”]))\s+(?:dated |revised )?"
    r"(?P<date>(?:[A-Z][a-z]{2,8} \d{1,2}(?:[-–/](?:[A-Z][a-z]{2,8} )?\d{1,2})?"
    r"|[A-Z][a-z]{2,8}(?= \d{4}))(?:,? \d{4})?|undated)(?=[,.;]|\s*$)"
)
# Behind the date, words that belong to what stands before it: "between Rell and Quay, Jr. Fees.".
GOES_ON = re.compile(r",?\s*(?=(?:between|among|with|by|from|to)\b)")
TITLES = "".join(
    rf"(?<!\b{each})"
    for each in ("Mr", "Mrs", "Ms", "Dr", "Gen", "Col", "Lt", "Maj", "Capt", "Adm", "Amb", "Gov")
    + ("Sen", "Rep", "Hon", "Prof", "St", "Messrs")
)
SENTENCE = re.compile(rf"(?<!\b[A-Z]){TITLES}[.;]\s+(?=[A-Z“\d])|(?<=[.?!]”)\s+(?=[A-Z])")
# "Airgram A–731 from Bogota", "Telegram 135 to San Jose; 20 to Bonn", "Telegram 221822Z to Rell",
# "Draft telegram to USUN", "Circular telegram 170 to all posts", "Tosec 55 to Lima".
MESSAGE = re.compile(
    r"(?:(?:Draft |Circular )?(?:Telegram|Airgram|Despatch|Instruction)s?"
    r"(?: (?:[A-Z][a-z]{3,5} )?[A-Z]{0,2}[-–]?[\d/]+Z?)?"
    rf"|(?:{'|'.join(sorted(message_series()))}) \d+)"
    r" (?P<way>from|to) (?:the )?(?P<other>(?:(?! from | for consideration ).)+)"
    r"(?: from (?:the )?(?P<sender>.+))?",
    re.IGNORECASE,
)
# "Telegram 912 to Geneva Nusup": the series of the telegram behind the place.
OF_SERIES = re.compile(rf" (?:{'|'.join(sorted(message_series()))})$", re.IGNORECASE)
SEVERAL = re.compile(r"(?:all|certain)\b.*\b(?:missions|posts)\b", re.IGNORECASE)
# "conversation between Rell and Quay from Peru", "to Quay with two appendices".
OTHERS = re.compile(r" (?:between|among|with) ")
DEPARTMENT = "Department of State"


@dataclass(frozen=True, slots=True)
class Citation:
    """The parts of "Telegram 430 from La Paz, May 9, 1961. Plans. Secret. 1 p. DOS, CF, 1/2."."""

    title: str  # "Telegram 430 from La Paz"
    date: str  # "May 9, 1961", "May 9", "undated" or "".
    abstract: str  # "Plans"; what stands between date and classification.
    classification: str  # A value of CLASSIFICATIONS, "" if none is printed.
    captions: str  # What stands behind it: "; Eyes Only".
    source: str  # "DOS, CF, 1/2."

    @property
    def whole_title(self) -> str:
        """What the document is, and its abstract, as two sentences."""
        if not self.abstract:
            return self.title
        return f"{self.title.removesuffix('.')}. {self.abstract}".strip(" .")


def read_citation(heading: str, *, sure: bool = False) -> Citation | None:
    """Return the parts of a heading (without its number), or None if it cites no document.

    One that does has a classification or a number of pages; `sure` says that it does anyway.
    """
    heading = WITHHELD.sub("", heading)
    found = list(CLASS_OR_PAGES.finditer(heading))
    marks = found[-2:]  # The first class is that of the document, others are of what is attached.
    if not marks:
        return Citation(*_split(heading), "", "", "") if sure else None
    adjoin = not heading[marks[0].end() : marks[-1].start()].strip()
    first = marks[0] if adjoin else marks[-1]
    title, date, abstract = _split(heading[: first.start()].strip())
    marked = next((mark for mark in found if not mark["pages"]), None)
    printed = (marked["class"] or marked["bare"]) if marked else ""
    captions = (marked["captions"] or "") if marked else ""
    source = heading[marks[-1].end() :].strip()
    return Citation(title, date, abstract, class_of(printed), captions, source)


def _split(text: str) -> tuple[str, str, str]:
    """Split what stands before the classification into title, date and abstract."""
    # "dated April 23" is the day of the document, others need not be.
    if day := next(iter(sorted(DAY.finditer(text), key=lambda day: "dated" not in day[0])), None):
        rest = text[day.end() :].strip(" .")
        title = re.sub("[,;](?=[’”]$)", "", text[: day.start()])
        if goes_on := GOES_ON.match(rest):
            end = SENTENCE.search(rest)
            more = rest[goes_on.end() : end.start() + 1 if end and end[0][0] in ".;" else None]
            abstract = rest[end.end() :] if end else ""
            more = more.rstrip(" ;") if more.endswith(("Jr.", "Sr.")) else more.rstrip(" .;")
            return f"{title} {more}", day["date"], abstract
        return title, day["date"], rest.strip(" ,")
    end = SENTENCE.search(text)
    title = text[: end.start() + 1] if end else text
    found = dates_in_words(title)
    return title.strip(" .,"), found[-1][0] if found else "", text[len(title) :].strip(" .")


def class_of(words: str) -> str:
    """Return the classification that a volume prints: "no classification marking" is one too."""
    if words.lower().startswith("no "):
        return "NO MARKING"
    return normal_classification(words)


def parties_of_citation(title: str) -> tuple[str, str]:
    """Return sender and recipient in the title of a document on microfiche, "" if not named.

    "Telegram 135 to San Jose", "to certain missions" and circulars are the Department's, "Telegram
    430 from La Paz" is sent to it. Who wrote "Telegram 18314 to Rell" is not told.
    """
    title = OTHERS.split(title)[0]
    named = MESSAGE.match(title)
    if named and named["way"].lower() == "to":
        reader = OF_SERIES.sub("", named["other"])
        own = title.startswith("Circular ") or SEVERAL.match(reader) or _is_station(reader)
        return named["sender"] or (DEPARTMENT if own else ""), reader
    if title.startswith("Circular ") and not named:
        return DEPARTMENT, ""
    if sender := station_in(title):
        _, recipient = split_parties(title)
        return sender, recipient or DEPARTMENT
    return split_parties(title)


def station_in(title: str) -> str:
    """Return the station that a message on microfiche came from: "La Paz", or ""."""
    named = MESSAGE.match(title)
    if not named or named["way"].lower() != "from":
        return ""
    sender = named["other"].partition(" to ")[0]
    return sender if _is_station(sender) else ""


def city_in(title: str) -> str:
    """Return the city that a message on microfiche came from: of "USUN" New York; or ""."""
    station = station_in(title)
    known = origins().get(canonical_station(station)) if station.isupper() else None
    return known.city if known else "" if station.isupper() else station


def _is_station(name: str) -> bool:
    """Return whether this is a station, or a list of them: "Tegucigalpa, 134 to Bonn"."""
    return is_station(re.split(r"[,;]| and ", name)[0].upper())
