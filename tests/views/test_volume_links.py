"""Cross references and lists of a volume: what they lead to, and what they never tell."""

import re
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase as PlainTestCase
from unittest import mock

from django.contrib.auth.models import User

from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import load
from cables.models import Cable, State, VolumePage
from cables.telegram.apply_redactions import Strike
from cables.templatetags.editor_notes import html_link
from cables.views.list_pages.volume_links import VolumeLinks
from tests.base import TestCase
from tests.builders import forget_counts, load_file, publish, withhold
from tests.paths import DATA
from tests.sources.test_frus_markup import DATELINE, HEAD, document, volume

VOLUME = DATA / "frus1949v97.xml"
SITE = "https://history.state.gov/historicaldocuments"
FIRST, SECOND = "49LISBON900101", "49STATE900102"


class LinkTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        load(VOLUME, everything=True, collection="frus")
        forget_counts()

    def page(self, address, status=200):
        response = self.client.get(address)
        self.assertEqual(response.status_code, status)
        return response.content.decode()

    def links(self, address):
        """Return {words: address} of the links of a page."""
        found = re.findall(r'<a href="([^"]*)"[^>]*>([^<]+)</a>', self.page(address))
        return {words: to for to, words in found}

    def entry(self, key):
        """Return the documents that an entry of the list of persons leads to."""
        html = self.page("/volume/frus1949v97/persons/")
        words = html.partition(f'id="{key}"')[2].partition("</p>")[0]
        return re.findall(r'<a href="/cable/([^/]+)/"', words)


class CrossReferenceTests(LinkTestCase):
    def test_notes_and_texts_link_to_documents_notes_lists_and_the_official_site(self):
        for address, links in (
            (f"/cable/{FIRST}/", {
                "Document 3": "/cable/FRUS1949V97-D3/",
                "footnote 3, Document 2": f"/cable/{SECOND}/#note-d2fn3",
                "vol. XCVI, Document 12": f"{SITE}/frus1948v96/d12",
                "Document 4": "/cable/FRUS1949V97-D4/",
                "Tern": "/volume/frus1949v97/persons/#p_TG1",
                "Rell": "/person/maro-rell/",
                "FB": "/volume/frus1949v97/terms/#t_FB1",
            }),
            ("/cable/FRUS1949V97-D3/", {
                "Document 1": f"/cable/{FIRST}/",
                "volume XCVI": f"{SITE}/frus1949v96",
            }),
            (f"/cable/{FIRST}/par0.1/", {"footnote 3, Document 2": f"/cable/{SECOND}/#note-d2fn3"}),
            ("/volume/frus1949v97/preface/", {
                "Rell": "/person/maro-rell/",
                "Document 1": f"/cable/{FIRST}/",
                "the terms": "/volume/frus1949v97/terms/",
            }),
        ):  # fmt: skip
            found = self.links(address)
            for words, to in links.items():
                with self.subTest(address, words=words):
                    self.assertEqual(found.get(words), to)

    def test_only_the_printed_words_are_links_and_no_other_site_is_linked(self):
        html = self.page("/cable/FRUS1949V97-D3/")
        self.assertEqual(html.count(">Document 1</a>"), 1)
        self.assertIn("For Document 1 see there.", html)
        self.assertNotIn("evil.example", html)

    def test_what_is_not_published_is_linked_at_the_official_site(self):
        withhold(Cable.objects.get(reference=SECOND))
        forget_counts()
        links = self.links(f"/cable/{FIRST}/")
        self.assertEqual(links["footnote 3, Document 2"], f"{SITE}/frus1949v97/d2")

    def test_each_target_has_an_address(self):
        from cables.search.list_counts import ListCounts

        links = VolumeLinks("frus1949v97", ListCounts.current())
        for target, address in (
            ("#comp1", "/volume/frus1949v97/comp1/"),
            ("#persons", "/volume/frus1949v97/persons/"),
            ("frus1949v97#d1", f"/cable/{FIRST}/"),
            ("frus1949v97", "/volume/frus1949v97/"),
            ("#pg_2", f"{SITE}/frus1949v97/pg_2"),
            ("#d2fn4fn5", f"/cable/{SECOND}/#note-d2fn4fn5"),
            ("frus1948v96#d12fn3", f"{SITE}/frus1948v96/d12"),
            ("http://static.history.state.gov/frus/a.pdf",
             "https://static.history.state.gov/frus/a.pdf"),
            ("#p_NN1", ""), ("#t_NN1", ""), ("", ""), ("[redacted]", ""),
            ("https://evil.example/history.state.gov/", ""),
            ("https://history.state.gov.evil.example/", ""),
        ):  # fmt: skip
            with self.subTest(target):
                self.assertEqual(links.address(target), address)


