"""A migration makes the groups of the roles once, with the permissions of the table."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission

from cables.models.roles import ROLES, make_roles
from tests.base import TestCase


class MakeRolesTests(TestCase):
    def test_each_role_has_the_permissions_of_the_table(self):
        known = set(Permission.objects.values_list("codename", flat=True))
        for name, codenames in ROLES.items():
            with self.subTest(name):
                permissions = Permission.objects.filter(
                    group__name=name, content_type__app_label="cables"
                )
                self.assertEqual(
                    set(permissions.values_list("codename", flat=True)), set(codenames) & known
                )

    def test_a_group_that_an_institution_changed_is_left_alone(self):
        releaser = Group.objects.get(name="Releaser")
        releaser.permissions.clear()
        Group.objects.get(name="Auditor").delete()
        make_roles(apps)
        self.assertFalse(releaser.permissions.exists())
        self.assertTrue(Group.objects.get(name="Auditor").permissions.exists())
