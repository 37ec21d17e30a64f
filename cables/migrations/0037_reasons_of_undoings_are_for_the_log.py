"""Reasons for the log, which curators gave when they undid a decision, are shown to nobody."""

from django.db import migrations, models

# Versions told why a correction was undone. The log has it too.
PATTERN = "'^The archive undid a correction: ([^.]*)[.].*$', 'The archive withdrew its correction: \\1.'"
TOLD = "LIKE 'The archive undid a correction: %'"
WITHDRAWN = [
    f"UPDATE cables_{table} SET reason = regexp_replace(reason, {PATTERN}) WHERE reason {TOLD}"
    for table in ("version", "formerparagraph")
] + [
    f"""
    UPDATE cables_sealed SET "values" = jsonb_set(
        "values", '{{reason}}', to_jsonb(regexp_replace("values" ->> 'reason', {PATTERN}))
    ) WHERE place ~ '(version|former) ' AND "values" ->> 'reason' {TOLD}
    """
]
# The reason of the redactions, which readers see if some are made later, is in the log.
LIFTED = """
UPDATE cables_redactionsearch search SET undo_reason = reason, reason = coalesce((
    SELECT regexp_replace(change.reason, '^[0-9]+ cables: ', '') FROM cables_change change
    WHERE action = 'decided' AND what = 'redaction over the archive ' || search.id
    ORDER BY change.id DESC LIMIT 1
), '') WHERE task = 'lifting'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0036_works_that_cite_a_cable'),
    ]

    operations = [
        migrations.AddField(
            model_name='redactionsearch',
            name='undo_reason',
            field=models.TextField(blank=True, help_text='Of their lifting. For the log.'),
        ),
        migrations.RunSQL([*WITHDRAWN, LIFTED], migrations.RunSQL.noop),
    ]
