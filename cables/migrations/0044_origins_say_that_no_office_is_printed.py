from django.db import migrations

from cables.telegram.offices import unnamed

FORMER = "No office named"


def rename(apps, schema_editor):
    """Rename origins without an office as volumes are read now; their addresses stay."""
    origins = apps.get_model("cables", "Origin").objects
    for origin in origins.filter(name__startswith=FORMER):
        name = unnamed(origin.name.removeprefix(FORMER).removeprefix(", "))
        if not origins.filter(name=name).exists():
            origins.filter(pk=origin.pk).update(name=name)


class Migration(migrations.Migration):

    dependencies = [
        ("cables", "0043_rejected_rows_have_references_alone"),
    ]

    operations = [
        migrations.RunPython(rename, migrations.RunPython.noop),
    ]
