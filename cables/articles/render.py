"""Render articles and notes of the archive: HTML with links, and the cables that they name.

Only published cables are linked. References to other cables stay plain text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from ..models import Cable, Note
from ..models.querysets import READER
from .markdown import named_in, to_html


@dataclass(frozen=True, slots=True)
class Prose:
    """A rendered text. `cables` are (cable, ids of the paragraphs that it names)."""

    html: SafeString
    cables: list[tuple[Cable, list[str]]]


def read_prose(markdown: str, linked: Iterable[tuple[str, str]] = ()) -> Prose:
    """Render a text with its references as links.

    `linked` are further (reference, paragraph) that belong to it; they come first in `cables`.
    """
    named = [*linked, *named_in(markdown)]
    by_reference = find_cables(reference for reference, _ in named)
    paragraphs: dict[Cable, list[str]] = {
        cable: [] for reference, _ in named if (cable := by_reference.get(reference))
    }
    for reference, paragraph in dict.fromkeys(named):
        cable = by_reference.get(reference)
        if cable and paragraph in cable.paragraph_ids and paragraph not in paragraphs[cable]:
            paragraphs[cable].append(paragraph)

    def address_of(reference: str, paragraph: str) -> str:
        cable = by_reference.get(reference)
        if cable is None or (paragraph and paragraph not in cable.paragraph_ids):
            return ""
        return f"{cable.get_absolute_url()}#{paragraph}" if paragraph else cable.get_absolute_url()

    return Prose(to_html(markdown, address_of), list(paragraphs.items()))


def read_notes(cable: Cable) -> dict[str, list[SafeString]]:
    """Return {paragraph id: the HTML of notes on it}; "" for notes on the whole cable."""
    notes: dict[str, list[SafeString]] = {}
    rows = Note.objects.using(READER).filter(cable=cable).values_list("paragraph", "text")
    for paragraph, text in rows:
        notes.setdefault(paragraph, []).append(read_prose(text).html)
    return notes


def find_cables(references: Iterable[str]) -> dict[str, Cable]:
    """Return {reference: published cable} for current and former references."""
    return Cable.objects.published().for_listing("paragraph_ids").held_by_reference(references)
