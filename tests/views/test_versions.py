"""Pages of versions, of their paragraphs, and of the history of a cable."""

from cables.models import FormerParagraph, Version
from tests.base import TestCase
from tests.builders import BODY, make_cable, make_version

PAGE = "/cable/06BERLIN900001/"


class PinnedParagraphTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        body = (
            "1. (U) The harbor raised\nits fees.\n\n2. (U) Ships waved.\n\n7. See 2005.\n2005. Old."
        )
        cls.cable = make_cable()
        make_version(cls.cable, 1, body="1. (U) Tolls rose.")
        make_version(cls.cable, 2, body=body, subject="OLD <FEES>", reason="It was a <draft>.")
        FormerParagraph.objects.create(
            cable=cls.cable, paragraph="par7", after="par2", version=2, reason="It was a draft."
        )

    def test_a_paragraph_is_shown_as_it_was_between_its_neighbours(self):
        response = self.client.get(f"{PAGE}v2/par2/")
        self.assertContains(response, "Paragraph 2 of version 2</h1>")
        self.assertContains(response, "Old &lt;Fees&gt;")
        self.assertContains(response, '<div class="para focus" id="par2">')
        self.assertContains(response, '<div class="para context" id="par1">')
        self.assertContains(response, f'<a rel="prev" href="{PAGE}v2/par1/">')
        self.assertContains(response, f'<a rel="next" href="{PAGE}v2/par7/">')
        self.assertContains(response, f'<a class="pilcrow" href="{PAGE}v2/#par2"')
        self.assertContains(response, f"http://testserver{PAGE}v2/par2/")

    def test_the_page_says_what_superseded_it_and_why(self):
        response = self.client.get(f"{PAGE}v2/par2/")
        self.assertContains(response, "<b>Superseded.</b>")
        self.assertContains(
            response, f'<a href="{PAGE}v3/">version 3</a> replaced it: It was a &lt;draft&gt;.'
        )
        self.assertContains(response, f'<a href="{PAGE}">The cable as it is now</a>')

    def test_both_texts_are_shown_with_differences_marked(self):
        response = self.client.get(f"{PAGE}v2/par2/")
        self.assertContains(response, "What it says now")
        self.assertContains(response, '<del><span class="unseen">removed: </span>waved.</del>')
        self.assertContains(response, '<ins><span class="unseen">added: </span>complained.</ins>')
        self.assertContains(response, "Version 3, current")

    def test_other_line_breaks_are_no_difference(self):
        response = self.client.get(f"{PAGE}v2/par1/")
        self.assertContains(response, "It has the same words now")
        self.assertContains(response, "with different line breaks")
        self.assertNotContains(response, "<del>")

    def test_a_retired_paragraph_says_so(self):
        response = self.client.get(f"{PAGE}v2/par7/")
        self.assertContains(response, "No longer in the cable")
        self.assertContains(response, "It was a draft.")
        canonical = f'<link rel="canonical" href="http://testserver{PAGE}v2/par7/">'
        self.assertContains(response, canonical)

    def test_a_paragraph_of_the_current_version_says_so(self):
        response = self.client.get(f"{PAGE}v3/par2/")
        self.assertContains(response, "<b>Current.</b>")
        self.assertNotContains(response, "What it says now")
        canonical = f'<link rel="canonical" href="http://testserver{PAGE}par2/">'
        self.assertContains(response, canonical)

    def test_a_paragraph_of_a_version_has_a_text_file(self):
        response = self.client.get(f"{PAGE}v2/par2.txt")
        self.assertEqual(response.content.decode(), "2. (U) Ships waved.\n")
        self.assertEqual(response["Link"], f'<http://testserver{PAGE}par2/>; rel="canonical"')

    def test_a_paragraph_that_a_version_lacks(self):
        cases = [
            ("v1/par2/", 404, f'<a href="{PAGE}v2/par2/">version 2</a>'),
            ("v1/par2.txt", 404, f"It is in: {PAGE}v2/par2/, {PAGE}v3/par2/"),
            ("v1/par7/", 404, f'<a href="{PAGE}v2/par7/">version 2</a>'),
            ("v3/par7/", 410, "It was a draft."),
            ("v3/par7.txt", 410, "It was a draft."),
            ("v2/par9/", 404, "Version 2 of this cable has no paragraph 9"),
            ("v4/par1/", 404, ""),
            ("v0/par1/", 404, ""),
        ]
        for address, status, said in cases:
            with self.subTest(address):
                response = self.client.get(PAGE + address)
                self.assertContains(response, said, status_code=status)

    def test_an_old_fragment_redirects_to_its_paragraph_in_the_version(self):
        response = self.client.get(f"{PAGE}v2/par2005/")
        self.assertRedirects(response, f"{PAGE}v2/par7/", 302, fetch_redirect_response=False)

    def test_another_spelling_redirects_to_the_one_address(self):
        for address in ("/cable/06berlin900001/v2/par2/", "/cable/06BERLIN900001/v2/par2"):
            response = self.client.get(address)
            self.assertRedirects(response, f"{PAGE}v2/par2/", 301, fetch_redirect_response=False)

    def test_the_number_of_queries_is_fixed(self):
        self.client.get(PAGE)  # The lists of the rail are counted once.
        with self.assertNumQueries(5):  # The cable, the version, all, those like now, the state.
            self.client.get(f"{PAGE}v2/par2/")


