"""The text of a page as browsers give it (textContent of its body), and its paragraphs in it.

Annotation programs count characters in this text. It has all of the page: navigation, citations,
and words that are not displayed.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

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
