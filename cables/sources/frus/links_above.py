"""Links in the lines above a text: heading, sender, recipient, summary (F-12)."""

from collections.abc import Iterator, Sequence

from ...telegram.fact_types import EditionFacts, PrintedLink
from .cross_references import linked_text
from .marked_words import PERSON, MarkedWords, links_of
from .printed_titles import heads_of
from .volume import Document, Volume


def row_links(
    document: Document, volume: Volume, edition: EditionFacts, in_summary: Sequence[PrintedLink]
) -> dict[str, list[PrintedLink]]:
    """Return {"heading", "from", "to", "summary": links in that fact of an edition, if any}."""
    title = edition.get("heading", "")
    links = [*links_of(document.id, volume, title, _links_of_heads(document, title))]
    sender, recipient = edition.get("from", ""), edition.get("to", "")
    summary = edition.get("summary", "")
    rows = {
        "heading": links,
        "from": _inside(links, title.find(sender), len(sender)),
        "to": _inside(links, title.rfind(recipient), len(recipient)),
        "summary": [*links_of(document.id, volume, summary, in_summary)],
    }
    return {name: found for name, found in rows.items() if found}


def _links_of_heads(document: Document, title: str) -> list[PrintedLink]:
    """Return the links in the headings of a document, none if its title has other words."""
    links: list[PrintedLink] = []
    joined = ""
    for head in heads_of(document.element):
        words, found = linked_text(head, len(joined) + 1 if joined else 0)
        joined = " ".join(filter(None, (joined, words)))
        links += found
    return links if joined == title else []


def _inside(links: Sequence[PrintedLink], start: int, length: int) -> list[PrintedLink]:
    """Return the links inside a part of their text, by their places in that part."""
    end = start + length
    return [
        {"start": each["start"] - start, "end": each["end"] - start, "to": each["to"]}
        for each in links
        if 0 <= start <= each["start"] and each["end"] <= end
    ]


def marked_above(edition: EditionFacts) -> Iterator[MarkedWords]:
    """Yield the persons to whom words of heading and summary lead."""
    for name, text in (("heading", edition["heading"]), ("summary", edition["summary"])):
        for link in edition["row_links"].get(name, ()):
            if link["to"].startswith(f"#{PERSON}"):
                start, end = link["start"], link["end"]
                yield MarkedWords(text[:start], text[start:end], text[end:], link["to"])
