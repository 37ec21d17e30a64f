"""Rank the matches of a search by relevance, in PostgreSQL.

The rank is BM25: rarity of the words, their frequency in a cable, its length; words in the subject
count more. It reads the vector of every match, so it is limited to RANK_ALL matches. The texts of
the best are then read, to prefer exact forms of words. With more matches, those whose subject
matches come first.
"""

import re

from django.core.exceptions import EmptyResultSet
from django.db import connections

from ..models.counted_words import words_of
from ..models.querysets import READER, USUAL_ORDER, in_sql
from ..models.search_vector import CONFIG

RANK_ALL = 2_000  # The most matches that are ranked, at about ten microseconds each.
READ = 200  # The best matches, whose texts are read.
MOST_WEIGHED = 12  # Words of a question that count.
K1 = 1.2  # BM25: weight of repeated words,
B = 0.9  # and of the length of the cable.
USUAL = 2_000  # The average length.
MISSING = 0.5
STEM = 0.05  # Weight of another form of a word, compared with the exact form.
SUBJECT = 0.5  # Additional weight of a word in the subject.

# Inverse document frequency; the defaults apply if the counts are not known.
RARITY = """
(SELECT ln(1 + (greatest(total, held) - held + 0.5) / (held + 0.5)) FROM (SELECT
    coalesce((SELECT cables FROM cables_word WHERE word = %s), 0) AS held,
    coalesce((SELECT cables FROM cables_word WHERE word = ''), 250000) AS total
) AS counted) AS rarity{n}
"""
# ts_rank() of one word gives its frequency: it sums 1 + 1/4 + 1/9 ... up to a limit (pi²/6), and
# the difference to that limit is about 1 / (times + 1/2).
RANKS = """
greatest(1 / (1.64493 * greatest(1 - ts_rank('{{1, 1, 1, 1}}', vector, query{n}), 0.002)) - 0.6, 0)
    AS times{n},
ts_rank('{{0, 0, 0, 1}}', vector, query{n}) > 0 AS in_subject{n}
"""
WORTH = "rarity{n} * (1 + in_subject{n}::int * {subject}) AS worth{n}, times{n}"
LENGTH = "{k1} * (1 - {b} + {b} * bytes / {usual}) AS length"
GAIN = "worth{n} * {times} * ({k1} + 1) / ({times} + length)"
# setweight() with no words copies the vector out of TOAST once, which halves the time.
# OFFSET 0 keeps PostgreSQL from inlining the subqueries.
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
    """Return the primary keys of published matches of a question, most relevant first.

    All are ranked: there should be no more than RANK_ALL. The order is total, so that pages do
    not overlap.
    """
    words = weighed(question)
    if not words:
        return list(cables.listed().primary_keys()[offset : offset + limit])
    columns = ("id", "released", "created", "reference", "body", "search_vector")
    matches = cables.order_by().values_list(*columns).query
    try:
        compiled, params = matches.get_compiler(READER).as_sql()
    except EmptyResultSet:
        return []
    numbers = range(len(words))
    statement = RANKED.format(
        cables=compiled,
        first=in_sql(USUAL_ORDER),  # Among equally relevant ones.
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
        cursor.execute(statement, [*forms, *words, *params, *whole, limit, offset])
        return [key for (key,) in cursor.fetchall()]


# A word that PostgreSQL splits, such as "u.s.s.r", matches any of its parts.
QUERY = f"replace(plainto_tsquery('{CONFIG}', %s)::text, '&', '|')::tsquery"


def weighed(question) -> list[str]:
    """Return the words of a question that count for the rank, including those of phrases."""
    parts = [*question.words, *(word for each in question.phrases for word in each.split())]
    return list(dict.fromkeys(parts))[:MOST_WEIGHED]
