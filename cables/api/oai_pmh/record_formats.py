"""The record of a cable: its identifier and sets, what it says, and its formats.

It says what the page of the cable shows of its facts. No record has the text. Its formats are
unqualified Dublin Core (oai_dc), which every repository offers, and MODS 3.8, of the Library of
Congress.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote

from lxml import etree

from ...citations.arks import NameAuthority
from ...citations.source import ARCHIVE
from ...models import Cable
from ...telegram.beside_the_text import is_by_editors
from ...telegram.dates import format_date
from ...telegram.fact_types import CABLES, edition_of
from ...telegram.titles import author, cited_date, machine_date, opening_of, reading_title
from ..serializers import public_tags
from ..xml_elements import SCHEMA_LOCATION, XSI, ElementMaker

# Fields to read besides those of a list.
NEEDED = ("tags", "cites", "collections", "partial")
GENRE = "Diplomatic cable"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The facts of one cable. "" is unknown."""

    reference: str
    address: str  # Of its page, with the host.
    ark: str  # Its lasting name; "" where none are given.
    title: str
    creator: str
    genre: str
    created: str  # ISO 8601, as precisely as it is known: "2006-03-14", "1963-10".
    undated: bool  # `created` is only what its volume supposes.
    events: str  # The date of the events of an editorial note.
    released: date | None
    classification: str  # As printed.
    opening: str  # The first sentence of one without a subject.
    limits: tuple[str, ...]  # Sentences on what is missing.
    subjects: dict[str, str]  # Tag -> its meaning, or "".
    cites: tuple[str, ...]  # References.
    volume: str  # The title of the volume that prints it.
    document: str  # Its number there.
    sets: tuple[tuple[str, str], ...]  # (kind, value) of the lists that it is in.


def record_facts(
    cable: Cable,
    here: Callable[[str], str],
    glossary: Mapping[str, tuple[str, str]],
    authority: NameAuthority,
) -> RecordFacts:
    """Return the facts of a published cable.

    `here` makes an absolute address of a path; `glossary` has the meaning of each tag first.
    """
    edition, tags = edition_of(cable.facts), public_tags(cable)
    kind = edition.get("kind", "telegram")
    created, precision, undated = cited_date(cable)
    limits = ["Only a part of the text is known."] if cable.partial else []
    limits += ["Words are redacted."] if cable.facts.get("redacted") else []
    sets = [("collection", slug) for slug in cable.collections]
    sets += [("origin", cable.origin.slug), *(("tag", tag) for tag in tags)]
    return RecordFacts(
        reference=cable.reference,
        address=here(cable.get_absolute_url()),
        ark=authority.ark(cable.reference),
        title=reading_title(cable),
        creator=author(cable),
        genre=GENRE if kind in CABLES else kind.capitalize(),
        created=format_date(created, precision),
        undated=undated,
        events=machine_date(cable) if is_by_editors(edition) else "",
        released=cable.release_day,
        classification=cable.classification,
        opening=opening_of(cable),
        limits=tuple(limits),
        subjects={tag: glossary.get(tag, ("", ""))[0] for tag in tags},
        cites=tuple(cable.cites),
        volume=edition.get("volume_title", "") or edition.get("volume", ""),
        document=edition.get("number", "") or edition.get("document", ""),
        sets=tuple(sets),
    )


# The scheme oai-identifier: a domain name, then the name of the record in it.
NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+")
UNQUOTED = "-_.!~*'();/?:@&=+$,"
SET_KINDS = {"collection": "Collections", "origin": "Origins", "tag": "Tags"}
IN_SETS = re.compile(r"[^A-Za-z0-9\-_.!*'()]")  # "~" is escaped too: it begins an escape.
ESCAPE = re.compile(r"~([0-9A-F]{2})")


def identifier_of(namespace: str, reference: str) -> str:
    """Return the identifier of a record: "oai:archive.example:06LISBON900412"."""
    return f"oai:{namespace}:{quote(reference, safe=UNQUOTED)}"


def reference_in(namespace: str, identifier: str) -> str:
    """Return the reference in an identifier; "" if it is none of this namespace.

    No reference has a NUL, which PostgreSQL refuses.
    """
    start = f"oai:{namespace}:"
    if not identifier.lower().startswith(start.lower()):
        return ""
    local = identifier[len(start) :]
    reference = unquote(local)
    is_one = quote(reference, safe=UNQUOTED) == local and "\0" not in reference
    return reference if is_one else ""


def set_name(kind: str, value: str = "") -> str:
    """Return the setSpec of a list: "origin:embassy-lisbon", "tag:UNGA~2FC-6"; "tag" of all tags.

    Characters that no setSpec may have are "~" and two hexadecimal digits for each byte (UTF-8).
    """
    if not value:
        return kind

    def escaped(match):
        return "".join(f"~{byte:02X}" for byte in match[0].encode(errors="replace"))

    return f"{kind}:{IN_SETS.sub(escaped, value)}"


