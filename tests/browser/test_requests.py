"""A request goes from the form of a reader to the letter of a curator; nothing needs a script.

With CABLES_PICTURES=1 the picture of docs/pictures is drawn anew.
"""

from django.contrib.auth.models import User
from django.test import override_settings
from playwright.sync_api import expect

from cables.models import LetterTemplate, RequestCase
from tests.browser.desk_walk import DeskWalk
from tests.builders import make_cable
from tests.slow import slow

LETTER = "Dear $name,\n\nwe have not done what you asked about $cables, because: $reason"


@override_settings(REQUEST_FORM=True, CSRF_COOKIE_PATH="/", REQUEST_ADDRESS="desk@example.org")
@slow("no walk over the desk")
class RequestTests(DeskWalk):
    def setUp(self):
        super().setUp()
        make_cable("06BERLIN900001")
        LetterTemplate.objects.update_or_create(occasion="refused", defaults={"text": LETTER})

    def send(self, page):
        """Send a request, as a reader, from the page of a cable."""
        self.visit(page, "/cable/06BERLIN900001/")
        self.follow(page, "Ask to take down or correct")
        self.look(page)
        self.follow(page, "the form")
        self.look(page)
        expect(page.get_by_label("Cables and paragraphs")).to_have_value("06BERLIN900001")
        page.get_by_label("What is wrong, and why").fill("My uncle is named in it.")
        page.get_by_label("Your name").fill("Quinta Rossi")
        page.get_by_label("How the archive can reach you").fill("quinta@example.org")
        self.press(page, "Send")
        self.look(page)
        expect(page.locator("main")).to_contain_text(RequestCase.objects.get().number)

    def test_from_the_form_to_the_letter(self):
        page = self.open_window()
        self.send(page)
        self.log_in_as(page, User.objects.get(username="redactor"))  # In the reader's window.
        self.visit(page, "/admin/")
        self.follow(page, "Requests to take down or correct")
        self.look(page)
        self.follow(page, RequestCase.objects.get().number)
        self.look(page)
        expect(page.locator("main")).to_contain_text("is published")
        self.follow(page, "Comment on the case")
        page.get_by_label("Comment").fill("She sent her passport.")
        self.press(page, "Comment")
        self.draw(page, "request")
        self.follow(page, "Close the case")
        self.look(page)
        page.get_by_label("Outcome").select_option("refused")
        page.get_by_label("Reason of the decision").fill("He held an office.")
        self.press(page, "Close the case")
        self.look(page)
        self.follow(page, "Letter")
        self.look(page)
        letter = page.get_by_label("Letter", exact=False).input_value()
        for words in ("Dear Quinta Rossi,", "06BERLIN900001", "because: He held an office."):
            self.assertIn(words, letter)
        page.get_by_label("It was sent").check()
        self.press(page, "Save the letter")
        expect(page.locator("main")).to_contain_text("Letter sent:")
