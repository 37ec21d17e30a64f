"""make_curator creates an account, from the environment or a terminal."""

import io
import os
import re
from unittest import mock

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

from cables.management.commands import make_curator
from cables.models import Change
from cables.models.roles import ROLES
from tests.base import TestCase

PASSWORD = "lighthouse-keeper"


def run(*arguments, **environment):
    out = io.StringIO()
    kept = {name: os.environ[name] for name in os.environ if not name.startswith("CURATOR_")}
    with mock.patch.dict(os.environ, kept | environment, clear=True):
        call_command("make_curator", *arguments, stdout=out)
    return out.getvalue()


class MakeCuratorTests(TestCase):
    def test_the_account_can_log_in_at_the_desk(self):
        output = run(CURATOR_NAME="anna", CURATOR_PASSWORD=PASSWORD)
        self.assertIn("anna can log in at /admin/", output)
        words = {"username": "anna", "password": PASSWORD}
        self.assertRedirects(self.client.post("/admin/login/", words), "/admin/")
        self.assertEqual(self.client.get("/admin/auth/user/add/").status_code, 200)

    def test_an_account_with_a_role_has_the_permissions_of_the_role(self):
        environment = {"CURATOR_NAME": "anna", "CURATOR_PASSWORD": PASSWORD}
        self.assertIn("has the role Redactor", run("--role", "Redactor", **environment))
        self.client.post("/admin/login/", {"username": "anna", "password": PASSWORD})
        for address, status in (("redaction/", 200), ("article/add/", 403)):
            with self.subTest(address):
                self.assertEqual(self.client.get(f"/admin/cables/{address}").status_code, status)
        self.assertEqual(Change.objects.get().reason, "With the role Redactor, by make_curator.")
        Group.objects.get(name="Auditor").delete()
        with self.assertRaisesMessage(CommandError, "There is no group Auditor"):
            run("--role", "Auditor", CURATOR_NAME="bert", CURATOR_PASSWORD=PASSWORD)
        self.assertFalse(User.objects.filter(username="bert").exists())

    def test_every_documented_role_can_be_chosen(self):
        text = (settings.BASE_DIR / "docs" / "curation.md").read_text()
        table = text.partition("| role |")[2].partition("\n\n")[0]
        roles = re.findall(r"^\| \*\*(\w+)\*\* \|", table, re.M)
        self.assertEqual(set(roles), {*ROLES, make_curator.GROUP})
        for role in roles:
            with self.subTest(role):
                run("--role", role, CURATOR_NAME=f"of-{role}", CURATOR_PASSWORD=PASSWORD)
                person = User.objects.get(username=f"of-{role}")
                self.assertEqual(person.groups.get().name, role)
                self.assertFalse(person.is_superuser)

    def test_errors_say_what_to_do(self):
        run(CURATOR_NAME="anna", CURATOR_PASSWORD=PASSWORD)
        for name, password, sentence in (
            ("anna", PASSWORD, "manage.py changepassword anna"),
            ("berta", "short", "at least 12 characters"),
            ("berta", "password1234", "too common"),
            ("lighthouse-keeper", PASSWORD, "too similar"),
            ("berta the curator", PASSWORD, "Enter a valid username"),
        ):
            with self.subTest(sentence), self.assertRaisesMessage(CommandError, sentence):
                run(CURATOR_NAME=name, CURATOR_PASSWORD=password)
        self.assertEqual(User.objects.count(), 1)

    def test_without_a_terminal_it_names_the_environment_variables(self):
        with (
            mock.patch.object(make_curator.sys.stdin, "isatty", return_value=False),
            self.assertRaisesMessage(CommandError, "set CURATOR_NAME and CURATOR_PASSWORD"),
        ):
            run()

    def test_on_a_terminal_it_asks_for_name_and_password(self):
        asked = mock.Mock(side_effect=[PASSWORD, PASSWORD, PASSWORD, "another one"])
        with (
            mock.patch.object(make_curator.sys, "stdin", mock.Mock(isatty=lambda: True)),
            mock.patch.object(make_curator.getpass, "getpass", asked),
            mock.patch("builtins.input", side_effect=["anna", "berta"]),
        ):
            self.assertIn("anna can log in", run())
            with self.assertRaisesMessage(CommandError, "The two passwords differ"):
                run()
        self.assertEqual([user.username for user in User.objects.all()], ["anna"])

    def test_an_existing_group_of_curators_is_not_changed(self):
        run(CURATOR_NAME="anna", CURATOR_PASSWORD=PASSWORD)
        group = Group.objects.get(name="Curators")
        self.assertTrue(group.permissions.filter(codename="withhold_cable").exists())
        self.assertFalse(group.permissions.filter(codename="change_user").exists())
        group.permissions.clear()
        run(CURATOR_NAME="berta", CURATOR_PASSWORD=PASSWORD)
        self.assertFalse(group.permissions.exists())
