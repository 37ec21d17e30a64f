"""Views of a cable, of its paragraphs, alone and in a row, and of the cables that are like it."""

from dataclasses import dataclass, field, replace
from functools import partial, wraps
from typing import Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from ...api.problems import refuse
from ...citations.source import pinpoint
from ...models import Cable
from ...models.collection_origin_tag import address as address_named
from ...models.querysets import NOT_ON_PAGE, READER
from ...search.list_counts import ListCounts
from ...search.query import parse_question
from ...search.similar import similar_cables
from ...search.snippets import find_words, find_words_of_notes
from ...search.suggestions import index_is_complete
from ...search_index.reader import IndexNotReady
from ...telegram.editors_additions import with_enclosures
from ...telegram.fact_types import edition_of
from ...telegram.paragraphs import Block, Blocks, outline
from ...telegram.titles import headlines
from ...templatetags.cable_text import called
from ...templatetags.paragraph_names import full_name
from ..cited_source import citation_source
from ..list_pages.list_steps import find_steps
from ..list_pages.paging import until_complete
from .cable_context import (
    CablePage,
    PassagePage,
    note_fields,
    paragraph_page,
    preview_words,
    reference_fields,
    whole_cable_page,
)
from .mementos import remembered
from .metadata import metadata, part_address, signposted
from .not_held import not_held
from .printed_edition_panel import printed_edition

# Route of a range -> route of one paragraph.
OF_ONE = {"passage": "paragraph", "passage_text": "paragraph_text"}


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
        address = address_named(view.__name__, cable.reference, **place)
        if request.path != address:
            return HttpResponsePermanentRedirect(with_query(request, address))
        if cable.withheld_reason:
            return withheld(request, cable)
        return view(request, cable, **place)

    return answer


def with_query(request, address):
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def withheld(request, cable):
    """Answer 410 for a withheld cable, with its reference and the reason alone."""
    context = {"reference": cable.reference, "reason": cable.withheld_reason}
    message = f"{cable.reference} is withheld: {cable.withheld_reason}"
    return refuse(request, 410, message, "cables/withheld.html", context)


def find_cable(reference):
    """Return the cable with this current or former reference, or None."""
    if known := Cable.objects.of_page(reference):
        return known
    cables = Cable.objects.readable().defer(*NOT_ON_PAGE)
    former = cables.select_related("origin").formerly_known_as(reference)
    # The readers' role may not see the origin of a withheld cable: no join then.
    return former or cables.exclude(withheld_reason="").formerly_known_as(reference)


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
    return until_complete(response, not steps or steps.is_complete)


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
        return retired(request, context, former, pinned, gone)
    if fragment in blocks.aliases:
        return redirect(f"{cable.get_absolute_url()}#{fragment}")
    if new := present_name(blocks, fragment):
        address = address_of(new) if address_of else reverse(route, args=[cable.reference, new])
        return redirect(with_query(request, address))
    message = f"{capfirst(name)} is not in {cable.reference}."
    context["name"] = name
    return refuse(request, 404, message, "cables/no_paragraph.html", context)


def present_name(blocks, fragment):
    """Return the id of the paragraph that an old fragment named, "" if none was."""
    return next((block.id for block in blocks if fragment in block.aliases), "")


def retired(request, context, former, address, message):
    """Answer 410 for a paragraph that a text no longer has; `address` is that of its version."""
    context["former"] = former
    message = " ".join(filter(None, [message, former.reason, f"It can still be cited: {address}"]))
    return refuse(request, 410, message, "cables/former_paragraph.html", context)


def render_text(request, cable, address, part="", template="cables/cable.html", **state):
    """Render a whole text of a cable, current or superseded.

    `template` extends that of a cable's page; the desk has one for previews. `state` are fields
    of WholeCablePage: `superseded`, `pinned`, `sought`, `marking`.
    """
    page = whole_cable_page(request, cable, address, part, **state)
    return signposted(render(request, template, page.as_context()), request, cable)


