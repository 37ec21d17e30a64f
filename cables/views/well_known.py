"""What programs look for at fixed addresses: robots.txt, sitemaps, llms.txt, the API catalog.

Also security.txt: whom to tell of a hole. There is a sitemap for the cables sent in each month, so
that most files stay the same as cables are added. A month with more than 50,000 cables has several
parts. OAI-PMH 2.0 at /oai: programs harvest the records of all cables, and later what changed.
"""

import re
from datetime import UTC, datetime, time, timedelta
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ..api.oai_pmh.harvest_answers import Repository, answer
from ..api.signposting import TypedLinks
from ..articles.guidance import offered_pages
from ..glossary.entries import PAGES
from ..models import Article, Cable
from ..models.collection_origin_tag import address
from ..models.querysets import READER
from ..models.sql_expressions import database_time
from ..search.list_counts import ListCounts
from ..search.timeouts import TooSlow, statement_timeout
from .cited_source import name_authority
from .list_pages.data import list_addresses

CATALOG = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
EXPIRES = timedelta(days=180)  # RFC 9116 recommends less than a year.
MOST = 50_000  # Addresses in a file (sitemaps.org).
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Query strings are endless; the other addresses repeat what is on other pages.
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /search.
Disallow: /cite
Disallow: /*/cite/
Disallow: /*/similar/
Disallow: /*/beside/
Disallow: /*/elsewhere/
Disallow: /*.zip
Disallow: /*?

Sitemap: {}
"""


@require_safe
def llms(request):
    """What the archive is, how it is cited and where to read, for language models (llmstxt.org)."""
    here, counts = request.build_absolute_uri, ListCounts.current()
    context = {
        "here": here("/").rstrip("/"),
        "cables": sum(counts.by_year.values()),
        "pages": [(title, here(address)) for title, address in offered_pages(counts.pages)],
        "mcp": here(reverse("mcp")) if settings.MCP else "",
    }
    return render(request, "llms.txt", context, content_type="text/markdown; charset=utf-8")


@require_safe
def api_catalog(request):
    """The APIs of the archive and their descriptions (RFC 9727), as a linkset (RFC 9264)."""
    here = request.build_absolute_uri
    guide = [{"href": here(reverse("developers")), "type": "text/html"}]
    described = [{"href": here(reverse("openapi")), "type": OPENAPI}]
    harvested = here(reverse("oai"))
    identity = [{"href": f"{harvested}?verb=Identify", "type": "text/xml"}]
    linkset = [
        {"anchor": here("/"), "service-desc": described, "service-doc": guide},
        {"anchor": harvested, "service-desc": identity, "service-doc": guide},
    ]
    if settings.MCP:
        linkset.append({"anchor": here(reverse("mcp")), "service-doc": guide})
    items = [{"href": each["anchor"]} for each in linkset]
    own = {"anchor": here(reverse("api_catalog")), "item": items}
    response = JsonResponse({"linkset": [own, *linkset]}, content_type=CATALOG)
    response["Access-Control-Allow-Origin"] = "*"
    links = TypedLinks.of(request)
    return links.add("api-catalog", reverse("api_catalog")).put(response)


@require_safe
def security(request):
    """Whom to tell of a hole in the security of this site (RFC 9116), if a setting says so."""
    if not settings.SECURITY_CONTACT:
        raise Http404("This archive names no contact for matters of security.")
    day = datetime.combine(datetime.now(UTC), time.min, UTC) + EXPIRES
    lines = [
        *(f"Contact: {each}" for each in settings.SECURITY_CONTACT),
        f"Expires: {day:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
    ]
    if request.is_secure():  # A canonical address must begin with https:// (section 2.5.2).
        lines.append(f"Canonical: {request.build_absolute_uri(reverse('security_txt'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def robots(request):
    refused = settings.REFUSED_CRAWLERS
    groups = "".join(f"User-agent: {name}\nDisallow: /\n\n" for name in refused)
    of_others = ROBOTS.format(request.build_absolute_uri(reverse("sitemap")))
    text = groups if "*" in refused else groups + of_others
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request):
    """The index of all sitemaps, each with the time of its latest change."""
    counts = ListCounts.current()
    changed = latest_changes(counts)
    files = [
        (reverse("sitemap_lists", args=[part]), None)
        for part in range(1, count_files(len(addresses(counts))) + 1)
    ]
    files += [
        (reverse("sitemap_cables", args=[month, part]), changed.get(month))
        for month, cables in counts.created.items()
        for part in range(1, count_files(cables) + 1)
    ]
    return as_xml(request, "sitemapindex", "sitemap", files)


@require_safe
def sitemap_lists(request, part):
    """The sitemap of all pages but cables: lists, indexes, articles, guidance, the glossary."""
    pages = addresses(ListCounts.current())[(part - 1) * MOST : part * MOST] if part else ()
    if not pages:
        raise Http404("There is no such file.")
    return as_xml(request, "urlset", "url", pages)


@require_safe
def sitemap_cables(request, month, part):
    """The sitemap of the cables sent in a month, each with the time of its latest change."""
    if not 1 <= part <= count_files(ListCounts.current().created.get(month, 0)):
        raise Http404("There is no such file.")
    sent = Cable.objects.published().created_in(month.year, month.month).listed("created")
    rows = sent.values_list("reference", "changed_at")[(part - 1) * MOST : part * MOST]
    pages = ((address("cable", reference), changed) for reference, changed in rows)
    return as_xml(request, "urlset", "url", pages)


def count_files(count):
    return -(-count // MOST)


def addresses(counts):
    """Return (address, time of change or None) of all pages but cables."""
    indexes = (
        *("home", "released", "created", "origins", "origin_map", "places", "countries"),
        "tags",
        *("classifications", "articles", "glossary", "search", "quote", "check", "words", "notes"),
    )
    pages = [reverse(name) for name in indexes]
    pages += [reverse("persons")] if counts.persons else []
    pages += [reverse("data_sets")] if settings.DATA_SETS else []
    pages += [offered for _, offered in offered_pages(counts.pages)]
    pages += [reverse("glossary_page", args=[page]) for page in PAGES]
    pages += [listed for listed, _ in list_addresses(counts)]
    articles = [
        (article.get_absolute_url(), article.published) for article in Article.objects.published()
    ]
    return [*((page, None) for page in pages), *articles]


def latest_changes(counts):
    """Return {first day of a month: time of the latest change of its cables}.

    It is cached for each state of the archive, and {} if the query takes too long.
    """
    key = f"sitemap-{counts.state}"
    if (kept := cache.get(key)) is None:
        sent = Cable.objects.published().order_by().values(month=TruncMonth("created"))
        try:
            with statement_timeout():
                rows = list(sent.annotate(at=Max("changed_at")).values_list("month", "at"))
        except TooSlow:
            return {}
        kept = {month.date(): at for month, at in rows}
        cache.set(key, kept, timeout=None)
    return kept


def as_xml(request, root, element, pages):
    """Return an XML response of (address, time of change or None) pairs."""
    site = escape(f"{request.scheme}://{request.get_host()}")
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SPACE}">\n']
    for path, changed in pages:
        form = "%Y-%m-%dT%H:%M:%SZ" if isinstance(changed, datetime) else "%Y-%m-%d"
        time = f"<lastmod>{changed:{form}}</lastmod>" if changed else ""
        lines.append(f"<{element}><loc>{site}{escape(path)}</loc>{time}</{element}>\n")
    return HttpResponse(f"{''.join(lines)}</{root}>\n", content_type="application/xml")


FORM = "application/x-www-form-urlencoded"  # What the protocol allows; no file can be in it.
EMAIL = re.compile(r"(?:mailto:)?([^\s@?]+@(?:[^\s@?.]+\.)+[^\s@?.]+)(?:\?.*)?")
# An answer bears the time up to which it is complete: a replica may lag behind, and the last
# changes take a moment to commit. Who continues from that time misses none of them.
COMMITTING = timedelta(seconds=55)


@csrf_exempt  # The view only reads public data, and harvesters have no session.
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request):
    """Answer a request of OAI-PMH; it has its arguments in the address or in a form."""
    given = request.GET
    if request.method == "POST":
        given = request.POST if request.content_type == FORM else QueryDict()
    complete = database_time(READER) - timedelta(seconds=settings.REPLICA_LAG) - COMMITTING
    body = answer(repository_of(request), dict(given.lists()), complete)
    response = HttpResponse(body, content_type="text/xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, no_store=True)
    return response


def repository_of(request) -> Repository:
    """Return what the site is for harvesters."""
    host, _ = split_domain_port(request.get_host())
    return Repository(
        address=request.build_absolute_uri(reverse("oai")),
        namespace=settings.OAI_NAMESPACE or host,
        email=admin_email(host),
        authority=name_authority(),
        here=request.build_absolute_uri,
    )


def admin_email(host: str) -> str:
    """Return the address that harvesters may write to: where others may, or the webmaster's."""
    for given in (settings.OAI_EMAIL, settings.SUPPORT_URL, settings.REQUEST_ADDRESS):
        if match := EMAIL.fullmatch(given):
            return match[1]
    return f"webmaster@{host if '.' in host else f'{host}.invalid'}"
