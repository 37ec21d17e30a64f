"""Reading in a browser: links to paragraphs, the keyboard, copying, a phone, paper."""

from playwright.sync_api import expect

from tests.browser.base import PHONE, BrowserTestCase
from tests.builders import forget_counts, make_cable, make_cables, make_version, withhold
from tests.views.test_cable_page import PAGE, TELEGRAM

WITHHELD = "06BERLIN900999"
ADDRESSES = [
    "/?ref=harbor",
    "/developers/",
    "/released/",
    "/created/",
    "/origin/",
    "/classification/",
    "/tag/EFIS/?page=2",
    f"{PAGE}#par2",
    f"{PAGE}v1/",
    f"{PAGE}par2/",
    f"/cable/{WITHHELD}/",
    "/nothing/",
]


class RoomTestCase(BrowserTestCase):
    """A test in a room with two pages of cables, and one cable that has everything."""

    @classmethod
    def setUpTestData(cls):
        cable = make_cable(body=TELEGRAM, tags=["EFIS"], cites=["06BERLIN900003"], partial=True)
        make_version(cable, body="1. The harbor may raise its fees.\n\n3. Gone.")
        cable.former_paragraphs.create(
            paragraph="par3", after="par1", version=1, reason="It was a draft."
        )
        classes = ["", "CONFIDENTIAL//NOFORN", "SECRET", "TOP SECRET", "LIMITED OFFICIAL USE"]
        for number, value in enumerate(classes, start=2):
            make_cable(f"06BERLIN90000{number}", tags=["EFIS"], classification=value)
        make_cables((f"07BERLIN9{number:05}" for number in range(60)), tags=["EFIS", "EAGR"])
        withhold(make_cable(WITHHELD), "It names a witness.")
        forget_counts()


class EveryPageTests(RoomTestCase):
    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(ADDRESSES)


class ParagraphLinkTests(RoomTestCase):
    def expect_marked(self, page, marked, plain):
        """Fail if two blocks do not differ in their background."""
        colour = page.locator(plain).evaluate("block => getComputedStyle(block).backgroundColor")
        expect(page.locator(marked)).not_to_have_css("background-color", colour)

    def test_a_link_copied_from_the_margin_opens_at_the_paragraph(self):
        page = self.open(PAGE)
        page.get_by_role("link", name="Permalink to paragraph 2", exact=True).click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}#par2")
        other = self.open(page.url.removeprefix(self.live_server_url))
        expect(other.locator("#par2:target")).to_be_visible()
        self.expect_marked(other, "#par2", "#par1")
        expect(other.locator("#par2")).to_be_in_viewport()

    def test_an_old_fragment_marks_its_paragraph(self):
        self.expect_marked(self.open(f"{PAGE}#par2005"), "#par1", "#par2")

    def test_what_is_copied_is_the_text_alone(self):
        page = self.open(PAGE)
        page.get_by_label("As sent").check()
        copied = self.copied(page, ".telegram")
        self.assertIn("2. (SBU) The master explained the\nfees to all\ncaptains at length.", copied)
        for added in ("¶ 1", "¶ 2", "Cite", "page 2 of 2"):
            self.assertNotIn(added, copied.replace("\xa0", " "))


class KeyboardTests(RoomTestCase):
    def test_the_first_key_leads_past_the_rail(self):
        page = self.open(PAGE)
        page.keyboard.press("Tab")
        skip = page.get_by_text("Skip to the text")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport(ratio=1)
        page.keyboard.press("Enter")
        expect(page.locator("#main:target")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator("main :focus")).to_have_count(1)

    def test_the_rail_opens_on_a_phone(self):
        page = self.open("/", size=PHONE)
        rail = page.get_by_role("navigation", name="Browse the archive")
        expect(rail).to_be_hidden()
        page.get_by_text("Browse the archive").press("Enter")
        expect(rail).to_be_visible()


class PaperTests(RoomTestCase):
    def test_paper_has_the_text_its_paragraphs_and_its_address_and_no_controls(self):
        page = self.open(PAGE)
        page.emulate_media(media="print")
        for hidden in (".rail", ".search", ".cite", ".crumbs", ".colophon"):
            with self.subTest(hidden):
                expect(page.locator(hidden).first).to_be_hidden()
        for shown in (".print-only", ".pilcrow", ".facts", "#par2"):
            with self.subTest(shown):
                expect(page.locator(shown).first).to_be_visible()
        expect(page.locator(".print-only")).to_contain_text(self.live_server_url + PAGE)
        self.assertTrue(page.pdf(format="A4").startswith(b"%PDF"))
