"""The citation data of a cable, a paragraph or a range, and its CSL-JSON."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NotRequired, TypedDict

from ..telegram.dates import format_date
from ..telegram.fact_types import UNKNOWN
from ..telegram.paragraphs import ID_PARTS, occurrence
from ..telegram.shorten_text import ABBREVIATION


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """The cited paragraphs in words; "" for a whole cable."""

    words: str = ""  # "para. 3", "paras. 3–5"
    locator: str = ""  # "3", "3-5": the CSL locator; "" if numbers alone do not say it.

    @property
    def signs(self) -> str:
        """The words with pilcrows, as lawyers write them: "¶ 3", "¶¶ 3–5"."""
        return self.words.replace("paras. ", "¶¶ ").replace("para. ", "¶ ")


def pinpoint(paragraphs: tuple[str, ...]) -> Pinpoint:
    """Return the pinpoint of no id, of one, or of the first and the last of a range.

    >>> pinpoint(("par3", "par5")).words
    'paras. 3–5'

    Unnumbered blocks are counted from the last numbered paragraph, above the first as passages
    (P-6). A number that is printed twice gets a word: "para. 3 (second)". Raises ValueError for a
    malformed id.
    """
    if not paragraphs:
        return Pinpoint()
    ids = [_parts(paragraph) for paragraph in paragraphs]
    if len(set(ids)) == 1:
        return _one(ids[0])
    return _range(ids[0], ids[-1])


def _parts(paragraph: str) -> tuple[str, ...]:
    match = ID_PARTS.fullmatch(paragraph)
    if match is None:
        raise ValueError(f"{paragraph!r} is not a paragraph id")
    return tuple(part or "" for part in match.groups())


def _one(parts: tuple[str, ...]) -> Pinpoint:
    first, last, again, block = parts
    if first == "0":
        return Pinpoint(f"passage {block}")
    number = f"{first}-{last}" if last else first
    number += f" ({occurrence(again)})" if again else ""
    words = f"{'paras' if last else 'para'}. {number.replace('-', '–')}"
    return Pinpoint(f"{words}, block {block}") if block else Pinpoint(words, number)


def _range(one: tuple[str, ...], other: tuple[str, ...]) -> Pinpoint:
    (first, _, again, block), (_, _, other_again, other_block) = one, other
    if block and other_block and one[:3] == other[:3]:
        words = re.sub(r"block|passage", r"\g<0>s", _one(one).words)
        return Pinpoint(f"{words}–{other_block}")
    if again or other_again or block or other_block:
        return Pinpoint(f"{_one(one).words}, to {_one(other).words}")
    end = other[1] or other[0]
    return Pinpoint(f"paras. {first}–{end}", f"{first}-{end}")


ARCHIVE = "Cable Reading Room"
GENRE = "Diplomatic cable"
# Abbreviations of the Bluebook and the MLA.
MONTHS = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)
OPENING_QUOTE = re.compile(r"“|(?<![^\s(\[\-–—/])\"(?=\S)")
CLOSING_QUOTE = re.compile(r"”|\"")
# At the end of a title that is printed as a sentence: a citation goes on behind it.
STOP = re.compile(r"(?<!\.)(?<!\b[ap]\.m)(?<!\b[ap]\. m)\.(?=[”’\"]?$)")
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
    origin: str  # The author, a corporate body: "Embassy Lisbon"; "" if none is known.
    title: str = ""  # The subject; "" if the cable has none.
    made_title: str = ""  # Its title in that case (telegram/titles.py).
    created: date
    precision: str = "day"  # Of `created`: "day", "month" or "year"; UNKNOWN if it is none.
    undated: bool = False  # `created` is only what its volume or its editors suppose.
    kind: str = "cable"  # What the document is called in running text: "memorandum".
    released: date | None  # None if no source says when.
    classification: str = ""  # As printed: "CONFIDENTIAL//NOFORN"; "" if none.
    volume: str = ""  # The title of the volume that prints it; "" if none does.
    document: str = ""  # Its number there: "12".
    pages: str = ""  # Those of the volume that print it: "491–493"; "" if it is not on paper.
    editors: tuple[str, ...] = ()  # Of the volume.
    publisher: str = ""  # Its place and publisher: "Washington: Government Printing Office".
    published: str = ""  # Its year.
    paragraphs: tuple[str, ...] = ()  # The id of one, or of the first and the last.
    version: int = 1
    address: str  # "https://archive.example/cable/06LISBON900412/v1/#par3"
    ark: str = ""  # The lasting name of the cable or of its one paragraph; "" if none are given.
    accessed: date

    def __post_init__(self) -> None:
        for field in ("origin", "title", "made_title", "volume", "document", "publisher"):
            line = one_line(getattr(self, field))
            is_sentence = field.endswith("title") and not ABBREVIATION.search(line)
            object.__setattr__(self, field, STOP.sub("", line) if is_sentence else line)

    @property
    def key(self) -> str:
        """Its key in a bibliography: "06LISBON900412-par3--par5"."""
        return "-".join([self.reference, "--".join(self.paragraphs)]).rstrip("-")

    @property
    def corporate_author(self) -> str:
        """The author for programs that split names at commas: "Embassy Lisbon,"; "" if not known.

        The comma at the end says that all before it is one name (EndNote, Zotero). A comma inside
        would end the name, so that an office and its place have a dash: "State Department – Rome,".
        """
        return self.origin and f"{self.origin.replace(', ', ' – ').replace(',', ' ')},"

    @property
    def named(self) -> str:
        """Its title, or one made of facts."""
        return self.title or self.made_title or GENRE

    @property
    def title_and_comma(self) -> str:
        """Its title as it stands between quotation marks before more words; "" if it has none."""
        comma = "" if self.title.endswith(("?", "!", ",")) else ","
        return self.title and f"{nested(self.title)}{comma}"

    @property
    def genre(self) -> str:
        """What it is, for programs and styles: "Diplomatic cable", "Memorandum"."""
        return GENRE if self.kind == "cable" else self.kind.capitalize()

    @property
    def created_in_words(self) -> str:
        """When it was sent, as precisely as that is known: "March 2006", "undated [March 2006]"."""
        return self.if_undated(format_date(self.created, self.precision, "words"))

    def if_undated(self, words: str) -> str:
        """Return the words of its date, in brackets if it is undated."""
        supposed = "" if self.precision == UNKNOWN else f" [{words}]"
        return f"undated{supposed}" if self.undated else words

    @property
    def created_iso(self) -> str:
        """The same for programs: "2006-03-14", "2006-03" (ISO 8601)."""
        return format_date(self.created, self.precision)

    @property
    def created_with_strokes(self) -> str:
        """The same for reference managers: "2006/03/14", "2006/03"."""
        return self.created_iso.replace("-", "/")

    @property
    def created_parts(self) -> list[int]:
        """The same as numbers: year, month and day, without those that are not known."""
        return [int(part) for part in self.created_iso.split("-")]

    @property
    def printed(self) -> str:
        """Its printed edition, cited as the Office of the Historian recommends, or ""."""
        imprint = f" ({self.imprint})" if self.imprint else ""
        pages = f", {'pp.' if '–' in self.pages else 'p.'} {self.pages}" if self.pages else ""
        return f"{self.volume}{imprint}, Document {self.document}{pages}" if self.volume else ""

    @property
    def imprint(self) -> str:
        """Editors, publisher and year of the volume that prints it."""
        names = ", ".join(self.editors[:-1]) + "," * (len(self.editors) > 2)
        named = " and ".join(filter(None, [names, *self.editors[-1:]]))
        editors = f"{'eds.' if len(self.editors) > 1 else 'ed.'} {named}; " if named else ""
        return one_line(f"{editors}{self.publisher}, {self.published}") if self.publisher else ""

    @property
    def pinned_ark(self) -> str:
        """The lasting name of the version that is cited: "ark:12345/x506lisbon900412r.v1"."""
        return f"{self.ark}.v{self.version}" if self.ark else ""

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
# [[year, month, day]]; `circa` if the document is undated. For some styles a `literal` instead.
CslDate = TypedDict(
    "CslDate", {"date-parts": list[list[int]], "circa": bool, "literal": str}, total=False
)
_Container = TypedDict("_Container", {"container-title": str, "publisher-place": str}, total=False)


class _Author(_Container, total=False):
    author: list[dict[str, str]]  # [{"literal": name}]
    editor: list[dict[str, str]]
    publisher: str
    page: str


class CslItem(_Author):
    """An item of CSL-JSON 1.0.2."""

    id: str
    type: str
    title: str
    genre: str
    number: NotRequired[str]
    issued: CslDate
    archive: str
    URL: str
    accessed: CslDate
    note: NotRequired[str]


def notes_on(source: CitedSource, *, with_release: bool = False) -> list[str]:
    """Return what files for programs have no field for."""
    released = source.released.isoformat() if with_release and source.released else ""
    values = {
        "Classification": source.classification,
        "Pinpoint": source.pinpoint.words,
        "Version": source.version,
        "Released": released,
        "Printed in": source.printed,
        "ARK": source.pinned_ark,
    }
    return [f"{name}: {value}" for name, value in values.items() if value]


def as_csl(source: CitedSource) -> CslItem:
    """Return an item of CSL-JSON 1.0.2. Values without a field of their own are in `note`.

    Its type is "document", for which styles print the whole date; for "report" only the year.
    """
    accessed = source.accessed
    author: _Author = {"author": [{"literal": source.origin}]} if source.origin else {}
    container: _Author = {}
    issued: CslDate = {"date-parts": [source.created_parts]}
    if source.precision == UNKNOWN:
        issued = {"literal": source.created_in_words}
    elif source.undated:
        issued["circa"] = True
    if source.volume:
        place, _, publisher = source.publisher.rpartition(": ")
        container = {
            "container-title": f"{source.volume}, Document {source.document}",
            # With its year: styles know but one date of a document, that of the document itself.
            "publisher": f"{publisher}, {source.published}",
            "publisher-place": place,
        }
    if source.editors:
        container["editor"] = [{"literal": name} for name in source.editors]
    if source.pages:
        container["page"] = source.pages.replace("–", "-")
    return {
        "id": source.key,
        "type": "document",
        **author,
        "title": source.named,
        "genre": source.genre,
        "number": source.reference,
        "issued": issued,
        **container,
        "archive": ARCHIVE,
        "URL": source.address,
        "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]},
        "note": " ".join(f"{note}." for note in notes_on(source, with_release=True)),
    }
