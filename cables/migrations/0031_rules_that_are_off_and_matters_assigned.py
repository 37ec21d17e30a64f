"""Work lists: rules that are off for a collection, matters of somebody, and what is open."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cables.models.roles import give, make_roles

RIGHTS = {
    **dict.fromkeys(("Cataloguer", "Releaser", "Curators"), ("switch_rule", "assign_matter")),
    "Redactor": ("assign_matter",),
}
KINDS = [
    *(('withhold', 'Withhold from readers'), ('publish', 'Publish again')),
    *(('embargo', 'Withhold until a time'), ('correct', 'Correct a fact'), ('tag', 'Add a tag')),
    *(('untag', 'Remove a tag'), ('annotate', 'Add a note')),
    *(('reread', 'Read again from their sources'), ('leave', 'Leave matters as they are')),
]

# Whether a rule is off for a kind of archive unless a curator says otherwise.
OFF_BY_DEFAULT = """(
    m.archive = 'volume' AND m.kind IN ('H-1', 'H-3', 'H-4', 'M-13', 'no-numbers', 'no-subject')
    OR m.archive = 'early' AND m.kind IN ('H-1', 'H-3', 'H-4', 'no-numbers', 'no-subject')
)"""
# Whether a matter, m, is open: not left, and its rule is on for a collection of its cable.
OPEN = f"""(
    NOT EXISTS (SELECT FROM cables_left kept WHERE kept.kind = m.kind AND kept.key = m.reference)
    AND CASE
        WHEN m.collections <> '{{}}'
            AND EXISTS (SELECT FROM cables_ruleswitch switch WHERE switch.rule = m.kind)
        THEN EXISTS (
            SELECT FROM unnest(m.collections) named
            LEFT JOIN cables_collection collection ON collection.slug = named
            LEFT JOIN cables_ruleswitch switch
                ON switch.collection_id = collection.id AND switch.rule = m.kind
            WHERE coalesce(switch.is_on, NOT {OFF_BY_DEFAULT})
        )
        ELSE NOT {OFF_BY_DEFAULT}
    END
)"""
# In which kind of archive a cable is.
ARCHIVE = """
CASE
    WHEN cable.facts->'edition' ? 'volume' THEN 'volume'
    WHEN cable.created < '1973-01-01T00:00:00Z' THEN 'early'
    ELSE ''
END
"""
FOUND = """
    SELECT warning->>0 AS kind, string_agg(warning->>1, '. ') AS said
    FROM jsonb_array_elements(cable.warnings) warning GROUP BY 1
UNION ALL
    SELECT 'no-subject', '' WHERE cable.subject = '' AND NOT cable.facts ? 'title'
UNION ALL
    SELECT 'no-numbers', '' WHERE cable.body <> '' AND NOT EXISTS (
        SELECT FROM unnest(cable.paragraph_ids) id WHERE id NOT LIKE 'par0.%'
    )
UNION ALL
    SELECT 'transmissions', string_agg(DISTINCT copy->>0, ', ')
    FROM jsonb_array_elements(coalesce(cable.facts->'copies', '[]')) copy
    HAVING count(DISTINCT copy->>0) > 1
UNION ALL
    SELECT 'press', string_agg(link, ', ')
    FROM jsonb_array_elements_text(coalesce(cable.facts->'articles', '[]')) link
    WHERE link !~ '^https?://[^/]' HAVING count(*) > 0
