from importlib import import_module

from django.db import migrations

FIND = import_module("cables.migrations.0031_rules_that_are_off_and_matters_assigned").FIND
FOUND = """
    SELECT 'transmissions', string_agg(DISTINCT copy->>0, ', ')
    FROM jsonb_array_elements(coalesce(cable.facts->'copies', '[]')) copy
    HAVING count(DISTINCT copy->>0) > 1
"""
# Copies without a text tell of no second one, nor does 1975LISBON09412 beside 75LISBON9412.
FOUND_IN_TEXTS = r"""
    SELECT 'transmissions', string_agg(DISTINCT copy->>0, ', ')
    FROM jsonb_array_elements(coalesce(cable.facts->'copies', '[]')) copy
    WHERE NOT coalesce(cable.facts->'textless', '[]') @> jsonb_build_array(copy)
    HAVING count(DISTINCT regexp_replace(
        regexp_replace(upper(copy->>0), '^(19|20)(?=\d\d\D)', ''), '([A-Z])0+(?=\d)', '\1', 'g'
    )) > 1
"""
assert FOUND in FIND  # noqa: S101
# Withheld cables get the fact when they are read again.
FILL = r"""
UPDATE cables_cable cable
SET facts = cable.facts || jsonb_build_object('textless', found.copies)
FROM (
    SELECT copy.cable_id, jsonb_agg(
        jsonb_build_array(copy.published_reference, copy.format)
        ORDER BY copy.published_reference, copy.format
    ) AS copies
    FROM cables_copy copy JOIN cables_cable cable ON cable.id = copy.cable_id
    WHERE cable.facts ? 'copies' AND coalesce(copy.text->>1, cable.body) !~ '\S'
    GROUP BY copy.cable_id
) found
WHERE found.cable_id = cable.id;
SELECT cables_find_matters(ARRAY(SELECT cable_id FROM cables_matter WHERE kind = 'transmissions'));
"""


class Migration(migrations.Migration):

    dependencies = [
        ("cables", "0040_rows_of_hidden_cables"),
    ]

    operations = [
        migrations.RunSQL(FIND.replace(FOUND, FOUND_IN_TEXTS), FIND),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
