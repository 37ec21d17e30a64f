"""Checking a whole text in a browser: pasted, as a file, on a phone, on paper, without scripts."""

from functools import partial
from unittest import mock

from playwright.sync_api import expect

from cables.publication.document_frequencies import count_words
from cables.views.check_pages import page as check_page
from cables.views.check_pages.text_report import check_text
from tests.browser.base import DESKTOP, NARROWEST, PHONE, BrowserTestCase
from tests.builders import make_cable, withhold
from tests.views.test_check_page import BODY, HARBOR, OTHER

ARTICLE = f"""\
In March the post wrote that “{HARBOR}.”[1] Later it was said that “the harbor master of the
southern quay raised no landing fees” (06BERLIN900001, 16 April 2006), and that
“nobody has ever written these words of a lighthouse” (06OSLO900002).

    {OTHER.partition(") ")[2]}

The post had asked before: 06OSLO900003, 06OSLO900009 and Embtel 900001.

No cable is named in this paragraph.

Notes

1. Embassy Berlin, 06BERLIN900001, 14 March 2006, para 2.
"""
LOOKS = [
    (DESKTOP, "light"),
    (DESKTOP, "dark"),
    (PHONE, "light"),
    (PHONE, "dark"),
    (NARROWEST, "dark"),
]
TEXT = "Or the text, with its notes"
FILE = "A file"


class CheckTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body=BODY, classification="CONFIDENTIAL")
        make_cable("06OSLO900002", body=OTHER, origin="Embassy Oslo")
        withhold(make_cable("06OSLO900003", body="1. A witness is named."), "A witness is named.")
        count_words()

    def report(self, text=ARTICLE, **options):
        """Return the page with the report on a text that was pasted."""
        page = self.open("/check/", **options)
        page.get_by_label(TEXT).fill(text)
        self.press(page, "Check")
        return page

    def test_a_pasted_text_is_shown_with_what_was_found(self):
        page = self.report()
        expect(page.locator("h1")).to_contain_text("6 citations, 4 quotations")
        expect(page.locator(".finding")).to_have_count(10)
        expect(page.locator(".finding del")).to_have_text(["southern", "no"])
        expect(page.locator(".finding ins")).to_have_text(["northern", "all"])
        page.get_by_role("link", name="Finding 1: to its words").click()
        expect(page.locator("#words-1")).to_be_focused()
        expect(page.locator("#words-1 mark")).to_have_text(HARBOR + ".")
        self.assertEqual(page.said, [])

    def test_findings_of_one_kind_are_shown_alone(self):
        for scripts in (True, False):
            with self.subTest(scripts=scripts):
                page = self.report(java_script_enabled=scripts)
                page.get_by_role("radio", name="Words differ").check()
                shown = page.locator(".finding").locator("visible=true")
                expect(shown).to_have_count(1)
                expect(shown).to_contain_text("southern")
                expect(page.locator("p", has_text="The post had asked before")).to_be_hidden()
                expect(page.locator("p", has_text="No cable is named in this")).to_be_hidden()
                page.get_by_role("radio", name="All").check()
                expect(shown).to_have_count(10)
                expect(page.locator("p", has_text="No cable is named in this")).to_be_visible()

    def test_a_file_is_checked_and_a_wrong_one_is_refused(self):
        page = self.open("/check/")
        for name, data, words in (
            ("article.txt", ARTICLE.encode(), "6 citations, 4 quotations"),
            ("picture.png", b"\x89PNG", "A file .png is not read"),
            ("article.pdf", b"words", "not PDF"),
        ):
            with self.subTest(name):
                self.visit(page, "/check/")
                file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
                page.get_by_label(FILE).set_input_files(file)
                self.press(page, "Check")
                expect(page.locator("main")).to_contain_text(words)
                self.check_page(page)
        expect(page.get_by_role("alert")).to_contain_text("not PDF")

    def test_a_report_is_kept_in_each_form(self):
        page = self.report()
        for name, ending, words in (
            ("CSV", "csv", "number,kind,verdict"),
            ("Markdown", "md", "](http"),
            ("HTML", "html", '<a href="http'),
        ):
            with self.subTest(name):
                with page.expect_download() as started:
                    page.get_by_role("button", name=name, exact=True).click()
                self.assertEqual(started.value.suggested_filename, f"checked-text.{ending}")
                self.assertIn(words, started.value.path().read_text())
        self.press(page, "JSON")
        expect(page.locator("body")).to_contain_text('"verdict": "withheld"')

    def test_a_long_text_is_checked_in_steps(self):
        with mock.patch.object(check_page, "check_text", partial(check_text, seconds=-1)):
            page = self.report()
        expect(page.locator("progress")).to_be_visible()
        expect(page.locator("h1")).to_contain_text("6 citations, 4 quotations")
        self.check_page(page)
        expect(page.locator(".finding")).to_have_count(5)
        self.press(page, "Go on with the next passages")
        expect(page.locator(".finding")).to_have_count(5)

    def test_no_accessibility_rule_is_broken_and_it_fits_a_phone(self):
        self.check_pages(["/check/"])
        page = self.report()
        looks = self.checked_looks(LOOKS)
        for size, scheme in LOOKS:
            with self.subTest(size=size, scheme=scheme):
                self.show(page, size, scheme)
                if (size, scheme) in looks:
                    self.check_page(page)
                self.assertEqual(page.evaluate("document.documentElement.scrollWidth"), size[0])

    def test_on_paper_there_are_the_text_and_the_findings_alone(self):
        page = self.report()
        page.emulate_media(media="print")
        expect(page.locator(".finding").first).to_be_visible()
        for place in ("form.quoting", "form.forms", ".verdicts"):
            for each in page.locator(place).all():
                expect(each).to_be_hidden()
