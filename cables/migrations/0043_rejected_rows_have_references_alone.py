"""Of rejected records whose reference cannot be read, any text stood in its place."""

from django.db import migrations

from cables.publication.row_values import reference_of_reject


def keep_references_alone(apps, schema_editor):
    for name in ("LoadRow", "Preview"):
        rows = apps.get_model("cables", name).objects.filter(outcome="rejected")
        for row in rows.exclude(reference="").only("reference").iterator():
            if reference_of_reject(row.reference) == "":
                row.reference = ""
                row.save(update_fields=["reference"])


class Migration(migrations.Migration):
    dependencies = [("cables", "0042_loads_know_where_their_file_is")]

    operations = [migrations.RunPython(keep_references_alone, migrations.RunPython.noop)]
