"""Read telegrams of 1973-79 as the National Archives released them (rules N).

A text file has one or more documents, each with the parts "Message Text" and "Message Attributes".
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from ..telegram import dates
from ..telegram.fact_types import EditionFacts, without_empty
from ..telegram.header import parse_header
from ..telegram.origins import find_origin, origins
from ..telegram.references import canonical_reference, is_station
from ..telegram.tags import split_tags
from .check_encoding import decoded
from .errors_to_rejects import attempt
from .limited_files import LIMITS, Limits, Source, opened, read_lines
from .parse_record import Record, parse_record
from .parsed_cable import ParsedCable, RawRecord, Reject
from .text_page import split_telegram

TEXT_LINE = re.compile(r"(?im)^[ \t]*Message Text[ \t]*$")
ATTRIBUTES_LINE = re.compile(r"(?im)^[ \t]*Message Attributes[ \t]*$")
TEXT_START = re.compile(rb"(?im)^[ \t]*Message Text[ \t]*\r?$")
ATTRIBUTES_START = re.compile(rb"(?im)^[ \t]*Message Attributes[ \t]*\r?$")
KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]{1,40}):(?:\s(?P<value>.*)|$)")
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
NUMBER = re.compile(r"(?:19)?(?P<year>\d\d)\s*(?P<station>[A-Z][A-Z ]*?)\s*0*(?P<serial>\d{1,6})")
PAGE = re.compile(
    r"(?m)^[ \t]*PAGE 01[ \t]+(?P<station>[A-Z][A-Z. ]{0,40}?)[ \t]+(?P<serial>\d{4,6})\s"
)
DATES = ("17 Mar 1973", "17-Mar-1973 12:00:00 AM", "17/03/1973", "03/17/1973", "1973-03-17")
STAMP = re.compile(
    r"(?im)^.*(?:Declassified/Released|DECLASSIFIED).{0,60}Department of State"
    r".{0,80}\d{2} [A-Z]{3} \d{4}.*$\n?"
)
ENDS = re.compile(r"(?im)^[ \t]*(?:<< ?END OF DOCUMENT ?>>|\*\*\* Current .*)[ \t]*$\n?")
# Lines at the end of a message that are not part of it.
LAST = re.compile(r"N{3,}[A-Z]*|(?:TOP )?SECRET|CONFIDENTIAL|UNCLASSIFIED|LIMITED OFFICIAL USE")
NOTHING = ("", "n/a")  # Values that mean "no value".
ON_LINE = "TEXT ON-LINE"  # The locator of a telegram with a text.
UNREADABLE = re.compile(r"TEXT FOR THIS MRN IS UNAVAILABLE|ERROR READING TEXT|UNRETRIEVABLE", re.I)
LONGEST_NOTICE = 400  # Characters: in a longer text these words belong to the message.
CAPTION = re.compile(r"[;,/]\s*")


def is_start(sample: bytes) -> bool:
    """Return whether the beginning of a file has the heading line of one of the two parts."""
    return bool(TEXT_START.search(sample) or ATTRIBUTES_START.search(sample))


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[ParsedCable | Reject]:
    """Yield each document of a text file, in order. `position` is its first line.

    Raises OSError if the file cannot be read, SourceError if it passes a limit.
    """
    for record in split(path, advance, limits):
        yield record.parse()


def split(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[RawRecord]:
    """Yield what `read` does, but do not parse the documents yet."""
    with opened(path, advance, limits) as source:
        for line, data in _documents(source):
            yield RawRecord(line, len(data), partial(_parsed, line, data, limits))


def _parsed(line: int, data: bytes, limits: Limits) -> ParsedCable | Reject:
    text, replaced = decoded(data[: limits.record])
    if len(data) > limits.record:
        return Reject(line, limits.too_long("document"), text)

    def parse() -> ParsedCable:
        return replace(parse_document(text, replaced=replaced), position=line)

    return attempt(parse, line, text)


def _documents(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield (first line, text) of each document.

    A document over the limit is cut soon after it, which still shows that it is too long.
    """
    lines: list[bytes] = []
    size, first, has_heading = 0, 1, False
    for number, line in _numbered(source):
        starts_text = TEXT_START.match(line)
        if starts_text and has_heading:
            yield first, b"".join(lines)
            lines, size, first, has_heading = [], 0, number, False
        has_heading = has_heading or bool(starts_text or ATTRIBUTES_START.match(line))
        if size <= source.limits.record:
            lines.append(line)
            size += len(line)
    if any(part.strip() for part in lines):
        yield first, b"".join(lines)


