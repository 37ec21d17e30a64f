"""A cable has a day of release only if its source, or who loads it, gives one."""

import json
from datetime import date

from cables.loader import load
from cables.models import Cable
from tests.base import TestCase
from tests.source_files import csv_file, csv_record, page_file

CSV = "09ROME900002"
RELEASED = date(2011, 3, 8)


class ReleaseDayTests(TestCase):
    def load(self, **options):
        load(csv_file(self.folder, csv_record(CSV)), **options)

    def text(self, address):
        return self.client.get(address, follow=True).content.decode()

    def test_a_cable_without_a_day_of_release_shows_none_anywhere(self):
        self.load()
        self.assertIsNone(Cable.objects.get().release_day)
        for address in (f"/cable/{CSV}/", "/created/2009/02/", "/search/?q=fees", "/"):
            with self.subTest(address):
                page = self.text(address)
                self.assertNotIn("Released<", page)
                self.assertNotIn("0001-01-01", page)
                self.assertNotIn("citation_online_date", page)
        self.assertIn("Latest additions", self.text("/"))
        self.assertIn("Sort by <b>Oldest</b>", self.text("/created/2009/02/"))
        self.assertIn("None of the documents here has a day of release", self.text("/released/"))
        row = json.loads(self.text("/cable.json"))
        self.assertNotIn("0001-01-01", json.dumps(row))
        self.assertNotIn("<published>", self.text("/released.atom"))

    def test_no_list_of_days_of_release_has_it(self):
        self.load()
        load(page_file(self.folder, released="2011-03-08"))
        self.assertEqual(self.client.get("/released/1/1/1/").status_code, 404)
        for query, found in (
            ("released_after=1900-01-01", 1),
            ("released_before=2030-01-01", 1),
            ("sort=released", 2),
            ("sort=-released", 2),
        ):
            with self.subTest(query):
                page = self.text(f"/created/2009/02/?{query}")
                self.assertEqual(page.count('<th scope="row">'), found)

    def test_a_day_that_the_source_or_the_loader_gives_is_shown(self):
        load(page_file(self.folder, released="2011-03-08"))
        self.load(released=RELEASED)
        for cable in Cable.objects.all():
            with self.subTest(cable.reference):
                self.assertEqual(cable.release_day, RELEASED)
                self.assertIn("2011-03-08", self.text(cable.get_absolute_url()))
        self.assertIn("Latest releases", self.text("/"))

    def test_a_source_that_says_when_gives_the_day_afterwards(self):
        self.load()
        load(page_file(self.folder, CSV, released="2011-03-08"))
        self.assertEqual(Cable.objects.get().release_day, RELEASED)
