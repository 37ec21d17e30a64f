"""Render the files of a part of a mirror with the views and templates of the site."""

from collections.abc import Iterator
from inspect import unwrap

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils.html import format_html

from ..http_cache.edition import answering_from, latest_edition
from ..models import Cable
from ..search.list_counts import ListCounts
from ..search.query_parts import STOP_WORDS, terms_with_common_words
from ..transparency.append import readable_log
from ..transparency.verify import WIDTH, tile_path
from ..views.proof_pages import BYTES
from .file_paths import LinkRewriter, Site, file_of, targets_in
from .files import Made, write
from .pagefind_index import WORDS_KEY, PagefindError, make_index, period_of_index, word_files
from .plan import TILES, static_files
from .server_rules import NOT_FOUND, OWN, SEARCH

MOVED = (301, 302)
SHOWN = (200, 410)  # A static server answers 200 for both; the page says that a cable is gone.
STUB = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{0}</title>'
    '<meta http-equiv="refresh" content="0; url={1}"></head>'
    '<body><p>This is now at <a href="{1}">{0}</a>.</p></body></html>\n'
)
ELSEWHERE = (
    "This mirror has the cables, their earlier versions, the lists and the texts of the archive. "
    "A paragraph stands on the page of its cable, behind the sign # in the address."
)


class PageError(Exception):
    """A page could not be rendered."""


class MirrorRequest(WSGIRequest):
    """A request for a page of a mirror; templates see the mirror as `request.mirror`."""

    def __init__(self, environ: dict, site: Site):
        super().__init__(environ)
        self.mirror = site

    def get_host(self) -> str:
        """Return the host of the live site, which links of pages name."""
        return self.mirror.host


class Maker:
    """Renders parts of a mirror in one process. `held` are its parts: {key: versions}."""

    def __init__(self, site: Site, drafts, held: dict[str, int]):
        self.site, self.drafts = site, drafts
        self.links = LinkRewriter(site, held)
        self.static = dict(static_files())
        self.requests = RequestFactory()

    def make(self, parts: list[tuple]) -> list[Made]:
        """Write the files of parts: (key, primary key of the cable or None, versions)."""
        with answering_from(latest_edition()):  # Looked up once for all of them.
            keys = [cable for _, cable, _ in parts if cable]
            rows = Cable.objects.readable().with_origin()
            cables = rows.defer("keywords").in_bulk(keys) if keys else {}
            return [self.part(key, pk, cables) for key, pk, _ in parts]

    def part(self, key: str, pk: int | None, cables: dict[int, Cable]) -> Made:
        """Write the files of one part."""
        made = Made(key)
        try:
            for address, content, shown in self.contents(key, pk, cables):
                if path := file_of(address):
                    made.files.append(write(self.site.folder, self.drafts, path, content))
                    made.links.update(shown)
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise PageError(f"{key} cannot be made: {error!r}") from error
        except PagefindError as error:
            raise PageError(str(error)) from error
        return made

    def contents(self, key: str, pk: int | None, cables: dict[int, Cable]) -> Iterator[tuple]:
        """Yield (address, bytes, cables and tags that it links to) of each file of a part."""
        if key in self.static:
            yield key, self.static[key].read_bytes(), ()
        elif key in OWN:
            yield key, OWN[key](self.site).encode(), ()
        elif pk is None:
            yield from self.contents_of_page(key)
        elif cable := cables.get(pk):  # Else it was erased a moment ago.
            for address in addresses_of(cable, self.site):
                yield from self.page(address, None if cable.withheld_reason else cable)

    def contents_of_page(self, key: str) -> Iterator[tuple]:
        """Yield the same of a page, of an index, or of the words in all indexes."""
        if period := period_of_index(key):
            yield from make_index(period, self.drafts)
        elif key == WORDS_KEY:
            yield from ((address, content, ()) for address, content in word_files(self.periods()))
        elif key == TILES:
            for address in tile_addresses():
                yield from self.page(address)
        else:
            yield from self.page(key, context=self.search_context() if key == SEARCH else None)

    def periods(self) -> list[str]:
        """Return the periods that have an index, newest first."""
        return sorted(filter(None, map(period_of_index, self.links.held)), reverse=True)

    def search_context(self) -> dict:
        periods = self.periods()
        years = list(dict.fromkeys(period[:4] for period in periods))
        terms = sorted(map(" ".join, terms_with_common_words()), key=len, reverse=True)
        words = {"common": sorted(STOP_WORDS), "terms": terms}
        return {"counts": ListCounts.current(), "periods": periods, "years": years, **words}

    def page(
        self, address: str, cable: Cable | None = None, context: dict | None = None
    ) -> Iterator[tuple]:
        """Yield the page at an address with links of the mirror; nothing if it is a 404."""
        environ = self.requests.get(address, secure=self.site.secure).environ
        request = MirrorRequest(environ, self.site)
        try:
            response = respond(request, address, cable, context)
        except Http404:
            return
        if response.status_code in MOVED:
            yield from self.stub(address, response["Location"])
        elif response.status_code not in SHOWN and address != NOT_FOUND:
            raise ValueError(f"the room answers {response.status_code}")
        elif response["Content-Type"].startswith("text/html"):
            page = response.getvalue().decode()
            # The 404 page is shown at any address: its links are absolute.
            up = "/" if address == NOT_FOUND else None
            own = {cable.reference} if cable else set()
            yield address, self.links.rewrite(page, address, up).encode(), targets_in(page) - own
        else:
            text = response.getvalue()
            leads_on = not cable and response["Content-Type"] != BYTES
            yield address, text, targets_in(text.decode()) if leads_on else ()

    def stub(self, address: str, target: str) -> Iterator[tuple]:
        """Yield a page that redirects by itself, so that no server needs a rule."""
        path = address.partition("?")[0]
        lead = self.links.lead(target, path, "../" * file_of(address).count("/"))
        yield address, format_html(STUB, target, lead).encode(), targets_in(target)


