"""Harvesters learn which records changed, and which were deleted."""

from django.db import migrations, models

from cables.models.harvest_records import PRESENT_RECORDS, date_records


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0034_redactions_keep_other_senses'),
    ]

    operations = [
        migrations.CreateModel(
            name='HarvestRecord',
            fields=[
                ('reference', models.CharField(db_collation='C', max_length=64, primary_key=True, serialize=False)),
                ('cable', models.BigIntegerField(db_index=True)),
                ('datestamp', models.DateTimeField()),
                ('is_deleted', models.BooleanField(default=False)),
            ],
            options={
                'default_permissions': (),
                'indexes': [
                    models.Index(models.F('datestamp'), models.F('reference'), include=['cable', 'is_deleted'], name='harvest_by_datestamp'),
                    models.Index(models.F('datestamp'), models.F('reference'), condition=models.Q(('is_deleted', True)), name='harvest_deleted'),
                ],
            },
        ),
        migrations.RunSQL(PRESENT_RECORDS, migrations.RunSQL.noop),
        date_records(),
    ]
