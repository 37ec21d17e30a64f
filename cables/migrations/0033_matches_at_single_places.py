"""Matches are redacted at single places; the last decision on many is taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0032_order_and_columns_of_loads'),
    ]

    operations = [
        migrations.AddField(
            model_name='redactionmatch',
            name='decision_before',
            field=models.CharField(blank=True, default='-', help_text='Before the last decision on many matches; -: that did not change it.', max_length=8),
        ),
        migrations.AddField(
            model_name='redactionmatch',
            name='longer',
            field=models.JSONField(default=list, help_text='Phrases with the form in them that are redacted instead of it. Secret.'),
        ),
    ]
