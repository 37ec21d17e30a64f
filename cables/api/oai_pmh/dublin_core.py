"""The record of a cable in unqualified Dublin Core (oai_dc), which every repository offers."""

from lxml import etree

from ...citations import ARCHIVE
from ..xml_elements import SCHEMA_LOCATION, XSI, ElementMaker
from .record_facts import RecordFacts

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
ELEMENTS_NAMESPACE = "http://purl.org/dc/elements/1.1/"
DC = ElementMaker(ELEMENTS_NAMESPACE)


def dublin_core(facts: RecordFacts, changed: str) -> etree._Element:
    """Return the element oai_dc:dc. `changed`, when the record changed, is in no element of it."""
    nsmap = {"oai_dc": NAMESPACE, "dc": ELEMENTS_NAMESPACE, "xsi": XSI}
    record = etree.Element(f"{{{NAMESPACE}}}dc", nsmap=nsmap)
    record.set(SCHEMA_LOCATION, f"{NAMESPACE} {SCHEMA}")
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
