"""Each role can do its part at the desk and nothing else: every address of it, for every role."""

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.urls import URLResolver

from cables.models import Change, ChangeKind, Country, Left, Link, Load, LoadRow, Note, Page, Tag
from cables.roles import ROLES, make_roles
from tests.base import TestCase
from tests.builders import make_cable
from tests.test_articles import make_article

LETTERS = {"C": "Cataloguer", "L": "Releaser", "R": "Redactor", "A": "Auditor"}
ALL = "CLRA"
# Kind of row -> who may see one, add one, change one, delete one.
KINDS = {
    "article": ("CRA", "C", "C", "C"),
    "cable": (ALL, "", "", ""),
    "change": (ALL, "", "", ""),
    "changekind": ("RA", "", "R", ""),
    "collection": (ALL, "", "CL", ""),
    "country": ("CA", "C", "C", ""),
    "left": (ALL, "", "", ""),
    "link": ("CA", "C", "C", "C"),
    "load": (ALL, "", "", ""),
    "loadrow": (ALL, "", "", ""),
    "note": (ALL, "C", "C", "C"),
    "origin": (ALL, "", "C", ""),
    "page": ("CA", "C", "C", "C"),
    "tag": (ALL, "", "C", ""),
    "user": ("A", "", "", ""),
    "group": ("A", "", "", ""),
}
# Name of an address -> (method, address, who may). {cable} and the like are primary keys.
OTHERS = {
    "index": ("get", "/admin/", ALL),
    "cables_cable_withhold": ("get", "/admin/cables/cable/withhold/?cable=06BERLIN900001", "R"),
    "cables_cable_publish": ("get", "/admin/cables/cable/publish/?cable=06BERLIN900001", "R"),
    "cables_cable_annotate": ("get", "/admin/cables/cable/annotate/?cable=06BERLIN900001", "C"),
    "cables_article_preview": ("post", "/admin/cables/article/preview/", "C"),
    "cables_page_preview": ("post", "/admin/cables/page/preview/", "C"),
    "cables_note_preview": ("post", "/admin/cables/note/preview/", "C"),
    "cables_left_work": ("get", "/admin/cables/left/work/held/", ALL),
    "cables_change_csv": ("get", "/admin/cables/change/log.csv", ALL),
    "cables_change_jsonl": ("get", "/admin/cables/change/log.jsonl", ALL),
    "auth_user_password_change": ("get", "/admin/auth/user/{user}/password/", ""),
    "jsi18n": ("get", "/admin/jsi18n/", ALL),
    "password_change": ("get", "/admin/password_change/", ALL),
    "password_change_done": ("get", "/admin/password_change/done/", ALL),
}
# Of everybody with an account, or with nothing behind them that a role could be refused.
OPEN = {"login", "logout", "autocomplete", "view_on_site", "app_list", None}


