"""The record of a cable in its formats.

Unqualified Dublin Core (oai_dc), which every repository offers, and MODS 3.8, of the Library of
Congress.
"""

from lxml import etree

from ...citations.source import ARCHIVE
from ..xml_elements import SCHEMA_LOCATION, XSI, ElementMaker
from .record_facts import RecordFacts

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
