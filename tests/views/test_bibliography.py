"""A list of citations in an address."""

import json
from unittest import TestCase as PureTestCase

import bibtexparser
import rispy
from lxml import html

from cables.citations.citation_list import MOST, MOST_FILED, MOST_STYLED, SelectedItem, read_item
from cables.models import FormerParagraph, FormerReference
from tests.base import TestCase
from tests.builders import make_cable, make_cables, make_version, withhold

# Pasted text -> item.
PASTED = {
    "06LISBON900412": "06LISBON900412",
    "06LISBON900412/par3": "06LISBON900412/par3",
    "06LISBON900412/par3--par5": "06LISBON900412/par3--par5",
    "06LISBON900412/par3-2--par4.1": "06LISBON900412/par3-2--par4.1",
    "06LISBON900412/par3--par3": "06LISBON900412/par3",
    "https://archive.example/cable/06LISBON900412/par3/": "06LISBON900412/par3",
    "https://archive.example/cable/06LISBON900412/#par3.1": "06LISBON900412/par3.1",
    "https://archive.example/cable/06LISBON900412/v2/#par3": "06LISBON900412/par3",
    "https://archive.example/cable/06LISBON900412/par3--par5/cite/": "06LISBON900412/par3--par5",
    "/cable/06LISBON900412/par3.bib": "06LISBON900412/par3",
    "/cable/2006/03/06LISBON900412.html#par4": "06LISBON900412/par4",
    "06 Lisbon 900412, para. 3": "06LISBON900412/par3",
    "06LISBON900412, paras. 3–5": "06LISBON900412/par3--par5",
    "06LISBON900412 ¶¶ 3-5": "06LISBON900412/par3--par5",
    "06lisbon900412": "06LISBON900412",
    "FRUS1861-D12/par2": "FRUS1861-D12/par2",
    "nothing": None,
    "": None,
}


class ItemTests(PureTestCase):
    def test_pasted_text_is_parsed(self):
        for text, item in PASTED.items():
            with self.subTest(text):
                found = read_item(text)
                self.assertEqual(found and str(found), item)

    def test_an_item_can_be_read_back(self):
        for item in (
            SelectedItem("06LISBON900412"),
            SelectedItem("06LISBON900412", ("par2.1", "par4to14")),
        ):
            self.assertEqual(read_item(str(item)), item)


class SelectionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable()
        cls.rome = make_cable("06ROME900002", origin="Embassy Rome", subject="NETS")

    def test_items_are_listed_in_order(self):
        response = self.client.get("/cite/?c=06ROME900002&c=06BERLIN900001/par2")
        page = response.content.decode()
        first, second = "Embassy Rome, “Nets,” cable 06ROME900002", "cable 06BERLIN900001, 14 March"
        self.assertLess(page.index(first), page.index(second))
        self.assertContains(response, "para. 2, http://testserver/cable/06BERLIN900001/v1/par2/,")

    def test_each_item_can_be_removed(self):
        response = self.client.get("/cite/?c=06ROME900002&c=06BERLIN900001/par2")
        self.assertContains(response, 'name="out" value="06BERLIN900001/par2"')
        asked = {"c": ["06ROME900002", "06BERLIN900001/par2"], "out": "06BERLIN900001/par2"}
        self.assertRedirects(self.client.get("/cite/", asked), "/cite/?c=06ROME900002")

    def test_an_item_can_be_added(self):
        response = self.client.get(
            "/cite/", {"c": "06ROME900002", "add": "http://x/cable/06BERLIN900001/#par2"}
        )
        self.assertRedirects(response, "/cite/?c=06ROME900002&c=06BERLIN900001/par2")
        nothing = self.client.get("/cite/", {"c": "06ROME900002", "add": "<harbor>"})
        self.assertContains(nothing, "These words were not read: “&lt;harbor&gt;”.")

    def test_several_are_added_together_and_what_is_not_read_is_said(self):
        both = "/cite/?c=06ROME900002&c=06BERLIN900001"
        for text, address in (
            ("06ROME900002, 06BERLIN900001", both),
            ("06 Rome 900002; 06BERLIN900001 and the 900003", f"{both}&add=the+900003"),
            ("06ROME900002 and Lisbn 900412, 06BERLIN900001", f"{both}&add=Lisbn+900412"),
            ("06ROME900002; 06BERLIN900001, 14 March 2006", both),
            (
                "Embassy Berlin, “Nets 12,” cable 06BERLIN900001, 14 March 2006, "
                "http://x/cable/06BERLIN900001/v1/",
                "/cite/?c=06BERLIN900001",
            ),
        ):
            with self.subTest(text):
                response = self.client.get("/cite/", {"add": text})
                self.assertEqual(response["Location"], address)
        told = self.client.get(f"{both}&add=Lisbn+900412")
        self.assertContains(told, "These words were not read: “Lisbn 900412”.")

    def test_the_citation_page_of_a_cable_adds_to_the_list(self):
        page = self.client.get("/cable/06BERLIN900001/par2/cite/?c=06ROME900002")
        self.assertContains(page, 'href="/cite/?c=06ROME900002&amp;c=06BERLIN900001/par2"')
        self.assertContains(page, "Add paragraph 2 to the 1 already chosen")

    def test_files_have_all_items(self):
        asked = "?c=06ROME900002&c=06BERLIN900001/par2"
        keys = ["06ROME900002", "06BERLIN900001-par2"]
        bib = self.client.get(f"/cite.bib{asked}").content.decode()
        self.assertEqual([entry.key for entry in bibtexparser.parse_string(bib).entries], keys)
        ris = self.client.get(f"/cite.ris{asked}").content.decode()
        self.assertEqual([record["id"] for record in rispy.loads(ris)], keys)
        csl = json.loads(self.client.get(f"/cite.csl.json{asked}").content)
        self.assertEqual([item["id"] for item in csl], keys)
        for form in ("md", "txt"):
            self.assertEqual(self.client.get(f"/cite.{form}{asked}").content.count(b"\n"), 2)

    def test_items_are_cited_in_a_style(self):
        asked = "?c=06ROME900002&c=06BERLIN900001/par2&style=apa"
        response = self.client.get(f"/cite/{asked}")
        self.assertContains(response, "(Embassy Berlin, 2006, para. 2)")
        lines = self.client.get(f"/cite.txt{asked}").content.decode().split("\n")
        self.assertTrue(lines[0].startswith("Embassy Berlin. (2006, March 14). Harbor Fees ("))

    def test_a_cable_that_has_two_references_is_cited_once(self):
        FormerReference.objects.create(cable=self.cable, reference="06BONN900001", kind="renamed")
        response = self.client.get("/cite.txt?c=06BONN900001&c=06BERLIN900001")
        self.assertEqual(response.content.count(b"\n"), 1)

    def test_items_that_cannot_be_cited_are_named_and_in_no_file(self):
        make_version(self.cable, body="1. One.\n\n3. Gone.")
        FormerParagraph.objects.create(cable=self.cable, paragraph="par3", version=1)
        withhold(self.rome, "A witness.")
        said = {
            "06ROME900002": "06ROME900002 is withheld: A witness.",
            "06ROME900002/par1": "06ROME900002 is withheld: A witness.",
            "06BERLIN900009": "This archive does not hold 06BERLIN900009.",
            "06BERLIN900001/par3": "Paragraph 3 is no longer in 06BERLIN900001.",
            "06BERLIN900001/par99": "Paragraph 99 is not in 06BERLIN900001.",
        }
        for item, words in said.items():
            with self.subTest(item):
                page = self.client.get("/cite/", {"c": ["06BERLIN900001", item]})
                self.assertContains(page, words)
                self.assertContains(page, 'href="/cite.bib?c=06BERLIN900001"')
                refused = self.client.get("/cite.bib", {"c": ["06BERLIN900001", item]})
                self.assertContains(refused, words, status_code=404)
                rest = "/cite.bib?c=06BERLIN900001\n"
                self.assertContains(refused, f"The rest: {rest}", status_code=404)

    def test_a_page_leads_to_what_it_has_no_room_for_and_a_file_has_all(self):
        references = [f"06ROME{number}" for number in range(900100, 900110 + MOST)]
        make_cables(references)
        asked = {"c": references}
        page = self.client.get("/cite/", asked)
        self.assertContains(page, "Remove 06ROME", MOST)
        self.assertContains(page, "the other 10</a> are on the next page")
        (rest,) = html.fromstring(page.content).xpath("//p[@class='notice']/a/@href")
        self.assertContains(self.client.get(rest), "Remove 06ROME", 10)
        listed = self.client.get("/cite.txt", asked)
        self.assertEqual(listed.content.count(b"\n"), len(references))
        address = f'/cite.txt?{"&amp;".join(f"c={each}" for each in references)}"'
        self.assertContains(page, address)

    def test_a_page_grows_no_faster_than_what_is_chosen(self):
        """Each place costs its own citation, and no link to each of the others."""
        references = [f"06ROME{number}" for number in range(900100, 900100 + MOST)]
        make_cables(references)
        few, more = (
            len(self.client.get("/cite/", {"c": references[:some]}).content) for some in (10, MOST)
        )
        none = len(self.client.get("/cite/").content)
        self.assertLess((more - none) / MOST, 1.2 * (few - none) / 10)

    def test_more_than_a_file_holds_are_refused(self):
        asked = {"c": [f"06ROME{number}" for number in range(900100, 900101 + MOST_FILED)]}
        refused = self.client.get("/cite.ris", asked)
        self.assertContains(refused, f"A file can have at most {MOST_FILED}", status_code=404)

    def test_too_many_items_for_a_style_are_refused(self):
        references = [f"06ROME{number}" for number in range(900100, 900101 + MOST_STYLED)]
        make_cables(references)
        asked = {"c": references, "style": "apa"}
        self.assertContains(
            self.client.get("/cite/", asked), f"At most {MOST_STYLED} citations can be shown"
        )
        self.assertEqual(self.client.get("/cite.txt", asked).status_code, 404)
        self.assertEqual(self.client.get("/cite.txt", {"c": references}).status_code, 200)

    def test_an_empty_list_explains_itself(self):
        self.assertContains(self.client.get("/cite/"), "Add a reference")
        self.assertContains(self.client.get("/cite.bib"), "Name cables to cite", status_code=404)

    def test_it_sets_no_cookie(self):
        response = self.client.get("/cite/?c=06ROME900002&c=06BERLIN900001/par2")
        self.assertEqual(len(response.cookies), 0)

    def test_the_number_of_queries_does_not_grow_with_the_list(self):
        references = [f"06ROME{number}" for number in range(900100, 900120)]
        make_cables(references)
        self.client.get("/")  # Fills the cache of counts.
        for some in (references[:2], references):
            with self.assertNumQueries(3):  # The cables, their origins, the state number.
                self.client.get("/cite/", {"c": some})
