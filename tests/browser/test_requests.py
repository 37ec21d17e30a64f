"""A curator works a request off to its end at the desk, from the letter to the letter.

Every link, button, tick and text that is typed counts as one action.
"""

from playwright.sync_api import expect

from cables.models import Article, Cable, LetterTemplate, RequestCase
from tests.articles.test_render import make_article
from tests.browser.desk_walk import DeskWalk
from tests.builders import load_records
from tests.slow import slow
from tests.source_files import csv_record
from tests.working import work

ONE, TWO, GONE = "09ROME900001", "09ROME900002", "09ROME900009"
MOST_ACTIONS = 30


@slow("no walk over the desk")
class CaseTests(DeskWalk):
    def setUp(self):
        super().setUp()
        self.actions = 0
        texts = {ONE: "Quinta Rossi raised the fees.", TWO: "Her house is at the harbor."}
        load_records(*(csv_record(name, text=text) for name, text in texts.items()))
        letter = {"text": "Dear $name,\n\n$done"}
        LetterTemplate.objects.update_or_create(occasion="granted", defaults=letter)
        make_article(title="Harbor fees", body="Quinta Rossi raised them.")

    def press(self, page, name):
        self.actions += 1
        super().press(page, name)

    def follow(self, page, name):
        self.actions += 1
        super().follow(page, name)

    def fill(self, page, **values):
        """Type into fields, by their names."""
        for name, value in values.items():
            self.actions += 1
            page.locator(f"[name={name}]").first.fill(value)

    def check(self, page, label):
        self.actions += 1
        page.get_by_label(label).check()

    def left(self, page):
        return page.locator("section[aria-labelledby=left]")

    def test_a_request_is_worked_off_from_its_page(self):
        page = self.enter("redactor")
        self.record(page)
        self.redact_the_name(page)
        self.withhold(page)
        self.repair_the_article()
        self.close(page)
        self.assertLessEqual(self.actions, MOST_ACTIONS)

    def record(self, page):
        self.follow(page, "Requests to take down or correct")
        self.follow(page, "Add case")
        self.fill(page, name="Quinta Rossi", contact="quinta@example.org")
        self.fill(page, message="I am named.", places="\n".join([ONE, TWO, GONE]))
        self.press(page, "Save and continue editing")
        self.look(page)
        expect(self.left(page)).to_contain_text(f"{ONE} is published, and nothing was done")

    def redact_the_name(self, page):
        self.follow(page, "Find the names")
        self.look(page)
        expect(page.locator("[name=names]")).to_have_value("Quinta Rossi")
        self.press(page, "Search all texts")
        work()
        page.reload()
        self.follow(page, "Go through the matches")
        self.press(page, "Accept all of Quinta Rossi")
        self.follow(page, "Redact the accepted matches")
        self.fill(page, reason="A private person.")
        self.press(page, "Redact 1 cable")
        work()
        self.follow(page, RequestCase.objects.get().number)
        self.look(page)
        expect(self.left(page)).to_contain_text("Article Harbor fees still has the words.")

    def withhold(self, page):
        lines = page.locator(".field-cables_here p", has_text=TWO)
        self.actions += 1
        with page.expect_navigation():
            page.locator(f"a[href*='cable/withhold/?cable={TWO}']").click()
        expect(lines).to_have_count(0)
        self.look(page)
        self.fill(page, reason="It tells where somebody lives.")
        self.press(page, "Withhold")
        expect(page.locator("main")).to_contain_text(f"{TWO} is withheld")

    def repair_the_article(self):
        """By a Cataloguer, whose work it is."""
        page = self.enter("cataloguer", f"cables/article/{Article.objects.get().pk}/change/")
        self.fill(page, body="Somebody raised them.", why="A private person.")
        self.press(page, "Save")

    def close(self, page):
        page.reload()
        expect(self.left(page)).to_contain_text("Nothing.")
        self.follow(page, "Close the case")
        self.look(page)
        page.get_by_label("Outcome").select_option("granted")
        self.actions += 1
        self.fill(page, reason="You are a private person.")
        self.press(page, "Close the case")
        self.follow(page, "Letter")
        self.look(page)
        letter = page.locator("[name=text]").input_value()
        for words in (
            f"Readers can read {ONE}: a part of it is redacted since",
            f"{TWO} is withheld from readers since",
            f"Readers find no {GONE} in this archive.",
        ):
            self.assertIn(words, letter)
        self.check(page, "It was sent")
        self.press(page, "Save the letter")
        expect(self.left(page)).to_contain_text("Nothing.")
        self.assertIn("[redacted]", Cable.objects.get(reference=ONE).body)
