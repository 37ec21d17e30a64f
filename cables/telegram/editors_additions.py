"""Find where editors' additions, such as footnotes, page breaks and italics, belong in a text.

An addition is stored with its anchor: the last fifty or so characters of the text before it.
An anchor is found by its letters and digits only, so that it works in another copy of the same
message. If words of it are redacted the addition is left out too, also where another paragraph
has the same words. An empty anchor is the heading. A style, such as italics or the heading of
what a document encloses (F-29), is stored as [anchor, words that end there, style].
"""

import re
from bisect import bisect, bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple, TypeVar

from .fact_types import EditionFacts, EditorNote, without_empty
from .paragraphs import Block, Outline, segment
from .redact_phrases import MARK
from .shorten_text import cut_at_word

LETTERS = re.compile(r"[^\W_]+")  # And digits: what str.isalnum() accepts.
SIGNS = re.compile(r"([\W_]+)")
ENDING = re.compile(r"[^\w\s]*\Z")  # The signs at the end of an anchor, in one run.
CLOSING = ")]"
OPENING = re.compile(r"(?<=\s)[“‘\"(\[]+(?:[….]| (?=[….]))*\Z")  # Before the first word of a text.
PLACE = 3  # Where a term has its anchor.
Addition = TypeVar("Addition", EditorNote, list[str])


class TextPosition(NamedTuple):
    """A position in one of several texts."""

    text: int  # Index of the text.
    offset: int  # Characters before it.


def letters_of(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    letters = "".join(LETTERS.findall(text))
    folded = letters.casefold()
    # A few letters, such as ß, are two in lower case: the first of them counts.
    is_longer = len(folded) != len(letters)
    return "".join(each.casefold()[0] for each in letters) if is_longer else folded


@lru_cache(maxsize=256)  # Additions of several kinds are looked for in the texts of one cable.
def squeezed(text: str) -> tuple[str, list[int], list[int]]:
    """Return its letters and digits in lower case; letters, and characters, before words' ends."""
    pieces = list(map(len, SIGNS.split(text)))  # Every second one has no letters.
    return letters_of(text), [*accumulate(pieces[::2])], [*accumulate(pieces)][::2]


def leads_to_end(anchor: str, letters: str) -> bool:
    """Return whether an anchor is found at the end of a text with these letters, not earlier."""
    wanted = letters_of(anchor)
    return letters.find(wanted) + len(wanted) >= len(letters)


def find_places(texts: Sequence[str], places: Sequence[str]) -> list[TextPosition | None]:
    """Return the positions of anchors in the texts of a cable, both in order; None if not found."""
    if not places:
        return []
    squeezed_texts = [squeezed(text) for text in texts]
    joined = "".join(letters for letters, *_ in squeezed_texts)
    # How many letters stand before each text.
    before = list(accumulate((len(letters) for letters, *_ in squeezed_texts), initial=0))
    start = 0
    positions: list[TextPosition | None] = []
    for anchor in places:
        wanted = letters_of(anchor)
        at = joined.find(wanted, max(start - len(wanted), 0)) if wanted else -1
        if at < 0 and wanted:
            at = joined.find(wanted)
        if at < 0:
            positions.append(None)
            continue
        start = at + len(wanted)
        number = bisect(before, start - 1) - 1
        _, letters, ends = squeezed_texts[number]
        word = bisect_left(letters, start - before[number])
        end = ends[word] - letters[word] + start - before[number]
        place = _behind_signs(texts, TextPosition(number, end), anchor)
        positions.append(_behind_opening(texts, place, anchor))
    return positions


def _behind_signs(texts: Sequence[str], place: TextPosition, anchor: str) -> TextPosition:
    """Return a position moved behind the full stop or quotation mark that follows.

    A closing bracket that the anchor does not end with stands behind the addition.
    """
    text, end = texts[place.text], place.offset
    brackets = [sign for sign in "".join(ENDING.findall(anchor)) if sign in CLOSING]
    while end < len(text) and not text[end].isalnum() and not text[end].isspace():
        if text[end] in CLOSING:
            if not brackets:
                break
            brackets.pop()
        end += 1
    return TextPosition(place.text, end)


def _behind_opening(texts: Sequence[str], place: TextPosition, anchor: str) -> TextPosition:
    """Return a position moved behind the opening quotation mark of the next text.

    It is there if its anchor ends with such a mark that stands apart.
    """
    opening = OPENING.search(anchor)
    if opening and place.offset == len(texts[place.text]):
        for number, text in enumerate(texts[place.text + 1 :], place.text + 1):
            if text:
                starts = text.startswith(opening[0])
                return TextPosition(number, len(opening[0])) if starts else place
    return place


def place_of(added: EditorNote | list[str]) -> str:
    """Return the anchor of a note, a page break or a gap."""
    return added["at"] if isinstance(added, dict) else added[0]


def anchored_additions(edition: EditionFacts, source: str, body: str) -> EditionFacts:
    """Return an edition without additions whose anchor or term is not where `source` has it.

    `source` is the body before redactions, cut into the same paragraphs. In a body in which words
    are redacted, additions to them have no place.
    """
    texts, originals = _parts_of(body), _parts_of(source)
    letters = letters_of(body)

    def anchored(anchors: Sequence[str]) -> list[bool]:
        pairs = zip(find_places(texts, anchors), find_places(originals, anchors), strict=True)
        return [bool(new and old and new.text == old.text) for new, old in pairs]

    def still_anchored(additions: list[Addition]) -> list[Addition]:
        kept = anchored([place_of(each) for each in additions])
        pairs = zip(additions, kept, strict=True)
        return [each for each, is_kept in pairs if is_kept or not place_of(each)]

    def with_words(rows: list[list[str]]) -> list[list[str]]:
        return [row for row in still_anchored(rows) if row[0] and letters_of(row[1]) in letters]

    terms = edition.get("terms", [])
    kept_terms = [  # Without those of their anchors that are not in the body: redacted words.
        term if is_kept or term[PLACE:] == [""] else term[:PLACE]
        for term, is_kept in zip(
            terms, anchored(["".join(term[PLACE:]) for term in terms]), strict=True
        )
    ]
    additions: EditionFacts = {
        "notes": still_anchored(edition.get("notes", [])),
        "pages": still_anchored(edition.get("pages", [])),
        "gaps": still_anchored(edition.get("gaps", [])),
        "links": with_words(edition.get("links", [])),
        "styles": with_words(edition.get("styles", [])),
        "terms": [
            term for term in kept_terms if letters_of(term[0]) in letters or term[PLACE:] == [""]
        ],
    }
    return without_empty(edition | additions)


def _parts_of(body: str) -> list[str]:
    """Return the texts of a body before and in its paragraphs, without the marks of redactions."""
    blocks = segment(body)
    texts = [blocks.preamble, *(block.text for block in blocks)]
    return [re.sub(re.escape(MARK), "", text, flags=re.IGNORECASE) for text in texts]


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
