"""Two texts beside each other in a browser: wide and on a phone, on paper, and from a form."""

from playwright.sync_api import expect

from tests.browser.base import DESKTOP, PHONE, BrowserTestCase
from tests.builders import forget_counts, make_cable
from tests.views.test_beside import ONE, PAGE, PAID

ADDRESSES = [
    f"{PAGE}/",
    "/cable/06BERLIN900001/beside/",
    "/cable/06BERLIN900001/beside/?other=nothing",
    "/cable/06BERLIN900001/par2/elsewhere/",
    "/cable/06BERLIN900001/par3/elsewhere/",
]
SIDES = ".in-step .compared:has(ins) > div"


class BesideTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body=ONE, cites=["06BONN900001"])
        body = f"1. Nothing is like this here.\n\n2. {PAID.replace('eleven', 'twelve')}."
        make_cable("06BONN900001", body=body, origin="Embassy Bonn")
        forget_counts()

    def sides(self, size):
        page = self.open(f"{PAGE}/", size=size)
        return [page.locator(SIDES).nth(at).bounding_box() for at in (0, 1)]

    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(ADDRESSES)

    def test_they_are_beside_each_other_where_there_is_room(self):
        left, right = self.sides(DESKTOP)
        self.assertEqual(left["y"], right["y"])
        self.assertLess(left["x"], right["x"])

    def test_they_are_one_under_the_other_on_a_phone(self):
        left, right = self.sides(PHONE)
        self.assertEqual(left["x"], right["x"])
        self.assertLess(left["y"], right["y"])

    def test_from_a_cable_by_its_reference(self):
        page = self.open("/cable/06BERLIN900001/")
        page.get_by_role("link", name="Beside", exact=True).click()
        page.get_by_label("Its reference").fill("06 Bonn 900001")
        page.get_by_role("button", name="Show beside").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}/")

    def test_from_a_paragraph_to_where_its_words_stand_and_both_beside_each_other(self):
        page = self.open("/cable/06BERLIN900001/par2/")
        page.get_by_role("link", name="These words elsewhere").click()
        expect(page.locator("ins")).to_contain_text("twelve")
        page.get_by_role("link", name="beside each other").click()
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}/")
