"""The desk as a curator sees it: permissions, titles, facts, numbers of queries."""

import re
from datetime import date

from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cables.management.commands.make_curator import GROUP, make_group
from cables.models import Article, Change, Collection, Link, Load, LoadRow, Tag
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import make_cable, make_cables, make_origin, withhold
from tests.opened import stamps

KINDS = ["article", "cable", "change", "collection", "country", "link", "load", "loadrow"]
KINDS += ["savedsearch", "citingwork"]
KINDS += ["origin", "page", "tag", "note", "highlight", "left", "changekind"]
LISTS = [f"/admin/cables/{kind}/" for kind in KINDS]
READ_ONLY = ["cable", "change", "left", "loadrow"]
OTHERS = [
    *("/admin/", "/admin/auth/user/", "/admin/auth/group/"),
    *("/admin/cables/cable/withhold/", "/admin/cables/cable/publish/"),
    *("/admin/cables/article/add/", "/admin/cables/page/add/", "/admin/cables/link/add/"),
    *(
        "/admin/cables/note/add/",
        "/admin/cables/left/matters/held/",
        "/admin/cables/change/log.csv",
    ),
    "/admin/cables/load/add/",
]
HEADING, WINDOW = re.compile("<h1>(.*?)</h1>"), re.compile("<title>\\s*(.*?)\\s*</title>", re.S)
PREVIEWS = [f"/admin/cables/{kind}/preview/" for kind in ("article", "page", "note")]


class DeskTestCase(TestCase):
    """A test with a member of the group of curators at the desk."""

    @classmethod
    def setUpTestData(cls):
        make_group()
        cls.curator = User.objects.create_user("anna", is_staff=True)
        cls.curator.groups.add(Group.objects.get(name=GROUP))

    def setUp(self):
        self.client.force_login(self.curator)

    def save(self, address, /, **values):
        """Submit a form of the desk; return its errors, [] if it was saved."""
        why = {}
        if address.endswith("/change/"):
            why = stamps(self.client, address) | {"why": "It was wrong."}
        response = self.client.post(address, why | values)
        if response.status_code == 302:
            return []
        form = response.context["adminform"].form
        formsets = [each.formset for each in response.context["inline_admin_formsets"]]
        errors = [
            *form.errors.values(),
            *(e for f in formsets for x in f.errors for e in x.values()),
        ]
        return [str(sentence) for sentences in errors for sentence in sentences]

    def delete(self, address):
        """Delete a row with a reason, as the confirmation page does; return the response."""
        sent = stamps(self.client, address) | {"post": "yes", "why": "It was wrong."}
        return self.client.post(address, sent)

    def save_article(self, address="/admin/cables/article/add/", links=(), **values):
        made = {"title": "Harbor fees", "slug": "harbor-fees", "summary": "", "body": ""}
        rows = {"links-TOTAL_FORMS": len(links), "links-INITIAL_FORMS": 0}
        for number, (cable, paragraph) in enumerate(links):
            rows |= {
                f"links-{number}-cable": cable.reference,
                f"links-{number}-paragraph": paragraph,
            }
        return self.save(address, **made | {"published": ""} | rows | values)


class RightsTests(DeskTestCase):
    def test_without_an_account_the_login_page_is_shown(self):
        self.client.logout()
        for address in [*LISTS, *OTHERS]:
            with self.subTest(address):
                response = self.client.get(address)
                self.assertRedirects(response, f"/admin/login/?next={address}")

    def test_a_user_who_is_not_staff_is_asked_for_another_account(self):
        self.client.force_login(User.objects.create_user("reader"))
        for address in LISTS:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 302)

    def test_staff_without_rights_see_nothing(self):
        self.client.force_login(User.objects.create_user("guest", is_staff=True))
        cable = make_cable()
        pages = [f"/admin/cables/cable/{cable.pk}/change/", *LISTS, *OTHERS[1:]]
        for address in pages:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 403)
        for address in PREVIEWS:
            with self.subTest(address):
                self.assertEqual(self.client.post(address).status_code, 403)

    def test_curators_see_every_list_but_those_of_accounts(self):
        for address in LISTS:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)
        self.assertEqual(self.client.get("/admin/auth/user/").status_code, 403)

    def test_rows_that_loads_create_cannot_be_added_or_changed(self):
        self.client.force_login(User.objects.create_superuser("root"))
        cable = make_cable()
        for kind in READ_ONLY:
            with self.subTest(kind):
                self.assertEqual(self.client.get(f"/admin/cables/{kind}/add/").status_code, 403)
        address = f"/admin/cables/cable/{cable.pk}/"
        self.assertEqual(self.client.post(f"{address}change/", {"body": "x"}).status_code, 403)
        self.assertEqual(self.client.post(f"{address}delete/", {"post": "yes"}).status_code, 403)
        for kind in ("origin", "tag", "collection"):
            with self.subTest(kind):
                self.assertEqual(self.client.get(f"/admin/cables/{kind}/add/").status_code, 403)

    def test_all_scripts_are_of_its_own_site(self):
        for address in ("/admin/", "/admin/cables/cable/", "/"):
            with self.subTest(address):
                policy = self.client.get(address).headers["Content-Security-Policy"]
                self.assertIn("script-src 'self'", policy)
                self.assertIn("default-src 'none'", policy)
                self.assertNotIn("unsafe", policy)


