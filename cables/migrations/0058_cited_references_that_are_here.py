"""Whether a cited reference is here is stored: lists of those that are not read an index."""

from django.db import migrations, models

# Compares some references, or with NULL all. In order: two transactions must not wait for each
# other.
FUNCTIONS = """
CREATE FUNCTION cables_find_cited(names text[]) RETURNS void LANGUAGE sql AS $$
    UPDATE cables_cited SET is_here = NOT is_here FROM (
        SELECT reference AS name FROM cables_cited cited
        WHERE (names IS NULL OR reference = ANY(names)) AND is_here <> (
            EXISTS (SELECT FROM cables_cable WHERE reference = cited.reference)
            OR EXISTS (SELECT FROM cables_formerreference WHERE reference = cited.reference)
        ) ORDER BY reference FOR UPDATE
    ) changed WHERE reference = name;
$$;
CREATE FUNCTION cables_references_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cables_find_cited(ARRAY(SELECT reference FROM are));
    RETURN NULL;
END $$;
CREATE FUNCTION cables_references_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cables_find_cited(ARRAY(
        (SELECT reference FROM are EXCEPT SELECT reference FROM were)
        UNION (SELECT reference FROM were EXCEPT SELECT reference FROM are)
    ));
    RETURN NULL;
END $$;
CREATE FUNCTION cables_references_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cables_find_cited(ARRAY(SELECT reference FROM were));
    RETURN NULL;
END $$;
SELECT cables_find_cited(NULL);
"""
NO_FUNCTIONS = """
DROP FUNCTION cables_find_cited, cables_references_came, cables_references_changed,
    cables_references_went CASCADE
"""
OF_TABLE = """
CREATE TRIGGER references_came AFTER INSERT ON {0} REFERENCING NEW TABLE AS are
    FOR EACH STATEMENT EXECUTE FUNCTION cables_references_came();
CREATE TRIGGER references_went AFTER DELETE ON {0} REFERENCING OLD TABLE AS were
    FOR EACH STATEMENT EXECUTE FUNCTION cables_references_went();
"""
OF_CHANGES = """
CREATE TRIGGER references_changed AFTER UPDATE ON {0}
    REFERENCING OLD TABLE AS were NEW TABLE AS are
    FOR EACH STATEMENT EXECUTE FUNCTION cables_references_changed();
"""
# Rows of cited references come by the triggers of cables, which count them.
OF_CITED = OF_TABLE.format("cables_cited").partition("CREATE TRIGGER references_went")[0]
TABLES = ("cables_cable", "cables_formerreference")


class Migration(migrations.Migration):
    dependencies = [("cables", "0057_reasons_of_erasing_lose_words")]

    operations = [
        migrations.AddField(
            "cited",
            "is_here",
            models.BooleanField(
                db_default=False, help_text="Whether a cable has it, or had it. Triggers keep it."
            ),
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        *(migrations.RunSQL((OF_TABLE + OF_CHANGES).format(each), "") for each in TABLES),
        migrations.RunSQL(OF_CITED, ""),
        migrations.RemoveIndex("cited", "cited_by_frequency"),
        migrations.AddIndex(
            "cited",
            models.Index(
                fields=["-cables", "reference"],
                condition=models.Q(is_here=False),
                name="cited_not_here",
            ),
        ),
    ]
