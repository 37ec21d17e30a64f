"""What readers are told of the documents of a volume: of what kind, what their texts are."""

import re
import tempfile
from html import unescape
from pathlib import Path

from lxml.html import fromstring

from cables.curation.erasures import erase
from cables.loader import LoadReport, load
from cables.models import Cable
from tests.base import TestCase
from tests.builders import forget_counts, load_records, make_cable, withhold
from tests.project.test_redacted_leaks import public_rows
from tests.source_files import csv_record
from tests.views.test_volumes import VOLUME, VolumeTestCase


class KindTests(VolumeTestCase):
    def test_cables_only_is_one_click_away(self):
        for address, total in (
            ("/volume/frus1955-57v99/", 6),
            ("/search/?volume=frus1955-57v99", 6),
        ):
            with self.subTest(address):
                html = self.client.get(address).content.decode()
                self.assertIn(f"<b>{total} documents</b>", html)
                (link,) = re.findall(r'<a href="([^"]*)">Cables only</a>', html)
                html = self.client.get(unescape(link)).content.decode()
                self.assertIn(f"{total - 1} ", re.search("<b>.* cables?</b>", html)[0])
                self.assertNotIn("FRUS1955-57V99-D2", html)

    def test_what_is_no_cable_is_never_called_one(self):
        address = "/cable/FRUS1955-57V99-D2/"
        for page in (address, f"{address}cite/", f"{address}par0.1/", f"{address}references/"):
            with self.subTest(page):
                main = fromstring(self.client.get(page).content).xpath("//main")[0]
                for each in main.xpath(".//*[@aria-labelledby='help'] | .//details | .//pre"):
                    each.drop_tree()
                words = " ".join(main.text_content().split()).replace("Cable Reading Room", "")
                found = re.findall(r"[^/]{,30}(?<!/)\b[Cc]ables?\b(?!/)[^/]{,30}", words)
                self.assertEqual([each for each in found if "several" not in each], [])


class CitedTests(VolumeTestCase):
    def test_a_citation_of_a_volume_leads_to_its_documents(self):
        listed = "/search/?q=56LISBON412+or+FRUS1955-57V99-D2&sort=reference"
        on_page_2 = f"/search/?q={'+or+'.join(f'FRUS1955-57V99-D{n}' for n in range(2, 7))}"
        for asked, address in (
            ("FRUS, 1955–1957, vol. XCIX, doc. 2", ""),  # No volume has such a number.
            ("FRUS, 1955–57, vol. 99, doc. 2", "/cable/FRUS1955-57V99-D2/"),
            ("Foreign Relations 1955-57, 99: 2", f"{on_page_2}&sort=reference"),
            ("FRUS 1955–1957, vol. 99, docs. 1–2", listed),
            ("FRUS 1955–1957, vol. 99", "/volume/frus1955-57v99/"),
            ("cites:FRUS1955-57V99-D2", "/cable/FRUS1955-57V99-D2/references/"),
            ("cites: FRUS 1955–57, vol. 99, doc. 9999", ""),
            ("frus1955-57v99 p. 700", ""),
        ):
            with self.subTest(asked):
                response = self.client.get("/search/", {"q": asked})
                self.assertEqual(response.get("Location", ""), address)
        self.assertContains(response, "No volume here has the page that is cited.")
        for absent in ("FRUS, 1955–1957, vol. XLI, doc. 2", "FRUS 1897, p. 3", "For. Rel. 1897"):
            with self.subTest(absent):
                found = self.client.get("/search/", {"q": absent})
                self.assertContains(found, "The volume of Foreign Relations that is cited is not")
        self.assertNotContains(response, "Did you mean")
        self.assertContains(self.client.get(listed), "<b>2 documents</b>")
        unnumbered = "/search/?q=FRUS1955-57V99-D2+or+FRUS1955-57V99-D3"
        for address in (listed, unnumbered):
            self.assertNotContains(self.client.get(address), "does not hold")

    def test_quotations_and_lists_of_citations_take_it_too(self):
        words = {"quotation": "one two three four five", "reference": "FRUS 1955–57, 99, docs. 1–2"}
        several = "is 56LISBON412, FRUS1955-57V99-D2: all documents were searched"
        self.assertContains(self.client.post("/quote/", words), several)
        added = self.client.get("/cite/", {"add": words["reference"]})["Location"]
        self.assertEqual(added, "/cite/?c=56LISBON412&c=FRUS1955-57V99-D2")


