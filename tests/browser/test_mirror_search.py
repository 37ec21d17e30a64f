"""The search of a mirror in a browser: static files, at any base path, under its own policy."""

import re
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode

from playwright.sync_api import expect

from cables.mirror.file_paths import Site
from cables.mirror.server_rules import policies
from cables.models import Cable
from cables.templatetags.paragraph_names import full_name, pilcrow
from tests.browser.base import BrowserTestCase
from tests.builders import CREATED, forget_counts, make_cable, make_cables
from tests.mirror.base import LIVE, FewPages, export, new_folder
from tests.slow import slow

BASE = "/some/where/data"
BODY = "1. (U) The harbor fees rose.\n\n2. (U) The lighthouse keeper <b> & his dog fished here.\n"
TEXTS = {
    "06OSLO900011": "1. A cease-fire, the U.S. said.",
    "06OSLO900012": "1. CEASE\nFIRE between us.",
    "06OSLO900013": "1. A ceasefire.",
    "06OSLO900014": "1. They cease the fire.",
}
ENOUGH = 20  # As in mirror_search.js.


class StaticFiles(SimpleHTTPRequestHandler):
    """Python's web server, with the policies that a mirror gives to nginx and Apache."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        return super().translate_path(path.replace("/some/where/", "/", 1))

    def end_headers(self):
        policy, searching = policies(Site(None, LIVE))
        is_search = self.path.startswith(f"{BASE}/search/")
        self.send_header("Content-Security-Policy", searching if is_search else policy)
        super().end_headers()

    def log_message(self, *said):
        pass


class MirrorSearchTestCase(FewPages, BrowserTestCase):
    """A test of the search of a mirror of what `setUpTestData` stores."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = new_folder(cls)
        export(folder, search=True)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(StaticFiles, directory=str(folder)))
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        Thread(target=server.serve_forever, daemon=True).start()
        cls.live_server_url = f"http://127.0.0.1:{server.server_port}"

    def search(self, query, **window):
        page = self.open(f"{BASE}/search/?{query}", **window)
        expect(page.get_by_role("status")).to_contain_text("kB loaded")
        return page

    def found(self, page):
        return page.locator(".results li .meta b").all_text_contents()


