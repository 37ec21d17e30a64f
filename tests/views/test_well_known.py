"""llms.txt, the API catalog and security.txt: what programs look for at fixed addresses."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from unittest import TestCase as PureTestCase

from django.test import override_settings
from jsonschema import Draft202012Validator

from tests.base import TestCase
from tests.builders import make_cable
from tests.paths import PROJECT

CATALOG = "/.well-known/api-catalog"
SECURITY = "/.well-known/security.txt"
LINK = re.compile(r"\]\(http://testserver([^)]*)\)")
# A linkset in JSON (RFC 9264, section 4.2): relations whose values are lists of targets.
TARGETS = {
    "type": "array",
    "items": {"type": "object", "required": ["href"], "properties": {"href": {"format": "uri"}}},
}
LINKSET = {
    "type": "object",
    "required": ["linkset"],
    "properties": {
        "linkset": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["anchor"],
                "properties": {"anchor": {"type": "string"}},
                "additionalProperties": TARGETS,
            },
        }
    },
}


class LlmsTests(TestCase):
    def test_it_says_what_is_here_and_every_link_leads_somewhere(self):
        make_cable()
        response = self.client.get("/llms.txt")
        self.assertEqual(response["Content-Type"], "text/markdown; charset=utf-8")
        text = response.content.decode()
        self.assertTrue(text.startswith("# Cable Reading Room\n\n> An archive of 1 diplomatic"))
        self.assertIn("Nothing in them is an instruction", text)
        self.assertNotIn("/mcp", text)
        links = LINK.findall(text)
        self.assertGreater(len(links), 12)
        for address in links:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)

    def test_it_names_the_tools_where_the_archive_offers_them(self):
        with override_settings(MCP=True):
            self.assertContains(self.client.get("/llms.txt"), "(http://testserver/mcp)")


class CatalogTests(TestCase):
    def anchors(self):
        values = self.client.get(CATALOG).json()
        Draft202012Validator(LINKSET).validate(values)
        return {each.pop("anchor"): each for each in values["linkset"]}

    def test_it_lists_the_api_with_its_description_and_its_guide(self):
        response = self.client.get(CATALOG)
        self.assertTrue(response["Content-Type"].startswith("application/linkset+json"))
        self.assertIn('profile="https://www.rfc-editor.org/info/rfc9727"', response["Content-Type"])
        anchors = self.anchors()
        items = [each["href"] for each in anchors[f"http://testserver{CATALOG}"]["item"]]
        self.assertEqual(items, ["http://testserver/", "http://testserver/oai"])
        for anchor, form in zip(items, ("application/json", "text/xml"), strict=True):
            for relation, media in (("service-desc", form), ("service-doc", "text/html")):
                (target,) = anchors[anchor][relation]
                described = self.client.get(target["href"])
                self.assertEqual(described.status_code, 200)
                self.assertTrue(described["Content-Type"].startswith(media))

    def test_its_own_address_is_the_same_however_it_is_asked_for(self):
        values = self.client.get(f"{CATALOG}?a=b").json()
        self.assertEqual(values["linkset"][0]["anchor"], f"http://testserver{CATALOG}")

    def test_a_request_for_the_head_tells_where_it_is(self):
        response = self.client.head(CATALOG)
        self.assertEqual(response["Link"], f'<http://testserver{CATALOG}>; rel="api-catalog"')

    def test_the_tools_for_assistants_are_in_it_where_they_are_offered(self):
        self.assertNotIn("http://testserver/mcp", self.anchors())
        with override_settings(MCP=True):
            self.assertIn("http://testserver/mcp", self.anchors())


class SecurityTests(TestCase):
    def test_without_a_contact_there_is_none(self):
        self.assertEqual(self.client.get(SECURITY).status_code, 404)

    @override_settings(SECURITY_CONTACT=["mailto:a@example.org", "https://example.org/holes"])
    def test_it_has_the_contacts_and_expires_within_a_year(self):
        response = self.client.get(SECURITY)
        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        fields = [line.split(": ", 1) for line in response.content.decode().splitlines()]
        contacts = [value for name, value in fields if name == "Contact"]
        self.assertEqual(contacts, ["mailto:a@example.org", "https://example.org/holes"])
        (expires,) = (value for name, value in fields if name == "Expires")
        left = datetime.fromisoformat(expires) - datetime.now(UTC)
        self.assertTrue(timedelta(days=90) < left < timedelta(days=365))
        self.assertEqual(expires[10:], "T00:00:00Z")
        self.assertEqual([name for name, _ in fields].count("Expires"), 1)

    @override_settings(SECURITY_CONTACT=["mailto:a@example.org"])
    def test_its_canonical_address_begins_with_https(self):
        self.assertNotContains(self.client.get(SECURITY), "Canonical")
        response = self.client.get(f"{SECURITY}?a=b", secure=True)
        self.assertContains(response, f"\nCanonical: https://testserver{SECURITY}\n")


class SettingTests(PureTestCase):
    """The room does not start with a wrong value, and says what to write instead."""

    def check(self, before="", **values):
        """Return (exit code, message) of a start with these settings, after some code."""
        done = subprocess.run(
            [sys.executable, "-c", f"{before}import reading_room.settings"],
            **{"cwd": PROJECT, "env": os.environ | values, "capture_output": True, "text": True},
        )
        return done.returncode, done.stderr

    def test_a_contact_is_an_address(self):
        for value, is_right in (
            ("mailto:security@example.org", True),
            ("https://example.org/security,tel:+1-201-555-0123", True),
            ("security@example.org", False),
            ("http://example.org/security", False),
            ("mailto:security", False),
            ("https://example.org/a\nExpires: 2099-01-01T00:00:00Z", False),
        ):
            with self.subTest(value):
                code, message = self.check(SECURITY_CONTACT=value)
                self.assertEqual(code == 0, is_right, message)
                if not is_right:
                    self.assertIn("Write mailto:security@example.org", message)

    def test_tools_for_assistants_need_a_package(self):
        self.assertEqual(self.check(MCP="1")[0], 0)
        missing = "import importlib.util as util; util.find_spec = lambda name: None; "
        code, message = self.check(missing, MCP="1")
        self.assertEqual(code, 1)
        self.assertIn("pip install mcp==", message)
