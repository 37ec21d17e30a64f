"""Read telegrams of 1973-79 as the National Archives released them (rules N).

A text file has one or more documents, each with the parts "Message Text" and "Message Attributes".
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from ..telegram.header import parse_header
from .limited_files import LIMITS, Limits, Source, opened, read_lines
from .nara_attributes import (
    NOTHING,
    STAMP,
    Attributes,
    attributes_in,
    cable_of,
    edition_of,
    expanded,
    release_marking,
)
from .parsed_cable import ParsedCable, RawRecord, Reject, attempt
from .text_encodings import decoded
from .text_page import split_telegram

RAW_RECORDS = True  # `read` yields records that are not parsed yet.
TEXT_LINE = re.compile(r"(?im)^[ \t]*Message Text[ \t]*$")
ATTRIBUTES_LINE = re.compile(r"(?im)^[ \t]*Message Attributes[ \t]*$")
TEXT_START = re.compile(rb"(?im)^[ \t]*Message Text[ \t]*\r?$")
USUAL_TEXT_START = re.compile(rb"[ \t]*Message Text[ \t]*\r?$")
ATTRIBUTES_START = re.compile(rb"(?im)^[ \t]*Message Attributes[ \t]*\r?$")
# The document number and, if there is none, the film number: what names a document.
NAMES = tuple(
    re.compile(rb"(?im)^[ \t]*" + key + rb" Number:[ \t]*([0-9DNP]\w.*?)[ \t]*\r?$")
    for key in (b"Document", b"Film")
)
PAGE = re.compile(
    r"(?m)^[ \t]*PAGE 01[ \t]+(?P<station>[A-Z][A-Z. ]{0,40}?)[ \t]+(?P<serial>\d{4,6})\s"
)
# A stamp of release, which may stand between any two lines, and as an attribute.
STAMP_LINE = re.compile(
    rf"(?im)^(?P<key>(?:Review )?Markings:[ \t]*)?(?P<line>.*(?:{STAMP}).*)$\n?"
)
ENDS = re.compile(r"(?im)^[ \t]*(?:<< ?END OF DOCUMENT ?>>|\*\*\* Current .*)[ \t]*$\n?")
# Lines at the end of a message that are not part of it.
LAST = re.compile(r"N{3,}[A-Z]*|(?:TOP )?SECRET|CONFIDENTIAL|UNCLASSIFIED|LIMITED OFFICIAL USE")
ON_LINE = re.compile(r"\bON-?LINE\b")  # In the locator of a telegram with a text.
LOST = r"TEXT FOR THIS MRN IS UNAVAILABLE|ERROR READING TEXT|EXPAND ERROR ENCOUNTERED"
GONE = r"(?:IS )?(?:NOT AVAILABLE|UNAVAILABLE|UNRETRIEVABLE)|NOT CONVERTED|GARBLED"
NOTICE = re.compile(rf"{LOST}|UNRETRIEVABLE|TEXT (?:{GONE})", re.IGNORECASE)
# A cell of a table that has no text.
NO_TEXT = re.compile(rf"(?:{LOST}|(?:ADS:? )?TEXT (?:{GONE}|WITHDRAWN)|NO TEXT|N/A)", re.IGNORECASE)
WITHDRAWN = re.compile(r"\bWITHDRAW(?:N|AL)\b", re.IGNORECASE)
# The notice that a part of a text is lost: on a line of its own.
LOST_LINE = re.compile(rf"(?m)^[ \t]*(?:ADS:?[ \t]*)?(?:{LOST})")
LONGEST_NOTICE = 400  # Characters: in a longer text these words belong to the message.


def is_start(sample: bytes) -> bool:
    """Return whether the beginning of a file has the heading line of one of the two parts."""
    return bool(TEXT_START.search(sample) or ATTRIBUTES_START.search(sample))


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[RawRecord]:
    """Yield each document of a text file, in order. `position` is its first line.

    Raises OSError if the file cannot be read, SourceError if it passes a limit.
    """
    seen: Counter[bytes] = Counter()
    with opened(path, advance, limits) as source:
        for line, data in _documents(source):
            name = next(filter(None, (each.search(data) for each in NAMES)), None)
            if name:
                seen[name[1]] += 1
            time = seen[name[1]] if name else 1
            yield RawRecord(line, len(data), partial(_parsed, line, data, limits, time))


def _parsed(line: int, data: bytes, limits: Limits, time: int) -> ParsedCable | Reject:
    text, replaced = decoded(data[: limits.record])
    if len(data) > limits.record:
        return Reject(line, limits.too_long("document"), text)

    def parse() -> ParsedCable:
        return replace(parse_document(text, replaced=replaced, time=time), position=line)

    return attempt(parse, line, text)


def _documents(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield (first line, text) of each document.

    A document over the limit is cut soon after it, which still shows that it is too long.
    """
    lines: list[bytes] = []
    size, first, has_text, has_attributes = 0, 1, False, False
    for number, line in _numbered(source):
        starts_text = TEXT_START.match(line)
        # A telegram may have the words in capitals on a line of its own.
        if starts_text and (has_attributes or (has_text and USUAL_TEXT_START.match(line))):
            yield first, b"".join(lines)
            lines, size, first, has_attributes = [], 0, number, False
        has_text = has_text or bool(starts_text)
        has_attributes = has_attributes or bool(ATTRIBUTES_START.match(line))
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


