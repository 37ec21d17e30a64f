"""What is read of a document: its text, and what its editors added to it."""

from dataclasses import dataclass, field

from lxml import etree

from ...telegram.fact_types import EditorNote, PrintedLink
from .marked_words import MarkedWords


@dataclass(slots=True)
class DocumentText:
    """The text of a document, and what its editors added.

    An addition has an anchor: the end of the text before it, so long that it stands nowhere earlier
    (at most 3,200 characters); "" is the heading.
    """

    body: str = ""
    notes: list[EditorNote] = field(default_factory=list)
    pages: list[list[str]] = field(default_factory=list)  # [anchor, page number as printed]
    gaps: list[list[str]] = field(default_factory=list)  # [anchor, what was left out]
    links: list[list[str]] = field(default_factory=list)  # [anchor, words that end there, target]
    styles: list[list[str]] = field(default_factory=list)  # [anchor, words that end there, style]
    terms: list[MarkedWords] = field(default_factory=list)  # Words that lead to lists.
    sources: list[str] = field(default_factory=list)  # Notes on the source of the document.
    source_number: str = ""  # Of the note on the source among the footnotes, "" if it has none.
    source_links: list[PrintedLink] = field(default_factory=list)  # In the sources, joined.
    summaries: list[str] = field(default_factory=list)  # Summaries by its editors.
    summary_links: list[PrintedLink] = field(default_factory=list)  # In these, joined.
    opener: list[str] = field(default_factory=list)  # The lines above the text.
    dateline: etree._Element | None = None
    images: int = 0  # Pages of the document on microfiche.
    has_pdf: bool = False  # Whether these are published as one file.
