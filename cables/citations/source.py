"""A cable, a paragraph or a range as it is cited, and as CSL-JSON."""

import re
from dataclasses import dataclass
from datetime import date

from .pinpoints import Pinpoint, pinpoint

ARCHIVE = "Cable Reading Room"
GENRE = "Diplomatic cable"
# As the Bluebook and the MLA shorten them.
MONTHS = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)
# No character that a reader sees: surrogates by themselves, and what Unicode keeps for programs.
OPENING_QUOTE = re.compile(r"“|(?<![^\s(\[\-–—/])\"(?=\S)")
CLOSING_QUOTE = re.compile(r"”|\"")
NO_CHARACTERS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a citation points at. Titles and names become one line; the rest is the caller's.

    `address` is pinned to a version, so that it goes on showing the words that were read.
    """

    reference: str
    origin: str  # The author, as a body: "Embassy Lisbon".
    title: str = ""  # The subject; "" if the cable has none.
    made_title: str = ""  # What it is called then.
    created: date
    released: date
    classification: str = ""  # As the cable says: "CONFIDENTIAL//NOFORN"; "" if it prints none.
    volume: str = ""  # The title of the volume that prints it; "" if none does.
    document: str = ""  # Its number there: "12".
    imprint: str = ""  # Who edited the volume and who published it, when.
    paragraphs: tuple[str, ...] = ()  # The id of one, or of the first and the last.
    version: int = 1
    address: str  # "https://archive.example/cable/06LISBON900412/v1/#par3"
    accessed: date

    def __post_init__(self):
        for field in ("origin", "title", "made_title", "volume", "document", "imprint"):
            object.__setattr__(self, field, one_line(getattr(self, field)))

    @property
    def key(self) -> str:
        """What names it in a bibliography: "06LISBON900412-par3--par5"."""
        return "-".join([self.reference, "--".join(self.paragraphs)]).rstrip("-")

    @property
    def named(self) -> str:
        """Its title, or what its facts make of one."""
        return self.title or self.made_title or GENRE

    @property
    def printed(self) -> str:
        """Where it is printed, as the Office of the Historian asks it to be cited; or ""."""
        imprint = f" ({self.imprint})" if self.imprint else ""
        return f"{self.volume}{imprint}, Document {self.document}" if self.volume else ""

    @property
    def pinpoint(self) -> Pinpoint:
        return pinpoint(self.paragraphs)

    @property
    def class_in_words(self) -> str:
        """The classification as a sentence has it: "Confidential//NOFORN"; "" if none."""
        level, stroke, caveat = self.classification.partition("//")
        spoken = caveat if caveat.isupper() and " " not in caveat else caveat.lower()
        return f"{level.capitalize()}{stroke}{spoken}"


def one_line(text: str) -> str:
    """Return a text on one line, with single blanks, and without characters that are none."""
    return " ".join(NO_CHARACTERS.sub(" ", text).split())


def nested(text: str) -> str:
    """Return a text as it stands inside double quotation marks: its own are single."""
    return CLOSING_QUOTE.sub("’", OPENING_QUOTE.sub("‘", text))


def written(day: date) -> str:
    """Return a day as most of the world writes it: "14 March 2006"."""
    return f"{day.day} {day:%B %Y}"


def as_csl(source: Source) -> dict:
    """Return an item of CSL-JSON 1.0.2. What has no field of its own is said in `note`.

    Its type is "document": styles write the whole date of one, and of a "report" the year alone.
    """
    said = [
        f"Classification: {source.classification}." if source.classification else "",
        f"Pinpoint: {source.pinpoint.words}." if source.paragraphs else "",
        f"Version: {source.version}.",
        f"Released: {source.released.isoformat()}.",
        f"Printed in: {source.printed}." if source.volume else "",
    ]
    printed = f"{source.volume}, Document {source.document}"
    return {
        "id": source.key,
        "type": "document",
        "author": [{"literal": source.origin}],
        "title": source.named,
        "genre": GENRE,
        "number": source.reference,
        "issued": _date(source.created),
        **({"container-title": printed} if source.volume else {}),
        "archive": ARCHIVE,
        "URL": source.address,
        "accessed": _date(source.accessed),
        "note": " ".join(filter(None, said)),
    }


def _date(day: date) -> dict:
    return {"date-parts": [[day.year, day.month, day.day]]}
