"""A curator redacts over the archive by keyboard, and selects words of a text by keyboard."""

import tempfile
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.contrib.auth.models import Permission, User
from playwright.sync_api import expect

from cables.loader import load
from cables.models import Cable, RedactionSearch
from tests.browser.base import BrowserTestCase
from tests.source_files import csv_file, csv_record
from tests.working import work

ONE, TWO = "09ROME900001", "09ROME900002"
RIGHTS = ("redact_cable", "see_sealed", "view_cable")


class RedactionSearchTests(BrowserTestCase):
    def setUp(self):
        self.enterContext(mock.patch("cables.admin.redaction_search_admin.REFRESH", "600"))
        self.curator = User.objects.create_user("anna", is_staff=True)
        self.curator.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
        text = "Quinto Rossi raised the fees. Rossis left."
        with tempfile.TemporaryDirectory() as folder:
            load(csv_file(Path(folder), csv_record(ONE, text=text), csv_record(TWO)))

    def enter(self, address):
        page = self.open("/admin/login/")
        self.client.force_login(self.curator)
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        page.goto(f"{self.live_server_url}/admin/cables/{address}")
        return page

    def test_a_name_is_searched_accepted_by_keys_and_redacted(self):
        page = self.enter("redactionsearch/add/")
        page.get_by_label("Names:", exact=True).fill("Quinto Rossi")
        page.get_by_role("button", name="Search all texts").click()
        work()
        page.reload()
        page.get_by_role("link", name="Go through the matches").first.click()
        page.locator("[data-match] input").nth(1).focus()
        page.keyboard.press("a")
        page.keyboard.press("r")
        page.get_by_role("button", name="Save the decisions of this page").click()
        expect(page.locator(".messagelist")).to_contain_text("2 decided.")
        decisions = RedactionSearch.objects.get().matches.order_by("kind")
        self.assertEqual([row.decision for row in decisions], ["accepted", "rejected"])
        page.get_by_role("link", name="Redact the accepted matches").click()
        page.get_by_label("Reason, as readers will see it").fill("A witness is named.")
        page.get_by_role("button", name="Redact 1 cable").click()
        work()
        body = Cable.objects.get(reference=ONE).body
        self.assertIn("[redacted] raised the fees. Rossis left.", body)

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
        self.assertEqual(page.locator("#id_words").input_value(), "Quinto Rossi")
        self.assertEqual(page.locator("pre.wire mark").inner_text(), "Quinto Rossi")
        self.assertEqual(page.locator("pre.wire").inner_text(), before)
        expect(page.get_by_role("status").last).to_contain_text("Taken: Quinto Rossi")
