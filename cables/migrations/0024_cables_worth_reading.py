import django.db.models.deletion
from django.db import migrations, models

from cables.models.roles import give, make_roles
from cables.models.state_triggers import move_with

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
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
