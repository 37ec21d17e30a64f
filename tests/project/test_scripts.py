"""Only the pages on which one cites run a script, and the desk, as the privacy page says."""

import re
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase
from lxml import html

from cables.management.commands.serve import load_specimens
from tests.base import TestCase

CITING = re.compile(r"/cite/|/cable/[^/]+/(?:[^/]+/)?cite/")
COPY = "js/copy.js"
AN_EVENT = re.compile(r"<[a-z][^>]*\s(on[a-z]+)\s*=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
DATA = 'type="application/ld+json"'
MOST_PAGES = 250
OF_A_KIND = 6  # Pages that are read of one kind.


class TemplateTests(SimpleTestCase):
    def test_only_the_pages_that_are_named_load_a_script(self):
        loading = {}
        for path in Path(settings.BASE_DIR, "templates").rglob("*.*"):
            name = path.relative_to(settings.BASE_DIR / "templates").as_posix()
            text = path.read_text()
            if not name.startswith("admin/"):
                self.assertNotRegex(text, AN_EVENT, name)
                for found in SCRIPT.findall(text):
                    if DATA not in found:
                        loading.setdefault(found, set()).add(name)
        (element,) = loading
        self.assertIn(COPY, element)
        self.assertEqual(loading[element], {"cables/cite.html", "cables/selection.html"})

    def test_no_script_of_the_pages_sends_anything(self):
        text = Path(settings.BASE_DIR, "static", COPY).read_text()
        self.assertNotRegex(text, r"fetch|XMLHttp|sendBeacon|WebSocket|EventSource|import|cookie")

    def test_the_privacy_page_says_so(self):
        told = Path(settings.BASE_DIR, "cables/articles/guidance_texts/privacy.md").read_text()
        self.assertIn("Only the pages on which you cite", told)
        self.assertNotIn("run no scripts", told)


class PageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_specimens(verbosity=0)

    def test_all_pages_that_lead_from_home(self):
        """Links are followed, some of each kind of address."""
        waiting, seen, kinds, citing = ["/", "/cite/"], set(), {}, 0
        while waiting and len(seen) < MOST_PAGES:
            address = waiting.pop(0)
            response = self.client.get(address)
            seen.add(address)
            if not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            tree = html.fromstring(response.content)
            citing += self.check(address, response, tree)
            for link in dict.fromkeys(tree.xpath("//a/@href")):
                path = link.partition("#")[0]
                kind = re.sub(r"[^/]*[0-9A-Z][^/]*|(?<=/tag/)[^/]+", "*", path.partition("?")[0])
                if path.startswith("/") and path not in {*seen, *waiting}:
                    kinds[kind] = kinds.get(kind, 0) + 1
                    waiting += [path] if kinds[kind] <= OF_A_KIND else []
        self.assertGreater(len(seen), 100)
        self.assertGreater(citing, 3)

    def check(self, address, response, tree):
        """Check one page; return whether it runs a script."""
        scripts = tree.xpath("//script[not(@type='application/ld+json')]/@src")
        may = bool(CITING.fullmatch(address.partition("?")[0]))
        with self.subTest(address):
            self.assertEqual([Path(each).name for each in scripts], ["copy.js"] if may else [])
            policy = response["Content-Security-Policy"]
            self.assertEqual("script-src" in policy, may)
        return may
