"""The desk leads nobody to a page that refuses them, and names no draft to who may not see it."""

import re

from cables.models import Collection, Left, Link, Load, LoadRow, Page, Picture, TextVersion
from tests.admin.test_issue_list import WORK
from tests.admin.test_redaction_searches import BASE, NAME
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import forget_counts, load_records, make_curator
from tests.curation.test_archive_redactions import search_for
from tests.models.test_roles import make_people
from tests.opened import stamps
from tests.source_files import csv_record

ADDRESS = re.compile('href="(/admin/[^"]+)"')
REFERENCE = "09ROME900001"


class OtherTextsTests(TestCase):
    """Where else the words of a redaction stand, also what only others may open."""

    @classmethod
    def setUpTestData(cls):
        load_records(csv_record(REFERENCE, text=f"{NAME} raised the fees."))
        cls.people = make_people()
        make_article(title="Harbors", body=NAME)
        Page.objects.create(slug="x", title=NAME, body="x")
        Link.objects.create(label=NAME, address="https://example.org/")
        Picture.objects.create(description=NAME, data=b"x", digest="0", width=1, height=1)
        Collection.objects.update(provenance=NAME)
        values = {"slug": "x", "title": NAME, "body": NAME}
        for kind in ("article", "page"):
            TextVersion.objects.create(
                kind=kind, key=0, label=f"{kind} x", values=values, by=cls.people["C"]
            )
        LoadRow.objects.create(
            load=Load.objects.get(), position=9, source="x", raw=NAME, outcome="rejected"
        )

    def setUp(self):
        forget_counts()
        self.client.force_login(self.people["R"])

    def assert_opened(self, page, *names):
        text = page.content.decode()
        for name in names:
            self.assertIn(name, text)
        for address in set(ADDRESS.findall(text)):
            with self.subTest(address):
                self.assertNotEqual(self.client.get(address).status_code, 403)
        return text

    def test_a_redaction_over_the_archive_leads_a_redactor_to_pages_that_open(self):
        search = search_for(self.people["R"], [NAME])
        page = self.client.get(f"{BASE}{search.pk}/change/")
        text = self.assert_opened(page, f"Guidance page {NAME}", "Earlier version of page")
        for kind in ("article", "picture", "collection", "loadrow"):
            self.assertRegex(text, f'href="/admin/cables/{kind}/\\d+/change/"')

    def test_the_form_of_a_redaction_does_so_too(self):
        address = f"/admin/cables/redaction/new/?cable={REFERENCE}"
        values = {"place": "", "words": NAME, "reason": "A witness.", "step": "look"}
        page = self.client.post(address, values | stamps(self.client, address))
        self.assert_opened(page, "Article Harbors", "Earlier version of article")


class DraftTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people = make_people()
        cls.auditor = make_curator("otto", "view_left", "see_sealed", "view_change")
        for title, published in (("Draft of harbors", None), ("Harbors", "2012-03-05")):
            make_article(title=title, published=published, named=["06ROME900009"], slug=title[:3])

    def assert_untold(self, *people):
        addresses = (f"{WORK}article-links/", "/admin/cables/left/", "/admin/cables/change/")
        for person in people:
            self.client.force_login(person)
            for address in addresses:
                with self.subTest(address, by=person.username):
                    self.assertNotContains(self.client.get(address), "Draft of harbors")

    def test_who_may_not_see_articles_is_told_of_published_ones_alone(self):
        self.client.force_login(self.people["C"])
        keys = {"key": [each.key for each in self.shown()], "reason": "It will come."}
        for _ in range(2):
            self.assert_untold(self.people["L"], self.auditor)
            self.client.force_login(self.people["C"])
            self.client.post(f"{WORK}article-links/", keys)
        self.assertEqual(Left.objects.count(), 2)
        self.client.force_login(self.people["L"])
        self.assertContains(self.client.get("/admin/cables/left/"), "Harbors")
        self.client.force_login(self.people["C"])
        self.assertContains(self.client.get("/admin/cables/left/"), "Draft of harbors")

    def shown(self):
        return self.client.get(f"{WORK}article-links/").context["items"]

    def test_no_link_leads_to_an_article_that_does_not_open(self):
        for letter, leads in (("C", True), ("R", True), ("L", False)):
            self.client.force_login(self.people[letter])
            with self.subTest(letter):
                self.assertEqual(bool(self.shown()[-1].desk), leads)
                self.assertEqual(bool(self.shown()[-1].repair), leads)
