"""Pages of a paragraph, of a retired paragraph, and of versions."""

import re

from cables.models import FormerParagraph
from tests.base import TestCase
from tests.builders import make_cable, make_origin, make_version
from tests.views.test_cable_page import PAGE, TELEGRAM


class ParagraphPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(body=TELEGRAM)

    def test_shows_a_paragraph_between_its_neighbours(self):
        response = self.client.get(f"{PAGE}par1.1/")
        self.assertContains(response, "Paragraph 1, block 1</h1>")
        self.assertContains(response, '<div class="para focus kept" id="par1.1">')
        self.assertContains(response, '<div class="para context" id="par1">')
        self.assertContains(response, '<div class="para context" id="par2">')
        self.assertContains(response, f'<a rel="prev" href="{PAGE}par1/">¶&nbsp;1</a>')
        self.assertContains(response, f'<a rel="next" href="{PAGE}par2/">¶&nbsp;2</a>')
        self.assertContains(response, f"http://testserver{PAGE}#par1.1")
        self.assertContains(response, "06BERLIN900001, para 1, block 1")

    def test_it_links_to_its_place_in_the_cable(self):
        response = self.client.get(f"{PAGE}par2/")
        self.assertContains(response, f'<a href="{PAGE}#par2">¶&nbsp;2 of 06BERLIN900001</a>')
        self.assertContains(response, f'<a class="pilcrow" href="{PAGE}#par2"')
        self.assertContains(response, 'href="#cite">Cite</a>')
        self.assertContains(response, "<span>under Background</span>")
        self.assertNotContains(self.client.get(f"{PAGE}par1/"), "<span>under")

    def test_the_preview_for_other_sites(self):
        response = self.client.get(f"{PAGE}par1/")
        self.assertContains(response, "<title>06BERLIN900001, paragraph 1: Harbor Fees -")
        self.assertContains(
            response,
            '<meta name="description" content="Paragraph 1: 1. (U) Fees rose &lt;by&gt; half &amp;'
            ' more in 2005. Ships complained.">',
        )
        self.assertContains(response, f'<link rel="canonical" href="http://testserver{PAGE}par1/">')

    def test_the_preview_of_a_long_paragraph_is_cut(self):
        make_cable("06ROME900002", body=f"1. {'Fees rose again. ' * 40}")
        page = self.client.get("/cable/06ROME900002/par1/").content.decode()
        preview = re.search(r'name="description" content="([^"]*)"', page)[1]
        self.assertLess(180, len(preview))
        self.assertTrue(preview.endswith("Fees rose again. …"))

    def test_the_text_file_has_its_lines_alone(self):
        response = self.client.get(f"{PAGE}par1.txt")
        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        lines = "1. (U) Fees rose <by> half & more in\n2005. Ships complained.\n"
        self.assertEqual(response.content.decode(), lines)
        self.assertEqual(response["Link"], f'<http://testserver{PAGE}par1/>; rel="canonical"')
        self.assertEqual(self.client.get(f"{PAGE}par2.1.txt").status_code, 200)
        self.assertEqual(self.client.get(f"{PAGE}par9.txt").status_code, 404)
        former = self.client.get(f"{PAGE}par2005.txt")
        self.assertRedirects(former, f"{PAGE}par1.txt", 302, fetch_redirect_response=False)

    def test_the_number_of_queries_is_fixed(self):
        self.client.get(f"{PAGE}par2.1/")  # Then the counts of the room are cached.
        with self.assertNumQueries(3):  # The cable, what is around it, the number of the state.
            self.client.get(f"{PAGE}par1/")

    def test_the_first_and_the_last_have_one_neighbour(self):
        self.assertNotContains(self.client.get(f"{PAGE}par1/"), 'rel="prev"')
        self.assertNotContains(self.client.get(f"{PAGE}par2.1/"), 'rel="next"')

    def test_an_old_fragment_redirects_to_its_paragraph(self):
        for fragment, leads_to in (("par2005", f"{PAGE}par1/"), ("parB", f"{PAGE}#parB")):
            with self.subTest(fragment):
                response = self.client.get(f"{PAGE}{fragment}/")
                self.assertRedirects(response, leads_to, 302, fetch_redirect_response=False)

    def test_a_retired_paragraph_says_when_and_why_it_went(self):
        make_version(self.cable, body="1. One.\n\n3. Gone.")
        FormerParagraph.objects.create(
            cable=self.cable, paragraph="par3", after="par1", version=1, reason="It was a draft."
        )
        response = self.client.get(f"{PAGE}par3/")
        self.assertContains(response, "It was a draft.", status_code=410)
        self.assertContains(response, f'href="{PAGE}v1/#par3"', status_code=410)
        page = self.client.get(PAGE).content.decode()
        self.assertEqual(page.count('id="par3"'), 1)
        self.assertLess(page.index('id="par1"'), page.index('id="par3"'))
        self.assertLess(page.index('id="par3"'), page.index('id="par2"'))
        self.assertIn("It was a draft.", page)

    def test_notes_on_retired_paragraphs_follow_the_living_one_before(self):
        for paragraph, after in (("par7", ""), ("par8", "par7"), ("par9", "par2.1")):
            FormerParagraph.objects.create(
                cable=self.cable, paragraph=paragraph, after=after, version=1
            )
        page = self.client.get(PAGE).content.decode()
        order = ["par7", "par8", "par1", "par2.1", "par9"]
        places = [page.index(f'id="{paragraph}"') for paragraph in order]
        self.assertEqual(places, sorted(places))


class VersionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable()
        make_version(cls.cable, subject="OLD FEES", body="1. The old fees.")

    def test_a_superseded_text_stays_at_its_address(self):
        response = self.client.get(f"{PAGE}v1/")
        self.assertContains(response, "1. The old fees.")
        self.assertContains(response, ">OLD FEES</span>")
        self.assertContains(response, f'<li><a href="{PAGE}">Text</a></li>')
        self.assertContains(response, "Viewing cable 06BERLIN900001, version 1</span>")
        self.assertContains(response, "A better copy was loaded.")
        self.assertContains(response, f'<link rel="canonical" href="http://testserver{PAGE}">')
        self.assertNotContains(response, "Ships complained")

    def test_each_version_has_a_text_file(self):
        old = self.client.get(f"{PAGE}v1.txt")
        self.assertEqual(old.content.decode(), "1. The old fees.\n")
        self.assertEqual(old["Link"], f'<http://testserver{PAGE}>; rel="canonical"')
        new = self.client.get(f"{PAGE}v2.txt")
        self.assertEqual(new.content, self.client.get("/cable/06BERLIN900001.txt").content)
        self.assertEqual(self.client.get(f"{PAGE}v3.txt").status_code, 404)
        self.assertContains(self.client.get(f"{PAGE}v1/"), f'href="{PAGE}v1.txt"')

    def test_a_superseded_text_has_the_facts_of_its_time(self):
        make_origin("Embassy Bonn")
        facts = {
            "origin": "Embassy Bonn",
            "classification": "SECRET",
            "created": "2006-03-13T00:00:00+00:00",
            "created_precision": "day",
            "partial": True,
            "tags": ["EAGR"],
        }
        self.cable.versions.update(facts=facts)
        response = self.client.get(f"{PAGE}v1/")
        for fact in ("Embassy Bonn</a>", "SECRET</span>", "2006-03-13</time>, hour unknown"):
            self.assertContains(response, fact)
        self.assertContains(response, "This is a partial extract")
        self.assertContains(response, '<a href="/tag/EAGR/">EAGR</a>')
        self.assertNotContains(self.client.get(PAGE), "Embassy Bonn")

    def test_its_paragraphs_are_cited_at_the_address_of_the_version(self):
        response = self.client.get(f"{PAGE}v1/")
        self.assertContains(response, f">http://testserver{PAGE}v1/#par1</span></dd>")
        self.assertContains(response, f">http://testserver{PAGE}v1/par1/</a></dd>")

    def test_the_current_version_has_an_address_too(self):
        response = self.client.get(f"{PAGE}v2/")
        self.assertContains(response, "Ships complained")
        self.assertContains(response, "<b>Current.</b> This is version 2")

    def test_the_cable_says_that_it_was_changed(self):
        response = self.client.get(PAGE)
        self.assertContains(response, "A better copy was loaded.")
        self.assertContains(response, f'<a href="{PAGE}v1/">version 1</a>')