def names(patterns):
    """Yield the name of every address of the desk."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            yield pattern.name


def application(kind):
    return "auth" if kind in ("user", "group") else "cables"


class RolesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people = {}
        for letter, role in LETTERS.items():
            cls.people[letter] = User.objects.create_user(role.lower(), is_staff=True)
            cls.people[letter].groups.add(Group.objects.get(name=role))
        cls.cable = make_cable(tags=["EFIS"])
        load = Load.objects.create(collection=apps.get_model("cables", "Collection").objects.get())
        rows = {
            "article": make_article(),
            "cable": cls.cable,
            "change": cls.cable.changes.create(action="withheld", reason="A reason."),
            "changekind": ChangeKind.objects.first(),
            "collection": load.collection,
            "country": Country.objects.create(name="Atlantis", iso2="XA", slug="atlantis"),
            "left": Left.objects.create(kind="held", key="x", label="x", by=cls.people["C"]),
            "link": Link.objects.create(label="A forum", address="https://example.org/"),
            "load": load,
            "loadrow": LoadRow.objects.create(load=load, position=1, source="a.csv", raw="x"),
            "note": Note.objects.create(cable=cls.cable, text="A note."),
            "origin": cls.cable.origin,
            "page": Page.objects.create(slug="hours", title="Hours", body="Ten to four."),
            "tag": Tag.objects.create(code="EFIS", kind="subject"),
            "user": cls.people["A"],
            "group": Group.objects.first(),
        }
        cls.keys = {kind: row.pk for kind, row in rows.items()}

    def check(self, method, address, may, done=(200, 302), **values):
        """Ask for an address in every role: those who may get it, the others are refused."""
        for letter, person in self.people.items():
            self.client.force_login(person)
            with self.subTest(f"{LETTERS[letter]}: {method} {address}"):
                status = getattr(self.client, method)(address, values).status_code
                self.assertIn(status, done if letter in may else (403,))

    def test_rows_are_seen_added_changed_and_deleted_by_those_who_may(self):
        for kind, (view, add, change, delete) in KINDS.items():
            base = f"/admin/{application(kind)}/{kind}/"
            row = f"{base}{self.keys[kind]}/"
            # Empty forms are sent back, and what is deleted is only asked for.
            for method, address, may in (
                *(("get", base, view), ("get", f"{row}change/", view)),
                *(("get", f"{row}history/", view), ("get", f"{base}add/", add)),
                *(("post", f"{base}add/", add), ("post", f"{row}change/", change)),
                *(("get", f"{row}delete/", delete), ("post", f"{row}delete/", delete)),
            ):
                self.check(method, address, may)

    def test_other_pages_are_those_of_their_role(self):
        for method, address, may in OTHERS.values():
            self.check(method, address.format(**self.keys), may)

    def test_no_address_of_the_desk_is_missing_here(self):
        known = {
            f"{application(kind)}_{kind}_{page}"
            for kind in KINDS
            for page in ("changelist", "add", "history", "delete", "change")
        }
        self.assertEqual(set(names(admin.site.urls[0])) - OPEN, known | set(OTHERS))

    def test_decisions_are_sent_by_those_who_may(self):
        address = "/admin/cables/cable/{}/?cable=06BERLIN900001"
        for name, may in (("withhold", "R"), ("publish", "R"), ("annotate", "C")):
            self.check("post", address.format(name), may, (302,), reason="A reason.")
        acts = [(each.action, each.by.username) for each in self.cable.changes.all()[:3]]
        self.assertEqual(acts[1:], [("published", "redactor"), ("withheld", "redactor")])
        self.assertEqual(acts[0], ("noted", "cataloguer"))

    def test_actions_on_ticked_rows_are_offered_to_those_who_may(self):
        for name, may in (("withhold", "R"), ("publish", "R"), ("annotate", "C")):
            for letter, person in self.people.items():
                self.client.force_login(person)
                with self.subTest(f"{LETTERS[letter]}: {name}"):
                    values = {"action": name, "_selected_action": [self.cable.pk]}
                    address = self.client.post("/admin/cables/cable/", values).headers.get(
                        "Location", ""
                    )
                    self.assertEqual(f"/{name}/" in address, letter in may)

    def test_lists_that_are_edited_are_saved_by_those_who_may(self):
        for kind, may in (("tag", "C"), ("changekind", "R"), ("link", "C")):
            form = {"form-TOTAL_FORMS": 0, "form-INITIAL_FORMS": 0, "_save": "Save"}
            self.check("post", f"/admin/cables/{kind}/", may, **form)

    def test_matters_are_left_and_taken_back_by_those_who_may(self):
        self.check("post", "/admin/cables/left/work/no-subject/", "CL", reason="A reason.")
        for letter, person in self.people.items():
            self.client.force_login(person)
            with self.subTest(LETTERS[letter]):
                left = Left.objects.create(kind="held", key=letter, label="x", by=person)
                values = {"action": "take_back", "_selected_action": [left.pk]}
                self.client.post("/admin/cables/left/", values)
                self.assertEqual(Left.objects.filter(key=letter).exists(), letter not in "CL")

    def test_an_auditor_reads_everything_and_changes_nothing(self):
        rights = Permission.objects.filter(group__name="Auditor").values_list("codename", flat=True)
        others = {right for right in rights if not right.startswith("view_")}
        self.assertLessEqual(others, {"see_sealed"})
        before = Change.objects.count()
        self.client.force_login(self.people["A"])
        for kind in KINDS:
            self.client.post(f"/admin/{application(kind)}/{kind}/{self.keys[kind]}/change/")
        self.assertEqual(Change.objects.count(), before)


class MakeRolesTests(TestCase):
    def test_each_has_the_rights_of_the_table(self):
        known = set(Permission.objects.values_list("codename", flat=True))
        for name, codenames in ROLES.items():
            with self.subTest(name):
                given = Permission.objects.filter(
                    group__name=name, content_type__app_label="cables"
                )
                self.assertEqual(
                    set(given.values_list("codename", flat=True)), set(codenames) & known
                )

    def test_a_group_that_an_institution_changed_is_left_alone(self):
        releaser = Group.objects.get(name="Releaser")
        releaser.permissions.clear()
        Group.objects.get(name="Auditor").delete()
        make_roles(apps)
        self.assertFalse(releaser.permissions.exists())
        self.assertTrue(Group.objects.get(name="Auditor").permissions.exists())
