import django.db.models.deletion
from django.db import migrations, models

from cables.models.roles import give, make_roles
from cables.models.state_triggers import move_with

# Readers may not see works that are not public, nor which works cite a withheld cable.
SHOWN = """
ALTER TABLE cables_citingwork ENABLE ROW LEVEL SECURITY;
CREATE POLICY shown ON cables_citingwork FOR SELECT USING (is_public AND EXISTS (
    SELECT FROM cables_cable WHERE id = cable_id AND withheld_reason = ''
));
"""
NOT_HIDDEN = """
DROP POLICY shown ON cables_citingwork;
ALTER TABLE cables_citingwork DISABLE ROW LEVEL SECURITY;
"""
KEEP = [f"{action}_citingwork" for action in ("view", "add", "change", "delete")]
RIGHTS = {
    "Cataloguer": KEEP,
    "Curators": KEEP,
    "Auditor": ["view_citingwork"],
}


def allow(apps, schema_editor):
    """Let the roles that write notes list works, too."""
    make_roles(apps, ())  # Creates the rows of permissions.
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        give(apps, group, RIGHTS[group.name])


class Migration(migrations.Migration):

    dependencies = [
        ("cables", "0035_when_records_changed"),
    ]

    operations = [
        migrations.CreateModel(
            name="CitingWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paragraph", models.CharField(blank=True, help_text="Such as par3. Empty: the whole cable.", max_length=32)),
                ("title", models.CharField(max_length=300)),
                ("author", models.CharField(blank=True, max_length=300)),
                ("published", models.CharField(blank=True, help_text="2014, 2014-05 or 2014-05-17.", max_length=10, verbose_name="date")),
                ("reference", models.CharField(blank=True, help_text="Journal, volume and pages, or a DOI.", max_length=500, verbose_name="where it stands")),
                ("address", models.URLField(blank=True, help_text="With https:// at its start.", max_length=500)),
                ("note", models.TextField(blank=True, help_text="Readers see it. No Markdown: text only.", max_length=2000)),
                ("is_public", models.BooleanField(default=True, verbose_name="shown to readers")),
                ("cable", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="citing_works", to="cables.cable")),
            ],
            options={
                "verbose_name": "citing work",
                "verbose_name_plural": "cited in: works elsewhere",
                "ordering": ["-pk"],
            },
        ),
        move_with("cables_citingwork"),
        migrations.RunSQL(SHOWN, NOT_HIDDEN),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
