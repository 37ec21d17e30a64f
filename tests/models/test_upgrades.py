"""A room of an earlier release, with cables of every kind in it, is migrated."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cables.management.commands.serve import load_specimens
from cables.models import Matter
from tests.base import TransactionTestCase
from tests.slow import slow


@slow("no room migrated")
class UpgradeTests(TransactionTestCase):
    def test_matters_of_volumes_are_closed_by_rules(self):
        load_specimens(verbosity=0)
        self.addCleanup(call_command, "migrate", verbosity=0)
        MigrationExecutor(connection).migrate([("cables", "0030_decisions_that_need_approval")])
        call_command("migrate", verbosity=0)
        self.assertTrue(Matter.objects.filter(is_open=False).exists())
