"""One cable in a browser: header, paragraphs, keyboard, paper, a phone, and versions."""

from playwright.sync_api import expect

from cables.models import Article, Cable
from tests.browser.base import PHONE, BrowserTestCase
from tests.builders import (
    RELEASED,
    forget_counts,
    load_records,
    make_cable,
    make_cables,
    make_version,
    withhold,
)
from tests.source_files import csv_record
from tests.views.test_cable_page import PAGE, TELEGRAM

HEADER = """\
VZCZCXRO0001
PP RUZQLI RUZQMD
DE RUZQBE #0001/01 0730926
ZNR UUUUU ZZH
P 140926Z MAR 06
FM AMEMBASSY BERLIN
TO RUZQC/SECSTATE WASHDC PRIORITY 0001
INFO RUZQLI/AMEMBASSY LISBON
INFO [redacted]"""
ADDRESSES = [PAGE, f"{PAGE}v1/", f"{PAGE}par2/", f"{PAGE}par3/", "/cable/06BERLIN900004/"]


class CableTestCase(BrowserTestCase):
    """A test with a cable that has everything, and one that has no subject."""

    @classmethod
    def setUpTestData(cls):
        copies = [["06BERLIN900001", "csv"], ["06BERLIN900001", "page"]]
        cable = make_cable(
            header=HEADER,
            body=TELEGRAM.replace("2. (SBU)", "2. (S//NF) [redacted]"),
            tags=["EFIS"],
            cites=["06ROME900002", "06BERLIN900003"],
            facts={
                "copies": copies,
                "articles": ["https://example.org/harbor"],
                "redacted": [
                    {"at": "2012-03-05T00:00:00+00:00", "parts": ["par2"], "reason": "A."}
                ],
            },
        )
        make_cable("06ROME900002", cites=["06BERLIN900001"])
        make_cable("06BERLIN900004", subject="", facts={"opening": "1. Fees rose…"})
        make_version(cable, body="1. The harbor may raise its fees.\n\n3. Gone.")
        cable.former_paragraphs.create(
            paragraph="par3", after="par1", version=1, reason="It was a draft."
        )
        article = Article.objects.create(slug="fees", title="Fees", published=RELEASED)
        article.links.create(cable=cable)
        forget_counts()


class LookTests(CableTestCase):
    def test_pages_break_no_rule_and_fit_a_phone_with_everything_open(self):
        self.check_pages(ADDRESSES, opened=True)

    def test_the_addressed_paragraph_shows_where_colours_are_the_system_s(self):
        page = self.open(f"{PAGE}#par2")
        page.emulate_media(forced_colors="active")
        expect(page.locator("#par2")).to_have_css("outline-style", "solid")
        expect(page.locator("#par1")).to_have_css("outline-style", "none")


class CiteTests(CableTestCase):
    def test_links_to_a_paragraph_are_copied_by_a_button_and_lead_to_it(self):
        page = self.open(PAGE)
        page.get_by_label("Cite paragraph 2", exact=True).click()
        page.get_by_role("button", name="Copy the link to share").click()
        self.expect_selected(page, f"{self.live_server_url}{PAGE}par2/")
        page.get_by_role("button", name="Copy the place in the whole text").click()
        self.expect_selected(page, f"{self.live_server_url}{PAGE}#par2")
        other = self.open(f"{PAGE}#par2")
        expect(other.locator("#par2:target")).to_be_visible()

    def test_the_hash_tag_is_selected_by_a_click(self):
        page = self.open(PAGE)
        page.get_by_text("Discussing cables").first.click()
        page.get_by_text("#06BERLIN900001").first.click()
        self.expect_selected(page, "#06BERLIN900001")

    def test_a_paragraph_by_itself_leads_back_into_its_cable(self):
        page = self.open(f"{PAGE}par2/")
        page.get_by_role("link", name="¶ 2 of 06BERLIN900001").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}#par2")


class HeaderTests(CableTestCase):
    def test_each_line_opens_and_closes_the_one_before(self):
        page = self.open(PAGE)
        page.get_by_text("Message header").first.click()
        page.get_by_text("FM: from").click()
        expect(page.get_by_text("Who sends it.")).to_be_visible()
        page.get_by_text("TO: for action").click()
        expect(page.get_by_text("Who has to act on it.")).to_be_visible()
        expect(page.get_by_text("Who sends it.")).to_be_hidden()

    def test_what_is_copied_is_the_header_alone(self):
        page = self.open(PAGE)
        page.get_by_text("Message header").first.click()
        page.get_by_text("FM: from").click()
        lines = map(str.strip, self.copied(page, ".routing").split("\n"))
        self.assertEqual(list(filter(None, lines)), HEADER.split("\n"))


# Of what has the focus: its name, how wide its ring is, and what cuts the ring off.
FOCUS = """() => {
    const here = document.activeElement.closest(".switch label") ?? document.activeElement;
    if (here === document.body) return [null, 0, []];
    const {outlineStyle, outlineWidth, outlineOffset} = getComputedStyle(here);
    const width = outlineStyle === "none" ? 0 : parseInt(outlineWidth);
    const box = here.getBoundingClientRect();
    const far = Math.max(0, width + parseInt(outlineOffset)) - 0.5, cut = [];
    for (let part = here.parentElement; part; part = part.parentElement) {
        const {overflowX, overflowClipMargin} = getComputedStyle(part);
        const edge = part.getBoundingClientRect();
        const by = far - (overflowX === "clip" ? parseInt(overflowClipMargin) : 0);
        if (overflowX !== "visible" && (box.x - by < edge.x || box.right + by > edge.right
            || box.y - by < edge.y || box.bottom + by > edge.bottom)) cut.push(part.className);
    }
    if (box.y < far || box.bottom + far > innerHeight) cut.push("window");
    return [here.ariaLabel ?? here.innerText, width, cut];
}"""


