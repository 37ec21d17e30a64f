"""A cable is there to be read: its text comes first, in two faces, with its contents beside it."""

from playwright.sync_api import expect

from cables.management.commands.serve import load_specimens
from cables.models import Cable, Origin
from tests.browser.base import NARROWEST, PHONE, SELECT_ALL, BrowserTestCase
from tests.builders import forget_counts, make_cable, make_version
from tests.slow import slow
from tests.views.test_cable_page import PAGE, TELEGRAM

LAPTOP = (1280, 800)
LONG_TITLE = "HARBOR FEES, THE LENGTH OF SHIPS AND WHAT THE MASTERS OF PORTO SERENO MAKE OF BOTH"
HEADED = "\n\n".join(
    f"PART {part}\n------\n\n" + "\n\n".join(f"{n}. (U) {'Ships came. ' * 60}" for n in numbers)
    for part, numbers in (("ONE", range(1, 9)), ("TWO", range(9, 17)), ("THREE", range(17, 25)))
)
REFERENCES = "\n".join(
    f"     {letter}. 05 ROME 9000{at:02}" for at, letter in enumerate("BCDEFGHI")
)
OPENING = (
    f"UNCLAS BERLIN 900001\n\nSIPDIS\n\nE.O. 12958: N/A\nREF: A. 05 ROME 900099\n{REFERENCES}\n\n"
)
HEADER = "\n".join(["FM AMEMBASSY BERLIN", *(f"INFO RUZQ{sign}/NORTH" for sign in "ABCDEFGHIJ")])
TOP = "document.querySelector('.para .wire').getBoundingClientRect().top"
# Of the first words to read: of a paragraph, or the sentence that there is no text.
FIRST_LINE = """() => document.querySelector(
    '.para .wire:not([role=heading]), .telegram > :is(.nothing, .closing)'
).getBoundingClientRect().top + scrollY"""
WIDTH = "document.documentElement.scrollWidth"
BELOW_THE_TEXT = """document.documentElement.scrollHeight
    - document.querySelector('.reading-text').scrollHeight"""
SHIFTS = """new PerformanceObserver(list => list.getEntries().forEach(
    shift => shift.hadRecentInput || (window.shifted = (window.shifted || 0) + shift.value)
)).observe({type: 'layout-shift', buffered: true})"""
SIZES_OF_FONTS = """performance.getEntriesByType('resource')
    .filter(each => each.name.includes('.woff2')).map(each => each.encodedBodySize)"""
SPACE = "white-space-collapse"
LINKS = "[...document.querySelectorAll('a')].filter(a => a.checkVisibility() && !a.closest('main'))"
BEFORE = "document.querySelector('main').compareDocumentPosition(a) & 2"


