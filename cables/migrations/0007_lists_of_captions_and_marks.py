import django.db.models.deletion
from django.db import migrations, models

FILL = """
INSERT INTO cables_marking (cable_id, code, released, created, reference)
SELECT DISTINCT cable.id, code, released, created, reference
FROM cables_cable cable, LATERAL
    (SELECT unnest(captions) UNION SELECT '(' || unnest(marks) || ')') printed (code)
WHERE withheld_reason = ''
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0006_origins_on_a_map'),
    ]

    operations = [
        migrations.CreateModel(
            name='Marking',
            fields=[
                ('pk', models.CompositePrimaryKey('cable', 'code', blank=True, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', max_length=42)),
                ('released', models.DateField()),
                ('created', models.DateTimeField()),
                ('reference', models.CharField(db_collation='C', max_length=64)),
                ('cable', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='markings', to='cables.cable')),
            ],
            options={
                'indexes': [models.Index(models.F('code'), models.OrderBy(models.F('released'), descending=True), models.F('created'), models.F('reference'), include=('cable',), name='marking_listed')],
            },
        ),
        # Cables that were loaded before have their captions and marks already.
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