def parse_document(text: str, *, replaced: int = 0, time: int = 1) -> ParsedCable:
    """Return the cable in a document. Raises ValueError if it has no reference or date.

    `time` is how often its file has had its number, with this document (N-7).
    """
    text, stamps = without_stamps(text)
    message, attributes = split_document(text)
    return parse_message(message, stamps, attributes, replaced=replaced, time=time)


def parse_message(
    message: str,
    stamps: list[str],
    attributes: Attributes,
    form: str = "nara",
    *,
    replaced: int = 0,
    time: int = 1,
) -> ParsedCable:
    """Return the cable with this message, stamps of release, and attributes. Raises ValueError."""
    message = without_last_lines(ENDS.sub("", message)).strip("\n")
    reference = reference_of(attributes, message)
    edition, warnings = edition_of(attributes)
    if stamps:
        edition["released_stamp"] = " ".join(stamps[0].split())
        edition.setdefault("release_marking", release_marking(stamps[0]))
    missing = why_missing(message.strip(), attributes)
    if missing:
        edition["locator"] = missing
    texts = ("", "") if missing else split_telegram(message, reference)
    if time > 1:
        warnings = (
            *warnings,
            ("N-7", f"{time - 1} documents before it in the file have its number too"),
        )
        reference = f"{reference}-{time}"
    cable = cable_of(
        attributes, reference, edition, texts, form, replaced=replaced, warnings=warnings
    )
    incomplete = "review withdrawn fields" in attributes or LOST_LINE.search(message)
    return replace(cable, partial=True) if missing or incomplete else cable


def without_stamps(text: str) -> tuple[str, list[str]]:
    """Return a text with "\\n" line ends without the lines of its stamps of release, and these."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stamps = [stamp["line"] for stamp in STAMP_LINE.finditer(text)]
    return STAMP_LINE.sub(lambda stamp: stamp[0] if stamp["key"] else "", text), stamps


def without_last_lines(message: str) -> str:
    """Return a message without lines at its end that hold only a mark or a classification."""
    while "\n" in (kept := message.rstrip()):
        above, _, last = kept.rpartition("\n")
        if not LAST.fullmatch(last.strip(" \t")):
            break
        message = above
    return message


def why_missing(message: str, attributes: Attributes) -> str:
    """Return where the text is, or why it is missing; "" if the message is a text."""
    locator = attributes.get("locator", "")
    is_short = len(message) < LONGEST_NOTICE and not parse_header(message).group
    action = attributes.get("review action", "")
    is_empty = message.casefold() in NOTHING
    if (is_short and WITHDRAWN.search(message)) or (is_empty and WITHDRAWN.search(action)):
        exemptions = " ".join(attributes.get("review exemptions", "").split())
        return f"withdrawn: {exemptions}" if exemptions else "withdrawn"
    if not is_empty and not (is_short and NOTICE.search(message)):
        return ""
    return "withdrawn or not readable" if not locator or ON_LINE.search(locator) else locator


def text_in_cell(cell: str) -> str:
    """Return the text in a cell of a table, "" if it only says that there is none."""
    return "" if NO_TEXT.fullmatch(cell.strip(" \t\r\n.*[]()<>")) else cell


def split_document(text: str) -> tuple[str, Attributes]:
    """Return (text, attributes) of a document (N-1).

    If one of the two parts is missing, the whole document is the text. The words may also stand in
    the text: the first line with those of the text counts, the last with those of the attributes.
    """
    headings = [match.span() for match in ATTRIBUTES_LINE.finditer(text)]
    if not headings or not TEXT_LINE.search(text, 0, headings[-1][0]):
        return text, {}
    start, end = headings[-1]
    above, message = TEXT_LINE.split(text[:start], maxsplit=1)
    return f"{above.strip()}\n{message}".lstrip("\n"), dict(attributes_in(text[end:]))


def reference_of(attributes: Attributes, message: str) -> str:
    """Return the reference by the document number, the first page or the film number (N-3, N-6).

    Raises ValueError if there is none of them.
    """
    number, film = attributes.get("document number", ""), attributes.get("film number", "")
    try:
        if number:
            return expanded(number, attributes.get("from", ""))
        if on_page := _reference_on_page(message):
            return on_page
    except ValueError:
        if not film:
            raise
    if not film:
        raise ValueError(
            "No document number, no film number, and no PAGE 01 line with a date-time group"
        )
    return expanded(film, "")


def _reference_on_page(message: str) -> str:
    page, group = PAGE.search(message), parse_header(split_telegram(message, "")[0]).group
    if not page or not group:
        return ""
    return expanded(f"{group.instant.year}{page['station']}{page['serial']}", "")
