"""Versions of cables and paragraphs by date, for programs: Memento (RFC 7089).

The address of a cable or paragraph is its own TimeGate (pattern 1.1 of the RFC): a request with
Accept-Datetime is redirected to the version that was current then.
"""

from datetime import datetime
from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date

from ...api.signposting import TypedLinks
from ...models.collection_origin_tag import address

LINK_FORMAT = "application/link-format"
NO_DATE = "Accept-Datetime takes a date as HTTP writes it: Thu, 31 May 2007 20:35:00 GMT\n"


def remembered(view):
    """Decorate the view of a cable or paragraph to answer Accept-Datetime too.

    Every response links to the versions; a page also has a cite-as link to the current one.
    """

    @wraps(view)
    def answer(request, cable, paragraph=""):
        place = {"paragraph": paragraph} if paragraph else {}
        response = None
        if "Accept-Datetime" in request.headers:
            response = at_its_time(request, cable, paragraph)
        if response is None:
            response = view(request, cable, **place)
            links = original(request, cable, paragraph)
            if response.status_code == 200:
                links.add("cite-as", pinned(cable, cable.version, paragraph))
            links.put(response)
        patch_vary_headers(response, ["Accept-Datetime"])
        return response

    return answer


def at_its_time(request, cable, paragraph):
    """Redirect to the version that was current at Accept-Datetime.

    Returns None if no version has the paragraph.
    """
    try:
        moment = read_date(request.headers["Accept-Datetime"])
    except ValueError:
        refused = HttpResponseBadRequest(NO_DATE, content_type="text/plain; charset=utf-8")
        return original(request, cable, paragraph).put(refused)
    known = versions_of(cable, paragraph)
    if not known:
        return None
    numbers = [number for number, since in known if int(since.timestamp()) <= moment]
    number = numbers[-1] if numbers else known[0][0]
    links = original(request, cable, paragraph)
    add_versions(links, cable, paragraph, known, number)
    return links.put(HttpResponseRedirect(pinned(cable, number, paragraph)))


def remember(request, response, cable, number, paragraph=""):
    """Add the Memento headers of a version: its date and links to the other versions."""
    known = versions_of(cable, paragraph)
    response["Memento-Datetime"] = http_time(dict(known)[number])
    links = original(request, cable, paragraph)
    add_versions(links, cable, paragraph, known, number)
    return links.add("cite-as", pinned(cable, number, paragraph)).put(response)


def list_versions(request, cable, paragraph=""):
    """Return the TimeMap: all versions, or those with a paragraph, oldest first. Or Http404."""
    known = versions_of(cable, paragraph)
    if not known:
        raise Http404(f"{cable.reference} never had that paragraph.")
    links = TypedLinks.of(request).add("original timegate", current_address(cable, paragraph))
    spans = {"from": http_time(known[0][1]), "until": http_time(known[-1][1])}
    links.add("self", timemap_of(cable, paragraph), type=LINK_FORMAT, **spans)
    add_versions(links, cable, paragraph, known)
    return HttpResponse(links.file(), content_type=LINK_FORMAT)


def read_date(text: str) -> int:
    """Return the seconds since 1970 of an RFC 1123 date. Raises ValueError for any other."""
    moment = parse_http_date(text)
    if http_date(moment) != text:  # HTTP allows two older formats, Memento does not.
        raise ValueError(text)
    return moment


def versions_of(cable, paragraph="") -> list[tuple[int, datetime]]:
    """Return (number, since) of each version that has a paragraph, or of all, oldest first."""
    earlier = cable.versions.order_by("number").values_list("number", "since")
    if paragraph:
        earlier = earlier.filter(paragraph_ids__contains=[paragraph])
    known = list(earlier) if cable.version > 1 else []
    if not paragraph or paragraph in cable.paragraph_ids:
        known.append((cable.version, cable.changed_at))
    return known


def pinned(cable, number, paragraph=""):
    if paragraph:
        place = {"number": number, "paragraph": paragraph}
        return address("version_paragraph", cable.reference, **place)
    return address("version", cable.reference, number=number)


def original(request, cable, paragraph=""):
    """Return the links of every response: to the original and to its TimeMap."""
    links = TypedLinks.of(request).add("original timegate", current_address(cable, paragraph))
    return links.add("timemap", timemap_of(cable, paragraph), type=LINK_FORMAT)


def current_address(cable, paragraph=""):
    if paragraph:
        return address("paragraph", cable.reference, paragraph=paragraph)
    return cable.get_absolute_url()


def timemap_of(cable, paragraph=""):
    if paragraph:
        return address("paragraph_timemap", cable.reference, paragraph=paragraph)
    return address("timemap", cable.reference)


def add_versions(links, cable, paragraph, known, number=None):
    """Add links to all versions; with a `number`, only to that, its neighbours, first and last."""
    positions = [("first", 0), ("last", len(known) - 1)]
    if number:
        at = [each for each, _ in known].index(number)
        positions += [("prev", at - 1), ("next", at + 1)]
    for index, (each, since) in enumerate(known):
        roles = [role for role, position in positions if position == index]
        if roles or number in (None, each):
            rel = " ".join([*roles, "memento"])
            links.add(rel, pinned(cable, each, paragraph), datetime=http_time(since))


def http_time(moment):
    return http_date(int(moment.timestamp()))
