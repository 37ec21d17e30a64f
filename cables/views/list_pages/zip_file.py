"""Cables of a list, a search or a selection as one ZIP file, which is made while it is sent."""

from functools import partial

from django.http import StreamingHttpResponse

from ...api.cable_sets import CableSet, zip_of_cables
from ...api.serializers import file_name
from ...search.list_counts import ListCounts
from ..cited_source import citation_source
from .paging import all_rows

AT_ONCE = 200  # Cables that are read together with their texts.


def zip_response(request, keys, named, page, sources=None):
    """Return the cables with these primary keys, in that order, as a ZIP; ?bag=yes as a bag.

    `named` says in words what they are, `page` is the path of their page. `sources` returns
    their citations when these are sent; by default each cable is cited as a whole.
    """
    here = request.build_absolute_uri
    read = partial(all_rows, keys, at_once=AT_ONCE)

    def cited():
        return (citation_source(request, cable) for cable in read("version"))

    noun = ListCounts.current().noun
    taken = CableSet(named, here(page), here, noun, len(keys), read, sources or cited)
    parts = zip_of_cables(taken, is_bag=request.GET.get("bag") == "yes")
    response = StreamingHttpResponse(parts, content_type="application/zip")
    name = file_name(request.path)
    response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Accept-Ranges"] = "none"
    return response
