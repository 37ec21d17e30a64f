"""References in a browser: a walk from a cable to a cited paragraph and back, and the drawing."""

from playwright.sync_api import expect

from cables.loader import load
from cables.loader.specimen_collections import FOLDER as SPECIMENS
from cables.models import Mention
from tests.browser.base import NARROWEST, PHONE, BrowserTestCase
from tests.builders import forget_counts, make_cable, make_cables

PAGE = "/cable/06BERLIN900001/"
WEB = f"{PAGE}references/"
CITED = "/cable/05STATE900777/"
TELEGRAM = """\
UNCLAS BERLIN 900001

SUBJECT: HARBOR FEES
REF: A. 05 STATE 900777 (NOTAL)
     B. LISBON 900003
     C. DOE-ROE E-MAIL OF MAY 3

1. (U) Fees rose, as ref A, para 2 advises.

2. (U) Ref C doubts it."""


class ReferencesTestCase(BrowserTestCase):
    """A test with a cable, what it cites, and what cites it, in two steps."""

    @classmethod
    def setUpTestData(cls):
        cable = make_cable(body=TELEGRAM, cites=["05STATE900777", "06LISBON900003"])
        Mention.objects.create(
            cable=cable, paragraph="par1", reference="05STATE900777", target="par2"
        )
        make_cable("05STATE900777", subject="ADVICE ON HARBORS", cites=["04PRAIA900004"])
        make_cable("04PRAIA900004", subject="CORK")
        make_cable("07THESSALONIKI900044", cites=["06BERLIN900001"])
        make_cables(
            [f"08ROME{number}" for number in range(900100, 900130)], cites=["07THESSALONIKI900044"]
        )
        forget_counts()


class WalkTests(ReferencesTestCase):
    def test_to_the_cited_paragraph_and_back(self):
        page = self.open(PAGE)
        page.get_by_text("Message header and opening lines").click()
        page.locator(".opening").get_by_role("link", name="05 STATE 900777").click()
        expect(page).to_have_url(f"{self.live_server_url}{CITED}")
        page.go_back()
        page.get_by_role("link", name="ref A, para 2").click()
        expect(page).to_have_url(f"{self.live_server_url}{CITED}#par2")
        expect(page.locator("#par2:target")).to_be_visible()
        page.locator("#par2").get_by_role("link", name="06BERLIN900001 ¶ 1").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}#par1")
        page.goto(self.live_server_url + CITED)
        page.locator(".side").get_by_role("link", name="06BERLIN900001").last.click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}")

    def test_to_an_item_of_the_preamble(self):
        page = self.open(f"{PAGE}par2/")
        page.get_by_role("link", name="Ref C").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}#ref-C")
        item = page.locator("#ref-C:target")
        expect(item).to_have_text("DOE-ROE E-MAIL OF MAY 3")

    def test_through_the_drawing(self):
        page = self.open(PAGE)
        page.get_by_role("link", name="What this cable cites and what cites it").click()
        expect(page).to_have_url(self.live_server_url + WEB)
        page.locator("svg a", has_text="04PRAIA900004").click()
        expect(page).to_have_url(f"{self.live_server_url}/cable/04PRAIA900004/")


class TextTests(ReferencesTestCase):
    def test_what_is_copied_is_the_text_alone(self):
        page = self.open(PAGE)
        page.get_by_label("As sent").check()
        self.expect_value(page.locator(".opening").inner_text, TELEGRAM.split("\n\n1. ")[0])
        for block, text in (
            (".opening", TELEGRAM.split("\n\n1. ")[0]),
            ("#par1", "1. (U) Fees rose, as ref A, para 2 advises."),
        ):
            with self.subTest(block):
                self.assertEqual(self.copied(page, block).strip(), text)
        self.visit(page, CITED)
        self.assertEqual(self.copied(page, "#par2").strip(), "2. (U) Ships complained.")


class LookTests(ReferencesTestCase):
    def test_no_accessibility_rule_is_broken(self):
        self.check_pages((PAGE, f"{PAGE}#ref-C", CITED, f"{CITED}par2/", WEB))

    def test_the_drawing_opens_at_its_middle_and_scrolls_in_its_own_box(self):
        for size in (NARROWEST, PHONE):
            page = self.open(WEB, size=size)
            self.assertEqual(page.evaluate("document.documentElement.scrollWidth"), size[0])
            web = page.locator(".web")
            middle = page.locator(".here").bounding_box()
            self.assertAlmostEqual(middle["x"] + middle["width"] / 2, size[0] / 2, delta=24)
            page.locator("svg a").last.focus()
            expect(page.locator("svg a").last).to_be_in_viewport(ratio=1)
            self.assertTrue(web.evaluate("web => web.scrollWidth > web.clientWidth"))
            self.assertEqual([said for said in page.said if "Content Security" in said], [])

    def test_every_cable_of_it_is_reached_by_keyboard(self):
        page = self.open(WEB)
        page.locator("svg a").first.focus()
        reached = []
        while label := page.evaluate("document.activeElement.closest('svg a')?.ariaLabel"):
            reached.append(label)
            page.keyboard.press("Tab")
        expect(page.locator("svg a")).to_have_count(len(reached))
        self.assertIn("05STATE900777: Advice on Harbors, ", " ".join(reached))

    def test_on_paper_it_is_whole(self):
        page = self.open(WEB)
        self.show(page, (660, 900))
        page.emulate_media(media="print")
        web = page.locator(".web")
        self.assertTrue(web.evaluate("web => web.scrollWidth <= web.clientWidth"))
        expect(page.get_by_text("07THESSALONIKI900044").last).to_be_visible()
        self.assertTrue(page.pdf(format="A4").startswith(b"%PDF"))


class SpecimenTests(BrowserTestCase):
    def test_through_the_specimens(self):
        """From a cable to the one it cites, to the paragraph it names, and back by who cites it."""
        load(SPECIMENS / "cables")
        forget_counts()
        page = self.open("/cable/08LISBON900335/")
        page.get_by_text("Message header and opening lines").click()
        page.locator(".opening").get_by_role("link", name="06 LISBON 900412").click()
        expect(page).to_have_url(f"{self.live_server_url}/cable/06LISBON900412/")
        page.go_back()
        page.get_by_role("link", name="ref A, para 9").click()
        expect(page).to_have_url(f"{self.live_server_url}/cable/06LISBON900412/#par9")
        page.locator("#par9").get_by_role("link", name="08LISBON900335 ¶ 2").click()
        expect(page).to_have_url(f"{self.live_server_url}/cable/08LISBON900335/#par2")
        page.get_by_role("link", name="What this cable cites and what cites it").click()
        page.locator("svg a", has_text="06LISBON900412").click()
        expect(page).to_have_url(f"{self.live_server_url}/cable/06LISBON900412/")
