"""What annotations hold on to: a paragraph, or words in it, as selectors for programs.

They are for the page of the cable, or of a version of it, and for the text files of that version
(W3C Web Annotation Data Model).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse
from django.urls import reverse

from ...api.problems import problem
from ...api.selectors import (
    browser_position,
    find_words,
    fragment_selector,
    offsets_in_page,
    position_selector,
    quote_selector,
    read_page,
)
from ...models import Cable
from ...telegram.paragraphs import Block
from ..cited_source import citation_source
from ..list_pages.data import json_response
from .cable import Passage, of_one_cable, of_one_passage, passage_of, render_text
from .mementos import pinned
from .versions import not_in_version, render_version, text_of

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
LONGEST = 20_000  # Characters of ?exact=.
JOINT = "\n\n"  # Between the paragraphs of a range, as in its text file.
NOTHING = "Give the words as ?exact=, or use the address of a paragraph."
WHOLE = "?start= and ?end= count characters of a paragraph or range: use its address."
NUMBERS = "?start= and ?end= are characters of the text, 0 to {}; ?start= is below ?end=."


@dataclass(frozen=True, slots=True)
class SelectedPart:
    """The selected characters of one paragraph: block.text[start:end]."""

    block: Block
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """What annotations are written on: a cable as it is now, or as a version has it."""

    cable: Cable
    version: int
    passage: Passage
    address: str  # The path of the page that shows all of it.
    page: Callable[[], HttpResponse]  # Renders that page.


@of_one_passage
def selectors(request, cable, passage):
    """The selectors of a paragraph or range, or of words in it, for programs that annotate.

    ?exact= are the words; ?start= and ?end= count the characters of the text file.
    """
    address = cable.get_absolute_url()
    page = partial(render_text, request, cable, address)
    return answer(request, AnnotatedText(cable, cable.version, passage, address, page))


@of_one_cable
def version_selectors(request, cable, number, paragraph=""):
    """The same of a version or of a paragraph in it; their target is the page of the version."""
    shown, _ = text_of(cable, number)
    blocks = shown.blocks()
    if paragraph and paragraph not in blocks.ids:
        return not_in_version(request, cable, number, paragraph, blocks, "version_selectors")
    passage = passage_of(blocks, (paragraph,) if paragraph else ())
    page = partial(render_version, request, cable, number)
    return answer(request, AnnotatedText(shown, number, passage, pinned(cable, number), page))


def answer(request, text: AnnotatedText):
    try:
        parts = read_selection(request.GET, text.passage)
    except ValueError as error:
        return problem(400, str(error))
    if not parts:
        return problem(404, "These words are not in this text. /quote/ finds where they stand.")
    ids = tuple(dict.fromkeys((parts[0].block.id, parts[-1].block.id)))
    source = citation_source(request, text.cable, ids, text.version)
    return json_response(
        {
            "@context": CONTEXT,
            "reference": text.cable.reference,
            "version": text.version,
            "paragraphs": [part.block.id for part in parts],
            "pinned": source.address,
            "target": [page_target(request, text, parts), *text_targets(request, text, parts)],
        }
    )


def read_selection(query, passage) -> list[SelectedPart]:
    """Return the selected parts of the paragraphs; [] if the words are not there.

    Raises ValueError, whose message is for the reader.
    """
    text = JOINT.join(block.text for block in passage.shown)
    words = query.get("exact", "")
    if len(words) > LONGEST:
        raise ValueError(f"?exact= has at most {LONGEST} characters.")
    if words.strip():
        start, end = find_words(text, words) or (0, 0)
    elif "start" in query or "end" in query:
        start, end = read_range(query, passage, len(text))
    elif passage.ids:
        start, end = 0, len(text)
    else:
        raise ValueError(NOTHING)
    return parts_between(passage.shown, start, end)


def read_range(query, passage, length) -> tuple[int, int]:
    """Return ?start= and ?end=. Raises ValueError."""
    if not passage.ids:
        raise ValueError(WHOLE)
    texts = [query.get(name, "") for name in ("start", "end")]
    if not all(text.isascii() and text.isdecimal() and len(text) < 9 for text in texts):
        raise ValueError(NUMBERS.format(length))
    start, end = map(int, texts)
    if not start < end <= length:
        raise ValueError(NUMBERS.format(length))
    return start, end


def parts_between(blocks, start, end) -> list[SelectedPart]:
    """Return what characters `start` to `end` of the joined paragraphs are in each of them."""
    parts, at = [], 0
    for block in blocks:
        first, last = max(start - at, 0), min(end - at, len(block.text))
        if first < last:
            parts.append(SelectedPart(block, first, last))
        at += len(block.text) + len(JOINT)
    return parts


def page_target(request, text: AnnotatedText, parts) -> dict:
    """Return the target in the page of the text: what Hypothesis finds there.

    The page is rendered for it, as positions count all of its text.
    """
    page = read_page(text.page().content.decode())
    chosen = [fragment_selector(parts[0].block.id)]
    start, end = (place_in_page(page, part) for part in (parts[0], parts[-1]))
    if start and end:
        chosen.append(quote_selector(page.text, start[0], end[1]))
        chosen.append(browser_position(page.text, start[0], end[1]))
    return target(request.build_absolute_uri(text.address), "text/html", chosen)


def place_in_page(page, part: SelectedPart) -> tuple[int, int] | None:
    """Return (start, end) of a selected part in the text of a page; None if it is not there."""
    start, end = page.paragraphs.get(part.block.id, (0, 0))
    offsets = offsets_in_page(part.block.text, page.text[start:end])
    if offsets is None:
        return None
    return start + offsets[part.start], start + offsets[part.end - 1] + 1


def text_targets(request, text: AnnotatedText, parts) -> list[dict]:
    """Return a target for each paragraph, in the text file of the version: it never changes."""
    place = {"reference": text.cable.reference, "number": text.version}
    return [
        target(
            request.build_absolute_uri(
                reverse("version_paragraph_text", kwargs=place | {"paragraph": part.block.id})
            ),
            "text/plain",
            [
                quote_selector(part.block.text, part.start, part.end),
                position_selector(part.start, part.end),
            ],
        )
        for part in parts
    ]


def target(source: str, form: str, chosen: list[dict]) -> dict:
    """Return a SpecificResource: a part of the resource at the address `source`."""
    return {"type": "SpecificResource", "source": source, "format": form, "selector": chosen}
