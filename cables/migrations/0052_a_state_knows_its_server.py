from django.db import migrations, models

from cables.models.archive_state import NOTE_NO_SERVER, NOTE_SERVER


class Migration(migrations.Migration):
    dependencies = [("cables", "0051_discarded_searches_and_folded_log")]

    operations = [
        migrations.AddField(
            "state",
            "system",
            models.BigIntegerField(db_default=0, help_text="The PostgreSQL that moved it last."),
        ),
        migrations.AddField(
            "state",
            "timeline",
            models.PositiveIntegerField(db_default=0, help_text="The timeline that it was on."),
        ),
        migrations.RunSQL(NOTE_SERVER, NOTE_NO_SERVER),
    ]
