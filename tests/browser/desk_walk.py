"""A base for walks over the desk: curators in their roles, who press, follow, read and look.

With CABLES_PICTURES=1 such a walk draws the pictures of docs/pictures anew.
"""

import os
from unittest import mock

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings
from playwright.sync_api import expect

from cables.models.roles import ROLES, make_roles
from tests.browser.base import DESKTOP, NARROWEST, BrowserTestCase
from tests.paths import PROJECT

PICTURES = PROJECT / "docs" / "pictures"
LOOKS = [(NARROWEST, "dark"), (DESKTOP, "light")]
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
# By how many pixels a list is wider than the frame in which it would have to be moved.
WIDE_LIST = """Math.max(0, ...[...document.querySelectorAll(".results")].map(
    (frame) => frame.scrollWidth - frame.clientWidth))"""


class DeskWalk(BrowserTestCase):
    """A test with one curator for each role, whose name is that of the role in small letters."""

    def setUp(self):
        self.enterContext(override_settings(UPLOADS_DIR=self.folder / "uploads", SOURCES_DIR=None))
        # A page that loads itself anew while it is looked at breaks the rules for a moment.
        self.enterContext(mock.patch("cables.admin.base.REFRESH", "600"))
        make_roles(apps)
        for role in ROLES:
            curator = User.objects.create_user(role.lower(), is_staff=True)
            curator.groups.add(Group.objects.get(name=role))

    def enter(self, role, address=""):
        """Return the desk as a curator of this role has it."""
        page = self.open_window()
        self.log_in_as(page, User.objects.get(username=role.lower()))
        self.visit(page, f"/admin/{address}")
        return page

    def look(self, page, picture=None):
        """Fail if the page has an obstacle or is too wide; perhaps make a picture of it.

        It is looked at on a telephone in the dark and on a desktop by day, where no list is wider
        than its frame. The picture has the size of the window.
        """
        checked = self.checked_looks(LOOKS)
        for size, scheme in LOOKS:
            with self.subTest(page.url, size=size):
                self.show(page, size, scheme)
                self.assertLessEqual(page.evaluate(TOO_WIDE), 0)
                if size == DESKTOP:
                    self.assertLessEqual(page.evaluate(WIDE_LIST), 0)
                if (size, scheme) in checked:
                    self.check_page(page)
        if picture:
            self.draw(page, picture)

    def draw(self, page, picture):
        """Make a picture of what the window shows, if pictures are to be drawn anew."""
        if os.environ.get("CABLES_PICTURES"):
            page.screenshot(path=PICTURES / f"desk-{picture}.png")

    def expect_message(self, page, sentence):
        """Fail if the desk does not say this sentence above the page."""
        expect(page.locator(".messagelist")).to_contain_text(sentence)

    def read(self, address):
        """Return what a reader gets at an address."""
        return Client().get(address).content.decode()

    def status(self, reference):
        """Return the HTTP status with which a reader gets the page of a cable."""
        return Client().get(f"/cable/{reference}/").status_code
