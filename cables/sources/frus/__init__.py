"""Read a volume of Foreign Relations of the United States in TEI: one record a document.

A volume is read twice as a stream: first what all documents need (title, glossary, references
printed more than once), then the documents. Memory does not grow with its size.

volume.py          the file -> its documents, each with the chapters around it
document_text.py   a document -> its text as sent, and footnotes, pages and terms
heading.py         heading, dateline and source note -> kind, from, to, place, time, class
document_kinds.py  what kind of document it is
datelines.py       a dateline -> an instant, and how exactly it is known
document_names.py  the reference of a document
document_origins.py  its origin: the post or office it was written in
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from ...telegram.fact_types import EditionFacts, without_empty
from ..limited_files import LIMITS, Limits
from ..parsed_cable import CABLES, Other, ParsedCable, Reject
from ..record import Record, parse_record
from ..rejects import attempt
from .document_kinds import typed
from .document_names import (
    claimed_reference,
    find_references,
    published_name,
    telegram_reference,
)
from .document_origins import origin_of_document
from .document_text import DocumentText, read_text
from .heading import FRONT, Heading, read_heading, title_of_document
from .volume import TEI_START, Document, Volume, walk

__all__ = ["ADDRESS", "TEI_START", "read", "survey"]

ADDRESS = "https://history.state.gov/historicaldocuments/{volume}/{document}"
HAS_OTHERS = True  # `read` takes the argument `everything`.
NO_TEXT = "not printed in this volume"  # Such as documents of a supplement on microfiche.
SHOWN = 200  # Characters kept of a document that cannot be read.


def read(
    path: Path,
    advance: Callable[[int], object] = lambda size: None,
    limits: Limits = LIMITS,
    *,
    everything: bool = True,
) -> Iterator[ParsedCable | Reject | Other]:
    """Yield every document of a volume, plain or .gz, in order, whatever its kind.

    `position` is the line at which the document starts. A document that cannot be parsed is
    yielded as a Reject; one that is no cable as an Other, unless `everything` is true. Raises
    ValueError if the file is no XML or no volume, or exceeds a limit.
    """
    volume = survey(path, lambda size: advance(0), limits)
    for document in walk(path, Volume(id=volume.id, quiet=True), advance, limits):
        yield attempt(
            partial(parse_document, document, volume, everything=everything),
            document.line,
            partial(_beginning, document),
            document.name,
        )


def _beginning(document: Document) -> str:
    return " ".join("".join(document.element.itertext()).split())[:SHOWN]


def survey(
    path: Path,
    advance: Callable[[int], object] = lambda size: None,
    limits: Limits = LIMITS,
) -> Volume:
    """Return what the documents of a volume share. Raises ValueError if it is no volume."""
    volume = Volume(id=path.name.partition(".")[0])
    for document in walk(path, volume, advance, limits):
        element = document.element
        _, title = title_of_document(element)
        if typed(element.get("subtype") or "", title) not in ("", "telegram", "circular"):
            continue
        with suppress(Exception):  # `read` yields a Reject for it.
            heading = read_heading(element, read_text(element, FRONT), volume)
            if claim := claimed_reference(heading):
                volume.claims[claim] += 1
        volume.check()
    return volume


def parse_document(
    document: Document, volume: Volume, *, everything: bool = True
) -> ParsedCable | Other:
    """Return the cable in a document. Raises ValueError if it cannot be named or dated."""
    name = published_name(volume.id, document.id)
    text = read_text(document.element)
    heading = read_heading(document.element, text, volume)
    if not everything and heading.kind not in CABLES:
        return Other(document.line, heading.kind, name)
    edition = edition_from_volume(document, volume, text, heading)
    cable = parse_record(
        Record(
            format="frus",
            reference=name,
            created=heading.created,
            created_precision=heading.precision,
            classification=heading.classification,
            origin=origin_of_document(heading),
            header="",
            body=text.body,
            cites=find_references(heading, edition.get("numbered", "")),
            title=heading.untitled,
            position=document.line,
            edition=edition,
        )
    )
    return cable if text.body else replace(cable, partial=True)


def edition_from_volume(
    document: Document, volume: Volume, text: DocumentText, heading: Heading
) -> EditionFacts:
    """Return what a volume says of a document beside its text."""
    edition: EditionFacts = {
        "kind": heading.kind,
        "volume": volume.id,
        "volume_title": volume.title,
        "editors": list(volume.editors),
        "published": volume.published,
        "publisher": volume.publisher,
        "document": document.id,
        "number": document.number,
        "chapters": [list(chapter) for chapter in document.chapters],
        "address": ADDRESS.format(volume=volume.id, document=document.id),
        "heading": heading.title,
        "from": heading.sender,
        "to": heading.recipient,
        "place": heading.place,
        "date": heading.dateline,
        "opener": heading.opener,
        "source_note": heading.source_note,
        "summary": heading.summary,
        "locator": "" if text.body else NO_TEXT,
        "captions": list(heading.captions),
        "subject": heading.subject,
        "signed": heading.signed,
        "notes": text.notes,
        "pages": text.pages,
        "gaps": text.gaps,
        "terms": volume.explained(text.terms),
        "telegram": telegram_reference(heading, volume),
        "numbered": claimed_reference(heading),
    }
    return without_empty(edition)
