import cables.models.change_log
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0029_requests_to_take_down_or_correct'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='cable',
            options={'permissions': [('withhold_cable', 'Can withhold cables and publish them again'), ('erase_cable', 'Can propose at the desk to erase cables')]},
        ),
        migrations.AddField(
            model_name='bulkdecision',
            name='approved_by',
            field=models.ForeignKey(db_index=False, help_text='Who approved it, or approved its undoing.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='change',
            name='approved_by',
            field=models.ForeignKey(db_index=False, default=cables.models.change_log.current_approver, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approved_changes', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='redactionsearch',
            name='approved_by',
            field=models.ForeignKey(db_index=False, help_text='Who approved the last decision.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('publish', 'Publish again, end an embargo'), ('withhold', 'Withhold'), ('redact', 'Redact'), ('lift', 'Lift a redaction'), ('correct', 'Correct'), ('merge', 'Merge origins or tags'), ('erase', 'Erase'), ('case', 'Close, reopen or clear a request'), ('many', 'Decide on many cables')], max_length=10), size=None)),
                ('title', models.CharField(help_text='What would be done. Without its words.', max_length=250)),
                ('address', models.TextField(help_text='Of the page of the decision, with its query string.')),
                ('data', models.TextField(blank=True, help_text='What was sent to it, URL-encoded. Secret.')),
                ('fields', models.JSONField(default=list, help_text='[label, text] of what was typed. Secret.')),
                ('reason', models.TextField(blank=True, help_text='Of the decision, as typed.')),
                ('named', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, help_text='References of the first cables.', size=None)),
                ('count', models.PositiveIntegerField(default=0, help_text='Of how many cables it is.')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='proposed')),
                ('state', models.CharField(choices=[('waiting', 'Waits for approval'), ('approved', 'Approved and carried out'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('stale', 'Not possible any more as proposed')], default='waiting', max_length=10)),
                ('decided', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True, help_text='Why it was refused, or is not possible now.')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to=settings.AUTH_USER_MODEL)),
                ('cable', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='cables.cable')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='cables.requestcase')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'proposal',
                'ordering': ['-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ProposalComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('text', models.TextField(max_length=5000)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='cables.proposal')),
            ],
            options={
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['state', '-id'], name='proposal_state'),
        ),
    ]
