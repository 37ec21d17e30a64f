"""A reader's own notes on words of a text, which the browser keeps."""

import csv
import io
import json
import zipfile

from playwright.sync_api import expect

from cables.models import Cable
from tests.browser.base import PHONE, BrowserTestCase
from tests.builders import forget_counts, make_cable

BODY = "1. (U) The harbor raised its fees.\n\n2. (U) The harbor is\nopen, and ships pay."
PAGE = "/cable/06BERLIN900001/"
SELECT = """([paragraph, words]) => {
    const within = document.getElementById(paragraph);
    const node = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    while (node.nextNode()) {
        const at = node.currentNode.data.indexOf(words);
        if (at < 0 || node.currentNode.parentElement.closest(".cite, .margin")) continue;
        getSelection().setBaseAndExtent(node.currentNode, at, node.currentNode, at + words.length);
        return;
    }
}"""

SELECT_FROM_TO = """([first, words, last, more]) => {
    const place = (paragraph, words) => {
        const node = document.createTreeWalker(
            document.getElementById(paragraph), NodeFilter.SHOW_TEXT
        );
        while (node.nextNode()) {
            const at = node.currentNode.data.indexOf(words);
            if (at >= 0 && !node.currentNode.parentElement.closest(".cite, .margin"))
                return [node.currentNode, at];
        }
    };
    const [end, at] = place(last, more);
    getSelection().setBaseAndExtent(...place(first, words), end, at + more.length);
}"""


class NotesTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(body=BODY, subject="Fees")
        forget_counts()

    def note(self, page, paragraph, words, text, labels=""):
        page.evaluate(SELECT, [paragraph, words])
        page.get_by_role("button", name="Note on these words").click()
        page.get_by_label("Note", exact=True).fill(text)
        page.get_by_label("Labels").fill(labels)
        page.get_by_role("button", name="Save").click()

    def test_a_note_is_kept_marked_edited_and_deleted_and_nothing_is_sent(self):
        page = self.open(PAGE)
        asked = len(page.asked)
        self.note(page, "par2", "harbor is\nopen", "<b>Since</b> when?", "ports, fees")
        self.assertEqual(page.asked[asked:], [])
        self.visit(page, PAGE)
        item = page.locator(".own-notes li")
        expect(item).to_have_count(1)
        expect(item.get_by_role("link")).to_have_attribute("href", f"{PAGE}#par2")
        expect(item).to_contain_text("harbor is open")
        expect(item).to_contain_text("<b>Since</b> when?")
        self.expect_value(lambda: page.evaluate("CSS.highlights.get('note').size"), 1)
        item.get_by_role("button").click()
        page.get_by_label("Note", exact=True).fill("Since May.")
        page.get_by_role("button", name="Save").click()
        expect(item).to_contain_text("Since May.")
        item.get_by_role("button").click()
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_role("heading", name="Your notes")).to_be_hidden()

    def test_words_that_stand_twice_keep_their_place_and_words_that_are_gone_are_told(self):
        page = self.open(PAGE)
        self.note(page, "par2", "harbor", "The second one.")
        self.note(page, "par1", "raised", "Gone later.")
        where = "[...CSS.highlights.get('note')].map(each => each.startContainer.parentElement"
        where += ".closest('.para').id).sort().join()"
        self.expect_value(lambda: page.evaluate(where), "par1,par2")
        changed = BODY.replace("raised its", "has new").replace(
            "1. (U) The", "1. (U) In spring the"
        )
        Cable.objects.update(body=changed)
        try:
            self.visit(page, PAGE)
            self.expect_value(lambda: page.evaluate(where), "par2")
            gone = page.locator(".own-notes li", has_text="Gone later.")
            expect(gone).to_contain_text("does not have these words any more")
        finally:
            Cable.objects.update(body=BODY)

    def test_all_notes_by_label_as_files_and_back(self):
        page = self.open(PAGE)
        self.note(page, "par1", "raised its fees", '=1+1, "so"\nit says', "fees")
        self.note(page, "par2", "ships pay", "", "ships")
        self.visit(page, "/notes/")
        page.get_by_role("link", name="ships", exact=True).click()
        expect(page.locator(".own-notes li")).to_have_count(1)
        page.get_by_role("link", name="All", exact=True).click()
        files = {name: self.saved(page, name) for name in ("Markdown", "Spreadsheet", "Web", "RIS")}
        [name] = zipfile.ZipFile(io.BytesIO(files["Markdown"])).namelist()
        self.assertEqual(name, "06BERLIN900001.md")
        text = zipfile.ZipFile(io.BytesIO(files["Markdown"])).read(name).decode()
        self.assertIn("> ships pay\n", text)
        rows = list(csv.DictReader(io.StringIO(files["Spreadsheet"].decode("utf-8-sig"))))
        self.assertEqual(rows[0]["text"], '\'=1+1, "so"\nit says')
        items = json.loads(files["Web"])["items"]
        self.assertEqual(items[1]["target"]["selector"][0]["exact"], "ships pay")
        self.assertIn(
            f"N1  - “ships pay” ({self.live_server_url}{PAGE}#par2) #ships\r\n",
            files["RIS"].decode(),
        )
        self.assertEqual(items[1]["dc:creator"], "Embassy Berlin")
        self.assertEqual(rows[1]["author"], "Embassy Berlin")
        for name, form in (("notes.csv", "Spreadsheet"), ("notes.json", "Web")):
            with self.subTest(name):
                before = page.evaluate("localStorage.getItem('notes')")
                page.evaluate("localStorage.clear()")
                box = page.get_by_label("A file of notes")
                box.set_input_files({"name": name, "mimeType": "", "buffer": files[form]})
                expect(page.get_by_role("status")).to_have_text("2 notes were added.")
                expect(page.locator(".own-notes li")).to_have_count(2)
                self.assertEqual(without_id(page, before), without_id(page))
                box.set_input_files({"name": name, "mimeType": "", "buffer": files[form]})
                expect(page.get_by_role("status")).to_have_text("0 notes were added.")
        box.set_input_files({"name": "x.json", "mimeType": "", "buffer": b"{"})
        expect(page.get_by_role("status")).to_contain_text("cannot be read as notes")

    def test_words_are_marked_whole(self):
        page = self.open(PAGE)
        self.note(page, "par1", "arbor raised its f", "So.")
        exact = "JSON.parse(localStorage.getItem('notes'))[0].exact"
        self.expect_value(lambda: page.evaluate(exact), "harbor raised its fees")

    def test_markdown_has_the_source_and_tags_that_obsidian_reads(self):
        page = self.open(PAGE)
        self.note(page, "par1", "raised", "So.", "insurgents: talks, 1956, !, Köln/Süd")
        keep = "([note]) => localStorage.setItem('notes', JSON.stringify([note]))"
        [note] = without_id(page)
        of_volume = {"author": "Embassy Berlin,", "printed": "Volume X, p. 7", "pages": "7–8"}
        page.evaluate(keep, [note | {"id": "a"} | of_volume])
        self.visit(page, "/notes/")
        packed = zipfile.ZipFile(io.BytesIO(self.saved(page, "Obsidian")))
        text = packed.read("06BERLIN900001.md").decode()
        self.assertIn("\n\nEmbassy Berlin, 2006-03-14\n\nVolume X, p. 7\n\nhttp", text)
        self.assertIn("#insurgents-talks #_1956 #Köln/Süd\n", text)
        record = self.saved(page, "RIS").decode()
        for line in ("SP  - 7", "EP  - 8", "N1  - Printed in: Volume X, p. 7"):
            self.assertIn(f"{line}\r\n", record)

    def test_words_of_two_paragraphs_keep_the_break_and_files_have_it(self):
        page = self.open(PAGE)
        page.evaluate(SELECT_FROM_TO, ["par1", "its fees", "par2", "The harbor"])
        page.get_by_role("button", name="Note on these words").click()
        page.get_by_role("button", name="Save").click()
        exact = "JSON.parse(localStorage.getItem('notes'))[0].exact"
        self.expect_value(lambda: page.evaluate(exact), "its fees.\nThe harbor")
        self.visit(page, PAGE)
        self.expect_value(lambda: page.evaluate("CSS.highlights.get('note').size"), 1)
        self.visit(page, "/notes/")
        packed = zipfile.ZipFile(io.BytesIO(self.saved(page, "Markdown")))
        self.assertIn("> its fees.\n>\n> The harbor\n", packed.read("06BERLIN900001.md").decode())
        # One of an earlier release has a blank there.
        page.evaluate(
            "localStorage.setItem('notes', localStorage.getItem('notes').replace('\\\\n', ' '))"
        )
        self.visit(page, PAGE)
        self.expect_value(lambda: page.evaluate("CSS.highlights.get('note').size"), 1)

    def test_ris_has_author_and_date(self):
        page = self.open(PAGE)
        self.note(page, "par1", "raised its fees", "So.")
        self.visit(page, "/notes/")
        record = self.saved(page, "RIS").decode()
        for line in ("AU  - Embassy Berlin,", "PY  - 2006", "DA  - 2006/03/14/"):
            self.assertIn(f"{line}\r\n", record)

    def saved(self, page, name):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        return download.value.path().read_bytes()

    def test_pages_with_notes_break_no_rule_and_fit_a_phone(self):
        page = self.open(PAGE, size=PHONE)
        self.note(page, "par1", "raised its fees", "W" * 300, "fees")
        for path in (PAGE, "/notes/"):
            with self.subTest(path):
                self.visit(page, path)
                expect(page.locator(".own-notes li")).to_have_count(1)
                wide = page.evaluate("document.documentElement.scrollWidth")
                self.assertEqual(wide, PHONE[0])
        page.emulate_media(media="print")
        expect(page.get_by_label("A file of notes")).to_be_hidden()
        expect(page.locator(".own-notes li")).to_be_visible()
        self.check_pages(["/notes/"])


def without_id(page, notes=None):
    notes = json.loads(notes or page.evaluate("localStorage.getItem('notes')"))
    return [note | {"id": ""} for note in notes]
