"""A curator redacts a cable in a browser, sees the page before and after, and lifts it again."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.auth.models import User

from cables.loader import load
from cables.models import Cable, Redaction
from tests.browser.base import BrowserTestCase
from tests.source_files import csv_file, csv_record

REFERENCE = "09ROME900001"
# Where pictures of the walk go, if anybody wants them.
PICTURES = os.environ.get("PICTURES_OF_DECISIONS")


class RedactWalkTests(BrowserTestCase):
    def setUp(self):
        with TemporaryDirectory() as folder:
            texts = (csv_record(REFERENCE, text="Quinto Rossi raised the fees."),)
            others = (csv_record("09ROME900002", text="Quinto Rossi waved."),)
            load(csv_file(Path(folder), *texts, *others))
        self.root = User.objects.create_superuser("root")
        self.cable = Cable.objects.get(reference=REFERENCE)
        self.client.force_login(self.root)

    def picture(self, page, name):
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)

    def test_the_walk(self):
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        page = self.open("/admin/login/")
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key}
        page.context.add_cookies([cookie | {"url": self.live_server_url}])
        page.goto(f"{self.live_server_url}/admin/cables/cable/{self.cable.pk}/change/")
        page.get_by_role("link", name="Redact", exact=True).click()
        page.get_by_label("Words").fill("Quinto Rossi")
        page.get_by_label("Reason, as readers will see it").fill("A witness is named.")
        page.get_by_role("button", name="See what it would change").click()
        self.assertIn("09ROME900002", page.get_by_role("main").inner_text())
        self.picture(page, "redact")
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="See the page as readers will").click()
        preview = opened.value
        preview.wait_for_load_state()
        self.assertIn("[redacted] raised the fees.", preview.inner_text("#par1"))
        self.picture(preview, "preview")
        self.assertFalse(Redaction.objects.exists())
        page.get_by_role("button", name="Redact", exact=True).click()
        page.goto(f"{self.live_server_url}/cable/{REFERENCE}/")
        self.assertIn("[redacted] raised the fees.", page.inner_text("#par1"))
        made = Redaction.objects.get()
        page.goto(f"{self.live_server_url}/admin/cables/redaction/{made.pk}/lift/")
        page.get_by_label("Reason, for the log").fill("He is known.")
        page.get_by_role("button", name="Lift the redaction").click()
        page.goto(f"{self.live_server_url}/cable/{REFERENCE}/")
        self.assertIn("Quinto Rossi raised the fees.", page.inner_text("#par1"))

    def test_words_that_are_selected_are_taken_over(self):
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        page = self.open("/admin/login/")
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key}
        page.context.add_cookies([cookie | {"url": self.live_server_url}])
        page.goto(f"{self.live_server_url}/admin/cables/redaction/new/?cable={REFERENCE}")
        page.evaluate(
            """() => {
                const text = document.querySelector("pre.wire").firstChild;
                const at = text.data.indexOf("Quinto Rossi");
                document.getSelection().setBaseAndExtent(text, at, text, at + 12);
            }"""
        )
        page.get_by_role("button", name="Take the words").click()
        self.assertEqual(page.get_by_label("Words").input_value(), "Quinto Rossi")
