"""A telegram of a volume in a browser: its footnotes lead there and back, and print."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from cables.loader import load
from tests.browser.base import BrowserTestCase
from tests.builders import forget_counts
from tests.loader.test_volumes import SENT, row
from tests.paths import DATA
from tests.source_files import csv_file

VOLUME = DATA / "frus1955-57v99.xml"
PAGE = "/cable/56LISBON412/"
ADDRESSES = [PAGE, f"{PAGE}par0.1/", f"{PAGE}copies/", "/volume/frus1955-57v99/", "/collection/"]


class VolumeTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        load(VOLUME, collection="frus")
        with tempfile.TemporaryDirectory() as folder:
            load(csv_file(Path(folder), row(body=SENT.replace("ships", "boats"))))
        forget_counts()

    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(ADDRESSES, opened=True)

    def test_a_footnote_is_reached_by_its_mark_and_leads_back(self):
        page = self.open(PAGE)
        page.get_by_role("link", name="Footnote 2", exact=True).click()
        expect(page).to_have_url(re.compile(r"#note-d1fn2$"))
        page.get_by_role("link", name="Back to the mark of footnote 2", exact=True).click()
        expect(page).to_have_url(re.compile(r"#mark-d1fn2$"))

    def test_whoever_copies_the_text_has_it_as_sent(self):
        page = self.open(PAGE)
        text = page.locator("#par1 .wire").inner_text()
        self.assertEqual(text.strip(), "1. Rell told me that boats complained.")

    def test_print_has_the_footnotes_and_the_marks(self):
        page = self.open(PAGE, scheme="dark")
        page.emulate_media(media="print")
        expect(page.locator("#note-d1fn2")).to_be_visible()
        mark = "mark => getComputedStyle(mark, '::before').content"
        self.assertIn("2", page.locator("#mark-d1fn2").evaluate(mark))
        colour = "block => getComputedStyle(block).color"
        self.assertEqual(page.locator("#note-d1fn2").evaluate(colour), "rgb(0, 0, 0)")
