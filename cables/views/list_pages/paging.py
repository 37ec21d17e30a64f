"""Pagination of lists of cables that is fast on every page."""

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

from ...models import Cable

PAGE_SIZE = 50
BATCH = 2_000  # Rows per query.


class CablePaginator(Paginator):
    """Pages of cables, from a queryset of their primary keys in the order of the list.

    The keys of a page are read from an index, starting at the nearer end of the list; then the
    rows of that page are read. `count` is known already, so nothing is counted.
    """

    def __init__(self, keys: QuerySet[Cable, int], count: int):
        super().__init__(keys, PAGE_SIZE)
        self.keys_in_order = keys
        self.count = count

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        if start > self.count // 2:
            nearer = self.keys_in_order.reverse()
            keys = list(nearer[self.count - end : self.count - start])[::-1]
        else:
            keys = list(self.keys_in_order[start:end])
        return Page(read_rows(keys), number, self)


def read_rows(keys, *more):
    """Return the published cables with these keys, in that order, with the fields of a list.

    `more` are further fields to read.
    """
    rows = Cable.objects.published().for_listing(*more).in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def all_rows(keys, *more, at_once=None):
    """Yield the cables with these primary keys, in that order, read in batches.

    `more` are further fields to read.
    """
    at_once = at_once or BATCH
    for start in range(0, len(keys), at_once):
        yield from read_rows(keys[start : start + at_once], *more)


def get_page(request, keys, count):
    """Return the page of ?page=. Raises Http404 if there is no such page."""
    paginator = CablePaginator(keys, count)
    try:
        return paginator.page(request.GET.get("page", 1))
    except InvalidPage:
        pages = paginator.num_pages
        raise Http404(f"This list has {pages:,} page{'s' if pages > 1 else ''}.") from None


def until_complete(response, is_complete):
    """Keep a page from caches while the search index lacks cables: soon it is another page."""
    if not is_complete:
        response["Cache-Control"] = "private, no-store"
    return response
