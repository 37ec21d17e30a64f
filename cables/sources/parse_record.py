"""Make a ParsedCable of a record: the last step of all readers, once they have its parts."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ..telegram import dates, page_markers
from ..telegram.classifications import normal_classification
from ..telegram.fact_types import EditionFacts, TelegramFacts, without_empty
from ..telegram.origins import find_origin, origin_name
from ..telegram.parse import Telegram, parse_telegram
from ..telegram.posts import post_of_printed
from ..telegram.references import canonical_reference, completing_reference, printed_serial
from .parsed_cable import ParsedCable

PARTIAL = (
    "This record is a partial extract of the original cable. "
    "The full text of the original cable is not available."
)
YEARS = range(1600, 2101)  # Volumes print treaties of the 17th century.


@dataclass(slots=True, kw_only=True)
class Record:
    """The parts of one cable as its source prints them."""

    format: str
    reference: str
    created: datetime
    classification: str
    origin: str
    header: str
    body: str
    created_precision: str = "minute"
    released: date | None = None
    cites: tuple[str, ...] = ()
    title: str = ""
    articles: tuple[str, ...] = ()
    position: int = 1
    replaced: int = 0  # Characters that were not UTF-8 (C-2).
    edition: EditionFacts = field(default_factory=EditionFacts)  # As ParsedCable has it.
    warnings: tuple[tuple[str, str], ...] = ()  # Of its reader: (rule id, sentence).


def parse_record(record: Record) -> ParsedCable:
    """Return the cable in a record. Raises ValueError if one of its parts is invalid."""
    year = record.created.year
    check_year(record.created, record.released)
    reference = canonical_reference(record.edition.get("telegram") or record.reference, year=year)
    header, partial = without_notice(clean_text(record.header, "header"))
    body = clean_text(record.body, "body")
    telegram = _parse_texts(record, header, body, reference)
    created, precision = most_precise_time(record, telegram.sent)
    cites, doubtful = canonical_cites(record.cites, reference, year)
    classification = normal_classification(record.classification)
    classes = [classification, record.edition.get("original_classification", "").upper()]
    origin, title = _origin(record.origin, reference, year)
    facts: TelegramFacts = {**telegram.facts, "printed_origin": title}
    found = (*_disagreements(reference, year, classes, telegram), *doubtful, *telegram.warnings)
    return ParsedCable(
        reference=reference,
        published_reference=record.reference.strip(),
        format=record.format,
        created=created,
        created_precision=precision,
        released=record.released,
        classification=classification,
        origin=origin,
        header=header,
        body=body,
        subject=record.edition.get("subject", "") or telegram.subject,
        tags=tuple(record.edition.get("tags", ())) or telegram.tags,
        captions=tuple(dict.fromkeys((*telegram.captions, *record.edition.get("captions", ())))),
        blocks=telegram.blocks,
        references=telegram.references,
        cites=cites,
        partial=partial,
        title=record.title,
        articles=record.articles,
        facts=without_empty(facts),
        edition=record.edition,
        warnings=(*_damage(record.replaced), *record.warnings, *found),
        position=record.position,
    )


def _parse_texts(record: Record, header: str, body: str, reference: str) -> Telegram:
    telegram = parse_telegram(
        *(header, body),
        reference=completing_reference(reference, record.edition),
        created=record.created,
        serial=printed_serial(record.edition),
        subject=record.edition.get("subject", ""),
    )
    if "volume" not in record.edition:
        return telegram
    # Volumes print the class in a note, not on a line of the text (H-9).
    warnings = tuple(each for each in telegram.warnings if each[0] != "H-9")
    return replace(telegram, warnings=warnings)


def check_year(*days: date | None) -> None:
    """Raise ValueError unless the year of each day that is known is possible for a cable."""
    for day in filter(None, days):
        if day.year not in YEARS:
            raise ValueError(
                f"Not a date of a cable: {day:%Y-%m-%d}; the year must be 1600 to 2100"
            )


def parse_printed_time(text: str) -> tuple[datetime, str]:
    """Return the instant in "2007-11-07 01:27" and its precision: minute, hour or day.

    Pages of the mirror before mid-2011 repeat the hour of a twelve-hour clock where the minute
    should be: the precision of such a time is the hour (M-9). Raises ValueError.
    """
    printed = dates.parse(text.strip(), "2007-11-07 01:27")
    if printed is None:
        raise ValueError(f"Not a date: {text[:40]!r}; expected it as 2007-11-07 01:27")
    instant, precision = printed
    if precision == "minute" and instant.minute == (instant.hour % 12 or 12):
        return instant.replace(minute=0), "hour"
    return printed


def parse_printed_date(text: str) -> date | None:
    """Return the date in "2011-07-11 00:00", or None if there is none."""
    return parse_printed_time(text)[0].date() if text.strip() else None


def most_precise_time(record: Record, sent: datetime | None) -> tuple[datetime, str]:
    """Return when a cable was created, and the precision (M-9).

    Its date-time group, `sent`, gives the minute if the source prints a less precise time that
    agrees with it.
    """
    created, precision = record.created, record.created_precision
    if sent is None or precision == "minute":
        return created, precision
    if precision == "hour" and sent.replace(minute=0) == created:
        return sent, "minute"
    # The source prints a date only, in the time zone of whoever made the file.
    if precision == "day" and abs((sent.date() - created.date()).days) <= 1:
        return sent, "minute"
    return created, precision


def _damage(replaced: int) -> list[tuple[str, str]]:
    if not replaced:
        return []
    return [("C-2", f"{replaced} characters were not UTF-8; U+FFFD stands for each")]


def _origin(printed: str, reference: str, year: int) -> tuple[str, str]:
    """Return the name of the origin, and the title that stands for it, or "" (I-13).

    "Ambassador Lima" gives ("Embassy Lima", "Ambassador Lima"), "Department of State"
    ("Secretary of State", "Department of State").
    """
    name = origin_name(printed, reference[2:].rstrip("0123456789"))
    known = find_origin(printed)
    if known and known.station == "STATE" and printed.casefold() != name.casefold():
        return name, printed
    post = "" if find_origin(name) else post_of_printed(name, year)
    return (post, name) if post and post != name else (name, "")


def _disagreements(
    reference: str, year: int, classes: list[str], telegram: Telegram
) -> Iterator[tuple[str, str]]:
    """Yield warnings about differences between a cable's text and its source.

    `classes` are the classification that the source gives, and the original one.
    """
    printed = reference[:2]
    if printed.isdigit() and (int(printed) - year) % 100 not in (0, 1, 99):
        yield "I-5", f"The reference is of the year {printed}, the cable of {year}"
    marked = telegram.facts.get("marked_classification", "")
    if marked and classes[0] and _level(marked) not in map(_level, classes):
        yield "L-3", f"The telegram itself is marked {marked}"


def _level(classification: str) -> str:
    return classification.partition("//")[0]


def clean_text(text: str, part: str) -> str:
    """Return a text with "\\n" line ends, without backslashes at line ends (M-14).

    Raises ValueError for a NUL character, which the database cannot store.
    """
    if (nul := text.find("\0")) >= 0:
        raise ValueError(f"NUL character at position {nul + 1} of the {part}; remove it")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return page_markers.strip_backslashes(text) if text.strip() else ""  # Blanks are no text.


def without_notice(header: str) -> tuple[str, bool]:
    """Return a header without the notice of a partial extract, and whether it had one (M-11)."""
    if header.startswith(PARTIAL):
        return header[len(PARTIAL) :].lstrip("\n"), True
    return header, False


def canonical_cites(
    printed: tuple[str, ...], reference: str, year: int
) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    """Return the cited references, each once, and warnings about those that are invalid (R-6)."""
    cites: dict[str, None] = {}  # In order, each once.
    warnings = []
    for cite in printed:
        try:
            cites[canonical_reference(cite, year=year)] = None
        except ValueError as error:
            warnings.append(("R-8", f"Left out a cited reference. {error}"))
    cites.pop(reference, None)
    return tuple(cites), warnings
