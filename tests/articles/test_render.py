"""Articles as readers see them, and the cables that they are about."""

from datetime import date

from django.core.cache import cache
from lxml import etree

from cables.models import Article, FormerReference, State
from tests.base import TestCase
from tests.builders import make_cable, withhold

DAY = date(2026, 1, 2)


def make_article(slug="harbor-fees", *, cables=(), **fields):
    """Store an article and return it. `cables` are those that a curator linked."""
    made = {"title": "Harbor fees", "published": DAY, "body": "A text."}
    article = Article.objects.create(slug=slug, **made | fields)
    for cable in cables:
        article.links.create(cable=cable)
    State.advance()
    return article


class ArticleTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable("06BERLIN900001", subject="THE FEES")

    def page(self, body, **fields):
        make_article(body=body, **fields)
        return self.client.get("/articles/harbor-fees/")

    def test_it_shows_its_title_summary_date_and_text(self):
        response = self.page("Fees *rose*.", summary="What ships paid.")
        for shown in ("<h1>Harbor fees</h1>", "What ships paid.", "2 January 2026"):
            with self.subTest(shown):
                self.assertContains(response, shown)
        self.assertContains(response, "<p>Fees <em>rose</em>.</p>")
        self.assertContains(response, '<meta name="description" content="What ships paid.">')

    def test_references_lead_to_the_cable_and_the_paragraph(self):
        response = self.page("06BERLIN900001, 06BERLIN900001 para 2 and 06BERLIN900001 para 7")
        for address in ("/cable/06BERLIN900001/", "/cable/06BERLIN900001/#par2"):
            with self.subTest(address):
                self.assertContains(response, f'<a href="{address}">06BERLIN900001')
        self.assertNotContains(response, "#par7")

    def test_a_former_reference_leads_to_the_cable(self):
        FormerReference.objects.create(cable=self.cable, reference="06BONN900009", kind="renamed")
        self.assertContains(
            self.page("06BONN900009"), '<a href="/cable/06BERLIN900001/">06BONN900009</a>'
        )

    def test_a_reference_that_is_not_here_stays_text(self):
        self.assertContains(self.page("See 06ROME900002."), "<p>See 06ROME900002.</p>")

    def test_an_article_lists_its_cables_once_linked_ones_first(self):
        linked = make_cable("06ROME900002", subject="THE LENS")
        response = self.page("06BERLIN900001 para 2, then 06BERLIN900001.", cables=[linked])
        self.assertContains(response, "Cables in this article")
        self.assertContains(response, "The Fees", count=1)
        self.assertContains(response, "¶&nbsp;2", count=1)
        html = response.content.decode()
        self.assertLess(html.index("The Lens"), html.index("The Fees"))

    def test_a_withheld_cable_is_neither_linked_nor_listed(self):
        withhold(self.cable, "Names a ship.")
        response = self.page("See 06BERLIN900001 para 2.", cables=[self.cable])
        self.assertContains(response, "<p>See 06BERLIN900001 para 2.</p>")
        self.assertNotContains(response, "Cables in this article")

    def test_readers_do_not_see_drafts(self):
        make_article(published=None)
        self.assertEqual(self.client.get("/articles/harbor-fees/").status_code, 404)
        for address in ("/articles/", "/"):
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), "Harbor fees")

    def test_the_number_of_queries_is_constant(self):
        """One query each: state, article, linked cables, named cables, former references."""
        make_article(body="06BERLIN900001 06ROME900002")
        self.client.get("/articles/harbor-fees/")
        with self.assertNumQueries(5):
            self.client.get("/articles/harbor-fees/")


class ListTests(TestCase):
    def test_latest_first_with_date_and_summary(self):
        make_article("old", title="Old", published=date(2025, 1, 1))
        make_article("new", title="New", summary="What came last.")
        response = self.client.get("/articles/")
        html = response.content.decode().partition("<main")[2]
        self.assertLess(html.index("/articles/new/"), html.index("/articles/old/"))
        self.assertContains(response, "What came last.")

    def test_pages(self):
        for number in range(51):
            make_article(f"article-{number}")
        self.assertContains(self.client.get("/articles/?page=2"), "/articles/article-")
        for page in ("3", "0", "x"):
            with self.subTest(page):
                self.assertEqual(self.client.get(f"/articles/?page={page}").status_code, 404)

    def test_articles_have_a_feed(self):
        make_article("new", title="New & <old>", published=date(2013, 2, 1))
        make_article("draft", title="Draft", published=None)
        page = self.client.get("/articles/")
        self.assertContains(page, '<a href="/articles.atom" type="application/atom+xml">')
        feed = etree.fromstring(self.client.get("/articles.atom").content)
        atom = {"a": "http://www.w3.org/2005/Atom"}
        entries = feed.xpath("a:entry", namespaces=atom)
        (entry,) = [each for each in entries if "/new/" in each.findtext("a:id", namespaces=atom)]
        self.assertEqual(entry.findtext("a:title", namespaces=atom), "New & <old>")
        self.assertEqual(entry.findtext("a:updated", namespaces=atom), "2013-02-01T00:00:00+00:00")
        self.assertNotIn(b"Draft", etree.tostring(feed))

    def test_without_articles_the_list_says_so(self):
        page = self.client.get("/articles/")
        self.assertContains(page, "No article has been published yet.")
        self.assertContains(page, '<li><a href="/about/how-to-cite/">How to cite</a></li>', 2)

    def test_the_rail_has_the_latest_five(self):
        for number in range(6):
            make_article(f"article-{number}", published=date(2026, 1, 1 + number))
        response = self.client.get("/")
        self.assertContains(response, 'href="/articles/article-5/"')
        self.assertNotContains(response, "article-0")


class RailTests(TestCase):
    def test_support_link_and_motto_are_shown_only_if_set(self):
        cache.clear()
        self.assertNotContains(self.client.get("/about/"), "Support this archive")
        cache.clear()
        with self.settings(SUPPORT_URL="https://example.org/give", MOTTO="Slow & steady"):
            response = self.client.get("/about/")
        self.assertContains(response, '<a href="https://example.org/give">Support this archive</a>')
        self.assertContains(response, "Slow &amp; steady")


class MentioningTests(TestCase):
    def test_linked_and_named_articles_that_are_published(self):
        cable, other = make_cable("06BERLIN900001"), make_cable("06ROME900002")
        FormerReference.objects.create(cable=cable, reference="06BONN900009", kind="renamed")
        make_article("linked", cables=[cable])
        make_article("named", named=["06BERLIN900001"])
        make_article("by-former-reference", named=["06BONN900009", "06ROME900002"])
        make_article("both", cables=[cable], named=["06BERLIN900001"])
        make_article("draft", cables=[cable], published=None)
        make_article("other", cables=[other])
        mentioning = Article.objects.mentioning(cable).values_list("slug", flat=True)
        self.assertCountEqual(mentioning, ["linked", "named", "by-former-reference", "both"])
