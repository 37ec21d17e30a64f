"""Volumes on pages: a cable with its footnotes and pages, lists by volume, kinds, collections."""

import re
from types import SimpleNamespace

from django.contrib.auth.models import User
from django.test import SimpleTestCase
from django.urls import reverse

from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import load
from cables.models import Cable, Collection, Redaction
from cables.search.list_count_queries import in_printed_order
from cables.telegram.apply_redactions import Strike
from cables.telegram.paragraphs import Blocks
from cables.views.cable_pages.printed_edition_panel import printed_edition
from tests.base import TestCase
from tests.builders import forget_counts, load_file, load_records, make_cable
from tests.loader.test_volumes import SENT, row
from tests.paths import DATA

VOLUME = DATA / "frus1955-57v99.xml"


class VolumeTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        load(VOLUME, everything=True, collection="frus")
        Collection.objects.filter(slug="frus").update(
            name="Foreign Relations", provenance="From the Office of the Historian.", total=10
        )
        forget_counts()

    def page(self, name, *args, query="", status=200):
        response = self.client.get(reverse(name, args=args) + query)
        self.assertEqual(response.status_code, status)
        return response.content.decode()


class PageTests(VolumeTestCase):
    def setUp(self):
        self.html = self.page("cable", "56LISBON412")

    def test_footnotes_are_linked_both_ways_and_apart_from_the_text(self):
        self.assertIn('id="mark-d1fn2" href="#note-d1fn2" aria-label="Footnote 2"', self.html)
        self.assertIn('<li id="note-d1fn2" data-mark="--d1fn2">', self.html)
        self.assertIn('href="#mark-d1fn2"', self.html)
        self.assertNotIn("The board met", Cable.objects.get(reference="56LISBON412").body)
        self.assertEqual(self.html.count("The board met on March 13."), 1)

    def test_pages_omissions_and_deletions_are_shown(self):
        self.assertIn('data-label="page 2 of the volume"', self.html)
        self.assertIn('data-label="left out: 2 pages convenience"', self.html)
        self.assertIn('class="editorial"', self.html)

    def test_what_repeats_title_and_text_is_folded(self):
        seen, folded = self.html.split("<summary>As the volume prints it</summary>")
        for label in ("Volume", "Source note", "Dateline"):
            with self.subTest(label):
                self.assertIn(f"<dt>{label}</dt>", seen)
        self.assertIn("<dt>Chapter</dt>", folded)

    def test_a_day_that_only_the_heading_prints_is_no_dateline(self):
        cable = Cable.objects.get(reference="56LISBON412")
        for date, source, shown in (
            ("March 14, 1956.", "heading", False),
            ("March 14, 1956.", "", True),
            ("Lisbon, undated.", "heading", True),
        ):
            with self.subTest(date, source=source):
                heading = "Telegram From Lisbon, March 14, 1956"
                cable.facts["edition"] |= {"date": date, "dated_by": source, "heading": heading}
                cable.save()
                self.assertIs("<dt>Dateline</dt>" in self.page("cable", "56LISBON412"), shown)

    def test_the_heading_of_an_untitled_document_is_not_repeated_beside_its_first_line(self):
        cable = Cable.objects.get(reference="56LISBON412")
        for heading, shown in ((cable.body.split("\n\n")[0], False), ("Fees", True)):
            with self.subTest(heading):
                cable.facts["edition"] |= {"heading": heading}
                cable.save()
                self.assertIs("<dt>Heading</dt>" in self.page("cable", "56LISBON412"), shown)

    def test_footnotes_that_begin_at_2_say_where_note_1_is(self):
        self.assertIn('Footnote 1 is the <a href="#about">source note</a>.', self.html)

    def test_words_that_the_volume_explains_are_explained_in_place(self):
        lists = "/volume/frus1955-57v99"
        link = f'<a href="{lists}/terms/#t_HB1" title="HB, Harbor Board">HB</a>'
        self.assertIn(link, self.html)
        meaning = "Rell, Maro, Harbor master of Lisbon"
        self.assertIn(f'<a href="/person/maro-rell/" title="{meaning}">Rell</a>', self.html)

    def test_the_volume_the_document_and_the_source_note_are_named(self):
        for words in (
            "Volume XCIX, Harbors, published 1989",
            "https://history.state.gov/historicaldocuments/frus1955-57v99/d1",
            "Central Files, 953.00/3–1456. Secret",
            "Secret, rank 5 of 7",
            reverse("chapter", args=["frus1955-57v99", "ch1"]),
        ):
            with self.subTest(words):
                self.assertIn(words, self.html)

    def test_the_pages_of_a_printed_volume_stand_beside_the_number_of_the_document(self):
        cable = Cable.objects.get(reference="56LISBON412")
        for span, words in ((["491"], "page 491"), (["491", "493"], "pages 491–493")):
            cable.facts["edition"]["page_span"] = span
            cable.save()
            self.assertIn(f"<dd>Document 1, {words}</dd>", self.page("cable", "56LISBON412"))
        self.assertContains(self.client.get("/cable/56LISBON412.ris"), "SP  - 491")

    def test_a_paragraph_by_itself_has_its_footnotes(self):
        html = self.page("paragraph", "56LISBON412", "par0.1")
        self.assertIn("The board met on March 13.", html)
        self.assertIn('href="/cable/56LISBON412/#note-d1fn2"', html)
        self.assertNotIn("The board met", self.page("paragraph", "56LISBON412", "par2"))

    def test_a_citation_names_volume_and_document(self):
        page = self.page("cite", "56LISBON412")
        printed = (
            "Volume XCIX, Harbors (ed. Ada Quill; Washington: Government Printing Office, 1989)"
        )
        self.assertIn(f"{printed}, Document 1", page)
        csl = self.client.get("/cable/56LISBON412.csl.json").content.decode()
        self.assertIn("Harbors, Document 1", csl)

    def test_what_is_redacted_takes_its_footnote_and_its_meaning_along(self):
        cable = Cable.objects.get(reference="56LISBON412")
        curator = User.objects.create_user("anna")
        redact_cable(cable, Strike("", ("Rell", "HB raised its fees")), "Fairness.", curator)
        self.assertEqual(Redaction.objects.count(), 1)
        forget_counts()
        html = self.page("cable", "56LISBON412")
        for words in ("Rell", "Harbor Board", "The board met"):
            with self.subTest(words):
                self.assertNotIn(words, html)

    def test_a_redacted_recipient_is_no_longer_found(self):
        cable = Cable.objects.get(reference="56LISBON412")
        self.assertIn("Department of State", cable.keywords)
        curator = User.objects.create_user("anna")
        redact_cable(cable, Strike("", ("Department of State",)), "Fairness.", curator)
        cable.refresh_from_db()
        self.assertNotIn("Department", cable.keywords)
        self.assertNotContains(self.client.get("/search/?q=department"), "Harbor fees")


