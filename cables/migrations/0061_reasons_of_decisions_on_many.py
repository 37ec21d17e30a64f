"""Readers see no reason of a decision on many while one of its cables is hidden, as at the desk.

The reason may quote any of its cables. Readers are told at their addresses why cables were
withheld, erased or redacted: these reasons stay.
"""

from django.db import migrations

from .the_archive.readers import LOG

BEFORE = LOG.replace("CREATE VIEW", "CREATE OR REPLACE VIEW").replace(
    "WHERE erased.reference = change.reference\n",
    "WHERE erased.reference = change.reference AND erased.reason = change.reason\n",
)
OLD = "WHEN kind.with_reason AND ("
NEW = """WHEN kind.with_reason AND (
            change.decision_id IS NULL
            OR change.action IN ('withheld', 'erased', 'redacted')
            OR NOT EXISTS (
                SELECT FROM cables_change beside
                LEFT JOIN cables_cable hidden ON hidden.id = beside.cable_id
                WHERE beside.decision_id = change.decision_id AND beside.cable_id IS NOT NULL
                    AND (
                        hidden.withheld_reason <> '' OR hidden.facts ? 'redacted'
                        OR beside.reference IN (SELECT reference FROM cables_erased)
                    )
            )
        ) AND ("""


class Migration(migrations.Migration):
    dependencies = [("cables", "0060_the_public_log")]

    operations = [migrations.RunSQL(BEFORE.replace(OLD, NEW), BEFORE)]
