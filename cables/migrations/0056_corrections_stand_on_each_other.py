"""A later correction of a fact stands on the earlier one, which comes back where it is undone.

Until now it took the place of that one. What stood before corrections of many cables was kept with
these decisions: it becomes rows below them.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


OF_MANY = ("correct", "tag", "untag")


def stand_on_earlier(apps, schema_editor):
    correction = apps.get_model("cables", "Correction")
    decided = apps.get_model("cables", "BulkDecisionCable").objects.filter(
        decision__kind__in=OF_MANY, outcome="done", undo__before__isnull=False
    ).exclude(undo__before=None)
    times = dict(decided.values_list("decision", "decision__created").distinct())
    before = {(row.decision_id, row.cable_id): row.undo["before"] for row in decided.iterator()}
    for last in correction.objects.filter(decision__in=times).iterator():
        earlier, key = [], (last.decision_id, last.cable_id)
        while key in before:
            earlier.append(before.pop(key))
            key = (earlier[-1].get("decision"), last.cable_id)
        if not earlier:
            continue
        last.delete()
        for each in reversed(earlier):
            # When it was made is kept for the last one alone.
            correction.objects.create(
                cable_id=last.cable_id, field=last.field, value=each["value"],
                reason=each["reason"], by_id=each["by"], decision_id=each.get("decision"),
                at=times.get(each.get("decision"), last.at),
            )
        correction.objects.create(
            **{field.attname: getattr(last, field.attname) for field in last._meta.concrete_fields
               if not field.primary_key}
        )


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
