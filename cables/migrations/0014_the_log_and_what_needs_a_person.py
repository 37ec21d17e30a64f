"""Roles, a log that only grows, what readers are told of it, and what needs a person."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from cables.models.change_log import KINDS
from cables.models.state_triggers import move_with
from cables.models.roles import make_roles

# A statement that would change the log, or take from it, fails whoever sends it, the owner too.
# The reference of a cable is written into the row: the cable may go, the row stays as it was.
LOG = """
CREATE FUNCTION cables_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The log of changes only grows: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation',
        HINT = 'What was wrong is put right by another change.';
END $$;
CREATE TRIGGER log_only_grows BEFORE UPDATE OR DELETE ON cables_change
    FOR EACH STATEMENT EXECUTE FUNCTION cables_log_only_grows();
CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON cables_change
    FOR EACH STATEMENT EXECUTE FUNCTION cables_log_only_grows();

CREATE FUNCTION cables_log_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.reference := coalesce(
        (SELECT reference FROM cables_cable WHERE id = NEW.cable_id), NEW.reference
    );
    RETURN NEW;
END $$;
CREATE TRIGGER log_reference BEFORE INSERT ON cables_change
    FOR EACH ROW WHEN (NEW.cable_id IS NOT NULL) EXECUTE FUNCTION cables_log_reference();
"""
LOG_UNDONE = """
DROP TRIGGER log_only_grows ON cables_change;
DROP TRIGGER log_is_not_emptied ON cables_change;
DROP TRIGGER log_reference ON cables_change;
DROP FUNCTION cables_log_only_grows;
DROP FUNCTION cables_log_reference;
"""
REFERENCES = """
UPDATE cables_change SET reference = cable.reference
FROM cables_cable cable WHERE cable.id = cable_id
"""

# For a withheld cable readers see only the entry that withheld it. For a redacted cable they see no
# reason except that of the last redaction. Changes of origins, countries and tags are shown only if
# a published cable has them. A view reads as its owner does: the reader's role is granted this, not the log.
PUBLIC = """
CREATE VIEW cables_publicchange AS
SELECT change.id, change.at, kind.name AS kind, change.reference, change.what, change.action,
    CASE
        WHEN kind.with_reason AND (
            NOT coalesce(cable.facts ? 'redacted', false)
            OR change.action = 'redacted' AND NOT EXISTS (
                SELECT FROM cables_change later
                WHERE later.cable_id = change.cable_id AND later.id > change.id
                    AND later.action = 'redacted'
            )
        ) THEN change.reason ELSE ''
    END AS reason,
    CASE WHEN kind.with_name THEN coalesce(
        nullif(btrim(person.first_name || ' ' || person.last_name), ''), person.username, ''
    ) ELSE '' END AS name
FROM cables_change change
JOIN cables_changekind kind ON kind.is_public AND kind.name = CASE
    WHEN change.reference <> '' THEN change.action
    WHEN change.what LIKE 'guidance page %' THEN 'page'
    ELSE split_part(change.what, ' ', 1)
END
LEFT JOIN auth_user person ON person.id = change.by_id
LEFT JOIN cables_cable cable ON cable.id = change.cable_id
WHERE CASE
    WHEN change.reference <> '' THEN
        cable.withheld_reason = ''
        OR (change.action = 'erased' AND EXISTS (
            SELECT FROM cables_erased erased WHERE erased.reference = change.reference
        ))
        OR (change.action = 'withheld' AND change.reason = cable.withheld_reason)
    WHEN kind.name = 'origin' THEN EXISTS (
        SELECT FROM cables_origin origin JOIN cables_cable sent ON sent.origin_id = origin.id
        WHERE origin.name = substr(change.what, 8) AND sent.withheld_reason = ''
    )
    WHEN kind.name = 'country' THEN EXISTS (
        SELECT FROM cables_country country
        JOIN cables_origin origin ON origin.country_id = country.id
        JOIN cables_cable sent ON sent.origin_id = origin.id
        WHERE country.name = substr(change.what, 9) AND sent.withheld_reason = ''
    )
    WHEN kind.name = 'tag' THEN EXISTS (
        SELECT FROM cables_tagging WHERE tag = substr(change.what, 5)
    )
    ELSE true
