"""A fresh room has specimens of every kind of source; real cables replace them."""

import re
import tempfile
from io import StringIO
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import transaction
from django.urls import reverse

from cables.loader import remove_misplaced_specimens
from cables.loader.specimen_collections import COLLECTIONS, FOLDER
from cables.management.commands.serve import load_specimens
from cables.models import Article, ArticleCable, Cable, Change, Collection, Link, Load, Word
from cables.operations.integrity import IntegrityReport, check
from cables.operations.tasks import apply_load
from tests.base import TestCase
from tests.builders import forget_counts, withhold
from tests.slow import some
from tests.source_files import csv_file, csv_record
from tests.working import Going, run_command

VOLUME = "frus1952-54v98"
SHOWN = {
    "53LISBON900101": [
        'href="#note-d1fn2" aria-label="Footnote 2"',
        "had been rung by hand since 1871",
        '/person/anselmo-quintela/" title="Quintela, Anselmo, keeper of the lighthouse',
        'class="editorial"',
        "Central Files, 953.00/3–353. Confidential; Priority",
        "/volume/frus1952-54v98/ch1/",
    ],
    "53LISBON900117": [
        'data-label="page 2 of the volume"',
        'data-label="left out: 2 paragraphs convenience"',
        'href="/cable/53STATE900088/"',
        '<th scope="row">',
    ],
    "FRUS1952-54V98-D6": ["Delivery to Iceland", "Editors: lamp"],
    "75LISBON900031": [
        *("D750089-0412", "NAVIGATION LIGHTS", "CONFIDENTIAL", 'href="/cable/75STATE900089/"'),
        "05 JUL 2006",
    ],
    "74VALLETTA900007": ["P740131-0570", "ADS TEXT UNRETRIEVABLE"],
}


SPECIMEN_ARTICLE = "/articles/specimen-a-lens-goes-home/"


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

    def test_each_kind_of_source_has_a_collection_with_a_description(self):
        page = self.page(reverse("collections"))
        self.assertEqual(page.count("Its specimens were invented for this room"), 3)
        for slug, cables in (("specimens", 60), ("specimens-frus", 8), ("specimens-nara", 4)):
            with self.subTest(slug):
                self.assertIn(COLLECTIONS[slug][1], page)
                self.assertEqual(Cable.objects.collected([slug]).count(), cables)

    def test_the_volume_is_browsed_by_its_chapters(self):
        page = self.page(f"/volume/{VOLUME}/")
        self.assertIn("Small Harbors: An Invented Specimen", page)
        self.assertIn("<b>8 documents</b>", page)
        for chapter, title in (
            ("ch1", "The Foghorn of Porto Sereno"),
            ("ch2", "A Light That Kept Birds Awake"),
        ):
            with self.subTest(chapter):
                link = f'<a href="/volume/{VOLUME}/{chapter}/">{title}</a> <span>4</span>'
                self.assertIn(link, page)

    def test_each_specimen_shows_the_facts_of_its_source(self):
        for reference, expected in SHOWN.items():
            page = self.page(f"/cable/{reference}/")
            for words in expected:
                with self.subTest(reference, words=words):
                    self.assertIn(words, page)

    def test_no_page_has_an_id_twice(self):
        for reference in some(Cable.objects.values_list("reference", flat=True), 4):
            ids = re.findall(r'\sid="([^"]+)"', self.page(f"/cable/{reference}/"))
            with self.subTest(reference):
                self.assertEqual(len(ids), len(set(ids)))

    def test_articles_and_links_show_what_the_navigation_is_for(self):
        page = self.page("/")
        for words in ("How to read a cable", "A lens goes home", "Community resources"):
            self.assertIn(words, page)
        self.assertIn("A lens goes home", self.page("/cable/06LISBON900412/"))
        self.assertIn('href="/cable/06LISBON900412/#par8"', self.page(SPECIMEN_ARTICLE))

    def test_every_text_says_that_it_is_invented(self):
        for cable in Cable.objects.exclude(body=""):
            with self.subTest(cable.reference):
                self.assertIn("specimen", " ".join([cable.subject, cable.body]).casefold())

    def test_loading_them_again_changes_nothing_and_keeps_what_a_curator_wrote(self):
        volume = Collection.objects.filter(slug="specimens-frus")
        volume.update(provenance="From our vault.")
        output = StringIO()
        load_specimens(stdout=output)
        self.assertEqual(output.getvalue().count(" 0 created, 0 changed, "), len(COLLECTIONS))
        self.assertEqual(
            Collection.objects.get(slug="specimens-frus").provenance, "From our vault."
        )


