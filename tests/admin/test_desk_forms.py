"""Every form of the desk saves without changes, and no change is saved without a reason.

The tables here must have every kind of row of the desk; a test fails for a new one.
"""

from dataclasses import dataclass
from io import BytesIO

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from PIL import Image

from cables.decisions.forms import LOG, READERS
from cables.models import (
    PUBLIC,
    Article,
    Change,
    ChangeKind,
    CitingWork,
    Collection,
    ColumnMapping,
    Country,
    Highlight,
    LetterTemplate,
    Link,
    Note,
    Origin,
    Page,
    Picture,
    RedactionSearch,
    RequestCase,
    SavedSearch,
    Tag,
)
from tests.admin.test_request_cases import make_case
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import make_cable, make_cables, make_origin
from tests.opened import form_of, stamps

WHY = {"why": "A reader asked."}
TEXT = "First line.\n\n  Second line.\n"


def make_article_of_two_cables():
    cables = make_cables(["06BERLIN900001", "06BERLIN900002"])
    return make_article(cables=cables, body=TEXT)


def uploaded_picture():
    file = BytesIO()
    Image.new("RGB", (9, 9)).save(file, "PNG")
    return SimpleUploadedFile("harbor.png", file.getvalue())


def make_account():
    account = User.objects.create_user("otto", is_staff=True, last_name="Grau")
    account.groups.set(Group.objects.all()[:1])
    return account


def make_highlight():
    make_cable("06BERLIN900005")
    return Highlight.objects.create(cable=make_cable("06BERLIN900004"))


@dataclass(frozen=True)
class Kind:
    """A kind of row: how to make one, and the fields and values that two curators change.

    Rows that are only added have no such fields.
    """

    make: object
    first: tuple[str, str] = ("", "")
    second: tuple[str, str] = ("", "")
    required: tuple[tuple[str, str], ...] = ()  # Of a new one.
    listed: str = ""  # What the second writes into the first field of a list.


def make_known_origin():
    origin = make_origin("Embassy Kyiv")
    names = {"also_named": ["Kiev", "Kiev, Ukraine"], "latitude": 50.45, "longitude": 30.5}
    Origin.objects.filter(pk=origin.pk).update(city="Kyiv", kind="Embassy", **names)
    return origin


