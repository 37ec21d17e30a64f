"""Errors of files: programs and reference managers are sent a sentence, never a page."""

from cables.api.problems import FILES
from cables.views.list_pages.data import KINDS
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold
from tests.paths import PROJECT
from tests.project.routes import ROUTES

TEXT, PROBLEM = "text/plain; charset=utf-8", "application/problem+json"


class FileErrorTests(TestCase):
    def setUp(self):
        forget_counts()

    def test_no_file_that_is_not_there_is_answered_with_a_page(self):
        """Every address of a file with which the tests know a cable; here there is none."""
        refused = set()
        for address in (each for several in ROUTES.values() for each in several):
            path = address.partition("?")[0]
            if not path.endswith((*FILES, ".json")):
                continue
            with self.subTest(address):
                answer = self.client.get(address)
                if answer.status_code >= 400:
                    refused.add(path.rpartition(".")[2])
                    form = PROBLEM if path.endswith(".json") else TEXT
                    self.assertEqual(answer["Content-Type"], form)
                    self.assertNotIn(b"<", answer.content)
        expected = {"atom", "bib", "csv", "json", "md", "ris", "txt", "xml"}
        self.assertEqual(refused & expected, expected)

    def test_addresses_of_nothing(self):
        for ending in FILES:
            with self.subTest(ending):
                answer = self.client.get(f"/nothing{ending}")
                self.assertEqual((answer.status_code, answer["Content-Type"]), (404, TEXT))
                self.assertIn("Nothing is at this address.", answer.content.decode())
        self.assertContains(self.client.get("/nothing/"), "</html>", status_code=404)

    def test_a_withheld_cable_says_why_in_each_of_its_files(self):
        withhold(make_cable("06ROME900002"), "A witness <A>.")
        for ending in (".txt", ".bib", ".ris", "/par1.txt", "/v1.txt"):
            with self.subTest(ending):
                answer = self.client.get(f"/cable/06ROME900002{ending}")
                self.assertEqual((answer.status_code, answer["Content-Type"]), (410, TEXT))
                self.assertIn("A witness <A>.", answer.content.decode())
                self.assertEqual(answer["X-Content-Type-Options"], "nosniff")

    def test_scripts_of_other_sites_read_data_only(self):
        for path, is_data in (
            ("/cable/06ROME900002.json", True),
            ("/cable/06ROME900002.txt", False),
        ):
            answer = self.client.get(path)
            self.assertEqual("Access-Control-Allow-Origin" in answer, is_data)


class ListsOfListsTests(TestCase):
    def test_every_kind_is_in_the_documents(self):
        for name in ("cables/articles/guidance_texts/developers.md", "docs/programs.md"):
            text = (PROJECT / name).read_text()
            for kind in KINDS:
                with self.subTest(name, kind=kind):
                    self.assertTrue(f"`/{kind}.json`" in text)