class DeletedSpecimensTests(TestCase):
    """Real cables replace the specimens, which can be loaded again."""

    @classmethod
    def setUpTestData(cls):
        load_specimens(stdout=StringIO())

    def setUp(self):
        super().setUp()
        self.real = csv_file(Path(self.enterContext(tempfile.TemporaryDirectory())), csv_record())

    def command(self, *arguments, **options):
        out = run_command("load_cables", *map(str, arguments), **options)
        forget_counts()
        return out

    def references(self):
        return list(Cable.objects.values_list("reference", flat=True))

    def test_their_articles_and_links_go_with_them_and_changed_ones_stay(self):
        Article.objects.filter(slug="specimen-a-lens-goes-home").update(title="Our own")
        Link.objects.create(label="Ours", address="https://example.org/")
        self.command(self.real)
        self.assertEqual([article.title for article in Article.objects.all()], ["Our own"])
        self.assertEqual([link.label for link in Link.objects.all()], ["Ours"])

    def test_specimens_are_deleted_when_the_first_real_cables_are_stored(self):
        output = self.command(self.real)
        self.assertIn("The 72 invented specimens were removed to make room for real cables", output)
        self.assertIn("Bring them back with: manage.py load_cables cables/specimens/cables", output)
        self.assertEqual(self.references(), ["09ROME900001"])
        page = self.client.get(reverse("collections")).content.decode()
        self.assertNotIn("invented", page)
        self.assertEqual(self.client.get("/cable/06LISBON900412/").status_code, 404)
        self.assertIn(
            "readers no longer see them", Change.objects.filter(action="loaded")[0].reason
        )
        self.assertEqual(Change.objects.get(action="removed").what, "72 specimens")
        found = []
        check(IntegrityReport(), found.append)
        self.assertEqual(found, [])
        self.assertEqual(Word.objects.get(word="").cables, 1)
        self.assertFalse(Word.objects.filter(word="specimen").exists())

    def test_real_cables_with_the_numbers_of_specimens_are_stored_with_the_first_ones(self):
        same_number = csv_record(
            "06LISBON900412",
            created="11/14/2006 16:41",
            origin="Embassy Lisbon",
            header="FM LISBON",
        )
        both = csv_file(self.real.parent, same_number + csv_record(), name="both.csv")
        self.assertIn("2 created, 0 changed", self.command(both))
        self.assertEqual(self.references(), ["06LISBON900412", "09ROME900001"])
        self.assertIn("0 created, 0 changed, 2 unchanged", self.command(both))

    def test_a_dry_run_counts_cables_with_the_numbers_of_specimens_as_a_load_does(self):
        def numbered(reference, **fields):
            return csv_record(reference, origin="Embassy Lisbon", header="FM LISBON", **fields)

        telegram = numbered("06LISBON900412", created="11/14/2006 16:41")
        printed = numbered("53LISBON900101", created="3/2/1953 16:41")  # The volume has it too.
        withhold(Cable.objects.get(reference="53LISBON900117"))
        withheld = numbered("53LISBON900117", created="3/2/1953 16:41")
        files = {
            "one batch": telegram + csv_record() + printed + withheld,
            "a later batch": csv_record() + csv_record() + telegram + printed + withheld,
            "an earlier batch": telegram + telegram + csv_record() + withheld,
            "no other cable": telegram + printed + withheld,
        }
        for name, records in files.items():
            with self.subTest(name):
                file = csv_file(self.real.parent, records, name=f"{name}.csv")
                with transaction.atomic():
                    preview = self.command(file, "--dry-run")
                    self.assertEqual(Cable.objects.count(), 72)
                    loaded = self.command(file)
                    transaction.set_rollback(True)
                counts = preview.removeprefix("Dry run, nothing is stored. ").strip()
                self.assertEqual(re.split(" The (?:72|71) invented", loaded.strip())[0], counts)

    def test_specimens_stay_if_no_real_cable_is_stored(self):
        bad = csv_file(self.real.parent, csv_record(created="soon"), name="bad.csv")
        with self.assertRaisesMessage(CommandError, "its rows are not those of the dump"):
            self.command(bad)
        self.assertEqual(Cable.objects.count(), 72)
        for arguments in ([self.real, "--dry-run"], [FOLDER / "frus"]):
            with self.subTest(arguments):
                self.assertNotIn("were removed", self.command(*arguments))
                self.assertEqual(Cable.objects.count(), 72)

    def test_specimens_can_be_loaded_again_beside_real_cables(self):
        self.command(self.real)
        self.command(*(FOLDER / folder for folder, _, _ in COLLECTIONS.values()))
        self.assertEqual(Cable.objects.count(), 73)
        self.assertEqual(Cable.objects.collected(COLLECTIONS).count(), 72)
        remove_misplaced_specimens()  # As `serve` does.
        self.assertEqual(Cable.objects.count(), 73)

    def test_real_cables_cannot_be_loaded_into_collections_of_specimens(self):
        for slug in COLLECTIONS:
            with self.subTest(slug), self.assertRaisesMessage(CommandError, "name another one"):
                self.command(self.real, collection=slug)
        self.command(FOLDER / "nara", collection="cables")
        self.assertFalse(Cable.objects.collected(["cables"]).exists())

    def test_the_page_of_a_load_says_that_specimens_were_deleted(self):
        curator = User.objects.create_superuser("anna")
        self.client.force_login(curator)
        home, _ = Collection.objects.get_or_create(slug="cables", defaults={"name": "cables"})
        run = Load.objects.create(collection=home, file=str(self.real), by=curator)
        page = f"/admin/cables/load/{run.pk}/change/"
        Load.objects.update(state="compared", counts={"created": 1})
        self.assertContains(self.client.get(page), "Applied, it deletes the 72 specimens")
        Load.objects.update(state="waiting", counts={})
        with self.settings(UPLOADS_DIR=self.real.parent):
            apply_load(Going(), load=run.pk)
        page = self.client.get(page)
        self.assertContains(page, "specimens were removed to make room for real cables")
        self.assertEqual(self.references(), ["09ROME900001"])

    def test_an_article_that_names_specimens_is_kept(self):
        body = "See 06LISBON900412 para 3."
        article = Article.objects.create(
            slug="fees", title="Fees", body=body, published="2012-04-01", named=["06LISBON900412"]
        )
        cable = Cable.objects.get(reference="06LISBON900412")
        ArticleCable.objects.create(article=article, cable=cable)
        self.command(self.real)
        page = self.client.get("/articles/fees/")
        self.assertContains(page, "06LISBON900412")
        self.assertNotContains(page, 'href="/cable/06LISBON900412')

    def move_as_earlier_version(self):
        """Move the specimens into the collection of real cables."""
        for slug, (folder, _, _) in COLLECTIONS.items():
            own = Collection.objects.get(slug=slug)
            home, _ = Collection.objects.get_or_create(slug=folder, defaults={"name": own.name})
            Collection.objects.filter(pk=home.pk).update(provenance=own.provenance)
            own.copy_set.update(collection=home)
            own.load_set.update(collection=home)
            own.delete()
            Cable.objects.filter(collections=[slug]).update(collections=[folder])

    def test_specimens_stored_among_real_cables_by_an_earlier_version_are_deleted(self):
        self.move_as_earlier_version()
        remove_misplaced_specimens(self.fail)  # There are no real cables.
        self.assertEqual(Cable.objects.count(), 72)
        self.assertIn("72 invented specimens", self.command(self.real))
        self.assertEqual(self.references(), ["09ROME900001"])
        self.assertEqual(set(Collection.objects.values_list("provenance", flat=True)), {""})

    def test_serve_deletes_specimens_among_real_cables(self):
        self.command(self.real)
        self.command(*(FOLDER / folder for folder, _, _ in COLLECTIONS.values()))
        self.move_as_earlier_version()
        output = []
        remove_misplaced_specimens(output.append)
        self.assertEqual(self.references(), ["09ROME900001"])
        self.assertIn("were removed", output[0])
        self.assertEqual(Word.objects.get(word="").cables, 1)
