"""Guidance pages: the standard texts, and an institution's own instead."""

import re

from cables.articles.guidance import SLUGS, guidance, page_address
from cables.articles.markdown import to_html
from cables.models import Page, State
from tests.base import TestCase
from tests.builders import make_cable

ADDRESSES = [page_address(slug) for slug in SLUGS]
# Address -> sentences that its readers look for.
TOLD = {
    "/about/": ["at an address that does not change", "/cable/06BERLIN901234/par3/"],
    "/about/structure-of-a-cable/": ["The message header", "SIPDIS", "portion mark"],
    "/about/discussing-cables/": ["#06BERLIN901234"],
    "/about/faq/": ["What is the difference between Created and Released?"],
    "/about/classification/": [
        *(f"1.4 ({letter})" for letter in "abcdefgh"),
        *("E.O. 12958", "E.O. 13526", "14 October 1995", "27 June 2010"),
    ],
    "/about/how-to-cite/": ["para. 3"],
    "/about/corrections/": ["Asking that a cable be withheld"],
    "/about/requests/": ["take down or correct", "Write to the institution that runs this room."],
    "/about/privacy/": ["set no cookies"],
    "/about/accessibility/": ["level AA"],
    "/developers/": ["/openapi.json", "application/problem+json"],
}


class GuidanceTests(TestCase):
    def test_each_guidance_page_has_its_subject(self):
        for address, sentences in TOLD.items():
            response = self.client.get(address)
            self.assertNotContains(response, "archive.example")
            for sentence in sentences:
                with self.subTest(address, sentence=sentence):
                    self.assertContains(response, sentence)

    def test_each_guidance_page_links_all_others(self):
        for address in ADDRESSES:
            response = self.client.get(address)
            self.assertContains(response, f'<a href="{address}" aria-current="page">')
            for other in ADDRESSES:
                with self.subTest(address, to=other):
                    self.assertContains(response, f'href="{other}"')

    def test_links_in_the_texts_lead_somewhere(self):
        make_cable()
        for text in guidance().values():
            html = to_html(text.body, lambda reference, paragraph: "")
            for link in html.split('<a href="')[1:]:
                address = link.partition('"')[0]
                if address.startswith("https://"):
                    continue  # Of another site, which a test does not ask.
                with self.subTest(text.slug, to=address):
                    self.assertEqual(self.client.get(address).status_code, 200)

    def test_the_privacy_page_is_true(self):
        """No cookie is set, and no page tells another site where its reader comes from."""
        for address in (*ADDRESSES, "/articles/", "/"):
            response = self.client.get(address)
            with self.subTest(address):
                self.assertFalse(response.cookies)
                self.assertEqual(response.headers["Referrer-Policy"], "same-origin")
                scripts = re.findall(rb"<script[^>]*js/(\w+)", response.content)
                self.assertEqual({*scripts} - {b"contents"}, {b"shortcuts", b"suggest"})

    def test_about_and_developers_have_one_address(self):
        response = self.client.get("/about/developers/")
        self.assertRedirects(response, "/developers/", 301)

    def test_an_unknown_page_is_not_found(self):
        self.assertEqual(self.client.get("/about/nonsense/").status_code, 404)

    def test_the_number_of_queries_is_constant(self):
        self.client.get("/about/faq/")
        with self.assertNumQueries(2):  # The state, and the page's own row.
            self.client.get("/about/faq/")


class OwnPageTests(TestCase):
    def make(self, slug, **fields):
        page = Page.objects.create(slug=slug, **{"title": "Our rules", "body": "Ours."} | fields)
        State.advance()
        return page

    def test_an_own_page_replaces_the_standard_one(self):
        for slug in SLUGS:
            address = page_address(slug)
            page = self.make(slug)
            with self.subTest(slug):
                response = self.client.get(address)
                self.assertContains(response, "<p>Ours.</p>")
                self.assertContains(response, "<h1>Our rules</h1>")
            page.delete()
            with self.subTest(slug, deleted=True):
                self.assertContains(self.client.get(address), guidance()[slug].title)

    def test_an_additional_page_is_linked_last(self):
        self.make("opening-hours", title="Opening hours")
        self.assertContains(self.client.get("/about/opening-hours/"), "<p>Ours.</p>")
        html = self.client.get("/about/").content.decode()
        self.assertLess(html.index("/about/privacy/"), html.rindex("/about/opening-hours/"))

    def test_references_are_links(self):
        make_cable("06BERLIN900001")
        self.make("faq", body="06BERLIN900001")
        self.assertContains(self.client.get("/about/faq/"), '<a href="/cable/06BERLIN900001/">')