class GlossaryTests(TestCase):
    def test_a_term_of_the_volume_is_never_explained_by_the_glossary_of_the_archive(self):
        for listed, explained in (("O.A.S., Oars Association", False), ("NATO, Pact", True)):
            with self.subTest(listed):
                word, _, meaning = listed.partition(", ")
                entry = f"<item><term xml:id='t_1'>{word}</term>, {meaning}</item>"
                terms = f"<head>Terms</head><list>{entry}</list>"
                text = f"<p>900101. Ships.</p><p>The OAS met. The MDAP paid {word}.</p>"
                path = Path(self.folder) / "frus1949v01.xml"
                path.write_text(volume(document(f"{HEAD}{DATELINE}{text}"), terms=terms))
                load(path, everything=True, collection="frus")
                forget_counts()
                html = self.client.get("/cable/49LISBON900101/").content.decode()
                self.assertEqual('href="/glossary/OAS/"' in html, explained)
                self.assertIn('href="/glossary/MDAP/"', html)

    def test_what_stands_above_a_text_has_its_links_notes_and_captions(self):
        rell = "<persName corresp='#p_R1'>Rell</persName>"
        source = "<note type='source'>Source: Files, 1/2. Secret; Niact. Quay.</note>"
        head = f"<head>1. Letter From the Envoy ({rell}) to Quay{source}</head>"
        day = "<date when='1949-01-03'>January 3, 1949</date><note n='2'>At sea.</note>"
        entry = "<item><persName xml:id='p_R1'>Rell, Maro</persName>, Envoy</item>"
        text = f"{head}<dateline>Lisbon, {day}</dateline><p>Fees.</p>"
        xml = volume(document(text), terms=f"<head>Persons</head><list>{entry}</list>")
        path = Path(self.folder) / "frus1949v01.xml"
        path.write_text(xml)
        load(path, everything=True, collection="frus")
        forget_counts()
        html = self.client.get("/cable/FRUS1949V01-D1/").content.decode()
        rows = dict(re.findall(r"<dt>([^<]*)</dt>(.*?)</div>", html, re.DOTALL))
        link = '<a href="/person/maro-rell/">Rell</a>'
        for row in ("Heading", "From"):
            self.assertIn(link, rows[row])
        self.assertIn("note-mark", rows["Dateline"])
        self.assertNotIn("note-mark", rows["Heading"])
        self.assertIn("caption=NIACT", rows["Captions"])
        self.assertIn("Rell, Maro, Envoy", html)
        told = self.client.get("/cable/FRUS1949V01-D1.json").json()
        self.assertEqual(told["captions"], ["NIACT"])
        curator = User.objects.create_user("anna")
        cable = Cable.objects.get(reference="FRUS1949V01-D1")
        redact_cable(cable, Strike("", ("Rell", "Niact")), "Why.", curator)
        forget_counts()
        html = self.client.get("/cable/FRUS1949V01-D1/").content.decode()
        self.assertNotIn("p_R1", html)
        self.assertNotIn("NIACT", html)
        told = self.client.get("/cable/FRUS1949V01-D1.json").json()
        self.assertEqual(told["captions"], [])

    def setUp(self):
        self.folder = self.enterContext(TemporaryDirectory())