def read_set(name: str) -> tuple[str, str] | None:
    """Return (kind, value) of a setSpec; the value is "" for all of a kind. None if unknown."""
    kind, colon, written = name.partition(":")
    if kind not in SET_KINDS or (colon and not written):
        return None
    try:
        value = unquote(ESCAPE.sub(r"%\1", written), errors="strict")
    except UnicodeDecodeError:
        return None
    return (kind, value) if set_name(kind, value) == name and "\0" not in value else None


DC_NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
ELEMENTS_NAMESPACE = "http://purl.org/dc/elements/1.1/"
DC = ElementMaker(ELEMENTS_NAMESPACE)


def dublin_core(facts: RecordFacts, changed: str) -> etree._Element:
    """Return the element oai_dc:dc. `changed`, when the record changed, is in no element of it."""
    nsmap = {"oai_dc": DC_NAMESPACE, "dc": ELEMENTS_NAMESPACE, "xsi": XSI}
    record = etree.Element(f"{{{DC_NAMESPACE}}}dc", nsmap=nsmap)
    record.set(SCHEMA_LOCATION, f"{DC_NAMESPACE} {DC_SCHEMA}")
    for name, values in _values(facts).items():
        for value in values:
            DC.add_filled(record, name, value)
    return record


def _values(facts: RecordFacts) -> dict[str, list[str]]:
    """Return {element: its values}."""
    subjects = [f"{words} ({tag})" if words else tag for tag, words in facts.subjects.items()]
    classified = f"Classification: {facts.classification}" if facts.classification else ""
    printed = f"{facts.volume}, Document {facts.document}" if facts.volume else ""
    return {
        "title": [facts.title],
        "creator": [facts.creator],
        "subject": subjects,
        "description": [facts.opening, classified, *facts.limits],
        "publisher": [ARCHIVE],
        "date": [facts.created],
        "coverage": [facts.events],
        "type": ["Text", facts.genre],
        "format": ["text/html"],
        "identifier": [facts.address, facts.reference, facts.ark],
        "source": [printed],
        "language": ["eng"],
        "relation": [*facts.cites],
    }


MODS_NAMESPACE = "http://www.loc.gov/mods/v3"
MODS_SCHEMA = "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"
MODS = ElementMaker(MODS_NAMESPACE)
add = MODS.add


def mods(facts: RecordFacts, changed: str) -> etree._Element:
    """Return the element mods. `changed` is when the record changed, in UTC (W3CDTF)."""
    record = MODS.root("mods", MODS_SCHEMA, version="3.8")
    add(add(record, "titleInfo"), "title", facts.title)
    if facts.creator:
        name = add(record, "name", type="corporate")
        add(name, "namePart", facts.creator)
        add(add(name, "role"), "roleTerm", "creator", type="text", authority="marcrelator")
    add(record, "typeOfResource", "text")
    add(record, "genre", facts.genre)
    _add_origin(record, facts)
    add(add(record, "language"), "languageTerm", "eng", type="code", authority="iso639-2b")
    add(add(record, "physicalDescription"), "internetMediaType", "text/html")
    MODS.add_filled(record, "abstract", facts.opening)
    MODS.add_filled(record, "note", facts.classification, type="classification")
    for limit in facts.limits:
        add(record, "note", limit, type="restriction")
    for tag, words in facts.subjects.items():
        subject = add(record, "subject", authority="local")
        add(subject, "topic", words or tag)
        if words:
            subject.set("displayLabel", tag)
    if facts.events:
        add(add(record, "subject"), "temporal", facts.events, encoding="w3cdtf")
    _add_related(record, facts)
    add(record, "identifier", facts.reference, type="local")
    MODS.add_filled(record, "identifier", facts.ark, type="ark")
    add(add(record, "location"), "url", facts.address, usage="primary")
    about = add(record, "recordInfo")
    add(about, "recordContentSource", ARCHIVE)
    add(about, "recordChangeDate", changed, encoding="w3cdtf")
    add(about, "recordIdentifier", facts.reference)
    return record


def _add_origin(record: etree._Element, facts: RecordFacts) -> None:
    origin = add(record, "originInfo")
    if facts.released:
        add(origin, "dateIssued", facts.released.isoformat(), encoding="w3cdtf")
    created = add(origin, "dateCreated", facts.created, encoding="w3cdtf", keyDate="yes")
    if facts.undated:
        created.set("qualifier", "inferred")


def _add_related(record: etree._Element, facts: RecordFacts) -> None:
    """Add the volume that prints the cable, and what the cable cites."""
    if facts.volume:
        volume = add(record, "relatedItem", type="host")
        add(add(volume, "titleInfo"), "title", facts.volume)
        number = add(add(volume, "part"), "detail", type="document")
        add(number, "number", facts.document)
    for reference in facts.cites:
        add(add(record, "relatedItem", type="references"), "identifier", reference, type="local")
