"""The matches of a question in the order of their relevance, worked out by PostgreSQL.

A word weighs by its rarity, by how often it stands in a cable and in how long a one (BM25), and
more in a subject. That needs the vector of every match, so it is done for up to RANK_ALL. The
best of them are then read: a word that stands there as it was asked weighs more than another
form of it. Of more matches, those whose subject answers the question come first.
"""

import re

from django.core.exceptions import EmptyResultSet
from django.db import connections

from .querysets import READER, USUAL_ORDER, in_sql
from .search import CONFIG
from .words import words_of

RANK_ALL = 2_000  # Matches. A vector takes some ten microseconds.
READ = 200  # The best by their vectors, whose texts are read.
MOST_WEIGHED = 12  # Words of one question.
K1 = 1.2  # How much a word gains by standing in a cable more than once,
B = 0.9  # and by standing in a short one: as in most uses of BM25.
USUAL = 2_000  # Different words in a cable of usual length.
MISSING = 0.5
STEM = 0.05  # What another form weighs, of what the form asked does.
SUBJECT = 0.5  # What a word in the subject weighs more.

# In how many cables a form stands, out of how many: both may not be known.
RARITY = """
(SELECT ln(1 + (greatest(total, held) - held + 0.5) / (held + 0.5)) FROM (SELECT
    coalesce((SELECT cables FROM cables_word WHERE word = %s), 0) AS held,
    coalesce((SELECT cables FROM cables_word WHERE word = ''), 250000) AS total
) AS counted) AS rarity{n}
"""
# The rank of one word tells how often it stands there: one, and a quarter, and a ninth ... add
# up to its limit, and what is missing to it is near 1 / (times + 1/2).
RANKS = """
greatest(1 / (1.64493 * greatest(1 - ts_rank('{{1, 1, 1, 1}}', vector, query{n}), 0.002)) - 0.6, 0)
    AS times{n},
ts_rank('{{0, 0, 0, 1}}', vector, query{n}) > 0 AS in_subject{n}
"""
WORTH = "rarity{n} * (1 + in_subject{n}::int * {subject}) AS worth{n}, times{n}"
LENGTH = "{k1} * (1 - {b} + {b} * bytes / {usual}) AS length"
GAIN = "worth{n} * {times} * ({k1} + 1) / ({times} + length)"
# The vector is taken from its row once: one in which the weight of no word was set is the same,
# but no longer a pointer. That halves the time.
# OFFSET 0 keeps PostgreSQL from writing an expression out wherever its name stands.
RANKED = """
WITH asked AS MATERIALIZED (SELECT {rarities}, {queries}),
matched AS MATERIALIZED (
    SELECT id, released, created, reference, {length}, {worths} FROM (
        SELECT *, {ranks} FROM asked CROSS JOIN (
            SELECT id, released, created, reference, octet_length(body) AS bytes,
                setweight(search_vector, 'D', '{{}}'::text[]) AS vector
            FROM ({cables}) AS cable OFFSET 0
        ) AS cable OFFSET 0
    ) AS cable
),
ranked AS MATERIALIZED (SELECT *, {gains} AS rank FROM matched),
best AS (SELECT * FROM ranked ORDER BY rank DESC, {first} LIMIT {read}),
read AS MATERIALIZED (
    SELECT id, ({read_gains}) * power({missing}, {misses}) AS rank FROM (
        SELECT *, {effective} FROM (SELECT *, {exact} FROM (
            SELECT best.*, lower(cable.subject || ' ' || cable.body) AS text
            FROM best JOIN cables_cable AS cable USING (id) OFFSET 0
        ) AS best OFFSET 0) AS best OFFSET 0
    ) AS best
)
SELECT id FROM ranked LEFT JOIN read USING (id)
ORDER BY read.rank DESC NULLS LAST, ranked.rank DESC, {first} LIMIT %s OFFSET %s
"""
EXACT = """
exact{n} + {stem} * greatest(times{n} - exact{n}, 0) AS read_times{n}
"""


def ranked(cables, question, limit: int, offset: int = 0) -> list[int]:
    """Return primary keys of published cables that match a question, the most relevant first.

    All of them are ranked: there should be no more than RANK_ALL. The order is total, so that
    pages follow one another.
    """
    words = weighed(question)
    if not words:
        return list(cables.listed().primary_keys()[offset : offset + limit])
    columns = ("id", "released", "created", "reference", "body", "search_vector")
    matches = cables.order_by().values_list(*columns).query
    try:
        compiled, given = matches.get_compiler(READER).as_sql()
    except EmptyResultSet:
        return []
    numbers = range(len(words))
    statement = RANKED.format(
        cables=compiled,
        first=in_sql(USUAL_ORDER),  # Of what is equally relevant.
        read=READ,
        rarities=", ".join(RARITY.format(n=n) for n in numbers),
        queries=", ".join(f"{QUERY} AS query{n}" for n in numbers),
        ranks=", ".join(RANKS.format(n=n) for n in numbers),
        length=LENGTH.format(k1=K1, b=B, usual=USUAL),
        worths=", ".join(WORTH.format(n=n, subject=SUBJECT) for n in numbers),
        gains=" + ".join(GAIN.format(n=n, times=f"times{n}", k1=K1) for n in numbers),
        exact=", ".join(f"regexp_count(text, %s) AS exact{n}" for n in numbers),
        missing=MISSING,
        misses=" + ".join(f"(exact{n} = 0)::int" for n in numbers),
        effective=", ".join(EXACT.format(n=n, stem=STEM) for n in numbers),
        read_gains=" + ".join(GAIN.format(n=n, times=f"read_times{n}", k1=K1) for n in numbers),
    )
    forms = [max(words_of(word), key=len, default="") for word in words]
    whole = [rf"\m{re.escape(word)}\M" for word in words]
    with connections[READER].cursor() as cursor:
        cursor.execute(statement, [*forms, *words, *given, *whole, limit, offset])
        return [key for (key,) in cursor.fetchall()]


# A word that PostgreSQL parts further, "u.s.s.r", is any of its parts.
QUERY = f"replace(plainto_tsquery('{CONFIG}', %s)::text, '&', '|')::tsquery"


def weighed(question) -> list[str]:
    """Return the words of a question by which its matches are ranked, also those of phrases."""
    parts = [*question.words, *(word for each in question.phrases for word in each.split())]
    return list(dict.fromkeys(parts))[:MOST_WEIGHED]
