"""Finding aids are valid EAD 3, and tell nothing of a withheld or embargoed cable but how many."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import CommandError, call_command
from lxml import etree

from cables.api.finding_aid import NAMESPACE, SERIES, finding_aid
from cables.models import Cable, Collection
from tests.base import TestCase
from tests.builders import make_cable, make_cables, withhold
from tests.paths import PROJECT
from tests.working import run_command

# Release 1.1.1 of the Society of American Archivists, unchanged.
SCHEMA = etree.XMLSchema(etree.parse(PROJECT / "tests" / "schemas" / "ead3.xsd"))
NAMES = {"e": NAMESPACE}
SENT = datetime(1975, 2, 3, 9, tzinfo=UTC)


class FindingAidTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.collection = Collection.objects.create(
            slug="harbor", name="Harbor & <fees>", provenance="From a box.\n\nIn two parts.\x0b"
        )
        own = {"collections": ["harbor"]}
        make_cables(["75ROME900001", "75ROME900002"], origin="Embassy Rome", created=SENT, **own)
        volume = {"volume": "frus1961-63v99", "volume_title": "Harbors"}
        make_cable("06BERLIN900003", facts={"edition": volume}, **own)
        make_cable("06BERLIN900004", facts={"redacted": [["", "A reason."]]}, **own)
        make_cable("06OSLO900005", origin="Embassy Oslo")
        cls.hidden = make_cable("06PARIS900006", origin="Embassy Paris", subject="QUETZAL", **own)
        withhold(cls.hidden, "A witness.")

    def texts(self, tree, path):
        return tree.xpath(f"{path}/text()", namespaces=NAMES)

    def test_it_is_valid_whatever_is_in_the_collection(self):
        empty = Collection.objects.create(slug="empty", name="Empty")
        for collection in (self.collection, empty):
            for series in SERIES:
                with self.subTest(collection, series=series):
                    tree = etree.fromstring(etree.tostring(finding_aid(collection, series)))
                    SCHEMA.assertValid(tree)

    def test_the_schema_would_find_a_mistake(self):
        tree = finding_aid(self.collection, "origin")
        tree.find(f".//{{{NAMESPACE}}}c01").set("level", "shelf")
        self.assertFalse(SCHEMA.validate(tree))

    def test_series_by_origin(self):
        tree = finding_aid(self.collection, "origin", "Archive of Lisbon")
        self.assertEqual(
            self.texts(tree, "//e:c01/e:did/e:unittitle"), ["Embassy Berlin", "Embassy Rome"]
        )
        self.assertEqual(self.texts(tree, "//e:c01//e:quantity"), ["2", "2"])
        self.assertEqual(
            tree.xpath("//e:c01[2]//e:fromdate/@standarddate", namespaces=NAMES), ["1975-02-03"]
        )
        self.assertEqual(self.texts(tree, "//e:archdesc/e:did//e:todate"), ["14 March 2006"])
        self.assertEqual(self.texts(tree, "//e:corpname/e:part"), ["Archive of Lisbon"])
        self.assertEqual(self.texts(tree, "//e:archdesc/e:did//e:quantity"), ["4"])

    def test_no_month_is_made_up_for_a_cable_of_which_the_year_alone_is_known(self):
        Cable.objects.filter(reference="75ROME900001").update(
            created=datetime(1974, 1, 1, tzinfo=UTC), created_precision="year"
        )
        tree = finding_aid(self.collection, "origin")
        found = tree.xpath("//e:c01[2]//e:fromdate", namespaces=NAMES)
        self.assertEqual([(each.text, each.get("standarddate")) for each in found], [("1974",) * 2])

    def test_series_by_volume(self):
        tree = finding_aid(self.collection, "volume")
        self.assertEqual(
            self.texts(tree, "//e:c01/e:did/e:unittitle"), ["Harbors", "Not printed in a volume"]
        )
        self.assertEqual(self.texts(tree, "//e:c01//e:quantity"), ["1", "3"])

    def test_what_is_withheld_is_only_counted(self):
        for series in SERIES:
            text = etree.tostring(finding_aid(self.collection, series), encoding="unicode")
            with self.subTest(series):
                self.assertIn("1 cable is withheld, and not counted below.", text)
                self.assertIn("Words are redacted in 1 cable.", text)
                for secret in ("PARIS", "Paris", "QUETZAL", "witness"):
                    self.assertNotIn(secret, text)

    def test_the_command(self):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "harbor.xml"
            run_command("export_ead", "harbor", file, series="volume")
            SCHEMA.assertValid(etree.parse(file))
            with self.assertRaisesMessage(CommandError, "There is no collection 'harbour'."):
                call_command("export_ead", "harbour", file)
