"""Read a volume of Foreign Relations of the United States in TEI: one record a document.

A volume is read twice as a stream: first what all documents need (title, glossary, references
printed more than once), then the documents. Memory does not grow with its size.

tei_text.py          the text of an element, in one line
volume.py            the file -> its documents, each with the chapters around it
document_text.py     a document -> its text as sent, and footnotes, pages and terms
document_parts.py    what is read of a document
printed_layout.py    italics, headings of what a document encloses, columns of tables
titles_and_notes.py  its headings; which notes tell the source, and which belong to the text
front_matter.py      the pages before the documents: preface, sources, lists
printed_header.py    the header that is printed with a telegram -> apart from its text
heading.py           heading, dateline and source note -> kind, from, to, place, time, class
opening_words.py     what first words and lines above say: subject, captions, paraphrase, extract
document_kinds.py    what kind of document it is
signatures.py        who signed a document
parties.py           a heading -> sender and recipient
microfiche.py        a heading that cites a document on microfiche -> its parts
datelines.py         a dateline -> an instant, and how exactly it is known
undated.py           the date of a document without a dateline
place_in_volume.py   the same by the documents before and after it
cross_references.py  links in a text or a note: to documents, footnotes, lists
explained_names.py   whether words can be the person or term that they are marked as
marked_words.py      the entry of a list that marked words lead to; links above a text
printed_index.py     which documents the index of a volume names for persons and terms
indexed_pages.py     the pages of a document, and whether they name a person of the index
document_names.py    the id, the reference and the own number of a document
cited_telegrams.py   the telegrams that a cable answers
cited_numbers.py     the documents of the volume that one cites by number or links to
cited_days.py        the cables of the volume that are cited by day and hour
document_origins.py  its origin: the post or office it was written in; the office of its sender
found_again.py       the facts that the rules find in a redacted document too
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from ...telegram.beside_the_text import is_electronic
from ...telegram.fact_types import CABLES, OUT_OF_ORDER, EditionFacts, without_empty
from ...telegram.offices import is_unnamed, office_name
from ...telegram.posts import post_name
from ...telegram.references import serial_of, station_of
from ..limited_files import CHUNK, LIMITS, Limits, Source, opened
from ..parse_record import Record, parse_record
from ..parsed_cable import Other, ParsedCable, Reject, attempt
from .cited_days import find_cited_days, note_day
from .cited_numbers import (
    find_letters,
    find_linked,
    links_beside,
    note_letter,
    note_number,
    note_papers,
    without_guesses,
)
from .cited_telegrams import find_references
from .document_kinds import is_envoy, is_secretary, is_theirs, typed
from .document_names import (
    DocumentIds,
    claimed_reference,
    is_misplaced,
    own_number,
    published_name,
    second_reference,
    telegram_reference,
    title_with_number,
)
from .document_origins import note_office, origin_of_document, without_misprints, year_and_station
from .document_parts import DocumentText
from .document_text import read_text
from .explained_names import forenames_of, referred
from .heading import FRONT, Heading, read_heading, title_of_document
from .indexed_pages import page_span
from .marked_words import (
    PERSON,
    OnlyAnother,
    explained,
    links_of,
    marked_above,
    of_several_meanings,
    row_links,
    terms_in_capitals,
    with_office,
)
from .microfiche import WITHHELD
from .opening_words import text_marks
from .parties import repeated_in_text, to_line_of
from .place_in_volume import dated_beside, is_in_span, is_out_of_order, printed_day, settle
from .printed_header import find_contradictions, take_header
from .printed_index import PrintedIndex
from .signatures import office_in_text
from .undated import place_in_line, years_of_volume
from .volume import TEI_START, BrokenVolumeError, Document, Volume, walk

__all__ = ["ADDRESS", "TEI_START", "read", "survey"]

ADDRESS = "https://history.state.gov/historicaldocuments/{volume}/{document}"
HAS_OTHERS = True  # `read` takes the argument `everything`.
# What gives the year of a date whose printed year is a misprint.
YEAR_BY = {"file": "its file number", "place": "the documents before and after it"}
NO_TEXT = "the text is not printed in this volume"
NOT_DECLASSIFIED = "the text was not declassified"
ON_MICROFICHE = "the text is in the microfiche, not in the volume"
PDF = "https://static.history.state.gov/frus/{volume}/pdf/{document}.pdf"
# Editors leave out something, or pages are lost. Behind a colon the document repeats no quotation.
OMISSION = re.compile(
    r"\[(?:(?<!: \[)(?:Here follows?(?! the same list)|Omitted here|Missing \d+ pages?)\b"
    r"|[^\[\]]{,200} (?:has|have) been omitted\b)",
    re.IGNORECASE,
)
DOCUMENT_TAG = re.compile(rb"""<(?:\w+:)?div[0-7]?\s[^<>]*\btype=["']document["'][^<>]*>""")
ID_IN_TAG = re.compile(rb"""\bxml:id=["']([^"']*)["']""")
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
    ValueError if the file is no XML or no volume, or exceeds a limit. Of a damaged volume the
    documents before the damage are read, and each after it is a Reject.
    """
    volume = survey(path, lambda size: advance(0), limits)
    ids = DocumentIds(volume.ids)
    try:
        for document in walk(path, Volume(id=volume.id, quiet=True), advance, limits):
            name = ids.next(document)
            yield attempt(
                partial(parse_document, document, volume, name, everything=everything),
                document.line,
                partial(_beginning, document),
                name,
            )
    except BrokenVolumeError as error:
        yield from _lost_documents(path, limits, ids, error)


def _lost_documents(
    path: Path, limits: Limits, ids: DocumentIds, error: ValueError
) -> Iterator[Reject]:
    """Yield a Reject for each document after the damage in a volume (F-2), at least one.

    Raises the error if the file holds no document at all.
    """
    lost = [
        Reject(line, str(error), "", name)
        for name, line in _documents_by_tags(path, limits)
        if name.lower() not in ids.given
    ]
    if not lost and not ids.given:
        raise error
    yield from lost or [Reject(1, str(error), "")]


def _documents_by_tags(path: Path, limits: Limits) -> Iterator[tuple[str, int]]:
    """Yield (id, line) of each document with an id in a broken file, found by its start tag.

    A file that is cut off ends there. Raises SourceError if it exceeds a limit.
    """
    with opened(path, limits=limits) as source, suppress(EOFError, OSError):
        for tag, line in _start_tags(source):
            if name := ID_IN_TAG.search(tag):
                yield name[1].decode(errors="replace"), line


def _start_tags(source: Source) -> Iterator[tuple[bytes, int]]:
    rest, line = b"", 1
    while chunk := source.read():
        data, read = rest + chunk, 0
        for tag in DOCUMENT_TAG.finditer(data):
            yield tag[0], line + data.count(b"\n", 0, tag.start())
            read = tag.end()
        cut = max(read, data.rfind(b"<"))  # The last tag may go on in the next chunk.
        if len(data) - cut > CHUNK:
            cut = len(data)
        line += data.count(b"\n", 0, cut)
        rest = data[cut:]


def _beginning(document: Document) -> str:
    return " ".join("".join(document.element.itertext()).split())[:SHOWN]


def survey(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Volume:
    """Return what the documents of a volume share. Raises ValueError if it is no volume."""
    volume = Volume(id=path.name.partition(".")[0])
    index = PrintedIndex()
    with suppress(BrokenVolumeError):  # `read` says what is lost.
        for document in walk(path, volume, advance, limits, index.notice):
            volume.titles.note(document.element)
            name = "" if document.id in volume.ids else _name_in(volume, document)
            volume.ids.add(document.id)
            chapter = document.chapters[-1][0] if document.chapters else ""
            volume.days[document.id] = chapter, None
            volume.references[document.id] = "", name, ""
            note_papers(volume, document)
            _note_shared(document, volume, name)
            volume.check()
    persons = (name for key, (name, _) in volume.meanings.items() if key.startswith(PERSON))
    volume.forenames = forenames_of(persons)
    volume.referred = referred(volume.meanings)
    volume.meanings |= of_several_meanings(volume.meanings)
    settle(volume.days, years_of_volume(volume.title, volume.id))
    volume.printed_on = index.printed_on()
    volume.indexed = index.named(volume.meanings, volume.titles.places)
    return volume


def _name_in(volume: Volume, document: Document) -> str:
    """Return the published name by the id of a document, "" if it has none."""
    try:
        return published_name(volume.id, document.id)
    except ValueError:
        return ""


def _note_shared(document: Document, volume: Volume, name: str) -> None:
    """Note what other documents need: references of telegrams, names of Secretaries and envoys.

    `name` is the published name of the document, "" if it is not certain.
    """
    element = document.element
    _, title = title_of_document(element)
    chapter = volume.days[document.id][0]
    if (kind := typed(element.get("subtype") or "", title)) not in ("", *CABLES):
        with suppress(Exception):
            volume.days[document.id] = chapter, printed_day(element, title)
            if kind in ("letter", "note"):
                note_day(volume, read_heading(document, read_text(element, FRONT), volume), name)
        return
    with suppress(Exception):  # `read` yields a Reject for it.
        heading = read_heading(document, read_text(element, FRONT), volume)
        if claim := claimed_reference(heading):
            volume.claims[claim] += 1
            sent = volume.sent.setdefault(station_of(claim), [])
            sent.append((serial_of(claim) or 0, heading.created))
        note_number(volume, heading, document.id, name)
        note_letter(volume.letters, heading, name)
        note_day(volume, heading, name)
        if heading.precision in ("minute", "day"):
            volume.days[document.id] = chapter, heading.created
        if is_secretary(heading.sender, heading.dateline):
            volume.secretaries.add(heading.sender)
        if is_envoy(heading.sender, heading.kind):
            volume.envoys.add(heading.sender)
        if is_theirs(heading.sender, heading.letterhead):
            volume.theirs.add(heading.sender)
        note_office(volume.offices, heading)
        volume.printed.update((heading.place, heading.sender))


def parse_document(
    document: Document, volume: Volume, own_id: str, *, everything: bool = True
) -> ParsedCable | Other:
    """Return the cable in a document. Raises ValueError if it cannot be named or dated."""
    name = published_name(volume.id, own_id)
    text = read_text(document.element)
    heading = read_heading(document, text, volume)
    if not everything and heading.kind not in CABLES:
        return Other(document.line, heading.kind, name, document.id, heading.title)
    heading = replace(heading, own_office=office_in_text(text.body, heading.signed))
    mended, header = without_misprints(heading, volume.printed), take_header(text)
    edition = edition_from_volume(document, volume, text, heading)
    doubts = (*_doubts(document, own_id, volume, heading), *find_contradictions(header, heading))
    cable = parse_record(
        Record(
            format="frus",
            reference=name,
            created=heading.created,
            created_precision=heading.precision,
            classification=heading.classification,
            origin=origin_of_document(
                mended, volume.meanings.values(), volume.offices, volume.theirs, volume.office
            ),
            header=header,
            body=text.body,
            cites=_cites(heading, text.body, volume, edition, name),
            title=title_with_number(heading, edition.get("own_number", "")),
            position=document.line,
            edition=edition,
            warnings=doubts,
        )
    )
    cable = replace(cable, cites=_without_second_numbers(cable))
    left_out = OMISSION.search(text.body) is not None
    terms = edition.get("terms", [])
    in_subject = [*terms_in_capitals(volume, cable.subject)]
    more = explained(document.id, volume, in_subject, OnlyAnother(volume, ""))
    if more := [row for row in more if all(row[:1] != term[:1] for term in terms)]:
        cable = replace(cable, edition=edition | {"terms": [*terms, *more]})
    return replace(cable, partial=not text.body or heading.is_extract or left_out)


def _cites(
    heading: Heading, body: str, volume: Volume, edition: EditionFacts, name: str
) -> tuple[str, ...]:
    """Return what a document with this published name cites by numbers, days and links."""
    guessed = (
        *find_references(
            heading, body, volume, edition.get("numbered", ""), edition.get("notes", ())
        ),
        *find_letters(heading, body, volume, name),
        *find_cited_days(heading, body, volume, name),
    )
    of_others = [each for each in guessed if each != edition.get("second_reference")]
    return without_guesses(volume, of_others, [*find_linked(edition, body, volume, heading)])


def _without_second_numbers(cable: ParsedCable) -> tuple[str, ...]:
    """Return what a cable cites without "Delto 12" if its list has "Paris 4312 (Delto 12)"."""
    second = {re.sub(r"\W", "", item.title).upper() for item in cable.references}
    return tuple(each for each in cable.cites if each[2:] not in second)


def _doubts(
    document: Document, own_id: str, volume: Volume, heading: Heading
) -> Iterator[tuple[str, str]]:
    """Yield (rule, sentence) for each fact of a document that is not as its volume prints it."""
    if own_id != document.id:
        printed = f"The volume has another {document.id}" if document.id else "It has no id"
        yield "F-1", f"{printed}; this document is named {own_id}"
    for misprint in heading.misprints:
        yield "F-5", misprint
    if is_misplaced(heading):
        yield "F-5", f"The dateline of a telegram of the {heading.sender} prints {heading.place}"
    if by := YEAR_BY.get(heading.date.source):
        line = heading.dateline or "another year"  # A line of the text may be redacted.
        yield "F-5", f"Its dateline prints {line}: the year is that of {by}"
    years = years_of_volume(volume.title, volume.id)
    if heading.created.year > years[1] and not is_in_span(heading.created, years):
        yield "F-5", f"It is dated {heading.created.year}, but the volume goes to {years[1]}"
    if is_out_of_order(volume.days, document.id):
        yield "F-5", "The date printed is out of the order of its neighbours"


def edition_from_volume(
    document: Document, volume: Volume, text: DocumentText, heading: Heading
) -> EditionFacts:
    """Return what a volume says of a document beside its text."""
    edition: EditionFacts = {
        "kind": heading.kind,
        "draft": heading.is_draft,
        "text_marks": text_marks(
            *(heading.untitled, heading.above, heading.front, text.body or heading.title)
        ),
        **_volume_of(volume),
        "document": document.id,
        "number": document.number,
        "chapters": [list(chapter) for chapter in document.chapters],
        "address": ADDRESS.format(volume=volume.id, document=document.id),
        "heading": heading.title,
        "from": heading.sender,
        "to": heading.recipient,
        "place": heading.place or place_in_line(heading.date.line),
        "date": heading.dateline or heading.date.line,
        "dated_by": heading.date.source,
        "opener": heading.opener,
        "source_note": heading.source_note,
        "summary": heading.summary,
        "locator": "" if text.body else _why_missing(text, heading),
        "pdf": (text.has_pdf and PDF.format(volume=volume.id, document=document.id)) or "",
        "captions": list(heading.captions),
        "subject": heading.subject,
        "signed": heading.signed,
        "to_line": _to_line(heading, text.body),
        "repeated": repeated_in_text(text.body) if heading.kind in CABLES else "",
        "indexed": volume.indexed.get(document.id, []),
        "telegram": (reference := telegram_reference(heading, volume)),
        "own_number": own_number(heading, reference),
        "numbered": (numbered := claimed_reference(heading)),
        "second_reference": second_reference(heading),
        "series": "" if numbered else year_and_station(heading),
    }
    edition["row_links"] = row_links(document, volume, edition)
    return without_empty(edition | editors_additions(document, volume, text, edition))


def _to_line(heading: Heading, body: str) -> str:
    """Return whom the line TO of a telegram names, if its heading names no known place; or ""."""
    to, year = heading.recipient, heading.created.year
    is_known = post_name(to, "", year) or not is_unnamed(office_name(to, ""))
    return "" if heading.kind not in CABLES or not to or is_known else to_line_of(body)


def _volume_of(volume: Volume) -> EditionFacts:
    return {
        "volume": volume.id,
        "volume_title": volume.title,
        "editors": list(volume.editors),
        "published": volume.published,
        "publisher": volume.publisher,
    }


def _why_missing(text: DocumentText, heading: Heading) -> str:
    if WITHHELD.search(heading.title):
        return NOT_DECLASSIFIED
    return ON_MICROFICHE if text.images else NO_TEXT


def editors_additions(
    document: Document, volume: Volume, text: DocumentText, edition: EditionFacts
) -> EditionFacts:
    """Return what editors added to places in a text: notes, pages, omissions, links, meanings.

    `edition` has the links above the text, whose words are explained too.
    """
    source, rows = " ".join(text.sources), edition["row_links"]
    said = "\n".join(
        [edition["heading"], text.body, source, *(each["text"] for each in text.notes)]
    )
    parties = {each["to"][1:] for name in ("from", "to") for each in rows.get(name, ())}
    another = OnlyAnother(volume, said, parties)
    for note in text.notes:
        printed = note.pop("links", [])
        found = [*links_of(document.id, volume, note["text"], printed, another)]
        if found := [*found, *links_beside(document.id, volume, note["text"], found)]:
            note["links"] = found
    summary = [*links_of(document.id, volume, edition["summary"], text.summary_links, another)]
    edition["row_links"] = rows = without_empty(rows | {"summary": summary})
    marked = [*(with_office(each, edition) for each in text.terms), *marked_above(edition)]
    span = [] if is_electronic(volume.id) else page_span(document.element, document.page)
    return {
        "source_number": text.source_number,
        "page_span": span,
        "dated_by": edition["dated_by"]
        or (OUT_OF_ORDER if is_out_of_order(volume.days, document.id) else ""),
        "dated_beside": dated_beside(volume.days, document.id, edition["dated_by"]),
        "source_links": [*links_of(document.id, volume, source, text.source_links, another)],
        "notes": text.notes,
        "pages": text.pages,
        "gaps": text.gaps,
        "links": text.links,
        "styles": text.styles,
        "terms": explained(document.id, volume, marked, another),
    }
