"""Parse a telegram, header and body, into its fields and paragraphs. The entry to all of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from .classifications import (
    ClassifiedBy,
    Order,
    find_classified_by,
    find_classified_by_inside,
    find_order,
    normal_classification,
)
from .fact_types import TelegramFacts, without_empty
from .header import DateTimeGroup, Header, parse_header, station_warnings
from .page_markers import CLASSIFICATION_LINE, OPENING, first_copy, telegram_start
from .paragraphs import Blocks, Outline, outline, segment
from .preamble import (
    find_captions,
    find_first_number,
    find_passing,
    find_subject,
    find_tag_lines,
    preamble_of,
)
from .reference_items import ReferenceItem, find_listed_references
from .references import serial_of
from .tags import split_tags

HEADER_INSIDE = re.compile(r"^(?:VZCZ|FM |[ZOPR](?: [ZOPR])? \d{6}Z)", re.MULTILINE)
CANCELLED = "ZFR"
# From the first numbered paragraph on, so much is searched for "Classified By".
PARAGRAPH = 1_500  # Characters.
MOST_BLOCKS = 8

Value = TypeVar("Value")
Warnings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Telegram:
    """The fields of a telegram. What is not printed is empty; never guessed.

    `facts` are further fields as JSON values, each only if it has a value.
    """

    header: Header = Header()
    order: Order = Order()
    classified_by: ClassifiedBy = ClassifiedBy()
    passing: tuple[str, ...] = ()  # Lines such as "STATE FOR EUR" (H-11).
    subject: str = ""
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    references: tuple[ReferenceItem, ...] = ()
    blocks: Blocks = Blocks(())
    facts: TelegramFacts = field(default_factory=TelegramFacts)
    warnings: Warnings = ()

    @property
    def sent(self) -> datetime | None:
        """The instant of its date-time group, in UTC."""
        return self.header.group.instant if self.header.group else None

    @property
    def outline(self) -> Outline:
        """Summary, comment, signature and the roles of its blocks; computed at each call."""
        return outline(self.blocks)


def parse_telegram(
    header: str,
    body: str,
    *,
    reference: str,
    created: datetime | None = None,
    serial: int | None = None,
    subject: str = "",
) -> Telegram:
    """Return the fields of a telegram and its paragraphs (docs/format.md, docs/paragraphs.md).

    The serial of the canonical `reference`, or another `serial`, tells its own lines from quoted
    ones; a known `subject` is no reference. Never raises. Linear in the length of the text.
    """
    serial = serial or serial_of(reference) or None
    start = telegram_start(body, serial)
    line = CLASSIFICATION_LINE.search(body, start, start + OPENING)
    blocks = segment(body, serial)
    preambles = _preambles(body, blocks, start, serial)
    tag_lines = _first(find_tag_lines, preambles)
    parsed_header = parse_header(header or header_inside(body[:start]))
    order, order_warnings = _order(preambles, _sent(parsed_header, created))
    references = _references(preambles, reference, subject)
    return Telegram(
        header=parsed_header,
        order=order,
        classified_by=_classified_by(preambles, blocks),
        passing=tuple(_first(find_passing, preambles)),
        subject=_first(find_subject, preambles),
        tags=tuple(split_tags(tag_lines)),
        captions=tuple(_first(find_captions, preambles)),
        references=references,
        blocks=blocks,
        facts=_facts(line, parsed_header.group, tag_lines),
        warnings=(
            *_opening_warnings(body[:start], line, serial, bool(tag_lines), len(preambles) > 1),
            *(*_header_warnings(parsed_header, serial, created), *order_warnings),
            *_unknown_items(references),
        ),
    )


def _references(preambles: list[str], own: str, subject: str) -> tuple[ReferenceItem, ...]:
    """Return the items of the list of references, without what is the known subject."""
    listed = _first(lambda preamble: find_listed_references(preamble, own), preambles)
    if not subject:
        return listed
    return tuple(
        each for each in listed if each.kind != "unknown" or not each.text.startswith(subject)
    )


def _preambles(body: str, blocks: Blocks, start: int, serial: int | None) -> list[str]:
    """Return the preamble of the telegram, which starts at an offset, and of a first copy of it."""
    preambles = [preamble_of(blocks, serial, stray=start > 0)]
    if copy := first_copy(body, start, serial):
        preambles.append(preamble_of(segment(copy, serial), serial))
    return preambles


def _first(find: Callable[[str], Value], preambles: list[str]) -> Value:
    """Return what is found in a telegram's preamble, or else in the first copy of it (M-13)."""
    values = [find(preamble) for preamble in preambles]
    return next(filter(None, values), values[0])


