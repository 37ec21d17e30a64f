"""Run Django's migrate, but not from a state that it would misread, nor while a load writes."""

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from cables.loader import LoadError, one_load
from cables.models.planner_statistics import drop_text_statistics
from cables.operations.backups import why_in_part


class Command(migrate.Command):
    def handle(self, *args, **options):
        recorder = MigrationRecorder(connections[options["database"]])
        if why := why_in_part(recorder.applied_migrations()):
            raise CommandError(f"The database cannot be migrated. {why}")
        if options["database"] != "default" or options["plan"] or not self.changes(options):
            return super().handle(*args, **options)
        try:
            with one_load():
                super().handle(*args, **options)
                drop_text_statistics()
        except LoadError as error:
            raise CommandError(f"{error} Migrations change the tables that it writes to.") from None

    def changes(self, options):
        """Return whether there may be migrations to run; if not, a running load is no obstacle."""
        executor = MigrationExecutor(connections["default"])
        is_named = options["app_label"] or options["migration_name"]
        return is_named or executor.migration_plan(executor.loader.graph.leaf_nodes())
