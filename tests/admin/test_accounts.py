"""Accounts at the desk: each is made in one step, and the log has every change of rights."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from cables.management.commands.make_curator import GROUP, make_group
from cables.models import Change
from cables.models.roles import ROLE_TEXTS, ROLES, make_roles
from tests.base import TestCase
from tests.builders import make_cable
from tests.opened import form_of, send, stamps
from tests.paths import PROJECT

ADD = "/admin/auth/user/add/"
PASSWORD = "quay-window-4412"


class AccountTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_group()
        cls.root = User.objects.create_superuser("root")
        cls.group = Group.objects.get(name=GROUP)

    def setUp(self):
        self.client.force_login(self.root)

    def add(self):
        rights = {"is_active": "on", "is_staff": "on", "groups": [self.group.pk]}
        words = {"username": "bert", "password1": PASSWORD, "password2": PASSWORD}
        return self.client.post(ADD, {"usable_password": "true"} | words | rights)

    def said(self):
        return [f"{change.by} {change.action} {change.what}" for change in Change.objects.all()]

    def test_an_account_and_its_group_are_set_on_one_page(self):
        self.assertContains(self.client.get(ADD), 'id="id_is_staff" checked')
        self.add()
        bert = User.objects.get(username="bert")
        self.assertTrue(bert.has_perm("cables.change_article"))
        words = {"username": "bert", "password": PASSWORD}
        self.assertRedirects(self.client.post("/admin/login/", words), "/admin/")
        self.assertEqual(self.client.get("/admin/cables/article/").status_code, 200)
        self.assertEqual(self.said(), ["root added user bert"])

    def test_the_log_has_every_change_of_rights(self):
        self.add()
        bert = User.objects.get(username="bert")
        page = f"/admin/auth/user/{bert.pk}/change/"
        rights = {"username": "bert", "is_active": "on", "is_superuser": "on"}
        why = {"why": "Bert runs it now."}
        self.client.post(page, rights | why | stamps(self.client, page))
        change = Change.objects.first()
        self.assertEqual((change.by, change.what), (self.root, "user bert"))
        self.assertIn("Superuser status: no → yes.", change.reason)
        rights = Permission.objects.filter(codename="view_article")
        page = f"/admin/auth/group/{self.group.pk}/change/"
        sent = {"name": GROUP, "permissions": [right.pk for right in rights], "why": "Too many."}
        self.client.post(page, sent | stamps(self.client, page))
        self.assertEqual(
            [right.codename for right in self.group.permissions.all()], ["view_article"]
        )
        self.assertEqual(Change.objects.first().what, f"group {GROUP}")

    def test_the_log_has_a_change_of_password_without_the_password(self):
        bert = User.objects.create_user("bert", is_staff=True)
        words = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        address = f"/admin/auth/user/{bert.pk}/password/"
        send(self.client, address, words | {"why": "Bert forgot it."})
        self.assertTrue(User.objects.get(username="bert").check_password(PASSWORD))
        self.assertEqual(Change.objects.get().reason, "Changed password. Why: Bert forgot it.")

    def test_setting_anothers_password_needs_a_reason_and_the_present_stamp(self):
        bert = User.objects.create_user("bert", is_staff=True, password="rope-anchor-7781")
        address = f"/admin/auth/user/{bert.pk}/password/"
        words = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        words |= {"set-password": "Change password"}
        opened = form_of(self.client.get(address))
        anna = self.client_class()
        anna.force_login(User.objects.create_superuser("anna"))
        other = dict.fromkeys(("password1", "password2"), "crane-barrel-5521")
        send(anna, address, words | other | {"why": "He asked anna."})
        why = {"why": "Bert forgot it."}
        unset = {"usable_password": "false", "unset-password": "Disable"}
        for name, sent, told in (
            ("no reason", opened | words, "Say why"),
            ("a newer one", opened | words | why, "anna: Changed password."),
            ("no stamp", words | why, "Somebody changed this meanwhile"),
            ("made unusable", opened | unset | why, "Somebody changed this meanwhile"),
        ):
            with self.subTest(name):
                answer = self.client.post(address, sent)
                self.assertContains(answer, told)
                bert.refresh_from_db()
                self.assertTrue(bert.check_password("crane-barrel-5521"))
        self.client.post(address, form_of(answer) | words | why)
        bert.refresh_from_db()
        self.assertTrue(bert.check_password(PASSWORD))

    def test_roles_say_in_two_sentences_what_they_may_and_rights_are_behind_them(self):
        make_roles(apps)
        self.assertEqual({*ROLE_TEXTS}, {*ROLES, GROUP})
        docs = (PROJECT / "docs" / "curation.md").read_text()
        page = self.client.get("/admin/auth/user/add/")
        for role, text in ROLE_TEXTS.items():
            with self.subTest(role):
                self.assertEqual(text.count(". May"), 1)
                self.assertContains(page, f"{role}. {text}")
                self.assertIn(f"| **{role}** |", docs)
                address = f"/admin/auth/group/{Group.objects.get(name=role).pk}/change/"
                group = self.client.get(address)
                self.assertContains(group, text)
                self.assertNotContains(group, "rights were changed")
                before, _, behind = group.content.decode().partition("<details")
                self.assertNotIn('name="permissions"', before)
                self.assertIn('name="permissions"', behind)
        Group.objects.get(name="Auditor").permissions.clear()
        page = self.client.get("/admin/auth/user/add/")
        self.assertContains(page, "May change nothing. Its rights were changed here.", 1)

    def test_saving_a_group_unchanged_keeps_the_right_to_withhold(self):
        page = f"/admin/auth/group/{self.group.pk}/change/"
        form = self.client.get(page).context["adminform"].form
        offered = {right.codename for right in form.fields["permissions"].queryset}
        held = {right.codename for right in self.group.permissions.all()}
        self.assertLessEqual(held, offered)
        self.assertNotIn("delete_session", offered)

    def test_an_account_with_log_entries_is_not_deleted(self):
        bert = User.objects.create_user("bert", is_staff=True)
        carl = User.objects.create_user("carl", is_staff=True)
        Change.objects.create(by=bert, action="changed", what="tag EFIS")
        for person, status in ((bert, 403), (carl, 302)):
            with self.subTest(str(person)):
                page = f"/admin/auth/user/{person.pk}/delete/"
                stamp = stamps(self.client, page) if status == 302 else {}
                sent = {"post": "yes", "why": "x"} | stamp
                self.assertEqual(self.client.post(page, sent).status_code, status)
        self.assertEqual(self.said()[0], "root deleted user carl")

    def test_a_user_without_the_right_gets_the_rooms_error_page(self):
        self.client.force_login(User.objects.create_user("guest", is_staff=True))
        response = self.client.get("/admin/cables/article/")
        self.assertContains(response, "Not for this account", status_code=403)


class OpenSessionTests(TestCase):
    """What is taken from an account ends at once, also between two steps of a decision."""

    @classmethod
    def setUpTestData(cls):
        make_roles(apps)
        cls.bert = User.objects.create_user("bert", is_staff=True, password=PASSWORD)
        cls.cable = make_cable("06BERLIN900001")

    def setUp(self):
        self.groups = [Group.objects.get(name=name) for name in ("Redactor", "Cataloguer")]
        self.bert.groups.set(self.groups)
        self.client.force_login(self.bert)

    def test_a_session_ends_or_loses_what_its_account_lost(self):
        root = self.client_class()
        root.force_login(User.objects.create_superuser("root"))
        words = {"usable_password": "true", "password1": "rope-7781-crane", "why": "Lost."}
        words |= {"password2": words["password1"], "set-password": "Change password"}
        page = "/admin/cables/cable/"
        for name, take, status in (
            ("roles", lambda: self.bert.groups.clear(), 403),
            ("rights of a role", lambda: [each.permissions.clear() for each in self.groups], 403),
            ("the desk", lambda: User.objects.filter(pk=self.bert.pk).update(is_staff=False), 302),
            ("all", lambda: User.objects.filter(pk=self.bert.pk).update(is_active=False), 302),
            (
                "the password",
                lambda: send(root, f"/admin/auth/user/{self.bert.pk}/password/", words),
                302,
            ),
        ):
            with self.subTest(name), transaction.atomic():
                self.client.force_login(self.bert)
                self.assertEqual(self.client.get(page).status_code, 200)
                take()
                self.assertEqual(self.client.get(page).status_code, status)
                transaction.set_rollback(True)

    def test_a_role_taken_between_two_steps_stops_the_decision(self):
        one, reason = f"?cable={self.cable}", {"reason": "A witness."}
        words = {"place": "", "words": "text", "step": "redact"}
        for page, values in (
            (f"cable/withhold/{one}", {}),
            (f"cable/annotate/{one}", {}),
            (f"redaction/new/{one}", words),
            (f"correction/new/{one}", {"field": "subject", "value": "BUOYS"}),
            (f"correction/former/{one}", {"reference": "09ROME77"}),
        ):
            address = f"/admin/cables/{page}"
            with self.subTest(page), transaction.atomic():
                opened = self.client.get(address)
                self.assertEqual(opened.status_code, 200)
                sent = form_of(opened) | reason | values
                self.bert.groups.clear()
                self.assertEqual(self.client.post(address, sent).status_code, 403)
                self.assertFalse(Change.objects.exists())
                transaction.set_rollback(True)

    def test_a_role_taken_stops_a_decision_on_many(self):
        ticked = {"_selected_action": [self.cable.pk]}
        for action, group in (("withhold", "Redactor"), ("correct", "Cataloguer")):
            values = {"reason": "A witness.", "field": "classification", "value": "SECRET"}
            with self.subTest(action), transaction.atomic():
                sent = ticked | {"action": action}
                page = self.client.post("/admin/cables/cable/", sent, follow=True)
                address = page.redirect_chain[-1][0]
                values |= form_of(page)
                shown = self.client.post(address, values | {"reason": "x", "step": "look"})
                self.bert.groups.remove(Group.objects.get(name=group))
                sent = form_of(shown) | {"reason": "x", "step": "apply"}
                self.assertEqual(self.client.post(address, sent).status_code, 403)
                self.assertFalse(Change.objects.exists())
                transaction.set_rollback(True)
