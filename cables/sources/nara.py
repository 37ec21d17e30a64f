"""Read the National Archives' telegrams of 1973-79: texts with attributes (rules N).

A text file holds one document or many, each "Message Text" and "Message Attributes".
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ..references import canonical_reference, is_station
from .attempts import attempt
from .encoding import decoded
from .header import parse_header
from .origins import find_origin, origins
from .parsed_cable import ParsedCable, Reject
from .reading import LIMITS, Limits, Source, opened, read_lines
from .record import Record, parse_record
from .tags import split_tags
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
DATES = ("%d %b %Y", "%d-%b-%Y", "%d-%b-%Y %I:%M:%S %p", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d")
STAMP = re.compile(
    r"(?im)^.*(?:Declassified/Released|DECLASSIFIED).{0,60}Department of State"
    r".{0,80}\d{2} [A-Z]{3} \d{4}.*$\n?"
)
ENDS = re.compile(r"(?im)^[ \t]*(?:<< ?END OF DOCUMENT ?>>|\*\*\* Current .*)[ \t]*$\n?")
# Lines below a message that are no part of it.
LAST = re.compile(r"N{3,}[A-Z]*|(?:TOP )?SECRET|CONFIDENTIAL|UNCLASSIFIED|LIMITED OFFICIAL USE")
NOTHING = ("", "n/a")
ON_LINE = "TEXT ON-LINE"
UNREADABLE = re.compile(r"TEXT FOR THIS MRN IS UNAVAILABLE|ERROR READING TEXT|UNRETRIEVABLE", re.I)
LONGEST_EXCUSE = 400  # Characters: in a longer text these are words of its own.
CAPTION = re.compile(r"[;,/]\s*")
# What stands at a reader's side -> the attribute that says it.
TOLD = {
    "film_number": "film number",
    "document_number": "document number",
    "locator": "locator",
    "handling": "handling restrictions",
    "original_classification": "original classification",
    "current_classification": "current classification",
    "drafter": "drafter",
    "from": "from",
    "to": "to",
}


def is_start(sample: bytes) -> bool:
    """Return whether the beginning of a text has one of the two lines that part a document."""
    return bool(TEXT_START.search(sample) or ATTRIBUTES_START.search(sample))


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[ParsedCable | Reject]:
    """Yield each document of a text file, in order. `position` is its first line.

    Raises OSError if the file cannot be read, SourceError if it passes a limit.
    """
    with opened(path, advance, limits) as source:
        for line, data in _documents(source):
            yield _parsed(line, data, limits)


def _parsed(line: int, data: bytes, limits: Limits) -> ParsedCable | Reject:
    text, replaced = decoded(data[: limits.record])
    if len(data) > limits.record:
        return Reject(line, limits.too_long("document"), text)

    def parse():
        return replace(parse_document(text, replaced=replaced), position=line)

    return attempt(parse, line, text)


def _documents(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield (first line, text) of each document, as a stream.

    Of one that is too long no more is kept than shows it.
    """
    lines, size, first, begun = [], 0, 1, False
    for number, line in _numbered(source):
        starts = TEXT_START.match(line)
        if starts and begun:
            yield first, b"".join(lines)
            lines, size, first, begun = [], 0, number, False
        begun = begun or bool(starts or ATTRIBUTES_START.match(line))
        if size <= source.limits.record:
            lines.append(line)
            size += len(line)
    if any(part.strip() for part in lines):
        yield first, b"".join(lines)


