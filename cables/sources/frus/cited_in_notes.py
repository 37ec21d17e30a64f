"""Find what a cable cites where a note of the editors says which document that is (F-26).

"Embtel 412" with the footnote "Document 143."; "Telegram 412 is Document 13." in a source note.
"""

import re
from collections.abc import Iterable, Iterator

from ...telegram import dates
from ...telegram.fact_types import CABLES, EditionFacts, EditorNote, PrintedLink
from .cited_numbers import reference_of
from .document_parts import DocumentText
from .heading import Heading
from .volume import Volume

# A note that is nothing but the document: "Document 143.", "See Document 143.".
ONLY = re.compile(r"(?:See |Printed as )?Document \d{1,4}[A-Za-z]?\.?")
# Before its mark, a number, perhaps with its day: "Deptel circular 129.", "your 534 (Sept 21)".
NUMBER_BEFORE = re.compile(
    r"(?:\b[Rr]e|\b[Rr]ef(?:s|erence)?|tels?|[Tt]elegrams?|[Cc]ables?|[Cc]ircular|[Dd]ispatch"
    r"|[Dd]espatch|[Aa]irgram|[Ii]nstruction|[Yy]our|[Mm]y|[Oo]ur|[Uu]r|[Nn]os?\.|[A-Z][\w’-]+)"
    r"[\s:]+(?:[A-Z]{1,3}[–-])?(?P<number>\d{1,6})"
    r"(?:,? (?:of )?[A-Z][a-z]{2,8}\.? \d{1,2})?[).,;]*$"
)
# "Telegram 412 is Document 13", "Airgram A–60 is printed as Document 16".
TOLD = re.compile(
    r"\b(?:[Tt]elegram|[Cc]able|[Aa]irgram|[Dd]espatch|[Ii]nstruction)s?"
    r" (?P<number>(?:[A-Z]{1,3}[ –-])?\d{1,6})(?:,? (?:from|to|of) [^.;]{2,40}?)?,?"
    r" is(?: printed(?: as)?)? "
)
BEFORE_LINK = re.compile(rf"{TOLD.pattern}$")
# "at his house June 20", "paragraph 4".
NO_CITATION = re.compile(
    rf"(?:{dates.MONTH_NAME.pattern})\.? \d+$"
    r"|^(?:Document|paragraph|para|page|part|Section|Item|Tab) \d+$",
    re.IGNORECASE,
)


def find_in_notes(heading: Heading, text: DocumentText, volume: Volume, own: str) -> Iterator[str]:
    """Yield the references of the documents of the volume that notes name for cited numbers.

    `own` is the reference or the published name of the cable itself.
    """
    if heading.kind not in CABLES:
        return
    source = " ".join(text.sources)
    documents = [
        *_behind_numbers(text.notes),
        *_told(source, text.source_links, text.body),
        *(each for note in text.notes for each in _told(note["text"], _links(note), text.body)),
    ]
    for document, number in dict.fromkeys(documents):
        if (name := reference_of(document, number, volume)) and name != own:
            yield name


def cited_by_notes(edition: EditionFacts, body: str) -> Iterator[tuple[str, str]]:
    """Yield ("note", words of a text) for what notes say of numbers that stand in the text."""
    line = " ".join(body.split())
    for note in edition.get("notes", ()):
        if ONLY.fullmatch(note["text"]) and note["at"] in line:
            yield "note", note["at"]
    notes = (note["text"] for note in edition.get("notes", ()))
    for text in (edition.get("source_note", ""), *notes):
        for told in TOLD.finditer(text):
            if _stands_in(told["number"], body):
                yield "note", told["number"]


def _behind_numbers(notes: Iterable[EditorNote]) -> Iterator[tuple[str, str]]:
    """Yield (document, number before it) of each note that is nothing but a document."""
    for note in notes:
        before, links = note["at"].rstrip(), _links(note)
        cited = NUMBER_BEFORE.search(before)
        if not cited or NO_CITATION.search(cited[0].rstrip(").,;")):
            continue
        if len(links) == 1 and ONLY.fullmatch(note["text"].strip()):
            yield _document(links[0]), str(int(cited["number"]))


def _told(note: str, links: Iterable[PrintedLink], body: str) -> Iterator[tuple[str, str]]:
    """Yield (document, number) where a note says which document a telegram is.

    The text must have the number.
    """
    for link in links:
        told = BEFORE_LINK.search(note[: link["start"]])
        if told and _stands_in(told["number"], body):
            yield _document(link), re.split(r"\D+", told["number"])[-1]


def _stands_in(number: str, body: str) -> bool:
    digits = re.escape(number.replace("–", "-"))
    return re.search(rf"(?<!\d){digits}(?!\d)", body.replace("–", "-")) is not None


def _links(note: EditorNote) -> list[PrintedLink]:
    return note.get("links", [])


def _document(link: PrintedLink) -> str:
    """Return the id of the document of this volume that a link leads to: "d13"; or ""."""
    return link["to"].removeprefix("#") if re.fullmatch(r"#?d\d+[a-zA-Z]?", link["to"]) else ""
