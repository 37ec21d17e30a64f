"""Matters of rows of loads had a digest of the record as their key: by it guesses were tested."""

from django.db import migrations

KEYS = """
UPDATE cables_{table} AS matter SET key = 'row ' || row.id FROM cables_loadrow row
WHERE matter.kind IN ('held', 'rejected') AND matter.key = row.digest
"""


class Migration(migrations.Migration):
    dependencies = [("cables", "0044_the_archive")]

    operations = [
        migrations.RunSQL(KEYS.format(table=table), migrations.RunSQL.noop)
        for table in ("left", "matterassignment")
    ]