class RowTests(SimpleTestCase):
    def test_concepts_and_kinds_are_links_whatever_signs_they_have(self):
        said = {"kind": "editorial note", "concepts": ["OIL & GAS"]}
        cable = SimpleNamespace(facts={"edition": said}, classification="")
        rows = dict(printed_edition(cable, Blocks(())).rows)
        self.assertEqual(rows["Concepts"], [("OIL & GAS", "/search/?concept=OIL+%26+GAS")])
        self.assertEqual(rows["Kind"], [("Editorial note", "/search/?kind=editorial+note")])


class OrderTests(SimpleTestCase):
    """Each row tells of any one document of a volume or chapter."""

    def test_chapters_stand_in_the_order_of_the_volume(self):
        one, two = ["comp1", "One"], ["comp2", ""]
        rows = [
            ("volume:frus1", 9, "Harbors", [two, ["ch9", "Nine"]], "d120", "1989"),
            ("volume:frus1/comp1", 5, "Harbors", [one, ["ch2", "Two"]], "d12a", "1989"),
            ("volume:frus1/ch1", 2, "Harbors", [one, ["ch1", "First"]], "d2", "1989"),
            ("volume:frus1/ch2", 3, "Harbors", [one, ["ch2", "Two"]], "d12a", "1989"),
            ("volume:frus1/comp2", 4, "Harbors", [two], "d100", "1989"),
            ("volume:frus1/ch9", 1, "Harbors", [two, ["ch9", "Nine"]], "d120", "1989"),
            ("volume:frus0", 1, "", [], "appendix", "1989"),
        ]
        for order in (rows, rows[::-1]):
            volumes = in_printed_order(order)
            self.assertEqual(list(volumes), ["frus0", "frus1"])
            title, cables, chapters, published = volumes["frus1"]
            self.assertEqual((title, cables, published), ("Harbors", 9, "1989"))
            self.assertEqual(
                chapters,
                {"comp1": ("One", 5, 0), "ch1": ("First", 2, 1), "ch2": ("Two", 3, 1)}
                | {"comp2": ("Chapter without a title", 4, 0), "ch9": ("Nine", 1, 1)},
            )
            self.assertEqual(list(chapters), ["comp1", "ch1", "ch2", "comp2", "ch9"])


