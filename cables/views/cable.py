"""One cable as it is now: its page, its paragraphs and their texts, each at one address."""

from functools import wraps

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator, capfirst, get_text_list
from django.views.decorators.http import require_safe

from ..asking import parse_question
from ..citing import find_printed
from ..excerpts import find_words
from ..glossary import tag_label
from ..models import Article, Cable, Tag
from ..paragraphs import outline
from ..problems import refuse
from ..prose import read_notes
from ..querysets import READER
from ..tallies import Tallies, initial, place
from ..templatetags.wire import full_name
from ..untitled import introduction
from .apparatus import edition_of
from .around import find_around
from .describing import for_machines, signposted, source_of
from .links import preamble_links, refers_to, text_links
from .mementos import remembered
from .not_held import not_held

MOST_OF_TEXT = 2  # A text is at least so many times as long as a summary that is quoted above it.
PREVIEW = 200  # Characters that other sites show of a page.
# Each format of a source -> a copy in it, in words.
COPIES = {
    "csv": "a record of a dump",
    "frus": "a document of Foreign Relations of the United States",
    "nara": "a record of the National Archives",
    "nara-list": "an entry in a list of the National Archives",
    "page": "a page of an earlier archive",
    "text": "the text of such a page",
}


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
            said = f"{cable.reference} is withheld: {cable.withheld_reason}"
            return refuse(request, 410, said, "cables/withheld.html", told)
        return view(request, cable, **place)

    return answer


def find_cable(reference):
    """Return the cable known by this reference, now or formerly, or None."""
    cables = Cable.objects.readable().defer("search_vector", "keywords", "other_texts")
    known = cables.select_related("origin").known_as(reference)
    # Of a withheld one readers may have no row of its origin.
    return known or cables.exclude(withheld_reason="").known_as(reference)


@of_one_cable
@remembered
def cable(request, cable):
    """A cable as readers see it now; ?q= marks the words of a search in it."""
    sought = parse_question(request.GET.get("q", ""))
    found = {}
    if sought.tsquery:
        found = {"sought": sought.text, "marking": find_words([cable], sought)}
    return read(request, cable, cable.get_absolute_url(), **found)


@of_one_cable
def cable_text(request, cable):
    """A cable as the text file that its digest is made of."""
    return plain(request, cable.text, cable.get_absolute_url())


@of_one_cable
@remembered
def paragraph(request, cable, paragraph):
    """One paragraph between its neighbours; an old fragment leads to where it points."""
    blocks = cable.blocks()
    if paragraph not in blocks.ids:
        return elsewhere(request, cable, blocks, paragraph)
    source = source_of(request, cable, [paragraph])
    shown = neighbourhood(blocks, paragraph)
    context = whereabouts(request, cable, full_name(paragraph)) | shown
    context |= around_texts(cable, blocks, context["cable_address"]) | noted(cable)
    context["edition"] = edition_of(cable, blocks, context["cable_address"])
    notes = context["edition"].margins.notes if context["edition"] else ()
    context["footnotes"] = [note for note in notes if note.block == paragraph]
    context["marks_lead_to"] = cable.get_absolute_url()
    context["address"] = reverse("paragraph", args=[cable.reference, paragraph])
    words = shown["block"].text
    context["description"] = in_short(f"{capfirst(full_name(paragraph))}: {words}")
    context["shared_words"] = in_short(words)
    context |= for_machines(request, cable, source, context["address"], words)
    response = render(request, "cables/paragraph.html", context)
    return signposted(response, request, cable, source.paragraphs)


@of_one_cable
def paragraph_text(request, cable, paragraph):
    """The lines of one paragraph as sent, and nothing else."""
    blocks = cable.blocks()
    if paragraph not in blocks.ids:
        return elsewhere(request, cable, blocks, paragraph, "paragraph_text")
    address = reverse("paragraph", args=[cable.reference, paragraph])
    return plain(request, f"{blocks[blocks.ids.index(paragraph)].text}\n", address)


def plain(request, text, canonical):
    """Return a text as a file, which names the page that shows the same."""
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Link"] = f'<{request.build_absolute_uri(canonical)}>; rel="canonical"'
    return response


def elsewhere(request, cable, blocks, fragment, route="paragraph", lead=None):
    """Answer for a fragment that no paragraph has now: why it went, or where it leads.

    `lead` makes an address of the paragraph's id, where the route alone does not.
    """
    if former := cable.former_paragraphs.filter(paragraph=fragment).first():
        context = whereabouts(request, cable, full_name(fragment)) | {"former": former}
        cited = reverse("version_paragraph", args=[cable.reference, former.version, fragment])
        gone = f"{capfirst(full_name(fragment))} is no longer in {cable.reference}."
        said = " ".join(filter(None, [gone, former.reason, f"It can still be cited: {cited}"]))
        return refuse(request, 410, said, "cables/former_paragraph.html", context)
    if fragment in blocks.aliases:
        return redirect(f"{cable.get_absolute_url()}#{fragment}")
    for block in blocks:
        if fragment in block.aliases:
            return redirect(
                lead(block.id) if lead else reverse(route, args=[cable.reference, block.id])
            )
    context = whereabouts(request, cable, full_name(fragment)) | {"name": full_name(fragment)}
    said = f"{capfirst(full_name(fragment))} is not in {cable.reference}."
    return refuse(request, 404, said, "cables/no_paragraph.html", context)


