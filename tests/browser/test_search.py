"""Search in a browser: asked, refined, widened and followed to a paragraph, by keyboard alone."""

import re

from playwright.sync_api import expect

from cables.models import Tag
from tests.browser.base import PHONE, BrowserTestCase
from tests.builders import CREATED, forget_counts, make_cable

ADDRESSES = [
    "/search/",
    "/search/?q=harbor+fees",
    "/search/?q=harbor&tag=EFIS&created_after=2000-01-01&sort=-created",
    "/search/?q=harbor+ships+after:x&page=1",
    "/search/?q=harbor+zebra&tag=EFIS",
    "/search/?q=Embassy+Lima+2001+harbor+niact+secret",
    "/suggest/?q=lim",
    f"/search/?q=the+fees+were+raised+by+{'harbor' * 16}",
    "/cable/06BERLIN900001/?q=harbor+fees",
]
BODY = "\n\n".join(
    [
        "1. (U) Nothing was said of it at first.",
        *(
            f"{number}. (U) The weather was fair, and ships came and went."
            for number in range(2, 30)
        ),
        "30. (U) In the end the harbor raised its fees, and the harbor fees stayed so.",
    ]
)


class SearchTestCase(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        make_cable(body=BODY, tags=["EFIS"])
        for year in range(1996, 2010):
            made = {"created": CREATED.replace(year=year), "body": BODY}
            make_cable(f"{year % 100:02}LIMA900001", origin="Embassy Lima", **made)
            make_cable(f"{year % 100:02}BERLIN900002", classification="SECRET", **made)
        forget_counts()


class LooksTests(SearchTestCase):
    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(ADDRESSES, opened=True)

    def test_prints_results_and_nothing_else(self):
        page = self.open("/search/?q=harbor+fees")
        page.emulate_media(media="print")
        expect(page.locator(".hits mark").first).to_be_visible()
        for control in (".search", ".facets", ".sort", ".pager"):
            with self.subTest(control):
                expect(page.locator(control).first).to_be_hidden()


class KeyboardTests(SearchTestCase):
    def test_from_the_box_to_the_paragraph(self):
        page = self.open("/")
        self.reach(page, "a reference in any spelling")
        page.keyboard.type("harbor fees")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page).to_have_url(f"{self.live_server_url}/search/?q=harbor+fees")
        expect(page.locator("[role=status]")).to_contain_text("29 cables")
        self.reach(page, "Embassy Lima 14")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("[role=status]")).to_contain_text("14 cables")
        self.reach(page, "Remove filter: origin Embassy Lima")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page).to_have_url(f"{self.live_server_url}/search/?q=harbor+fees")
        self.reach(page, "paragraph 30")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/\?q=harbor\+fees&in=/search/.*#par30$"))
        paragraph = page.locator("#par30:target")
        expect(paragraph.locator("mark")).to_have_count(4)
        expect(paragraph).to_be_in_viewport()

    def test_a_phone_unfolds_what_narrows(self):
        page = self.open("/search/?q=harbor", size=PHONE)
        expect(page.locator(".facets")).to_be_hidden()
        page.get_by_text("Filters").click()
        page.get_by_role("link", name="SECRET 14").click()
        expect(page.locator("[role=status]")).to_contain_text("14 cables")

    def test_a_bar_leads_to_its_year_and_then_to_its_months(self):
        page = self.open("/search/?q=harbor")
        page.get_by_text("1996 to 2009").click()
        page.get_by_role("link", name="2005: 2 cables").press("Enter")
        page.wait_for_url("**created_after=2005-01-01**")
        expect(page.locator(".results > li")).to_have_count(2)

    def reach(self, page, name):
        """Go on by the Tab key until what has the focus is called so, or ends so."""
        for _ in range(400):
            page.keyboard.press("Tab")
            said = page.evaluate(
                """() => {
                    const at = document.activeElement;
                    const label = at.labels?.[0]?.innerText;
                    const said = at.getAttribute("aria-label") || label || at.innerText || "";
                    return said.split(/\\s+/).filter(Boolean).join(" ");
                }"""
            )
            if said.endswith(name):
                return
        self.fail(f"The Tab key does not reach {name!r}.")
