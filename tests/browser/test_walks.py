"""A reader's walks through the specimen archive, and the pictures of the README on the way.

The pictures are drawn at each run; with CABLES_PICTURES=1 they replace those in docs/pictures.
"""

import os
import re
import tempfile
from io import StringIO
from pathlib import Path

from playwright.sync_api import expect

from cables.management.commands.serve import load_specimens
from cables.models import Article
from tests.browser.base import DESKTOP, PHONE, BrowserTestCase
from tests.builders import forget_counts
from tests.paths import PROJECT

CABLE = "/cable/06LISBON900412/"
TITLE = "Specimen: The Lighthouse Loan"  # It begins so.
PICTURES = PROJECT / "docs" / "pictures"
# What is clicked, from home to the cable: five ways.
WAYS = {
    "by release": ["March 2012", "5 March", TITLE],
    "by creation date": ["2000s", "2006", "Nov", TITLE],
    "by origin": ["L", "Embassy Lisbon", TITLE],
    "by tag": ["S", "SCUL", TITLE],
    "by classification": ["UNCLASSIFIED", TITLE],
}
DRAWN = {
    "home": ("/", DESKTOP, "light"),
    "cable": (CABLE, DESKTOP, "light"),
    "list": ("/tag/SCUL/", DESKTOP, "light"),
    "phone": (f"{CABLE}#par2", PHONE, "dark"),
}


class SpecimenTestCase(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        load_specimens(stdout=StringIO())
        Article.objects.create(
            slug="a-lens-goes-home",
            title="A lens goes home",
            summary="How one telegram settled a loan of ninety-five years.",
            body="See 06LISBON900412 para 3.",
            published="2012-04-01",
        )
        forget_counts()


class WalkTests(SpecimenTestCase):
    def test_five_ways_to_the_same_cable(self):
        for way, steps in WAYS.items():
            with self.subTest(way):
                page = self.open("/")
                for step in steps:
                    self.take_step(page, step, way)
                # The address says which list one came from.
                expect(page).to_have_url(re.compile(re.escape(self.live_server_url + CABLE)))
        page = self.open("/")
        page.get_by_label("a reference in any spelling").fill("06 lisbon 000900412")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{CABLE}")

    def take_step(self, page, name, way):
        """Click the first link of this name: in the rail's group on the home page, else in main."""
        within = page.locator("main")
        if page.url == f"{self.live_server_url}/":
            label = "latest releases" if way == "by release" else way
            within = page.locator(".rail details", has_text=f"Browse {label}")
            within.locator("summary").click()
        links = within.get_by_role("link", name=name, exact=len(name) < 3)
        with page.expect_navigation():
            links.first.click()

    def test_every_link_is_reached_and_seen_by_keyboard(self):
        for address in ("/", "/origin/", CABLE):
            with self.subTest(address):
                page = self.open(address)
                links = page.locator("a[href]:visible, button:visible, input:visible").count()
                seen = set()
                for _ in range(links + 5):
                    page.keyboard.press("Tab")
                    seen.add(page.evaluate(OUTLINE))
                self.assertNotIn("none", seen)

    def test_a_cable_on_paper(self):
        page = self.open(CABLE)
        paper = page.pdf(format="A4")
        self.assertTrue(paper.startswith(b"%PDF"))
        page.emulate_media(media="print")
        expect(page.locator(".rail")).to_be_hidden()
        text = page.locator(".telegram").get_by_text("In the winter of 1911")
        expect(text.first).to_be_visible()

    def test_pictures(self):
        folder = PICTURES if os.environ.get("CABLES_PICTURES") else Path(self.temporary())
        folder.mkdir(exist_ok=True)
        for name, (address, size, scheme) in DRAWN.items():
            page = self.open(address, size=size, scheme=scheme)
            drawn = page.screenshot(path=folder / f"{name}.png")
            self.assertTrue(drawn.startswith(b"\x89PNG"))

    def temporary(self):
        return self.enterContext(tempfile.TemporaryDirectory())


# How the focused element shows that it has the focus; "" where the page itself has it.
OUTLINE = """() => {
  const focused = document.activeElement;
  return focused === document.body ? "" : getComputedStyle(focused).outlineStyle;
}"""
