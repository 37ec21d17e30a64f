"""The record of a cable in MODS 3.8, of the Library of Congress."""

from lxml import etree

from ...citations import ARCHIVE
from ..xml_elements import ElementMaker
from .record_facts import RecordFacts

NAMESPACE = "http://www.loc.gov/mods/v3"
SCHEMA = "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"
MODS = ElementMaker(NAMESPACE)
add = MODS.add


def mods(facts: RecordFacts, changed: str) -> etree._Element:
    """Return the element mods. `changed` is when the record changed, in UTC (W3CDTF)."""
    record = MODS.root("mods", SCHEMA, version="3.8")
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
