"""Counts by facet beside a list of cables: from the search index and, of the cables that changed
since its last commit, from the database. So they are exact as soon as a change is committed.
"""

from dataclasses import dataclass
from hashlib import sha256

from ..models import Cable
from ..models.querysets import CableQuerySet
from ..search_index.reader import IndexNotReady
from .filter_registry import Within, in_list
from .filters import CableFilter
from .index_selection import FACET_FIELDS, Selection, published_cables
from .list_count_queries import MOST_LEFT_OUT, UNUSABLE, report
from .run_search import Counted
from .value_counts import Counts, KnownCounts, count_rows, sums


@dataclass(frozen=True)
class ListFacets(Counted):
    """The counts by facet of a list, narrowed by its filters."""

    within: Within
    indexed: Selection  # The cables of the list in the index,
    changed: CableQuerySet | None  # and those that changed since; None if there are none.

    def counted(self, *ignored: str) -> KnownCounts:
        if self.filters.narrowed:
            return KnownCounts(self._count(*ignored))
        kept = sha256(repr(self.within).encode()).hexdigest()
        return KnownCounts(self.filters.counts.kept(f"facets-{kept}", self._count))

    def _count(self, *ignored: str) -> dict[str, Counts]:
        selection = self.filters.without_order(self.indexed, *ignored)
        selection.count_all()
        if self.changed is None:
            return {name: selection.counts[name] for name in FACET_FIELDS}
        more = count_rows(self.filters.without_order(self.changed, *ignored))
        return {name: sums(selection.counts[name], more[name]) for name in FACET_FIELDS}


def facets_of_list(filters: CableFilter, within: Within) -> ListFacets | None:
    """Return the counts of a list, which are made now; None if the index cannot count."""
    counts = filters.counts
    try:
        everything = published_cables()
        changed = None
        if left_out := everything.snapshot.left_out:
            if len(left_out) > MOST_LEFT_OUT:
                raise IndexNotReady
            rows = Cable.objects.published().filter(pk__in=left_out)
            changed = in_list(rows, within, counts)
        indexed = in_list(everything, within, counts)
        facets = ListFacets(filters, within, indexed, changed)
        # Here an unusable index is noticed. A list that nothing is asked of is counted once.
        facets.facets if filters.narrowed else facets.all_counts  # noqa: B018
    except UNUSABLE as error:
        report(error)
        return None
    return facets
