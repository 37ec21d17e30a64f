"""Articles and guidance pages: their forms at the desk, and what readers see afterwards."""

from datetime import timedelta

from django.utils import timezone

from cables.models import Article, Cable, Change, Page, State
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import make_cable, withhold


class ArticleTests(DeskTestCase):
    def setUp(self):
        super().setUp()
        self.cable = make_cable("06BERLIN900001", subject="THE FEES")

    def test_an_article_is_written_and_read(self):
        state = State.objects.get().number
        body = "See 06BERLIN900001 para 2 and 06ROME900002."
        today = f"{timezone.now():%Y-%m-%d}"
        self.assertEqual(self.save_article(body=body, published=today), [])
        self.assertContains(self.client.get("/articles/harbor-fees/"), "06BERLIN900001 para 2</a>")
        self.assertContains(self.client.get("/"), "/articles/harbor-fees/")
        self.assertEqual(Article.objects.get().named, ["06BERLIN900001", "06ROME900002"])
        self.assertGreater(State.objects.get().number, state)
        change = Change.objects.get()
        self.assertEqual((change.by, str(change)), (self.curator, "added article Harbor fees"))

    def test_linked_cables_are_listed_with_an_article(self):
        self.assertEqual(
            self.save_article(links=[(self.cable, "par2")], published="2026-01-02"), []
        )
        self.assertContains(self.client.get("/articles/harbor-fees/"), "The Fees")
        self.assertEqual(Article.objects.mentioning(self.cable).count(), 1)

    def test_a_linked_cable_is_named_in_any_spelling_and_shown_again(self):
        for paragraph in ("2", "para 2", "¶ 2", "par2"):
            with self.subTest(paragraph):
                Article.objects.all().delete()
                typed = Cable(reference="06 berlin 0900001")
                self.assertEqual(self.save_article(links=[(typed, paragraph)]), [])
                article = Article.objects.get()
                self.assertEqual(str(article.links.get()), "06BERLIN900001 par2")
                page = self.client.get(f"/admin/cables/article/{article.pk}/change/")
                self.assertContains(page, 'name="links-0-cable" value="06BERLIN900001"')

    def test_errors_are_shown(self):
        tomorrow = f"{timezone.now() + timedelta(days=2):%Y-%m-%d}"
        for values, sentence in (
            ({"published": tomorrow}, "shown as soon as it bears a date"),
            ({"links": [(self.cable, "par9")]}, "06BERLIN900001 has no paragraph par9."),
            ({"slug": "harbor fees"}, "Letters, digits and hyphens only"),
            (
                {"links": [(Cable(reference="06BERLIN999999"), "")]},
                "No cable of the reference 06BERLIN999999 is here.",
            ),
        ):
            with self.subTest(sentence):
                self.assertIn(sentence, str(self.save_article(**values)))

    def test_the_address_of_a_published_article_does_not_change(self):
        self.save_article(published="2026-01-02")
        address = f"/admin/cables/article/{Article.objects.get().pk}/change/"
        self.assertEqual(self.save_article(address, slug="other", title="Fees"), [])
        article = Article.objects.get()
        self.assertEqual((article.slug, article.title), ("harbor-fees", "Fees"))

    def test_the_form_says_what_each_reference_links_to(self):
        withhold(make_cable("06ROME900002"), "Names a ship.")
        self.save_article(
            body="06BERLIN900001 para 2, 06BERLIN900001 para 9, 06ROME900002, 06PARIS900003"
        )
        response = self.client.get(f"/admin/cables/article/{Article.objects.get().pk}/change/")
        for row in (
            "06BERLIN900001 par2 is a link",
            "06BERLIN900001 par9 has no such paragraph: a link to the cable",
            "06ROME900002  is withheld: no link",
            "06PARIS900003  is not here: no link",
        ):
            with self.subTest(row):
                self.assertContains(response, f"<li>{row}</li>")

    def test_a_preview_shows_the_text_and_saves_nothing(self):
        posted = {"title": "Fees", "body": "06BERLIN900001", "links-0-cable": "06 Berlin 900001"}
        response = self.client.post("/admin/cables/article/preview/", posted)
        self.assertContains(response, "<h1>Fees</h1>")
        self.assertContains(response, '<a href="/cable/06BERLIN900001/">06BERLIN900001</a>')
        self.assertContains(response, "Not published yet")
        self.assertFalse(Article.objects.exists())
        self.assertEqual(self.client.get("/admin/cables/article/preview/").status_code, 405)


class GuidanceTests(DeskTestCase):
    def test_an_own_page_starts_with_the_standard_text_which_returns_on_deletion(self):
        response = self.client.get("/admin/cables/page/")
        self.assertContains(response, "/admin/cables/page/add/?slug=privacy")
        form = self.client.get("/admin/cables/page/add/?slug=privacy")
        self.assertContains(form, "The pages set no cookies")
        values = {"title": "Privacy", "slug": "privacy", "body": "We log *nothing*."}
        self.assertEqual(self.save("/admin/cables/page/add/", **values), [])
        self.assertContains(self.client.get("/about/privacy/"), "We log <em>nothing</em>.")
        self.assertNotContains(self.client.get("/admin/cables/page/"), "?slug=privacy")
        self.delete(f"/admin/cables/page/{Page.objects.get().pk}/delete/")
        self.assertContains(self.client.get("/about/privacy/"), "The pages set no cookies")
        self.assertEqual(str(Change.objects.first()), "deleted guidance page Privacy")

    def test_a_preview_shows_it(self):
        posted = {"title": "Hours", "body": "Ten to *six*."}
        response = self.client.post("/admin/cables/page/preview/", posted)
        self.assertContains(response, "Ten to <em>six</em>.")
        self.assertFalse(Page.objects.exists())