class TextMarkTests(TestCase):
    """What is not as it was sent says so wherever its title stands."""

    @classmethod
    def setUpTestData(cls):
        text = VOLUME.read_text().replace("</persName> told me", "</persName> [Paraphrase] told me")
        with tempfile.TemporaryDirectory() as folder:
            cls.path = Path(folder) / VOLUME.name
            cls.path.write_text(text)
            load(cls.path)
            cls.loaded = cable = Cable.objects.get(reference="56LISBON412")
            for copy in cable.copies.all():  # As a room has it that was filled before.
                del copy.facts["edition"]["text_marks"]
                copy.save()
            cls.report = load(cls.path)
        forget_counts()

    def test_a_room_that_was_filled_before_gets_the_marks_when_volumes_are_loaded_again(self):
        self.assertEqual(self.report, LoadReport(rows=6, changed=1, unchanged=5))
        cable = Cable.objects.get(reference="56LISBON412")
        self.assertIn("text:paraphrase in part", cable.labels)
        self.assertEqual(cable.paragraph_ids, self.loaded.paragraph_ids)

    def test_the_mark_stands_beside_the_title(self):
        for address in (
            *("/cable/56LISBON412/", "/cable/56LISBON412/cite/", "/volume/frus1955-57v99/"),
            *("/search/?q=harbor+fees", "/cable/56LISBON412.bib", "/volume/frus1955-57v99.atom"),
            *("/cable/56LISBON412.json", "/cable/56LISBON412/par2/", "/quote/"),
        ):
            with self.subTest(address):
                sent = {"quotation": "told me that ships complained"}
                ask = self.client.post if address == "/quote/" else self.client.get
                content = ask(address, sent).content.decode()
                self.assertIn(
                    "Harbor fees [Paraphrase in part]", re.sub("</?mark>|[{}]", "", content)
                )

    def test_lists_are_narrowed_by_what_a_text_is_and_the_holdings_count_excisions(self):
        for value in ("paraphrase-in-part", "excised"):
            with self.subTest(value):
                found = self.client.get(f"/search/?text={value}")
                self.assertContains(found, "<b>1 cable</b>")
                self.assertContains(self.client.get("/search.json?q=fees"), f'"{value}"')
        rows = self.client.get("/holdings/volume.csv").getvalue().decode()
        self.assertIn("volume,held,partial,excised,redacted,withheld,missing,left_out", rows)
        self.assertIn(",6,0,1,0,0,0,0", rows)


