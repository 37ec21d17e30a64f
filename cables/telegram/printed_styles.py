"""How a volume sets words of a text: italics, and the headings of what it encloses (F-29). Pure.

A style is stored as [anchor, words that end there, style]. Where the words are redacted or
corrected, it is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .addition_anchors import TextPosition, find_places, letters_of
from .cut_text import cut_at_word
from .fact_types import EditionFacts
from .paragraphs import Block, Outline

ITALIC, HEADING, DATELINE, SIGNATURE = "italic", "heading", "dateline", "signature"
SECTION = "section"  # The title of a section of the text, in italics.
START = "start"  # The first block of an enclosure that has no heading; without its words.
FAR = 4  # Signs between the end of words and their anchor.
LONGEST = 80  # Characters by which an enclosure without heading is named.


def words_at(
    place: TextPosition | None, words: str, texts: Sequence[str]
) -> tuple[int, int, int] | None:
    """Return (index of the text, start, end) of the words that end at a place; None if others do.

    A line may end inside the words.
    """
    if place is None:
        return None
    start = texts[place.text].replace("\n", " ").rfind(words, 0, place.offset)
    end = start + len(words)
    return (place.text, start, end) if start >= 0 and place.offset - end <= FAR else None


def find_italics(edition: EditionFacts, texts: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield (index of the text, start, end) of the words in italics."""
    rows = [row for row in edition.get("styles", []) if row[2] in (ITALIC, SECTION)]
    places = find_places(texts, [anchor for anchor, _, _ in rows])
    for (_, words, _), place in zip(rows, places, strict=True):
        if found := words_at(place, words, texts):
            yield found


def with_enclosures(outline: Outline, blocks: Sequence[Block], edition: EditionFacts) -> Outline:
    """Return an outline with the headings, datelines and signatures that a volume prints.

    The title of a section is a heading, and begins no enclosure.

    Headings one below the other are one: "[Enclosure 1.]", "Mr. Quay to Mr. Rell.".
    """
    rows = [row for row in edition.get("styles", []) if row[2] != ITALIC]
    places = find_places([block.text for block in blocks], [anchor for anchor, _, _ in rows])
    roles, found = dict(outline.roles), dict(outline.headings)
    first, above, enclosed = "", -1, []  # The heading that goes on in the next block.
    for (_, words, style), place in zip(rows, places, strict=True):
        block = blocks[place.text] if place else None
        if not place or not block or not _is_whole(block, words, style):
            continue
        line = " ".join(block.text.split()).strip("[]. ")
        line = line[:1].upper() + line[1:]
        found.pop(block.id, None)
        if style == HEADING and above == place.text - 1 >= 0:
            found[first] = f"{found[first]}. {line}"
        elif style in (HEADING, START):
            first = block.id
            found[first] = line if style == HEADING else cut_at_word(line, LONGEST)
            enclosed.append(first)
        elif style == SECTION:
            found[block.id] = line
        above = place.text if style == HEADING else -1
        roles |= {block.id: HEADING if style == SECTION else style} if style != START else {}
    headings = {block.id: found[block.id] for block in blocks if block.id in found}
    return replace(outline, roles=roles, headings=headings, enclosed=tuple(enclosed))


def _is_whole(block: Block, words: str, style: str) -> bool:
    """Return whether words are all that a block has; those of a START are not stored."""
    return style == START or letters_of(block.text) == letters_of(words)