KINDS = {
    Article: Kind(
        make_article_of_two_cables,
        ("title", "Harbor dues"),
        ("summary", "Two cables."),
        (("title", "New"), ("slug", "new")),
    ),
    ChangeKind: Kind(
        lambda: ChangeKind.objects.get(name="withheld"),
        ("is_public", "on"),
        ("with_name", "on"),
        listed="on",
    ),
    Picture: Kind(
        lambda: Picture.objects.create(
            data=b"x", digest="0" * 32, width=1, height=1, description="A bay"
        ),
        ("description", "A quay"),
        ("description", "A port"),
        required=(("file", uploaded_picture()), ("description", "A harbor")),
    ),
    CitingWork: Kind(
        lambda: CitingWork.objects.create(
            cable=make_cable("06BERLIN900006"), title="Harbors", reference="Vol. 2, p. 3"
        ),
        ("title", "Ports and harbors"),
        ("author", "O. Grau"),
        (("cable", "06BERLIN900009"), ("title", "New"), ("reference", "p. 1")),
    ),
    Collection: Kind(
        lambda: Collection.objects.create(slug="frus", name="Volumes", provenance=TEXT),
        ("name", "Printed volumes"),
        ("total", "12"),
    ),
    ColumnMapping: Kind(
        lambda: ColumnMapping.objects.create(name="Harbors", mapping={}), ("name", "Ports")
    ),
    Country: Kind(
        lambda: Country.objects.create(iso2="XQ", name="Atlantis", slug="atlantis"),
        ("name", "Lemuria"),
        ("iso2", "XL"),
        (("name", "Mu"), ("iso2", "XM"), ("slug", "mu")),
    ),
    Group: Kind(
        lambda: Group.objects.get(name="Cataloguer"),
        ("name", "Cataloguers"),
        ("permissions", ""),
        (("name", "Readers"),),
    ),
    Highlight: Kind(
        make_highlight,
        ("paragraph", "par1"),
        ("cable", "06BERLIN900005"),
        (("cable", "06BERLIN900009"),),
    ),
    LetterTemplate: Kind(
        lambda: LetterTemplate.objects.get(occasion=LetterTemplate.RECEIPT),
        ("text", "We have your request $number."),
        ("text", "Your request has the number $number."),
    ),
    Link: Kind(
        lambda: Link.objects.create(label="A forum", address="https://example.org/", position=3),
        ("label", "The forum"),
        ("position", "4"),
        (("label", "New"), ("address", "https://example.org/new")),
        "5",
    ),
    Note: Kind(
        lambda: make_cable("06BERLIN900003").notes.create(text=TEXT),
        ("text", "It was sent in May."),
        ("paragraph", "par1"),
        (("cable", "06BERLIN900009"), ("text", "New.")),
    ),
    Origin: Kind(make_known_origin, ("city", "Kiev"), ("station", "KYIV")),
    Page: Kind(
        lambda: Page.objects.create(slug="privacy", title="Privacy", body=TEXT),
        ("title", "Your privacy"),
        ("body", "We keep nothing."),
        (("title", "New"), ("slug", "new"), ("body", "New.")),
    ),
    RedactionSearch: Kind(
        lambda: RedactionSearch.objects.create(by=User.objects.create_user("eli")),
        required=(("names", "Aurelio Rossilante"),),
    ),
    RequestCase: Kind(
        lambda: make_case(places=["06BERLIN900001 par3"], message=TEXT),
        ("contact", "quinta@example.net"),
        ("state", "working"),
        (("name", "Quinta Rossi"),),
    ),
    SavedSearch: Kind(
        lambda: SavedSearch.objects.create(name="Fees", by=User.objects.create_user("ida")),
        ("name", "Dues"),
        ("is_shared", "on"),
    ),
    Tag: Kind(
        lambda: Tag.objects.create(code="EFIS", kind="subject", label="Fish"),
        ("label", "Fisheries"),
        ("kind", "program"),
        listed="geo",
    ),
    User: Kind(
        make_account,
        ("first_name", "Otto"),
        ("email", "otto@example.org"),
        (("username", "eva"), ("password1", "vNq3#8kLpw2x"), ("password2", "vNq3#8kLpw2x")),
    ),
}


class FormsTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.root = User.objects.create_superuser("root")
        cls.anna = User.objects.create_superuser("anna")

    def setUp(self):
        self.client.force_login(self.root)

    def request(self):
        request = RequestFactory().get("/admin/")
        request.user = self.root
        return request

    def sites(self, allowed):
        """Yield (model, admin) of the rows with the permission `allowed`: "add", "change" ..."""
        for model, site in admin.site._registry.items():
            if getattr(site, f"has_{allowed}_permission")(self.request()):
                yield model, site

    def changeable_rows(self):
        """Yield (model, a new row of it) of what can be changed and deleted."""
        for model, site in self.sites("delete"):
            row, request = KINDS[model].make(), self.request()
            if site.has_delete_permission(request, row) and site.has_change_permission(
                request, row
            ):
                yield model, row

    def address(self, model, step, *key):
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{step}", args=key)

    def opened(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        return form_of(response)

    def wrong(self, response):
        """Return the errors of the form on a page, {} if it was saved."""
        if response.status_code == 302:
            return {}
        page = response.context  # Of a form of a row, or of a form of its own.
        errors = dict((page["adminform"].form if "adminform" in page else page["form"]).errors)
        for rows in page.get("inline_admin_formsets", ()):
            for each in [*rows.formset.errors, {"rows": rows.formset.non_form_errors()}]:
                errors |= {name: list(told) for name, told in each.items() if told}
        return {name: [str(each) for each in told] for name, told in errors.items()}

    def save_as(self, person, address, **values):
        """Open a form as this user, fill in values, and submit it."""
        client = self.client_class()
        client.force_login(person)
        response = client.post(address, form_of(client.get(address)) | WHY | values)
        self.assertEqual(response.status_code, 302, self.wrong(response))


class AsOpenedTests(FormsTestCase):
    def test_it_is_said_beside_each_field_whether_readers_see_its_words(self):
        for model, site in self.sites("change"):
            with self.subTest(model.__name__):
                fields = site.get_form(self.request(), change=True).base_fields.items()
                texts = {name for name, field in fields if isinstance(field, forms.CharField)}
                public = {name for name, field in fields if READERS in field.help_text}
                self.assertEqual(public, texts if model in PUBLIC else set())
                row = KINDS[model].make()
                self.assertContains(self.client.get(self.address(model, "change", row.pk)), LOG)

    def test_every_form_saves_without_changes(self):
        for model, _ in self.sites("change"):
            with self.subTest(model.__name__):
                row = KINDS[model].make()
                address = self.address(model, "change", row.pk)
                self.assertEqual(self.wrong(self.client.post(address, self.opened(address))), {})

    def test_a_new_row_needs_only_its_required_fields(self):
        make_cable("06BERLIN900009")
        for model, site in self.sites("add"):
            if model not in KINDS and site.add_view.__qualname__ == "LoadAdmin.add_view":
                continue  # The page "Load a file" makes no row by a form of one.
            with self.subTest(model.__name__):
                required = dict(KINDS[model].required)
                address = self.address(model, "add")
                sent = self.opened(address)
                wrong = self.wrong(self.client.post(address, sent))
                self.assertLessEqual(set(wrong), set(required))
                self.assertEqual(self.wrong(self.client.post(address, sent | required)), {})

    def test_every_list_saves_without_changes(self):
        for model, site in self.sites("change"):
            if site.list_editable:
                with self.subTest(model.__name__):
                    KINDS[model].make()
                    address = self.address(model, "changelist")
                    sent = self.opened(address) | {"_save": "Save"}
                    self.assertEqual(self.client.post(address, sent).status_code, 302)

    def test_a_row_of_spaces_is_blank(self):
        address = self.address(Article, "add")
        sent = self.opened(address) | {"title": "New", "slug": "new", "links-0-cable": "  "}
        self.assertEqual(self.wrong(self.client.post(address, sent)), {})


class ReasonTests(FormsTestCase):
    """Every change and deletion needs a reason, whatever fields are missing from the form."""

    def test_deleting_a_row_needs_a_reason(self):
        for model, _ in self.sites("delete"):
            row = KINDS[model].make()
            if not admin.site._registry[model].has_delete_permission(self.request(), row):
                continue
            address = self.address(model, "delete", row.pk)
            stamp = stamps(self.client, address)
            for sent in ({"post": "yes"}, {"why": " "}, {"x": "y"}, {}, {"post": ""}):
                with self.subTest(address, sent=sent):
                    answer = self.client.post(address, stamp | sent, follow=True)
                    self.assertTrue(model.objects.filter(pk=row.pk).exists())
                    self.assertContains(answer, "Say why")

    def test_deleting_selected_rows_needs_a_reason(self):
        for model, site in self.sites("delete"):
            if "delete_selected" not in site.get_actions(self.request()):
                continue
            row = KINDS[model].make()
            address = self.address(model, "changelist")
            chosen = {"action": "delete_selected", "_selected_action": row.pk}
            opened = form_of(self.client.post(address, chosen))
            with self.subTest(model.__name__):
                answer = self.client.post(address, opened)
                self.assertContains(answer, "Say why")
                self.assertTrue(model.objects.filter(pk=row.pk).exists())
                self.client.post(address, form_of(answer) | {"why": "It was wrong."})
                self.assertFalse(model.objects.filter(pk=row.pk).exists())
                self.assertEqual(Change.objects.first().reason, "Why: It was wrong.")

    def test_changing_an_inline_needs_a_reason(self):
        article = make_article(cables=make_cables(["06BERLIN900001", "06BERLIN900002"]))
        address = self.address(Article, "change", article.pk)
        for name, value in (
            ("links-0-paragraph", "par1"),
            ("links-0-DELETE", "on"),
            ("links-2-cable", make_cable("06BERLIN900008").reference),
        ):
            with self.subTest(name):
                answer = self.client.post(address, self.opened(address) | {name: value})
                self.assertContains(answer, "Say why")
