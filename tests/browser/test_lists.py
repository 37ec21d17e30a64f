"""Lists in a browser: narrowed, sorted, charted; indexes, holdings, data sets, the glossary."""

import hashlib
import tempfile
from pathlib import Path

from django.test import override_settings
from playwright.sync_api import expect

from cables.api.data_sets import make_data_set
from cables.models import Change, ChangeKind, Collection, PersonEntry, State, Tag
from cables.models.change_log import KINDS
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
    "/persons/",
    "/person/maro-rell/",
    "/person/maro-rell/?sender=maro-rell&recipient=ada-oar",
]
VOLUME = "frus2004v1"
LABELS = [f"{role}:{VOLUME}/p_RM1" for role in ("person", "sender", "signer")]
LABELS += [f"{role}:{VOLUME}/p_OA1" for role in ("person", "recipient")]


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
        Collection.objects.create(slug="port", name="Port")
        port = {"tags": ["EFIS"], "collections": ["port"]}
        port["labels"] = [f"volume:{VOLUME}", *LABELS]
        for name, key, slug in (
            ("Rell, Maro", "p_RM1", "maro-rell"),
            ("Oar, Ada", "p_OA1", "ada-oar"),
        ):
            PersonEntry.objects.create(volume=VOLUME, key=key, name=name, office="Pilot", slug=slug)
        make_cable("06BERLIN901001", classification="SECRET", **port)
        make_cable("96BERLIN901001", created=CREATED.replace(year=1996), **port)
        forget_counts()


class LooksTests(ListsTestCase):
    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(ADDRESSES, opened=True)


class FormTests(ListsTestCase):
    def test_a_list_is_narrowed_by_the_form_and_widened_by_a_chip(self):
        page = self.open("/tag/EFIS/?sort=created")
        with page.expect_navigation():  # A ticked filter applies at once.
            page.get_by_label("origin Embassy Lima, ").check()
        page.locator("summary", has_text="Dates 1972").click()
        page.get_by_label("Created from").fill("2005-01-01")
        page.get_by_role("button", name="Show dates").click()
        query = "?origin=embassy-lima&sort=created&created_after=2005-01-01"
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
                page.get_by_text("Sort by").click()
                page.get_by_role("link", name="Newest", exact=True).click()
                expect(first).to_have_text("10LIMA900001")
                page.get_by_text("Sort by").click()
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
        for path in (LOOKED_FOR, "/origin/embassy-lima/", "/tag/EFIS/", "/collection/port/"):
            page = self.open(path)
            with self.subTest(path):
                for _ in range(13):
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


class IndexTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(tags=[f"{letter}{n:03}" for letter in "BEK" for n in range(200)])
        make_cable("06BERLIN900002", tags=["E001"])

    def test_the_letters_stay_in_sight_and_lead_to_their_lists(self):
        for address, letter, entry in (("/tag/", "K", "K000"), ("/holdings/tag/", "K", "K000")):
            for size in (DESKTOP, PHONE):
                page = self.open(address, size=size)
                letters = page.get_by_label("Letters")
                with self.subTest(address, size=size):
                    letters.get_by_role("link", name=letter, exact=True).click()
                    expect(page.get_by_role("link", name=entry)).to_be_in_viewport()
                    expect(letters).to_be_in_viewport()
                    below = page.get_by_role("link", name=entry).bounding_box()["y"]
                    box = letters.bounding_box()
                    self.assertGreaterEqual(below, box["y"] + box["height"])

    def test_a_phone_shows_the_first_entry_at_once_and_the_whole_way_back(self):
        for address, entry in (("/tag/", ".index li"), ("/glossary/", ".codes > div")):
            page = self.open(address, size=PHONE)
            with self.subTest(address):
                self.assertLess(page.locator(entry).first.bounding_box()["y"], 600)
        page = self.open("/cable/06BERLIN900002/cite/", size=PHONE)
        way = page.get_by_label("Breadcrumb")
        expect(way.get_by_role("link", name="Embassy Berlin")).to_be_visible()

    def test_a_field_filters_the_entries_as_one_types(self):
        for address, entries in (
            ("/tag/", ".index section[id] li"),
            ("/holdings/tag/", ".holdings tbody tr"),
            ("/glossary/", ".codes > div"),
            ("/glossary/organizations/", ".codes > div"),
        ):
            page = self.open(address)
            shown, word = page.locator(f"{entries}:visible"), page.locator(entries).nth(1)
            count, word = shown.count(), word.text_content().split()[0]
            with self.subTest(address):
                page.locator(".find input").fill(word.lower())
                expect(page.locator(".find [role=status]")).to_have_text(f"{shown.count()} found")
                self.assertIn(shown.count(), range(1, min(9, count)))
                page.locator(".find input").fill("")
                expect(shown).to_have_count(count)

    def test_an_index_is_whole_without_the_script(self):
        page = self.open("/tag/", java_script_enabled=False)
        expect(page.locator(".index section[id] li")).to_have_count(600)
        expect(page.locator(".find")).to_be_hidden()
        page = self.open("/glossary/#precedence")
        expect(page.get_by_text("Night action", exact=False).first).to_be_in_viewport()

    def test_no_accessibility_rule_is_broken(self):
        self.check_pages(["/tag/", "/glossary/", "/holdings/tag/"])


