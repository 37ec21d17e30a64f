"""A request goes from the form of a reader to the letter of a curator; nothing needs a script.

With CABLES_PICTURES=1 the picture of docs/pictures is drawn anew.
"""

import os

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import override_settings

from cables.models import LetterTemplate, RequestCase
from cables.models.roles import make_roles
from tests.browser.base import DESKTOP, NARROWEST, BrowserTestCase
from tests.builders import make_cable
from tests.paths import PROJECT

PICTURE = PROJECT / "docs" / "pictures" / "desk-request.png"
LETTER = "Dear $name,\n\nwe have not done what you asked about $cables, because: $reason"


@override_settings(REQUEST_FORM=True, CSRF_COOKIE_PATH="/", REQUEST_ADDRESS="desk@example.org")
class RequestTests(BrowserTestCase):
    def setUp(self):
        make_roles(apps)
        make_cable("06BERLIN900001")
        LetterTemplate.objects.update_or_create(occasion="refused", defaults={"text": LETTER})
        curator = User.objects.create_user("rita", is_staff=True)
        curator.groups.add(Group.objects.get(name="Redactor"))
        self.client.force_login(curator)

    def enter(self, page):
        """Log the curator in."""
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        self.visit(page, "/admin/")

    def follow(self, page, name):
        with page.expect_navigation():
            page.get_by_role("link", name=name, exact=True).first.click()

    def press(self, page, name):
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    def look(self, page):
        """Fail if the page breaks a rule of accessibility or is wider than a phone."""
        with self.subTest(page.url):
            page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
            wide = "document.documentElement.scrollWidth - window.innerWidth"
            self.assertLessEqual(page.evaluate(wide), 0)
            page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
            self.check_page(page)

    def send(self, page):
        """Send a request, as a reader, from the page of a cable."""
        self.visit(page, "/cable/06BERLIN900001/")
        self.follow(page, "Ask to take down or correct")
        self.look(page)
        self.follow(page, "the form")
        self.look(page)
        self.assertEqual(page.get_by_label("Cables and paragraphs").input_value(), "06BERLIN900001")
        page.get_by_label("What is wrong, and why").fill("My uncle is named in it.")
        page.get_by_label("Your name").fill("Quinta Rossi")
        page.get_by_label("How the archive can reach you").fill("quinta@example.org")
        self.press(page, "Send")
        self.look(page)
        self.assertIn(RequestCase.objects.get().number, page.locator("main").inner_text())

    def test_from_the_form_to_the_letter(self):
        page = self.open_window()
        self.send(page)
        self.enter(page)
        self.follow(page, "Requests to take down or correct")
        self.look(page)
        self.follow(page, RequestCase.objects.get().number)
        self.look(page)
        self.assertIn("is published", page.locator("main").inner_text())
        self.follow(page, "Comment on the case")
        page.get_by_label("Comment").fill("She sent her passport.")
        self.press(page, "Comment")
        if os.environ.get("CABLES_PICTURES"):
            page.screenshot(path=PICTURE)
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
        self.assertIn("Letter sent:", page.locator("main").inner_text())
