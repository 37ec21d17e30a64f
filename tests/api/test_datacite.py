"""DataCite metadata of collections and volumes, by the schema and the writer of others."""

from datetime import UTC, date, datetime

from datacite import schema45
from django.test import override_settings
from lxml import etree

from cables.loader import load
from cables.loader.specimen_collections import COLLECTIONS, described
from cables.loader.specimen_collections import FOLDER as SPECIMENS
from cables.models import Cable, Collection
from cables.models.sealing import withhold_all
from cables.search.list_counts import ListCounts
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold

NAMESPACE = "{http://datacite.org/schema/kernel-4}"
VOLUME = "/volume/frus1952-54v98.datacite"


def parts(xml: bytes) -> list[str]:
    """Return the parts of a record in XML, for comparing; the order of the whole is free."""
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True))
    return sorted(canonical(child) for child in root)


def canonical(element) -> str:
    return etree.canonicalize(etree.tostring(element, encoding="unicode"), strip_text=True)


class DataCiteTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load(SPECIMENS / "cables", released=date(2012, 3, 5))
        load(SPECIMENS / "frus", released=date(2013, 4, 6))
        Collection.objects.update(provenance="From a box & a crate.")
        forget_counts()

    def setUp(self):
        (slug,) = Cable.objects.get(reference="06LISBON900412").collections
        self.addresses = [f"/collection/{slug}.datacite", VOLUME]

    def test_the_metadata_are_as_others_read_and_write_them(self):
        """4.6 takes all that 4.5 does, and adds values of lists that are not used here."""
        for prefix in ("", "10.5072"):
            with self.settings(DOI_PREFIX=prefix):
                for address in self.addresses:
                    with self.subTest(address, prefix=prefix):
                        values = self.client.get(f"{address}.json").json()
                        schema45.validator.validate(values)
                        xml = self.client.get(f"{address}.xml").content
                        written = values | {"doi": values.get("doi", "(:tba)")}
                        expected = schema45.tostring(written)
                        self.assertEqual(parts(xml), parts(expected.encode()))
                        self.assertIn(b"meta/kernel-4.6/metadata.xsd", xml)

    @override_settings(DOI_PREFIX="10.5072")
    def test_what_they_say(self):
        values = self.client.get(f"{VOLUME}.json").json()
        self.assertEqual(values["doi"], "10.5072/volume.frus1952-54v98")
        self.assertEqual(values["url"], "http://testserver/volume/frus1952-54v98/")
        self.assertEqual(values["publicationYear"], "2013")
        source = "https://history.state.gov/historicaldocuments/frus1952-54v98"
        self.assertEqual(values["relatedIdentifiers"][0]["relatedIdentifier"], source)
        held = Cable.objects.filter(labels__contains=["volume:frus1952-54v98"]).count()
        self.assertEqual(values["sizes"], [f"{held} documents"])

    def test_a_list_whose_last_cable_was_withheld_a_moment_ago(self):
        forget_counts()
        counts = ListCounts.current()
        self.assertTrue(counts.collections and counts.volumes)  # Read before, as by another page.
        withhold_all(Cable.objects.all(), "A court ordered it.")
        for address in self.addresses:
            for form in ("json", "xml"):
                with self.subTest(address, form=form):
                    self.assertEqual(self.client.get(f"{address}.{form}").status_code, 404)

    def test_pages_lead_to_them(self):
        for address in self.addresses:
            with self.subTest(address):
                page = self.client.get(f"{address.removesuffix('.datacite')}/")
                self.assertIn(f'{address}.xml>; rel="describedby"', page["Link"])

    def test_nothing_withheld_is_in_a_number_or_a_date(self):
        known = [self.client.get(f"{address}.json").json() for address in self.addresses]
        hidden = make_cable(
            "01PARIS900001",
            created=datetime(1801, 1, 2, tzinfo=UTC),
            released=date(1999, 1, 1),
            labels=["volume:frus1952-54v98"],
            collections=list(Collection.objects.values_list("slug", flat=True)),
        )
        withhold(hidden)
        forget_counts()
        again = [self.client.get(f"{address}.json").json() for address in self.addresses]
        self.assertEqual(again, known)

    def test_what_is_not_here(self):
        for address, form in (
            ("/collection/none.datacite.xml", "text/plain; charset=utf-8"),
            ("/volume/none.datacite.xml", "text/plain; charset=utf-8"),
            ("/volume/none.datacite.json", "application/problem+json"),
        ):
            with self.subTest(address):
                answer = self.client.get(address)
                self.assertEqual((answer.status_code, answer["Content-Type"]), (404, form))
                self.assertLess(len(answer.content), 200)

    def test_the_lists_lead_to_them(self):
        for kind in ("collection", "volume"):
            rows = self.client.get(f"/{kind}.json").json()["lists"]
            self.assertTrue(rows)
            for row in rows:
                with self.subTest(row["value"]):
                    values = self.client.get(f"/{kind}/{row['value']}.datacite.json").json()
                    self.assertEqual(values["url"], row["address"])
                    self.assertEqual(values["titles"], [{"title": row["label"]}])
                    listed = self.client.get(row["data"]).json()
                    self.assertEqual(listed["total"], row["cables"])

    def test_what_specimens_are_said_to_be_names_no_other_years(self):
        for slug in COLLECTIONS:
            with self.subTest(slug):
                self.assertNotRegex(described(slug)["provenance"], r"\d{4}")

    def test_a_list_of_which_nothing_is_left(self):
        for cable in Cable.objects.filter(labels__contains=["volume:frus1952-54v98"]):
            withhold(cable)
        forget_counts()
        self.assertEqual(self.client.get(f"{VOLUME}.xml").status_code, 404)
