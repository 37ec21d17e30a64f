"""Articles about cables, and guidance pages."""

import re

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...api.feeds import LENGTH, feed_of_articles
from ...articles.guidance import TOP_LEVEL, guidance, offered_pages, page_address
from ...articles.markdown import read_prose
from ...citations.citation_formats import as_markdown
from ...models import Article, Cable, Page
from ...models.querysets import READER
from ...search.examples import find_examples
from ...search.list_counts import ListCounts
from ..cable_pages.metadata import citation_source
from .request_pages import how_to_request

PAGE_SIZE = 50
# In guidance texts: an invented cable, what its reference says, and its citation.
INVENTED = "06BERLIN901234"
NUMBERED = f"`{INVENTED}` is number 901234 that Berlin sent in 2006"
CITED = re.compile(r"> Embassy Berlin, .*\n> .*")


@require_safe
def articles(request):
    """All published articles, latest first."""
    try:
        page = Paginator(Article.objects.published(), PAGE_SIZE).page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404("The list of articles has no such page.") from None
    offered = offered_pages(ListCounts.current().pages)
    context = {"page": page, "current": "articles", "guidance": offered}
    return render(request, "cables/articles.html", context)


@require_safe
def articles_feed(request):
    """The latest articles as a feed."""
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
        "prose": read_prose(article.body, linked),
        "crumbs": [("Articles", reverse("articles")), (article.title, "")],
        "current": "articles",
    }
    return render(request, "cables/article.html", context)


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
    first = offered[0]
    context = {
        "text": text,
        "prose": read_prose(text.body if own else with_example(request, text.body)),
        "offered": offered,
        "crumbs": [] if slug in TOP_LEVEL else [first, (text.title, "")],
    }
    if slug == "requests":
        context["requests"] = how_to_request(request)
    return render(request, "cables/page.html", context)


def with_example(request, body):
    """Return a guidance text with a document of this archive, if it has any, as its example."""
    counts = ListCounts.current()
    if INVENTED not in body or not counts.total:
        return body
    like = find_examples(counts)
    cable = Cable.objects.published().filter(reference=like.reference).first()
    if cable is None:
        return body
    body = CITED.sub(lambda _: f"> {as_markdown(citation_source(request, cable))}", body)
    number = f"`{like.reference}` is number {like.number} that {like.city} sent in {like.year}"
    parts = (part.replace(INVENTED, like.reference) for part in body.split(NUMBERED))
    return (number if like.number else NUMBERED).join(parts)
