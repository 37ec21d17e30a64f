"""The page of data sets in a browser: read on a phone, a file downloaded."""

import hashlib
import tempfile
from pathlib import Path

from django.test import override_settings

from cables.api.data_sets import make_data_set
from tests.browser.base import BrowserTestCase
from tests.builders import make_cable


class DataSetPageTests(BrowserTestCase):
    def setUp(self):
        settings = {"DATA_SETS": "https://cables.example.org", "DATA_LICENCE": "Public domain."}
        self.enterContext(
            override_settings(
                DATA_SETS_DIR=Path(self.enterContext(tempfile.TemporaryDirectory())), **settings
            )
        )
        make_cable()
        self.made = make_data_set()

    def test_it_breaks_no_rule_of_accessibility_and_fits_a_phone(self):
        self.check_pages(["/datasets/"])

    def test_a_file_is_downloaded_whole(self):
        page = self.open("/datasets/")
        with page.expect_download() as download:
            page.get_by_role("link", name="cables.parquet").click()
        content = Path(download.value.path()).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        self.assertEqual(digest, self.made.file("cables.parquet").digest)
