"""The examples of search tips and error pages are of what the archive holds."""

import re
from datetime import UTC, datetime
from html import unescape

from cables.models import Cable, Origin, Tag
from cables.search.examples import Examples, find_examples
from cables.search.list_counts import ListCounts
from tests.articles.test_guidance import ADDRESSES
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold
from tests.views.test_volumes import VolumeTestCase

QUAYS = "1. Maro Rell saw quay walls at Havre. The quay walls of Brest are old."


class ExamplesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        made = {"origin": "Legation Paris", "created": datetime(1864, 5, 2, tzinfo=UTC)}
        make_cable("64PARIS900001", body=QUAYS, **made)
        make_cable("64PARIS900002", body="1. Quay walls are high.", **made)
        secret = "1. Quiet witness. Quiet witness."
        make_cable("64PARIS900000", body=secret, facts={"redacted": True}, **made)
        for number in range(3):
            withhold(make_cable(f"64PARIS90001{number}", body=secret, **made))
        Origin.objects.filter(name="Legation Paris").update(city="Paris")
        forget_counts()

    def test_they_are_picked_from_published_cables_without_names(self):
        self.assertNotIn("control number", self.client.get("/search/").content.decode())
        Cable.objects.filter(reference="64PARIS900002").update(header="CONTROL: 4711")
        forget_counts()
        self.assertIn("control number 4711", self.client.get("/search/").content.decode())
        expected = Examples(
            *("64PARIS900001", "Legation Paris", "Paris", 1864, ("quay", "walls")),
            **{"control": "4711", "paragraphs": ("par1",)},
        )
        self.assertEqual(find_examples(ListCounts.current()), expected)

    def test_an_archive_without_cables_has_examples_too(self):
        for cable in Cable.objects.published():
            withhold(cable)
        forget_counts()
        self.assertIn("06 Lisbon 900412", self.client.get("/search/").content.decode())

    def test_help_and_error_pages_name_them_and_nothing_from_elsewhere(self):
        for address, example in (
            ("/search/", "Legation Paris 1864 quay"),
            ("/search/", "“telegram 900001 from Paris”"),
            ("/search/?q=zebra", "&quot;quay walls&quot;"),
            ("/nothing/here/", "/cable/64PARIS900001/"),
            ("/?ref=zebra", "One looks like 64PARIS900001:"),
            ("/quote/", 'placeholder="64PARIS900001"'),
            ("/about/", "/cable/64PARIS900001/v1/"),
            ("/about/faq/", "/cable/64PARIS900001.txt"),
            ("/about/how-to-cite/", 'cable <a href="http://testserver/cable/64PARIS900001/v1/">'),
            ("/about/requests/", "64PARIS900001"),
            ("/annotations/", "/cable/64PARIS900001/v1/"),
        ):
            with self.subTest(address, example=example):
                html = self.client.get(address).content.decode()
                self.assertIn(example.replace("&quot;", '"'), html)
                for other in ("Lisbon", "2006", "06BERLIN", "EFIS", "tag:", "witness"):
                    self.assertNotIn(other, html)

    def test_the_explained_reference_is_one_of_the_archive(self):
        html = self.client.get("/about/structure-of-a-cable/").content.decode()
        self.assertIn("</code> is number 900001 that Paris sent in 1864.", html)

    def test_tags_are_offered_where_there_are_any(self):
        for address in ("/", "/search/?q=quay", "/nothing/here/"):
            with self.subTest(address):
                html = self.client.get(address).content.decode()
                links = html.replace('href="/tag/">All tags<', "")  # The navigation's.
                self.assertNotIn('href="/tag/"', links)
                self.assertNotIn('name="tag"', html)
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        make_cable("64PARIS900003", origin="Legation Paris", tags=["EFIS"])
        forget_counts()
        self.assertIn("tag:EFIS", self.client.get("/search/").content.decode())
        self.assertIn('name="tag"', self.client.get("/search/?q=quay").content.decode())


class GuidedTests(TestCase):
    """Guidance pages name addresses of documents and paragraphs that are here, and no others."""

    BODIES = {
        "numbered": "\n\n".join(f"{at}. The quay walls are old." for at in range(1, 6)),
        "unnumbered": "Sir: The quay walls are old.\n\nThey are of stone.",
        "one": "1. The quay walls are old.",
    }
    TOLD = {"numbered": "para. 3", "unnumbered": "passage 1", "one": "para. 1"}

    def test_each_address_that_a_guidance_page_names_is_here(self):
        for name, body in self.BODIES.items():
            Cable.objects.all().delete()
            created = datetime(1864, 5, 2, tzinfo=UTC)
            make_cable("64PARIS900001", origin="Legation Paris", created=created, body=body)
            Origin.objects.filter(name="Legation Paris").update(city="Paris")
            forget_counts()
            for page in ADDRESSES:
                html = self.client.get(page).content.decode()
                guidance = html[html.index("<h1") : html.index("</main>")]
                self.assertNotIn("BERLIN", guidance)
                for address in re.findall(r"/(?:cable|exchange)/\w[^\s<\"]*", guidance):
                    if page == "/developers/" or "elsewhere" in address:
                        continue  # Of invented cables, as the page says; asks the search index.
                    with self.subTest(name, page=page, address=address):
                        address = unescape(address).rstrip(",.")
                        self.assertEqual(self.client.get(address).status_code, 200)
            with self.subTest(name, cited=self.TOLD[name]):
                cited = self.client.get("/about/how-to-cite/").content.decode()
                self.assertIn(f"64PARIS900001, {self.TOLD[name]}</a>, ", cited)

    def test_they_offer_no_index_that_this_archive_may_lack(self):
        for page in ADDRESSES:
            with self.subTest(page):
                self.assertNotContains(self.client.get(page), '">tag</a>')


class ChaptersTests(VolumeTestCase):
    def test_chapters_stand_where_tags_would(self):
        html = self.page("home")
        self.assertIn(">By volume</a>", html)
        self.assertIn('href="/volume/frus1955-57v99/comp1/" title="Harbors">Harbors</a>', html)
        self.assertNotIn(">By tag</a>", html)
