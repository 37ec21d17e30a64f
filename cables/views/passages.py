"""Views of several paragraphs in a row, at the address of the first and the last."""

from dataclasses import dataclass, field, replace
from functools import partial, wraps

from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.text import capfirst

from ..citations import pinpoint
from ..search.list_counts import ListCounts
from ..telegram.fact_types import edition_of
from ..telegram.paragraphs import Block, Blocks, outline
from ..telegram.printed_styles import with_enclosures
from ..templatetags.cable_text import called
from .cable import of_one_cable, paragraph_not_found, plain, with_query
from .cable_context import PassagePage, note_fields, preview_words, reference_fields
from .metadata import citation_source, metadata, part_address, signposted
from .printed_edition_panel import printed_edition

# Route of a range -> route of one paragraph.
OF_ONE = {"passage": "paragraph", "passage_text": "paragraph_text"}


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
    """Several paragraphs in a row, on a page of their own."""
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
