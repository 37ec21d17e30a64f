"""Search by words and filters: results as a page, feed, JSON, CSV and ZIP."""

import re

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from rapidfuzz.distance import Levenshtein

from ...api import feeds, serializers
from ...api.cursors import read_cursor, write_cursor
from ...api.problems import problem, refuse
from ...models import Cable
from ...models.querysets import ORDERS
from ...quotations.quotation import FEWEST
from ...search.filters import ListQuery
from ...search.list_counts import ListCounts
from ...search.query_parts import split_words
from ...search.run_search import PAGE_SIZE, answer
from ...search.snippets import NEEDED, excerpts
from ...search.suggestions import suggest
from ...search_index.reader import IndexNotReady
from ...telegram.references import find_reference
from ...telegram.titles import headlines
from ...telegram.volume_citations import find_volume_citation
from .data import json_response
from .list_steps import link_into
from .paging import all_rows, read_rows, until_complete
from .refine_links import Refining
from .search_hints import Understood, find_lists, misspelt, relaxations
from .volume_links import address_cited
from .zip_file import zip_response

MISTYPED = 2  # Letters of a question: "missle", "goverment". More of them are another word.
BY_RELEVANCE = ("sent", "reference")  # The key in a cursor of results by relevance.
CITING = re.compile(r"cites:\s?(\S+)", re.IGNORECASE)
RETRY_AFTER = 10  # Seconds: an index of the specimens takes one, of 250,000 cables some minutes.


@require_safe
def search(request, form="html"):
    """The results of ?q= and of the filters in the query string.

    A page and JSON have notes on invalid filters. Other files cannot have any: they are refused.
    """
    if moved := without_blanks(request):
        return moved
    asked = ListQuery.from_request(request)
    counts = ListCounts.current()
    if held := find_held(asked.question, counts):
        return redirect(held)
    if form == "html" and not request.GET:
        return render(request, "cables/search_help.html", {"counts": counts})
    try:
        found = answer(asked, counts)
        if found.filters.notes and form in ("atom", "csv", "zip"):
            return refused(found.filters)
        response = FORMS[form](request, asked.question, found, counts)
    except IndexNotReady:
        return not_ready(request, asked.question, counts)
    return until_complete(response, found.is_complete)


def refused(filters):
    """Answer for a form that can have no notes on invalid filters."""
    return HttpResponseBadRequest("\n".join(filters.notes), "text/plain; charset=utf-8")


def without_blanks(request):
    """Return a redirect to the address without the empty values that forms send, None without."""
    filled = request.GET.copy()
    for name, values in request.GET.lists():
        filled.setlist(name, [value for value in values if value.strip()])
        if not filled.getlist(name):
            del filled[name]
    if filled == request.GET:
        return None
    return redirect(f"{request.path}?{filled.urlencode()}".rstrip("?"))


def find_held(question, counts):
    """Return the cable whose reference the question contains, withheld or not, or None.

    What it cites by volume may be several documents: the address of their list is returned then,
    and for "cites:" and a reference that of the page with what cites it.
    """
    if citing := CITING.fullmatch(question.text):
        cited = Cable.objects.readable().known_as(find_reference(citing[1]))
        return cited and reverse("references", args=[cited.reference])
    if address := address_cited(question.text, counts):
        return address
    reference = question.reference or misspelt(question.text)
    return Cable.objects.readable().only("reference").known_as(reference) if reference else None


def not_here(text, counts):
    """Return a sentence where a text cites a volume or a page that is not here, in a list."""
    cited = find_volume_citation(text)
    if cited and not cited.among(counts.volumes):
        return ["The volume of Foreign Relations that is cited is not here."]
    return ["No volume here has the page that is cited."] if cited and cited.pages else []


class Results(Paginator):
    """Pages of results. The total and the keys of the requested page are known already."""

    def __init__(self, found):
        super().__init__(found.keys, PAGE_SIZE)
        self.count = found.total
        self.more = NEEDED if found.filters.question.groups else ()

    def page(self, number):
        number = self.validate_number(number)
        return Page(read_rows(self.object_list, "tags", *self.more), number, self)


