"""A curator loads a table of another shape: its columns are chosen, looked at and compared."""

import tempfile
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.contrib.auth.models import User
from django.test import override_settings
from playwright.sync_api import expect

from cables.models import ColumnMapping, Load
from tests.browser.base import DESKTOP, NARROWEST, BrowserTestCase
from tests.working import work

ROWS = ["Nr;Datum;Post;What it says"]
ROWS += [f"09ROME{900_001 + n};1/2/2009;Embassy Rome;Fees rose {n} times." for n in range(12)]
WIDE = "document.documentElement.scrollWidth - window.innerWidth"


class TablesTests(BrowserTestCase):
    def setUp(self):
        self.enterContext(mock.patch("cables.admin.loads.REFRESH", "600"))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.enterContext(override_settings(UPLOADS_DIR=self.folder / "uploads"))
        self.client.force_login(User.objects.create_superuser("root"))

    def open_desk(self, path):
        page = self.open_window()
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        self.visit(page, path)
        return page

    def look(self, page):
        for width, height in (NARROWEST, DESKTOP):
            with self.subTest(page.url, width=width):
                page.set_viewport_size({"width": width, "height": height})
                self.check_page(page)
                self.assertLessEqual(page.evaluate(WIDE), 0)

    def test_the_columns_of_a_table_are_chosen_and_saved(self):
        path = self.folder / "table.csv"
        path.write_text("\n".join(ROWS))
        page = self.open_desk("/admin/cables/load/add/")
        page.get_by_label("A file of yours").set_input_files(path)
        page.get_by_role("button", name="Compare").click()
        expect(page.get_by_role("heading", name="Choose its columns")).to_be_visible()
        expect(page.get_by_label("Between columns")).to_have_value(";")
        self.look(page)
        for label, column in (("Reference", "Nr"), ("Date", "Datum"), ("Body", "What it says")):
            page.get_by_label(f"{label}:", exact=True).select_option(column)
        page.get_by_label("Dates in numbers").select_option("day-first")
        page.get_by_role("button", name="Show the preview").click()
        expect(page.get_by_role("heading", name="Its first 10 rows")).to_be_visible()
        expect(page.locator(".results table")).to_contain_text("1 February 2009")
        expect(page.locator("#columns")).to_contain_text("can be read both ways")
        self.look(page)
        page.get_by_label("Save this mapping as").fill("Office at Rome")
        page.get_by_role("button", name="Compare with the archive").click()
        expect(page.locator("#main")).to_contain_text("is being compared")
        work()
        page.reload()
        expect(page.locator("#main")).to_contain_text("New cables: 12")
        expect(page.locator("#main")).to_contain_text("Office at Rome")
        self.assertEqual((Load.objects.get().state, ColumnMapping.objects.count()), ("compared", 1))