class ListTests(LinkTestCase):
    def test_an_entry_leads_to_the_documents_that_the_index_names(self):
        self.assertEqual(self.entry("p_RM1"), [FIRST, SECOND, "FRUS1949V97-D3"])
        self.assertEqual(self.entry("p_TG1"), [FIRST])
        self.assertEqual(self.entry("p_OA1"), [SECOND])

    def test_a_withheld_document_is_in_no_entry(self):
        withhold(Cable.objects.get(reference=SECOND))
        forget_counts()
        self.assertEqual(self.entry("p_RM1"), [FIRST, "FRUS1949V97-D3"])
        self.assertNotIn("p_OA1", str(Cable.objects.filter(reference=SECOND).values().get()))
        publish(Cable.objects.get(reference=SECOND))
        forget_counts()
        self.assertEqual(self.entry("p_RM1"), [FIRST, SECOND, "FRUS1949V97-D3"])

    def test_a_redacted_document_is_in_no_entry_and_has_no_moved_link(self):
        curator = User.objects.create_user("anna")
        redact_cable(
            Cable.objects.get(reference=FIRST), Strike("", ("Rell", "wrote it")), "Why.", curator
        )
        forget_counts()
        self.assertNotIn(FIRST, self.entry("p_RM1") + self.entry("p_TG1"))
        html = self.page(f"/cable/{FIRST}/")
        self.assertNotIn("p_RM1", html)
        self.assertNotIn("#note-d2fn3", html)
        self.assertIn("/terms/#t_FB1", html)
        self.assertIn('href="/cable/FRUS1949V97-D3/"', html)  # Of the source note.

    def test_the_pages_of_a_volume_are_listed_and_read(self):
        html = self.page("/volume/frus1949v97/")
        for name, title in (
            ("preface", "Preface"),
            ("sources", "Sources"),
            ("terms", "Abbreviations"),
            ("persons", "Persons"),
        ):
            with self.subTest(name):
                self.assertIn(f'<a href="/volume/frus1949v97/{name}/">{title}</a>', html)
                page = self.page(f"/volume/frus1949v97/{name}/")
                self.assertIn(f"<h1>{title}</h1>", page)
                self.assertNotIn("as they were sent", page)
        self.assertIn("Pilot &amp; poet", page)
        self.assertIn("<h2>Method</h2>", self.page("/volume/frus1949v97/preface/"))
        for address in ("/volume/frus1949v97/toc/", "/volume/frus1949v97/persons.atom"):
            self.page(address, status=404)

    def test_pages_of_a_volume_without_published_documents_are_not_shown(self):
        for cable in Cable.objects.all():
            withhold(cable)
        forget_counts()
        self.page("/volume/frus1949v97/persons/", status=404)

    def test_loading_again_changes_nothing_and_another_edition_replaces_the_pages(self):
        before = list(VolumePage.objects.values())
        state = State.objects.get().number
        self.assertEqual(load(VOLUME, everything=True, collection="frus").written, 0)
        self.assertEqual(list(VolumePage.objects.values()), before)
        self.assertEqual(State.objects.get().number, state)
        VolumePage.objects.filter(name="terms").update(title="Terms")
        load(VOLUME, everything=True, collection="frus")
        self.assertEqual(VolumePage.objects.get(name="terms").title, "Abbreviations")
        self.assertEqual(VolumePage.objects.count(), 4)


class OddNameTests(TestCase):
    def test_a_volume_whose_sections_and_chapters_have_odd_ids_is_shown(self):
        xml = VOLUME.read_text().replace('xml:id="sources"', 'xml:id="a/b c"')
        xml = xml.replace('xml:id="comp1"', 'xml:id="comp/1"')
        load_file(VOLUME.name, xml, everything=True, collection="frus")
        forget_counts()
        page = self.client.get("/volume/frus1949v97/").content.decode()
        for name, words in (("a-b-c", "953.00: ships"), ("comp-1", FIRST)):
            with self.subTest(name):
                self.assertIn(f"/volume/frus1949v97/{name}/", page)
                self.assertContains(self.client.get(f"/volume/frus1949v97/{name}/"), words)


class LinkToAnotherSiteTests(PlainTestCase):
    def test_it_is_written_without_a_warning_of_django(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            html = html_link("https://history.state.gov/?a=1&b=2", "<there>")
        address = "https://history.state.gov/?a=1&amp;b=2"
        self.assertEqual(html, f'<a href="{address}" rel="noopener">&lt;there&gt;</a>')


class OtherVolumeTests(TestCase):
    def test_another_volume_is_read_once_for_all_links_to_it(self):
        from cables.search.list_counts import ListCounts

        load(DATA / "frus1955-57v99.xml", everything=True, collection="frus")
        forget_counts()
        links = VolumeLinks("frus1949v97", ListCounts.current())
        links.address("frus1955-57v99#d1")
        with mock.patch("cables.views.list_pages.volume_links.documents_in") as read:
            for number in range(2, 9):
                self.assertTrue(links.address(f"frus1955-57v99#d{number}"))
            with self.assertNumQueries(0):
                links.address("frus1955-57v99#persons")
        read.assert_not_called()
