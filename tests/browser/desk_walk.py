"""A base for walks over the desk: curators in their roles, who press, follow, read and look.

With CABLES_PICTURES=1 such a walk draws the pictures of docs/pictures anew.
"""

import os
import tempfile
from pathlib import Path
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings

from cables.models.roles import ROLES, make_roles
from tests.browser.base import DESKTOP, NARROWEST, BrowserTestCase
from tests.paths import PROJECT

PICTURES = PROJECT / "docs" / "pictures"
LOOKS = [(NARROWEST, "dark"), (DESKTOP, "light")]
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
# Colours of links change over some time.
SETTLE = "Promise.allSettled(document.getAnimations().map((each) => each.finished))"
# By how many pixels a list is wider than the frame in which it would have to be moved.
WIDE_LIST = """Math.max(0, ...[...document.querySelectorAll(".results")].map(
    (frame) => frame.scrollWidth - frame.clientWidth))"""


class DeskWalk(BrowserTestCase):
    """A test with one curator for each role, whose name is that of the role in small letters."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.enterContext(override_settings(UPLOADS_DIR=self.folder / "uploads", SOURCES_DIR=None))
        # A page that loads itself anew while it is looked at breaks the rules for a moment.
        self.enterContext(mock.patch("cables.admin.loads.REFRESH", "600"))
        make_roles(apps)
        for role in ROLES:
            curator = User.objects.create_user(role.lower(), is_staff=True)
            curator.groups.add(Group.objects.get(name=role))

    def enter(self, role, address=""):
        """Return the desk as a curator of this role has it."""
        page, client = self.open("/admin/login/"), Client()
        client.force_login(User.objects.get(username=role.lower()))
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.live_server_url}
        page.context.set_default_timeout(10_000)
        page.context.add_cookies([cookie])
        page.goto(f"{self.live_server_url}/admin/{address}")
        return page

    def press(self, page, name):
        """Press a button and wait for the page that it leads to."""
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    def follow(self, page, name):
        """Follow the first link of this name and wait for its page."""
        with page.expect_navigation():
            page.get_by_role("link", name=name, exact=True).first.click()

    def look(self, page, picture=None):
        """Fail if the page has an obstacle or is too wide; perhaps make a picture of it.

        It is looked at on a telephone in the dark and on a desktop by day, where no list is wider
        than its frame. The picture has the size of the window.
        """
        checked = self.checked_looks(LOOKS)
        for (width, height), scheme in LOOKS:
            with self.subTest(page.url, width=width):
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=scheme)
                page.evaluate(SETTLE)
                self.assertLessEqual(page.evaluate(TOO_WIDE), 0)
                if width == DESKTOP[0]:
                    self.assertLessEqual(page.evaluate(WIDE_LIST), 0)
                if ((width, height), scheme) in checked:
                    self.check_page(page)
        if picture:
            self.draw(page, picture)

    def draw(self, page, picture):
        """Make a picture of what the window shows, if pictures are to be drawn anew."""
        if os.environ.get("CABLES_PICTURES"):
            page.screenshot(path=PICTURES / f"desk-{picture}.png")

    def expect_message(self, page, sentence):
        """Fail if the desk does not say this sentence above the page."""
        self.assertIn(sentence, page.locator(".messagelist").inner_text())

    def read(self, address):
        """Return what a reader gets at an address."""
        return Client().get(address).content.decode()

    def status(self, reference):
        """Return the HTTP status with which a reader gets the page of a cable."""
        return Client().get(f"/cable/{reference}/").status_code
