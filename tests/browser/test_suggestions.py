"""Suggestions of the search box: by keyboard, by mouse, for a screen reader, and without them."""

from playwright.sync_api import expect

from cables.models import Tag
from tests.browser.base import BrowserTestCase
from tests.builders import forget_counts, make_cable


class SuggestionsTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        make_cable(body="1. Fishermen ask for lower fees.", tags=["EFIS"])
        forget_counts()

    def typing(self, text, address="/tag/"):
        """Return a page in whose box a text is typed, the box, and the list when it is open."""
        page = self.open(address)
        box = page.get_by_role("combobox")
        box.fill(text)  # Letter by letter, on a busy machine, a second list could follow the first.
        options = page.get_by_role("listbox")
        expect(options.get_by_role("option").first).to_be_visible()
        return page, box, options

    def test_arrow_keys_choose_and_enter_follows(self):
        page, box, options = self.typing("fish")
        expect(box).to_have_attribute("aria-expanded", "true")
        box.press("ArrowDown")
        chosen = options.get_by_role("option", selected=True)
        expect(chosen).to_contain_text("Fisheries")
        expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
        box.press("Enter")
        expect(page).to_have_url(f"{self.live_server_url}/tag/EFIS/")

    def test_escape_closes_the_list_and_enter_then_searches_for_the_words(self):
        page, box, options = self.typing("fish")
        box.press("ArrowDown")
        box.press("Escape")
        expect(options).to_be_hidden()
        expect(box).to_have_attribute("aria-expanded", "false")
        expect(box).to_have_value("fish")
        box.press("Enter")
        page.wait_for_url("**/search/?q=fish")

    def test_up_goes_to_the_last_and_back_to_what_was_typed(self):
        _, box, options = self.typing("fish")
        box.press("ArrowUp")
        expect(options.get_by_role("option").last).to_have_attribute("aria-selected", "true")
        box.press("ArrowDown")
        expect(options.get_by_role("option", selected=True)).to_have_count(0)

    def test_a_click_follows(self):
        page, _, options = self.typing("fish")
        options.get_by_text("Fisheries").click()
        expect(page).to_have_url(f"{self.live_server_url}/tag/EFIS/")

    def test_an_open_list_breaks_no_rule_of_accessibility_and_hangs_below_its_box(self):
        for address in ("/", "/tag/", "/search/"):
            with self.subTest(address):
                page, box, options = self.typing("fish", address)
                self.check_page(page)
                above, below = box.bounding_box(), options.bounding_box()
                self.assertAlmostEqual(above["x"], below["x"], delta=2)
                self.assertAlmostEqual(above["y"] + above["height"], below["y"], delta=8)

    def test_the_box_works_when_the_server_does_not_answer(self):
        page = self.open("/")
        page.route("**/suggest.json*", lambda route: route.abort())
        box = page.get_by_role("combobox")
        box.press_sequentially("fishermen")
        box.press("Enter")
        page.wait_for_url("**/search/?q=fishermen")
