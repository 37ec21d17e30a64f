"""Pages run the scripts of this site that are named here, as the privacy page says."""

import re
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase
from lxml import html

from cables.management.commands.serve import load_specimens
from tests.base import TestCase

CITING = re.compile(r"/cite/|/cable/[^/]+/(?:[^/]+/)?cite/")
SUGGEST = "js/suggest.js"
LOADED_BY = {
    "js/copy.js": {"cables/cite.html", "cables/selection.html"},
    SUGGEST: {"base.html"},
}
STATIC = re.compile(r"static '([^']+)'")
AN_EVENT = re.compile(r"<[a-z][^>]*\s(on[a-z]+)\s*=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
DATA = 'type="application/ld+json"'
MOST_PAGES = 250
OF_A_KIND = 6  # Pages that are read of one kind.


class TemplateTests(SimpleTestCase):
    def test_pages_load_the_scripts_that_are_named_and_have_none_inside(self):
        loading = {}
        for path in Path(settings.BASE_DIR, "templates").rglob("*.*"):
            name = path.relative_to(settings.BASE_DIR / "templates").as_posix()
            text = path.read_text()
            if not name.startswith("admin/"):
                self.assertNotRegex(text, AN_EVENT, name)
                for found in SCRIPT.findall(text):
                    if DATA not in found:
                        loading.setdefault(STATIC.search(found)[1], set()).add(name)
        self.assertEqual(loading, LOADED_BY)

    def test_a_script_sends_nothing_but_what_is_typed_to_this_site(self):
        for name in LOADED_BY:
            with self.subTest(name):
                text = Path(settings.BASE_DIR, "static", name).read_text()
                self.assertNotRegex(text, r"XMLHttp|sendBeacon|WebSocket|EventSource|import|cookie")
                self.assertNotRegex(text, r"https?:|innerHTML|insertAdjacentHTML|eval")
                self.assertEqual("fetch" in text, name == SUGGEST)

    def test_the_privacy_page_says_so(self):
        told = Path(settings.BASE_DIR, "cables/articles/guidance_texts/privacy.md").read_text()
        self.assertIn("it sends what stands in the box to this site, and to no other", told)


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
        """Check one page; return whether one cites on it."""
        scripts = tree.xpath("//script[not(@type='application/ld+json')]/@src")
        may = bool(CITING.fullmatch(address.partition("?")[0]))
        with self.subTest(address):
            names = {Path(each).name for each in scripts}
            self.assertEqual(names, {"suggest.js", "copy.js"} if may else {"suggest.js"})
            self.assertIn("script-src 'self';", f"{response['Content-Security-Policy']};")
        return may
