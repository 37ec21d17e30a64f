"""Telegrams of the National Archives are found by concepts, film numbers and markings."""

from cables.models import Cable
from tests.base import TestCase
from tests.builders import forget_counts, load_file
from tests.nara_records import document

REEL, FRAME = "D750008", "D750008-0008"
RELEASE = "EO SYSTEMATIC REVIEW 30 JUN 2005"
PLAIN, LATER, EXDIS, PAPER = "75LISBON900008", "75ATHENS900009", "75OSLO900010", "P750011-0011"
ALL = {PLAIN, LATER, EXDIS, PAPER, f"{PLAIN}-2"}


class NationalArchivesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        documents = (
            document("plain", 900_008),
            document("sent", 900_009, sender="ATHENS"),
            document("original", 900_010, sender="OSLO").replace("SHIPPING FEES", "OIL & GAS"),
            document("paper", 900_011),
            document("section", 900_008),
        )
        cls.report = load_file(
            "telegrams.txt", "".join(documents), collection="nara", everything=True
        )
        forget_counts()

    def found(self, **query):
        """Return the references that a search finds."""
        answer = self.client.get("/search.json", query).json()
        return {each["reference"] for each in answer["results"]}

    def test_every_document_is_stored(self):
        self.assertEqual((self.report.rows, self.report.created), (5, 5))
        self.assertEqual(set(Cable.objects.values_list("reference", flat=True)), ALL)
        for reference in ALL:
            self.assertEqual(self.client.get(f"/cable/{reference}/").status_code, 200)

    def test_fields_of_the_search(self):
        both = {PLAIN, f"{PLAIN}-2"}
        for text, references in (
            ("concept:ports", ALL),
            ('concept:"shipping fees"', ALL - {EXDIS}),
            ("concept:gas", {EXDIS}),
            ("concept:harbor", set()),
            ("marking:exdis", {EXDIS}),
            ('marking:"review 22 may 2009"', {LATER}),
            (f"film:{REEL}", both),
            (f"film:{FRAME}", both),
            ("film:D750008-0412", set()),
            ("film:P75*", {PAPER}),
            (FRAME, both),
            ("gas", {EXDIS}),
            ("harbor -concept:gas -marking:2009", both | {PAPER}),
        ):
            with self.subTest(text):
                self.assertEqual(self.found(q=text), references)

    def test_filters_of_lists_and_searches(self):
        for query, references in (
            ({"concept": "ports"}, ALL),
            ({"film": REEL.lower()}, {PLAIN, f"{PLAIN}-2"}),
            ({"marking": RELEASE}, ALL - {LATER}),
            ({"caption": "EXDIS"}, {EXDIS}),
            ({"concept": "OIL & GAS", "marking": RELEASE}, {EXDIS}),
        ):
            with self.subTest(query):
                self.assertEqual(self.found(**query), references)
                listed = self.client.get("/created/1975/03.json", query).json()["cables"]
                self.assertEqual({each["reference"] for each in listed}, references)

    def test_words_of_a_concept_are_not_marked_in_the_text(self):
        page = self.client.get("/search/", {"q": "harbor concept:fees"}).content.decode()
        self.assertIn("<mark>HARBOR</mark> RAISED ITS FEES", page)
        for words in ("concept:fees", f"film:{FRAME}", "marking:exdis"):
            with self.subTest(words):
                (found, *_) = self.client.get("/search.json", {"q": words}).json()["results"]
                self.assertEqual(found["excerpts"], [])
                page = self.client.get(f"/cable/{found['reference']}/", {"q": words})
                self.assertNotContains(page, "in none of its paragraphs")
                self.assertNotContains(page, "<mark>")

    def test_fields_of_notes_senders_and_concepts_are_combined(self):
        for text, references in (
            ("from:oslo concept:gas", {EXDIS}),
            ("from:oslo concept:fees", set()),
            ("to:madrid marking:exdis", {EXDIS}),
            ("concept:ports note:fees", set()),
            ("note:fees or concept:gas", {EXDIS}),
            ("to:madrid concept:ports -note:fees -film:P75*", ALL - {PAPER}),
        ):
            with self.subTest(text):
                self.assertEqual(self.found(q=text), references)

    def test_facets_count_them(self):
        facets = self.client.get("/search.json", {"q": "harbor"}).json()["facets"]
        counts = {
            name: {each["value"]: each["cables"] for each in facets[name]}
            for name in ("caption", "concept", "film", "marking")
        }
        self.assertEqual(counts["concept"], {"PORTS": 5, "SHIPPING FEES": 4, "OIL & GAS": 1})
        self.assertEqual(counts["marking"], {RELEASE: 4, "EO SYSTEMATIC REVIEW 22 MAY 2009": 1})
        self.assertEqual(counts["film"][REEL], 2)
        self.assertEqual(counts["caption"], dict.fromkeys(("EXDIS", "NODIS", "STADIS", "ONLY"), 1))
        page = self.client.get("/search/", {"q": "harbor"})
        for words in ("Concept", "Film reel", "Release marking"):
            self.assertContains(page, words)

    def test_the_page_links_reel_release_and_concepts(self):
        page = self.client.get(f"/cable/{EXDIS}/").content.decode()
        for words in (
            "film=D750010",
            "marking=EO+SYSTEMATIC+REVIEW+30+JUN+2005",
            "concept=OIL+%26+GAS",
            "EXDIS, NODISSTADIS",
        ):
            with self.subTest(words):
                self.assertIn(words, page)
        self.assertIn("TEXT ON MICROFILM", self.client.get(f"/cable/{PAPER}/").content.decode())

    def test_the_day_of_the_stamp_is_the_day_of_release(self):
        listed = self.client.get("/released/2009/05/22.json").json()["cables"]
        self.assertEqual([each["reference"] for each in listed], [LATER])
