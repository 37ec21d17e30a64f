"""What a newcomer finds in a fresh room: specimens of every kind of source, side by side."""

from io import StringIO

from django.urls import reverse

from cables.management.commands.serve import COLLECTIONS, load_specimens
from cables.models import Cable, Collection
from tests.base import TestCase
from tests.builders import forget_counts

VOLUME = "frus1952-54v98"
SHOWN = {
    "53LISBON900101": [
        'href="#note-d1fn2" aria-label="Footnote 2"',
        "had been rung by hand since 1871",
        '<abbr title="HB, Harbor Board of Porto Sereno">HB</abbr>',
        'class="deletion"',
        "Central Files, 953.00/3–353. Confidential; Priority",
        "/volume/frus1952-54v98/ch1/",
    ],
    "53LISBON900117": [
        'data-label="page 2 of the volume"',
        'data-label="left out: 2 paragraphs convenience"',
        'href="/cable/53STATE900088/"',
        "<table",
    ],
    "FRUS1952-54V98-D6": ["Delivery to Iceland", "Editors: lamp"],
    "75LISBON900031": [
        *("D750089-0412", "NAVIGATION LIGHTS", "CONFIDENTIAL", 'href="/cable/75STATE900089/"'),
        "05 JUL 2006",
    ],
    "74VALLETTA900007": ["P740131-0570", "ADS TEXT UNRETRIEVABLE"],
}


class SpecimenTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_specimens(stdout=StringIO())

    def setUp(self):
        forget_counts()

    def page(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def test_each_kind_of_source_is_a_collection_that_says_what_it_is(self):
        page = self.page(reverse("collections"))
        self.assertEqual(page.count("Its specimens were invented for this room"), 3)
        for slug, cables in (("cables", 60), ("frus", 6), ("nara", 4)):
            with self.subTest(slug):
                self.assertIn(COLLECTIONS[slug][0], page)
                self.assertEqual(Cable.objects.collected([slug]).count(), cables)

    def test_the_volume_is_browsed_by_its_chapters(self):
        page = self.page(f"/volume/{VOLUME}/")
        self.assertIn("Small Harbors: An Invented Specimen", page)
        self.assertIn("<b>6 cables</b>", page)
        for chapter, title in (
            ("ch1", "The Foghorn of Porto Sereno"),
            ("ch2", "A Light That Kept Birds Awake"),
        ):
            with self.subTest(chapter):
                link = f'<a href="/volume/{VOLUME}/{chapter}/">{title}</a> <span>3</span>'
                self.assertIn(link, page)

    def test_each_shows_what_its_source_has(self):
        for reference, expected in SHOWN.items():
            page = self.page(f"/cable/{reference}/")
            for words in expected:
                with self.subTest(reference, words=words):
                    self.assertIn(words, page)

    def test_every_text_says_that_it_is_invented(self):
        for cable in Cable.objects.exclude(body=""):
            with self.subTest(cable.reference):
                self.assertIn("specimen", " ".join([cable.subject, cable.body]).casefold())

    def test_loading_them_again_changes_nothing_and_keeps_what_a_curator_wrote(self):
        Collection.objects.filter(slug="frus").update(provenance="From our vault.")
        said = StringIO()
        load_specimens(stdout=said)
        self.assertEqual(said.getvalue().count(" 0 created, 0 changed, "), len(COLLECTIONS))
        self.assertIn("2 not cables", said.getvalue())
        self.assertEqual(Collection.objects.get(slug="frus").provenance, "From our vault.")
