"""The glossary: codes, meanings, addresses and counts."""

import re
from unittest import TestCase as PureTestCase

from lxml import html

from cables.glossary import entries
from cables.models import Tag
from tests.base import TestCase
from tests.builders import make_cable, withhold

PAGES = [f"/glossary/{page}/" for page in entries.PAGES]
HEAVIEST = 152_000  # Bytes.
IDS = re.compile(r'\bid="([^"]*)"')


class EntriesTests(PureTestCase):
    def test_every_code_has_an_address_that_leads_to_it(self):
        for kind, by_code in entries.entries().items():
            for entry in by_code.values():
                with self.subTest(kind, code=entry.code):
                    self.assertIn(entry, entries.look_up(entry.slug))
                    self.assertEqual(entries.slug(entry.slug), entry.slug)

    def test_slugs_of_codes(self):
        addresses = {
            "SIPDIS": ("caption", "SIPDIS"),
            "P": ("precedence", "P"),
            "PP": ("precedence", "P"),
            "C-NF": ("mark", "C//NF"),
            "1.4-B": ("reason", "1.4(b)"),
            "1.5-B": ("reason", "1.4(b)"),
            "E.O.-12958": ("order", "E.O. 12958"),
            "25X1": ("exemption", "25X1"),
            "SECRET-NOFORN": ("class", "SECRET//NOFORN"),
            "UNGA-C-6": ("organization", "UNGA/C-6"),
            "CH": ("geo", "CH"),
            "RUEHC": ("route", "RUEHC"),
        }
        for address, expected in addresses.items():
            with self.subTest(address):
                (entry,) = entries.look_up(address)
                self.assertEqual((entry.kind, entry.code), expected)

    def test_one_address_can_have_several_meanings(self):
        self.assertEqual([entry.kind for entry in entries.look_up("TO")], ["label", "geo"])

    def test_an_indicator_in_a_range_has_the_entry_of_the_range(self):
        self.assertEqual(entries.find_route("RUCOBRC").name, "NCTAMS LANT NORFOLK VA")
        self.assertIsNone(entries.find_route("RQQQQQQ"))

    def test_every_term_is_explained(self):
        for kind in entries.TERMS:
            for entry in entries.entries()[kind].values():
                with self.subTest(entry.code):
                    self.assertTrue(entry.name and entry.meaning)
                    self.assertLess(len(entry.words), 260)

    def test_all_subjects_and_most_places_are_explained(self):
        named = {
            kind: [entry.code for entry in entries.values() if entry.name]
            for kind, entries in entries.entries().items()
        }
        self.assertEqual(len(named["subject"]), len(entries.entries()["subject"]))
        self.assertGreater(len(named["geo"]), 180)
        self.assertGreater(len(named["organization"]), 200)


class GlossaryTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Herring and other fish")
        for code in ("PREL", "ZZSECRETLY"):
            Tag.objects.create(code=code, kind="subject")
        make_cable(tags=["EFIS", "PREL", "EXAMPLE, ANN"], classification="SECRET//NOFORN")
        cls.withheld = make_cable("06BERLIN900002", tags=["PREL", "ZZSECRETLY"])
        withhold(cls.withheld, "A witness is named in it.")

    def test_the_glossary_lists_every_kind(self):
        response = self.client.get("/glossary/")
        for kind in entries.TERMS:
            with self.subTest(kind):
                self.assertContains(response, f"<h2>{entries.headings()[kind][0]}</h2>", html=True)
                self.assertContains(response, f'id="{kind}"', 1)
        for address in PAGES:
            self.assertContains(response, f'href="{address}"')

    def test_every_code_is_listed_exactly_once(self):
        for address in ["/glossary/", *PAGES]:
            with self.subTest(address):
                ids = IDS.findall(self.client.get(address).content.decode())
                self.assertEqual(len(ids), len(set(ids)))
        for page, kind in entries.PAGES.items():
            response = self.client.get(f"/glossary/{page}/")
            for entry in entries.entries()[kind].values():
                self.assertContains(response, f' id="{entry.slug}">', 1)

    def test_pages_are_small(self):
        for address in ["/glossary/", *PAGES]:
            with self.subTest(address):
                self.assertLess(len(self.client.get(address).content), HEAVIEST)

    def test_tags_lead_to_their_lists_with_their_counts(self):
        response = self.client.get("/glossary/subjects/")
        for code in ("EFIS", "PREL"):
            self.assertContains(
                response, f'href="/tag/{code}/" aria-label="1 cable with {code}">1 cable</a>'
            )
        self.assertNotContains(response, "/tag/ZZSECRETLY/")
        self.assertNotContains(response, "/tag/SNAR/")  # No cable has it.

    def test_the_label_of_curators_is_preferred(self):
        self.assertContains(self.client.get("/glossary/EFIS/"), "Herring and other fish")
        self.assertContains(self.client.get("/tag/EFIS/"), "Herring and other fish")
        self.assertContains(self.client.get("/tag/PREL/"), entries.tag_label("PREL"))

    def test_classifications_lead_to_their_lists(self):
        response = self.client.get("/glossary/SECRET-NOFORN/")
        self.assertContains(response, "Secret, not for foreign nationals.")
        self.assertContains(response, 'href="/classification/secret-noforn/"')

    def test_a_code_has_all_its_meanings(self):
        response = self.client.get("/glossary/TO/")
        self.assertContains(response, "Who has to act on it.")
        self.assertContains(response, "Togo")

    def test_other_spellings_redirect_to_the_address(self):
        spellings = {"sipdis": "SIPDIS", "PP": "P", "1.5(d)": "1.4-D", "E.O. 12958": "E.O.-12958"}
        for spelling, address in spellings.items():
            with self.subTest(spelling):
                response = self.client.get(f"/glossary/{spelling}/")
                self.assertRedirects(response, f"/glossary/{address}/", 301)

    def test_an_unknown_code_is_not_found(self):
        for code in ("QQQQ", "EXAMPLE, ANN", "EXAMPLE-ANN", "ZZSECRETLY", "()"):
            with self.subTest(code):
                self.assertEqual(self.client.get(f"/glossary/{code}/").status_code, 404)

    def test_pages_link_to_the_glossary(self):
        self.assertContains(self.client.get("/"), 'href="/glossary/"')


class RelatedTagsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for code, kind in (("EFIS", "subject"), ("PREL", "subject"), ("SNAR", "subject")):
            Tag.objects.create(code=code, kind=kind)
        Tag.objects.create(code="ANN EXAMPLE", kind="unknown")
        persons = ["EXAMPLE, ANN", "ANN EXAMPLE"]
        make_cable("06BERLIN900001", tags=["EFIS", "PREL", *persons])
        make_cable("06BERLIN900002", tags=["EFIS", "PREL", "EWWT"])
        withhold(make_cable("06BERLIN900003", tags=["EFIS", "SNAR"]), "A witness is named in it.")

    def related(self, address):
        tree = html.fromstring(self.client.get(address).content)
        return tree.xpath("//nav[@aria-labelledby='related']//a/@href")

    def test_a_tag_links_to_tags_of_the_same_published_cables(self):
        self.assertEqual(self.related("/tag/EFIS/"), ["/tag/PREL/"])
        self.assertEqual(self.related("/tag/PREL/"), ["/tag/EFIS/"])

    def test_a_tag_without_related_tags_shows_none(self):
        make_cable("06BERLIN900004", tags=["ECON"])
        self.assertEqual(self.related("/tag/ECON/"), [])

    def test_the_most_common_come_first(self):
        make_cable("06BERLIN900005", tags=["EFIS", "SNAR"])
        make_cable("06BERLIN900006", tags=["EFIS", "SNAR"])
        make_cable("06BERLIN900007", tags=["EFIS", "SNAR"])
        self.assertEqual(self.related("/tag/EFIS/"), ["/tag/SNAR/", "/tag/PREL/"])
