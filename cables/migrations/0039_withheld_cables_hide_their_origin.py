import django.db.models.deletion
from django.db import migrations, models

# The origin of a withheld cable is sealed with its text: the role of readers can read each column
# of a cable. The constraints are checked at once, as a table cannot be altered before.
SEALED = """
UPDATE cables_sealed sealed
SET "values" = "values" || jsonb_build_object('origin_id', cable.origin_id)
FROM cables_cable cable
WHERE cable.id = sealed.cable_id AND sealed.place = 'cable' AND cable.withheld_reason <> '';
UPDATE cables_cable cable SET origin_id = NULL
FROM cables_sealed sealed
WHERE sealed.cable_id = cable.id AND sealed.place = 'cable' AND cable.withheld_reason <> '';
SET CONSTRAINTS ALL IMMEDIATE;
"""
NOT_SEALED = """
UPDATE cables_cable cable SET origin_id = (sealed."values" ->> 'origin_id')::bigint
FROM cables_sealed sealed
WHERE sealed.cable_id = cable.id AND sealed.place = 'cable' AND cable.withheld_reason <> '';
UPDATE cables_sealed SET "values" = "values" - 'origin_id' WHERE place = 'cable';
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("cables", "0038_standing_forms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="cable",
            name="origin",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cables",
                to="cables.origin",
            ),
        ),
        migrations.RunSQL(SEALED, NOT_SEALED),
        migrations.AddConstraint(
            model_name="cable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withheld_reason", ""), _negated=True),
                    ("origin__isnull", False),
                    _connector="OR",
                ),
                name="cable_published_with_origin",
            ),
        ),
    ]
