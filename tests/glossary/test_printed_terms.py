"""Terms of the 1940s to 1970s: where texts print them, and in which spellings."""

from html import unescape

from django.test import SimpleTestCase
from lxml import html

from cables.glossary.entries import KINDS, entries, find_terms, terms_asked_for
from tests.base import TestCase
from tests.builders import make_cable

# Text -> the terms that are printed in it.
PRINTED = {
    "Embtel 768 and deptel 12.": ["EMBTEL", "DEPTEL"],
    "EMBTEL 768 TO GVN": ["EMBTEL", "GVN"],
    "Eyes only for Polad.": ["EYES ONLY", "POLAD"],
    "EYES\nONLY": ["EYES ONLY"],
    "Niact 285, Secto 5": ["NIACT", "SECTO"],
    "P.L. 480 or PL-480 wheat": ["PL 480"],
    "His eyes only saw a shape.": ["EYES ONLY"],
    "Embtels, embtel, EMBTEL": ["EMBTEL"],
    "A nato of gvn": [],
    "HE GOT IT IN THIS SHAPE": [],
    "SHAPE at Paris": ["SHAPE"],
    "GVNX, XGVN, non-GVN-like, GVN/X": [],
    "the reference": [],
}


class PrintedTermsTests(SimpleTestCase):
    def test_terms_are_found_as_texts_print_them(self):
        for text, expected in PRINTED.items():
            with self.subTest(text):
                found = find_terms([text]).get(0, [])
                self.assertEqual([term.entry.code for term in found], expected)

    def test_each_term_is_found_once_in_all_texts_where_it_stands_first(self):
        found = find_terms(["No term.", "A GVN note.", "GVN and Embtel 4. GVN."])
        places = {at: [(t.entry.code, t.start) for t in terms] for at, terms in found.items()}
        self.assertEqual(places, {1: [("GVN", 2)], 2: [("EMBTEL", 8)]})

    def test_the_glossary_has_the_terms_of_the_time(self):
        terms = [entry for kind in KINDS for entry in entries()[kind].values()]
        self.assertGreaterEqual(len(terms), 150)
        for code in ("EYES ONLY", "EMBTEL", "DEPTEL", "SECTO", "POLAD", "GVN", "CINCPAC", "SEATO"):
            self.assertIn(code, [entry.code for entry in terms])

    def test_a_question_asks_for_terms(self):
        for text, expected in {
            "NIACT": ["NIACT"],
            "eyes only": ["EYES ONLY"],
            "Embtels 1963": ["EMBTEL"],
            "coup niact gvn": ["NIACT", "GVN"],
            "what he got in Goa": [],
            "is": [],
            "IC": ["IC"],
            "harbor fees": [],
            "": [],
        }.items():
            with self.subTest(text):
                self.assertEqual([entry.code for entry in terms_asked_for(text)], expected)


class LinkedTermsTests(TestCase):
    BODY = "1. Embtel 768 <of> GVN.\n\n2. GVN, and embtel 5 again; Polad."

    def setUp(self):
        self.page = self.client.get(make_cable(body=self.BODY).get_absolute_url())
        self.tree = html.fromstring(self.page.content)

    def test_the_first_of_each_term_in_a_cable_leads_to_the_glossary(self):
        links = self.tree.xpath("//a[@class='term']")
        shown = [(link.text, link.get("href")) for link in links]
        self.assertEqual(
            shown,
            [
                *(("Embtel", "/glossary/EMBTEL/"), ("GVN", "/glossary/GVN/")),
                ("Polad", "/glossary/POLAD/"),
            ],
        )
        self.assertIn("Government of Vietnam", links[1].get("title"))

    def test_the_text_stays_as_sent(self):
        wires = self.tree.xpath("//*[contains(@class, 'wire')]")
        self.assertEqual("\n\n".join(wire.text_content() for wire in wires), self.BODY)

    def test_each_link_leads_to_a_page_that_explains_the_term(self):
        for link in self.tree.xpath("//a[@class='term']"):
            page = self.client.get(link.get("href"))
            meaning = link.get("title").partition(". ")[2]
            self.assertIn(meaning, unescape(page.content.decode()))
