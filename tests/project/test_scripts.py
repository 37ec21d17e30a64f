"""Pages run small scripts of our own alone. One sends what is typed, as the privacy page says."""

import re
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase
from lxml import html

from cables.management.commands.serve import load_specimens
from tests.base import TestCase

EVERYWHERE = {"shortcuts.js", "suggest.js"}
LOADED_BY = {
    "suggest.js": {"base.html"},
    "shortcuts.js": {"base.html"},
    "face.js": {"cables/cable/_scripts_and_styles.html"},
    "contents.js": {"cables/cable/_scripts_and_styles.html", "cables/page.html"},
    "find.js": {"cables/index.html", "cables/glossary.html", "cables/holdings.html"},
    "similar.js": {"cables/cable.html"},
    "notes.js": {"cables/cable.html", "cables/notes.html"},
    "proof.js": {"cables/proof.html"},
    "references.js": {"cables/references.html"},
    "copy.js": {
        "cables/check.html",
        "cables/cite.html",
        "cables/selection.html",
        "cables/cable/_scripts_and_styles.html",
    },
    "facets.js": {"cables/list.html", "cables/search.html"},
    "mirror_search.js": {"cables/mirror_search.html"},
}
# A mirror's search runs Pagefind, which lies beside its index; WebCrypto imports a public key.
PERMITTED = {
    "mirror_search.js": "await import(`${folderOf(period)}pagefind.js`)",
    "proof.js": "crypto.subtle.importKey",
}
SENDING = {"suggest.js", "similar.js", "proof.js"}
NEVER = (
    r"XMLHttp|sendBeacon|WebSocket|EventSource|import|cookie"
    r"|https?:|innerHTML|insertAdjacentHTML|eval"
)
NAME = re.compile(r"js/(\w+\.js)")
AN_EVENT = re.compile(r"<[a-z][^>]*\s(on[a-z]+)\s*=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
DATA = 'type="application/ld+json"'
MOST_PAGES = 250
OF_A_KIND = 6  # Pages that are read of one kind.


class TemplateTests(SimpleTestCase):
    def test_templates_load_the_scripts_that_are_named_and_write_none(self):
        loaded = {}
        for path in Path(settings.BASE_DIR, "templates").rglob("*.*"):
            name = path.relative_to(settings.BASE_DIR / "templates").as_posix()
            text = path.read_text()
            if not name.startswith("admin/"):
                self.assertNotRegex(text, AN_EVENT, name)
                for found in SCRIPT.findall(text):
                    if DATA not in found:
                        loaded.setdefault(NAME.search(found)[1], set()).add(name)
        self.assertEqual(loaded, LOADED_BY)

    def test_a_script_sends_nothing_but_what_is_typed_to_this_site(self):
        for name in LOADED_BY:
            text = Path(settings.BASE_DIR, "static", "js", name).read_text()
            with self.subTest(name):
                self.assertNotRegex(text.replace(PERMITTED.get(name, "\n"), "", 1), NEVER)
                self.assertEqual("fetch" in text, name in SENDING or name == "mirror_search.js")

    def test_the_privacy_page_says_so(self):
        told = Path(settings.BASE_DIR, "cables/articles/guidance_texts/privacy.md").read_text()
        told = " ".join(told.split())
        self.assertIn("run small scripts of the room's own", told)
        self.assertIn("Two scripts ask this site for more", told)
        self.assertIn("it sends what stands in the box", told)


class PageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_specimens(verbosity=0)

    def test_all_pages_that_lead_from_home(self):
        """Links are followed, some of each kind of address."""
        waiting, seen, kinds = ["/", "/cite/"], set(), {}
        while waiting and len(seen) < MOST_PAGES:
            address = waiting.pop(0)
            response = self.client.get(address, follow=True)
            seen.add(address)
            if not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            tree = html.fromstring(response.content)
            self.check(address, response, tree)
            for link in dict.fromkeys(tree.xpath("//a/@href")):
                path = link.partition("#")[0]
                kind = re.sub(r"[^/]*[0-9A-Z][^/]*|(?<=/tag/)[^/]+", "*", path.partition("?")[0])
                if path.startswith("/") and path not in {*seen, *waiting}:
                    kinds[kind] = kinds.get(kind, 0) + 1
                    waiting += [path] if kinds[kind] <= OF_A_KIND else []
        self.assertGreater(len(seen), 100)

    def check(self, address, response, tree):
        scripts = tree.xpath("//script[not(@type='application/ld+json')]/@src")
        with self.subTest(address):
            names = {Path(each).name for each in scripts}
            self.assertLessEqual(names, LOADED_BY.keys())
            self.assertLessEqual(EVERYWHERE, names)
            self.assertIn("script-src 'self';", f"{response['Content-Security-Policy']};")
