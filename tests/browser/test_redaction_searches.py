"""A curator redacts over the archive by keyboard, and selects words of a text by keyboard.

With CABLES_PICTURES=1 the picture of docs/pictures is drawn anew.
"""

import os
from unittest import mock

from playwright.sync_api import expect

from cables.models import Cable, RedactionSearch
from tests.browser.base import DESKTOP, NARROWEST, OPEN_EVERYTHING, BrowserTestCase
from tests.browser.desk_walk import PICTURES
from tests.builders import load_records, make_curator
from tests.slow import slow
from tests.source_files import csv_record
from tests.working import work

ONE, TWO = "09ROME900001", "09ROME900002"
# Further cables of the walk over forms, and the forms that it finds, the nearest to the name first.
OTHERS = {
    "09ROME900011": "QUINTO ROSSI met the harbor master. Q. Rossi signed, and Rosi did not.",
    "09ROME900012": "Rossi, Quinto, keeper of the lamps, was paid.",
    "09ROME900013": "The pilots elected Quinto Rossi. Ada Grew, a diver, seconded him.",
}
FORMS = ["Quinto Rossi", "Ada Grew", "Rossis", "Q. Rossi", "Rossi, Quinto"]
RIGHTS = ("redact_cable", "see_sealed", "view_cable")


@slow("no walk over the desk")
class RedactionSearchTests(BrowserTestCase):
    def setUp(self):
        self.enterContext(mock.patch("cables.admin.base.REFRESH", "600"))
        self.curator = make_curator("anna", *RIGHTS)
        text = "Quinto Rossi raised the fees. Rossis left."
        load_records(csv_record(ONE, text=text), csv_record(TWO))

    def enter(self, address):
        page = self.open_window()
        self.log_in_as(page, self.curator)
        self.visit(page, f"/admin/cables/{address}")
        return page

    def test_a_name_is_searched_accepted_by_keys_and_redacted(self):
        page = self.enter("redactionsearch/add/")
        page.get_by_label("Names:", exact=True).fill("Quinto Rossi")
        self.press(page, "Search all texts")
        work()
        page.reload()
        self.follow(page, "Go through the matches")
        self.follow(page, "Match by match")
        page.locator("[data-match] input[type=radio]").first.focus()
        page.keyboard.press("a")
        page.keyboard.press("r")
        self.press(page, "Save the decisions of this page")
        expect(page.locator(".messagelist")).to_contain_text("2 decided.")
        decisions = RedactionSearch.objects.get().matches.order_by("kind")
        self.assertEqual([row.decision for row in decisions], ["accepted", "rejected"])
        self.follow(page, "Redact the accepted matches")
        page.get_by_label("Reason, as readers will see it").fill("A witness is named.")
        self.press(page, "Redact 1 cable")
        work()
        body = Cable.objects.get(reference=ONE).body
        self.assertIn("[redacted] raised the fees. Rossis left.", body)

    def start(self, page):
        """Search for two names; return the page of the forms."""
        page.get_by_label("Names:", exact=True).fill("Quinto Rossi\nAda Grew")
        self.press(page, "Search all texts")
        work()
        page.reload()
        self.follow(page, "Go through the matches")
        return page

    def test_forms_are_ticked_by_keys_decided_confirmed_and_taken_back(self):
        self.enterContext(
            mock.patch("cables.admin.redaction_search.review_pages.MOST_UNCONFIRMED", 3)
        )
        rows = (csv_record(name, text=text) for name, text in OTHERS.items())
        load_records(*rows)
        page = self.start(self.enter("redactionsearch/add/"))
        self.look(page)
        expect(page.locator("[data-form] legend")).to_have_text(FORMS)
        page.locator("[data-form] input[type=checkbox]").first.focus()
        for key in ("x", "k", "j", "x", "Enter"):  # Enter presses no button.
            page.keyboard.press(key)
        expect(page.locator("[data-unsaved]")).to_have_text("2 forms are ticked.")
        if os.environ.get("CABLES_PICTURES"):
            page.get_by_role("navigation", name="Which matches").scroll_into_view_if_needed()
            page.screenshot(path=PICTURES / "desk-forms.png")
        self.press(page, "Reject the ticked forms")
        expect(page.locator("#content")).to_contain_text("Reject 4 matches?")
        self.look(page)
        self.press(page, "Reject 4 matches")
        expect(page.locator(".messagelist")).to_contain_text("4 decided.")
        self.press(page, "Take back the last decision on many: 4 rejected")
        expect(page.locator(".messagelist")).to_contain_text("Taken back: 4")
        self.assertEqual(RedactionSearch.objects.get().matches.undecided().count(), 7)

    def test_choices_that_are_not_saved_are_counted_and_warned_of(self):
        page = self.start(self.enter("redactionsearch/add/"))
        self.follow(page, "Match by match")
        self.look(page)
        asked = []

        def stay(dialog):
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        page.locator("[data-match] input[type=radio]").nth(1).check()
        expect(page.locator("[data-unsaved]")).to_have_text("1 choice is not saved.")
        bar = page.locator(".save-bar").bounding_box()
        self.assertLessEqual(bar["y"] + bar["height"], page.viewport_size["height"])
        with page.expect_event("dialog"):
            page.get_by_role("link", name="By form").click(no_wait_after=True)
        self.assertEqual(asked, ["beforeunload"])
        self.press(page, "Save the decisions of this page")
        expect(page.locator(".messagelist")).to_contain_text("1 decided.")
        self.follow(page, "By form")
        expect(page.locator("h1")).to_have_text("Go through the forms")
        self.assertEqual(asked, ["beforeunload"])

    def test_a_word_is_hidden_at_one_place_by_keyboard(self):
        text = "1. Miss Grew left.\n2. The yacht Grew was sold."
        load_records(csv_record("09ROME900003", text=text))
        page = self.start(self.enter("redactionsearch/add/"))
        self.follow(page, "Match by match")
        self.look(page)
        page.get_by_label("with the word before: “Miss Grew”").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator(".messagelist")).to_contain_text("1 decided.")
        row = RedactionSearch.objects.get().matches.get(decision="accepted")
        self.assertEqual(row.longer, ["Miss Grew"])

    def look(self, page):
        """Fail if the page has an obstacle, loads what is refused, or is too wide on a phone."""
        self.assertEqual(page.said, [])
        for size in (NARROWEST, DESKTOP):
            with self.subTest(page.url, size=size):
                self.show(page, size)
                page.evaluate(OPEN_EVERYTHING)
                self.check_page(page)
                wide = "document.documentElement.scrollWidth - window.innerWidth"
                self.assertLessEqual(page.evaluate(wide), 0)
        page.said.clear()  # Axe sets styles, which are refused.

    def test_words_are_selected_and_taken_by_keyboard(self):
        page = self.enter(f"redaction/new/?cable={ONE}")
        before = page.locator("pre.wire").inner_text()
        page.evaluate(
            """() => {
              const text = document.querySelector("pre.wire");
              const at = text.firstChild.data.indexOf("Quinto Rossi");
              text.focus();
              document.getSelection().collapse(text.firstChild, at);
            }"""
        )
        for _ in "Quinto Rossi":
            page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("x")
        page.keyboard.press("Enter")
        expect(page.locator("#id_words")).to_have_value("Quinto Rossi")
        expect(page.locator("pre.wire mark")).to_have_text("Quinto Rossi")
        self.expect_value(page.locator("pre.wire").inner_text, before)
        expect(page.get_by_role("status").last).to_contain_text("Taken: Quinto Rossi")