END
"""

# Statement by statement, so that a batch of 500 cables is one question. A withheld cable is
# emptied: it asks nothing of a person, and cites nothing.
KEPT_UP = """
CREATE FUNCTION cables_find_matters(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM cables_matter WHERE cable_id = ANY(keys);
    INSERT INTO cables_matter (cable_id, kind, reference, said)
    SELECT cable.id, left(matter.kind, 20), cable.reference, matter.said
    FROM cables_cable cable CROSS JOIN LATERAL (
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
    ) matter
    WHERE cable.id = ANY(keys) AND cable.withheld_reason = '';
$$;

CREATE FUNCTION cables_cable_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cables_find_matters(ARRAY(SELECT id FROM are));
    INSERT INTO cables_cited (reference, cables)
    SELECT cited, count(*) FROM are, unnest(cites) cited GROUP BY cited ORDER BY cited
    ON CONFLICT (reference) DO UPDATE SET cables = cables_cited.cables + EXCLUDED.cables;
    RETURN NULL;
END $$;
CREATE TRIGGER cable_came AFTER INSERT ON cables_cable REFERENCING NEW TABLE AS are
    FOR EACH STATEMENT EXECUTE FUNCTION cables_cable_came();

CREATE FUNCTION cables_cable_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    keys bigint[] := ARRAY(
        SELECT id FROM are JOIN were USING (id)
        WHERE (are.reference, are.subject, are.warnings, are.facts, are.paragraph_ids)
            IS DISTINCT FROM
            (were.reference, were.subject, were.warnings, were.facts, were.paragraph_ids)
            OR (are.body = '') <> (were.body = '')
            OR (are.withheld_reason = '') <> (were.withheld_reason = '')
    );
    gone text[] := ARRAY(SELECT unnest(cites) FROM were EXCEPT SELECT unnest(cites) FROM are);
BEGIN
    PERFORM cables_find_matters(keys);
    INSERT INTO cables_cited (reference, cables)
    SELECT cited, sum(cables) FROM (
        SELECT unnest(cites) AS cited, 1 AS cables FROM are
        UNION ALL SELECT unnest(cites), -1 FROM were
    ) counted GROUP BY cited HAVING sum(cables) <> 0 ORDER BY cited
    ON CONFLICT (reference) DO UPDATE SET cables = cables_cited.cables + EXCLUDED.cables;
    DELETE FROM cables_cited WHERE cables <= 0 AND reference = ANY(gone);
    RETURN NULL;
END $$;
CREATE TRIGGER cable_changed AFTER UPDATE ON cables_cable
    REFERENCING OLD TABLE AS were NEW TABLE AS are
    FOR EACH STATEMENT EXECUTE FUNCTION cables_cable_changed();

CREATE FUNCTION cables_cable_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cables_cited SET cables = cables_cited.cables - counted.cables
    FROM (
        SELECT cited, count(*) AS cables FROM were, unnest(cites) cited GROUP BY cited
    ) counted WHERE reference = cited;
    DELETE FROM cables_cited
    WHERE cables <= 0 AND reference IN (SELECT unnest(cites) FROM were);
    RETURN NULL;
END $$;
CREATE TRIGGER cable_went AFTER DELETE ON cables_cable REFERENCING OLD TABLE AS were
    FOR EACH STATEMENT EXECUTE FUNCTION cables_cable_went();
"""
KEPT_UP_NO_MORE = """
DROP TRIGGER cable_came ON cables_cable;
DROP TRIGGER cable_changed ON cables_cable;
DROP TRIGGER cable_went ON cables_cable;
DROP FUNCTION cables_cable_came;
DROP FUNCTION cables_cable_changed;
DROP FUNCTION cables_cable_went;
DROP FUNCTION cables_find_matters;
"""
FILLED = """
SELECT cables_find_matters(ARRAY(SELECT id FROM cables_cable));
INSERT INTO cables_cited (reference, cables)
SELECT cited, count(*) FROM cables_cable, unnest(cites) cited GROUP BY cited;
"""


def fill(apps, schema_editor):
    """Roles, and the kinds of changes that readers can be told of."""
    make_roles(apps)
    kinds = apps.get_model("cables", "ChangeKind").objects
    kinds.bulk_create(kinds.model(name=name, label=label) for name, label in KINDS.items())


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('cables', '0013_state_moves_with_every_change'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('label', models.CharField(max_length=100)),
                ('is_public', models.BooleanField(default=False, verbose_name='shown to readers')),
                ('with_reason', models.BooleanField(default=False, verbose_name='with the reason')),
                ('with_name', models.BooleanField(default=False, verbose_name="with the curator's name")),
            ],
            options={
                'verbose_name': 'kind of changes',
                'verbose_name_plural': 'kinds of changes for readers',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PublicChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=100)),
                ('reference', models.CharField(max_length=64)),
                ('what', models.CharField(max_length=250)),
                ('action', models.CharField(max_length=40)),
                ('reason', models.TextField()),
                ('name', models.CharField(max_length=300)),
            ],
            options={
                'db_table': 'cables_publicchange',
                'ordering': ['-pk'],
                'managed': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Cited',
            fields=[
                ('reference', models.CharField(db_collation='C', max_length=64, primary_key=True, serialize=False)),
                ('cables', models.IntegerField()),
            ],
            options={
                'verbose_name_plural': 'cited',
                'default_permissions': (),
                'indexes': [models.Index(fields=['-cables', 'reference'], name='cited_by_frequency')],
            },
        ),
        migrations.CreateModel(
            name='Left',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(db_collation='C', max_length=20)),
                ('key', models.CharField(db_collation='C', max_length=250)),
                ('label', models.CharField(help_text='As the work list named it.', max_length=250)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'matter left as it is',
                'verbose_name_plural': 'matters left as they are',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='left_once')],
            },
        ),
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('pk', models.CompositePrimaryKey('cable', 'kind', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(db_collation='C', max_length=20)),
                ('reference', models.CharField(db_collation='C', max_length=64)),
                ('said', models.TextField(blank=True)),
                ('cable', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='matters', to='cables.cable')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['kind', 'reference'], name='matter_listed')],
            },
        ),
        migrations.AlterModelOptions(name='note', options={'ordering': ['pk']}),
        migrations.AlterField(
            model_name='note',
            name='paragraph',
            field=models.CharField(blank=True, help_text='Such as par3. Empty: above the whole cable.', max_length=32),
        ),
        migrations.AlterField(
            model_name='note',
            name='text',
            field=models.TextField(help_text='Markdown, as in articles.'),
        ),
        migrations.AddIndex(
            model_name='loadrow',
            index=models.Index(fields=['outcome', '-id'], name='load_row_outcome'),
        ),
        migrations.AddIndex(
            model_name='cable',
            index=models.Index(F('origin'), models.OrderBy(F('released'), descending=True), F('created'), F('reference'), condition=Q(('withheld_reason', ''), ('facts__has_key', 'redacted')), include=('id',), name='cable_redacted'),
        ),
        migrations.AlterField(
            model_name='change',
            name='cable',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='cables.cable'),
        ),
        migrations.AddField(
            model_name='change',
            name='reference',
            field=models.CharField(blank=True, db_collation='C', db_index=True, default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['at'], name='change_at'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['action', '-id'], name='change_action'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('what'), 'gin_trgm_ops'), name='change_what'),
        ),
        migrations.RunSQL(REFERENCES, migrations.RunSQL.noop),
        migrations.RunSQL(LOG, LOG_UNDONE),
        migrations.RunSQL(PUBLIC, 'DROP VIEW cables_publicchange'),
        migrations.RunSQL(KEPT_UP, KEPT_UP_NO_MORE),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
        *(move_with(f'cables_{table}') for table in ('change', 'changekind', 'cited')),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
