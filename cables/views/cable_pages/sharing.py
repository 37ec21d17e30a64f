"""What other sites show of a cable or its paragraphs: a picture, an embedded quotation, oEmbed."""

import math
from urllib.parse import unquote, urlsplit

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from ...api.problems import problem
from ...citations.source import ARCHIVE, pinpoint
from ...telegram.shorten_text import shorten
from ...telegram.titles import day_of, reading_title, sender
from ..home import opening_words, running_words
from .cable import find_cable, of_one_passage, passage_of
from .metadata import page_of, part_address

ON_PICTURE, EMBEDDED = 700, 1_200  # Characters of the text that are shown.
PAGES = ("cable", "paragraph", "passage")  # Routes of the pages that can be embedded.
WIDEST, NARROWEST = 600, 240  # Pixels of an embedded quotation.
FRAME, LINE, LETTER = 132, 27, 8.4  # Its height without words, of a line; the width of a letter.


@of_one_passage
def card(request, cable, passage):
    """The picture of a cable or of paragraphs, for the links to it on other sites."""
    from ...graphics.quotation_card import draw_card

    words = shorten(words_of(passage), ON_PICTURE)
    picture = draw_card(words, reading_title(cable), source_of(cable, passage), ARCHIVE)
    return shared(HttpResponse(picture, content_type="image/png"))


@of_one_passage
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # Of views with a request alone.
def embed(request, cable, passage):
    """A small quotation with its source, which other sites may show in a frame."""
    context = {
        "cable": cable,
        "title": reading_title(cable),
        "words": shorten(words_of(passage), EMBEDDED).split("\n"),
        "source": source_of(cable, passage),
        "archive": ARCHIVE,
        "page": request.build_absolute_uri(page_of(cable, passage.ids)),
    }
    return shared(render(request, "cables/embed.html", context))


@require_safe
def oembed(request):
    """The oEmbed description (oembed.com) of the page whose address is in ?url=."""
    if request.GET.get("format", "json") != "json":
        return problem(501, "Only JSON is offered: leave out ?format=.")
    widest, tallest = (read_pixels(request.GET, name) for name in ("maxwidth", "maxheight"))
    if widest == 0 or tallest == 0:
        return problem(400, "?maxwidth= and ?maxheight= are numbers of pixels, 1 to 9999.")
    reference, ids = place_of(request, request.GET.get("url", ""))
    cable = find_cable(reference) if reference else None
    if cable and cable.withheld_reason:
        return problem(410, f"{cable.reference} is withheld: {cable.withheld_reason}")
    blocks = cable.blocks() if cable else None
    if blocks is None or not set(ids) <= set(blocks.ids):
        raise Http404("No document and no paragraph of this room is at the address in ?url=.")
    ids = tuple(sorted(dict.fromkeys(ids), key=blocks.ids.index))
    return JsonResponse(
        description(request, cable, passage_of(blocks, ids), widest, tallest),
        json_dumps_params={"ensure_ascii": False},
    )


def description(request, cable, passage, widest, tallest):
    """Return the members of an oEmbed answer of the type "rich"."""
    here = request.build_absolute_uri
    width = max(min(widest or WIDEST, WIDEST), 1)
    words = shorten(words_of(passage), EMBEDDED)
    lines = math.ceil(len(words) * LETTER / max(width, NARROWEST))
    height = min(FRAME + LINE * lines, tallest or 9_999)
    name = f"{reading_title(cable)}, {source_of(cable, passage)}"
    frame = {
        "address": here(part_address(cable, "embed", passage.ids)),
        **{"width": width, "height": height, "name": name},
    }
    found = {
        "version": "1.0",
        "type": "rich",
        "title": name,
        "author_name": sender(cable) or cable.origin.name,
        "author_url": here(cable.origin.get_absolute_url()),
        "provider_name": ARCHIVE,
        "provider_url": here("/"),
        "cache_age": 24 * 60 * 60,
        "html": render_to_string("cables/cable/_embed_frame.html", frame).strip(),
        "width": width,
        "height": height,
    }
    from ...graphics.quotation_card import HEIGHT, WIDTH

    if (widest or WIDTH) >= WIDTH and (tallest or HEIGHT) >= HEIGHT:
        picture = here(part_address(cable, "card", passage.ids))
        found |= {"thumbnail_url": picture, "thumbnail_width": WIDTH, "thumbnail_height": HEIGHT}
    return found


def read_pixels(data, name):
    """Return the number of a parameter; None if it is not given, 0 if it is no number."""
    text = data.get(name)
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def place_of(request, address):
    """Return (reference, ids of paragraphs) of a page of this room, ("", ()) of anything else.

    "#par3" behind the address of a cable names the paragraph, too.
    """
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or parts.netloc != request.get_host():
            return "", ()
        match = resolve(unquote(parts.path).rstrip("/") + "/")
    except (ValueError, Resolver404):
        return "", ()
    if match.url_name not in PAGES:
        return "", ()
    place = dict(match.kwargs)
    reference = place.pop("reference")
    ids = tuple(place.values()) or tuple(filter(None, [parts.fragment]))
    return reference, ids


def words_of(passage):
    """Return what is quoted: the paragraphs, or of a whole cable its summary or first paragraph."""
    if passage.ids:
        return running_words(passage.shown)
    return opening_words(passage.blocks)


def source_of(cable, passage):
    """Return "06LISBON900412, para. 4, Embassy Lisbon, 1 June 2006"."""
    place = pinpoint(passage.ids).words if passage.ids else ""
    parts = (cable.reference, place, sender(cable), day_of(cable))
    return ", ".join(filter(None, parts))


def shared(response):
    """Let pages of other sites show a response."""
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