def get_results(request, found):
    """Return the page of ?page=. Raises Http404 if there is no such page."""
    try:
        return Results(found).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404("This search has no such page of results.") from None


def get_portion(request, found, count, *more):
    """Return what follows ?cursor=: (results before it, its rows, cursor of the next or "").

    `more` are further fields to read. Raises ValueError if the cursor is invalid.
    """
    order, text = found.filters.order, request.GET.get("cursor")
    key = read_cursor(text, order, ORDERS.get(order, BY_RELEVANCE)) if text else ()
    start, keys = found.found.portion(key, count)
    rows = read_rows(keys, *more)
    if keys and not rows:  # All were withheld a moment ago: soon the index knows it too.
        raise IndexNotReady
    if start + len(keys) >= found.total:
        return start, rows, ""
    return start, rows, write_cursor(order, found.found.key_after(key, keys, rows[-1]))


def get_json_portion(request, found):
    """Return (results before it, its rows, address of the next or "") of a portion as JSON.

    Begun with a number of a page, the next is the next page; else a cursor.
    """
    address, number = found.filters.address, request.GET.get("page", "1")
    if number == "1" or "cursor" in request.GET:
        more = NEEDED if found.filters.question.groups else ()
        start, rows, cursor = get_portion(request, found, PAGE_SIZE, "tags", *more)
        return start, rows, address(cursor=cursor) if cursor else ""
    page = get_results(request, found)
    following = address(page=str(page.number + 1)) if page.has_next() else ""
    return max(page.start_index() - 1, 0), page.object_list, following


def corrected(found, counts):
    """Return (the question with misspelt words replaced, or "", the answer to be shown).

    Where nothing is found, that is what the corrected question finds, if it differs by at most
    MISTYPED letters; a search for the words as they are typed (?plain=yes) stays one.
    """
    is_known = found.total > PAGE_SIZE or find_volume_citation(found.filters.question.text)
    if is_known or not (text := suggest(found.filters.question)):
        return "", found
    data = found.filters.data
    is_misspelt = Levenshtein.distance(found.filters.question.text, text) <= MISTYPED
    if found.total or "plain" in data or not is_misspelt:
        return text, found
    address = found.filters.address(q=text, page=data.get("page"))
    meant = answer(ListQuery.from_address(address), counts)
    return text, meant if meant.total else found


def results_page(request, typed, found, counts):
    """Render a page of results with facets, suggestions and, without results, other searches."""
    as_typed = found
    suggestion, found = corrected(found, counts) if typed.text else ("", found)
    is_corrected = found is not as_typed
    sought = suggestion if is_corrected else typed.text
    page, question = get_results(request, found), found.filters.question
    context = {
        "question": question,
        "asked": found.filters,
        "notes": [*found.notes, *not_here(typed.text, counts)],
        "found": found,
        "counts": counts,
        "understood": Understood(found, typed),
        "suggestion": suggestion,
        "suggested": found.filters.address(q=suggestion, plain=None),
        "as_typed": is_corrected and Understood(as_typed, typed).as_words,
        "sought": sought,
        "typed": typed.text,
        "page": page,
        "rows": excerpted(page.object_list, found.filters, page.start_index()),
        "query": found.filters.query(sort=None),
        "refining": Refining(found, counts, page),
        "reference": typed.reference or misspelt(typed.text),
        "lists": find_lists(sought, counts) if sought else (),
    }
    if typed.text and found.total <= PAGE_SIZE:
        context["with_some_words"] = excerpted(partial_rows(found), found.filters)
    if not found.total:
        context["relaxations"] = relaxations(found, typed, counts)
        context["quotable"] = len(split_words(question.text)) >= FEWEST
    return render(request, "cables/search.html", context)