CABLE = "/cable/06BERLIN900001/"
PAGES = ["/holdings/", "/holdings/origin/", "/holdings/tag/", "/changes/"]
PAGES += [CABLE, f"{CABLE}par2/", f"{CABLE}par1--par2/"]


class HoldingsTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        cited = ["06PARIS900001"]
        cable = make_cable("06BERLIN900001", tags=["EFIS", "HUMAN RIGHTS"], cites=cited)
        make_cable("06BERLIN900002", partial=True, origin="Consulate General Saint Petersburg")
        cable.notes.create(text="The date is *doubtful*: see 06BERLIN900002.")
        cable.notes.create(paragraph="par2", text="Ships had complained before.")
        State.advance()
        kinds = [ChangeKind(name=name, label=label) for name, label in KINDS.items()]
        ChangeKind.objects.bulk_create(kinds, ignore_conflicts=True)
        ChangeKind.objects.update(is_public=True, with_reason=True)
        cable.changes.create(action="corrected", what="subject", reason="A misprint. " * 30)
        Change.objects.create(action="changed", what="guidance page Privacy")

    def test_no_obstacle_in_any_light_and_nothing_too_wide(self):
        self.check_pages(PAGES)

    def test_a_note_is_printed_and_not_copied_with_its_paragraph(self):
        page = self.open(CABLE)
        page.emulate_media(media="print")
        expect(page.locator(".note:visible")).to_have_count(2)
        page.emulate_media(media="screen")
        copied = self.copied(page, "#par2")
        self.assertIn("Ships complained.", copied)
        self.assertNotIn("Ships had complained before.", copied)


class DataSetPageTests(BrowserTestCase):
    def setUp(self):
        settings = {"DATA_SETS": "https://cables.example.org", "DATA_LICENCE": "Public domain."}
        self.enterContext(
            override_settings(
                DATA_SETS_DIR=Path(self.enterContext(tempfile.TemporaryDirectory())), **settings
            )
        )
        make_cable()
        self.made = make_data_set()

    def test_it_breaks_no_rule_of_accessibility_and_fits_a_phone(self):
        self.check_pages(["/datasets/"])

    def test_a_file_is_downloaded_whole(self):
        page = self.open("/datasets/")
        with page.expect_download() as download:
            page.get_by_role("link", name="cables.parquet").click()
        content = Path(download.value.path()).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        self.assertEqual(digest, self.made.file("cables.parquet").digest)


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
GLOSSARY_PAGES = [
    CABLE,
    "/glossary/",
    "/glossary/places/",
    "/glossary/routing/#RUEHC",
    "/glossary/TO/",
]
LISTS = ["/tag/EFIS/", "/caption/SIPDIS/", "/mark/C/?caption=SIPDIS"]


class GlossaryTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        for code in ("EFIS", "PREL"):
            Tag.objects.create(code=code, kind="subject")
        marked = {"captions": ["SIPDIS"], "marks": ["C"]}
        make_cable(header=HEADER, body=BODY, tags=["EFIS", "PREL"], **marked)

    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages((*GLOSSARY_PAGES, *LISTS), opened=True)

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