class MirrorSearchTests(MirrorSearchTestCase):
    @classmethod
    def setUpTestData(cls):
        of_2006 = {"body": BODY, "tags": ["EFIS"], "subject": "SHIPS"}
        make_cable("06BERLIN900001", classification="SECRET", **of_2006)
        make_cable("06LIMA900001", origin="Embassy Lima", body="1. A lighthouse.", subject="LENS")
        in_2007 = {"created": CREATED.replace(year=2007), "body": "1. A tide, a tide."}
        make_cables((f"07OSLO9{n:05}" for n in range(ENOUGH + 5)), origin="Embassy Oslo", **in_2007)
        make_cable("05ROME900001", created=CREATED.replace(year=2005), body="1. One tide.")
        of_2004 = {"created": CREATED.replace(year=2004), "origin": "Embassy Bonn"}
        make_cable("04BONN900001", body="Ocean.\n\n1. Ocean.\n\nMore ocean.", **of_2004)
        forget_counts()

    def test_words_lead_to_their_paragraphs(self):
        page = self.search("q=keeper+lighthouse")
        self.assertEqual(self.found(page), ["06BERLIN900001"])
        expect(page.get_by_role("status")).to_contain_text("1 cable in 2004 to 2007.")
        expect(page.locator(".hits mark")).to_have_text(["lighthouse", "keeper"])
        expect(page.locator(".hits dd")).to_contain_text("keeper <b> & his dog")
        page.get_by_role("link", name="06BERLIN900001, paragraph 2").click()
        expect(page).to_have_url(f"{self.live_server_url}{BASE}/cable/06BERLIN900001/#par2")
        expect(page.locator("#par2")).to_contain_text("lighthouse keeper")
        self.assertEqual(page.said, [])

    def test_a_search_begins_on_any_page(self):
        page = self.open(f"{BASE}/cable/06BERLIN900001/")
        page.get_by_label("Search all cables").fill('"lighthouse keeper"')
        page.keyboard.press("Enter")
        expect(page.locator(".results li")).to_have_count(1)
        self.assertEqual(self.found(page), ["06BERLIN900001"])

    @slow("a mirror's search tried by its first steps alone")
    def test_filters_narrow_it(self):
        for query, references in {
            "q=lighthouse&origin=embassy-lima": ["06LIMA900001"],
            "q=lighthouse&tag=efis": ["06BERLIN900001"],
            "q=lighthouse&classification=SECRET": ["06BERLIN900001"],
            "q=lighthouse&year=2007": [],
            "q=tide&year=2005": ["05ROME900001"],
            "q=lighthouse&tag=NONE": [],
            "q=xylophagous": [],
            "q=lighthouse+fished": ["06BERLIN900001"],
            "q=lighthouse&origin=nowhere&year=1999": ["06BERLIN900001", "06LIMA900001"],
            "q=06LIMA900002": [],
            "q=lighthouses": ["06BERLIN900001", "06LIMA900001"],
            "q=lighthousekeeper": [],  # Pagefind alone would find those with "lighthouse".
            "q=light": [],
            "q=fishes+%22harbor+fees%22+lighthouse": ["06BERLIN900001"],
            "q=%22fees+harbor%22": [],
            "q=%E2%80%9Charbor+fees%E2%80%9D+...&year=2006": ["06BERLIN900001"],
            "q=%22harbor+fees&year=2006": ["06BERLIN900001"],
        }.items():
            with self.subTest(query):
                self.assertEqual(sorted(self.found(self.search(query))), references)

    def test_a_reference_leads_to_its_cable(self):
        page = self.open_window()
        for query in ("06lima900001", "06+Lima+0900001", f"{LIVE}/cable/06LIMA900001/%23par1"):
            with self.subTest(query):
                page.goto(f"{self.live_server_url}{BASE}/search/?q={query}")
                expect(page).to_have_url(f"{self.live_server_url}{BASE}/cable/06LIMA900001/")

    @slow("a mirror's search tried by its first steps alone")
    def test_signs_that_mean_nothing_here_are_named(self):
        for query, is_named in {
            "q=harbor+-fees": True,
            "q=lighth*": True,
            "q=tag:EFIS": True,
            "q=harbor+or+lighthouse": True,
            "q=%22keeper+or+dog%22": False,
            "q=lighthouse+and+keeper": False,
        }.items():
            with self.subTest(query):
                note = self.search(query).locator(".unknown")
                expect(note).to_be_visible(visible=is_named)
                asked = note.get_by_role("link", include_hidden=True).get_attribute("href")
                self.assertEqual("?q=" in asked, is_named)

    def test_filters_that_are_not_applied_are_named(self):
        for query, named in {
            "q=lighthouse&country=peru&sort=created": "country, sort",
            "q=lighthouse&origin=nowhere&year=1999": "origin, year",
            "q=lighthouse&classification=TOP+SECRET": "classification",
            "q=lighthouse&origin=embassy-lima&origin=embassy-berlin": "origin",
            "q=lighthouse&Call+now!=yes&constructor=1": "…, constructor",
            "q=lighthouse&origin=embassy-lima&classification=&year=2006&tag=NONE": "",
        }.items():
            with self.subTest(query):
                note = self.search(query).locator(".unapplied")
                expect(note).to_be_visible(visible=bool(named))
                if named:
                    expect(note.locator("b")).to_have_text(named)
        page = self.search("q=harbor&year=2006&country=peru")
        expect(page.locator(".unapplied a")).to_have_attribute(
            "href", f"{LIVE}/search/?q=harbor&country=peru&created_after=2006&created_before=2006"
        )

    def test_very_common_words_count_only_in_phrases_as_in_the_room(self):
        for query, references in {
            "q=which+of+the+fees+rose": ["06BERLIN900001"],
            "q=lighthouse+and+the+keeper": ["06BERLIN900001"],
            "q=%22the+lighthouse%22": ["06BERLIN900001"],
            "q=%22a+lighthouse%22": ["06LIMA900001"],
            "q=%22the%22+lens": ["06LIMA900001"],
            "q=his+his": [],  # As a phrase.
            "q=NO+DISTRIBUTION": [],  # As a term of the glossary.
        }.items():
            with self.subTest(query):
                self.assertEqual(sorted(self.found(self.search(query))), references)
        page = self.open(f"{BASE}/search/?q=the")
        expect(page.get_by_role("status")).to_contain_text("Nearly every cable has these words")

    def test_a_search_that_failed_can_go_on(self):
        page = self.open_window()
        page.route("**/pagefind/2006/*", lambda route: route.abort())
        self.visit(page, f"{BASE}/search/?q=lighthouse")
        expect(page.get_by_role("status")).to_contain_text("The search failed")
        page.unroute("**/pagefind/2006/*")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".results li")).to_have_count(2)

    def test_paragraphs_have_the_names_that_the_room_gives_them(self):
        page = self.search("q=ocean")
        (cable,) = Cable.objects.filter(reference="04BONN900001")
        links = page.locator(".hits a")
        expect(links).to_have_text([unescape(pilcrow(key)) for key in cable.paragraph_ids])
        names = [f"{cable.reference}, {full_name(key)}" for key in cable.paragraph_ids]
        self.assertEqual(links.evaluate_all("all => all.map(a => a.ariaLabel)"), names)

    def test_without_words_nothing_is_loaded(self):
        for query in (
            "q=&tag=EFIS",
            "q=***",
            'q=""',
            "q=\N{GRINNING FACE}",
            "q=%E2%80%AE",
            "q=%26%23",
        ):
            with self.subTest(query):
                page = self.open(f"{BASE}/search/?{query}")
                expect(page.get_by_role("status")).to_have_text("Write words to search for.")
                self.assertFalse(any("/pagefind/" in address for address in page.asked))

    @slow("a mirror's search tried by its first steps alone")
    def test_earlier_years_wait_until_they_are_asked_for(self):
        page = self.search("q=tide")
        expect(page.get_by_role("status")).to_contain_text(f"{ENOUGH + 5} cables in 2006 to 2007.")
        self.assertFalse(any("/pagefind/2006/" in address for address in page.asked))
        self.assertEqual(len(self.found(page)), 10)
        page.get_by_role("button", name="More results").click()
        expect(page.locator(".results li")).to_have_count(20)
        page.get_by_role("button", name="Search 2004 to 2005 too").click()
        expect(page.get_by_role("status")).to_contain_text(f"{ENOUGH + 6} cables in 2004 to 2007.")
        expect(page.get_by_role("button", name="too")).to_be_hidden()
        expect(page.locator(".results li")).to_have_count(ENOUGH + 6)
        self.assertEqual(self.found(page)[-1], "05ROME900001")
        focused = page.evaluate(
            "document.activeElement.closest('li').querySelector('b').textContent"
        )
        self.assertEqual(focused, self.found(page)[ENOUGH])

    @slow("a mirror's search tried by its first steps alone")
    def test_years_without_the_words_are_not_loaded(self):
        for question, years in {
            "q=oceans": {"2004"},
            "q=Lighthouses+fishing": {"2006"},
            "q=ocean+lighthouse": set(),
            "q=zebra": set(),
            "q=fished/here": {"2006"},
        }.items():
            with self.subTest(question):
                page = self.search(question)
                loaded = {re.search(r"/pagefind/(\d+)", address) for address in page.asked}
                self.assertEqual({found[1] for found in loaded if found}, years)
                self.assertEqual(len(self.found(page)), len(years))

    def test_it_breaks_no_rule_of_accessibility_and_fits_a_phone(self):
        addresses = [f"{BASE}/search/", f"{BASE}/search/?q=lighthouse+-a&country=peru"]
        self.check_pages(addresses)

    def test_without_a_script_it_says_what_to_do(self):
        page = self.open(f"{BASE}/search/?q=lighthouse", java_script_enabled=False)
        expect(page.get_by_role("status")).to_contain_text("It needs JavaScript")
        self.assertIn("<noscript><p>JavaScript is switched off", page.content())


