"""Header and body of a telegram -> what it says of itself: the one entry to all its fields."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..classifications import normal_classification
from ..lines import CLASSIFICATION_LINE, OPENING, find_opening, telegram_start
from ..paragraphs import Blocks, Outline, outline, segment
from .cited import Cited, find_cited
from .declassification import (
    ClassifiedBy,
    Order,
    find_classified_by,
    find_classified_by_inside,
    find_order,
)
from .header import DateTimeGroup, Header, parse_header, station_doubts
from .preamble import (
    find_captions,
    find_first_paragraph,
    find_passing,
    find_subject,
    find_tag_lines,
    preamble_of,
)
from .tags import split_tags

SERIAL = re.compile(r"\d\d[A-Z-]+(\d+)")  # Documents of a volume have none.
HEADER_INSIDE = re.compile(r"^(?:VZCZ|FM |[ZOPR](?: [ZOPR])? \d{6}Z)", re.MULTILINE)
CANCELLED = "ZFR"
PARAGRAPH = 1_500  # Characters of the first one that are looked at.

Warnings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Telegram:
    """What a telegram says of itself. Empty where it says nothing; never guessed.

    `facts` are what is stored of it beside the texts, as JSON values, each only where it has
    a value: marked_classification (as its own classification line says, L-3), section and
    sections (H-9), tags_printed (T-3), precedence and info_precedence, operating_signals,
    cancelled (H-5).
    """

    header: Header = Header()
    order: Order = Order()
    classified_by: ClassifiedBy = ClassifiedBy()
    passing: tuple[str, ...] = ()  # Lines such as "STATE FOR EUR" (H-11).
    subject: str = ""
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    references: tuple[Cited, ...] = ()
    blocks: Blocks = Blocks(())
    facts: dict = field(default_factory=dict)
    warnings: Warnings = ()

    @property
    def sent(self) -> datetime | None:
        """The instant of its date-time group, in UTC."""
        return self.header.group and self.header.group.instant

    @property
    def outline(self) -> Outline:
        """Summary, comment, signature and the roles of its blocks; worked out when asked for."""
        return outline(self.blocks)


def parse_telegram(
    header: str, body: str, *, reference: str, created: datetime | None = None
) -> Telegram:
    """Return what a telegram says of itself, and its paragraphs (docs/format.md, paragraphs.md).

    `reference` is canonical: its serial tells the telegram's own lines from others'. Never
    raises, whatever the text; the work grows with the length of the text, not faster.
    """
    serial = _serial(reference)
    start = telegram_start(body, serial)
    opening = find_opening(body)
    line = CLASSIFICATION_LINE.search(body, start, start + OPENING)
    preamble = preamble_of(body, start, opening, serial)
    tag_lines = find_tag_lines(preamble)
    envelope = parse_header(header or header_inside(body[:start]))
    sent = envelope.group.instant if envelope.group else created
    order, doubts = find_order(preamble, sent and sent.date())
    references = find_cited(preamble, reference)
    return Telegram(
        header=envelope,
        order=order,
        classified_by=_classified_by(preamble, body, start, serial),
        passing=tuple(find_passing(preamble)),
        subject=find_subject(preamble),
        tags=tuple(split_tags(tag_lines)),
        captions=tuple(find_captions(preamble)),
        references=references,
        blocks=segment(body),
        facts=_facts(line, envelope.group, tag_lines),
        warnings=(
            *_opening_warnings(body[:start], line, serial, bool(tag_lines)),
            *_time_warnings(envelope.group, created),
            *envelope.warnings,
            *station_doubts(envelope, serial, sent),
            *doubts,
            *_unknown_items(references),
        ),
    )


def _classified_by(preamble: str, body: str, start: int, serial: int | None) -> ClassifiedBy:
    """Return who classified it: the preamble says so, or the first paragraph (H-17)."""
    if by := find_classified_by(preamble):
        return by
    first = find_first_paragraph(body, start, serial)
    return find_classified_by_inside(body[first : first + PARAGRAPH])


def header_inside(prefix: str) -> str:
    """Return the stray text before a telegram if it holds a header, else "" (M-13)."""
    return prefix if HEADER_INSIDE.search(prefix) else ""


def marked_classification(line: re.Match) -> str:
    """Return the class in a classification line (L-3): "C O N F ..." is CONFIDENTIAL.

    Its captions count as far as they make a class: NOFORN, SENSITIVE.
    """
    level = re.sub(r"\s", "", line["level"])
    level = {"LIMITEDOFFICIALUSE": "LOU", "TOPSECRET": "TS"}.get(level, level)
    for caption in re.findall(r"NOFORN|SENSITIVE|FOR OFFICIAL USE ONLY", line["captions"]):
        try:
            return normal_classification(f"{level} {caption}")
        except ValueError:
            continue
    return normal_classification(level)


def _serial(reference: str) -> int | None:
    telegram = SERIAL.fullmatch(reference)
    return int(telegram[1]) if telegram else None


def _facts(line: re.Match | None, group: DateTimeGroup | None, tag_lines: list[str]) -> dict:
    facts = {}
    if line:
        facts["marked_classification"] = marked_classification(line)
        if line["sections"]:
            facts |= {"section": int(line["section"]), "sections": int(line["sections"])}
    if tag_lines:
        facts["tags_printed"] = " ".join(" ".join(tag_lines).split())
    if group:
        facts["precedence"] = group.action
        facts["info_precedence"] = group.info
        facts["operating_signals"] = list(group.signals)
        facts["cancelled"] = CANCELLED in group.signals
    return {name: value for name, value in facts.items() if value}


def _opening_warnings(
    prefix: str, line: re.Match | None, serial: int | None, tagged: bool
) -> Iterator[tuple[str, str]]:
    if prefix.strip():
        yield "M-13", "Other text stands before the telegram; it is kept, but not read"
    if line is None and tagged:  # Telegrams without tags are older than such lines.
        yield "H-9", "No classification line; where the telegram starts is not certain"
    if line and serial is not None and int(line["serial"]) != serial:
        yield "H-9", f"The classification line has the number {line['serial']}"


def _time_warnings(
    group: DateTimeGroup | None, created: datetime | None
) -> Iterator[tuple[str, str]]:
    if group and created and abs(group.instant - created) > timedelta(days=1):
        yield "M-10", f"The date-time group says {group.instant:%Y-%m-%d %H:%M} UTC"


def _unknown_items(references: tuple[Cited, ...]) -> Iterator[tuple[str, str]]:
    for item in references:
        if item.kind == "unknown":
            which = f"Item {item.bullet}" if item.bullet else "An item"
            yield "R-6", f"{which} of the list of references names nothing known"
