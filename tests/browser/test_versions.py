"""Versions in a browser: what differs is seen without colour, on paper and on a phone."""

from playwright.sync_api import expect

from cables.models import Cable
from tests.browser.base import BrowserTestCase
from tests.builders import forget_counts, load_records
from tests.source_files import csv_record

PAGE = "/cable/09ROME900001/"
HEAD = "UNCLAS ROME 900001\n\nTAGS: {tags}\nSUBJECT: HARBOR FEES\n\n"
RED = """\
1. (U) The harbor raised its fees by half at the start of the season, which
the owners of ships, most of them from abroad, learned from a notice on the
door of the harbor master's office."""
OTHER = RED.replace("by half", "by a third").replace("most of them", "many of them")
FEES = "3. (U)\n\n   BERTH          2008      2009\n   NORTH PIER      120       180"
TEXTS = [
    ("PREL, EWWT", [RED, "2. (U) Ships complained.", FEES, "4. (U) A last word."]),
    (
        "PREL, EWWT, IT",
        [OTHER, "2. (U) Ships complained.", "An aside.", FEES.replace("180", "160")],
    ),
]


class VersionsTestCase(BrowserTestCase):
    """A test with a cable that was loaded twice."""

    @classmethod
    def setUpTestData(cls):
        for tags, paragraphs in TEXTS:
            body = HEAD.format(tags=tags) + "\n\n".join(paragraphs)
            load_records(csv_record(body=body))
        forget_counts()

    def pages(self):
        ends = ("", "v1/", "v2/", "v1/par1/", "v1/par2/", "v1/par4/", "v2/par1/", "history/")
        return [PAGE + end for end in (*ends, "par4/", "v2/par4/", "v1/par9/")]


class LookTests(VersionsTestCase):
    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(self.pages(), opened=True)

    def test_what_differs_is_told_without_colour(self):
        page = self.open(f"{PAGE}v1/par1/")
        for tag, line, sign in (("del", "line-through", "−"), ("ins", "underline", "+")):
            with self.subTest(tag):
                words = page.locator(tag).first
                style = "element => getComputedStyle(element).textDecorationLine"
                self.assertEqual(words.evaluate(style), line)
                content = "element => getComputedStyle(element, '::before').content"
                self.assertIn(sign, words.evaluate(content))

    def test_what_is_copied_is_the_text(self):
        page = self.open(f"{PAGE}v1/par1/")
        copied = self.copied(page, ".compared .wire")
        self.assertEqual(copied.split(), RED.split())


class WalkTests(VersionsTestCase):
    def test_from_a_cable_to_what_changed_and_back(self):
        page = self.open(PAGE)
        page.get_by_role("link", name="What changed").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}history/")
        page.get_by_role("link", name="The cable in version 1").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}v1/")
        page.locator("#par1 summary").click()
        page.locator("#par1 .cite").get_by_role("link", name="v1/par1/").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}v1/par1/")
        page.get_by_role("link", name="Paragraph 1 as it is now").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}par1/")
        self.assertEqual(Cable.objects.get().version, 2)