def neighbourhood(blocks, paragraph):
    """Return a paragraph with what stands before, after and over it, where there is any."""
    at = blocks.ids.index(paragraph)
    before, after = blocks[max(at - 1, 0) : at], blocks[at + 1 : at + 2]
    found = outline(blocks)
    over = [block.id for block in blocks[:at] if found.roles.get(block.id) == "heading"]
    return {
        "block": blocks[at],
        "focus": paragraph,
        "paragraphs": [(block, ()) for block in (*before, blocks[at], *after)],
        "before": before,
        "after": after,
        "outline": found,
        "under_heading": found.headings.get(over[-1], "") if over else "",
    }


def read(request, cable, address, part="", template="cables/cable.html", **context):
    """Render a text of a cable, current or superseded, with the cable's facts.

    `template` extends that of a cable's page, where the desk shows one as readers would see it.
    """
    blocks = cable.blocks()
    formers = () if "superseded" in context else cable.former_paragraphs.order_by("pk")
    behind = behind_which(formers, blocks.ids)
    found = outline(blocks)
    summary = found.summary
    running = (block.text for block in blocks if found.roles.get(block.id) != "heading")
    said = summary.text if summary else next(running, "")
    shown = {
        "tallies": Tallies(),
        "address": address,
        "link": request.build_absolute_uri(address),
        "blocks": blocks,
        "outline": found,
        "headings": found.headings,
        "summary": summary if summary and tells(summary, blocks) else None,
        "paragraphs": [(block, behind.get(block.id, ())) for block in blocks],
        "formers_first": behind.get("", ()),
        "tags": read_tags(cable),
        "found_in": [block.id for block in blocks if finds(context, block.text)],
        "description": in_short(sentences(*introduction(cable), said)),
    }
    shown["edition"] = edition_of(cable, blocks)
    if "superseded" not in context:
        shown |= beside(cable, shown["tallies"]) | around_texts(cable, blocks)
        shown |= noted(cable, shown["tallies"], blocks.ids)
    number = context["superseded"].number if "superseded" in context else 0
    source = source_of(request, cable, version=number)
    shown |= for_machines(request, cable, source, cable.get_absolute_url())
    shown = whereabouts(request, cable, part) | shown | context
    return signposted(render(request, template, shown), request, cable)


def finds(context, text):
    """Return whether a text has a word that is to be marked."""
    return "marking" in context and context["marking"].search(text)


def tells(summary, blocks):
    """Return whether a summary spares a reader most of the text."""
    return len(summary.text) * MOST_OF_TEXT < sum(len(block.text) for block in blocks)


def whereabouts(request, cable, part=""):
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
        "site": f"{request.scheme}://{request.get_host()}",
        "crumbs": crumbs,
        "current": f"origin-{initial(place(cable.origin.name))}",
    }


def sentences(*texts):
    """Return texts as one, each with a stop at its end; empty ones are left out."""
    ended = (text if text.endswith((".", "?", "!", "…")) else f"{text}." for text in texts if text)
    return " ".join(ended)


def in_short(text):
    """Return the beginning of a text in one line, as other sites show it."""
    return Truncator(" ".join(text.split())).chars(PREVIEW)


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


def beside(cable, tallies):
    """Return what else there is about a cable as it is now: articles, copies, other cables."""
    versions = cable.versions.order_by("number").only("cable", "number", "until", "reason")
    articles = Article.objects.mentioning(cable).only("slug", "title") if tallies.articles else ()
    links = cable.facts.get("articles", ())
    return {
        "articles": articles,
        "press": [link for link in links if link.startswith(("https://", "http://"))],
        "copies": copies_of(cable),
        "versions": versions if cable.version > 1 else (),
    }


def around_texts(cable, blocks, page=""):
    """Return what stands around a cable, and where its text leads there. `page` has its items."""
    printed = find_printed(blocks, cable.reference)
    around = find_around(cable, printed)
    return {
        "around": around,
        "refers_to": refers_to(cable, printed, around),
        "opening_links": preamble_links(printed, around),
        "links": text_links(blocks, printed, around, page),
    }


def noted(cable, tallies=None, ids=()):
    """Return the archive's notes: {paragraph: those on it}, and what stands above the text.

    On a page of the whole cable, which gives its `ids`, those on a paragraph that is retired by
    now stand above too.
    """
    tallies = tallies or Tallies()
    notes = read_notes(cable) if cable.pk in tallies.noted else {}
    above = [name for name in notes if not name or (ids and name not in ids)]
    return {
        "tallies": tallies,
        "notes": notes,
        "notes_above": [(name, note) for name in sorted(above) for note in notes[name]],
    }


def copies_of(cable):
    """Return {reference: the copies that were published under it, in words}."""
    copies = {}
    for reference, form in cable.facts.get("copies", ()):
        copies.setdefault(reference, []).append(COPIES[form])
    return {
        reference: get_text_list(list(dict.fromkeys(words)), "and")
        for reference, words in copies.items()
    }


def read_tags(cable):
    """Return (code, what it stands for, address); "" for that of a person: people are no index."""
    known = Tag.objects.using(READER).in_bulk(cable.tags, field_name="code") if cable.tags else {}
    return [
        (code, (code in known and known[code].label) or tag_label(code), tag_address(code))
        for code in dict.fromkeys(cable.tags)
    ]


def tag_address(code):
    return "" if "," in code else reverse("tag", args=[code])
