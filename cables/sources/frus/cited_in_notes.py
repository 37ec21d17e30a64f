"""Find the documents of its volume to which text and notes of a document link (F-26)."""

import re
from collections.abc import Iterator

from ...telegram.fact_types import EditionFacts
from .volume import Volume

LINKED = re.compile(r"#d\d+[a-zA-Z]?(?:fn\d+)?")


def find_linked(edition: EditionFacts, volume: Volume) -> Iterator[str]:
    """Yield the published names of the documents of the volume that a document links to."""
    targets = (target[1:].partition("fn")[0] for _, target in cited_by_links(edition))
    for document in dict.fromkeys(targets):
        if name := volume.references.get(document, ("", ""))[1]:
            yield name


def cited_by_links(edition: EditionFacts) -> Iterator[tuple[str, str]]:
    """Yield ("link", "#d13" or "#d13fn2") of the links to other documents of the volume."""
    notes = (link for note in edition.get("notes", ()) for link in note.get("links", ()))
    targets = [target for _, _, target in edition.get("links", ())]
    targets += (link["to"] for link in (*edition.get("source_links", ()), *notes))
    own = f"#{edition.get('document', '')}"
    for target in filter(LINKED.fullmatch, targets):
        if target.partition("fn")[0] != own:
            yield "link", target
