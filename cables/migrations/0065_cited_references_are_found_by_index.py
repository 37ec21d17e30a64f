"""A load compares the references that it brings with those cited by their index.

Before, the time of a batch grew with all cited references of the archive.
"""

import importlib

from django.db import migrations

# An array that may be NULL, in a function of SQL, has one plan for both: a scan of all rows that
# looks through the array for each.
FIND_CITED = """
CREATE OR REPLACE FUNCTION cables_find_cited(names text[]) RETURNS void LANGUAGE sql AS $$
    UPDATE cables_cited SET is_here = NOT is_here FROM (
        SELECT reference AS name FROM cables_cited cited
        WHERE reference IN (
            SELECT unnest(coalesce(names, ARRAY(SELECT reference FROM cables_cited)))
        ) AND is_here <> (
            EXISTS (SELECT FROM cables_cable WHERE reference = cited.reference)
            OR EXISTS (SELECT FROM cables_formerreference WHERE reference = cited.reference)
        ) ORDER BY reference FOR UPDATE
    ) changed WHERE reference = name;
$$;
"""
before = importlib.import_module(".0058_cited_references_that_are_here", __package__).FUNCTIONS
CREATED, _, _ = before.partition("CREATE FUNCTION cables_references_came")
OLD = CREATED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("cables", "0064_rulings_on_persons")]

    operations = [migrations.RunSQL(FIND_CITED, OLD)]
