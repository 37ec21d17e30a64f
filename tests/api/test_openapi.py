"""The JSON API is as /openapi.json and /developers/ describe it."""

import json
import re
from copy import deepcopy
from datetime import date

from django.test import override_settings
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from cables.api.openapi import document
from cables.articles.guidance import guidance
from cables.loader import load
from cables.loader.specimen_collections import FOLDER as SPECIMENS
from cables.search.filters import CableFilter
from tests.base import TestCase
from tests.builders import forget_counts
from tests.project.routes import routes
from tests.transparency.log_rooms import own_log

SITE = "https://archive.example"
DOCUMENT = document(SITE)
# Address -> query string, if it needs one or has a better example with one.
ASKED = {
    "/cable/{reference}/selectors.json": "?exact=the+two+archives",
    "/cable/{reference}/v{number}/selectors.json": "?exact=the+two+archives",
    "/cite.csl.json": "?c=06LISBON900412",
    "/oembed.json": "?url=http://testserver/cable/06LISBON900412/par2/",
    "/search.json": "?q=harbor",
}
PROBLEM = "application/problem+json"
EXAMPLE = re.compile(r"```\nGET (\S+)\n```\n\n```json\n(.*?)\n```", re.DOTALL)
REST = "…"


def operations():
    """Yield (address with example values, method, operation)."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            address = path
            for each in operation["parameters"]:
                if each["in"] == "path":
                    address = address.replace(f"{{{each['name']}}}", each["example"])
            yield address + ASKED.get(path, ""), method, operation


def strict(schema):
    """Return a schema that allows no other members than its own."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: strict(value) for name, value in schema.items()}
    if "properties" in schema and schema.get("type") == "object":
        schema["additionalProperties"] = False
    return schema


def validator(operation, response):
    """Return the validator for a response to an operation."""
    told = operation["responses"][str(response.status_code)]
    schema = deepcopy(told["content"][response["Content-Type"].partition(";")[0]]["schema"])
    whole = schema | {"components": {"schemas": strict(DOCUMENT["components"]["schemas"])}}
    return Draft202012Validator(whole, format_checker=FormatChecker())


class SpecimensTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        load(SPECIMENS / "cables", released=date(2012, 3, 5))
        cls.enterClassContext(own_log())

    def setUp(self):
        forget_counts()


class OpenApiTests(SpecimensTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        load(SPECIMENS / "frus", released=date(2012, 3, 5))

    def test_the_document_is_valid(self):
        OpenAPIV31SpecValidator(DOCUMENT).validate()
        served = self.client.get("/openapi.json").json()
        self.assertEqual(served, json.loads(json.dumps(document("http://testserver"))))

    def test_every_address_of_data_is_described(self):
        def shape(path):
            return re.sub(r"<[\w:]+>|\{\w+\}", "*", path).lstrip("/")

        served = {shape(route) for route in routes() if route.endswith(".json")}
        served = {
            path.replace("*.json", "*/*/*.json") if "released/" in path else path for path in served
        }
        served = {
            path.replace("*.json", "*/*.json") if "created/" in path else path for path in served
        }
        self.assertEqual({shape(path) for path in DOCUMENT["paths"]}, served)

    def test_every_address_answers_as_described(self):
        for address, method, operation in operations():
            with self.subTest(address):
                if method == "post":
                    (body,) = operation["requestBody"]["content"].values()
                    response = self.client.post(address, body["example"])
                else:
                    response = self.client.get(address)
                self.assertEqual(response.status_code, 200)
                validator(operation, response).validate(json.loads(response.content))

    def test_every_address_has_errors_as_described(self):
        """With path parameters of nothing, and with invalid query parameters."""
        for address, method, operation in operations():
            wrong = [re.sub(r"(?<=/)[^/{}]+?(?=(\.csl)?\.json)", "0", address)]
            wrong = [each for each in wrong if each != address and address.count("/") > 1]
            names = {each["name"] for each in operation["parameters"]}
            wrong += [f"{address.partition('?')[0]}?cursor=x"] if "cursor" in names else []
            wrong += [f"{address}?limit=0"] if "limit" in names else []
            for asked in wrong:
                with self.subTest(asked):
                    response = self.client.get(asked)
                    self.assertGreaterEqual(response.status_code, 400)
                    self.assertEqual(response["Content-Type"], PROBLEM)
                    validator(operation, response).validate(json.loads(response.content))
            if method == "post":
                response = self.client.post(address, {"quotation": "one two"})
                validator(operation, response).validate(json.loads(response.content))

    def test_every_filter_is_described(self):
        (listed,) = (
            each["get"] for path, each in DOCUMENT["paths"].items() if path == "/cable.json"
        )
        names = {each["name"] for each in listed["parameters"]}
        self.assertEqual(names, {*CableFilter.base_filters, "q", "limit", "cursor"})


@override_settings(ALLOWED_HOSTS=["archive.example"])
class DevelopersPageTests(SpecimensTestCase):
    def test_every_example_is_true(self):
        text = guidance()["developers"].body
        examples = EXAMPLE.findall(text)
        self.assertEqual(len(examples), text.count("\nGET "))
        for address, shown in examples:
            with self.subTest(address):
                response = self.client.get(address, secure=True, SERVER_NAME="archive.example")
                self.compare(json.loads(shown), json.loads(response.content))

    def compare(self, shown, given):
        """Fail unless a response is as shown: members may be missing, "…" stands for the rest."""
        if isinstance(shown, dict):
            for name, value in shown.items():
                self.compare(value, given.get(name, "is missing"))
        elif isinstance(shown, list):
            self.compare_lists(shown, given)
        elif isinstance(shown, str) and shown.endswith(REST):
            self.assertEqual(given[: len(shown) - 1], shown[:-1])
        else:
            self.assertEqual(given, shown)

    def compare_lists(self, shown, given):
        """Fail unless the shown items are consecutive in a list; "…" are others around them."""
        part = [each for each in shown if each != REST]
        at = 0
        if shown[0] == REST:
            at = next(n for n, each in enumerate(given) if each["value"] == part[0]["value"])
        if REST not in shown:
            self.assertEqual(len(part), len(given))
        self.assertGreaterEqual(len(given), at + len(part))
        for one, other in zip(part, given[at:], strict=False):
            self.compare(one, other)

    def test_every_parameter_of_lists_is_in_its_table(self):
        text = guidance()["developers"].body
        for name in (*CableFilter.base_filters, "limit", "cursor"):
            with self.subTest(name):
                self.assertIn(f"`{name}`", text)