class TitleTests(DeskTestCase):
    def head(self, address):
        """Return the title of a page; fail if its heading differs."""
        page = self.client.get(address).content.decode()
        [shown], [window] = HEADING.findall(page), WINDOW.findall(page)
        self.assertEqual(window, f"{shown} | Cable Reading Room")
        return shown

    def test_a_lists_title_is_what_it_holds(self):
        self.client.force_login(User.objects.create_superuser("root"))
        models = [site.opts for site in admin.site._registry.values()]
        addresses = [
            reverse(f"admin:{each.app_label}_{each.model_name}_changelist") for each in models
        ]
        named = {address: self.head(address) for address in addresses}
        self.assertEqual(len(set(named.values())), len(models))
        for kind, name in (
            ("cable", "Cables"),
            ("loadrow", "Load rows"),
            ("page", "Guidance pages"),
            ("left", "Matters left as they are"),
        ):
            with self.subTest(kind):
                self.assertEqual(named[f"/admin/cables/{kind}/"], name)

    def test_the_title_of_a_rows_page_is_its_name(self):
        cable, article = make_cable("06BERLIN900001"), make_article(title="Fees & dues")
        load = Load.objects.create(
            file="/srv/cables.csv", collection=Collection.objects.first(), by=self.curator
        )
        for row, step, name in (
            (cable, "change", "Cable: 06BERLIN900001"),
            (load, "change", f"Load: {load.label} (Running)"),
            (article, "change", "Article: Fees &amp; dues"),
            (article, "delete", "Delete: Fees &amp; dues"),
        ):
            with self.subTest(name):
                address = f"/admin/cables/{row._meta.model_name}/{row.pk}/{step}/"
                self.assertEqual(self.head(address), name)


