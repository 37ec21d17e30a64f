"""A later correction of a fact stands on the earlier one, which comes back where it is undone.

Until now it took the place of that one. What stood before corrections of many cables was kept with
these decisions: it becomes rows below them.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


OF_MANY = ("correct", "tag", "untag")


def stand_on_earlier(apps, schema_editor):
    correction, decision = (apps.get_model("cables", name) for name in ("Correction", "BulkDecision"))
    kinds = (*OF_MANY, "correction_new")
    times = dict(decision.objects.filter(kind__in=kinds).values_list("pk", "created"))
    decided = apps.get_model("cables", "BulkDecisionCable").objects.filter(
        decision__kind__in=OF_MANY, outcome="done"
    )
    before = {
        (row.decision_id, row.cable_id): row.undo["before"]
        for row in decided.iterator() if row.undo and row.undo.get("before")
    }
    standing = correction.objects.filter(decision__in={number for number, _ in before})
    for last in list(standing):
        rows, number = [], last.decision_id
        while each := before.pop((number, last.cable_id), None):
            number = each.get("decision")
            rows.append(correction(
                cable_id=last.cable_id, field=last.field, value=each["value"], by_id=each["by"],
                reason=each["reason"], decision_id=number, at=times.get(number, last.at),
            ))
        if rows:  # The last one has the highest number.
            correction.objects.filter(pk=last.pk).delete()
            last.pk = None
            correction.objects.bulk_create([*reversed(rows), last])


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0055_texts_have_versions_and_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='LoggedFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old', models.TextField(blank=True)),
                ('new', models.TextField(blank=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RemoveConstraint(
            model_name='correction',
            name='correction_of_field_once',
        ),
        migrations.AlterField(
            model_name='correction',
            name='at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunPython(stand_on_earlier, migrations.RunPython.noop),
        migrations.AddField(
            model_name='loggedfact',
            name='cable',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cables.cable'),
        ),
        migrations.AddField(
            model_name='loggedfact',
            name='change',
            field=models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, related_name='fact', to='cables.change'),
        ),
    ]