def _numbered(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield (number from 1, line) of a file, up to where a gzip file is damaged."""
    number = 1
    with suppress(EOFError):
        for line in read_lines(source):
            yield number, line
            number += line.endswith((b"\n", b"\r"))


def parse_document(text: str, *, replaced: int = 0) -> ParsedCable:
    """Return the cable in a document. Raises ValueError if it has no reference or date."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stamps = [" ".join(stamp.split()) for stamp in STAMP.findall(text)]
    message, attributes = split_document(STAMP.sub("", text))
    message = without_last_lines(ENDS.sub("", message)).strip("\n")
    missing = is_missing(message.strip())
    reference = reference_of(attributes, message)
    header, body = ("", "") if missing else split_telegram(message, reference)
    edition = edition_from_attributes(attributes)
    if missing and edition.get("locator", ON_LINE) == ON_LINE:
        edition["locator"] = "withdrawn or not readable"
    if stamps:
        edition["released_stamp"] = stamps[0]
    cable = cable_from_attributes(attributes, reference, edition, header, body, "nara", replaced)
    withdrawn = "review withdrawn fields" in attributes
    return replace(cable, partial=True) if missing or withdrawn else cable


def without_last_lines(message: str) -> str:
    """Return a message without lines at its end that hold only a mark or a classification."""
    while "\n" in (kept := message.rstrip()):
        above, _, last = kept.rpartition("\n")
        if not LAST.fullmatch(last.strip(" \t")):
            break
        message = above
    return message


def is_missing(message: str) -> bool:
    """Return whether a message is empty, or only a notice that the text is not available."""
    is_notice = len(message) < LONGEST_NOTICE and UNREADABLE.search(message)
    return message.casefold() in NOTHING or bool(is_notice)


def split_document(text: str) -> tuple[str, dict[str, str]]:
    """Return (text, {key in lower case: value}) of a document (N-1, N-2).

    If one of the two parts is missing, the whole document is the text.
    """
    parts = ATTRIBUTES_LINE.split(text, maxsplit=1)
    if len(parts) < 2 or not TEXT_LINE.search(parts[0]):
        return text, {}
    above, message = TEXT_LINE.split(parts[0], maxsplit=1)
    return f"{above.strip()}\n{message}".lstrip("\n"), dict(_attributes(parts[1]))


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    """Yield (key, value) of each attribute with a value; a line without a key continues one (N-2).

    A last key is added to the text, so that the attribute before it is yielded too.
    """
    key, lines = "", []
    for line in [*text.split("\n"), "vdkvgwkey:"]:
        match = KEY.fullmatch(line.strip())
        if not match or match["key"].casefold() not in KEYS:
            lines.append(line.strip())
            continue
        value = "\n".join(lines).strip()
        if key and value.casefold() not in NOTHING:
            yield key, value
        key, lines = match["key"].casefold(), [match["value"] or ""]


def edition_from_attributes(attributes: dict[str, str]) -> EditionFacts:
    """Return the attributes that a cable's page shows beside the text."""
    values = defaultdict(str, attributes)
    concepts = values["concepts"].upper().split(",")
    captions = CAPTION.split(values["handling restrictions"].upper())
    edition: EditionFacts = {
        "film_number": values["film number"],
        "document_number": values["document number"],
        "locator": values["locator"],
        "handling": values["handling restrictions"],
        "original_classification": values["original classification"],
        "current_classification": values["current classification"],
        "drafter": values["drafter"],
        "from": values["from"],
        "to": values["to"],
        "kind": "telegram" if values["type"].upper() in ("TE", "") else "other",
        "subject": " ".join(values["subject"].split()),
        "concepts": [" ".join(each.split()) for each in concepts if each.strip()],
        "tags": split_tags([" ".join(values["tags"].split())]),
        "captions": [caption.strip()[:40] for caption in captions if caption.strip()],
    }
    return without_empty(edition)


def cable_from_attributes(
    attributes: dict[str, str],
    reference: str,
    edition: EditionFacts,
    header: str,
    body: str,
    form: str,
    replaced: int = 0,
) -> ParsedCable:
    """Return the cable of these attributes and this text. Raises ValueError if it has no date.

    `form` is the format of the record, `replaced` the number of characters that were not UTF-8.
    """
    created, precision = created_of(attributes, header)
    original = attributes.get("original classification", "")
    return parse_record(
        Record(
            format=form,
            reference=reference,
            created=created,
            created_precision=precision,
            classification=attributes.get("current classification") or original,
            origin=origin_of_sender(attributes.get("from", ""), reference),
            header=header,
            body=body,
            cites=tuple(_cited(attributes.get("reference", ""))),
            title=edition.get("subject", ""),
            replaced=replaced,
            edition=edition,
        )
    )


def created_of(attributes: dict[str, str], header: str) -> tuple[datetime, str]:
    """Return (time of sending, precision): of the date-time group, else the day of the draft.

    Raises ValueError if there is neither.
    """
    if group := parse_header(header).group:
        return group.instant, "minute"
    for key in ("draft date", "sent date"):
        if day := dates.parse(attributes.get(key, "").strip(), *DATES):
            return day
    raise ValueError("Neither a date-time group nor a draft date says when it was sent")


def reference_of(attributes: dict[str, str], message: str) -> str:
    """Return the reference by the document number, "1973PHNOM10625", or the first page (N-2).

    Raises ValueError if there is neither.
    """
    if printed := attributes.get("document number"):
        return expanded(printed, attributes.get("from", ""))
    page, group = PAGE.search(message), parse_header(split_telegram(message, "")[0]).group
    if not page or not group:
        raise ValueError("No document number, and no PAGE 01 line with a date-time group")
    return expanded(f"{group.instant.year}{page['station']}{page['serial']}", "")


def expanded(printed: str, sender: str) -> str:
    """Return the reference for a document number, whose station is cut to six letters.

    >>> expanded("1973PHNOM10625", "PHNOM PENH")
    '73PHNOMPENH10625'

    Raises ValueError if it is not a document number.
    """
    match = NUMBER.fullmatch(printed.strip().upper())
    if not match or not int(match["serial"]):
        raise ValueError(f"Not a document number: {printed[:40]!r}; one is as 1973STATE089296")
    station = _station(match["station"].replace(" ", ""), sender)
    number = f"{match['year']}{station}{int(match['serial'])}"
    return canonical_reference(number, year=1900 + int(match["year"]))


def _station(cut: str, sender: str) -> str:
    """Return the full name of a station that is cut, by the sender or the table of origins."""
    if is_station(cut):
        return cut
    name = re.sub(r"[^A-Z]", "", sender.upper())
    if name.startswith(cut):
        return name
    stations = [station for station in origins() if station.startswith(cut)]
    return stations[0] if len(stations) == 1 else cut


def origin_of_sender(sender: str, reference: str) -> str:
    """Return the name of the origin: of the sender or the station if known, else as printed."""
    known = find_origin(sender) or origins().get(reference[2:].rstrip("0123456789"))
    return known.name if known else " ".join(sender.title().split())


def _cited(text: str) -> Iterator[str]:
    for printed in re.split(r"[,;\n]", text):
        try:
            yield expanded(printed, "")
        except ValueError:
            continue
