"""Cables whose sources give no day of release had that of their load: they get none."""

from django.db import migrations, models

TAKE_BACK = """
UPDATE cables_cable SET released = DATE '0001-01-01'
WHERE NOT EXISTS (
    SELECT FROM cables_copy AS copy LEFT JOIN cables_load AS load ON load.id = copy.load_id
    WHERE copy.cable_id = cables_cable.id
    AND (copy.released IS NOT NULL OR load.released IS NOT NULL OR copy.load_id IS NULL)
);
UPDATE cables_tagging AS row SET released = cable.released FROM cables_cable AS cable
WHERE cable.id = row.cable_id AND cable.released = DATE '0001-01-01';
UPDATE cables_marking AS row SET released = cable.released FROM cables_cable AS cable
WHERE cable.id = row.cable_id AND cable.released = DATE '0001-01-01';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0018_a_search_index_beside_the_database'),
    ]

    operations = [
        migrations.AlterField(
            model_name='cable',
            name='released',
            field=models.DateField(help_text='When it was published; NO_DAY if no source says so. Readers: `release_day`.'),
        ),
        # The day of a load is not known here: what has none keeps it.
        migrations.RunSQL(TAKE_BACK, migrations.RunSQL.noop),
    ]