@slow("a mirror's search tried by its first steps alone")
class WordsTests(MirrorSearchTestCase):
    @classmethod
    def setUpTestData(cls):
        for reference, body in TEXTS.items():
            make_cable(reference, body=body, subject="TALKS/CEASE-FIRE'S END" * ("-" in body))
        words = "1. The __proto__ of a constructor, hasOwnProperty <img src=x onerror=alert(1)>."
        subject = '<img src=x onerror=alert(1)>"\N{RIGHT-TO-LEFT OVERRIDE} VALUEOF'
        tags = ["__PROTO__", "CONSTRUCTOR"]
        make_cable("06OSLO900099", body=words, tags=tags, subject=subject)
        forget_counts()

    def test_signs_divide_words_as_in_the_room(self):
        for question, numbers in {
            "cease-fire": "12",
            '"cease fire"': "12",
            "cease fire": "124",
            "Cease-Fires": "12",
            "ceasefire": "3",
            "talks": "1",
            "fire's": "1",
            "U.S.": "1",
            "us": "2",
        }.items():
            with self.subTest(question):
                page = self.search(urlencode({"q": question}))
                found = sorted(self.found(page))
                self.assertEqual(found, [f"06OSLO90001{number}" for number in numbers])
                room = self.client.get("/search.json", {"q": question}).json()
                self.assertEqual(sorted(each["reference"] for each in room["results"]), found)
        page = self.search("q=cease-fire+talks")
        expect(page.locator(".results h2")).to_have_text("Talks/Cease-Fire's End")
        expect(page.locator(".hits dd")).to_have_text(TEXTS["06OSLO900011"])
        expect(page.locator(".hits mark")).to_have_text(["cease-", "fire,"])

    def test_words_of_scripts_and_of_html_are_only_words(self):
        for query in (
            *("q=__proto__", "q=constructor", "q=hasOwnProperty", "q=valueof"),
            *("q=proto&tag=__proto__", "q=proto&tag=constructor", "q=<img+src=x+onerror=alert(1)>"),
        ):
            with self.subTest(query):
                page = self.search(query)
                self.assertEqual(self.found(page), ["06OSLO900099"])
                expect(page.locator(".results img")).to_have_count(0)
                self.assertEqual(page.said, [])
        for query in (
            "q=tostring",
            "q=proto&tag=tostring",
            "q=proto&origin=constructor&tag=valueof",
        ):
            with self.subTest(query):
                page = self.search(query)
                self.assertEqual(self.found(page), [])