def _numbered(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers, from 1, as far as it can be unpacked."""
    number = 1
    with suppress(EOFError):
        for line in read_lines(source):
            yield number, line
            number += line.endswith((b"\n", b"\r"))


def parse_document(text: str, *, replaced: int = 0) -> ParsedCable:
    """Return the cable in a document. Raises ValueError if nothing in it names it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stamps = [" ".join(stamp.split()) for stamp in STAMP.findall(text)]
    message, attributes = split_document(STAMP.sub("", text))
    message = without_last_lines(ENDS.sub("", message)).strip("\n")
    missing = is_missing(message.strip())
    reference = reference_of(attributes, message)
    header, body = ("", "") if missing else split_telegram(message, reference)
    edition = edition_of(attributes)
    if missing and edition.get("locator", ON_LINE) == ON_LINE:
        edition["locator"] = "withdrawn or not readable"
    if stamps:
        edition["released_stamp"] = stamps[0]
    cable = cable_of(attributes, reference, edition, header, body, "nara", replaced)
    withdrawn = "review withdrawn fields" in attributes
    return replace(cable, partial=True) if missing or withdrawn else cable


def without_last_lines(message: str) -> str:
    """Return a message without the marks and classes that stand in lines of their own below it."""
    while "\n" in (kept := message.rstrip()):
        above, _, last = kept.rpartition("\n")
        if not LAST.fullmatch(last.strip(" \t")):
            break
        message = above
    return message


def is_missing(message: str) -> bool:
    """Return whether a message is none, or says no more than that it cannot be read."""
    unreadable = len(message) < LONGEST_EXCUSE and UNREADABLE.search(message)
    return message.casefold() in NOTHING or bool(unreadable)


def split_document(text: str) -> tuple[str, dict[str, str]]:
    """Return the text of a message, and its attributes by their keys in small letters (N-1, N-2).

    A document that lacks one of the two parts is all text.
    """
    parts = ATTRIBUTES_LINE.split(text, maxsplit=1)
    if len(parts) < 2 or not TEXT_LINE.search(parts[0]):
        return text, {}
    above, message = TEXT_LINE.split(parts[0], maxsplit=1)
    return f"{above.strip()}\n{message}".lstrip("\n"), dict(_attributes(parts[1]))


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    """Yield (key, value) of each attribute that has a value; other lines continue one (N-2)."""
    key, value = "", []
    for line in [*text.split("\n"), "vdkvgwkey:"]:
        found = KEY.fullmatch(line.strip())
        if not found or found["key"].casefold() not in KEYS:
            value.append(line.strip())
            continue
        said = "\n".join(value).strip()
        if key and said.casefold() not in NOTHING:
            yield key, said
        key, value = found["key"].casefold(), [found["value"] or ""]


def edition_of(attributes: dict[str, str]) -> dict:
    """Return what is shown of the attributes beside the text."""
    edition = {name: attributes.get(key, "") for name, key in TOLD.items()}
    edition["kind"] = "telegram" if attributes.get("type", "TE").upper() in ("TE", "") else "other"
    edition["subject"] = " ".join(attributes.get("subject", "").split())
    edition["concepts"] = [each.upper() for each in _listed(attributes.get("concepts", ""))]
    edition["tags"] = split_tags([" ".join(attributes.get("tags", "").split())])
    handling = CAPTION.split(attributes.get("handling restrictions", "").upper())
    edition["captions"] = [caption.strip()[:40] for caption in handling if caption.strip()]
    return {name: value for name, value in edition.items() if value}


def _listed(text: str) -> list[str]:
    return [" ".join(each.split()) for each in text.split(",") if each.strip()]


def cable_of(attributes, reference, edition, header, body, form, replaced=0) -> ParsedCable:
    """Return the cable of these attributes and this text. Raises ValueError if it has no date."""
    created, precision = created_of(attributes, header)
    now = attributes.get("current classification") or attributes.get("original classification", "")
    return parse_record(
        Record(
            format=form,
            reference=reference,
            created=created,
            created_precision=precision,
            classification=now,
            origin=origin_of(attributes.get("from", ""), reference),
            header=header,
            body=body,
            cites=tuple(_cited(attributes.get("reference", ""))),
            title=edition.get("subject", ""),
            replaced=replaced,
            edition=edition,
        )
    )


def created_of(attributes: dict[str, str], header: str) -> tuple[datetime, str]:
    """Return when it was sent: by its date-time group, else the day of its draft."""
    if group := parse_header(header).group:
        return group.instant, "minute"
    for key in ("draft date", "sent date"):
        for form in DATES:
            try:
                day = datetime.strptime(attributes.get(key, "").strip().title(), form)
            except ValueError:
                continue
            return day.replace(hour=0, minute=0, second=0, tzinfo=UTC), "day"
    raise ValueError("Neither a date-time group nor a draft date says when it was sent")


def reference_of(attributes: dict[str, str], message: str) -> str:
    """Return the reference in a document number, "1973PHNOM10625" (N-2). Raises ValueError."""
    if printed := attributes.get("document number"):
        return expanded(printed, attributes.get("from", ""))
    page, group = PAGE.search(message), parse_header(split_telegram(message, "")[0]).group
    if not page or not group:
        raise ValueError("No document number, and no PAGE 01 line with a date-time group")
    return expanded(f"{group.instant.year}{page['station']}{page['serial']}", "")


def expanded(printed: str, sender: str) -> str:
    """Return the reference that a document number stands for: its station is cut to six letters.

    >>> expanded("1973PHNOM10625", "PHNOM PENH")
    '73PHNOMPENH10625'

    Raises ValueError if it is none.
    """
    match = NUMBER.fullmatch(printed.strip().upper())
    if not match or not int(match["serial"]):
        raise ValueError(f"Not a document number: {printed[:40]!r}; one is as 1973STATE089296")
    station = _station(match["station"].replace(" ", ""), sender)
    number = f"{match['year']}{station}{int(match['serial'])}"
    return canonical_reference(number, year=1900 + int(match["year"]))


def _station(cut: str, sender: str) -> str:
    """Return the station whose name begins so, if it is one; else that of the sender."""
    if is_station(cut):
        return cut
    named = re.sub(r"[^A-Z]", "", sender.upper())
    if named.startswith(cut):
        return named
    alike = [station for station in origins() if station.startswith(cut)]
    return alike[0] if len(alike) == 1 else cut


def origin_of(sender: str, reference: str) -> str:
    """Return the name of the origin: of the station in the reference, else as printed."""
    known = find_origin(sender) or origins().get(reference[2:].rstrip("0123456789"))
    return known.name if known else " ".join(sender.title().split())


def _cited(text: str) -> Iterator[str]:
    for printed in re.split(r"[,;\n]", text):
        try:
            yield expanded(printed, "")
        except ValueError:
            continue
