from django.db import migrations, models

from cables.models.load_records import OF_HIDDEN

# How the reasons of held rows begin whose cables were neither withheld nor redacted.
OF_OTHERS = ("Another message has the reference ", "The text was erased for good")


def mark_held(apps, schema_editor):
    """Rows that were held or decided on before: all but those of other cables."""
    rows = apps.get_model("cables", "LoadRow").objects.filter(
        outcome__in=["held", "left", "applied"]
    )
    for beginning in OF_OTHERS:
        rows = rows.exclude(reason__startswith=beginning)
    rows.update(of_hidden=True)


class Migration(migrations.Migration):
    dependencies = [("cables", "0039_withheld_cables_hide_their_origin")]

    operations = [
        migrations.AddField(
            model_name="loadrow",
            name="of_hidden",
            field=models.BooleanField(default=False, help_text=OF_HIDDEN),
        ),
        migrations.AddField(
            model_name="preview",
            name="of_hidden",
            field=models.BooleanField(default=False, help_text=OF_HIDDEN),
        ),
        migrations.RunPython(mark_held, migrations.RunPython.noop),
    ]
