"""The answer to each of the six verbs of OAI-PMH 2.0, as XML."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lxml import etree

from ...citations.arks import NameAuthority
from ...citations.source import ARCHIVE
from ...models import HarvestRecord
from ...search.list_counts import ListCounts
from ..xml_elements import ElementMaker, allowed_text
from .harvest_request import (
    PORTION,
    SETS,
    DatedRecord,
    HarvestRequest,
    ProtocolError,
    RecordList,
    ResumptionToken,
    all_sets,
    quoted,
    read_request,
    read_span,
    with_cables,
)
from .record_formats import (
    DC_NAMESPACE,
    DC_SCHEMA,
    MODS_NAMESPACE,
    MODS_SCHEMA,
    NAMESPACE,
    RecordFacts,
    dublin_core,
    identifier_of,
    mods,
    record_facts,
    reference_in,
    set_name,
)

PROTOCOL = "http://www.openarchives.org/OAI/2.0/"
PROTOCOL_SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
OAI = ElementMaker(PROTOCOL)
SCHEME = ElementMaker("http://www.openarchives.org/OAI/2.0/oai-identifier")
SCHEME_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai-identifier.xsd"
SAMPLE = "06LISBON900412"


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A format of records; `write` takes the facts, and when the record changed."""

    schema: str
    namespace: str
    write: Callable[[RecordFacts, str], etree._Element]


FORMATS = {
    "oai_dc": MetadataFormat(DC_SCHEMA, DC_NAMESPACE, dublin_core),
    "mods": MetadataFormat(MODS_SCHEMA, MODS_NAMESPACE, mods),
}


@dataclass(frozen=True, slots=True)
class Repository:
    """The site that is harvested."""

    address: str  # The base URL: https://archive.example/oai
    namespace: str  # Of identifiers: archive.example
    email: str
    authority: NameAuthority
    here: Callable[[str], str]  # Makes an absolute address of a path.


def answer(repository: Repository, given: Mapping[str, Sequence[str]], now: datetime) -> bytes:
    """Return the answer to a request by its arguments, each with all values given for it.

    `now` is the time of the answer. Errors of the protocol are answers too.
    """
    root = OAI.root("OAI-PMH", PROTOCOL_SCHEMA)
    OAI.add(root, "responseDate", utc(now))
    request = OAI.add(root, "request", repository.address)
    try:
        asked = read_request(given)
        for name, value in {"verb": asked.verb, **asked.arguments}.items():
            if name != "identifier" or (value.isprintable() and " " not in value):
                request.set(name, allowed_text(value))
        root.append(VERBS[asked.verb](repository, asked))
    except ProtocolError as error:
        if error.code in ("badVerb", "badArgument"):
            request.attrib.clear()
        OAI.add(root, "error", error.message, code=error.code)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def identify(repository: Repository, request: HarvestRequest) -> etree._Element:
    element = OAI.make("Identify")
    dates = HarvestRecord.objects.readable().order_by("datestamp")
    first = dates.values_list("datestamp", flat=True).first()
    for name, value in {
        "repositoryName": ARCHIVE,
        "baseURL": repository.address,
        "protocolVersion": "2.0",
        "adminEmail": repository.email,
        "earliestDatestamp": utc(first or datetime.now(UTC)),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
        "compression": "gzip",
    }.items():
        OAI.add(element, name, value)
    if NAMESPACE.fullmatch(repository.namespace):
        scheme = SCHEME.root("oai-identifier", SCHEME_SCHEMA)
        SCHEME.add(scheme, "scheme", "oai")
        SCHEME.add(scheme, "repositoryIdentifier", repository.namespace)
        SCHEME.add(scheme, "delimiter", ":")
        SCHEME.add(scheme, "sampleIdentifier", identifier_of(repository.namespace, SAMPLE))
        OAI.add(element, "description").append(scheme)
    return element


def list_metadata_formats(repository: Repository, request: HarvestRequest) -> etree._Element:
    """Return the formats of all records, or of one: a deleted record has none."""
    if "identifier" in request.arguments:
        found = find_record(repository, request.arguments["identifier"])
        if found.cable is None:
            raise ProtocolError("noMetadataFormats", "The record is deleted.")
    element = OAI.make("ListMetadataFormats")
    for prefix, known in FORMATS.items():
        shown = OAI.add(element, "metadataFormat")
        OAI.add(shown, "metadataPrefix", prefix)
        OAI.add(shown, "schema", known.schema)
        OAI.add(shown, "metadataNamespace", known.namespace)
    return element


def list_sets(repository: Repository, request: HarvestRequest) -> etree._Element:
    token = ResumptionToken(request.verb)
    if request.token is not None:
        token = ResumptionToken.read(request.token, request.verb)
    sets = all_sets()
    later = [each for each in sets if each[0] > token.last]
    element = OAI.make("ListSets")
    for name, label in later[:SETS]:
        shown = OAI.add(element, "set")
        OAI.add(shown, "setSpec", name)
        OAI.add(shown, "setName", label)
    if not later:
        raise ProtocolError("badResumptionToken", "No sets follow any more. Begin again.")
    token = replace(token, size=token.size or len(sets))
    following = replace(token, last=later[:SETS][-1][0])
    add_token(element, token, len(later[:SETS]), following if later[SETS:] else None)
    return element


