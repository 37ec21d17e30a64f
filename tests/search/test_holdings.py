"""Counts of held, partial, redacted, withheld and missing cables, from public facts."""

import csv
import io
import re
from datetime import UTC, date, datetime

from cables.models import FormerReference, Origin
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, publish, withhold

COLUMNS = ("held", "partial", "redacted", "withheld", "missing")


class HoldingsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cited = [
            "06BERLIN900009",
            "05BERLIN900008",
            "06ROME900009",
            "06BONN900001",
            "06BERLIN900003",
        ]
        first = make_cable("06BERLIN900001", tags=["EFIS"], cites=cited)
        make_cable("06BERLIN900002", tags=["EFIS", "ETRD"], partial=True, cites=["06BERLIN900009"])
        make_cable(
            "07BERLIN900001", facts={"redacted": True}, created=datetime(2007, 1, 2, tzinfo=UTC)
        )
        FormerReference.objects.create(cable=first, reference="06BONN900001", kind="renamed")
        cls.hidden = make_cable(
            "06BERLIN900003", tags=["EFIS"], created=datetime(2004, 5, 6, tzinfo=UTC)
        )
        withhold(cls.hidden, "Names a ship.")
        withhold(make_cable("05TALLINN900001", origin="Embassy Tallinn"), "Names a ship.")
        Origin.objects.filter(name="Embassy Berlin").update(station="BERLIN")
        Origin.objects.filter(name="Embassy Tallinn").update(station="TALLINN")

    def setUp(self):
        forget_counts()

    def counts(self, kind):
        text = self.client.get(f"/holdings/{kind}.csv").getvalue().decode()
        return {
            row[kind]: tuple(int(row[name]) for name in COLUMNS)
            for row in csv.DictReader(io.StringIO(text))
        }

    def test_unreadable_cables_count_by_the_year_of_their_reference(self):
        expected = {"2005": (0, 0, 0, 1, 1), "2006": (2, 1, 0, 1, 2), "2007": (1, 0, 1, 0, 0)}
        self.assertEqual(self.counts("year"), expected)

    def test_unreadable_cables_count_by_the_station_of_their_reference(self):
        expected = {"Embassy Berlin": (3, 1, 1, 1, 2), "Other stations": (0, 0, 0, 1, 1)}
        self.assertEqual(self.counts("origin"), expected)

    def test_only_readable_cables_count_by_tag(self):
        self.assertEqual(self.counts("tag"), {"EFIS": (2, 1, 0, 0, 0), "ETRD": (1, 1, 0, 0, 0)})

    def test_the_pages_link_to_the_lists_and_to_each_other(self):
        for address, linked in (
            ("/holdings/", "/created/2006/"),
            ("/holdings/origin/", "/origin/embassy-berlin/"),
            ("/holdings/tag/", "/tag/EFIS/"),
        ):
            with self.subTest(address):
                page = self.client.get(address)
                self.assertContains(page, f'<a href="{linked}">')
                for other in ("/holdings/", "/holdings/origin/", "/holdings/tag/"):
                    self.assertContains(page, f'<a href="{other}"')
        self.assertContains(self.client.get("/"), '<a href="/holdings/">')

    def test_missing_cables_are_listed_by_how_often_they_are_cited(self):
        self.assertContains(self.client.get("/holdings/"), 'href="/holdings/missing/">3</a>')
        for query, listed in (
            ("", ["06BERLIN900009,2", "05BERLIN900008,1", "06ROME900009,1"]),
            ("?tag=ETRD", ["06BERLIN900009,2"]),
            ("?created_after=2007-01-01", []),
        ):
            with self.subTest(query):
                lines = self.client.get(f"/holdings/missing.csv{query}").getvalue().decode()
                self.assertEqual(lines.split()[1:], listed)
                page = self.client.get(f"/holdings/missing/{query}").content.decode()
                links = re.findall(r'row"><a href="/cable/(\w+)/"', page)
                self.assertEqual(links, [each.partition(",")[0] for each in listed])

    def test_unknown_counts_are_not_found(self):
        for address in ("/holdings/nonsense/", "/holdings/nonsense.csv"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)

    def test_counts_follow_every_change(self):
        self.counts("year")
        publish(self.hidden)
        self.assertEqual(self.counts("year")["2006"], (2, 1, 0, 0, 2))
        self.assertEqual(self.counts("year")["2004"], (1, 0, 0, 0, 0))

    def test_an_unreleased_cable_and_an_unknown_one_are_missing_alike(self):
        before = self.counts("origin")["Embassy Berlin"]
        make_cable("06BERLIN900009", released=date(2011, 1, 2))
        held, *_, missing = self.counts("origin")["Embassy Berlin"]
        self.assertEqual((held, missing), (before[0] + 1, before[-1] - 1))

    def test_volumes_have_years_too(self):
        make_cable("FRUS1861-D12", cites=["FRUS1861-D13"], created=datetime(1861, 3, 4, tzinfo=UTC))
        self.assertEqual(self.counts("year")["1861"], (1, 0, 0, 0, 1))
