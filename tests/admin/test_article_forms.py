"""Articles and guidance pages: their forms at the desk, and what readers see afterwards."""

from datetime import timedelta
from io import BytesIO

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cables.mirror.plan import page_addresses
from cables.models import Article, Cable, Change, Page, Picture, State, TextVersion
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import make_cable, withhold
from tests.curation.test_archive_redactions import search_for
from tests.opened import send, stamps

ARTICLES, PICTURES = "/admin/cables/article/", "/admin/cables/picture/"


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
        response = self.client.post(
            "/admin/cables/article/preview/", posted | {"published": "2026-01-02"}
        )
        self.assertContains(response, "2 January 2026")


class VersionTests(DeskTestCase):
    def write(self, **values):
        article = Article.objects.first()
        address = f"{ARTICLES}{article.pk}/change/" if article else f"{ARTICLES}add/"
        self.assertEqual(self.save_article(address, **values), [])
        return Article.objects.get()

    def go_back(self, step, reason="It was better."):
        """Take a step with the newest version."""
        version = TextVersion.objects.first()
        address = f"{ARTICLES}versions/{version.pk}/{step}/"
        return send(self.client, address, {"reason": reason}, follow=True)

    def test_an_earlier_version_is_restored_and_what_it_replaces_is_kept(self):
        self.write(body="The first words.")
        article = self.write(body="The second words.", published="2026-01-02")
        page = self.client.get(f"{ARTICLES}{article.pk}/change/")
        version = TextVersion.objects.get()
        self.assertContains(page, f"{ARTICLES}versions/{version.pk}/restore/")
        page = self.client.get(f"{ARTICLES}versions/{version.pk}/restore/")
        self.assertContains(page, "first</ins>")
        self.assertNotContains(page, "Message header")
        self.assertContains(self.go_back("restore"), "Article Harbor fees: brought back.")
        self.assertContains(self.client.get("/articles/harbor-fees/"), "The first words.")
        self.assertEqual(TextVersion.objects.first().values["body"], "The second words.")
        entry = Change.objects.first()
        self.assertEqual((entry.action, entry.reason), ("brought back", "It was better."))
        self.go_back("forget")
        self.assertEqual(TextVersion.objects.get(), version)

    def test_a_deleted_article_returns_with_its_address_and_its_cables(self):
        cable = make_cable("06BERLIN900001")
        self.assertEqual(self.save_article(links=[(cable, "par2")], published="2026-01-02"), [])
        key = Article.objects.get().pk
        self.delete(f"{ARTICLES}{key}/delete/")
        version = TextVersion.objects.get()
        restore = f"{ARTICLES}versions/{version.pk}/restore/"
        self.assertContains(self.client.get(ARTICLES), f'<a href="{restore}">Restore it</a>')
        self.assertContains(self.client.get("/admin/cables/change/"), restore)
        self.assertEqual(self.client.get("/articles/harbor-fees/").status_code, 404)
        self.go_back("restore")
        self.assertEqual(self.client.get("/articles/harbor-fees/").status_code, 200)
        link = Article.objects.get(pk=key).links.get()
        self.assertEqual((link.cable, link.paragraph), (cable, "par2"))

    def test_a_name_in_a_version_is_found_until_the_version_is_deleted(self):
        self.write(body="Quinto Rossilante paid.")
        self.write(body="Somebody paid.")
        search = search_for(self.curator, ["Quinto Rossilante"])
        match = search.matches.get()
        self.assertIn("Earlier version of article Harbor fees", match.name)
        self.client.force_login(User.objects.create_superuser("root"))
        self.assertContains(self.client.get(match.address), "Delete this version")
        form = {"name": "Quinto Rossilante", "form": "Quinto Rossilante", "use": "redact"}
        search.standing.create(key="quinto rossilante", **form)
        warned = "may have words of a redaction over the archive"
        self.assertContains(self.go_back("restore"), warned)
        self.write(body="Somebody paid.")
        TextVersion.objects.exclude(pk=TextVersion.objects.first().pk).delete()
        self.go_back("forget")
        self.assertFalse(search_for(self.curator, ["Quinto Rossilante"]).matches.exists())


class PictureTests(DeskTestCase):
    def upload(self, picture, name="PNG", **options):
        file = BytesIO()
        picture.save(file, name, **options)
        file.seek(0)
        file.name = f"harbor.{name.lower()}"
        address = f"{PICTURES}add/"
        typed = {"file": file, "description": "The harbor in 1961"}
        return self.client.post(address, stamps(self.client, address) | typed)

    def test_a_picture_is_shown_while_an_article_that_uses_it_is_published(self):
        exif = Image.Exif()
        exif[0x010F] = "A camera of Quinto Rossilante"
        self.assertEqual(
            self.upload(Image.new("RGB", (3200, 800), "red"), "JPEG", exif=exif).status_code, 302
        )
        picture = Picture.objects.get()
        self.assertEqual((picture.width, picture.height), (1600, 400))
        self.assertNotIn(b"Rossilante", bytes(picture.data))
        self.assertNotIn(b"EXIF", bytes(picture.data))
        address = picture.get_absolute_url()
        self.assertContains(self.client.get(f"{PICTURES}{picture.pk}/change/"), f"![]({address})")
        self.assertEqual(self.save_article(body=picture.markdown), [])
        self.assertEqual(self.client.get(address).status_code, 404)
        preview = self.client.post(f"{ARTICLES}preview/", {"body": picture.markdown})
        own = f"{PICTURES}file/{picture.digest}.webp"
        self.assertContains(preview, f'<img src="{own}" alt="The harbor in 1961"')
        self.assertEqual(self.client.get(own)["Content-Type"], "image/webp")
        Article.objects.update(published="2026-01-02")
        State.advance()
        page = self.client.get("/articles/harbor-fees/")
        self.assertContains(page, f'<img src="{address}" alt="The harbor in 1961" width="1600"')
        self.client.logout()
        self.assertEqual(self.client.get(address).content, bytes(picture.data))
        self.assertEqual(self.client.get(own).status_code, 302)
        self.assertIn(address, page_addresses())
        Article.objects.update(published=None)
        State.advance()
        self.assertEqual(self.client.get(address).status_code, 404)
        self.assertNotIn(address, page_addresses())

    def test_what_is_no_picture_or_has_no_description_is_refused(self):
        address = f"{PICTURES}add/"
        sent = stamps(self.client, address)
        file = SimpleUploadedFile("a.png", b"<svg onload='alert(1)'/>")
        page = self.client.post(address, sent | {"file": file, "description": ""})
        self.assertContains(page, "It is no picture that can be read")
        self.assertContains(page, "This field is required")
        self.assertFalse(Picture.objects.exists())


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
