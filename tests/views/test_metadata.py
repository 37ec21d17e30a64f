"""What programs read of a cable: reference managers, search engines, previews, signposts."""

import json
import re

from django.test import override_settings
from lxml import html

from tests.base import TestCase
from tests.builders import make_cable, make_version, withhold
from tests.views.test_cable_page import PAGE, TELEGRAM

SITE = "http://testserver"
LINK = re.compile(r'<([^>]*)>((?:; \w+="[^"]*")*)')
AWKWARD = '</script><!-- {X} & "Y" <b>\u2028 \u202e é 😀'


def embedded(page):
    """Return what Zotero's translator for embedded metadata takes from a page.

    It reads meta elements by name or property, Highwire's before Dublin Core's; a report is
    known by the institution that Highwire gives. A name with a comma is (last, first), of another
    the last word is the last name; without a first name it is a corporate author.
    """
    tree = html.document_fromstring(page)
    said = {}
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property")
        if name:
            said.setdefault(name.casefold(), []).append(meta.get("content"))

    def first(*names):
        return next((said[name][0] for name in names if name in said), None)

    report = "citation_technical_report_institution" in said
    return {
        "itemType": "report" if report else "webpage",
        "title": first("citation_title", "dc.title", "og:title"),
        "creators": [name_of(author) for author in said.get("citation_author", [])],
        "date": first("citation_publication_date", "dc.date"),
        "reportNumber": first("citation_technical_report_number"),
        "institution": first("citation_technical_report_institution"),
        "url": first("citation_public_url", "og:url"),
        "tags": said.get("citation_keywords", []),
        "abstractNote": first("citation_abstract", "dcterms.abstract", "og:description"),
    }


def name_of(author):
    """Return [last name], or [last name, first name], as Zotero splits an author."""
    name = author.strip(" .,/[]:")
    if "," in author:
        return name.split(", ")[:2]
    first, _, last = name.rpartition(" ")
    return [last, first]


def data_of(page):
    (script,) = html.document_fromstring(page).xpath("//script[@type='application/ld+json']")
    return json.loads(script.text)


def signposts(response):
    """Return [(relation, address, type)] of the Link header."""
    found = []
    for address, attributes in LINK.findall(response["Link"]):
        named = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        found.append((named["rel"], address, named.get("type", "")))
    return found


class DescribedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(body=TELEGRAM, tags=["EFIS", "FISHER, ANN"])

    def get(self, address):
        return self.client.get(address).content.decode()

    def test_zotero_takes_a_cable_for_a_report(self):
        self.assertEqual(
            embedded(self.get(PAGE)),
            {
                "itemType": "report",
                "title": "Harbor Fees",
                "creators": [["Embassy Berlin"]],
                "date": "2006/03/14",
                "reportNumber": "06BERLIN900001",
                "institution": "Embassy Berlin",
                "url": f"{SITE}{PAGE}",
                "tags": ["EFIS"],  # People are no index.
                "abstractNote": "Embassy Berlin, 14 March 2006. Harbor Fees. 1. (U) Fees rose <by> "
                "half & more in 2005. Ships complained.",
            },
        )

    def test_a_preview_shows_the_words_of_a_paragraph(self):
        words = {
            "par1": "1. (U) Fees rose <by> half & more in 2005. Ships complained.",
            "par1--par1.1": "1. (U) Fees rose <by> half & more in 2005. Ships complained. "
            "BACKGROUND ----------",
        }
        for place, shown in words.items():
            with self.subTest(place):
                told = embedded(self.get(f"{PAGE}{place}/"))
                self.assertEqual(told["abstractNote"], shown)
                self.assertEqual(told["url"], f"{SITE}{PAGE}{place}/")

    def test_dublin_core_is_named_as_programs_know_it(self):
        """A namespace is a name, whose letters are compared; with https it would be another."""
        tree = html.document_fromstring(self.get(PAGE))
        names = {link.get("rel"): link.get("href") for link in tree.iter("link")}
        self.assertEqual(names["schema.DC"], "http://purl.org/dc/elements/1.1/")
        self.assertEqual(names["schema.DCTERMS"], "http://purl.org/dc/terms/")

    def test_json_ld(self):
        told = data_of(self.get(f"{PAGE}par2/"))
        self.assertEqual(told["@id"], f"{SITE}{PAGE}par2/")
        self.assertEqual(told["isPartOf"]["@id"], f"{SITE}{PAGE}")
        self.assertEqual(told["author"]["name"], "Embassy Berlin")
        self.assertEqual(told["dateSent"], "2006-03-14")
        self.assertIn("captains at length.", told["text"])
        self.assertEqual(told["inLanguage"], "en")
        self.assertFalse({"isPartOf", "license"} & data_of(self.get(PAGE)).keys())

    def test_the_licence_of_the_data_is_that_of_a_cable(self):
        address = "https://licence.example/"
        with override_settings(DATA_LICENCE="Public domain.", DATA_LICENCE_URL=address):
            response = self.client.get(PAGE)
            self.assertEqual(data_of(response.content.decode())["license"], address)
            self.assertIn(("license", address, ""), signposts(response))
        with override_settings(DATA_LICENCE="Public domain."):
            self.assertEqual(data_of(self.get(f"{PAGE}par1/"))["license"], "Public domain.")

    def test_no_text_ends_the_script_or_any_attribute(self):
        make_cable("06ROME900002", subject=AWKWARD, body=f"1. {AWKWARD}")
        for place in ("", "par1/"):
            with self.subTest(place):
                page = self.get(f"/cable/06ROME900002/{place}")
                ours = re.compile(r"<script [^>]*src=[^>]*></script>")
                self.assertEqual(ours.sub("", page).count("</script>"), 1)
                script = page.partition("ld+json")[2].partition("</script>")[0]
                self.assertTrue(script.isascii())
                self.assertEqual(data_of(page)["name"], " ".join(AWKWARD.split()))
                self.assertEqual(embedded(page)["title"], " ".join(AWKWARD.split()))

    def test_signposts(self):
        types = {
            "bib": "application/x-bibtex",
            "ris": "application/x-research-info-systems",
            "csl.json": "application/vnd.citationstyles.csl+json",
        }
        for place, end in (
            ("", ("item", f"{SITE}{PAGE[:-1]}.txt", "text/plain")),
            ("par2", ("collection", f"{SITE}{PAGE}", "text/html")),
            ("par1--par2", ("collection", f"{SITE}{PAGE}", "text/html")),
        ):
            with self.subTest(place):
                page = f"{PAGE}{place}/" if place else PAGE
                found = signposts(self.client.get(page))
                self.assertIn(("type", "https://schema.org/ArchiveComponent", ""), found)
                self.assertIn(("author", f"{SITE}/origin/embassy-berlin/", ""), found)
                for form, kind in types.items():
                    address = f"{SITE}{page[:-1]}.{form}"
                    self.assertIn(("describedby", address, kind), found)
                    described = self.client.get(address)
                    self.assertIn(("describes", f"{SITE}{page}", "text/html"), signposts(described))
                self.assertIn(end, found)

    def test_an_earlier_version_is_described_as_it_was(self):
        make_version(self.cable, subject="FEES OF OLD", body="1. Old.")
        told = embedded(self.get(f"{PAGE}v1/"))
        self.assertEqual(told["title"], "Fees of Old")
        self.assertEqual(data_of(self.get(f"{PAGE}v1/"))["version"], 1)
        self.assertEqual(data_of(self.get(PAGE))["version"], 2)

    def test_a_withheld_cable_is_not_described(self):
        withhold(self.cable, "A witness.")
        for address in (PAGE, f"{PAGE}par1/", f"{PAGE}par1--par2/", f"{PAGE}cite/"):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertNotIn("Link", response.headers)
                for sign in ("citation_", "DC.", "og:", "ld+json", "alternate"):
                    self.assertNotContains(response, sign, status_code=410)
