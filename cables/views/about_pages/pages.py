"""Articles about cables, guidance pages, counts of holdings, and the public log of changes."""

import re
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...api.feeds import LENGTH, feed_of_articles, feed_of_changes
from ...api.serializers import csv_response
from ...articles.guidance import TOP_LEVEL, guidance, offered_pages, page_address
from ...articles.markdown import SHOWN, read_prose
from ...citations.citation_formats import as_markdown
from ...citations.source import pinpoint
from ...graphics.bars import chart
from ...models import Article, Cable, Page, Picture, PublicChange
from ...models.querysets import READER
from ...search.examples import find_examples
from ...search.filters import CableFilter, ListQuery
from ...search.holdings import COUNTS, KINDS, cited_elsewhere, holdings, total
from ...search.list_counts import ListCounts, place
from ...search.timeouts import set_for_now
from ..cited_source import citation_source
from ..list_pages.list_indexes import MOST, letter_groups
from .request_pages import how_to_request

PAGE_SIZE = 50
# In guidance texts: an invented cable, what its reference says, its citation and its paragraphs.
INVENTED = "06BERLIN901234"
EXAMPLE = "https://archive.example"
NUMBERED = f"`{INVENTED}` is number 901234 that Berlin sent in 2006"
HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>')
CITED = re.compile(r"> Embassy Berlin, .*\n> .*")
PARAGRAPHS = re.compile(rf"(?<={INVENTED}/)(v1/)?(#?)par3(--par5)?")
PINPOINT, PINPOINTS, WORDS = f"{INVENTED}, para. 3,", "paras. 3–5", "exact=the+words"


@require_safe
def articles(request):
    try:
        page = Paginator(Article.objects.published(), PAGE_SIZE).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404("The list of articles has no such page.") from None
    offered = offered_pages(ListCounts.current().pages)
    context = {"page": page, "current": "articles", "guidance": offered}
    return render(request, "cables/articles.html", context)


@require_safe
def articles_feed(request):
    page = reverse("articles")
    return feed_of_articles(request, Article.objects.published()[:LENGTH], page)


@require_safe
def article(request, slug):
    """One article, with the cables that it mentions."""
    article = Article.objects.published().filter(slug=slug).first()
    if article is None:
        raise Http404("There is no such article.")
    linked = article.links.values_list("cable__reference", "paragraph")
    context = {
        "article": article,
        "prose": read_prose(article.body, linked, SHOWN),
        "crumbs": [("Articles", reverse("articles")), (article.title, "")],
        "current": "articles",
    }
    return render(request, "cables/article.html", context)


@require_safe
def picture(request, digest):
    """A picture of an article or guidance page that readers see."""
    row = Picture.objects.using(READER).filter(digest=digest).first()
    if row is None or not row.is_shown():
        raise Http404("There is no such picture.")
    return HttpResponse(bytes(row.data), content_type="image/webp")


@require_safe
def page(request, slug="about"):
    """A guidance page: the institution's own text if there is one, else the built-in text."""
    if slug in TOP_LEVEL and request.path != page_address(slug):
        return redirect(page_address(slug), permanent=True)
    own = Page.objects.using(READER).filter(slug=slug).first()
    text = own or guidance().get(slug)
    if text is None:
        raise Http404("There is no such page.")
    offered = offered_pages(ListCounts.current().pages)
    first, body = offered[0], text.body if own else with_example(request, text.body)
    context = {
        "text": text,
        "prose": (prose := read_prose(body, (), SHOWN)),
        "headings": HEADING.findall(prose.html),
        "offered": offered,
        "crumbs": [] if slug in TOP_LEVEL else [first, (text.title, "")],
    }
    if slug == "requests":
        context["requests"] = how_to_request(request)
    return render(request, "cables/page.html", context)


def with_example(request, body):
    """Return a guidance text with this room's address, and a document of it as its example."""
    body, counts = body.replace(EXAMPLE, request.build_absolute_uri("/")[:-1]), ListCounts.current()
    if INVENTED not in body or not counts.total:
        return body
    like = find_examples(counts)
    cable = Cable.objects.published().filter(reference=like.reference).first()
    if cable is None:
        return body
    body = CITED.sub(lambda _: f"> {as_markdown(citation_source(request, cable))}", body)
    body = with_paragraphs(body, cable, like.paragraphs)
    number = f"`{like.reference}` is number {like.number} that {like.city} sent in {like.year}"
    parts = (part.replace(INVENTED, like.reference) for part in body.split(NUMBERED))
    return (number if like.number else NUMBERED).join(parts)


def with_paragraphs(body, cable, ids):
    """Return a guidance text with paragraphs of a cable, one id or two, as its examples."""
    span = "--".join(ids)
    body = PARAGRAPHS.sub(lambda at: f"{at[1] or ''}{at[2]}{span if at[3] else ids[0]}", body)
    body = body.replace(PINPOINT, f"{INVENTED}, {pinpoint(ids[:1]).words},")
    words = " ".join(dict(cable.block_texts()).get(ids[0], "").split()[-2:])
    return body.replace(PINPOINTS, pinpoint(ids).words).replace(WORDS, urlencode({"exact": words}))


