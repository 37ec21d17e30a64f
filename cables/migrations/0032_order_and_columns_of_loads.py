"""Loads have a priority, and a mapping of the columns of their tables; mappings are saved."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cables.models.roles import give, make_roles

RIGHTS = {
    "Releaser": ["view_columnmapping", "delete_columnmapping"],
    "Curators": ["view_columnmapping", "delete_columnmapping"],
}


def allow(apps, schema_editor):
    """Let those who load files see and delete saved mappings."""
    make_roles(apps, ())  # Creates the rows of permissions.
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        give(apps, group, RIGHTS[group.name])


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0031_rules_that_are_off_and_matters_assigned'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('mapping', models.JSONField(help_text='As cables/sources/csv_mapping.py describes it.')),
                ('saved', models.DateTimeField(auto_now=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'column mapping',
                'ordering': ['name'],
                'default_permissions': ('view', 'delete'),
            },
        ),
        migrations.AddField(
            model_name='load',
            name='mapping',
            field=models.JSONField(help_text='How its tables are read; null: by their own format.', null=True),
        ),
        migrations.AddField(
            model_name='load',
            name='mapping_name',
            field=models.CharField(blank=True, max_length=100, verbose_name='mapping'),
        ),
        migrations.AddField(
            model_name='load',
            name='priority',
            field=models.SmallIntegerField(default=0, help_text='A higher one is taken first.'),
        ),
        migrations.AddField(
            model_name='load',
            name='queued',
            field=models.DateTimeField(help_text='Since when it waits for the worker.', null=True),
        ),
        migrations.AlterField(
            model_name='load',
            name='state',
            field=models.CharField(choices=[('mapping', 'Waits for its columns to be chosen'), ('comparing', 'Is being compared'), ('compared', 'Compared; waits for a person'), ('waiting', 'Waits for its turn'), ('running', 'Running'), ('finished', 'Finished'), ('cancelled', 'Cancelled'), ('failed', 'Failed'), ('stopped', 'Stopped before its end'), ('discarded', 'Discarded, with its file')], default='running', max_length=10),
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
