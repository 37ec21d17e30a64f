"""Requests of OAI-PMH in tests: answers as XML, checked against the schemas; a harvester."""

from datetime import timedelta
from importlib.metadata import distribution
from urllib.parse import urlencode

import httpx2
from django.db import connection
from django.db.models import F
from django.test import override_settings
from lxml import etree
from oaipmh_scythe import Scythe

from cables.models import HarvestRecord
from tests.base import TestCase
from tests.paths import PROJECT

OURS = PROJECT / "tests" / "schemas"  # Written for these tests, by the standards.
STANDARDS = distribution("eulxml").locate_file("eulxml/schema_data")
NAMES = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "i": "http://www.openarchives.org/OAI/2.0/oai-identifier",
    "m": "http://www.loc.gov/mods/v3",
}
ENDPOINT = "http://archive.example/oai"
HOST = {"SERVER_NAME": "archive.example", "SERVER_PORT": "80"}


class SchemaResolver(etree.Resolver):
    """Finds imported schemas: those of a package, of MODS 3.4 and oai_dc, else ours."""

    def resolve(self, system_url, public_id, context):
        name = system_url.rpartition("/")[2].replace("simpledc20021212", "simpledc")
        folder = OURS if (OURS / name).exists() else STANDARDS
        return self.resolve_filename(str(folder / name), context)


def answer_schema() -> etree.XMLSchema:
    """Return the schema of answers with records in both formats."""
    parser = etree.XMLParser()
    parser.resolvers.add(SchemaResolver())
    return etree.XMLSchema(etree.parse(OURS / "answer.xsd", parser))


SCHEMA = answer_schema()


@override_settings(ALLOWED_HOSTS=["archive.example", "localhost", "testserver"])
class HarvestTestCase(TestCase):
    """A test of a site that is called archive.example."""


class Answer:
    """An answer, which is valid."""

    def __init__(self, body: bytes):
        self.root = etree.fromstring(body)
        for record in self.xpath("//m:mods"):
            record.set("version", "3.4")  # The schema here; 3.8 allows all that 3.4 does.
        SCHEMA.assertValid(self.root)

    def xpath(self, path):
        return self.root.xpath(path, namespaces=NAMES)

    @property
    def errors(self):
        return self.xpath("/*/o:error/@code")

    @property
    def token(self):
        return "".join(self.xpath("//o:resumptionToken/text()"))

    @property
    def references(self):
        """The references of the records or headers, in order; deleted ones with a minus sign."""
        return [
            ("-" if header.get("status") else "")
            + header.findtext("o:identifier", namespaces=NAMES).rpartition(":")[2]
            for header in self.xpath("//o:header")
        ]


def ask(client, *given, method="get", **arguments) -> Answer:
    """Return the answer to a request; `from_` and `set_` stand for Python's own words."""
    pairs = [*given, *((name.rstrip("_"), value) for name, value in arguments.items())]
    form = "application/x-www-form-urlencoded"
    if method == "post":
        response = client.post("/oai", urlencode(pairs), content_type=form, **HOST)
    else:
        response = client.get(f"/oai?{urlencode(pairs)}", **HOST)
    assert response.status_code == 200, response.status_code
    return Answer(response.content)


def commit():
    """Do what the end of a transaction does: records are dated."""
    connection.check_constraints()


def age_records(**ago):
    """Let all records be older."""
    HarvestRecord.objects.update(datestamp=F("datestamp") - timedelta(**ago))


class ThroughClient(httpx2.BaseTransport):
    """Sends the requests of a harvester to Django's test client. Every answer has to be valid."""

    def __init__(self, client):
        self.client = client
        self.requests = 0

    def handle_request(self, request):
        self.requests += 1
        path = request.url.raw_path.decode()
        body, kind = request.read(), request.headers.get("content-type", "")
        response = self.client.generic(request.method, path, body, content_type=kind, **HOST)
        Answer(response.content)
        headers = [(name, value) for name, value in response.items()]
        return httpx2.Response(response.status_code, headers=headers, content=response.content)


def harvester(client) -> Scythe:
    """Return a harvester that others wrote."""
    scythe = Scythe(ENDPOINT)
    scythe._client = httpx2.Client(transport=ThroughClient(client))
    return scythe
