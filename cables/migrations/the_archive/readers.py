"""What the role of readers may see: a view of the log, and the rows of tables (row level security).

The desk reads as the owner of the tables, whom no policy holds back.
"""

from django.db.migrations import RunSQL

# For a withheld cable readers see only the entry that withheld it. For a redacted cable they see no
# reason except that of the last redaction. Changes of origins, countries and tags are shown only if
# a published cable has them. A view reads as its owner does: the reader's role is granted this, not
# the log.
LOG = """
CREATE VIEW cables_publicchange WITH (security_barrier) AS
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
ORDER BY change.id DESC
"""
# An origin, a country, a tag or a collection is there for readers while a published cable has it,
# an article once it is published. Which withheld cable is worth reading, or cited, is not told.
OF_PUBLISHED = "EXISTS (SELECT FROM cables_cable WHERE id = cable_id AND withheld_reason = '')"
SHOWN = {
    "origin": """EXISTS (
        SELECT FROM cables_cable
        WHERE withheld_reason = '' AND origin_id = coalesce(merged_into_id, cables_origin.id)
    )""",
    "country": "EXISTS (SELECT FROM cables_origin WHERE country_id = cables_country.id)",
    "tag": """EXISTS (
        SELECT FROM cables_tagging WHERE tag = ANY(cables_tag.code || cables_tag.merged_into)
    )""",
    "collection": """EXISTS (
        SELECT FROM cables_cable
        WHERE withheld_reason = '' AND collections @> ARRAY[cables_collection.slug]::varchar[]
    )""",
    "note": OF_PUBLISHED,
    "highlight": OF_PUBLISHED,
    "citingwork": f"is_public AND {OF_PUBLISHED}",
    "article": "published IS NOT NULL",
    "articlecable": "EXISTS (SELECT FROM cables_article WHERE cables_article.id = article_id)",
}
POLICY = """
ALTER TABLE cables_{0} ENABLE ROW LEVEL SECURITY;
CREATE POLICY shown ON cables_{0} FOR SELECT USING ({1});
"""
UNDONE = "DROP POLICY shown ON cables_{0}; ALTER TABLE cables_{0} DISABLE ROW LEVEL SECURITY"
READERS = [
    RunSQL(LOG, "DROP VIEW cables_publicchange"),
    *(RunSQL(POLICY.format(*row), UNDONE.format(*row)) for row in SHOWN.items()),
]