def respond(request, address: str, cable: Cable | None, context: dict | None = None):
    """Return the response of the site's view; `cable` is passed to it, if read already.

    The search page of a mirror is rendered with `context`.
    """
    if address == SEARCH:
        return render(request, "cables/mirror_search.html", context)
    if address == NOT_FOUND:
        told = ListCounts.current().as_held(ELSEWHERE)
        return render(request, "404.html", {"exception": told}, status=404)
    request.resolver_match = match = resolve(request.path_info)
    if cable is None:
        return match.func(request, *match.args, **match.kwargs)
    place = {name: value for name, value in match.kwargs.items() if name != "reference"}
    return unwrap(match.func)(request, cable, **place)  # Without the wrapper that reads the cable.


def tile_addresses() -> Iterator[str]:
    """Yield the addresses of all tiles of the public log as it is now."""
    log = readable_log()
    if log is None:
        return
    levels: list[tuple[int | str, int]] = [("entries", log.size)]
    levels += [(level, log.size >> 8 * level) for level in range(6)]
    for level, hashes in levels:
        for start in range(0, hashes, WIDTH):
            width = min(hashes - start, WIDTH)
            yield f"{reverse('log')}{tile_path(level, start // WIDTH, width)}"


def addresses_of(cable: Cable, site: Site) -> Iterator[str]:
    """Yield the addresses of a cable's pages and texts in a mirror."""
    yield cable.get_absolute_url()
    if cable.withheld_reason:
        return
    yield reverse("cable_text", args=[cable.reference])
    if cable.version > 1:
        yield reverse("history", args=[cable.reference])
        for number in range(1, cable.version + 1):
            yield reverse("version", args=[cable.reference, number])
            yield reverse("version_text", args=[cable.reference, number])
    if site.proofs:
        for number in range(1, cable.version + 1):
            yield reverse("version_proof", args=[cable.reference, number])
