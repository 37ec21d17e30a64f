"""The pages of a list of cables, at the same speed from the first to the last."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404

from ..models import Cable

PAGE_SIZE = 50


class CablePaginator(Paginator):
    """Pages of cables, from a queryset of their primary keys in the order of the list.

    The keys of a page are read inside one index, from the nearer end of the list, so that its
    middle is the slowest; then the rows of that page are.
    """

    def __init__(self, keys, count):
        super().__init__(keys, PAGE_SIZE)
        self.count = count  # Known already: the keys are not counted again.

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        if start > self.count // 2:
            nearer = self.object_list.reverse()
            keys = list(nearer[self.count - end : self.count - start])[::-1]
        else:
            keys = list(self.object_list[start:end])
        return self._get_page(read_rows(keys), number, self)


def read_rows(keys, *more):
    """Return the published cables with these keys, in their order, as a list shows them.

    `more` are further fields to read.
    """
    rows = Cable.objects.published().for_listing(*more).in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def get_page(request, keys, count):
    """Return the page that ?page= asks for. Raises Http404 past the last one and for nonsense."""
    paginator = CablePaginator(keys, count)
    try:
        return paginator.page(request.GET.get("page", 1))
    except InvalidPage:
        pages = paginator.num_pages
        raise Http404(f"This list has {pages:,} page{'s' if pages > 1 else ''}.") from None
