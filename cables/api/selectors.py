"""Selectors of the W3C Web Annotation Data Model: how an annotation holds on to words.

A TextQuoteSelector has the words with what stands around them, a TextPositionSelector where they
stand, a FragmentSelector the id of their paragraph. Positions count characters in the text
of the page as browsers give it (textContent of its body): with navigation, citations, and words
that are not displayed.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate

PARAGRAPH = "para"  # The class of the element that holds a paragraph of a cable.
WORDS = "wire"  # The class of the first <p> in it, which holds its words.


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page. `paragraphs` are {id: (start, end)} of their words, in characters."""

    text: str
    paragraphs: dict[str, tuple[int, int]] = field(default_factory=dict)


def read_page(html: str) -> PageText:
    """Return the text of a page of this room, which is well-formed HTML."""
    reader = _BodyReader()
    reader.feed(html)
    reader.close()
    return PageText("".join(reader.pieces), reader.paragraphs)


class _BodyReader(HTMLParser):
    """Collects the text between <body> and </body>; comments are no text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.length = 0
        self.is_in_body = False
        self.paragraph = ""  # The id of the paragraph whose words have not begun yet.
        self.reading = ""  # The id of the one whose words are read.
        self.paragraphs: dict[str, tuple[int, int]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.is_in_body = True
        attributes = dict(attrs)
        classes = (attributes.get("class") or "").split()
        if tag == "div" and PARAGRAPH in classes:
            self.paragraph = attributes.get("id") or ""
        elif tag == "p" and WORDS in classes and self.paragraph:
            self.reading, self.paragraph = self.paragraph, ""
            self.paragraphs[self.reading] = self.length, self.length

    def handle_endtag(self, tag: str) -> None:
        if tag == "body":
            self.is_in_body = False
        elif tag == "p" and self.reading:
            start, _ = self.paragraphs[self.reading]
            self.paragraphs[self.reading] = start, self.length
            self.reading = ""

    def handle_data(self, data: str) -> None:
        if self.is_in_body:
            self.pieces.append(data)
            self.length += len(data)


AROUND = 32  # Characters before and behind a quotation: as many as Hypothesis keeps.
PIECE = re.compile(r"\S+")  # What stands between blanks and line breaks.
IN_HTML = "http://tools.ietf.org/rfc/rfc3236"  # What a fragment of an HTML page means.


def quote_selector(text: str, start: int, end: int) -> dict:
    """Return the selector of text[start:end] by its words."""
    return {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(start - AROUND, 0) : start],
        "suffix": text[end : end + AROUND],
    }


def position_selector(start: int, end: int) -> dict:
    """Return the selector of characters from `start` up to, but not including, `end`."""
    return {"type": "TextPositionSelector", "start": start, "end": end}


def browser_position(text: str, start: int, end: int) -> dict:
    """Return the same for text[start:end] as browsers count, in units of UTF-16."""
    return position_selector(utf16_length(text[:start]), utf16_length(text[:end]))


def fragment_selector(fragment: str) -> dict:
    """Return the selector of an element of a page by its id."""
    return {"type": "FragmentSelector", "conformsTo": IN_HTML, "value": fragment}


def utf16_length(text: str) -> int:
    """Return the length of a text as JavaScript counts it: signs beyond U+FFFF are two units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def find_words(text: str, words: str) -> tuple[int, int] | None:
    """Return (start, end) of the first occurrence of some words; None if there is none.

    Line breaks and blanks between the words may differ.

    >>> find_words("The harbor\\nraised its fees.", "harbor raised")
    (4, 17)
    """
    pieces, wanted = list(PIECE.finditer(text)), " ".join(words.split())
    at = " ".join(piece[0] for piece in pieces).find(wanted)
    if at < 0 or not wanted:
        return None
    starts = list(accumulate((len(piece[0]) + 1 for piece in pieces), initial=0))

    def offset(position: int) -> int:
        """Return where a character of the line stands in the text."""
        index = bisect_right(starts, position) - 1
        return pieces[index].start() + position - starts[index]

    return offset(at), offset(at + len(wanted) - 1) + 1


def offsets_in_page(printed: str, shown: str) -> list[int] | None:
    """Return where each character of a paragraph, and its end, stands in the words of a page.

    `shown` has all characters of `printed` in order. It can have more, such as marks of footnotes,
    and no line breaks between the items of a list. None if it is another text.
    """
    offsets, at = [], 0
    for sign in printed:
        found = shown.find(sign, at)
        if sign == "\n" and found != at:  # Left out, or behind the mark of a footnote.
            offsets.append(at)
            continue
        if found < 0:
            return None
        offsets.append(found)
        at = found + 1
    return [*offsets, at]
