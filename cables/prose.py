"""A text of the archive's own -> its HTML, and the released cables that it is about.

Only what readers may see is asked for: whatever a text names that is withheld, or not here, stays
the words that it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from .markdown import named_in, to_html
from .models import Cable, Note
from .querysets import READER


@dataclass(frozen=True, slots=True)
class Prose:
    """A text as readers get it. `cables` are (cable, ids of the paragraphs meant)."""

    html: SafeString
    cables: list[tuple[Cable, list[str]]]


def read_prose(markdown: str, linked: Iterable[tuple[str, str]] = ()) -> Prose:
    """Return a text with its references as links.

    `linked` are (reference, paragraph) that belong to it beside those that it names; they come
    first among its cables.
    """
    meant = [*linked, *named_in(markdown)]
    known = find_cables(reference for reference, _ in meant)
    paragraphs = {cable: [] for reference, _ in meant if (cable := known.get(reference))}
    for reference, paragraph in dict.fromkeys(meant):
        cable = known.get(reference)
        if cable and paragraph in cable.paragraph_ids and paragraph not in paragraphs[cable]:
            paragraphs[cable].append(paragraph)

    def address_of(reference: str, paragraph: str) -> str:
        cable = known.get(reference)
        if cable is None or (paragraph and paragraph not in cable.paragraph_ids):
            return ""
        return f"{cable.get_absolute_url()}#{paragraph}" if paragraph else cable.get_absolute_url()

    return Prose(to_html(markdown, address_of), list(paragraphs.items()))


def read_notes(cable: Cable) -> dict[str, list[SafeString]]:
    """Return {paragraph: the HTML of the archive's notes on it}; "" are those above the cable."""
    notes: dict[str, list[SafeString]] = {}
    rows = Note.objects.using(READER).filter(cable=cable).values_list("paragraph", "text")
    for paragraph, text in rows:
        notes.setdefault(paragraph, []).append(read_prose(text).html)
    return notes


def find_cables(references: Iterable[str]) -> dict[str, Cable]:
    """Return the published cables by these references, present or former."""
    return Cable.objects.published().for_listing("paragraph_ids").by_reference(references)
