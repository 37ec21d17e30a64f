"""Cables are found by the search index beside the database, which follows their changes."""

from django.db import migrations, models

from cables.models.index_changes import follow_cables

PRESENT_STATE = "INSERT INTO cables_paststate (number, moved) SELECT number, moved FROM cables_state"


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0017_nothing_told_beside_the_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangedCable',
            fields=[
                ('pk', models.CompositePrimaryKey('state', 'cable', blank=True, editable=False, primary_key=True, serialize=False)),
                ('state', models.PositiveBigIntegerField()),
                ('cable', models.BigIntegerField()),
                ('removed', models.BooleanField(help_text='Whether words of it went that nobody may find in the files of the index.')),
            ],
        ),
        migrations.CreateModel(
            name='PastState',
            fields=[
                ('pk', models.CompositePrimaryKey('number', 'moved', blank=True, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField()),
                ('moved', models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='cable',
            name='cable_search_vector',
        ),
        migrations.RemoveIndex(
            model_name='cable',
            name='cable_recipients',
        ),
        migrations.RemoveIndex(
            model_name='cable',
            name='cable_subject_words',
        ),
        migrations.RemoveField(
            model_name='cable',
            name='search_vector',
        ),
        migrations.RunSQL(PRESENT_STATE, migrations.RunSQL.noop),
        follow_cables(),
    ]