class NotHereTests(TestCase):
    """What a room lacks of a volume leads to its publisher, unless it was taken from readers."""

    SITE = "https://history.state.gov/historicaldocuments"

    @classmethod
    def setUpTestData(cls):
        load(VOLUME, everything=False)
        forget_counts()

    def test_a_document_that_is_not_held_leads_to_its_publisher(self):
        for reference, page in (
            ("FRUS1955-57V99-D2", "frus1955-57v99/d2"),
            ("FRUS1961-63V10-12MSUPP-D273A", "frus1961-63v10-12mSupp/d273a"),
            ("FRUS1919PARISV01-D7", "frus1919Parisv01/d7"),
            ("FRUS1902APP1-D7", "frus1902app1/d7"),
            ("FRUS1969-76VE14P1-D7", "frus1969-76ve14p1/d7"),
        ):
            with self.subTest(reference):
                for ending in ("/", ".txt"):
                    answer = self.client.get(f"/cable/{reference}{ending}")
                    self.assertContains(answer, f"{self.SITE}/{page}", status_code=404)

    def test_a_number_behind_the_last_of_a_whole_volume_leads_nowhere(self):
        for everything, is_linked in ((False, True), (True, False)):
            load(VOLUME, everything=everything)
            forget_counts()
            with self.subTest(everything=everything):
                page = self.client.get("/cable/FRUS1955-57V99-D999/")
                self.assertEqual(page.status_code, 404)
                self.assertEqual(f"{self.SITE}/frus1955-57v99/d999" in page.text, is_linked)

    def test_a_quotation_of_it_is_ready_at_its_publisher(self):
        words = "the lamps of the quay, which nobody - not one - has ever paid for"
        sent = {"quotation": words, "reference": "FRUS1955-57V99-D2"}
        answer = self.client.post("/quote/", sent)
        ends = "the%20lamps%20of%20the%20quay%2C,%2D%20has%20ever%20paid%20for"
        page = f'<a href="{self.SITE}/frus1955-57v99/d2#:~:text={ends}"'
        self.assertContains(answer, page)

    def test_numbers_that_a_volume_lacks_lead_there_but_for_what_is_withheld(self):
        withhold(Cable.objects.get(reference="FRUS1955-57V99-D4"))
        forget_counts()
        page = self.client.get("/volume/frus1955-57v99/")
        self.assertContains(page, "2 documents not here")
        link = '<a href="{}" aria-label="Document {}"{}>'.format
        self.assertContains(page, link(f"{self.SITE}/frus1955-57v99/d2", 2, ' rel="noopener"'))
        self.assertContains(page, link("/cable/FRUS1955-57V99-D4/", 4, ""))

    def test_what_a_cable_cites_and_is_not_here_leads_there(self):
        make_cable("06BERLIN900001", cites=["FRUS1955-57V99-D2", "06ROME900001"])
        page = self.client.get("/cable/06BERLIN900001/")
        link = f'<a href="{self.SITE}/frus1955-57v99/d2" rel="noopener">FRUS1955-57V99-D2</a>'
        self.assertContains(page, link)

    def test_a_note_behind_a_number_says_which_document_has_its_text(self):
        link = {"start": 8, "end": 18, "to": "#d2"}
        note = {"id": "d9fn1", "n": "1", "text": "Text in Document 2.", "at": "Your 912."}
        edition = {"volume": "frus1955-57v99", "document": "d9", "address": self.SITE}
        facts = {"edition": edition | {"notes": [note | {"links": [link]}]}}
        make_cable("56ROME9", cites=["56OSLO912"], facts=facts)
        page = self.client.get("/cable/56ROME9/")
        text = f'<span>; its text is in <a href="{self.SITE}/frus1955-57v99/d2">document 2</a>'
        self.assertContains(page, f"56OSLO912\n<span>not here</span>{text}")


class LeftOutTests(TestCase):
    def test_documents_left_out_by_choice_are_told_and_lead_to_their_publisher(self):
        load(VOLUME, everything=False)
        forget_counts()
        told = "1 document of this volume is left out here by choice"
        self.assertContains(self.client.get("/volume/frus1955-57v99/"), told)
        self.assertContains(self.client.get("/holdings/"), "1 document of volumes is left out")
        page = "/volume/frus1955-57v99/left-out/"
        self.assertContains(self.client.get("/holdings/volume/"), f'<a href="{page}">1</a>')
        official = "https://history.state.gov/historicaldocuments/frus1955-57v99/d2"
        link = f'<a href="{official}" rel="noopener">2. Editorial Note</a>'
        self.assertContains(self.client.get(page), link)
        load(VOLUME)
        forget_counts()
        self.assertNotContains(self.client.get("/volume/frus1955-57v99/"), "left out")
        self.assertRedirects(self.client.get(page), "/volume/frus1955-57v99/")

    def test_a_document_that_another_file_brings_is_not_told_there_whatever_becomes_of_it(self):
        load(VOLUME, everything=False)
        name, page = "FRUS1955-57V99-D2", "/volume/frus1955-57v99/left-out/"
        load_records(csv_record(name), collection="others")
        forget_counts()
        for decide in (withhold, lambda cable: erase(cable.reference, "A witness.")):
            decide(Cable.objects.get(reference=name))
            forget_counts()
            self.assertRedirects(self.client.get(page), "/volume/frus1955-57v99/")
            self.assertNotIn("2. Editorial Note", public_rows())
