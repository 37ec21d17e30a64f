"""The citation page of cables, paragraphs and ranges, and its files."""

import json

import bibtexparser
import rispy
from django.utils import timezone
from django.utils.html import strip_tags

from cables.models import FormerParagraph, FormerReference
from tests.base import TestCase
from tests.builders import make_cable, make_version
from tests.views.test_cable_page import PAGE, TELEGRAM

REF = "06BERLIN900001"
SITE = "http://testserver"
FORMS = {
    ".bib": "application/x-bibtex; charset=utf-8",
    ".ris": "application/x-research-info-systems; charset=utf-8",
    ".csl.json": "application/vnd.citationstyles.csl+json; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
PLACES = (f"/cable/{REF}", f"{PAGE}par2", f"{PAGE}par1--par2")


class CitePageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(body=TELEGRAM)

    def test_a_paragraph_has_all_citation_formats(self):
        response = self.client.get(f"{PAGE}par2/cite/")
        pinned = f"{SITE}{PAGE}v1/par2/"
        for words in (
            "Cite paragraph 2</h1>",
            f'data-copy="the link">{pinned}</p>',
            "“Harbor Fees,” Diplomatic cable 06BERLIN900001, March 14, 2006, para. 2, ",
            "(Embassy Berlin, 2006, para. 2)",
            "(Embassy Berlin, “Harbor Fees,” par. 2)",
            "‘Harbor Fees’ (14 March 2006) para 2",
            "<i>Harbor Fees</i>, ¶ 2 (Mar. 14, 2006)",
            "{{cite report |author=Embassy Berlin |title=Harbor Fees",
            f"[06BERLIN900001]({pinned})",
            f"&lt;a href=&quot;{pinned}&quot;&gt;06BERLIN900001&lt;/a&gt;",
            "@misc{06BERLIN900001-par2,",
            "TY  - RPRT",
            "&quot;type&quot;: &quot;document&quot;",
        ):
            with self.subTest(words):
                self.assertContains(response, words)
        self.assertContains(response, f"accessed {timezone.now():%B %-d, %Y}")
        self.assertContains(response, f'<link rel="canonical" href="{SITE}{PAGE}par2/">')

    def test_boxes_with_one_name_have_one_thing(self):
        """What is fixed to the words is "This version"; "Short citation" is that of a paragraph."""
        for address, label, value in (
            (PAGE, "Newest text", f"{SITE}{PAGE}par1/"),  # The first box is of a paragraph.
            (PAGE, "This version", f"{SITE}{PAGE}v1/"),
            (f"{PAGE}par1/", "Short citation", f"{REF}, para 1"),
            (f"{PAGE}par1/cite/", "This version", f"{SITE}{PAGE}v1/par1/"),
        ):
            with self.subTest(address, label=label):
                html = self.client.get(address).content.decode()
                box = html.partition(f"<dt>{label}</dt>")[2].partition("</dd>")[0]
                self.assertEqual(strip_tags(box), value)
        self.assertNotContains(self.client.get(f"{PAGE}par1/cite/"), "Short citation")

    def test_cables_and_ranges_have_citations(self):
        self.assertContains(self.client.get(f"{PAGE}cite/"), f">{SITE}{PAGE}v1/</p>")
        response = self.client.get(f"{PAGE}par1--par2/cite/")
        self.assertContains(response, "(Embassy Berlin, 2006, paras. 1–2)")
        self.assertContains(response, f">{SITE}{PAGE}v1/#par1</p>")

    def test_the_page_of_a_cable_links_to_its_citations(self):
        page = self.client.get(PAGE)
        self.assertContains(page, f'href="{PAGE}cite/"')
        self.assertContains(page, f'href="{PAGE}par2/cite/"')
        self.assertContains(self.client.get(f"{PAGE}par2/"), f'href="{PAGE}par2/cite/"')

    def test_another_style_is_found_by_its_name(self):
        for words in ("mhra-notes", "International Affairs"):
            with self.subTest(words):
                response = self.client.get(f"{PAGE}par2/cite/", {"style": words})
                self.assertIsNotNone(response.context["in_style"])
        some = self.client.get(f"{PAGE}par2/cite/?style=MHRA&c=06ROME900002")
        self.assertContains(
            some, '<a rel="nofollow" href="?style=mhra-notes&amp;c=06ROME900002#other">'
        )
        none = self.client.get(f"{PAGE}par2/cite/?style=<xyz>")
        self.assertContains(none, "No style has “&lt;xyz&gt;” in its name")
        refused = self.client.get(f"{PAGE}par2/cite/?style=de-buck")
        self.assertContains(refused, "The citation program cannot produce the style")

    def test_search_engines_do_not_index_it(self):
        response = self.client.get(f"{PAGE}cite/")
        self.assertEqual(response["X-Robots-Tag"], "noindex, nofollow")

    def test_a_script_copies(self):
        response = self.client.get(f"{PAGE}cite/")
        self.assertIn("script-src 'self'", response["Content-Security-Policy"])
        self.assertContains(response, '<script type="module" src="/static/js/copy.js"></script>')

    def test_pages_of_cables_do_not_wait_for_styles(self):
        self.client.get(f"{PAGE}par1/")  # Then the counts of the room are cached.
        with self.assertNumQueries(3):  # The cable, what is around it, the number of the state.
            self.client.get(f"{PAGE}par2/")
        with self.assertNumQueries(2):  # The cable and the number of the state.
            self.client.get(f"{PAGE}par2/cite/")


class RangeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(body=TELEGRAM)

    def test_a_range_shows_its_paragraphs_only(self):
        response = self.client.get(f"{PAGE}par1--par2/")
        self.assertContains(response, "Paragraphs 1–2</h1>")
        for shown in ("par1", "par1.1", "par2"):
            self.assertContains(response, f'id="{shown}"')
        self.assertNotContains(response, 'id="par2.1"')
        self.assertContains(response, f'<link rel="canonical" href="{SITE}{PAGE}par1--par2/">')

    def test_the_text_file_has_the_lines_of_the_range(self):
        response = self.client.get(f"{PAGE}par1--par1.1.txt")
        lines = "1. (U) Fees rose <by> half & more in\n2005. Ships complained."
        self.assertEqual(response.content.decode(), f"{lines}\n\nBACKGROUND\n----------\n")

    def test_other_orders_and_spellings_redirect_to_the_one_address(self):
        FormerReference.objects.create(cable=self.cable, reference="06BONN900001", kind="renamed")
        leads = {
            f"{PAGE}par2--par1/": f"{PAGE}par1--par2/",
            f"{PAGE}par2--par1/cite/": f"{PAGE}par1--par2/cite/",
            f"{PAGE}par2--par1.ris": f"{PAGE}par1--par2.ris",
            f"{PAGE}par2--par2/": f"{PAGE}par2/",
            f"{PAGE}par2--par2.bib": f"{PAGE}par2.bib",
            f"{PAGE}par1--par2": f"{PAGE}par1--par2/",
            "/cable/06bonn900001/par1--par2/": f"{PAGE}par1--par2/",
            "/cable/06 berlin 900001.csl.json": f"/cable/{REF}.csl.json",
            "/cable/06bonn900001/cite?style=apa": f"{PAGE}cite/?style=apa",
        }
        for address, leads_to in leads.items():
            with self.subTest(address):
                response = self.client.get(address)
                self.assertRedirects(response, leads_to, 301, fetch_redirect_response=False)

    def test_an_old_fragment_redirects_to_its_paragraph(self):
        for address, leads_to in (
            (f"{PAGE}par2005--par2/", f"{PAGE}par1--par2/"),
            (f"{PAGE}par2005.bib", f"{PAGE}par1.bib"),
            (f"{PAGE}par2005/cite/", f"{PAGE}par1/cite/"),
        ):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertRedirects(response, leads_to, 302, fetch_redirect_response=False)

    def test_a_missing_paragraph_is_answered_as_at_its_own_address(self):
        make_version(self.cable, body="1. One.\n\n3. Gone.")
        FormerParagraph.objects.create(
            cable=self.cable, paragraph="par3", version=1, reason="A slip"
        )
        for end in ("/", ".txt", "/cite/", *FORMS):
            with self.subTest(end):
                gone = self.client.get(f"{PAGE}par1--par3{end}")
                self.assertContains(gone, "A slip", status_code=410)
                self.assertEqual(self.client.get(f"{PAGE}par1--par99{end}").status_code, 404)
                self.assertEqual(self.client.get(f"/cable/06ROME900002/par1{end}").status_code, 404)


class FileTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(
            body=TELEGRAM, tags=["EFIS", "FISHER, ANN"], subject='{FEES} & "DUES"', header="FM X"
        )

    def test_files_have_a_media_type_and_link_to_the_page(self):
        for place in PLACES:
            for form, kind in FORMS.items():
                with self.subTest(place + form):
                    response = self.client.get(place + form)
                    self.assertEqual(response["Content-Type"], kind)
                    page = f'<{SITE}{place}/>; rel="canonical"'
                    self.assertTrue(response["Link"].startswith(page))

    def test_reference_managers_get_a_file_with_a_name(self):
        response = self.client.get(f"{PAGE}par1--par2.ris")
        name = f'attachment; filename="{REF}-par1--par2.ris"'
        self.assertEqual(response["Content-Disposition"], name)

    def test_records_name_the_cited_paragraph(self):
        bib = self.client.get(f"{PAGE}par2.bib").content.decode()
        (entry,) = bibtexparser.parse_string(bib).entries
        self.assertEqual(entry.key, f"{REF}-par2")
        (record,) = rispy.loads(self.client.get(f"/cable/{REF}.ris").content.decode())
        self.assertEqual(record["title"], '{Fees} & "Dues"')
        (item,) = json.loads(self.client.get(f"{PAGE}par1--par2.csl.json").content)
        self.assertEqual(item["URL"], f"{SITE}{PAGE}v1/#par1")

    def test_a_cable_as_data(self):
        make_version(self.cable, reason="A better copy.")
        told = self.client.get(f"/cable/{REF}.json").json()
        self.assertEqual(told["reference"], REF)
        self.assertEqual(told["version"], 2)
        self.assertEqual(told["digest"], self.cable.digest)
        self.assertEqual(told["tags"], ["EFIS"])  # People are no index.
        self.assertEqual(told["header"], "FM X")
        self.assertEqual([each["id"] for each in told["paragraphs"]], self.cable.paragraph_ids)
        self.assertEqual(told["paragraphs"][2]["mark"], "SBU")
        self.assertEqual(told["paragraphs"][2]["address"], f"{SITE}{PAGE}par2/")
        (version,) = told["superseded"]
        self.assertEqual(version["address"], f"{SITE}{PAGE}v1/")
        self.assertEqual(version["reason"], "A better copy.")
        self.assertEqual(self.client.get(told["text_address"]).content.decode(), self.cable.text)

    def test_the_data_of_a_paragraph_have_no_other_text(self):
        told = self.client.get(f"{PAGE}par2.json").json()
        self.assertEqual([each["id"] for each in told["paragraphs"]], ["par2"])
        self.assertNotIn("header", told)

    def test_a_paragraph_as_a_quotation(self):
        text = self.client.get(f"{PAGE}par1.md").content.decode()
        self.assertTrue(
            text.startswith("> 1\\. (U) Fees rose \\<by\\> half \\& more in\n> 2005\\. Ships")
        )
        self.assertIn(f"cable [{REF}]({SITE}{PAGE}v1/par1/), 14 March 2006", text)

    def test_a_cable_as_markdown_keeps_its_tables(self):
        text = self.client.get(f"/cable/{REF}.md").content.decode()
        self.assertTrue(text.startswith('# \\{Fees\\} \\& "Dues"\n'))
        self.assertIn("```\nBerth     Fee       Paid\nOne ", text)
