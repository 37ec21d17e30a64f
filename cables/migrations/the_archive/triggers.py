"""Functions and triggers: what the database itself keeps up."""

from django.db.migrations import RunSQL

from cables.models.archive_state import FUNCTIONS, NO_FUNCTIONS, follow_cables, move_with
from cables.models.harvest_records import date_records

# The public tables: every change of them increases the state of the archive.
PUBLIC = [
    *("article", "articlecable", "cable", "change", "changekind", "cited", "citingwork"),
    *("collection", "country", "erased", "formerparagraph", "formerreference", "highlight"),
    *("link", "marking", "mention", "note", "origin", "page", "requestfigure", "tag", "tagging"),
    *("version", "volumepage", "word"),
]
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
# A comment stays as it was written, and goes only with the other personal data of its case.
COMMENTS = """
CREATE FUNCTION cables_comments_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM cables_requestcase WHERE id = OLD.case_id AND cleared IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Comments on cases stay as they are: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Add another comment.';
END $$;
CREATE TRIGGER comments_stay BEFORE UPDATE OR DELETE ON cables_casecomment
    FOR EACH ROW EXECUTE FUNCTION cables_comments_stay();
"""
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
# What a cable asks of a person, one row a kind.
# Copies without a text tell of no second one, nor does 1975LISBON09412 beside 75LISBON9412.
FOUND = r"""
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
    WHERE NOT coalesce(cable.facts->'textless', '[]') @> jsonb_build_array(copy)
    HAVING count(DISTINCT regexp_replace(
        regexp_replace(upper(copy->>0), '^(19|20)(?=\d\d\D)', ''), '([A-Z])0+(?=\d)', '\1', 'g'
    )) > 1
UNION ALL
    SELECT 'press', string_agg(link, ', ')
    FROM jsonb_array_elements_text(coalesce(cable.facts->'articles', '[]')) link
    WHERE link !~ '^https?://[^/]' HAVING count(*) > 0
"""
# Statement by statement, so that a batch of 500 cables is one question. A withheld cable is
# emptied: it asks nothing of a person, and cites nothing.
FIND = f"""
CREATE FUNCTION cables_find_matters(keys bigint[]) RETURNS void LANGUAGE sql AS $$
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
MATTERS_OF_CABLES = """
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
        WHERE (are.reference, are.subject, are.warnings, are.facts, are.paragraph_ids,
                are.collections, are.created)
            IS DISTINCT FROM
            (were.reference, were.subject, were.warnings, were.facts, were.paragraph_ids,
                were.collections, were.created)
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
# These lock the table of matters: whoever finds matters at this moment (a batch of a load) would
# not see what is decided here, nor this the matters that are found there.
MATTERS_DECIDED = f"""
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
DROPPED = """
DROP FUNCTION cables_log_only_grows, cables_log_reference, cables_comments_stay,
    cables_find_matters, cables_cable_came, cables_cable_changed, cables_cable_went,
    cables_matter_left, cables_matter_taken_back, cables_rule_switched CASCADE
"""
TRIGGERS = [
    RunSQL(FUNCTIONS, NO_FUNCTIONS),
    *(move_with(f"cables_{table}") for table in PUBLIC),
    RunSQL([LOG, COMMENTS, FIND, MATTERS_OF_CABLES, MATTERS_DECIDED], DROPPED),
    follow_cables(),
    date_records(),
]
