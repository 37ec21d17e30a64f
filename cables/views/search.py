"""Search: words and filters -> a page of results, and the same as feed, JSON and CSV."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from .. import downloads, feeds
from ..asking import in_words, parse_question
from ..cursors import read_cursor, write_cursor
from ..excerpts import NEEDED, excerpts
from ..facets import PAGE_SIZE, answer
from ..filters import RELEVANCE
from ..limits import TooSlow, in_time
from ..models import Cable
from ..problems import problem, refuse
from ..querysets import ORDERS
from ..quotes import FEWEST
from ..tallies import Tallies
from ..words import suggest
from .matches import all_rows, relaxations
from .paging import read_rows
from .refining import Refining
from .room import find_lists, misspelt

BY_RELEVANCE = ("reference", "given")  # What a cursor holds where no column is the order.
RETRY_AFTER = 60  # Seconds: what is too slow on a busy server need not be so again.


@require_safe
def search(request, form="html"):
    """What the archive says of some words, among the cables that the filters leave.

    A page says which filter makes no sense; a file, which cannot, would be of other cables.
    """
    if (given := without_blanks(request.GET)) != request.GET:
        return redirect(f"{request.path}?{given.urlencode()}".rstrip("?"))
    question = parse_question(request.GET.get("q", ""))
    if held := find_held(question):
        return redirect(held)
    tallies = Tallies()
    if form == "html" and not given:
        return render(request, "cables/search_help.html", {"tallies": tallies})
    try:
        found = answer(request, question, tallies)
        if found.filters.notes and form in ("atom", "csv"):
            return HttpResponseBadRequest("\n".join(found.filters.notes), "text/plain")
        return FORMS[form](request, question, found, tallies)
    except TooSlow:
        return too_slow(request, question, tallies)


def without_blanks(query):
    """Return a query string without the values that a form sends empty."""
    given = query.copy()
    for name, values in query.lists():
        given.setlist(name, [value for value in values if value.strip()])
        if not given.getlist(name):
            del given[name]
    return given


def find_held(question):
    """Return the cable whose reference stands in a question, withheld or not, or None."""
    reference = question.reference or misspelt(question.text)
    return Cable.objects.readable().only("reference").known_as(reference) if reference else None


class Results(Paginator):
    """Pages of results: all are counted, and the keys of one page are read, already."""

    def __init__(self, found):
        super().__init__(found.keys, PAGE_SIZE)
        self.count = found.total
        self.more = NEEDED if found.filters.question.tsquery else ()

    def page(self, number):
        number = self.validate_number(number)
        return self._get_page(read_rows(self.object_list, "tags", *self.more), number, self)


def get_results(request, found):
    """Return the page that ?page= asks for. Raises Http404 past the last one and for nonsense."""
    try:
        return Results(found).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404("This search has no such page of results.") from None


def get_portion(request, found):
    """Return how many results stand before those that a program asks for, and these.

    ?cursor= says which was the last that it was given. Raises ValueError if that is no cursor.
    """
    if not (text := request.GET.get("cursor")):
        page = get_results(request, found)
        return max(page.start_index() - 1, 0), page.object_list
    order = found.filters.order
    start = found.found.behind(read_cursor(text, order, ORDERS.get(order, BY_RELEVANCE)))
    more = NEEDED if found.filters.question.tsquery else ()
    return start, read_rows(found.keys_from(start), "tags", *more)


def key_of(cable, found, given):
    """Return the key of the last of so many results that a program was given (cursors.py)."""
    if found.filters.order == RELEVANCE:
        return cable.reference, given
    return tuple(getattr(cable, column.lstrip("-")) for column in ORDERS[found.filters.order])


def find_hits(cables, question):
    """Return {primary key: hits} of results; none if that takes too long."""
    try:
        with in_time():
            return excerpts(cables, question)
    except TooSlow:
        return {}


def described(question, found, tallies):
    """Return what a page of results says in every form."""
    return {
        "question": question,
        "asked": found.filters,
        "notes": [*question.notes, *found.filters.notes],
        "found": found,
        "tallies": tallies,
        "sought": question.text,
    }


def as_page(request, question, found, tallies):
    """Render twenty results with what refines them; for an empty question, how to ask."""
    page = get_results(request, found)
    hits = find_hits(page.object_list, question)
    context = described(question, found, tallies) | {
        "page": page,
        "rows": [(cable, hits.get(cable.pk), downloads.tags(cable)) for cable in page],
        "words": "?" + urlencode({"q": question.text}) if question.tsquery else "",
        "query": found.filters.query(sort=None),
        "refining": Refining(found, tallies),
        "reference": question.reference or misspelt(question.text),
        "lists": find_lists(question.text, tallies) if question.text else (),
    }
    if question.text and found.total <= PAGE_SIZE:
        context["suggestion"] = suggest(question)
    if not found.total:
        context["relaxations"] = relaxations(found, question, tallies)
        context["quotable"] = len(in_words(question.text)) >= FEWEST
    return render(request, "cables/search.html", context)


def as_feed(request, question, found, tallies):
    """Render the latest of the cables found; their order is not the reader's to choose."""
    asked = found.filters
    words = [f"“{question.text}”"] if question.text else []
    title = ", ".join([*words, *map(str, asked.chips)])
    return feeds.atom(
        request,
        read_rows(found.found.latest(feeds.LENGTH), *feeds.SHOWN),
        title=f"Cable Reading Room: {title or 'all cables'}",
        address=asked.address(sort=None),
        page=reverse("search") + asked.query(sort=None),
        tags=tallies.tags,
    )


def as_csv(request, question, found, tallies):
    """Send all cables found, a row each."""
    rows = all_rows(found, *downloads.NEEDED)
    return downloads.as_csv(rows, request.build_absolute_uri, "cables")


def as_json(request, question, found, tallies):
    """Say what a page of results says, for a program."""
    try:
        start, rows = get_portion(request, found)
    except ValueError as error:
        return problem(400, str(error))
    here = request.build_absolute_uri
    following = ""
    if rows and start + PAGE_SIZE < found.total:
        cursor = write_cursor(found.filters.order, key_of(rows[-1], found, start + len(rows)))
        following = here(found.filters.address(cursor=cursor))
    said = {
        "question": question.text,
        "notes": [*question.notes, *found.filters.notes],
        "total": found.total,
        "page": start // PAGE_SIZE + 1,
        "next": following or None,
        "results": downloads.results(rows, find_hits(rows, question), here),
        "years": found.years,
        "facets": downloads.facets(found.facets),
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def opensearch(request):
    """Describe the search to browsers, which can then offer it beside their own."""
    here = request.build_absolute_uri
    context = {"here": here(reverse("search")).rstrip("/"), "self": here()}
    form = "application/opensearchdescription+xml"
    return render(request, "opensearch.xml", context, content_type=form)


def too_slow(request, question, tallies):
    """Say how to narrow a question that takes too long, as a page in every form.

    503: there was no answer, so that no program takes this page for one, and none keeps it.
    """
    context = {"question": question, "sought": question.text, "tallies": tallies}
    said = "This takes too long. Ask for rarer words, for fewer years, or in a minute."
    response = refuse(request, 503, said, "cables/search_slow.html", context)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


FORMS = {"html": as_page, "atom": as_feed, "csv": as_csv, "json": as_json}