class FactsTests(DeskTestCase):
    def test_a_link_is_shown_in_the_rail(self):
        self.client.get("/about/")
        values = {"label": "A forum", "address": "example.org/cables", "position": 1}
        self.assertEqual(self.save("/admin/cables/link/add/", **values), [])
        self.assertContains(
            self.client.get("/about/"), '<a href="https://example.org/cables">A forum</a>'
        )

    def test_a_link_that_runs_a_script_is_refused(self):
        values = {"label": "A", "address": "javascript:alert(1)", "position": 1}
        self.assertEqual(self.save("/admin/cables/link/add/", **values), ["Enter a valid URL."])
        self.assertFalse(Link.objects.exists())

    def test_the_counter_shows_the_total_of_a_collection(self):
        make_cable()
        collection = Collection.objects.get()
        address = f"/admin/cables/collection/{collection.pk}/change/"
        values = {"name": "Cables", "provenance": "", "total": 251287}
        self.assertEqual(self.save(address, **values), [])
        self.assertContains(self.client.get("/about/"), "1 / 251,287")

    def test_readers_see_the_label_of_a_tag(self):
        tag = Tag.objects.create(code="EFIS", kind="unknown")
        make_cable(tags=["EFIS"])
        self.client.get("/tag/EFIS/")
        values = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": tag.pk}
        values |= {"form-0-kind": "subject", "form-0-label": "Fisheries", "_save": "Save"}
        values |= stamps(self.client, "/admin/cables/tag/")
        self.assertContains(self.client.post("/admin/cables/tag/", values), "Say why")
        self.client.post("/admin/cables/tag/", values | {"why": "A reader asked."})
        self.assertContains(self.client.get("/tag/EFIS/"), "Fisheries")
        self.assertEqual(Change.objects.get().what, "tag EFIS")

    def test_readers_see_the_facts_of_an_origin(self):
        origin, later = make_origin("Embassy Kiev"), make_origin("Embassy Kyiv")
        address = f"/admin/cables/origin/{origin.pk}/change/"
        values = {"name": "x", "slug": "x", "station": "KIEV", "kind": "Embassy", "city": "Kyiv"}
        values |= {"country": "", "also_named": "Kiev\nKiev, Ukraine\n", "same_as": later.pk}
        self.assertEqual(self.save(address, **values), [])
        origin.refresh_from_db()
        self.assertEqual((origin.name, origin.slug), ("Embassy Kiev", "embassy-kiev"))
        self.assertEqual((origin.city, origin.same_as), ("Kyiv", later))
        self.assertEqual(origin.also_named, ["Kiev", "Kiev, Ukraine"])
        address = f"/admin/cables/origin/{later.pk}/change/"
        for other, sentence in ((later, "not its own later name"), (origin, "has a later name")):
            with self.subTest(sentence):
                self.assertIn(sentence, str(self.save(address, **values | {"same_as": other.pk})))

    def test_an_origin_that_cables_name_cannot_be_deleted(self):
        self.client.force_login(User.objects.create_superuser("root"))
        cable, empty = make_cable(), make_origin("Embassy Atlantis")
        for origin, status in ((cable.origin, 403), (empty, 302)):
            with self.subTest(str(origin)):
                address = f"/admin/cables/origin/{origin.pk}/delete/"
                self.assertEqual(self.delete(address).status_code, status)

    def test_loads_link_the_rows_that_were_not_applied(self):
        load = Load.objects.create(
            collection=Collection.objects.get(), file="cables.csv", counts={"rows": 2, "held": 1}
        )
        row = LoadRow.objects.create(
            load=load,
            position=12,
            source="cables.csv",
            reference="06BERLIN900001",
            raw="<b>raw",
            digest="0",
            outcome="held",
            reason="It is withheld.",
        )
        self.assertContains(
            self.client.get("/admin/cables/load/"),
            "2 documents read: 0 created, 0 changed, 0 unchanged, 1 held",
        )
        address = f"/admin/cables/load/{load.pk}/change/"
        self.assertContains(self.client.get(address), f"?load__id__exact={load.pk}")
        for query, found in (
            *((f"load__id__exact={load.pk}", True), ("q=06+Berlin+900001", True)),
            *(("q=06BERLIN900002", False), ("q=nonsense", False)),
        ):
            with self.subTest(query):
                response = self.client.get(f"/admin/cables/loadrow/?{query}")
                self.assertEqual(b"It is withheld." in response.content, found)
        address = reverse("admin:cables_loadrow_change", args=[row.pk])
        self.assertNotContains(self.client.get(address), "&lt;b&gt;raw")
        self.curator.user_permissions.add(Permission.objects.get(codename="see_sealed"))
        self.assertContains(self.client.get(address), "&lt;b&gt;raw")

    def test_a_filter_shows_the_rejected_rows_still_to_be_repaired(self):
        load = Load.objects.create(collection=Collection.objects.get(), file="cables.csv")
        for position, reference in enumerate(["06BERLIN900001", "06BERLIN900002"], 1):
            words = {"source": "cables.csv", "outcome": "rejected", "reason": "No date."}
            LoadRow.objects.create(
                load=load, position=position, reference=reference, digest=position, **words
            )
        cable = make_cable("06BERLIN900002")
        every = self.client.get("/admin/cables/loadrow/")
        self.assertContains(every, f'<a href="/admin/cables/cable/{cable.pk}/change/">is here</a>')
        left = self.client.get("/admin/cables/loadrow/?left=1")
        self.assertContains(left, "06BERLIN900001")
        self.assertNotContains(left, "06BERLIN900002")

    def test_the_log_has_the_old_and_the_new_value_of_a_fact(self):
        tag = Tag.objects.create(code="EFIS", kind="subject")
        address = f"/admin/cables/tag/{tag.pk}/change/"
        for label, told in (("Fish", "Label: – → Fish."), ("", "Label: Fish → –.")):
            Tag.objects.update(label="" if label else "Fish")
            self.assertEqual(self.save(address, kind="subject", label=label), [])
            self.assertIn(told, Change.objects.first().reason)
        self.assertContains(
            self.client.get(f"{address[:-7]}history/", follow=True), "Label: Fish → –."
        )

    def test_the_log_is_searched_by_what_changed_and_by_user(self):
        Change.objects.create(by=self.curator, action="changed", what="tag EFIS")
        for text, found in (("efis", True), ("anna", True), ("PREL", False), ("06ROME9", False)):
            with self.subTest(text):
                response = self.client.get("/admin/cables/change/", {"q": text})
                self.assertEqual(b"tag EFIS" in response.content, found)


class SpeedTests(DeskTestCase):
    def queries(self, address):
        with CaptureQueriesContext(connection) as captured:
            self.assertEqual(self.client.get(address).status_code, 200)
        return [query["sql"] for query in captured]

    def test_no_list_queries_each_row(self):
        withhold(make_cable(), "A reason.", by=self.curator)
        before = {address: len(self.queries(address)) for address in LISTS}
        for number in range(5):
            cable = make_cable(f"06ROME90000{number}", origin=f"Embassy {number}")
            withhold(cable, "A reason.", by=self.curator)
            Tag.objects.create(code=f"T{number}", kind="geo")
            Article.objects.create(slug=f"a{number}", published=date(2026, 1, 2))
            Load.objects.create(collection=Collection.objects.get())
        for address, count in before.items():
            with self.subTest(address):
                self.assertLessEqual(len(self.queries(address)), count + 1)

    def test_the_list_of_cables_counts_a_limited_number(self):
        make_cables([f"06ROME9{number:05}" for number in range(60)])
        queries = self.queries("/admin/cables/cable/?p=2")
        counts = [query for query in queries if "COUNT(" in query]
        self.assertEqual(len(counts), 1)
        self.assertIn("LIMIT 5000", counts[0])