def get_record(repository: Repository, request: HarvestRequest) -> etree._Element:
    element = OAI.make("GetRecord")
    found = find_record(repository, request.arguments["identifier"])
    add_records(repository, element, [found], find_format(request.arguments["metadataPrefix"]))
    return element


def list_records(repository: Repository, request: HarvestRequest) -> etree._Element:
    """Return a portion of the records, or, for ListIdentifiers, of their headers."""
    token = ResumptionToken(request.verb)
    arguments = request.arguments
    if request.token is not None:
        token = ResumptionToken.read(request.token, request.verb)
        arguments = token.arguments
    known = find_format(arguments["metadataPrefix"])
    records = RecordList(read_span(arguments), arguments.get("set", ""))
    is_whole = request.verb == "ListRecords"
    count = PORTION if is_whole else SETS
    rows = records.portion(token.place, count + 1)
    if not rows:
        raise ProtocolError("noRecordsMatch", why_none(arguments))
    if request.token is None:
        names = ("metadataPrefix", "from", "until", "set")
        prefix, first, until, of_set = (arguments.get(name, "") for name in names)
        size = records.size() if rows[count:] else len(rows)
        token = ResumptionToken(request.verb, prefix, first, until, of_set, size=size)
    element = OAI.make(request.verb)
    shown = with_cables(rows[:count])
    if is_whole:
        add_records(repository, element, shown, known)
    else:
        add_headers(repository, element, shown)
    last = rows[:count][-1]
    following = replace(token, datestamp=last.datestamp.isoformat(), last=last.reference)
    add_token(element, token, len(shown), following if rows[count:] else None)
    return element


def why_none(arguments: Mapping[str, str]) -> str:
    """Return a sentence on why no record matches."""
    of_set = arguments.get("set", "")
    if of_set and of_set not in dict(all_sets()):
        return f"There is no set {quoted(of_set)}. ListSets has all."
    here = "this set" if of_set else "this repository"
    if arguments.get("from") or arguments.get("until"):
        return f"No record of {here} changed in this time."
    return f"There are no records in {here}."


VERBS: dict[str, Callable[[Repository, HarvestRequest], etree._Element]] = {
    "Identify": identify,
    "ListMetadataFormats": list_metadata_formats,
    "ListSets": list_sets,
    "GetRecord": get_record,
    "ListIdentifiers": list_records,
    "ListRecords": list_records,
}


def find_format(prefix: str) -> MetadataFormat:
    """Return a format. Raises ProtocolError: cannotDisseminateFormat."""
    if prefix not in FORMATS:
        message = f"Records are in {' and '.join(FORMATS)}."
        raise ProtocolError("cannotDisseminateFormat", message)
    return FORMATS[prefix]


def find_record(repository: Repository, identifier: str) -> DatedRecord:
    """Return the record with an identifier. Raises ProtocolError: idDoesNotExist."""
    reference = reference_in(repository.namespace, identifier)
    rows = HarvestRecord.objects.readable().filter(reference=reference)
    for found in with_cables(rows):
        return found
    sample = identifier_of(repository.namespace, SAMPLE)
    message = f"This repository has no record {quoted(identifier)}. Identifiers look like {sample}."
    raise ProtocolError("idDoesNotExist", message)


def add_records(
    repository: Repository,
    element: etree._Element,
    records: Sequence[DatedRecord],
    known: MetadataFormat,
) -> None:
    """Add records with their metadata; a deleted one has only a header."""
    glossary = ListCounts.current().glossary
    for each in records:
        record = OAI.add(element, "record")
        if each.cable is None:
            add_header(repository, record, each.record)
            continue
        facts = record_facts(each.cable, repository.here, glossary, repository.authority)
        add_header(repository, record, each.record, facts)
        metadata = known.write(facts, utc(each.record.datestamp))
        OAI.add(record, "metadata").append(metadata)


def add_headers(
    repository: Repository, element: etree._Element, records: Sequence[DatedRecord]
) -> None:
    for each in records:
        facts = None
        if each.cable:
            facts = record_facts(each.cable, repository.here, {}, repository.authority)
        add_header(repository, element, each.record, facts)


def add_header(
    repository: Repository,
    parent: etree._Element,
    record: HarvestRecord,
    facts: RecordFacts | None = None,
) -> None:
    """Add a header. Without facts the record is deleted: then it says nothing of its sets."""
    header = OAI.add(parent, "header", status="" if facts else "deleted")
    OAI.add(header, "identifier", identifier_of(repository.namespace, record.reference))
    OAI.add(header, "datestamp", utc(record.datestamp))
    for kind, value in facts.sets if facts else ():
        OAI.add(header, "setSpec", set_name(kind, value))


def add_token(
    element: etree._Element, token: ResumptionToken, sent: int, following: ResumptionToken | None
) -> None:
    """Add the token of what follows a portion of `sent` entries; at the end of a list an empty one.

    `token` is that of the portion, `following` None at the end. A list that is whole in one answer
    has no token.
    """
    if following is None and not token.cursor:
        return
    cursor = token.cursor + sent
    text = replace(following, cursor=cursor).written() if following else ""
    written = OAI.add(element, "resumptionToken", text)
    if token.size:
        written.set("completeListSize", str(max(token.size, cursor + bool(following))))
    written.set("cursor", str(token.cursor))


def utc(moment: datetime) -> str:
    """Return a time in the granularity of the repository: 2026-11-28T05:30:00Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