def excerpted(rows, filters, start=None):
    """Return (cable, what matches in it, public tags, query of its link, headlines) of rows.

    The link marks the words in the cable. It leads back to its place in the results, of which the
    first row is that at `start`, counted from 1; None if the rows are no results.
    """
    hits, way = excerpts(rows, filters.question), link_into(filters)
    words = f"?{urlencode({'q': filters.question.text})}"
    ways = [f"{way}{start + at}" if start else words for at in range(len(rows))]
    return [
        (cable, hits.get(cable.pk), serializers.public_tags(cable), to_cable, heads)
        for cable, to_cable, heads in zip(rows, ways, headlines(rows), strict=True)
    ]


def partial_rows(found):
    return read_rows(found.partial_keys, "tags", *NEEDED)


def feed_of(request, filters, keys, *heading):
    """Render cables, which are the latest of a list or of results, as a feed."""
    return feeds.feed_of_cables(
        request,
        read_rows(keys, *feeds.SHOWN),
        title=f"Cable Reading Room: {in_words(filters, *heading)}",
        address=filters.address(sort=None),
        page=f"{filters.path.removesuffix('.atom')}/{filters.query(sort=None)}",
        tags=filters.counts.tags,
    )


def in_words(filters, *heading):
    """Return the words and the filters of a list or a search as a text."""
    words = [f"“{filters.question.text}”"] if filters.question and filters.question.text else []
    named = [*heading, *words, *map(str, filters.chips)]
    return ", ".join(named) or filters.counts.as_held("all cables")


def zip_of(request, filters, keys, *heading):
    page = f"{filters.path.removesuffix('.zip')}/{filters.query()}"
    return zip_response(request, keys[:], in_words(filters, *heading), page)


def csv_of(request, keys):
    return serializers.csv_of_cables(all_rows(keys, *serializers.NEEDED), request)


def json_results(request, question, found, counts):
    try:
        start, rows, following = get_json_portion(request, found)
    except ValueError as error:
        return problem(400, str(error))
    here = request.build_absolute_uri
    partial = partial_rows(found)
    weaker = [] if found.total else relaxations(found, question, counts)
    values = {
        "question": question.text,
        "read": read_from(found),
        "notes": found.notes,
        "total": found.total,
        "page": start // PAGE_SIZE + 1,
        "next": here(following) if following else None,
        "results": serializers.search_rows(rows, excerpts(rows, found.filters.question), here),
        "with_some_words": serializers.search_rows(
            partial, excerpts(partial, found.filters.question), here
        ),
        "less_strict": [
            {"label": label, "address": here(address), "cables": cables}
            for label, address, cables in weaker
        ],
        "years": found.years,
        "facets": serializers.facet_rows(found.facets),
    }
    return json_response(values)


def read_from(found):
    """Return the words and filters as which a question was read, or None."""
    if not found.is_read:
        return None
    pairs = [pair for each in found.reading.read for pair in each.filters]
    filters = {name: [value for key, value in pairs if key == name] for name, _ in pairs}
    return {"words": found.reading.words, "filters": filters}


@require_safe
def opensearch(request):
    here = request.build_absolute_uri
    context = {"here": here(reverse("search")).rstrip("/"), "self": here()}
    form = "application/opensearchdescription+xml"
    return render(request, "opensearch.xml", context, content_type=form)


def not_ready(request, question, counts):
    """Answer 503, which caches do not keep, while the search index is being built."""
    context = {"question": question, "sought": question.text, "counts": counts}
    readable = counts.as_held("Lists and cables")
    message = f"The search index is being built. {readable} can be read; search again soon."
    response = refuse(request, 503, message, "cables/search_not_ready.html", context)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


FORMS = {
    "html": results_page,
    "atom": lambda request, question, found, counts: feed_of(
        request, found.filters, found.found.latest(feeds.LENGTH)
    ),
    "csv": lambda request, question, found, counts: csv_of(request, found.found),
    "zip": lambda request, question, found, counts: zip_of(request, found.filters, found.found),
    "json": json_results,
}
