"""Lists in a browser: narrowed by a form, sorted by a column, followed from bar to year."""

from playwright.sync_api import expect

from cables.models import Tag
from cables.telegram.dates import NO_DAY
from tests.browser.base import DESKTOP, NARROWEST, PHONE, BrowserTestCase
from tests.builders import CREATED, forget_counts, make_cable, make_cables

FIRST = ".results > li, .list tbody tr"
LOOKED_FOR = "/search/?q=harbor"
NARROWED = "/tag/EFIS/?origin=embassy-berlin&classification=secret&created_after=x&sort=-created"
ADDRESSES = [
    "/",
    "/origin/",
    "/tag/",
    "/tag/EFIS/",
    NARROWED,
    "/tag/EFIS/?created_after=2020-01-01",
    "/tag/EFIS/?q=harbor",
    "/cable/06LIMA900001/?in=/tag/EFIS/&at=20",
]


class ListsTestCase(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        for year in (1972, *range(1996, 2011)):
            made = {"created": CREATED.replace(year=year), "tags": ["EFIS", "EAGR"]}
            make_cables(
                (f"{year % 100:02}BERLIN9{n:05}" for n in range(1 + (year - 1990) * (year > 1990))),
                **made,
            )
            make_cable(
                f"{year % 100:02}LIMA900001", origin="Embassy Lima", classification="SECRET", **made
            )
        make_cable("06BERLIN901001", classification="SECRET", tags=["EFIS"])
        forget_counts()


class LooksTests(ListsTestCase):
    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(ADDRESSES, opened=True)


class FormTests(ListsTestCase):
    def test_a_list_is_narrowed_by_the_form_and_widened_by_a_chip(self):
        page = self.open("/tag/EFIS/?sort=created")
        with page.expect_navigation():  # A ticked filter applies at once.
            page.get_by_label("origin Embassy Lima", exact=True).check()
        page.get_by_text("Dates, marks and more").click()
        page.get_by_label("Created from").fill("2005-01-01")
        page.get_by_role("button", name="Show cables").click()
        query = "?sort=created&origin=embassy-lima&created_after=2005-01-01"
        expect(page).to_have_url(f"{self.live_server_url}/tag/EFIS/{query}")
        expect(page.locator(".list tbody tr")).to_have_count(6)
        page.get_by_role("link", name="Remove filter: created from 2005-01-01").click()
        expect(page.locator(".list tbody tr")).to_have_count(16)
        expect(page.locator(".chips li")).to_have_count(1)

    def test_a_form_that_adds_nothing_leaves_a_clean_address(self):
        page = self.open("/tag/EFIS/")
        page.get_by_role("button", name="Show cables").click()
        expect(page).to_have_url(f"{self.live_server_url}/tag/EFIS/")


class SortTests(ListsTestCase):
    def test_a_list_is_sorted_in_one_place_on_a_phone_too(self):
        for size in (DESKTOP, PHONE):
            with self.subTest(size):
                page = self.open("/origin/embassy-lima/", size=size)
                first = page.locator("table.list tbody th").first
                expect(page.get_by_text("Sort by")).to_have_count(1)
                page.get_by_role("link", name="Newest", exact=True).click()
                expect(first).to_have_text("10LIMA900001")
                page.get_by_role("link", name="Oldest", exact=True).click()
                expect(first).to_have_text("72LIMA900001")


class FirstScreenTests(ListsTestCase):
    def test_the_first_cable_is_on_the_first_screen(self):
        lists = "/tag/EFIS/", "/tag/EFIS/?q=harbor", "/origin/embassy-lima/"
        for size in (DESKTOP, PHONE):
            for path, lowest in ((LOOKED_FOR, 320), *((path, 480) for path in lists)):
                page = self.open(path, size=size)
                with self.subTest(path, size=size):
                    box = page.locator(FIRST).first.bounding_box()
                    self.assertLess(box["y"], lowest)

    def test_few_stops_of_the_keyboard_lead_to_the_first_cable(self):
        for path, most in ((LOOKED_FOR, 12), ("/origin/embassy-lima/", 15)):
            page = self.open(path)
            with self.subTest(path):
                for _ in range(most + 1):
                    page.keyboard.press("Tab")
                    if page.locator(f":is({FIRST}) :focus").count():
                        break
                expect(page.locator(FIRST).first.locator(":focus")).to_have_count(1)

    def test_the_chart_is_a_row_until_it_is_opened(self):
        for size in (DESKTOP, PHONE):
            page = self.open("/tag/EFIS/", size=size)
            with self.subTest(size):
                self.assertEqual(page.locator(".dates").bounding_box()["height"], 48)
                page.locator("summary", has_text="Dates 1972 to 2010").press("Enter")
                expect(page.locator(".dates .bars")).to_be_visible()
        page.locator("summary", has_text="Filters").press("Enter")
        expect(page.get_by_label("Words within this list")).to_be_visible()


class CardTests(BrowserTestCase):
    def test_a_card_without_a_day_of_release_has_no_label_for_it(self):
        make_cable("06BERLIN901002", tags=["EFIS", "KTOY"], released=NO_DAY)
        make_cable("06BERLIN901003", tags=["EFIS", "KTOY"])
        forget_counts()
        page = self.open("/tag/KTOY/", size=PHONE)
        expect(page.locator("[data-label=Released]:visible")).to_have_count(1)


class ChartTests(ListsTestCase):
    def test_a_bar_leads_to_its_year_by_mouse_and_by_keyboard(self):
        for size, bar, address in (
            (DESKTOP, "2006: 19 cables", "/created/2006/"),
            (PHONE, "2000s: ", "/created/#2000s"),  # Years are too narrow for a finger.
        ):
            with self.subTest(size):
                page = self.open("/", size=size)
                page.locator(".chart svg").get_by_role("link", name=bar).click()
                expect(page).to_have_url(f"{self.live_server_url}{address}")
        page = self.open("/")
        page.get_by_role("link", name="2005: 17 cables").press("Enter")
        expect(page).to_have_url(f"{self.live_server_url}/created/2005/")

    def test_the_numbers_of_grid_lines_are_clear_of_the_bars(self):
        for path in ("/", "/tag/EFIS/"):
            for size in (DESKTOP, PHONE):
                page = self.open(path, size=size)
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                gap, beyond = page.evaluate(
                    """() => {
                        const edges = (name, edge) => [...document.querySelectorAll(name)]
                            .map(each => each.getBoundingClientRect()[edge]);
                        return [
                            Math.min(...edges(".levels text", "left"))
                                - Math.max(...edges(".bars .col", "right")),
                            document.documentElement.clientWidth
                                - Math.max(...edges(".levels text", "right")),
                        ];
                    }"""
                )
                with self.subTest(path, size=size):
                    self.assertGreater(gap, 2)
                    self.assertGreater(beyond, 2)

    def test_the_years_below_stand_apart(self):
        for size in (DESKTOP, PHONE, NARROWEST):
            with self.subTest(size):
                page = self.open("/", size=size)
                gaps = page.evaluate(
                    """() => {
                        const shown = [...document.querySelectorAll(".bars .step")];
                        const range = document.createRange();
                        const edges = shown.map(each => {
                            range.selectNodeContents(each);
                            return range.getBoundingClientRect();
                        });
                        return edges.slice(1).map((edge, n) => edge.left - edges[n].right);
                    }"""
                )
                self.assertTrue(gaps)
                self.assertGreater(min(gaps), 3)
