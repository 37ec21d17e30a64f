"""Rows keep where their paragraphs stand in the body.

Those that are here have none, and are cut as before until `manage.py repin` or a change of them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def offsets():
    return ArrayField(models.IntegerField(), db_default=[], default=list)


class Migration(migrations.Migration):
    dependencies = [("cables", "0061_reasons_of_decisions_on_many")]

    operations = [
        migrations.AddField("cable", "paragraph_offsets", offsets()),
        migrations.AddField("version", "paragraph_offsets", offsets()),
    ]