PER_PAGE = 100
NUMBER = re.compile(r"[0-9]{1,18}")


@require_safe
def changes(request):
    """All public changes, latest first; 404 if there are none.

    Pages continue with ?before=, the number of a change: counting the log would be slow.
    """
    before, rows = request.GET.get("before", ""), public_changes()
    if before:
        if not NUMBER.fullmatch(before):
            raise Http404("The list of changes has no such page.")
        rows = rows.filter(pk__lt=int(before))
    shown = latest_rows(rows, PER_PAGE + 1)
    earlier = shown[PER_PAGE - 1].pk if len(shown) > PER_PAGE else None
    context = {"changes": shown[:PER_PAGE], "before": before, "earlier": earlier}
    return render(request, "cables/changes.html", context)


@require_safe
def changes_atom(request):
    rows = latest_rows(public_changes(), LENGTH)
    return feed_of_changes(request, rows, reverse("changes_feed"), reverse("changes"))


def public_changes():
    """Return the public changes. Raises Http404 if there are none."""
    rows = PublicChange.readable()
    if not rows.exists():
        raise Http404("No changes are published here.")
    return rows


def latest_rows(rows, count):
    """Return the first rows, in the order of the database view.

    Sorting is switched off: PostgreSQL would read and sort the whole log for one page of this
    security-barrier view (125,643 changes: 2.3 s instead of 1 ms).
    """
    with transaction.atomic(using=READER):
        set_for_now(enable_sort="off", max_parallel_workers_per_gather=0)
        return list(rows[:count])


LIST_ROUTES = {"year": "created_year", "origin": "origin", "tag": "tag", "volume": "volume"}
OTHER = {"origin": "Other stations"}
LETTERED = ("origin", "tag")  # Tables of these have letters.
OVERLAPPING = ("tag", "volume")  # A cable can be in several rows.
TITLES = {kind: f"By {kind}" for kind in KINDS}


@require_safe
def notes(request):
    """The reader's own notes: a script reads them from the browser."""
    return render(request, "cables/notes.html", {"counts": ListCounts.current()})


@require_safe
def holdings_page(request, kind="year"):
    """The counts of one kind, with links to the others."""
    if request.path != holdings_address(find_kind(kind)):
        return redirect(holdings_address(kind), permanent=True)
    counts = ListCounts.current()
    rows = holdings(kind, counts)
    whole = total(holdings("year", counts) if kind in OVERLAPPING else rows)
    whole.left_out = sum(counts.left_out.values()) * (kind == "volume")
    names = [name for name in COUNTS if any(getattr(row, name) for row in rows)] or ["held"]
    most = max((row.held for row in rows), default=0) if kind in OVERLAPPING else 0
    shown = [
        (row, row.label or OTHER[kind], list_address(kind, row), row.cells(names), row.share(most))
        for row in rows
    ]
    groups = [("", shown)]
    if kind in LETTERED and len(shown) > 2 * MOST:
        groups = letter_groups(shown, lambda row: place(row[1]))
    context = {
        "counts": counts,
        "kind": kind,
        "groups": groups if rows else [],
        "letters": groups if groups[0][0] else [],
        "total": whole,
        "columns": whole.cells(names),
        "is_overlapping": bool(most),
        "chart": chart(counts.by_year) if kind == "year" else None,
        "left_out": sum(counts.left_out.values()),
        "tabs": [(TITLES[each], holdings_address(each), each == kind) for each in KINDS],
        "file": reverse("holdings_csv", args=[kind]),
        "changes": PublicChange.readable().exists(),
        "has_data_sets": bool(settings.DATA_SETS),
    }
    return render(request, "cables/holdings.html", context)


@require_safe
def holdings_csv(request, kind):
    rows = holdings(find_kind(kind), ListCounts.current())
    lines = [(row.label or OTHER[kind], *(getattr(row, name) for name in COUNTS)) for row in rows]
    return csv_response([kind, *COUNTS], lines, f"holdings-by-{kind}")


@require_safe
def missing_page(request, form="html"):
    """The cited cables that are not here, of the cables that the query string narrows to."""
    cables, counts = Cable.objects.published(), ListCounts.current()
    filters = CableFilter(ListQuery.from_request(request), cables, counts)
    rows = cited_elsewhere(filters.qs if filters.narrowed else None)
    if form == "csv":
        lines = rows.values_list("reference", "cables")
        return csv_response(["reference", "cited_by"], lines, "missing-cables")
    try:
        page = Paginator(rows, PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404("There are not so many missing cables.") from None
    context = {"page": page, "asked": filters, "chips": filters.chips, "counts": counts}
    return render(request, "cables/missing.html", context)


def find_kind(kind):
    if kind not in KINDS:
        raise Http404("There are counts by year, origin, tag and volume only.")
    return kind


def holdings_address(kind):
    return reverse("holdings") if kind == "year" else reverse("holdings_by", args=[kind])


def list_address(kind, row):
    """Return the address of the list of a row's cables, "" if none is held."""
    return reverse(LIST_ROUTES[kind], args=[row.address or row.label]) if row.held else ""