def _order(preambles: list[str], sent: datetime | None) -> tuple[Order, list[tuple[str, str]]]:
    orders = [find_order(preamble, sent and sent.date()) for preamble in preambles]
    return next((found for found in orders if found[0].number), orders[0])


def _classified_by(preambles: list[str], blocks: Blocks) -> ClassifiedBy:
    """Return who classified it: from the preamble, the first paragraph or a first copy (H-17)."""
    if by := find_classified_by(preambles[0]):
        return by
    first = find_first_number(blocks)
    text = "\n\n".join(block.text for block in blocks[first : first + MOST_BLOCKS])
    return find_classified_by_inside(text[:PARAGRAPH]) or _first(find_classified_by, preambles)


def header_inside(prefix: str) -> str:
    """Return the stray text before a telegram if it holds a header, else "" (M-13)."""
    return prefix if HEADER_INSIDE.search(prefix) else ""


def marked_classification(line: re.Match[str]) -> str:
    """Return the class in a classification line (L-3): "C O N F ..." is CONFIDENTIAL.

    Captions that are part of a class count too: NOFORN, SENSITIVE.
    """
    level = re.sub(r"\s", "", line["level"])
    level = {"LIMITEDOFFICIALUSE": "LOU", "TOPSECRET": "TS"}.get(level, level)
    for caption in re.findall(r"NOFORN|SENSITIVE|FOR OFFICIAL USE ONLY", line["captions"]):
        try:
            return normal_classification(f"{level} {caption}")
        except ValueError:
            continue
    return normal_classification(level)


def _facts(
    line: re.Match[str] | None, group: DateTimeGroup | None, tag_lines: list[str]
) -> TelegramFacts:
    facts: TelegramFacts = {}
    if line:
        facts["marked_classification"] = marked_classification(line)
        if line["sections"]:
            facts["section"], facts["sections"] = int(line["section"]), int(line["sections"])
    if tag_lines:
        facts["tags_printed"] = " ".join(" ".join(tag_lines).split())
    if group:
        facts["precedence"] = group.action
        facts["info_precedence"] = group.info
        facts["operating_signals"] = list(group.signals)
        facts["cancelled"] = CANCELLED in group.signals
    return without_empty(facts)


def _opening_warnings(
    prefix: str, line: re.Match[str] | None, serial: int | None, tagged: bool, copied: bool
) -> Iterator[tuple[str, str]]:
    if copied:
        yield "M-13", "The opening lines stand twice; what the second copy lacks is of the first"
    elif prefix.strip():
        yield "M-13", "Other text stands before the telegram; it is kept, but not read"
    if line is None and tagged:  # Telegrams without tags are older than such lines.
        yield "H-9", "No classification line; where the telegram starts is not certain"
    if line and serial is not None and int(line["serial"]) != serial:
        yield "H-9", f"The classification line has the number {line['serial']}"


def _sent(header: Header, created: datetime | None) -> datetime | None:
    return header.group.instant if header.group else created


def _header_warnings(
    header: Header, serial: int | None, created: datetime | None
) -> Iterator[tuple[str, str]]:
    group = header.group
    if group and created and abs(group.instant - created) > timedelta(days=1):
        yield "M-10", f"The date-time group says {group.instant:%Y-%m-%d %H:%M} UTC"
    yield from header.warnings
    yield from station_warnings(header, serial, _sent(header, created))


def _unknown_items(references: tuple[ReferenceItem, ...]) -> Iterator[tuple[str, str]]:
    for item in references:
        if item.kind == "unknown":
            which = f"Item {item.bullet}" if item.bullet else "An item"
            yield "R-6", f"{which} of the list of references names nothing known"
