"""The exchange of two origins in a browser: two columns in a wide window, one on a phone."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.base import DESKTOP, PHONE, BrowserTestCase
from tests.builders import forget_counts, make_cable, withhold

EXCHANGE = "/exchange/embassy-lima/secretary-of-state/"
LIMA = {"origin": "Embassy Lima", "header": "FM AMEMBASSY LIMA\nTO SECSTATE WASHDC"}
STATE = {"origin": "Secretary of State", "header": "FM SECSTATE WASHDC\nTO AMEMBASSY LIMA"}


class ExchangeTests(BrowserTestCase):
    def setUp(self):
        super().setUp()
        for day, (reference, sides) in enumerate(
            (
                ("06LIMA900001", LIMA),
                ("06STATE900001", STATE | {"cites": ["06LIMA900001"]}),
                ("06LIMA900003", LIMA),
                ("06LIMA900005", LIMA | {"cites": ["06STATE900001"]}),
                ("06LIMA900004", LIMA),
            ),
            1,
        ):
            cable = make_cable(reference, created=datetime(2006, 3, day, tzinfo=UTC), **sides)
        withhold(cable)
        forget_counts()

    def test_pages_break_no_rule_and_fit_a_phone(self):
        addresses = (EXCHANGE, f"{EXCHANGE}?created_after=2006-03-02&q=fees", f"{EXCHANGE}?q=zebra")
        self.check_pages(
            [
                *addresses,
                "/origin/embassy-lima/",
                "/exchange/",
                "/exchange/embassy-lima/",
                "/cable/06LIMA900001/",
            ]
        )

    def test_each_side_has_its_column_in_a_wide_window(self):
        for size, columns in ((DESKTOP, 2), (PHONE, 1)):
            with self.subTest(size):
                page = self.open(EXCHANGE, size=size)
                expect(page.locator(".exchange li[id]")).to_have_count(4)
                boxes = [
                    page.locator(f"[id='{name}']").bounding_box()
                    for name in ("06LIMA900001", "06STATE900001")
                ]
                is_beside = boxes[1]["x"] > boxes[0]["x"] + boxes[0]["width"]
                self.assertEqual(is_beside, columns == 2)

    def test_a_cable_leads_to_its_place_with_scripts_and_without(self):
        for scripts in (True, False):
            with self.subTest(scripts=scripts):
                page = self.open("/cable/06LIMA900005/", java_script_enabled=scripts)
                page.get_by_role("link", name="The exchange around it").click()
                expect(page).to_have_url(
                    f"{self.live_server_url}{EXCHANGE}?sort=created#06LIMA900005"
                )
                page.get_by_role("link", name="900001 of 2 March 2006").click()
                expect(page.locator(".exchange :target")).to_contain_text("06STATE900001")
