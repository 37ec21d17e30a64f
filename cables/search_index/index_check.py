"""Compare the search index of this machine with the database."""

from collections.abc import Iterator

from reading_room.paths import COMMAND

from ..http_cache.edition import latest_edition
from ..models import Cable
from ..models.database_snapshot import snapshot
from .indexer import rows
from .reader import IndexSnapshot, snapshot_of
from .schema import digest

ADVICE = f"Run {COMMAND} update_index --rebuild."


def check_index() -> Iterator[str]:
    """Yield what differs: cables that the index lacks, has too many, or has with other words.

    Cables that the index is still to be told of are left out. Raises IndexNotReady.
    """
    with snapshot():
        index = snapshot_of(latest_edition())
        held = digests_in(index)
        left_out = set(index.left_out)
        for row in rows(Cable.objects.published()):
            if row[0] not in left_out and held.pop(row[0], None) != digest(row):
                yield f"{row[1]}: the search index has not this text. {ADVICE}"
    if held:
        yield f"The search index still has {len(held):,} that are not published. {ADVICE}"


def digests_in(index: IndexSnapshot) -> dict[int, int]:
    """Return {primary key: digest} of the cables that a snapshot finds."""
    query = index.only_found([])
    found = index.searcher.search(query, max(index.count(query), 1), False).hits
    addresses = [address for _, address in found]
    keys, digests = index.integers("id", addresses), index.integers("digest", addresses)
    return dict(zip(keys, digests, strict=True))
