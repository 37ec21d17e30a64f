"""Metadata of collections and volumes as DataCite 4.6 has them, to register DOIs: JSON and XML.

They describe what readers may see: what is withheld is in no number and no date.
https://datacite-metadata-schema.readthedocs.io/en/4.6/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from ..citations.source import ARCHIVE
from .xml_elements import ElementMaker

NAMESPACE = "http://datacite.org/schema/kernel-4"
SCHEMA = "https://schema.datacite.org/meta/kernel-4.6/metadata.xsd"
UNKNOWN = "(:unkn)"  # DataCite's words for what is unknown, and for what is not assigned yet.
NOT_ASSIGNED = "(:tba)"
RESOURCE = ElementMaker(NAMESPACE)


@dataclass(frozen=True, slots=True)
class RegisteredList:
    """A collection or a volume, as it is registered."""

    kind: str  # "collection" or "volume".
    name: str  # Its slug: "cables", "frus1961-63v03".
    title: str
    address: str  # Of its page, with the host.
    cables: int
    sent: tuple[str, str]  # When the first and the last was sent, ISO 8601.
    released: date | None  # When the first was published; None if no source says so.
    year: int  # In which it was published here.
    description: str = ""
    editors: Sequence[str] = ()
    source: str = ""  # The address of what it was made from.


def datacite(listed: RegisteredList, prefix: str) -> dict[str, Any]:
    """Return the attributes of a DOI, as DataCite's REST API takes them.

    Without a prefix, "10.5072", there is no DOI in them.
    """
    counted = "1 document" if listed.cables == 1 else f"{listed.cables:,} documents"
    dates = [{"date": "/".join(dict.fromkeys(listed.sent)), "dateType": "Created"}]
    if listed.released:
        dates.append({"date": listed.released.isoformat(), "dateType": "Issued"})
    values: dict[str, Any] = {
        "doi": f"{prefix}/{listed.kind}.{listed.name}" if prefix else "",
        "url": listed.address,
        "types": {"resourceTypeGeneral": "Collection", "resourceType": "Diplomatic documents"},
        "creators": [{"name": name, "nameType": "Personal"} for name in listed.editors]
        or [{"name": UNKNOWN}],
        "titles": [{"title": listed.title}],
        "publisher": {"name": ARCHIVE},
        "publicationYear": str(listed.year),
        "dates": dates,
        "language": "en",
        "alternateIdentifiers": [
            {"alternateIdentifier": listed.name, "alternateIdentifierType": listed.kind}
        ],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": listed.source,
                "relatedIdentifierType": "URL",
                "relationType": "IsDerivedFrom",
            }
        ]
        if listed.source
        else [],
        "sizes": [counted],
        "formats": ["text/html", "text/plain"],
        "descriptions": [{"description": listed.description, "descriptionType": "Abstract"}]
        if listed.description
        else [],
        "schemaVersion": NAMESPACE,
    }
    return {name: value for name, value in values.items() if value}


def datacite_xml(values: Mapping[str, Any]) -> bytes:
    """Return such attributes as XML. DataCite replaces the identifier if none is assigned yet."""
    root = RESOURCE.root("resource", SCHEMA)
    add = RESOURCE.add
    add(root, "identifier", values.get("doi", NOT_ASSIGNED), identifierType="DOI")
    creators = add(root, "creators")
    for creator in values["creators"]:
        about = add(creators, "creator")
        add(about, "creatorName", creator["name"], nameType=creator.get("nameType", ""))
    add_all(root, "titles", "title", values["titles"], "title")
    add(root, "publisher", values["publisher"]["name"])
    add(root, "publicationYear", values["publicationYear"])
    kind = values["types"]
    add(root, "resourceType", kind["resourceType"], resourceTypeGeneral=kind["resourceTypeGeneral"])
    add_all(root, "dates", "date", values["dates"], "date")
    add(root, "language", values["language"])
    for name in ("alternateIdentifiers", "relatedIdentifiers"):
        one = name.removesuffix("s")
        add_all(root, name, one, values.get(name, ()), one)
    for name in ("sizes", "formats"):
        add_all(root, name, name.removesuffix("s"), [{"": text} for text in values[name]], "")
    add_all(root, "descriptions", "description", values.get("descriptions", ()), "description")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def add_all(
    root: etree._Element, name: str, one: str, values: Sequence[Mapping[str, str]], text: str
) -> None:
    """Add an element with an element for each of some values: its text, and its attributes."""
    if values:
        several = RESOURCE.add(root, name)
        for value in values:
            attributes = {key: words for key, words in value.items() if key != text}
            RESOURCE.add(several, one, value[text], **attributes)
