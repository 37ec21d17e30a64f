"""What readers' SQL could find out beside the rows that it may read."""

from importlib import import_module

from django.db import migrations

# Without security_barrier an expression of a reader's question could be worked out for a row of the
# log before it is left out, and repeat it in an error. The order lets a list stop at its page.
SELECT = import_module("cables.migrations.0014_the_log_and_what_needs_a_person").PUBLIC.replace(
    "CREATE VIEW cables_publicchange AS", ""
)
BARRED = f"""
CREATE OR REPLACE VIEW cables_publicchange WITH (security_barrier) AS {SELECT}
ORDER BY change.id DESC
"""
NOT_BARRED = f"""
CREATE OR REPLACE VIEW cables_publicchange AS {SELECT};
ALTER VIEW cables_publicchange RESET (security_barrier)
"""

# An origin, a country, a tag or a collection is there for readers while a published cable has it, an
# article once it is published. The desk reads as the owner of the tables, whom no policy holds back.
SHOWN = """
ALTER TABLE cables_origin ENABLE ROW LEVEL SECURITY;
ALTER TABLE cables_country ENABLE ROW LEVEL SECURITY;
ALTER TABLE cables_tag ENABLE ROW LEVEL SECURITY;
ALTER TABLE cables_collection ENABLE ROW LEVEL SECURITY;
ALTER TABLE cables_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE cables_article ENABLE ROW LEVEL SECURITY;
ALTER TABLE cables_articlecable ENABLE ROW LEVEL SECURITY;
CREATE POLICY shown ON cables_origin FOR SELECT USING (EXISTS (
    SELECT FROM cables_cable
    WHERE withheld_reason = '' AND origin_id = coalesce(merged_into_id, cables_origin.id)
));
CREATE POLICY shown ON cables_country FOR SELECT USING (EXISTS (
    SELECT FROM cables_origin WHERE country_id = cables_country.id
));
CREATE POLICY shown ON cables_tag FOR SELECT USING (EXISTS (
    SELECT FROM cables_tagging WHERE tag = ANY(cables_tag.code || cables_tag.merged_into)
));
CREATE POLICY shown ON cables_collection FOR SELECT USING (EXISTS (
    SELECT FROM cables_cable
    WHERE withheld_reason = '' AND collections @> ARRAY[cables_collection.slug]::varchar[]
));
CREATE POLICY shown ON cables_note FOR SELECT USING (EXISTS (
    SELECT FROM cables_cable WHERE id = cable_id AND withheld_reason = ''
));
CREATE POLICY shown ON cables_article FOR SELECT USING (published IS NOT NULL);
CREATE POLICY shown ON cables_articlecable FOR SELECT USING (EXISTS (
    SELECT FROM cables_article WHERE cables_article.id = article_id
));
"""
NOT_HIDDEN = """
DROP POLICY shown ON cables_articlecable;
DROP POLICY shown ON cables_article;
DROP POLICY shown ON cables_note;
DROP POLICY shown ON cables_collection;
DROP POLICY shown ON cables_tag;
DROP POLICY shown ON cables_country;
DROP POLICY shown ON cables_origin;
ALTER TABLE cables_tag DISABLE ROW LEVEL SECURITY;
ALTER TABLE cables_collection DISABLE ROW LEVEL SECURITY;
ALTER TABLE cables_note DISABLE ROW LEVEL SECURITY;
ALTER TABLE cables_article DISABLE ROW LEVEL SECURITY;
ALTER TABLE cables_articlecable DISABLE ROW LEVEL SECURITY;
ALTER TABLE cables_country DISABLE ROW LEVEL SECURITY;
ALTER TABLE cables_origin DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cables', '0016_loads_of_whole_volumes'),
    ]

    operations = [
        migrations.RunSQL(BARRED, NOT_BARRED),
        migrations.RunSQL(SHOWN, NOT_HIDDEN),
    ]
