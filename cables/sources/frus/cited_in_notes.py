"""Find the documents of its volume to which text and notes of a document lead (F-26)."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from ...telegram.fact_types import EditionFacts, PrintedLink
from .volume import Volume

# "Not printed, but see telegram 12, infra": the document behind it in the volume.
BESIDE = re.compile(r"\b(?P<where>supra|infra)\b(?!-)", re.IGNORECASE)
# Before it, what is no document, or not the nearest: "p. 12", "footnote 3", "Appendix B".
OF_PLACE = re.compile(
    r"\b(?:pp?\. ?\d|(?:foot)?notes? \d|appendix|annex|chapter|section|vol|ante\b|post\b|ibid)"
    r"[^.;]*$|\d (?:and|or) [^.;]*$",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"\b(?:[A-Z]\w+|telegram|airgram|despatch)(?: No\.)? (?P<number>\d+),? ?\W?$")
LINKED = re.compile(r"#d\d+[a-zA-Z]?(?:fn\d+)?")


def links_beside(
    document: str, volume: Volume, text: str, links: Sequence[PrintedLink]
) -> Iterator[PrintedLink]:
    """Yield links for "supra" and "infra" in a note: to the documents before and behind its own."""
    names = [*volume.references]
    for match in BESIDE.finditer(text):
        before = text[: match.start()]
        at = names.index(document) + (1 if match["where"].lower() == "infra" else -1)
        near = names[at] if 0 <= at < len(names) else document
        _, _, number = volume.references[near]
        named = NUMBERED.search(before)
        is_other = named and number and named["number"] != number
        in_chapter = volume.days[near][0] == volume.days[document][0]
        is_linked = any(each["end"] + 3 >= match.start() and "#d" in each["to"] for each in links)
        if in_chapter and not is_other and not is_linked and not OF_PLACE.search(before):
            yield {"start": match.start(), "end": match.end(), "to": f"#{near}"}


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
