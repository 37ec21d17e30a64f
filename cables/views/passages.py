"""Paragraphs of a cable that follow each other, at the address of the first and the last."""

from dataclasses import dataclass, field
from functools import wraps

from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.text import capfirst

from ..citations import pinpoint
from ..paragraphs import Block, Blocks, outline
from .cable import around_texts, elsewhere, in_short, noted, of_one_cable, plain, whereabouts
from .describing import address_of, for_machines, signposted, source_of

# What a range of one paragraph is.
OF_ONE = {"passage": "paragraph", "passage_text": "paragraph_text"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A whole cable, or paragraphs of it that follow each other."""

    ids: tuple[str, ...] = ()  # None, the one, or the first and the last.
    blocks: Blocks = field(default_factory=lambda: Blocks(()))  # Those of the whole cable.
    shown: tuple[Block, ...] = ()

    @property
    def name(self) -> str:
        """What it is called: "this cable", "paragraph 3", "paragraphs 3–5"."""
        words = pinpoint(self.ids).words or "this cable"
        return words.replace("paras. ", "paragraphs ").replace("para. ", "paragraph ")


def of_one_passage(view):
    """Find the paragraphs that an address names, for a view that is called like its route.

    The two of a range may stand in any order, or be one: either is sent to the one address. A
    paragraph that is not there now is answered as its own address would.
    """

    @of_one_cable
    @wraps(view)
    def answer(request, cable, paragraph="", first="", last="", **more):
        asked = tuple(filter(None, (paragraph, first, last)))
        blocks = cable.blocks()

        def address(ids):
            route = OF_ONE.get(view.__name__) if len(ids) == 1 else None
            return address_of(cable, route or view.__name__, ids, **more)

        for fragment in asked:
            if fragment not in blocks.ids:
                return elsewhere(
                    *(request, cable, blocks, fragment),
                    lead=lambda found, old=fragment: address(
                        dict.fromkeys(found if each == old else each for each in asked)
                    ),
                )
        ids = tuple(dict.fromkeys(sorted(asked, key=blocks.ids.index)))
        if ids != asked:
            return HttpResponsePermanentRedirect(address(ids))
        return view(request, cable, passage_of(blocks, ids), **more)

    return answer


def passage_of(blocks, ids):
    """Return a passage by its ids, which are in order."""
    if not ids:
        return Passage(blocks=blocks, shown=tuple(blocks))
    at, to = blocks.ids.index(ids[0]), blocks.ids.index(ids[-1])
    return Passage(ids, blocks, tuple(blocks[at : to + 1]))


@of_one_passage
def passage(request, cable, passage):
    """Some paragraphs in a row, by themselves."""
    words = "\n\n".join(block.text for block in passage.shown)
    address = address_of(cable, "passage", passage.ids)
    source = source_of(request, cable, passage.ids)
    context = whereabouts(request, cable, passage.name) | {
        "name": capfirst(passage.name),
        "outline": outline(passage.blocks),
        "paragraphs": [(block, ()) for block in passage.shown],
        "single": True,  # It stands by itself: its headings are right below the page's.
        "link": request.build_absolute_uri(cable.get_absolute_url()),
        "marks_lead_to": cable.get_absolute_url(),
        "address": address,
        "description": in_short(words),
    }
    context |= around_texts(cable, passage.blocks, context["cable_address"]) | noted(cable)
    context |= for_machines(request, cable, source, address, words)
    response = render(request, "cables/passage.html", context)
    return signposted(response, request, cable, passage.ids)


@of_one_passage
def passage_text(request, cable, passage):
    """The lines of some paragraphs as sent, a blank line between each two."""
    text = "\n\n".join(block.text for block in passage.shown)
    return plain(request, f"{text}\n", address_of(cable, "passage", passage.ids))
