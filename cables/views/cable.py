"""One cable: its page, its text, its paragraphs and its versions, each at one address."""

from functools import wraps

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from ..models import Cable, Tag
from ..querysets import READER
from ..tallies import initial, place
from ..templatetags.wire import full_name
from .not_held import not_held


def of_one_cable(view):
    """Find the cable that an address names, for a view that is called like its route.

    Another spelling, a former reference or a missing slash is sent to the one address for
    good, in one step. A withheld cable answers with its reference and the reason alone.
    """

    @require_safe
    @wraps(view)
    def answer(request, reference, **place):
        cable = find_cable(reference)
        if cable is None:
            return not_held(request, reference)
        address = reverse(view.__name__, kwargs={"reference": cable.reference, **place})
        if request.path != address:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
        if cable.withheld_reason:
            told = {"reference": cable.reference, "reason": cable.withheld_reason}
            return render(request, "cables/withheld.html", told, status=410)
        return view(request, cable, **place)

    return answer


def find_cable(reference):
    """Return the cable known by this reference, now or formerly, or None."""
    cables = Cable.objects.readable().select_related("origin").defer("search_vector", "keywords")
    return cables.known_as(reference)


@of_one_cable
def cable(request, cable):
    """A cable as readers see it now."""
    return read(request, cable, cable, formers=cable.former_paragraphs.order_by("pk"))


@of_one_cable
def version(request, cable, number):
    """One text of a cable for good: the current one, or one that it has replaced."""
    if number == cable.version:
        return read(request, cable, cable, pinned=number)
    text = cable.versions.filter(number=number).first()
    if text is None:
        raise Http404(f"Cable {cable.reference} has no version {number}.")
    return read(request, cable, text, pinned=number, superseded=text)


@of_one_cable
def cable_text(request, cable):
    """A cable as the text file that its digest is made of."""
    return HttpResponse(cable.text, content_type="text/plain; charset=utf-8")


@of_one_cable
def paragraph(request, cable, paragraph):
    """One paragraph between its neighbours; an old fragment leads to where it points."""
    if former := cable.former_paragraphs.filter(paragraph=paragraph).first():
        context = {"cable": cable, "former": former}
        return render(request, "cables/former_paragraph.html", context, status=410)
    blocks = cable.blocks()
    if paragraph not in blocks.ids:
        return redirect(find_fragment(cable, blocks, paragraph))
    context = whereabouts(cable, full_name(paragraph)) | neighbourhood(blocks, paragraph)
    context["mark_address"] = cable.get_absolute_url()
    return render(request, "cables/paragraph.html", context)


def neighbourhood(blocks, paragraph):
    """Return a paragraph with the one before and the one after it, where there are any."""
    at = blocks.ids.index(paragraph)
    before, after = blocks[max(at - 1, 0) : at], blocks[at + 1 : at + 2]
    paragraphs = [(block, ()) for block in (*before, blocks[at], *after)]
    return {"focus": paragraph, "paragraphs": paragraphs, "before": before, "after": after}


def find_fragment(cable, blocks, fragment):
    """Return the address that an old fragment leads to. Raises Http404."""
    if fragment in blocks.aliases:
        return f"{cable.get_absolute_url()}#{fragment}"
    for block in blocks:
        if fragment in block.aliases:
            return reverse("paragraph", args=[cable.reference, block.id])
    raise Http404(f"Cable {cable.reference} has no paragraph {fragment.removeprefix('par')}.")


def read(request, cable, text, *, formers=(), **context):
    """Render a text of a cable, current or superseded, with the cable's facts."""
    blocks = Cable.blocks(text)
    behind = behind_which(formers, blocks.ids)
    shown = {
        "text": text,
        "title": text.subject or text.facts.get("title", ""),
        "blocks": blocks,
        "paragraphs": [(block, behind.get(block.id, ())) for block in blocks],
        "cite_address": "" if "superseded" in context else cable.get_absolute_url(),
        "formers_first": behind.get("", ()),
        "tags": read_tags(cable),
        "cites": read_cites(cable),
        "versions": cable.versions.order_by("number") if cable.version > 1 else (),
    }
    return render(request, "cables/cable.html", whereabouts(cable) | shown | context)


def whereabouts(cable, part=""):
    """Return what every page of a cable shows: where it stands, and the way there."""
    address = cable.get_absolute_url()
    crumbs = [
        ("Origins", reverse("origins")),
        (cable.origin.name, cable.origin.get_absolute_url()),
        (cable.reference, address if part else ""),
    ]
    if part:
        crumbs.append((capfirst(part), ""))
    return {
        "cable": cable,
        "cable_address": address,
        "mark_address": "",  # Where the paragraphs' marks lead: this page.
        "focus": "",
        "crumbs": crumbs,
        "current": f"origin-{initial(place(cable.origin.name))}",
    }


def behind_which(formers, ids):
    """Return {id: retired paragraphs to note behind it}; "" is the start of the text.

    A paragraph that stood behind another retired one stands behind the living one before.
    """
    after = {former.paragraph: former.after for former in formers}
    behind = {}
    for former in formers:
        place, seen = former.after, set()
        while place and place not in ids and place not in seen:
            seen.add(place)
            place = after.get(place, "")
        behind.setdefault(place if place in ids else "", []).append(former)
    return behind


def read_tags(cable):
    """Return (code, what it stands for, address); "" for that of a person: people are no index."""
    known = Tag.objects.using(READER).in_bulk(cable.tags, field_name="code") if cable.tags else {}
    return [
        (code, known[code].label if code in known else "", tag_address(code))
        for code in dict.fromkeys(cable.tags)
    ]


def tag_address(code):
    return "" if "," in code else reverse("tag", args=[code])


def read_cites(cable):
    """Return {reference: cable}, None for one that is not here."""
    if not cable.cites:
        return {}
    known = Cable.objects.published().only("reference", "subject", "facts")
    held = known.in_bulk(cable.cites, field_name="reference")
    return {reference: held.get(reference) for reference in cable.cites}