class ListTests(VolumeTestCase):
    def test_volumes_and_chapters_can_be_browsed(self):
        self.assertIn("Volume XCIX, Harbors", self.page("volumes"))
        volume = self.page("volume", "frus1955-57v99")
        self.assertIn("<b>6 documents</b>", volume)
        self.assertIn('<a href="/volume/frus1955-57v99/ch2/">2. Lights</a> <span>3</span>', volume)
        self.assertIn("Published 1989", volume)
        self.assertIn("chapters, published 1989", self.page("volumes"))
        chapter = self.page("chapter", "frus1955-57v99", "ch1")
        self.assertIn("56LISBON412", chapter)
        self.assertNotIn("FRUS1955-57V99-D4", chapter)
        self.page("chapter", "frus1955-57v99", "ch9", status=404)
        self.page("volume", "frus1861", status=404)
        self.assertEqual(self.client.get("/volume/frus1955-57v99.atom").status_code, 200)

    def test_a_volume_leads_to_what_its_documents_cite_and_is_not_here(self):
        link = "/holdings/missing/?volume=frus1955-57v99"
        self.assertContains(self.client.get("/volume/frus1955-57v99/"), f'href="{link}"')
        self.assertEqual(self.client.get(link).status_code, 200)

    def test_documents_stand_in_the_order_printed_with_their_numbers(self):
        html = self.page("volume", "frus1955-57v99")
        numbers = re.findall(r'data-label="Document">(\w*)<', html)
        self.assertEqual(numbers, ["1", "2", "3", "4", "5", "6"])
        self.assertIn("As printed", html)
        html = self.page("volume", "frus1955-57v99", query="?sort=-created")
        self.assertNotEqual(re.findall(r'data-label="Document">(\w*)<', html), numbers)

    def test_chapters_are_a_tree(self):
        html = " ".join(self.page("volume", "frus1955-57v99").split())
        tree = re.search(r'<h2 id="chapters">.*?</nav>', html)[0]
        self.assertRegex(tree, r"Harbors</a> <span>6</span> <ul> <li><a [^>]*>1. Fees")

    def test_a_document_leads_to_those_before_and_after_it_in_the_volume(self):
        second = self.page("cable", "FRUS1955-57V99-D2")
        self.assertIn('Previous in the volume</span> <a href="/cable/56LISBON412/"', second)
        self.assertIn('Next in the volume</span> <a href="/cable/FRUS1955-57V99-D3/"', second)
        self.assertNotIn("Previous in the volume", self.page("cable", "56LISBON412"))
        self.assertNotIn("Next in the volume", self.page("cable", "FRUS1955-57V99-D6"))

    def test_a_document_that_another_volume_has_too_stands_at_its_place_in_each(self):
        """Its text is shown of one volume, its number and neighbours are of the volume listed."""
        text = VOLUME.read_text().replace("v99", "v98").replace("XCIX", "XCVIII")
        text = text.replace('xml:id="d1" n="1"', 'xml:id="d3b" n="3b"')
        load_file("frus1955-57v98.xml", text, everything=True, collection="frus")
        forget_counts()
        home = self.client.get("/").content.decode()
        self.assertNotIn('class="chips"', home)  # Two volumes have each title.
        numbers = r'data-label="Document">(\w*)<'
        for volume, printed in (
            ("frus1955-57v98", ["2", "3", "3b", "4", "5", "6"]),
            ("frus1955-57v99", ["1", "2", "3", "4", "5", "6"]),
        ):
            with self.subTest(volume):
                self.assertEqual(re.findall(numbers, self.page("volume", volume)), printed)
        third = self.page("cable", "FRUS1955-57V98-D3")
        self.assertIn('Next in the volume</span> <a href="/cable/56LISBON412/"', third)

    def test_a_page_names_the_kind_of_its_document(self):
        self.assertIn("Viewing editorial note", self.page("cable", "FRUS1955-57V99-D2"))
        self.assertIn("Viewing cable", self.page("cable", "56LISBON412"))

    def test_kinds_are_a_facet_and_a_filter(self):
        html = self.page("search", query="?q=happened&kind=editorial-note")
        self.assertIn("FRUS1955-57V99-D2", html)
        self.assertNotIn("56LISBON412", html)
        html = self.page("search", query="?q=piers+or+happened&kind=telegram")
        self.assertIn("<summary>Kind</summary>", html)
        chapter = self.page("chapter", "frus1955-57v99", "ch1", query="?kind=airgram")
        self.assertIn("FRUS1955-57V99-D3", chapter)
        self.assertNotIn("56LISBON412", chapter)


class OneKindTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("56LISBON412", labels=["kind:telegram"])

    def test_the_link_of_the_only_kind_leads_to_its_documents(self):
        html = self.client.get("/search/?kind=telegram").content.decode()
        self.assertIn("56LISBON412", html)
        self.assertNotIn("<summary>Kind</summary>", html)


class CollectionTests(VolumeTestCase):
    def setUp(self):
        rows = row(body=SENT.replace("ships", "boats")), row("57LISBON7", "7. The sea is calm.")
        load_records(*rows)
        forget_counts()

    def test_each_says_where_it_comes_from_and_how_much_is_here(self):
        html = self.page("collections")
        self.assertIn("6 of 10", html)
        self.assertIn("From the Office of the Historian.", html)
        html = self.page("collection", "frus")
        self.assertIn("<b>6 documents</b>", html)
        self.assertNotIn("57LISBON7", html)

    def test_rail_and_counter_follow_the_chosen_collection(self):
        for address in (
            "/collection/frus/",
            "/search/?q=the&collection=frus",
            "/origin/?collection=frus",
        ):
            with self.subTest(address):
                html = self.client.get(address).content.decode()
                self.assertIn("<b>6 / 10</b>", html)
                self.assertIn('href="/created/?collection=frus#1950s"', html)
        self.assertIn("<b>7 / 10</b>", self.page("home"))
        self.assertIn("<b>7 / 10</b>", self.client.get("/?collection=nothing").content.decode())

    def test_a_cable_of_two_collections_shows_both_copies_compared(self):
        cable = self.page("cable", "56LISBON412")
        self.assertIn("an imported data file", cable)
        self.assertIn("Also published as FRUS1955-57V99-D1: a document of Foreign Relations", cable)
        self.assertIn("boats", cable)
        html = self.page("copies", "56LISBON412")
        self.assertIn("in the collection “Foreign Relations”", html)
        for words in ("boats", "ships"):
            self.assertRegex(html, f"<(?:del|ins)>.*{words}")
