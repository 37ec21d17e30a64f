"""How often the similar cables of a telegram have one to which it refers, and how fast they are.

A pair is a telegram and an earlier one that its text names. It counts where the second is among the
first ten (or five) similar cables of the first. The same is measured for words alone, without
nearness in time.
"""

import statistics
import time
from collections.abc import Sequence
from random import Random
from unittest.mock import patch

from django.db import connections

from cables.http_cache.edition import answering_from, latest_edition
from cables.models import Cable
from cables.models.querysets import READER
from cables.search import similar

from .report import percentile, table

PAIRS = """
SELECT DISTINCT citing.id, cited.id FROM (
    SELECT id, unnest(cites) AS reference FROM cables_cable
    UNION SELECT cable_id, reference FROM cables_mention
) AS named JOIN cables_cable citing USING (id) JOIN cables_cable cited
    ON cited.reference = named.reference AND cited.created < citing.created
WHERE citing.withheld_reason = '' AND cited.withheld_reason = '' ORDER BY 1, 2
"""
LISTED, SHOWN = 10, 5
ENDLESS = 1_000_000  # Days: so large a scale leaves nearness out.
HEADING = ("similar cables", "pairs", "recall@5", "recall@10", "p50 ms", "p95 ms")

Pair = tuple[int, int]  # Primary keys of a telegram and of one to which it refers.


def measure(count: int, seed: int) -> str:
    """Return the table for so many pairs drawn at random; "" if the archive has none."""
    with connections[READER].cursor() as cursor:
        cursor.execute(PAIRS)
        pairs = cursor.fetchall()
    if not pairs:
        return ""
    drawn = Random(seed).sample(pairs, min(count, len(pairs)))
    rows = [row("by words and time", drawn)]
    with patch.multiple(similar, SCALE=ENDLESS, NEAR=ENDLESS):
        rows.append(row("by words alone", drawn))
    return table(HEADING, rows)


def row(name: str, pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Look for the second of each pair among those similar to the first; return a row."""
    cables = Cable.objects.published().in_bulk({first for first, _ in pairs})
    places, times = [], []
    with answering_from(latest_edition()):
        for first, second in pairs:
            start = time.perf_counter()
            similar.similar_cables(cables[first])
            times.append((time.perf_counter() - start) * 1000)
            found = [each.pk for each in similar.similar_cables(cables[first], LISTED)]
            places.append(found.index(second) if second in found else LISTED)
    return (
        *(name, f"{len(pairs):,}"),
        *(f"{statistics.mean(at < most for at in places):.3f}" for most in (SHOWN, LISTED)),
        f"{statistics.median(times):.1f}",
        f"{percentile(times, 95):.1f}",
    )
