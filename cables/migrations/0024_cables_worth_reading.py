import django.db.models.deletion
from django.db import migrations, models

from cables.models.roles import give, make_roles
from cables.models.state_triggers import move_with

# Which withheld cable was worth reading, and where in it, is not told.
SHOWN = """
ALTER TABLE cables_highlight ENABLE ROW LEVEL SECURITY;
CREATE POLICY shown ON cables_highlight FOR SELECT USING (EXISTS (
    SELECT FROM cables_cable WHERE id = cable_id AND withheld_reason = ''
));
"""
NOT_HIDDEN = """
DROP POLICY shown ON cables_highlight;
ALTER TABLE cables_highlight DISABLE ROW LEVEL SECURITY;
"""
KEEP = [f"{action}_highlight" for action in ("view", "add", "change", "delete")]
RIGHTS = {
    "Cataloguer": KEEP,
    "Curators": KEEP,
    "Auditor": ["view_highlight"],
}


def allow(apps, schema_editor):
    """Let the roles that keep articles choose cables, too."""
    make_roles(apps, ())  # Creates the rows of permissions.
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        give(apps, group, RIGHTS[group.name])


class Migration(migrations.Migration):

    dependencies = [
        ("cables", "0023_parts_of_volumes_are_withheld"),
    ]

    operations = [
        migrations.CreateModel(
            name="Highlight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paragraph", models.CharField(blank=True, help_text="The paragraph that is quoted, such as par3. Empty: the summary or the first.", max_length=32)),
                ("cable", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="highlight", to="cables.cable")),
            ],
            options={
                "verbose_name": "cable worth reading",
                "verbose_name_plural": "cables worth reading",
                "ordering": ["pk"],
            },
        ),
        move_with("cables_highlight"),
        migrations.RunSQL(SHOWN, NOT_HIDDEN),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
