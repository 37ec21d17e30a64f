"""What codes mean, in a browser: in place at a cable, and in the glossary."""

from playwright.sync_api import expect

from cables.models import Tag
from tests.browser.base import PHONE, BrowserTestCase
from tests.builders import make_cable

CABLE = "/cable/06BERLIN900001/"
HEADER = """\
VZCZCXRO0001
PP RUEHLI RUZQMD
DE RUEHLI #0001/01 0730926
ZNY CCCCC ZZH
P R 140926Z MAR 06 ZDK
FM AMEMBASSY BERLIN
TO RUEHC/SECSTATE WASHDC PRIORITY 9085
INFO RUZQLI/NORTHERN COLLECTIVE XMT AMEMBASSY BERN"""
BODY = """\
C O N F I D E N T I A L SECTION 01 OF 02 BERLIN 900001

SIPDIS

DEPT FOR EUR

E.O. 12958: DECL: 03/14/2016
TAGS: EFIS, PREL
SUBJECT: HARBOR FEES
REF: 06 ROME 900002 (NOTAL)

Classified By: Ambassador Ann Example for reasons 1.4 (b) and (d).

1. (C) Fees rose.
"""
PAGES = [CABLE, "/glossary/", "/glossary/places/", "/glossary/routing/#RUEHC", "/glossary/TO/"]
LISTS = ["/tag/EFIS/", "/caption/SIPDIS/", "/mark/C/?caption=SIPDIS"]


class GlossaryTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        for code in ("EFIS", "PREL"):
            Tag.objects.create(code=code, kind="subject")
        marked = {"captions": ["SIPDIS"], "marks": ["C"]}
        make_cable(header=HEADER, body=BODY, tags=["EFIS", "PREL"], **marked)

    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages((*PAGES, *LISTS), opened=True)

    def test_the_opening_is_explained_by_keyboard(self):
        page = self.open(CABLE)
        page.get_by_text("Message header and opening lines").click()
        summary = page.get_by_text("What these lines mean")
        meaning = page.get_by_text("Shared over SIPRNet")
        expect(meaning).to_be_hidden()
        summary.focus()
        page.keyboard.press("Enter")
        expect(meaning).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{self.live_server_url}/glossary/CONFIDENTIAL/")

    def test_the_header_is_explained_by_touch(self):
        page = self.open(CABLE, size=PHONE, has_touch=True, java_script_enabled=False)
        page.get_by_text("Message header and opening lines").tap()
        page.get_by_text("TO: for action").tap()
        expect(page.get_by_text("Message number 9085 to this recipient")).to_be_visible()
        page.locator(".terms").get_by_role("link", name="RUEHC").tap()
        expect(page).to_have_url(f"{self.live_server_url}/glossary/RUEHC/")
        expect(page.get_by_text("DEPT OF STATE WASHINGTON DC")).to_be_visible()

    def test_what_is_copied_is_the_text_alone(self):
        page = self.open(CABLE)
        page.get_by_label("As sent").check()
        page.get_by_text("What these lines mean").click()
        copied = self.copied(page, ".telegram")
        lines = [line.strip() for line in copied.split("\n") if line.strip()]
        expected = [line.strip() for line in f"{HEADER}\n{BODY}".split("\n") if line.strip()]
        self.assertEqual(lines, expected)

    def test_a_code_can_be_pointed_at(self):
        page = self.open("/glossary/routing/#RUEHC")
        expect(page.locator("#RUEHC:target")).to_be_visible()
