"""Views of a cable and of its paragraphs as they are now, as pages and as plain text."""

from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from ..api.problems import refuse
from ..models import Cable
from ..search.query import parse_question
from ..search.snippets import find_words, find_words_of_notes
from ..templatetags.paragraph_names import full_name
from .cable_context import CablePage, paragraph_page, whole_cable_page
from .list_steps import find_steps
from .mementos import remembered
from .metadata import signposted
from .not_held import not_held


def of_one_cable(view):
    """Decorate a view, which has the name of its route, to get the cable that an address names.

    Another spelling, a former reference or a missing slash is redirected permanently to the one
    address of the cable. A withheld cable answers 410 with its reference and the reason alone.
    """

    @require_safe
    @wraps(view)
    def answer(request, reference, **place):
        cable = find_cable(reference)
        if cable is None:
            return not_held(request, reference)
        address = reverse(view.__name__, kwargs={"reference": cable.reference, **place})
        if request.path != address:
            return HttpResponsePermanentRedirect(with_query(request, address))
        if cable.withheld_reason:
            return withheld(request, cable)
        return view(request, cable, **place)

    return answer


def with_query(request, address):
    """Return an address with the query string of a request."""
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def withheld(request, cable):
    """Answer 410 for a withheld cable, with its reference and the reason alone."""
    context = {"reference": cable.reference, "reason": cable.withheld_reason}
    message = f"{cable.reference} is withheld: {cable.withheld_reason}"
    return refuse(request, 410, message, "cables/withheld.html", context)


def find_cable(reference):
    """Return the cable with this current or former reference, or None."""
    cables = Cable.objects.readable().defer("keywords", "other_texts")
    known = cables.select_related("origin").known_as(reference)
    # The readers' role may not see the origin of a withheld cable: no join then.
    return known or cables.exclude(withheld_reason="").known_as(reference)


@of_one_cable
@remembered
def cable(request, cable):
    """A cable as readers see it now; ?q= marks the words of a search in it.

    ?in= and ?at= say in which list, and where in it, the reader found it (list_steps.py).
    """
    query = parse_question(request.GET.get("q", ""))
    steps = find_steps(request, cable)
    state: dict[str, Any] = {"steps": steps}
    if query.in_texts or query.in_notes:
        state |= {
            "sought": query.text,
            "marking": find_words([cable], query),
            "marking_notes": find_words_of_notes([cable], query),
        }
    response = render_text(request, cable, cable.get_absolute_url(), **state)
    if steps and not steps.is_complete:  # Soon its place may be another.
        response["Cache-Control"] = "private, no-store"
    return response


@of_one_cable
def cable_text(request, cable):
    """The text file of a cable, the one that its digest is computed from."""
    return plain(request, cable.text, cable.get_absolute_url())


@of_one_cable
@remembered
def paragraph(request, cable, paragraph):
    """One paragraph between its neighbours; an old fragment redirects to its paragraph."""
    blocks = cable.blocks()
    if paragraph not in blocks.ids:
        return paragraph_not_found(request, cable, blocks, paragraph)
    page = paragraph_page(request, cable, blocks, paragraph)
    response = render(request, "cables/paragraph.html", page.as_context())
    return signposted(response, request, cable, [paragraph])


@of_one_cable
def paragraph_text(request, cable, paragraph):
    """The lines of one paragraph as sent, and nothing else."""
    blocks = cable.blocks()
    if paragraph not in blocks.ids:
        return paragraph_not_found(request, cable, blocks, paragraph, "paragraph_text")
    address = reverse("paragraph", args=[cable.reference, paragraph])
    return plain(request, f"{blocks[blocks.ids.index(paragraph)].text}\n", address)


def plain(request, text, canonical):
    """Return a plain-text response with a link to its canonical page."""
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Link"] = f'<{request.build_absolute_uri(canonical)}>; rel="canonical"'
    return response


def paragraph_not_found(request, cable, blocks, fragment, route="paragraph", address_of=None):
    """Answer for a fragment that is no paragraph's id: 410 if retired, a redirect if old, or 404.

    `address_of` makes the address to redirect to from a paragraph's id; by default `route` does.
    """
    name = full_name(fragment)
    context = CablePage.of(request, cable, name).as_context()
    if former := cable.former_paragraphs.filter(paragraph=fragment).first():
        pinned = reverse("version_paragraph", args=[cable.reference, former.version, fragment])
        gone = f"{capfirst(name)} is no longer in {cable.reference}."
        message = " ".join(filter(None, [gone, former.reason, f"It can still be cited: {pinned}"]))
        context["former"] = former
        return refuse(request, 410, message, "cables/former_paragraph.html", context)
    if fragment in blocks.aliases:
        return redirect(f"{cable.get_absolute_url()}#{fragment}")
    for block in blocks:
        if fragment in block.aliases:
            if address_of:
                address = address_of(block.id)
            else:
                address = reverse(route, args=[cable.reference, block.id])
            return redirect(with_query(request, address))
    message = f"{capfirst(name)} is not in {cable.reference}."
    context["name"] = name
    return refuse(request, 404, message, "cables/no_paragraph.html", context)


def render_text(request, cable, address, part="", template="cables/cable.html", **state):
    """Render a whole text of a cable, current or superseded.

    `template` extends that of a cable's page; the desk has one for previews. `state` are fields
    of WholeCablePage: `superseded`, `pinned`, `sought`, `marking`.
    """
    page = whole_cable_page(request, cable, address, part, **state)
    return signposted(render(request, template, page.as_context()), request, cable)
