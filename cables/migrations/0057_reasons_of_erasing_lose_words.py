"""Readers see why a cable was erased in the log only as its address says it.

A redaction over the archive takes words out of that reason; the log keeps what was typed.
"""

from django.db import migrations

from .the_archive.readers import LOG

OLD = "WHERE erased.reference = change.reference\n"
NEW = "WHERE erased.reference = change.reference AND erased.reason = change.reason\n"
REPLACED = LOG.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")


class Migration(migrations.Migration):
    dependencies = [("cables", "0056_corrections_stand_on_each_other")]

    operations = [migrations.RunSQL(REPLACED.replace(OLD, NEW), REPLACED)]