class TextFirstTests(BrowserTestCase):
    def setUp(self):
        make_cable(subject=LONG_TITLE, header=HEADER, body=OPENING + HEADED, partial=True)
        facts = {
            "redacted": [
                {"at": "2012-03-05T00:00:00+00:00", "parts": ["par1"], "reason": "x" * 400}
            ]
        }
        make_cable("06BERLIN900002", subject="", body=OPENING + "1. (U) Fees.", facts=facts)
        cable = make_cable("06BERLIN900003", body=TELEGRAM, tags=["EFIS"])
        make_version(cable, body="1. The harbor may raise its fees.")
        cable.notes.create(text="The date is *doubtful*. " * 60)
        forget_counts()

    def test_the_text_begins_within_the_first_screen(self):
        for reference in ("06BERLIN900001", "06BERLIN900002", "06BERLIN900003"):
            for size, lowest in ((LAPTOP, 420), (PHONE, 620)):
                with self.subTest(reference, size=size):
                    page = self.open(f"/cable/{reference}/", size=size)
                    self.assertLess(page.evaluate(TOP), lowest)

    def test_the_face_is_changed_by_a_switch_and_remembered_without_a_cookie(self):
        page = self.open(PAGE)
        text = page.locator("#par2 .wire")
        expect(text).to_have_css(SPACE, "collapse")
        page.get_by_label("As sent").check()
        expect(text).to_have_css(SPACE, "preserve")
        self.visit(page, f"{PAGE}par2/")
        expect(page.locator("#par2 .wire")).to_have_css(SPACE, "preserve")
        expect(page.get_by_label("As sent")).to_be_checked()
        page.get_by_label("Reading").check()
        self.visit(page, PAGE)
        expect(page.locator("#par2 .wire")).to_have_css(SPACE, "collapse")
        self.assertEqual(page.context.cookies(), [])

    def test_the_face_is_changed_without_javascript(self):
        page = self.open(PAGE, java_script_enabled=False)
        page.get_by_label("As sent").check()
        expect(page.locator("#par2 .wire")).to_have_css(SPACE, "preserve")
        expect(page.get_by_text("E.O. 12958: N/A")).to_be_visible()

    def check_copies(self, address, place, sent):
        for face in ("Reading", "As sent"):
            with self.subTest(face):
                page = self.open(address)
                page.context.grant_permissions(["clipboard-read", "clipboard-write"])
                page.get_by_label(face).check()
                page.locator(place).evaluate(SELECT_ALL)
                page.evaluate("document.execCommand('copy')")
                copied = page.evaluate("navigator.clipboard.readText()")
                self.assertEqual(copied.strip(), sent)

    def test_what_is_copied_is_as_sent_in_both_faces(self):
        sent = "2. (SBU) The master explained the\nfees to all\ncaptains at length."
        self.check_copies("/cable/06BERLIN900003/", "#par2", sent)

    def test_terms_of_the_glossary_are_links_that_are_copied_as_sent(self):
        sent = "1. (U) Our embtel 4 was eyes\nonly for him."
        make_cable("06BERLIN900005", body=sent)
        self.check_copies("/cable/06BERLIN900005/", "#par1", sent)
        page = self.open("/cable/06BERLIN900005/")
        page.get_by_role("link", name="embtel").click()
        expect(page).to_have_url(f"{self.live_server_url}/glossary/EMBTEL/")

    def test_tables_keep_their_columns_when_reading(self):
        page = self.open("/cable/06BERLIN900003/")
        expect(page.locator("[id='par2.1'] .wire")).to_have_css(SPACE, "preserve")

    def test_the_contents_say_where_one_is(self):
        page = self.open(PAGE)
        contents = page.get_by_role("navigation", name="In this cable")
        expect(contents.get_by_role("link", name="Part One 1")).to_have_attribute(
            "aria-current", "true"
        )
        contents.get_by_role("link", name="Part Two 9").click()
        marked = contents.locator("[aria-current]")
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text("Part Two")
        self.expect_value(lambda: contents.bounding_box()["y"] < LAPTOP[1] / 2, True)

    def test_cite_stands_beside_each_paragraph_and_shows_on_a_phone_after_a_touch(self):
        page = self.open(PAGE)
        cite = page.get_by_label("Cite paragraph 2", exact=True)
        expect(cite).to_be_visible()
        page = self.open(PAGE, size=PHONE)
        cite = page.get_by_label("Cite paragraph 2", exact=True)
        expect(cite).to_be_hidden()
        page.get_by_label("Permalink to paragraph 2", exact=True).click()
        expect(cite).to_be_visible()
        page = self.open(PAGE, size=PHONE, has_touch=True, is_mobile=True)
        expect(page.get_by_label("Cite paragraph 2", exact=True)).to_be_visible()

    def test_cite_appears_with_its_paragraph_and_its_panel_moves_no_mark(self):
        page = self.open("/cable/06BERLIN900001/")
        for face in ("Reading", "As sent"):
            page.get_by_label(face, exact=True).check()
            for block in (".para:has([role=heading]) >> nth=1", "#par2"):
                with self.subTest(face, block=block):
                    page.locator("h1").hover()
                    cite = page.locator(block).locator(".cite > summary")
                    expect(cite).to_have_css("opacity", "0")
                    page.locator(block).hover()
                    expect(cite).to_have_css("opacity", "1")
                    marks = [page.locator(block).locator(".pilcrow"), cite]
                    places = [mark.bounding_box() for mark in marks]
                    cite.click()
                    self.assertEqual([mark.bounding_box() for mark in marks], places)
                    cite.click()

    def test_the_way_one_came_takes_one_line(self):
        long_name = "Embassy " + "Porto Sereno and the Islands " * 4
        make_cable("06SERENO900001", origin=long_name[:100])
        make_cable("06SERENO900002", origin=long_name[:100])
        origin = Origin.objects.get(name=long_name[:100]).get_absolute_url()
        forget_counts()
        for size in (LAPTOP, PHONE, NARROWEST):
            for way in ("", f"?in={origin}&at=1"):
                with self.subTest(way, size=size):
                    page = self.open(f"/cable/06SERENO900001/{way}", size=size)
                    expect(page.locator(".steps")).to_contain_text("1 of 2" if way else "Next")
                    self.assertLess(page.locator(".way").bounding_box()["height"], 32)
                    self.assertEqual(page.evaluate(WIDTH), size[0])
                    self.assertLess(page.evaluate(FIRST_LINE), 620)

    def test_keys_lead_through_the_text_and_a_switch_turns_them_off(self):
        page = self.open("/cable/06BERLIN900002/")
        page.keyboard.press("j")
        expect(page).to_have_url(f"{self.live_server_url}/cable/06BERLIN900002/#par1")
        page.keyboard.press("/")
        expect(page.locator("[name=q]:focus")).to_have_count(1)
        page.keyboard.type("j/")
        expect(page.locator("[name=q]:focus")).to_have_value("j/")
        page.evaluate("document.activeElement.blur()")
        with page.expect_navigation():
            page.keyboard.press("[")
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
        page.get_by_label("Use these keys").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        expect(page).to_have_url(f"{self.live_server_url}{PAGE}")

    def test_at_most_forty_links_stand_before_the_content(self):
        for address in ("/", PAGE, "/origin/", "/created/2006/"):
            with self.subTest(address):
                page = self.open(address)
                count = page.evaluate(f"{LINKS}.filter(a => {BEFORE}).length")
                self.assertLessEqual(count, 40)

    def test_fonts_are_our_own_and_few(self):
        page = self.open(PAGE)
        page.evaluate("document.fonts.ready")
        sizes = page.evaluate(SIZES_OF_FONTS)
        self.assertTrue(sizes)
        self.assertLessEqual(sum(sizes), 120_000)
        self.assertEqual([said for said in page.said if "Content Security" in said], [])

    def test_a_page_fits_the_narrowest_phone_in_both_faces(self):
        page = self.open("/cable/06BERLIN900003/", size=NARROWEST)
        for face in ("Reading", "As sent"):
            with self.subTest(face):
                page.get_by_label(face).check()
                self.assertEqual(page.evaluate("document.documentElement.scrollWidth"), 320)
                self.check_page(page)


