"""Entries of the log from before decisions were stored get the decision that what they made has.

Until then the desk found what an entry undoes by its curator, its reason and a few minutes; here
that is done once. An entry for which nothing is found keeps none.
"""

from django.db import migrations

LABEL = """CASE field WHEN 'subject' THEN 'Subject' WHEN 'origin' THEN 'Origin'
    WHEN 'created' THEN 'Created' WHEN 'classification' THEN 'Classification'
    WHEN 'tags' THEN 'Tags' ELSE 'References' END"""
PART = """'volume ' || volume || ' ' || name || CASE
    WHEN entry = '' THEN '' WHEN entry LIKE 'text %%' THEN ' paragraph withheld as ' || made.id
    ELSE ' ' || entry END"""
# Table, page of the decision, action of its entry, what else the entry has of the row.
MADE = [
    ("correction", "correction_new", "corrected", f"change.reason = {LABEL} || ': ' || made.reason"),
    (
        *("redaction", "redaction_new", "redacted"),
        "right(change.reason, length(made.reason) + 2) = ': ' || made.reason"
        " AND change.at BETWEEN made.at AND made.at + interval '5 minutes'",
    ),
    (
        *("merge", "merge_new", "merged"),
        "change.reason = made.reason AND change.what = left("
        "kind || ' ' || name || ' into ' || array_to_string(\"into\", ', '), 250)",
    ),
    (
        *("volumewithholding", "volumepage_withhold", "withheld"),
        f"change.reason = made.reason AND change.what = left({PART}, 250)",
    ),
    (
        *("ruleswitch", "left_switch", "switched"),
        "change.reason = made.reason AND left(change.what, length(rule) + 7)"
        " = 'rule ' || rule || ', '",
    ),
    (
        *("formerreference", "correction_former", "named"),
        "made.kind = 'renamed' AND split_part(change.reason, ':', 1) = made.reference",
    ),
    (
        *("redactionsearch", "redactionsearch_decide", "decided"),
        "change.what = 'redaction over the archive ' || made.id",
    ),
]
OF_CABLES = ("correction", "redaction", "formerreference")
LINK = """
WITH found AS (
    SELECT DISTINCT ON (made.id) made.id AS row, change.id AS entry, change.by_id, change.at,
        change.approved_by_id
    FROM cables_{table} made JOIN cables_change change
        ON split_part(change.action, ' ', 1) = '{action}' AND {condition}
    WHERE made.decision_id IS NULL AND change.by_id IS NOT NULL
    ORDER BY made.id, change.id DESC
), numbered AS MATERIALIZED (
    SELECT found.*, nextval(pg_get_serial_sequence('cables_bulkdecision', 'id')) AS decision
    FROM found
), stored AS (
    INSERT INTO cables_bulkdecision (id, kind, parameters, reason, by_id, approved_by_id, created,
        finished, state, cancel, problem, undo_reason)
    SELECT decision, '{page}', '{{}}', '', by_id, approved_by_id, at, at, 'done', false, '', ''
    FROM numbered
), logged AS (
    UPDATE cables_change SET decision_id = decision FROM numbered WHERE cables_change.id = entry
)
UPDATE cables_{table} SET decision_id = decision FROM numbered WHERE cables_{table}.id = row
"""
ON_MANY = """
UPDATE cables_change SET decision_id = decision.id FROM cables_bulkdecision decision
WHERE action IN ('decided', 'undone') AND what LIKE 'decision % on %'
    AND split_part(what, ' ', 2) = decision.id::text
"""


def statements():
    """Return the statements that link old entries, in order."""
    made = [
        LINK.format(
            table=table,
            action=action,
            page=page,
            condition=condition.replace("%%", "%")
            + (" AND change.cable_id = made.cable_id" if table in OF_CABLES else "")
            + ("" if table in ("formerreference", "redactionsearch") else " AND change.by_id = made.by_id"),
        )
        for table, page, action, condition in MADE
    ]
    return [
        "SET CONSTRAINTS ALL IMMEDIATE",  # None waits for the end of the transaction.
        "ALTER TABLE cables_change DISABLE TRIGGER log_only_grows",
        *made,
        ON_MANY,
        "ALTER TABLE cables_change ENABLE TRIGGER log_only_grows",
    ]


class Migration(migrations.Migration):
    dependencies = [("cables", "0047_decisions_are_rows")]

    operations = [migrations.RunSQL(statements(), migrations.RunSQL.noop)]
