"""A redaction of a form leaves the places where it has another sense."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0033_matches_at_single_places'),
    ]

    operations = [
        migrations.AddField(
            model_name='redactionmatch',
            name='default_longer',
            field=models.JSONField(default=list, help_text='The same where no curator chose: the form has other senses too. Secret.'),
        ),
    ]
