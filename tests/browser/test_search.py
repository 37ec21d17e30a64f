"""Search in a browser: by keyboard alone, suggestions, and places on the map."""

import re

from django.db import transaction
from playwright.sync_api import expect

from cables.models import Cable, Tag, refresh_lists
from cables.publication.origins_and_tags import make_origin
from cables.telegram.origins import origins
from tests.browser.base import NARROWEST, PHONE, BrowserTestCase
from tests.builders import CREATED, forget_counts, make_cable, make_cables

ADDRESSES = [
    *("/search/", "/search/?q=harbor+fees"),
    "/search/?q=harbor&tag=EFIS&created_after=2000-01-01&sort=-created",
    *("/search/?q=harbor+ships+after:x&page=1", "/search/?q=harbor+zebra&tag=EFIS"),
    *("/search/?q=Embassy+Lima+2001+harbor+niact+secret", "/suggest/?q=lim"),
    f"/search/?q=the+fees+were+raised+by+{'harbor' * 16}",
    "/cable/06BERLIN900001/?q=harbor+fees",
    *(
        "/words/",
        "/words/?q=harbor&q=fees&q=zebra",
        "/words/?q=harbor&tag=EFIS&by=month&show=cables",
    ),
    *("/concordance/", "/concordance/?q=harbor+fees", "/concordance/?q=harbor&by=left"),
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
        page.locator("a[href='#par29']").last.click()
        # The page cleans its address as soon as it has moved.
        expect(page).to_have_url(re.compile(r"/cable/\w+/#par29$"))
        expect(page.locator("#par30 mark")).to_have_count(4)  # The words stay marked.

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


PLACES_ADDRESSES = [
    *("/origin/embassy-kyiv/", "/country/belgium/", "/country/", "/origin/", "/origin/map/")
]
KEPT_IN = """() => {
    const main = document.querySelector("main").getBoundingClientRect();
    return [...document.querySelectorAll(".map > div")].every(
        box => box.getBoundingClientRect().right <= main.right && box.scrollWidth <= box.clientWidth
    );
}"""


class PlacesTests(BrowserTestCase):
    @classmethod
    @transaction.atomic
    def setUpTestData(cls):
        """A cable from every city there is, and some years of two origins."""
        names = sorted({origin.name for origin in origins().values()})
        from_all = {f"06{origin_station(name)}900001": make_origin(name) for name in names}
        cables = make_cables(from_all)
        for cable in cables:
            cable.origin = from_all[cable.reference]
        Cable.objects.bulk_update(cables, ["origin"])
        refresh_lists([cable.pk for cable in cables])
        for year in range(1998, 2010):
            for station, name in (("KYIV", "Embassy Kyiv"), ("USNATO", "Mission USNATO")):
                numbers = range(100 * (year - 1997), 100 * (year - 1997) + year - 1990)
                made = [f"{year % 100:02}{station}9{number:05}" for number in numbers]
                make_cables(made, origin=name, created=CREATED.replace(year=year))
        make_cable("70LONDON900001", origin="Ambassador London")
        forget_counts()

    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(PLACES_ADDRESSES)
        page = self.open("/origin/map/", size=NARROWEST)
        self.assertTrue(page.evaluate(KEPT_IN), "The whole map fits.")

    def test_a_point_leads_to_its_origin_by_mouse_and_the_list_by_keyboard(self):
        page = self.open("/origin/map/")
        page.locator("#at-embassy-lima circle").click()
        expect(page).to_have_url(f"{self.live_server_url}/origin/embassy-lima/")
        page = self.open("/origin/map/")
        expect(page.locator(".map a:not([tabindex='-1'])")).to_have_count(0)
        page.get_by_role("link", name="Embassy Kyiv", exact=True).press("Enter")
        expect(page).to_have_url(f"{self.live_server_url}/origin/embassy-kyiv/")
        page = self.open("/origin/map/")
        page.get_by_role("link", name=re.compile("^All .* origins in a list$")).press("Enter")
        others = page.get_by_role("link", name="Mission USOSCE", include_hidden=True)
        expect(others).to_have_count(1)

    def test_each_point_can_be_pressed(self):
        """Small ones lie on top, and those of one city beside each other."""
        page = self.open("/origin/map/")
        hidden = page.evaluate(
            """() => [...document.querySelectorAll(".map a:has(circle)")].filter(link => {
                link.scrollIntoView({block: "center"});
                const {left, top, width, height} = link.getBoundingClientRect();
                for (let x = 0.5; x < width; x++)
                    for (let y = 0.5; y < height; y++)
                        if (document.elementFromPoint(left + x, top + y)?.closest("a") === link)
                            return false;
                return true;
            }).map(link => link.id)"""
        )
        self.assertEqual(hidden, [])

    def test_the_way_from_an_origin_to_the_map_and_to_a_year(self):
        page = self.open("/origin/embassy-kyiv/")
        page.get_by_role("link", name="on the map").click()
        expect(page).to_have_url(re.compile(r"/origin/map/#at-embassy-kyiv$"))
        expect(page.locator("#europe a:target")).to_be_visible()
        page = self.open("/origin/embassy-kyiv/")
        page.locator(".dates > summary").click()
        page.get_by_role("link", name="2001: 11 cables").click()
        year = re.escape("?created_after=2001-01-01&created_before=2001-12-31")
        expect(page).to_have_url(re.compile(year))
        expect(page.locator(".list tbody tr")).to_have_count(11)


def origin_station(name):
    return next(origin.station for origin in origins().values() if origin.name == name)