@slow("not every specimen opened")
class EverySpecimenTests(BrowserTestCase):
    def test_each_text_begins_within_the_first_screen_and_nothing_is_cut_or_jumps(self):
        load_specimens(verbosity=0)
        forget_counts()
        page = self.open_window()
        page.add_init_script(SHIFTS)
        for reference in Cable.objects.published().values_list("reference", flat=True):
            self.visit(page, f"/cable/{reference}/")
            for size, lowest in ((LAPTOP, 640), (PHONE, 700)):
                self.show(page, size)
                with self.subTest(reference, size=size):
                    self.assertLess(page.evaluate(FIRST_LINE), lowest)
                    self.assertLessEqual(page.evaluate(WIDTH), size[0])
            with self.subTest(reference):
                self.assertLessEqual(page.evaluate(BELOW_THE_TEXT), 12_000)
                self.assertLessEqual(page.evaluate("window.shifted || 0"), 0.02)


class SimilarTests(BrowserTestCase):
    PAGE = "/cable/06BERLIN900002/"

    def setUp(self):
        for number in range(1, 4):
            body = f"1. The ringers hid the clappers of bell {number}.\n\n2. {'Bells rang. ' * 400}"
            make_cable(f"06BERLIN90000{number}", body=body, subject="BELLS")
        forget_counts()

    def test_the_list_is_there_when_the_end_of_the_page_is(self):
        page = self.open(self.PAGE)
        page.get_by_role("link", name="Similar cables").click()
        links = page.locator(".similar li > a")
        expect(links).to_have_count(2)
        self.assertEqual([words for words in page.said if "Content Security" in words], [])
        self.check_page(page)

    def test_without_javascript_a_link_leads_to_it(self):
        page = self.open(self.PAGE, java_script_enabled=False)
        page.get_by_role("link", name="Cables with the same words").click()
        expect(page.locator(".similar li > a")).to_have_count(2)
        expect(page).to_have_url(f"{self.live_server_url}{self.PAGE}similar/")
