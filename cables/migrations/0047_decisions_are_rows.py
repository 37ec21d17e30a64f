"""Decisions of the desk are rows, which the log and what they made refer to."""

from django.db import migrations, models

from ..models import current_decision
from .the_archive.rendered_once import RenderedOnce

# Decisions on whole loads were tasks of their own, which this version does not have.
NONE_WAITS = """
DO $$ BEGIN
    IF to_regclass('procrastinate_jobs') IS NOT NULL THEN
        IF EXISTS (
            SELECT FROM procrastinate_jobs
            WHERE task_name = 'cables.jobs.decide_on_load' AND status IN ('todo', 'doing')
        ) THEN
            RAISE EXCEPTION 'A load is being withheld or published by the worker.'
                USING HINT = 'Run the worker of the version before until it has ended, then migrate.';
        END IF;
    END IF;
END $$
"""


MADE_BY_DECISIONS = (
    *("change", "correction", "formerreference", "merge", "redaction", "redactionsearch"),
    *("ruleswitch", "volumewithholding"),
)


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0046_merged_names_that_only_withheld_cables_had'),
    ]

    operations = [
        migrations.RunSQL(NONE_WAITS, migrations.RunSQL.noop),
        RenderedOnce(*(
            migrations.AddField(
                model,
                "decision",
                models.ForeignKey(
                    "cables.bulkdecision",
                    models.DO_NOTHING,
                    null=True,
                    editable=False,
                    db_constraint=False,
                    db_index=False,
                    default=current_decision,
                    related_name="+",
                ),
            )
            for model in MADE_BY_DECISIONS
        )),
        migrations.AlterField(
            model_name='bulkdecision',
            name='kind',
            field=models.CharField(help_text='The name of a kind in cables/decisions.', max_length=40),
        ),
    ]
