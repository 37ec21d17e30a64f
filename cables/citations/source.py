"""The citation data of a cable, a paragraph or a range, and its CSL-JSON."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NotRequired, TypedDict

from .pinpoints import Pinpoint, pinpoint

ARCHIVE = "Cable Reading Room"
GENRE = "Diplomatic cable"
# Abbreviations of the Bluebook and the MLA.
MONTHS = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)
OPENING_QUOTE = re.compile(r"“|(?<![^\s(\[\-–—/])\"(?=\S)")
CLOSING_QUOTE = re.compile(r"”|\"")
# Control characters, lone surrogates and noncharacters.
NO_CHARACTERS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """The data of one citation. Titles and names are put on one line.

    `address` names a version, so that it always shows the text that was cited.
    """

    reference: str
    origin: str  # The author, a corporate body: "Embassy Lisbon".
    title: str = ""  # The subject; "" if the cable has none.
    made_title: str = ""  # Its title in that case (telegram/made_titles.py).
    created: date
    released: date | None  # None if no source says when.
    classification: str = ""  # As printed: "CONFIDENTIAL//NOFORN"; "" if none.
    volume: str = ""  # The title of the volume that prints it; "" if none does.
    document: str = ""  # Its number there: "12".
    imprint: str = ""  # Editors, publisher and year of the volume.
    paragraphs: tuple[str, ...] = ()  # The id of one, or of the first and the last.
    version: int = 1
    address: str  # "https://archive.example/cable/06LISBON900412/v1/#par3"
    accessed: date

    def __post_init__(self) -> None:
        for field in ("origin", "title", "made_title", "volume", "document", "imprint"):
            object.__setattr__(self, field, one_line(getattr(self, field)))

    @property
    def key(self) -> str:
        """Its key in a bibliography: "06LISBON900412-par3--par5"."""
        return "-".join([self.reference, "--".join(self.paragraphs)]).rstrip("-")

    @property
    def named(self) -> str:
        """Its title, or one made of facts."""
        return self.title or self.made_title or GENRE

    @property
    def printed(self) -> str:
        """Its printed edition, cited as the Office of the Historian recommends, or ""."""
        imprint = f" ({self.imprint})" if self.imprint else ""
        return f"{self.volume}{imprint}, Document {self.document}" if self.volume else ""

    @property
    def pinpoint(self) -> Pinpoint:
        return pinpoint(self.paragraphs)

    @property
    def class_in_words(self) -> str:
        """The classification in sentence case: "Confidential//NOFORN"; "" if none."""
        level, stroke, caveat = self.classification.partition("//")
        caveat = caveat if caveat.isupper() and " " not in caveat else caveat.lower()
        return f"{level.capitalize()}{stroke}{caveat}"


def one_line(text: str) -> str:
    """Return a text on one line with single blanks, without NO_CHARACTERS."""
    return " ".join(NO_CHARACTERS.sub(" ", text).split())


def nested(text: str) -> str:
    """Return a text for use inside double quotation marks: its own become single."""
    return CLOSING_QUOTE.sub("’", OPENING_QUOTE.sub("‘", text))


def day_in_words(day: date) -> str:
    """Return a day as "14 March 2006"."""
    return f"{day.day} {day:%B %Y}"


# Names with a hyphen cannot be attributes.
CslDate = TypedDict("CslDate", {"date-parts": list[list[int]]})  # [[year, month, day]]
_Container = TypedDict("_Container", {"container-title": NotRequired[str]})


class CslItem(_Container):
    """An item of CSL-JSON 1.0.2."""

    id: str
    type: str
    author: list[dict[str, str]]  # [{"literal": name}]
    title: str
    genre: str
    number: NotRequired[str]
    issued: CslDate
    archive: str
    URL: str
    accessed: CslDate
    note: NotRequired[str]


def as_csl(source: CitedSource) -> CslItem:
    """Return an item of CSL-JSON 1.0.2. Values without a field of their own are in `note`.

    Its type is "document", for which styles print the whole date; for "report" only the year.
    """
    notes = [
        f"Classification: {source.classification}." if source.classification else "",
        f"Pinpoint: {source.pinpoint.words}." if source.paragraphs else "",
        f"Version: {source.version}.",
        f"Released: {source.released.isoformat()}." if source.released else "",
        f"Printed in: {source.printed}." if source.volume else "",
    ]
    container: _Container = {}
    if source.volume:
        container = {"container-title": f"{source.volume}, Document {source.document}"}
    return {
        "id": source.key,
        "type": "document",
        "author": [{"literal": source.origin}],
        "title": source.named,
        "genre": GENRE,
        "number": source.reference,
        "issued": _date(source.created),
        **container,
        "archive": ARCHIVE,
        "URL": source.address,
        "accessed": _date(source.accessed),
        "note": " ".join(filter(None, notes)),
    }


def _date(day: date) -> CslDate:
    return {"date-parts": [[day.year, day.month, day.day]]}