class HistoryTests(TestCase):
    def test_a_cable_that_never_changed_says_so(self):
        make_cable()
        self.assertContains(self.client.get(PAGE), f'href="{PAGE}history/"')
        response = self.client.get(f"{PAGE}history/")
        self.assertContains(response, "The cable has one version")
        self.assertContains(response, "Not recorded")
        self.assertNotContains(response, "What it changed")

    def test_facts_are_compared_too(self):
        cable = make_cable(classification="SECRET", tags=["EFIS", "PREL"])
        facts = {
            "classification": "CONFIDENTIAL",
            "origin": "Embassy Bonn",
            "tags": ["EFIS"],
            "created": "2006-03-13T00:00:00+00:00",
            "created_precision": "day",
            "partial": True,
            "source": ["06BONN900001", "page", "cables"],
        }
        make_version(cable, subject="OLD FEES", body=BODY, header=cable.header, facts=facts)
        response = self.client.get(f"{PAGE}history/")
        for label in ("Subject", "Created", "Classification", "Origin", "Tags", "Extent"):
            self.assertContains(response, f"<li>{label} changed</li>")
        self.assertContains(response, "removed: </span>Bonn</del>")
        self.assertContains(response, "added: </span>PREL</ins>")
        self.assertContains(
            response, "A page of an earlier archive, published as 06BONN900001, in the collection"
        )
        self.assertNotContains(response, "Message header")

    def test_a_version_without_visible_changes(self):
        cable = make_cable()
        make_version(cable, subject=cable.subject, body=BODY, header=cable.header)
        self.assertContains(self.client.get(f"{PAGE}history/"), "No visible change")

    def test_texts_are_escaped(self):
        cable = make_cable(body="1. <script>alert(1)</script>")
        make_version(cable, body="1. <script>alert(0)</script>")
        response = self.client.get(f"{PAGE}history/")
        self.assertNotContains(response, "<script>alert")
        self.assertContains(response, "&lt;script&gt;alert(1)&lt;/script&gt;")

    def test_many_versions_have_pages(self):
        cable = make_cable()
        for number in range(1, 24):
            make_version(cable, number, body=f"1. Fees of {number}.")
        first = self.client.get(f"{PAGE}history/")
        self.assertContains(first, 'id="v24"')
        self.assertContains(first, 'id="v15"')
        self.assertNotContains(first, 'id="v14"')
        self.assertContains(first, 'href="?page=3"')
        self.assertContains(self.client.get(f"{PAGE}history/?page=2"), "removed: </span>13.</del>")
        last = self.client.get(f"{PAGE}history/?page=3")
        self.assertContains(last, "loaded here for the first time", 1)
        for page in ("0", "4", "x", "9" * 5000):
            self.assertEqual(self.client.get(f"{PAGE}history/?page={page}").status_code, 404)

    def test_the_pages_of_a_cable_link_to_its_history(self):
        make_version(make_cable())
        for address in (PAGE, f"{PAGE}v1/", f"{PAGE}v2/", f"{PAGE}v1/par1/"):
            with self.subTest(address):
                self.assertContains(self.client.get(address), f'href="{PAGE}history/"')

    def test_the_number_of_queries_is_fixed(self):
        cable = make_cable()
        for number in range(1, 9):
            make_version(cable, number)
        self.client.get(PAGE)  # The lists of the rail are counted once.
        with self.assertNumQueries(5):  # Its versions, those like now, collections, the state.
            self.client.get(f"{PAGE}history/")

    def test_a_version_number_below_the_current_one_always_answers(self):
        cable = make_cable()
        for number in range(1, 4):
            make_version(cable, number)
        for number in range(1, 5):
            self.assertEqual(self.client.get(f"{PAGE}v{number}/").status_code, 200)
        self.assertEqual(Version.objects.count(), 3)
        self.assertEqual(self.client.get(f"{PAGE}v5/").status_code, 404)
