"""Citations in a browser: looked at, selected and copied, with JavaScript and without."""

from playwright.sync_api import expect

from tests.browser.base import BrowserTestCase
from tests.builders import forget_counts, make_cable
from tests.views.test_cable_page import PAGE, TELEGRAM

CITE = f"{PAGE}par2/cite/"
SELECTION = "/cite/?c=06ROME900002&c=06BERLIN900001/par1--par2&c=06ROME900009&style=apa"
ADDRESSES = [f"{CITE}?style=MHRA", f"{PAGE}cite/?style=ieee", f"{PAGE}par1--par2/", SELECTION]


class CiteTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(body=TELEGRAM, subject='THE "HARBOR" ACT, AND A TITLE THAT FILLS A LINE ALONE')
        make_cable("06ROME900002", subject="", origin="Embassy Rome")
        forget_counts()

    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(ADDRESSES)

    def test_two_clicks_lead_from_a_paragraph_to_every_form(self):
        page = self.open(PAGE)
        page.get_by_label("Cite paragraph 2", exact=True).click()
        page.locator("#par2").get_by_text("Chicago, APA, MLA and all others").click()
        expect(page).to_have_url(f"{self.live_server_url}{CITE}")

    def test_one_click_selects_a_box_without_javascript(self):
        page = self.open(CITE, java_script_enabled=False)
        expect(page.get_by_role("button", name="Copy")).to_have_count(0)
        expect(page.locator(".box").first).to_have_css("user-select", "all")
        expect(page.get_by_text("@misc{06BERLIN900001-par2,")).to_be_visible()

    def test_one_click_selects_a_box(self):
        page = self.open(CITE)
        page.locator(".box").first.click()
        self.expect_selected(page, f"{self.live_server_url}{PAGE}v1/par2/")

    def test_one_click_copies_a_box(self):
        page = self.open(CITE)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy APA, bibliography").click()
        expect(page.get_by_role("button", name="Copied: APA, bibliography")).to_have_count(1)
        copied = page.evaluate("navigator.clipboard.readText()")
        self.assertTrue(copied.startswith('Embassy Berlin. (2006, March 14). The "Harbor" Act'))
        rich = page.evaluate(
            """async () => {
                const [item] = await navigator.clipboard.read();
                return await (await item.getType("text/html")).text();
            }"""
        )
        self.assertIn("<i", rich)
        self.assertEqual(page.said, [])

    def test_a_bibliography_is_made_by_hand(self):
        page = self.open(CITE)
        page.get_by_role("link", name="Begin a bibliography").click()
        page.get_by_label("Add a reference").fill("06 Rome 900002")
        page.get_by_role("button", name="Add").click()
        expect(page.locator(".chosen li")).to_have_count(2)
        page.get_by_role("button", name="Remove 06BERLIN900001/par2").click()
        expect(page).to_have_url(f"{self.live_server_url}/cite/?c=06ROME900002")

    def test_on_paper_are_the_citations_and_nothing_to_press(self):
        page = self.open(CITE)
        page.emulate_media(media="print")
        expect(page.get_by_role("button", name="Copy").first).to_be_hidden()
        expect(page.get_by_label("Another style")).to_be_hidden()
        expect(page.get_by_text("(Embassy Berlin, 2006, para. 2)")).to_be_visible()
