"""The recipes of docs/contributing.md work: each test follows one, with a toy of its own.

A toy is a row in the table that the recipe names, patched for the test. No other file changes.
"""

import re
from types import SimpleNamespace
from unittest.mock import patch

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.shortcuts import render
from django.test import override_settings
from django.urls import path
from django.views.decorators.http import require_safe

from cables import urls
from cables.api.bulk_export import WRITERS
from cables.loader import load
from cables.mirror import plan
from cables.models import Cable
from cables.models.roles import READ, ROLE_RIGHTS, ROLES, make_roles, rights
from cables.search.filter_registry import FACETS, FILTERS, Control, Facet, ValuesFilter
from cables.search.filters import CableFilter
from cables.search.list_counts import ListCounts
from cables.sources import FORMATS, SourceFormat
from cables.sources.parse_record import Record, parse_record
from cables.telegram import reference_items
from cables.views.cable_pages import reference_links
from cables.views.cable_pages.metadata import FILE_FORMS, TO_PASTE, FileForm
from reading_room.urls import urlpatterns
from tests.base import TestCase
from tests.builders import CREATED, RELEASED, forget_counts, make_cable
from tests.paths import PROJECT
from tests.source_files import csv_file, csv_record

DOCS = PROJECT / "docs" / "contributing.md"
# The tables that recipes name, and the files that have them.
TABLES = (
    ("FILTERS", "cables/search/filter_registry.py"),
    ("FORM", "cables/search/filter_registry.py"),
    ("FACETS", "cables/search/filter_registry.py"),
    ("FORMATS", "cables/sources/source_formats.py"),
    ("TO_PASTE", "cables/views/cable_pages/metadata.py"),
    ("FILE_FORMS", "cables/views/cable_pages/metadata.py"),
    ("WRITERS", "cables/api/bulk_export.py"),
    ("urlpatterns", "cables/urls.py"),
    ("FIXED", "cables/mirror/plan.py"),
    ("ROLES", "cables/models/roles.py"),
    ("KINDS", "cables/telegram/reference_items.py"),
    ("KINDS", "cables/views/cable_pages/reference_links.py"),
)
REFERENCE = "06BERLIN900001"
PAGE = f"/cable/{REFERENCE}/"


class RecipeTestCase(TestCase):
    """A test with a folder for files, and patches that last until its end."""

    def add(self, table, **rows):
        """Add rows to a table."""
        self.enterContext(patch.dict(table, rows))

    def add_routes(self, *routes):
        """Put addresses before those of the room."""
        self.enterContext(override_settings(ROOT_URLCONF=(*routes, *urlpatterns)))


