"""A telegram of a volume in a browser: its footnotes lead there and back, and print."""

import re
from collections import Counter
from io import StringIO

from playwright.sync_api import expect

from cables.loader import load
from cables.management.commands.serve import load_specimens
from cables.models import Cable
from tests.browser.base import DESKTOP, PHONE, BrowserTestCase
from tests.builders import forget_counts, load_records, make_cable
from tests.loader.test_volumes import SENT, row
from tests.paths import DATA

VOLUME = DATA / "frus1955-57v99.xml"
WIDE = "06BERLIN900712"
PAGE = "/cable/56LISBON412/"
ADDRESSES = [PAGE, f"{PAGE}par0.1/", f"{PAGE}copies/", "/volume/frus1955-57v99/", "/collection/"]


class VolumeTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        load(VOLUME, collection="frus")
        load_records(row(body=SENT.replace("ships", "boats")))
        forget_counts()

    def test_pages_break_no_rule_and_fit_a_phone(self):
        self.check_pages(ADDRESSES, opened=True)

    def test_a_footnote_is_reached_by_its_mark_and_leads_back(self):
        page = self.open(PAGE)
        page.get_by_role("link", name="Footnote 2", exact=True).click()
        expect(page).to_have_url(re.compile(r"#note-d1fn2$"))
        page.get_by_role("link", name="Back to the mark of footnote 2", exact=True).click()
        expect(page).to_have_url(re.compile(r"#mark-d1fn2$"))

    def test_a_footnote_stands_beside_its_mark_or_below_a_long_one_where_there_is_room(self):
        page = self.open(PAGE)
        last, note, next_note = map(page.locator, ("#par2", "#note-d1fn2", "#note-d1fn2a"))
        mark = page.locator("#mark-d1fn2").bounding_box()
        self.assertGreater(note.bounding_box()["x"], mark["x"] + 100)
        self.assertAlmostEqual(note.bounding_box()["y"], mark["y"], delta=30)
        note.evaluate("note => note.append(' The board met again.'.repeat(90))")
        long = note.bounding_box()
        self.assertGreaterEqual(next_note.bounding_box()["y"], long["y"] + long["height"])
        self.check_page(page)
        self.show(page, PHONE)
        self.assertGreater(note.bounding_box()["y"], last.bounding_box()["y"])
        self.show(page, DESKTOP)
        page.emulate_media(media="print")
        self.assertGreater(note.bounding_box()["y"], last.bounding_box()["y"])

    def test_whoever_copies_the_text_has_it_as_sent(self):
        page = self.open(PAGE)
        text = page.locator("#par1 .wire").inner_text()
        self.assertEqual(text.strip(), "1. Rell told me that boats complained.")

    def test_print_has_the_footnotes_and_the_marks(self):
        page = self.open(PAGE, scheme="dark")
        page.emulate_media(media="print")
        expect(page.locator("#note-d1fn2")).to_be_visible()
        mark = "mark => getComputedStyle(mark, '::before').content"
        self.assertIn("2", page.locator("#mark-d1fn2").evaluate(mark))
        colour = "block => getComputedStyle(block).color"
        self.assertEqual(page.locator("#note-d1fn2").evaluate(colour), "rgb(0, 0, 0)")


READ = (".cable-title", ".facts-line", ".telegram", ".footnotes", ".facts", ".edition")
CONTROLS = ".cite, .pilcrow, summary, a[href^='#mark-'], .chip"
# The words of parts of a page as they are seen, and how many of its boxes cut what they hold.
SEEN = """([parts, controls]) => {
  const hidden = [...document.querySelectorAll(controls)];
  hidden.forEach((each) => { each.hidden = true; each.style.display = "none"; });
  const shown = [...document.querySelectorAll(parts.join())];
  const cut = shown.flatMap((part) => [...part.querySelectorAll(".wire")])
    .filter((box) => box.scrollWidth > box.clientWidth + 1);
  const words = shown.map((part) => part.innerText).join(" ").split(/\\s+/);
  hidden.forEach((each) => { each.style.display = ""; });
  return [words, cut.length];
}"""


class PaperTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        load_specimens(stdout=StringIO())
        wide = "".join(f"{name:<90}{number}\n" for name, number in (("Piers", 40), ("Ships", 618)))
        make_cable(WIDE, body=f"1. The fees.\n\n{wide}\n2. They rose.")
        forget_counts()

    def test_print_has_every_word_of_the_screen_and_cuts_none(self):
        volume = Cable.objects.filter(labels__contains=["volume:frus1952-54v98/ch1"])
        page = self.open_window(size=(640, 900))
        for reference in [*volume.values_list("reference", flat=True), WIDE]:
            with self.subTest(reference):
                page.emulate_media(media="screen")
                self.visit(page, f"/cable/{reference}/")
                screen, _ = page.evaluate(SEEN, [READ, CONTROLS])
                page.emulate_media(media="print")
                words, cut = page.evaluate(SEEN, [READ, CONTROLS])
                self.assertEqual(Counter(screen) - Counter(words), Counter())
                self.assertEqual(cut, 0)