class KeyboardTests(CableTestCase):
    def test_everything_is_reached_and_shows_that_it_is(self):
        page = self.open(PAGE)
        reached = []
        while True:
            page.keyboard.press("Tab")
            label, width, cut = page.evaluate(FOCUS)
            if label is None:
                break
            with self.subTest(label):
                self.assertGreaterEqual(width, 3)
                self.assertEqual(cut, [])
            reached.append(label)
        for label in ("Cite", "Permalink to paragraph 2", "Cite paragraph 2", "EFIS"):
            self.assertIn(label, reached)

    def test_help_opens(self):
        page = self.open(PAGE)
        page.get_by_text("Understanding cables").press("Enter")
        expect(page.get_by_text("The structure of a cable")).to_be_visible()


class PaperTests(CableTestCase):
    def test_nothing_to_click_and_the_address(self):
        page = self.open(PAGE)
        page.emulate_media(media="print")
        for hidden in (".help", ".neighbours", ".cite", ".colophon", "main summary span"):
            with self.subTest(hidden):
                expect(page.locator(hidden).first).to_be_hidden()
        for place, shown in (
            (".routing", "INFO RUZQLI/AMEMBASSY LISBON"),
            (".side", "06ROME900002"),
            (".facts", "Created"),
            (".telegram", "(S//NF)"),
            (".telegram", "2.1"),
        ):
            with self.subTest(shown):
                expect(page.locator(place).get_by_text(shown).first).to_be_visible()
        address = page.locator(".print-only").inner_text()
        self.assertIn(self.live_server_url + PAGE, address)
        self.assertTrue(page.pdf(format="A4").startswith(b"%PDF"))

    def test_the_text_begins_on_the_first_page_and_no_page_has_controls(self):
        for part in (
            "",
            "par2/",
            "references/",
            "similar/",
            "history/",
            "copies/",
            "cite/",
            "beside/",
            "elsewhere/",
        ):
            page = self.open(PAGE + part, size=(658, 964))  # A4 without its margins.
            page.emulate_media(media="print")
            with self.subTest(part):
                controls = (
                    "nav, button, input, summary:not(.routing *), a[href*='/about/requests/']"
                )
                expect(page.locator(controls).filter(visible=True)).to_have_count(0)
            if not part:
                self.assertLess(page.locator("#par1").bounding_box()["y"], 600)

    def test_a_paragraph_has_its_addresses(self):
        page = self.open(f"{PAGE}par2/")
        page.emulate_media(media="print")
        cited = page.locator(".citations").inner_text()
        for address in (f"{PAGE}#par2", f"{PAGE}par2/"):
            self.assertIn(f"{self.live_server_url}{address}\n", cited)


WITHHELD = "06BERLIN900999"
READING_ADDRESSES = [
    *("/?ref=harbor", "/developers/", "/released/", "/created/", "/origin/", "/classification/"),
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
        self.check_pages(READING_ADDRESSES)


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


class ReadingKeyboardTests(RoomTestCase):
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


VERSIONS_PAGE = "/cable/09ROME900001/"
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
        return [VERSIONS_PAGE + end for end in (*ends, "par4/", "v2/par4/", "v1/par9/")]


class VersionsLookTests(VersionsTestCase):
    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(self.pages(), opened=True)

    def test_what_differs_is_told_without_colour(self):
        page = self.open(f"{VERSIONS_PAGE}v1/par1/")
        for tag, line, sign in (("del", "line-through", "−"), ("ins", "underline", "+")):
            with self.subTest(tag):
                words = page.locator(tag).first
                style = "element => getComputedStyle(element).textDecorationLine"
                self.assertEqual(words.evaluate(style), line)
                content = "element => getComputedStyle(element, '::before').content"
                self.assertIn(sign, words.evaluate(content))

    def test_what_is_copied_is_the_text(self):
        page = self.open(f"{VERSIONS_PAGE}v1/par1/")
        copied = self.copied(page, ".compared .wire")
        self.assertEqual(copied.split(), RED.split())


class WalkTests(VersionsTestCase):
    def test_from_a_cable_to_what_changed_and_back(self):
        page = self.open(VERSIONS_PAGE)
        page.get_by_role("link", name="What changed").click()
        expect(page).to_have_url(f"{self.live_server_url}{VERSIONS_PAGE}history/")
        page.get_by_role("link", name="The cable in version 1").click()
        expect(page).to_have_url(f"{self.live_server_url}{VERSIONS_PAGE}v1/")
        page.locator("#par1 summary").click()
        page.locator("#par1 .cite").get_by_role("link", name="v1/par1/").click()
        expect(page).to_have_url(f"{self.live_server_url}{VERSIONS_PAGE}v1/par1/")
        page.get_by_role("link", name="Paragraph 1 as it is now").click()
        expect(page).to_have_url(f"{self.live_server_url}{VERSIONS_PAGE}par1/")
        self.assertEqual(Cable.objects.get().version, 2)
