"""What search engines are told: which pages there are, since when they are so, and which to leave.

A file is of the cables that were sent in a month, so that it stays as it is while others come. It
is read along one index, from its beginning; parts of a month come with its 50,001st cable.
"""

from datetime import datetime
from xml.sax.saxutils import escape

from django.core.cache import cache
from django.db.models import Max
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..glossary import PAGES, slug
from ..limits import TooSlow, in_time
from ..models import Article, Cable
from ..tallies import Tallies
from .pages import offered_pages

MOST = 50_000  # Addresses of a file, by sitemaps.org.
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Every query string is one of endlessly many; the rest says nothing that another page does not.
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /search.
Disallow: /cite
Disallow: /*/cite/
Disallow: /*?

Sitemap: {}
"""


@require_safe
def robots(request):
    """Which addresses programs that follow every link should leave."""
    text = ROBOTS.format(request.build_absolute_uri(reverse("sitemap")))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def index(request):
    """The files that name all pages, each with the time of its latest change."""
    tallies = Tallies()
    changed = latest_changes(tallies)
    files = [
        (reverse("sitemap_lists", args=[part]), None)
        for part in range(1, parts(len(addresses(tallies))) + 1)
    ]
    files += [
        (reverse("sitemap_cables", args=[month, part]), changed.get(month))
        for month, cables in tallies.created.items()
        for part in range(1, parts(cables) + 1)
    ]
    return as_xml(request, "sitemapindex", "sitemap", files)


@require_safe
def lists(request, part):
    """The pages that are of no one cable: lists, indexes, articles, guidance, the glossary."""
    found = addresses(Tallies())[(part - 1) * MOST : part * MOST] if part else ()
    if not found:
        raise Http404("There is no such file.")
    return as_xml(request, "urlset", "url", found)


@require_safe
def cables(request, month, part):
    """The cables that were sent in a month, as sent, each with the time of its latest change."""
    if not 1 <= part <= parts(Tallies().created.get(month, 0)):
        raise Http404("There is no such file.")
    sent = Cable.objects.published().created_in(month.year, month.month).listed("created")
    rows = sent.values_list("reference", "changed_at")[(part - 1) * MOST : part * MOST]
    found = ((reverse("cable", args=[reference]), changed) for reference, changed in rows)
    return as_xml(request, "urlset", "url", found)


def parts(count):
    """Return how many files so many addresses take."""
    return -(-count // MOST)


def addresses(tallies):
    """Return (address, None or when it changed) of the pages that are of no one cable."""
    indexes = ("home", "released", "created", "origins", "origin_map", "countries", "tags")
    indexes += ("classifications", "articles", "glossary", "search", "quote")
    found = [reverse(name) for name in indexes]
    found += [address for _, address in offered_pages()]
    found += [reverse("glossary_page", args=[page]) for page in PAGES]
    for route, places in (
        ("released_day", tallies.released),
        ("created_month", tallies.created),
        ("origin", tallies.origins),
        ("country", tallies.countries),
        ("tag", tallies.tags),
        ("classification", tallies.classifications),
        ("caption", map(slug, tallies.captions)),
        ("mark", map(slug, tallies.marks)),
    ):
        found += [reverse(route, args=[place]) for place in places]
    articles = [
        (article.get_absolute_url(), article.published) for article in Article.objects.published()
    ]
    return [*((address, None) for address in found), *articles]


def latest_changes(tallies):
    """Return {first day of a month: when a cable that was sent in it changed last}.

    It is counted once for each state of the archive. Nothing if that takes too long: then the
    files have times, and their index has none.
    """
    key = f"sitemap-{tallies.state}"
    if (kept := cache.get(key)) is None:
        sent = Cable.objects.published().order_by().values(month=TruncMonth("created"))
        try:
            with in_time():
                rows = list(sent.annotate(at=Max("changed_at")).values_list("month", "at"))
        except TooSlow:
            return {}
        kept = {month.date(): at for month, at in rows}
        cache.set(key, kept, timeout=None)
    return kept


def as_xml(request, root, element, found):
    """Return a file of (address, None or when it changed)."""
    here = request.build_absolute_uri
    lines = [
        f"<{element}><loc>{escape(here(address))}</loc>"
        + (f"<lastmod>{written(changed)}</lastmod>" if changed else "")
        + f"</{element}>\n"
        for address, changed in found
    ]
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SPACE}">\n'
    return HttpResponse(f"{text}{''.join(lines)}</{root}>\n", content_type="application/xml")


def written(moment):
    if isinstance(moment, datetime):
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return moment.isoformat()
