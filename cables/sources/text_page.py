"""Read a cable saved as text: the text of a page, or five lines and the telegram (rules X)."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ..telegram import dates
from ..telegram.page_markers import CLASSIFICATION_LINE
from ..telegram.references import canonical_reference, find_reference
from .limited_files import LIMITS, Limits, read_whole
from .parse_record import PARTIAL, Record, parse_printed_date, parse_printed_time, parse_record
from .parsed_cable import ParsedCable, Reject, attempt
from .text_encodings import decoded

# the row of the table.
ROW = re.compile(
    r"""^(?P<reference>\S{5,80})[ ]
    (?P<created>\d{4}-\d\d-\d\d[ ]\d\d:\d\d)[ ]
    (?:(?P<released>\d{4}-\d\d-\d\d[ ]\d\d:\d\d)[ ])?
    (?P<classification>SECRET//NOFORN|SECRET|CONFIDENTIAL//NOFORN|CONFIDENTIAL
      |UNCLASSIFIED//FOR[ ]OFFICIAL[ ]USE[ ]ONLY|UNCLASSIFIED)[ ]
    (?P<origin>[^\n]{1,200})$""",
    re.VERBOSE | re.MULTILINE,
)
HEADING = re.compile(r"^Viewing cable ([^,\n]{1,100}),?([^\n]*)$", re.MULTILINE)
ARTICLES = re.compile(r"Appears in these articles:[ \t]*\n((?:[ \t]*https?://\S+[ \t]*\n)*)")
LEVEL = re.compile(r"UNCLAS|C ?O ?N ?F ?I ?D|(?:T ?O ?P {1,3})?S ?E ?C ?R|LIMITED OFF")
FIELD = re.compile(r"^[ \t]{0,8}(?:E\.?O\.? ?\d|TAGS|SUBJ)", re.MULTILINE)
# The first is midnight in the time zone where the file was made: only its date counts.
FILE_TIMES = ("Wed Dec 12 00:00:00 +0100 2001", "11/07/2007 1:27")


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[ParsedCable | Reject]:
    """Yield the cable in a text file, or a Reject. Raises OSError, or SourceError."""
    text, replaced = decoded(read_whole(path, advance, limits))
    reference = find_reference(path.stem)
    yield attempt(lambda: parse_text(text, replaced=replaced), 1, text, reference)


def is_text_page(text: str) -> bool:
    """Return whether a text begins like a cable saved as text."""
    if HEADING.search(text) or ROW.search(text):
        return True
    try:
        return bool(canonical_reference(text.lstrip().split("\n", 1)[0]))
    except ValueError:
        return False


def parse_text(text: str, *, replaced: int = 0) -> ParsedCable:
    """Return the cable in a text. Raises ValueError if the text has neither of the two forms."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    record = _page_record(text) or _lines_record(text)
    record.replaced = replaced
    return parse_record(record)


def _page_record(text: str) -> Record | None:
    """Return the record in the text of a page (X-1), or None if it has no row (X-2)."""
    row = ROW.search(text)
    if row is None:
        return None
    telegram = text[row.end() + 1 :]
    articles = ()
    if printed := ARTICLES.match(telegram):
        articles = tuple(printed[1].split())
        telegram = telegram[printed.end() :]
    created, precision = parse_printed_time(row["created"])
    heading = HEADING.search(text, 0, row.start())
    header, body = split_telegram(telegram, find_reference(row["reference"]))
    return Record(
        format="text",
        reference=row["reference"],
        created=created,
        created_precision=precision,
        released=parse_printed_date(row["released"] or ""),
        classification=row["classification"],
        origin=row["origin"],
        header=header,
        body=body,
        title=heading[2].strip() if heading else "",
        articles=articles,
    )


def _lines_record(text: str) -> Record:
    """Return the record in five lines and a telegram (X-5). Raises ValueError."""
    lines = text.lstrip("\n").split("\n", 5)
    if len(lines) < 5:
        raise ValueError(
            "Not a cable: expected the text of a page, or reference, title, date, classification "
            "and origin on a line each"
        )
    reference, title, created, classification, origin = (line.strip() for line in lines[:5])
    instant, precision = dates.parse(created, *FILE_TIMES) or parse_printed_time(created)
    header, body = split_telegram("".join(lines[5:]), find_reference(reference))
    return Record(
        format="text",
        reference=reference,
        created=instant,
        created_precision=precision,
        classification=classification,
        origin=origin,
        header=header,
        body=body,
        title=title,
    )


def split_telegram(text: str, reference: str) -> tuple[str, str]:
    """Return (header, body) of a telegram without a line, or even a line break, between them.

    The body starts at the first classification line of this cable, even inside a line (X-3, X-5),
    else after the notice of a partial extract, else at the first field of the preamble.
    """
    start = _classification_line(text, reference[2:].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-"))
    if start is None and text.startswith(PARTIAL):
        start = len(PARTIAL)
    if start is None:
        field = FIELD.search(text)
        start = field.start() if field else 0
    return text[:start].rstrip("\n"), text[start:].lstrip("\n")


def _classification_line(text: str, serial: str) -> int | None:
    """Return the offset of the classification line with this serial, else of the first one."""
    first = None
    for level in LEVEL.finditer(text):
        start = level.start()
        line = CLASSIFICATION_LINE.match(text[start : start + 200])  # It may be inside a line.
        if line and line["serial"].lstrip("0") == serial:
            return start
        if line and first is None:
            first = start
    return first