@of_one_cable
def similar(request, cable):
    """Up to five cables that are like one, with the words and tags that both have.

    The page of a cable shows them too, once a reader comes near its end. They have a page of their
    own, as the search for them takes about as long as all else (docs/performance.md). A mirror has
    none: its pages are not made anew where cables are added that are like theirs.
    """
    try:
        found, is_ready, is_complete = similar_cables(cable), True, index_is_complete()
    except IndexNotReady:
        found, is_ready, is_complete = [], False, False
    rows = Cable.objects.using(READER).published().for_listing()
    known = rows.in_bulk([each.pk for each in found])
    noun = ListCounts.current().as_held("cables")
    page = CablePage.of(
        *(request, cable, "similar"),
        address=reverse("similar", args=[cable.reference]),
        description=f"{noun.capitalize()} that have words and tags in common with "
        f"{cable.reference}.",
    )
    shared = [each for each in found if each.pk in known]
    cables = [known[each.pk] for each in shared]
    similar = list(zip(cables, shared, headlines(cables), strict=True))
    context = page.as_context(similar=similar, is_ready=is_ready)
    response = render(request, "cables/similar.html", context)
    return until_complete(response, is_complete)


@dataclass(frozen=True, slots=True)
class Passage:
    """A whole cable, or paragraphs of it that follow each other."""

    ids: tuple[str, ...] = ()  # None for the whole cable, one, or the first and the last.
    blocks: Blocks = field(default_factory=lambda: Blocks(()))  # Those of the whole cable.
    shown: tuple[Block, ...] = ()
    called: str = "cable"  # What a page calls the whole: "memorandum".

    @property
    def name(self) -> str:
        """Its name in a sentence: "this cable", "paragraph 3", "paragraphs 3–5"."""
        words = pinpoint(self.ids).words or f"this {self.called}"
        return words.replace("paras. ", "paragraphs ").replace("para. ", "paragraph ")


def of_one_passage(view):
    """Decorate a view, which has the name of its route, to get the paragraphs of an address.

    A range in reverse order, or of one paragraph, is redirected to its one address. A paragraph
    that does not exist now is answered as its own address would answer.
    """

    @of_one_cable
    @wraps(view)
    def answer(request, cable, paragraph="", first="", last="", **more):
        named = tuple(filter(None, (paragraph, first, last)))
        blocks = cable.blocks()

        def address(ids):
            route = OF_ONE.get(view.__name__) if len(ids) == 1 else None
            return part_address(cable, route or view.__name__, ids, **more)

        def address_with(new, old):
            return address(dict.fromkeys(new if each == old else each for each in named))

        for fragment in named:
            if fragment not in blocks.ids:
                return paragraph_not_found(
                    *(request, cable, blocks, fragment),
                    address_of=partial(address_with, old=fragment),
                )
        ids = tuple(dict.fromkeys(sorted(named, key=blocks.ids.index)))
        if ids != named:
            return HttpResponsePermanentRedirect(with_query(request, address(ids)))
        passage = replace(passage_of(blocks, ids), called=called(cable))
        return view(request, cable, passage, **more)

    return answer


def passage_of(blocks, ids):
    """Return the passage with these ids, which are in the order of the text."""
    if not ids:
        return Passage(blocks=blocks, shown=tuple(blocks))
    start, end = blocks.ids.index(ids[0]), blocks.ids.index(ids[-1])
    return Passage(ids, blocks, tuple(blocks[start : end + 1]))


@of_one_passage
def passage(request, cable, passage):
    words = "\n\n".join(block.text for block in passage.shown)
    address = part_address(cable, "passage", passage.ids)
    source = citation_source(request, cable, passage.ids)
    page = PassagePage.of(
        request,
        cable,
        passage.name,
        name=capfirst(passage.name),
        outline=with_enclosures(outline(passage.blocks), passage.blocks, edition_of(cable.facts)),
        edition=printed_edition(cable, passage.blocks, cable.get_absolute_url()),
        paragraphs=[(block, ()) for block in passage.shown],
        single=True,  # Headings in the text come directly below the page's own.
        link=request.build_absolute_uri(cable.get_absolute_url()),
        marks_lead_to=cable.get_absolute_url(),
        address=address,
        description=preview_words(words),
        **reference_fields(cable, passage.blocks, cable.get_absolute_url()),
        **note_fields(cable, ListCounts.current()),
        **metadata(request, cable, source, address, words),
    )
    response = render(request, "cables/passage.html", page.as_context())
    return signposted(response, request, cable, passage.ids)


@of_one_passage
def passage_text(request, cable, passage):
    """The lines of the paragraphs as sent, separated by blank lines."""
    text = "\n\n".join(block.text for block in passage.shown)
    return plain(request, f"{text}\n", part_address(cable, "passage", passage.ids))
