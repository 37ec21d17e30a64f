"""Find the documents of its volume to which text and notes of a document link (F-26)."""

import re
from collections.abc import Iterator
from datetime import datetime

from ...telegram.fact_types import EditionFacts
from .volume import Volume

LINKED = re.compile(r"#d\d+[a-zA-Z]?(?:fn\d+)?")


def find_linked(
    edition: EditionFacts, body: str, volume: Volume, created: datetime
) -> Iterator[str]:
    """Yield the references of the documents of the volume that a document of this day links to.

    That is the reference of a telegram if no other has it, else the published name, and so of one
    that was sent later, which no number cites (R-4).
    """
    targets = (target[1:].partition("fn")[0] for _, target in cited_by_links(edition, body))
    for document in dict.fromkeys(targets):
        claim, name, _ = volume.references.get(document, ("", "", ""))
        earlier = volume.claims[claim] == 1 and volume.numbered[claim][0].sent <= created
        if reference := claim if earlier else name:
            yield reference


def cited_by_links(edition: EditionFacts, body: str) -> Iterator[tuple[str, str]]:
    """Yield ("link", "#d13" or "#d13fn2") of the links to other documents of the volume.

    What is no longer in the text counts no more, nor does a note there.
    """
    line = " ".join(body.split())
    notes = [note for note in edition.get("notes", ()) if note["at"] in line]
    targets = [target for at, _, target in edition.get("links", ()) if at in line]
    targets += [link["to"] for note in notes for link in note.get("links", ())]
    targets += (link["to"] for link in edition.get("source_links", ()))
    own = f"#{edition.get('document', '')}"
    for target in filter(LINKED.fullmatch, targets):
        if target.partition("fn")[0] != own:
            yield "link", target
