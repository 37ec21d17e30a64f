"""A name that was merged is shown if the merge moved a cable that is published now.

The policies showed it if a published cable has what it became. The view reads as its owner does:
the readers' role may not read the merges.
"""

from django.db import migrations, models

MERGES = """
CREATE VIEW cables_publicmerge WITH (security_barrier) AS
SELECT merge.id, merge.kind, merge.name FROM cables_merge merge WHERE EXISTS (
    SELECT FROM (
        SELECT jsonb_object_keys(merge.cables) AS key WHERE merge.kind = 'tag'
        UNION ALL
        SELECT jsonb_array_elements_text(merge.cables) WHERE merge.kind = 'origin'
    ) AS moved
    JOIN cables_cable cable ON cable.id = moved.key::bigint AND cable.withheld_reason = ''
        AND NOT (merge.kind = 'tag' AND cable.facts ? 'redacted')  -- Perhaps this tag is.
)
"""
# The policies read it as readers do, who read while later migrations run.
FOR_READERS = """
DO $$ DECLARE reader text; BEGIN
    FOR reader IN SELECT grantee FROM information_schema.role_table_grants
    WHERE table_name = 'cables_tag' AND privilege_type = 'SELECT' LOOP
        EXECUTE format('GRANT SELECT ON cables_publicmerge TO %I', reader);
    END LOOP;
END $$
"""
SENT = "EXISTS (SELECT FROM cables_cable WHERE withheld_reason = '' AND origin_id = {})"
TAGGED = "EXISTS (SELECT FROM cables_tagging WHERE tag = {})"
MOVED = " OR EXISTS (SELECT FROM cables_publicmerge moved WHERE moved.kind = '{}' AND moved.name = {})"
POLICIES = {  # Table -> the condition now, and before.
    "origin": (
        SENT.format("cables_origin.id") + MOVED.format("origin", "cables_origin.name"),
        SENT.format("coalesce(merged_into_id, cables_origin.id)"),
    ),
    "tag": (
        TAGGED.format("cables_tag.code") + MOVED.format("tag", "cables_tag.code"),
        TAGGED.format("ANY(cables_tag.code || cables_tag.merged_into)"),
    ),
}
ALTER = "ALTER POLICY shown ON cables_{} USING ({})"


class Migration(migrations.Migration):
    dependencies = [("cables", "0045_rows_of_loads_are_named_by_their_numbers")]

    operations = [
        migrations.CreateModel(
            name="PublicMerge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=200)),
            ],
            options={
                "db_table": "cables_publicmerge",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(MERGES, "DROP VIEW cables_publicmerge"),
        migrations.RunSQL(FOR_READERS, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(ALTER.format(table, now), ALTER.format(table, before))
            for table, (now, before) in POLICIES.items()
        ),
    ]
