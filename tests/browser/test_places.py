"""Origins, countries and the map in a browser."""

import re

from django.db import transaction
from playwright.sync_api import expect

from cables.models import Cable, refresh_lists
from cables.publication.origins_and_tags import make_origin
from cables.telegram.origins import origins
from tests.browser.base import NARROWEST, BrowserTestCase
from tests.builders import CREATED, forget_counts, make_cable, make_cables

ADDRESSES = [
    "/origin/embassy-kyiv/",
    "/country/belgium/",
    "/country/",
    "/origin/",
    "/origin/map/",
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
        self.check_pages(ADDRESSES)
        page = self.open("/origin/map/", size=NARROWEST)
        self.assertTrue(page.evaluate(KEPT_IN), "The whole map fits.")

    def test_a_point_leads_to_its_origin_by_mouse_and_by_keyboard(self):
        page = self.open("/origin/map/")
        point = page.get_by_role("link", name="Embassy Lima: 1 cable", exact=True)
        point.locator("circle").click()
        expect(page).to_have_url(f"{self.live_server_url}/origin/embassy-lima/")
        page = self.open("/origin/map/")
        point = page.get_by_role("link", name="Mission USOSCE: 1 cable", exact=True)
        point.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        expect(point).to_be_focused()
        expect(point.locator("circle")).to_have_css("stroke-width", "2px")
        point.press("Enter")
        expect(page).to_have_url(f"{self.live_server_url}/origin/mission-usosce/")

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
            }).map(link => link.getAttribute("aria-label"))"""
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