"""
FIND = f"""
CREATE OR REPLACE FUNCTION cables_find_matters(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM cables_matter WHERE cable_id = ANY(keys);
    INSERT INTO cables_matter (cable_id, kind, reference, said, collections, archive, is_open)
    SELECT m.cable_id, m.kind, m.reference, m.said, m.collections, m.archive, {OPEN}
    FROM (
        SELECT cable.id AS cable_id, left(matter.kind, 20) COLLATE "C" AS kind, cable.reference,
            matter.said, cable.collections, {ARCHIVE} AS archive
        FROM cables_cable cable CROSS JOIN LATERAL ({FOUND}) matter
        WHERE cable.id = ANY(keys) AND cable.withheld_reason = ''
    ) m;
$$;
"""
FOUND_BEFORE = f"""
CREATE OR REPLACE FUNCTION cables_find_matters(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM cables_matter WHERE cable_id = ANY(keys);
    INSERT INTO cables_matter (cable_id, kind, reference, said)
    SELECT cable.id, left(matter.kind, 20), cable.reference, matter.said
    FROM cables_cable cable CROSS JOIN LATERAL ({FOUND}) matter
    WHERE cable.id = ANY(keys) AND cable.withheld_reason = '';
$$;
"""
CHANGED = """
CREATE OR REPLACE FUNCTION cables_cable_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    keys bigint[] := ARRAY(
        SELECT id FROM are JOIN were USING (id)
        WHERE (are.reference, are.subject, are.warnings, are.facts, are.paragraph_ids{are})
            IS DISTINCT FROM
            (were.reference, were.subject, were.warnings, were.facts, were.paragraph_ids{were})
            OR (are.body = '') <> (were.body = '')
            OR (are.withheld_reason = '') <> (were.withheld_reason = '')
    );
    gone text[] := ARRAY(SELECT unnest(cites) FROM were EXCEPT SELECT unnest(cites) FROM are);
BEGIN
    IF cardinality(keys) > 0 THEN  -- Else it would lock the table of matters for nothing.
        PERFORM cables_find_matters(keys);
    END IF;
    INSERT INTO cables_cited (reference, cables)
    SELECT cited, sum(cables) FROM (
        SELECT unnest(cites) AS cited, 1 AS cables FROM are
        UNION ALL SELECT unnest(cites), -1 FROM were
    ) counted GROUP BY cited HAVING sum(cables) <> 0 ORDER BY cited
    ON CONFLICT (reference) DO UPDATE SET cables = cables_cited.cables + EXCLUDED.cables;
    DELETE FROM cables_cited WHERE cables <= 0 AND reference = ANY(gone);
    RETURN NULL;
END $$;
"""
NOW = CHANGED.format(are=", are.collections, are.created", were=", were.collections, were.created")
BEFORE = CHANGED.format(are="", were="")
# These lock the table of matters: whoever finds matters at this moment (a batch of a load) would
# not see what is decided here, nor this the matters that are found there.
KEPT_UP = f"""
CREATE FUNCTION cables_matter_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE cables_matter IN SHARE ROW EXCLUSIVE MODE;
    UPDATE cables_matter matter SET is_open = false FROM are
    WHERE matter.kind = are.kind AND matter.reference = are.key AND matter.is_open;
    RETURN NULL;
END $$;
CREATE TRIGGER matter_left AFTER INSERT ON cables_left REFERENCING NEW TABLE AS are
    FOR EACH STATEMENT EXECUTE FUNCTION cables_matter_left();

CREATE FUNCTION cables_matter_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE cables_matter IN SHARE ROW EXCLUSIVE MODE;
    UPDATE cables_matter m SET is_open = true FROM were
    WHERE m.kind = were.kind AND m.reference = were.key AND NOT m.is_open AND {OPEN};
    RETURN NULL;
END $$;
CREATE TRIGGER matter_taken_back AFTER DELETE ON cables_left REFERENCING OLD TABLE AS were
    FOR EACH STATEMENT EXECUTE FUNCTION cables_matter_taken_back();

CREATE FUNCTION cables_rule_switched() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed cables_ruleswitch := coalesce(NEW, OLD);
    slugs text[] := ARRAY(
        SELECT slug FROM cables_collection WHERE id = changed.collection_id
    );
BEGIN
    LOCK TABLE cables_matter IN SHARE ROW EXCLUSIVE MODE;
    UPDATE cables_matter m SET is_open = NOT m.is_open
    WHERE m.kind = changed.rule AND m.collections::text[] @> slugs AND m.is_open <> {OPEN};
    RETURN NULL;
END $$;
CREATE TRIGGER rule_switched AFTER INSERT OR UPDATE OR DELETE ON cables_ruleswitch
    FOR EACH ROW EXECUTE FUNCTION cables_rule_switched();
"""
KEPT_UP_NO_MORE = """
DROP TRIGGER matter_left ON cables_left;
DROP TRIGGER matter_taken_back ON cables_left;
DROP TRIGGER rule_switched ON cables_ruleswitch;
DROP FUNCTION cables_matter_left;
DROP FUNCTION cables_matter_taken_back;
DROP FUNCTION cables_rule_switched;
"""
# The constraints are checked at once: no index is made while those of changed rows are due.
FILLED = f"""
UPDATE cables_matter m SET collections = found.collections, archive = found.archive
FROM (
    SELECT cable.id, cable.collections, {ARCHIVE} AS archive FROM cables_cable cable
    WHERE cable.withheld_reason = ''
) found
WHERE found.id = m.cable_id;
UPDATE cables_matter m SET is_open = false WHERE NOT {OPEN};
SET CONSTRAINTS ALL IMMEDIATE;
"""


def allow(apps, schema_editor):
    """Let those who decide on matters switch rules, and have matters assigned."""
    make_roles(apps, ())  # Creates the rows of permissions.
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        give(apps, group, RIGHTS[group.name])


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0030_decisions_that_need_approval'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RuleSwitch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(db_collation='C', max_length=20)),
                ('is_on', models.BooleanField()),
                ('reason', models.TextField()),
                ('at', models.DateTimeField(auto_now=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('collection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='cables.collection')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('rule', 'collection'), name='rule_switch_once')],
            },
        ),
        migrations.CreateModel(
            name='MatterAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(db_collation='C', max_length=20)),
                ('key', models.CharField(db_collation='C', max_length=250)),
                ('at', models.DateTimeField(auto_now=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['to', 'kind', 'key'], name='assigned_to')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='assigned_once')],
            },
        ),
        migrations.AlterModelOptions(
            name='left',
            options={'ordering': ['-pk'], 'permissions': [('switch_rule', 'Can switch rules off and on for a collection'), ('assign_matter', 'Can assign matters to accounts, and have them')], 'verbose_name': 'matter left as it is', 'verbose_name_plural': 'matters left as they are'},
        ),
        migrations.AddField(
            model_name='left',
            name='decision',
            field=models.ForeignKey(editable=False, help_text='The decision on many that left it, if it was left so.', null=True, on_delete=django.db.models.deletion.PROTECT, to='cables.bulkdecision'),
        ),
        migrations.AlterField(
            model_name='bulkdecision',
            name='kind',
            field=models.CharField(choices=KINDS, max_length=10),
        ),
        migrations.AddField(
            model_name='matter',
            name='collections',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None),
        ),
        migrations.AddField(
            model_name='matter',
            name='archive',
            field=models.CharField(blank=True, choices=[('volume', 'documents of printed volumes (FRUS)'), ('early', 'telegrams sent before 1973'), ('', 'all other cables')], default='', max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='matter',
            name='is_open',
            field=models.BooleanField(default=True, help_text='Its rule is on for a collection of the cable, and it was not left.'),
        ),
        migrations.RunSQL(FIND, FOUND_BEFORE),
        migrations.RunSQL(NOW, BEFORE),
        migrations.RunSQL(KEPT_UP, KEPT_UP_NO_MORE),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['kind', 'reference'], include=('collections', 'cable'), name='matter_open'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['cable', 'kind'], name='matter_open_by_cable'),
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
