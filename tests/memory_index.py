"""A search index in memory, of the cables that a test has stored and not committed."""

from django.db import connections

from cables.models import Cable
from cables.models.querysets import READER
from cables.search_index.folder import NOTHING, open_index
from cables.search_index.indexer import rows
from cables.search_index.reader import IndexSnapshot
from cables.search_index.schema import document

HEAP = 15_000_000
FINGERPRINT = """
SELECT count(*), sum(hashtextextended(cable::text, 0)) FROM cables_cable AS cable
WHERE withheld_reason = ''
"""


class MemoryIndex:
    """It stands in for OpenIndex; a snapshot always has all published cables of the database."""

    def __init__(self):
        self.fingerprint = self.searcher = None

    def snapshot(self, edition):
        with connections[READER].cursor() as cursor:
            cursor.execute(FINGERPRINT)
            fingerprint = cursor.fetchone()
        if fingerprint != self.fingerprint:
            self.searcher, self.fingerprint = searcher(), fingerprint
        return IndexSnapshot(self.searcher, NOTHING)


def searcher():
    """Return a searcher of all published cables."""
    index = open_index(None)
    writer = index.writer(HEAP, 1)
    for row in rows(Cable.objects.published()):
        writer.add_document(document(row))
    writer.commit()
    index.reload()
    return index.searcher()