class SearchRecipeTests(RecipeTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(REFERENCE, classification="SECRET", captions=["NODIS"])
        make_cable("06BERLIN900002", captions=["NODIS", "EXDIS"])

    def add_filter(self):
        """Add a filter "level", which selects by classification."""
        known = FILTERS["classification"]
        row = ValuesFilter(
            *("level", "Level", known.select, known.show),
            choices="classifications",
            unknown="there is no such level.",
            control=Control(),
        )
        self.add(FILTERS, level=row)
        # django-filter reads the registry when the class is made.
        self.enterContext(patch.object(CableFilter, "base_filters", CableFilter.get_filters()))

    def test_a_filter_is_a_row_of_the_registry(self):
        self.add_filter()
        page = self.client.get("/origin/embassy-berlin/?level=secret")
        self.assertContains(page, REFERENCE)
        self.assertNotContains(page, "06BERLIN900002")
        self.assertContains(page, "Level")
        page = self.client.get("/origin/embassy-berlin/?level=royal")
        self.assertContains(page, "Level is left out: there is no such level.")
        described = self.client.get("/openapi.json").json()["paths"]["/search.json"]["get"]
        self.assertIn("level", [each.get("name") for each in described["parameters"]])

    def test_a_filter_with_a_control_is_a_field_of_the_form(self):
        self.add_filter()
        self.enterContext(patch("cables.templatetags.list_tags.FORM", ("level",)))
        self.assertContains(self.client.get("/search/?q=harbor"), '<select name="level"')

    def test_a_facet_is_a_row_of_the_registry(self):
        def count_captions(selection, counts):
            return {code: selection.by_marking[code] for code in counts.captions}

        self.add(FACETS, caption=Facet("caption", count_captions))
        page = self.client.get("/search/?q=harbor")
        self.assertContains(page, "caption=NODIS")
        facets = self.client.get("/search.json?q=harbor").json()["facets"]
        counts = {row["value"]: row["cables"] for row in facets["caption"]}
        self.assertEqual(counts, {"NODIS": 2, "EXDIS": 1})


class SourceRecipeTests(RecipeTestCase):
    def test_a_source_format_is_a_row_of_the_table(self):
        def read(path, advance=lambda size: None, limits=None):
            record = Record(
                format="toy",
                reference=REFERENCE,
                header="FM AMEMBASSY BERLIN",
                body=path.read_text(),
                created=CREATED,
                released=RELEASED,
                classification="SECRET",
                origin="Embassy Berlin",
            )
            yield parse_record(record)

        self.add(FORMATS, toy=SourceFormat(SimpleNamespace(read=read), "a toy", (".toy",)))
        body = "UNCLAS BERLIN 900001\n\nSUBJECT: HARBOR FEES\n\n1. (U) Fees rose.\n"
        self.folder.joinpath("cables.toy").write_text(body)
        report = load(self.folder)
        self.assertEqual((report.rows, report.created), (1, 1))
        forget_counts()
        self.assertContains(self.client.get(PAGE), "Harbor Fees")
        self.assertContains(self.client.get(f"{PAGE}history/"), "A toy")

    def test_a_rule_of_the_parser_is_read_from_every_cable_that_is_loaded(self):
        kinds = (*reference_items.KINDS, ("fax", re.compile(r"\bFAX\b")))
        self.enterContext(patch.object(reference_items, "KINDS", kinds))
        self.add(reference_links.KINDS, fax="a fax")
        preamble = "UNCLAS ROME 900001\n\nE.O. 12958: N/A\nTAGS: PREL\nSUBJECT: HARBOR FEES\n"
        body = f"{preamble}REF: FAX OF THE HARBOR MASTER\n\n1. (U) Fees rose.\n"
        load(csv_file(self.folder, csv_record("09ROME900001", body=body)))
        forget_counts()
        self.assertContains(self.client.get("/cable/09ROME900001/"), "a fax")
        self.assertEqual(Cable.objects.get().warnings, [])


class CitationRecipeTests(RecipeTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(REFERENCE)

    def test_a_form_to_paste_is_a_row_of_the_table(self):
        self.add(TO_PASTE, Toy=lambda source: f"<toy {source.reference}>")
        self.assertContains(self.client.get(f"{PAGE}cite/"), f"&lt;toy {REFERENCE}&gt;")

    def test_a_form_that_is_a_file_is_a_row_of_the_table(self):
        def write(sources):
            return "".join(f"toy {source.reference}\n" for source in sources)

        self.add(FILE_FORMS, toy=FileForm("A toy", "text/x-toy", write, is_record=True))
        self.add_routes(*urls.cite_routes(urls.CABLE), *urls.selection_routes())
        for address in (f"/cable/{REFERENCE}.toy", f"/cite.toy?c={REFERENCE}"):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response.content.decode(), f"toy {REFERENCE}\n")
                self.assertEqual(response["Content-Type"], "text/x-toy; charset=utf-8")
        for address in (f"{PAGE}cite/", f"/cite/?c={REFERENCE}"):
            with self.subTest(address):
                self.assertContains(self.client.get(address), "A toy")


class OutputRecipeTests(RecipeTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(REFERENCE)

    def test_an_export_format_is_a_row_of_the_table(self):
        def write(out, rows, zipped):
            for row in rows:
                out.write(f"{row['reference']}: {row['subject']}\n".encode())

        self.add(WRITERS, toy=write)
        file = self.folder / "cables.toy"
        call_command("export", "toy", file, stdout=self.folder.joinpath("out").open("w"))
        self.assertEqual(file.read_text(), f"{REFERENCE}: HARBOR FEES\n")
        self.assertTrue(file.with_name("cables.toy.sha256").exists())

    def test_a_page_is_a_view_a_template_and_an_address(self):
        @require_safe
        def toy(request):
            return render(request, "cables/toy.html", {"counts": ListCounts.current()})

        template = self.folder / "cables" / "toy.html"
        template.parent.mkdir()
        template.write_text('{% extends "base.html" %}{% block main %}<h1>A toy</h1>{% endblock %}')
        engine = settings.TEMPLATES[0]
        folders = [self.folder, *engine["DIRS"]]
        self.enterContext(override_settings(TEMPLATES=[engine | {"DIRS": folders}]))
        self.add_routes(path("toy/", toy, name="toy"))
        page = self.client.get("/toy/")
        self.assertContains(page, "<h1>A toy</h1>")
        self.assertContains(page, 'class="rail"')
        self.assertIn("default-src 'none'", page["Content-Security-Policy"])
        self.assertIn("ETag", page)
        self.assertEqual(self.client.post("/toy/").status_code, 405)
        self.enterContext(patch.object(plan, "FIXED", (*plan.FIXED, "toy")))
        self.assertIn("/toy/", plan.page_addresses())

    def test_a_role_is_a_row_of_the_table(self):
        for table in (ROLES, ROLE_RIGHTS):  # The second is made of the first.
            self.add(table, Toy=rights(cable=READ))
        make_roles(apps, ["Toy"])
        user = User.objects.create_user("ada", is_staff=True)
        user.groups.add(Group.objects.get(name="Toy"))
        self.client.force_login(user)
        self.assertEqual(self.client.get("/admin/cables/cable/").status_code, 200)
        self.assertEqual(self.client.get("/admin/cables/article/").status_code, 403)


class DocsTests(TestCase):
    def test_recipes_have_three_to_six_steps_and_name_files_that_exist(self):
        _, _, text = DOCS.read_text().partition("## Where to add things\n")
        text, _, _ = text.partition("\n## ")
        recipes = text.split("\n### ")[1:]
        self.assertEqual(len(recipes), 8)
        for recipe in recipes:
            title, *steps = re.split(r"\n+(?=\d\. )|\n\n", recipe.strip())
            with self.subTest(title):
                self.assertTrue(3 <= len(steps) <= 6)
                for name in re.findall(r"`([\w/]+/\w+\.(?:py|md))`", recipe):
                    if "NAME" not in name:
                        self.assertTrue((PROJECT / name).exists(), name)

    def test_the_tables_that_recipes_name_are_in_their_files(self):
        text = " ".join(DOCS.read_text().split())
        for table, file in TABLES:
            with self.subTest(table):
                self.assertIn(f"`{table}` in `{file}`", text)
                self.assertRegex((PROJECT / file).read_text(), rf"(?m)^{table}\b")
