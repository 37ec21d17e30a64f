"""A list of cables as a page, feed, CSV, ZIP and JSON, narrowed by its query string (filters.py).

Words in ?q= are looked for within the list, as a search does. Without a search index a list has no
facets and answers no words; all else works.
"""

from urllib.parse import urlencode

from django.shortcuts import redirect, render

from ...api import feeds, serializers
from ...api.problems import problem
from ...search.filter_registry import EVERYTHING
from ...search.filters import RELEVANCE, CableFilter, ListQuery
from ...search.run_search import answer_words, facets_of_list
from ...search_index.reader import IndexNotReady
from ...templatetags.list_tags import has_releases
from . import data
from .list_steps import link_into, within
from .paging import get_page, until_complete
from .refine_links import Refining
from .search_page import (
    csv_of,
    excerpted,
    feed_of,
    find_held,
    get_portion,
    get_results,
    not_ready,
    refused,
    zip_of,
)

ORDER_NAMES = {
    "-released": "Newest release first",
    "released": "Oldest release first",
    "created": "Oldest cable first",
    "-created": "Newest cable first",
    "reference": "By reference",
    "-reference": "By reference, descending",
    RELEVANCE: "Best match first",
}


def cable_list(request, counts, cables, count, context, *, form):
    """Render a list of `count` cables, filtered by the query string, in one of its forms.

    `cables` is a queryset of cables, or of taggings or markings, which have the same filters.
    """
    asked = ListQuery.from_request(request)
    filters = CableFilter(asked, cables, counts)
    if filters.blank:  # Redirect a form's empty fields away: people copy the address.
        return redirect(f"{filters.path}?{filters.data.urlencode()}".rstrip("?"))
    if filters.notes and form in ("csv", "zip"):
        return refused(filters)
    context["within"] = within(request.resolver_match, counts) or EVERYTHING
    if filters.question:
        return words_in_list(request, asked, counts, count, context, form)
    return FORMS[form](request, filters, count, context)


def list_page(request, filters, count, context):
    in_mirror = getattr(request, "mirror", None)
    facets = None if in_mirror else facets_of_list(filters, context["within"])
    keys, total = keys_in_order(filters, context), count
    if filters.narrowed:
        total = facets.total if facets else keys.count()
    page = get_page(request, keys, total)
    shown = {
        "page": page,
        "way": "" if in_mirror else link_into(filters),
        "order": "As printed" if is_printed(filters, context) else order_name(filters.order, page),
    }
    response = render_list(request, filters, facets, count, context | shown)
    return until_complete(response, facets or in_mirror)


def render_list(request, filters, facets, count, context):
    """Render the page of a list, or of what was found in it; `count` is the whole list's."""
    name = filters.path.removesuffix("/")
    of_all = context.get("data_of_all")  # The list has no JSON of its own.
    refining = None
    if facets:
        refining = Refining(facets, filters.counts, context["page"], context["within"])
    # What narrows all cables to the list, by values.
    pairs = [
        (name, each)
        for name, values in context["within"].items()
        if isinstance(values, list)
        for each in values
    ]
    asked = urlencode([*pairs, *filters.pairs])
    shown = {
        "asked": filters,
        "feed": f"{name}.atom{filters.query(sort=None)}",
        "csv": f"{name}.csv{filters.query()}",
        "zip": f"{name}.zip{filters.query()}",
        "data": f"{of_all}?{asked}" if of_all else f"{name}.json{filters.query()}",
        "notes": [*filters.notes, *(facets.notes_on_days if facets else ())],
        "facets": facets,
        "refining": refining,
        "counts": filters.counts,
        "whole": count,
    }
    return render(request, "cables/list.html", shown | context)


def is_printed(filters, context):
    return context.get("own") == "volume" and "sort" not in dict(filters.pairs)


def keys_in_order(filters, context):
    rows = filters.qs.in_printed_order() if is_printed(filters, context) else filters.qs
    return rows.primary_keys()


FORMS = {
    "html": list_page,
    "atom": lambda request, filters, count, context: feed_of(
        *(request, filters, list(filters.qs.primary_keys().listed()[: feeds.LENGTH])),
        context["heading"],
    ),
    "csv": lambda request, filters, count, context: csv_of(
        request, list(keys_in_order(filters, context))
    ),
    "zip": lambda request, filters, count, context: zip_of(
        request, filters, list(keys_in_order(filters, context)), context["heading"]
    ),
    "json": lambda request, filters, count, context: data.cables_as_json(
        request, filters, count, context["heading"]
    ),
}


def words_in_list(request, asked, counts, count, context, form):
    """Answer words that are looked for within a list, in one of its forms."""
    if form == "html" and (held := find_held(asked.question, counts)):
        return redirect(held)
    try:
        found = answer_words(asked, counts, context["within"])
        response = FOUND[form](request, found, count, context)
    except IndexNotReady:
        return not_ready(request, asked.question, counts)
    return until_complete(response, found.is_complete)


def found_page(request, found, count, context):
    page = get_results(request, found)
    shown = {
        "page": page,
        "rows": excerpted(page.object_list, found.filters, page.start_index()),
        "order": ORDER_NAMES[found.filters.order],
        "notes": found.notes,
        "sought": found.filters.question.text,
    }
    return render_list(request, found.filters, found, count, context | shown)


def found_data(request, found, count, context):
    """Return ?limit= cables found in a list that follow ?cursor=, as the JSON of the list."""
    try:
        limit = data.read_limit(request.GET.get("limit", str(data.DEFAULT_LIMIT)))
        _, rows, cursor = get_portion(request, found, limit, *serializers.NEEDED)
    except ValueError as error:
        return problem(400, str(error))
    if found.filters.notes:
        return problem(400, " ".join(found.filters.notes))
    following = found.filters.address(cursor=cursor, limit=request.GET.get("limit"))
    total = None if request.GET.get("cursor") else found.total
    return data.list_as_json(request, context["heading"], total, rows, following if cursor else "")


FOUND = {
    "html": found_page,
    "atom": lambda request, found, count, context: feed_of(
        request, found.filters, found.found.latest(feeds.LENGTH), context["heading"]
    ),
    "csv": lambda request, found, count, context: csv_of(request, found.found),
    "zip": lambda request, found, count, context: zip_of(
        request, found.filters, found.found, context["heading"]
    ),
    "json": found_data,
}


def order_name(order, page):
    """Return the name of an order as this page has it: without days of release, by creation."""
    if page and not has_releases(page):
        order = {"-released": "created", "released": "-created"}.get(order, order)
    return ORDER_NAMES[order]
