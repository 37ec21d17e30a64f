"""Whoever may change accounts or groups gives no right that they do not have themselves."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User

from cables.models.roles import make_roles
from tests.base import TestCase
from tests.builders import make_curator
from tests.opened import form_of

OWN = ("change_user", "view_user", "add_user", "change_group", "view_group", "delete_group")
PASSWORD = "rope-7781-crane"


class GivenRightsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_roles(apps)
        cls.root = User.objects.create_superuser("root", password="quay-4412-window")
        cls.redactor = User.objects.create_user("redactor", is_staff=True)
        cls.away = User.objects.create_user("away", is_staff=True, is_active=False)
        cls.role = Group.objects.get(name="Redactor")
        for account in (cls.redactor, cls.away):
            account.groups.add(cls.role)
        cls.clerk = make_curator("clerk", *OWN)
        cls.guest = User.objects.create_user("guest", is_staff=True)

    def setUp(self):
        self.client.force_login(self.clerk)

    def send(self, address, **values):
        """Open a form of an account or group, and send it with these values and a reason."""
        sent = form_of(self.client.get(address)) | {"why": "A reason."} | values
        return self.client.post(address, sent).status_code

    def test_no_account_gets_all_rights_or_a_role_that_has_more(self):
        for account in (self.clerk, self.guest):
            address = f"/admin/auth/user/{account.pk}/change/"
            for values in ({"is_superuser": "on"}, {"groups": [self.role.pk]}):
                with self.subTest(account, **values):
                    self.send(address, **values)
                    account.refresh_from_db()
                    self.assertFalse(account.is_superuser or account.groups.exists())

    def test_no_account_that_may_do_more_is_changed_or_taken_over(self):
        words = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        for account in (self.root, self.redactor, self.away):
            before = account.password
            for page, values in (
                ("change", {"username": "mine", "is_active": "on"}),
                ("password", words | {"set-password": "Change password"}),
            ):
                with self.subTest(account, page=page):
                    address = f"/admin/auth/user/{account.pk}/{page}/"
                    self.assertEqual(self.send(address, **values), 403)
                    account.refresh_from_db()
                    self.assertEqual((account.password, account.username != "mine"), (before, True))

    def test_no_group_gets_or_loses_a_right_that_the_account_does_not_have(self):
        seeing = Permission.objects.get(codename="see_sealed")
        own = Group.objects.create(name="Clerks")
        own.permissions.set(Permission.objects.filter(codename="view_user"))
        self.clerk.groups.add(own)
        self.send(f"/admin/auth/group/{own.pk}/change/", permissions=[seeing.pk])
        self.assertFalse(own.permissions.filter(pk=seeing.pk).exists())
        for page in ("change", "delete"):
            with self.subTest(page):
                address = f"/admin/auth/group/{self.role.pk}/{page}/"
                self.assertEqual(self.send(address, name="Mine", post="yes"), 403)
                self.assertTrue(Group.objects.filter(name="Redactor").exists())

    def test_what_they_have_themselves_they_give(self):
        group = Group.objects.create(name="Clerks")
        group.permissions.set(Permission.objects.filter(codename="view_user"))
        address = f"/admin/auth/user/{self.guest.pk}/change/"
        self.assertEqual(self.send(address, groups=[group.pk]), 302)
        self.assertEqual([*self.guest.groups.all()], [group])

    def test_who_has_all_rights_gives_all(self):
        self.client.force_login(self.root)
        address = f"/admin/auth/user/{self.guest.pk}/change/"
        self.assertEqual(self.send(address, groups=[self.role.pk], is_superuser="on"), 302)
        self.guest.refresh_from_db()
        self.assertTrue(self.guest.is_superuser and self.guest.groups.filter(pk=self.role.pk))
