"""Read a page of the mirror: one cable, in a table and two boxes (rules M of docs/format.md)."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ..telegram.references import find_reference
from .limited_files import LIMITS, Limits, read_whole
from .parse_record import Record, parse_printed_date, parse_printed_time, parse_record
from .parsed_cable import ParsedCable, Reject, attempt
from .text_encodings import decoded

TABLE = re.compile(r"<table\b[^<>]{0,500}\bclass=[\"']cable[\"'][^<>]{0,500}>", re.IGNORECASE)
TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
HEADING = re.compile(
    r"<h3\b[^<>]{0,500}>\s*Viewing cable ([^,<]{1,100}),?(.{0,2000}?)</h3>", re.I | re.S
)
NAME = re.compile(r"<th\b[^<>]{0,500}>", re.IGNORECASE)
CELL = re.compile(r"<td\b(?![^<>]{0,500}\bcolspan)[^<>]{0,500}>", re.IGNORECASE)
CELL_END = re.compile(r"</t[hd]", re.IGNORECASE)
LINK = re.compile(r"<a\b[^<>]{0,500}\bhref=[\"']([^\"'<>]*)[\"']", re.IGNORECASE)
BOX = re.compile(r"<pre\b[^<>]{0,500}>\n?", re.IGNORECASE)
BOX_END = re.compile(r"</pre\s*>", re.IGNORECASE)

# M-5. Only names of HTML elements make a tag: an address in angle brackets is text.
PILCROW = re.compile(
    r"<a\b[^<>]{0,200}\bid=[\"']par[^\"'<>]{1,40}[\"'][^<>]{0,200}>(?:¶|&para;|&#182;|&#xb6;)</a>",
    re.IGNORECASE,
)
TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html"
    r"|i|img|li|meta|ol|p|pre|script|small|span|strong|style|sub|sup|t(?:able|body|d|foot|h|head|r)"
    r"|tt|u|ul)\b(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

ARTICLES = re.compile(r"Appears in these articles:(.*?)(?:</tr|$)", re.IGNORECASE | re.DOTALL)
REPEATED_SCHEME = re.compile(r"^https?://(?=https?://)")
CUT = "The page ends too early: it was cut short; get it again"
ADDRESS = re.compile(r"https?://[^/\s.]+(\.[^/\s.]+)+")


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[ParsedCable | Reject]:
    """Yield the cable on a page, or a Reject if the page holds none (M-4).

    Raises OSError if the file cannot be read, SourceError if it is too long.
    """
    text, replaced = decoded(read_whole(path, advance, limits))
    reference = find_reference(path.stem)
    yield attempt(lambda: parse_page(text, replaced=replaced), 1, text, reference)


def parse_page(text: str, *, replaced: int = 0) -> ParsedCable:
    """Return the cable on a page. Raises ValueError if it is not a cable page."""
    table, after = _last_table(text)
    facts = _facts(table)
    header, body = _boxes(after)
    created, precision = parse_printed_time(facts["created"])
    return parse_record(
        Record(
            format="page",
            reference=facts["reference id"],
            created=created,
            created_precision=precision,
            released=parse_printed_date(facts.get("released", "")),
            classification=facts["classification"],
            origin=facts.get("origin", ""),
            header=header,
            body=body,
            title=_title(text),
            articles=find_articles(table),
            replaced=replaced,
        )
    )


def plain_text(markup: str) -> str:
    """Return the text of a box: remove pilcrow anchors and tags, then decode entities (M-5).

    All other characters stay, even those that look damaged (M-15).
    """
    return ENTITY.sub(lambda each: html.unescape(each[0]), TAG.sub("", PILCROW.sub("", markup)))


def find_articles(table: str) -> tuple[str, ...]:
    """Return the addresses of articles in a cable's table, each once (M-3).

    The mirror wrote most of them as "http://http://...".
    """
    links = [link for row in ARTICLES.findall(table) for link in LINK.findall(row)]
    addresses = (REPEATED_SCHEME.sub("", html.unescape(link).strip()) for link in links)
    return tuple(dict.fromkeys(filter(ADDRESS.match, addresses)))


def _last_table(text: str) -> tuple[str, str]:
    """Return the markup of the last table, the cable's, and what follows it (M-1)."""
    starts = [match.end() for match in TABLE.finditer(text)]
    if not starts:
        raise ValueError("Not a page of a cable: it has no table with its facts (M-4)")
    end = TABLE_END.search(text, starts[-1])
    if end is None:
        raise ValueError(CUT)
    return text[starts[-1] : end.start()], text[end.end() :]


def _facts(table: str) -> dict[str, str]:
    """Return {column name in lower case: cell} of the cable's table (M-2)."""
    names = [_cell(name).casefold() for name in NAME.split(table)[1:]]
    cells = [_cell(cell) for cell in CELL.split(table)[1:]]
    if len(names) != len(cells):
        raise ValueError(f"The table has {len(names)} names for {len(cells)} cells (M-2)")
    facts = dict(zip(names, cells, strict=True))
    for name in ("reference id", "created", "classification"):
        if name not in facts:
            raise ValueError(f"Not a cable page: its table has no column {name!r} (M-2)")
    return facts


def _boxes(text: str) -> tuple[str, str]:
    """Return the text of header and body (M-4). A single box is the body."""
    boxes, offset = [], 0
    while start := BOX.search(text, offset):
        end = BOX_END.search(text, start.end())
        if end is None:
            raise ValueError(CUT)
        boxes.append(plain_text(text[start.end() : end.start()]))
        offset = end.end()
    if not boxes:
        raise ValueError("Not a cable page: it has no box of text (M-4)")
    if len(boxes) == 1:
        if "</html" not in text.lower():
            raise ValueError(CUT)
        boxes.insert(0, "")
    return boxes[0], boxes[1]


def _title(text: str) -> str:
    """Return the title of the page, "" if it has none: the first line of the subject (M-6)."""
    headings = HEADING.findall(text)
    title = plain_text(headings[-1][1]).strip() if headings else ""
    return title.split("\n")[0].rstrip("\\ ")


def _cell(markup: str) -> str:
    """Return the text of a table cell, given the markup from its start."""
    return " ".join(plain_text(CELL_END.split(markup, 1)[0]).split())
