"""Articles about cables, and guidance pages."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..api.feeds import LENGTH, feed_of_articles
from ..articles.guidance import TOP_LEVEL, guidance, offered_pages, page_address
from ..articles.render import read_prose
from ..models import Article, Page
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from .request_pages import how_to_request

PAGE_SIZE = 50


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
        "prose": read_prose(text.body),
        "offered": offered,
        "crumbs": [] if slug in TOP_LEVEL else [first, (text.title, "")],
    }
    if slug == "requests":
        context["requests"] = how_to_request(request)
    return render(request, "cables/page.html", context)
