"""A curator proposes a redaction, another one looks at it, comments and approves it.

With CABLES_PICTURES=1 the picture of docs/pictures is drawn anew.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import override_settings

from cables.loader import load
from cables.models import Cable, Change
from cables.models.roles import make_roles
from reading_room.approval_settings import parse_approvals
from tests.browser.base import DESKTOP, NARROWEST, BrowserTestCase
from tests.paths import PROJECT
from tests.source_files import csv_file, csv_record

PICTURE = PROJECT / "docs" / "pictures" / "desk-proposal.png"
ONE = "09ROME900001"


@override_settings(APPROVALS=parse_approvals("redact = Redactor"))
class ProposalTests(BrowserTestCase):
    def setUp(self):
        make_roles(apps)
        with TemporaryDirectory() as folder:
            load(csv_file(Path(folder), csv_record(ONE, text="Quinto Rossi raised the fees.")))
        for name in ("anna", "ben"):
            curator = User.objects.create_user(name, is_staff=True)
            curator.groups.add(Group.objects.get(name="Redactor"))

    def enter(self, name):
        """Log somebody in; return the page of a window."""
        page = self.open_window()
        self.client.force_login(User.objects.get(username=name))
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        return page

    def press(self, page, name):
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    def follow(self, page, name):
        with page.expect_navigation():
            page.get_by_role("link", name=name, exact=True).first.click()

    def look(self, page):
        """Fail if the page breaks a rule of accessibility or is wider than a phone."""
        with self.subTest(page.url):
            page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
            wide = "document.documentElement.scrollWidth - window.innerWidth"
            self.assertLessEqual(page.evaluate(wide), 0)
            page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
            self.check_page(page)

    def propose(self):
        page = self.enter("anna")
        self.visit(page, f"/admin/cables/redaction/new/?cable={ONE}")
        page.locator("#id_words").fill("Quinto Rossi")
        page.locator("#id_reason").fill("A witness.")
        self.press(page, "See what it would change")
        self.press(page, "Redact")
        self.assertIn("Nothing changes until", page.locator("body").inner_text())
        self.follow(page, f"Redact {ONE}")
        self.look(page)

    def test_from_the_proposal_to_its_approval(self):
        self.propose()
        page = self.enter("ben")
        self.visit(page, "/admin/")
        self.follow(page, "Proposals that wait for your approval")
        self.look(page)
        self.follow(page, f"Redact {ONE}")
        self.look(page)
        self.follow(page, "Comment")
        page.get_by_label("Comment").fill("He is named in paragraph 1 only.")
        self.press(page, "Comment")
        self.assertIn("He is named", page.locator("main").inner_text())
        if os.environ.get("CABLES_PICTURES"):
            page.screenshot(path=PICTURE)
        self.follow(page, "Approve")
        self.look(page)
        self.press(page, "Approve and carry out")
        self.look(page)
        self.assertNotIn("Rossi", Cable.objects.get().body)
        entry = Change.objects.get(action="redacted")
        self.assertEqual((entry.by.username, entry.approved_by.username), ("anna", "ben"))
