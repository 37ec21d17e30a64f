import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cables.models.roles import give, make_roles

ROLES = ["Cataloguer", "Releaser", "Redactor", "Auditor", "Curators"]


def allow(apps, schema_editor):
    """Let everybody at the desk see the decisions, as they see the log."""
    make_roles(apps, ())  # Creates the rows of permissions.
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        give(apps, group, ["view_bulkdecision"])


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0025_saved_searches_and_sealed_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('withhold', 'Withhold from readers'), ('publish', 'Publish again'), ('embargo', 'Withhold until a time'), ('correct', 'Correct a fact'), ('tag', 'Add a tag'), ('untag', 'Remove a tag'), ('annotate', 'Add a note'), ('reread', 'Read again from their sources')], max_length=10)),
                ('parameters', models.JSONField(default=dict)),
                ('reason', models.TextField(blank=True)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('previewed', models.DateTimeField(help_text='When its last preview was made.', null=True)),
                ('finished', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('previewed', 'Chosen; nothing is decided'), ('queued', 'Waits for its turn'), ('running', 'Running'), ('done', 'Done'), ('cancelled', 'Cancelled'), ('failed', 'Failed'), ('undoing', 'Is being undone'), ('undone', 'Undone')], default='previewed', max_length=10)),
                ('cancel', models.BooleanField(default=False, help_text='It is to stop after its batch.')),
                ('problem', models.TextField(blank=True, help_text='Why it stopped, and what to do.')),
                ('undo_reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulk_decisions', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_bulk_decisions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision on cables',
                'verbose_name_plural': 'decisions on cables',
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='BulkDecisionCable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(help_text='Its optimistic-lock token at the preview.', max_length=40)),
                ('outcome', models.CharField(choices=[('waiting', 'Not yet changed'), ('skipped', 'Not applicable'), ('done', 'Changed'), ('stale', 'Changed by somebody else before its turn'), ('refused', 'Not changed'), ('undone', 'Undone'), ('kept', 'Could not be undone')], default='waiting', max_length=10)),
                ('why', models.TextField(blank=True, help_text='Why it was not changed, or not undone.')),
                ('undo', models.JSONField(help_text='What undoing it takes; null before it is done.', null=True)),
                ('cable', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulk_decisions', to='cables.cable')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='cables.bulkdecision')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ScheduledPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due', models.DateTimeField(db_index=True, help_text="In UTC, by the database's clock.")),
                ('cable', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='scheduled_publication', to='cables.cable')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='bulkdecision',
            index=models.Index(fields=['state', '-id'], name='bulk_decision_state'),
        ),
        migrations.AddIndex(
            model_name='bulkdecisioncable',
            index=models.Index(fields=['decision', 'outcome', 'id'], name='bulk_decision_cable_outcome'),
        ),
        migrations.AddConstraint(
            model_name='bulkdecisioncable',
            constraint=models.UniqueConstraint(fields=('decision', 'cable'), name='bulk_decision_cable_once'),
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
