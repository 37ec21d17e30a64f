"""Long indexes in a browser: short enough for a phone, opened by links, free of barriers."""

from playwright.sync_api import expect

from tests.browser.base import PHONE, BrowserTestCase
from tests.builders import make_cable

TALLEST = 12_000  # Pixels of a page on a phone.
LONG = [
    *("/tag/", "/origin/map/list/", "/glossary/", "/glossary/routing/", "/glossary/organizations/"),
    *("/holdings/tag/", "/holdings/", "/created/", "/"),
]


class IndexTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(tags=[f"{letter}{n:03}" for letter in "BEK" for n in range(200)])

    def test_no_index_is_too_long_for_a_phone(self):
        page = self.open_window(PHONE)
        for address in LONG:
            with self.subTest(address):
                self.visit(page, address)
                height = page.evaluate("document.documentElement.scrollHeight")
                self.assertLess(height, TALLEST)

    def test_a_link_to_a_letter_opens_it(self):
        page = self.open("/tag/")
        link = page.get_by_role("link", name="K000")
        expect(link).to_be_hidden()
        page.get_by_label("Letters").get_by_role("link", name="K", exact=True).click()
        expect(link).to_be_visible()
        page = self.open("/glossary/#precedence")
        expect(page.get_by_text("Night action", exact=False).first).to_be_visible()

    def test_no_accessibility_rule_is_broken(self):
        self.check_pages(["/tag/", "/glossary/", "/holdings/tag/"])
