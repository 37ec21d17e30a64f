"""A load in a browser, without a script of ours: chosen, compared, looked at, applied, released."""

import os
import tempfile
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.test import override_settings

from cables.loader import load
from cables.models import Cable, LoadRow
from tests.browser.base import DESKTOP, NARROWEST, BrowserTestCase
from tests.builders import withhold
from tests.source_files import csv_file, csv_record
from tests.working import work

ONE, TWO = "09ROME900001", "09ROME900002"
# Drawn anew with CABLES_PICTURES=1.
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


class LoadingTests(BrowserTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.enterContext(override_settings(UPLOADS_DIR=self.folder / "uploads", SOURCES_DIR=None))
        User.objects.create_superuser("root")
        self.client.force_login(User.objects.get())
        load(csv_file(self.folder, csv_record(ONE)))
        self.axe = Axe()

    def enter(self, address, size=DESKTOP):
        page = self.open("/admin/login/", size=size)
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        page.goto(self.live_server_url + address)
        return page

    def look(self, page):
        """Fail if the page has an obstacle, or is wider than its window."""
        with self.subTest(page.url, size=page.viewport_size):
            violations = self.axe.run(page).response["violations"]
            found = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
            self.assertEqual(found, [])
            wide = "document.documentElement.scrollWidth - window.innerWidth"
            self.assertLessEqual(page.evaluate(wide), 0)

    def draw(self, page, name):
        """Make a picture for the docs, if they are to be made anew."""
        if os.environ.get("CABLES_PICTURES") and page.viewport_size["width"] == DESKTOP[0]:
            page.screenshot(path=PICTURES / f"{name}.png")

    def press(self, page, name):
        """Press a button and wait for the page that it leads to."""
        with page.expect_navigation():
            page.get_by_role("button", name=name).click()

    def choose(self, page, *records, **values):
        file = csv_file(self.folder, *records, name="release.csv")
        page.set_input_files("#id_upload", file)
        for name, value in values.items():
            page.fill(f"#id_{name}", value)
        self.press(page, "Compare")
        work()
        page.reload()

    def test_a_file_is_compared_looked_at_and_applied(self):
        for size in (DESKTOP, NARROWEST):
            page = self.enter("/admin/cables/load/add/", size)
            self.look(page)
            text = f"Fees fell in {size[0]}."
            self.choose(page, csv_record(ONE, text=text), csv_record(TWO), "broken\n")
            self.look(page)
            self.draw(page, "desk-load")
            page.get_by_role("link", name="Changed cables").click()
            self.look(page)
            self.draw(page, "desk-preview")
            self.assertIn(f"{size[0]}.", " ".join(page.locator("ins").all_inner_texts()))
            page.go_back()
            self.press(page, "Apply")
            self.look(page)
            work()
            page.reload()
            self.look(page)
            self.assertIn("Finished", page.locator(".field-state").inner_text())
            self.assertIn(text, Cable.objects.get(reference=ONE).body)

    def test_a_held_record_is_looked_at_and_applied(self):
        withhold(Cable.objects.get(), "It names a ship.")
        load(csv_file(self.folder, csv_record(ONE, text="Fees fell.")))
        row = LoadRow.objects.get()
        page = self.enter(f"/admin/cables/loadrow/{row.pk}/change/", NARROWEST)
        self.look(page)
        page.get_by_role("link", name="Apply it").click()
        self.look(page)
        self.assertIn("fell", " ".join(page.locator("ins").all_inner_texts()))
        page.fill("#id_reason", "The newer text.")
        self.press(page, "Apply")
        self.look(page)
        self.assertIn("Applied", page.locator(".field-outcome").inner_text())

    def test_an_embargo_is_set_and_ended_by_hand(self):
        page = self.enter("/admin/cables/load/add/", NARROWEST)
        self.choose(page, csv_record(TWO), due="2099-01-01T12:00", reason="Until the release.")
        self.press(page, "Apply")
        work()
        page.reload()
        self.look(page)
        self.assertEqual(LoadRow.objects.get().outcome, "waiting")
        page.get_by_role("link", name="Release now").click()
        self.look(page)
        page.fill("#id_reason", "The newspaper is out.")
        self.press(page, "Release now")
        self.look(page)
        self.assertTrue(Cable.objects.filter(reference=TWO).exists())
