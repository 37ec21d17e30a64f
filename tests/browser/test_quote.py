"""Checking a quotation in a browser: by keyboard, in the dark, on a phone."""

import re

from playwright.sync_api import expect

from cables.publication.document_frequencies import count_words
from tests.browser.base import DESKTOP, NARROWEST, PHONE, BrowserTestCase
from tests.builders import make_cable
from tests.quotations.test_find import BODY, OTHER

EXACT = "the harbor master of the northern quay raised all landing fees"
ALTERED = "The harbor master of the southern quay raised no landing fees twice"
LOOKS = [(DESKTOP, "light"), (PHONE, "dark"), (NARROWEST, "dark")]
NOWHERE = "a purple submarine sang lullabies beneath Vienna"


class QuoteTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body=BODY)
        make_cable("06OSLO900002", body=OTHER)
        count_words()

    def check(self, quotation):
        """Return the page that answers for a quotation, sent by the keyboard alone."""
        page = self.open("/quote/")
        page.get_by_label("The quotation, 5 to 500 words").focus()
        page.keyboard.insert_text(quotation)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("h1 .kicker")).to_be_visible()
        return page

    def test_a_verdict_by_keyboard(self):
        page = self.check(EXACT)
        expect(page.locator("h1")).to_contain_text("Exact")
        expect(page.locator("mark")).to_have_text(EXACT, ignore_case=True)
        expect(page).to_have_url(re.compile("/quote/$"))
        self.assertEqual(page.context.cookies(), [])
        expect(page.get_by_label("The quotation, 5 to 500 words")).to_have_value(EXACT)
        page.get_by_role("link", name="paragraph 1", exact=True).click()
        expect(page).to_have_url(f"{self.live_server_url}/cable/06BERLIN900001/v1/#par1")

    def test_differing_words_stand_side_by_side(self):
        page = self.check(ALTERED)
        expect(page.locator("h1")).to_contain_text("Close match")
        expect(page.locator("del")).to_have_text(["southern", "no"])
        expect(page.locator("ins")).to_have_text(["northern", "all"])

    def test_no_accessibility_rule_is_broken_and_it_fits_a_phone(self):
        self.check_pages(["/quote/"])
        for quotation in (EXACT, ALTERED, NOWHERE):
            page = self.check(quotation)
            checked = self.checked_looks(LOOKS)
            for size, scheme in LOOKS:
                with self.subTest(quotation, size=size, scheme=scheme):
                    self.show(page, size, scheme)
                    if (size, scheme) in checked:
                        self.check_page(page)
                    width = page.evaluate("document.documentElement.scrollWidth")
                    self.assertEqual(width, size[0])
                    self.assertEqual(page.said, [])
