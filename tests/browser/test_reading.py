"""Reading in a browser: links to paragraphs, the keyboard, copying, a phone, paper."""

from playwright.sync_api import expect

from tests.browser.base import DESKTOP, NARROWEST, PHONE, BrowserTestCase
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

    def setUp(self):
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
    def test_no_accessibility_rule_is_broken(self):
        self.check_rules(ADDRESSES)

    def test_fits_the_narrowest_phone_and_needs_no_other_site(self):
        page = self.open_window(NARROWEST)
        for address in ADDRESSES:
            with self.subTest(address):
                self.visit(page, address)
                self.assertEqual(page.evaluate("document.documentElement.scrollWidth"), 320)
                here = [url.startswith(self.live_server_url) for url in page.asked]
                self.assertTrue(all(here), page.asked)
                refused = [said for said in page.said if "Content Security Policy" in said]
                self.assertEqual(refused, [])


class ParagraphLinkTests(RoomTestCase):
    def test_a_link_copied_from_the_margin_opens_at_the_paragraph(self):
        page = self.open(PAGE)
        page.get_by_role("link", name="Permalink to paragraph 2", exact=True).click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}#par2")
        other = self.open(page.url.removeprefix(self.live_server_url))
        self.assertTrue(other.locator("#par2").evaluate("block => block.matches(':target')"))
        wash = other.locator("#par2").evaluate("block => getComputedStyle(block).backgroundColor")
        plain = other.locator("#par1").evaluate("block => getComputedStyle(block).backgroundColor")
        self.assertNotEqual(wash, plain)
        self.assertLess(other.locator("#par2").bounding_box()["y"], DESKTOP[1])

    def test_an_old_fragment_marks_its_paragraph(self):
        page = self.open(f"{PAGE}#par2005")
        wash = page.locator("#par1").evaluate("block => getComputedStyle(block).backgroundColor")
        plain = page.locator("#par2").evaluate("block => getComputedStyle(block).backgroundColor")
        self.assertNotEqual(wash, plain)

    def test_what_is_copied_is_the_text_alone(self):
        page = self.open(PAGE)
        page.get_by_label("As sent").check()
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.telegram'))")
        copied = page.evaluate("getSelection().toString()")
        self.assertIn("2. (SBU) The master explained the\nfees to all\ncaptains at length.", copied)
        for added in ("¶ 1", "¶ 2", "Cite", "page 2 of 2"):
            self.assertNotIn(added, copied.replace("\xa0", " "))


class KeyboardTests(RoomTestCase):
    def test_the_first_key_leads_past_the_rail(self):
        page = self.open(PAGE)
        page.keyboard.press("Tab")
        self.assertEqual(page.evaluate("document.activeElement.textContent"), "Skip to the text")
        self.assertGreaterEqual(page.locator(".skip").bounding_box()["y"], 0)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        self.assertTrue(page.evaluate("document.activeElement.closest('main') !== null"))

    def test_the_rail_opens_on_a_phone(self):
        page = self.open("/", size=PHONE)
        rail = page.get_by_role("navigation", name="Browse the archive")
        self.assertFalse(rail.is_visible())
        page.get_by_text("Browse the archive").press("Enter")
        self.assertTrue(rail.is_visible())


class PaperTests(RoomTestCase):
    def test_paper_has_the_text_its_paragraphs_and_its_address_and_no_controls(self):
        page = self.open(PAGE)
        page.emulate_media(media="print")
        for hidden in (".rail", ".search", ".cite", ".crumbs", ".colophon"):
            with self.subTest(hidden):
                self.assertFalse(page.locator(hidden).first.is_visible())
        for shown in (".print-only", ".pilcrow", ".facts", "#par2"):
            with self.subTest(shown):
                self.assertTrue(page.locator(shown).first.is_visible())
        self.assertIn(self.live_server_url + PAGE, page.locator(".print-only").inner_text())
        self.assertTrue(page.pdf(format="A4").startswith(b"%PDF"))
