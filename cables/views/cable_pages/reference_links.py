"""Links for the references in a text, and the list of everything that a cable refers to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...search.list_counts import ListCounts
from ...telegram.citation_links import LocatedReferences, prints_serial, words_of
from ...telegram.fact_types import edition_of
from ...telegram.paragraphs import Block
from ...telegram.references import is_document, serial_of
from ...telegram.titles import reading_title
from ...templatetags.paragraph_names import full_name
from ..list_pages.volume_links import links_in, publishers_pages
from .related_cables import Lead, RelatedCables

# Kind of a REF item that is not a cable -> its name.
KINDS = {
    "email": "an e-mail",
    "telcon": "a telephone call",
    "report": "a report",
    "fam": "of the Foreign Affairs Manual",
    "dtg": "a message identified by date and time only",
    "points": "talking points",
    "airgram": "an airgram",
    "despatch": "a despatch",
    "telegram": "a telegram whose post is not named",
}
# Why it is not certain which cable a reference means.
ONLY_LATER = "the cable of this number that is here is a later one"
TO_OTHERS = "the cable of this number that is here was sent to other posts"
# A note behind a number: "Text in Document 25.", "Printed as telegram 12 to Rome, Document 25."
PRINTED_IN = re.compile(r"(?:(?:Text )?(?:printed )?(?:in|as) (?:[^.;,]+, )?)?Document (\d+)", re.I)
SERIAL = re.compile(r"\d+(?=\W*$)")
QUALIFIERS = {
    "NOTAL": "not to all: some who get this cable did not get that one",
    "EXDIS": "exclusive distribution",
    "NODIS": "no distribution beyond those who are addressed",
}


@dataclass(frozen=True, slots=True)
class TextLink:
    """A link or note on a part of a text, [start:end]."""

    start: int
    end: int
    address: str = ""  # "" if there is no target.
    title: str = ""  # A description of the target.
    anchor: str = ""  # The id of the link itself.
    note: str = ""  # Shown beside it, not part of the text.


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One thing that a cable refers to. `shown` is its reference, or the printed words."""

    shown: str
    lead: Lead = Lead()
    bullet: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()  # (code, meaning).
    title: str = ""  # As printed in the item, if the cable is not held.
    words: str = ""  # A remark.
    publisher: str = ""  # The address there of a document of a volume that is not here.
    paragraph: str = ""  # The first one that cites it, if the REF list does not.
    document: tuple[str, str] | None = None  # Number and address of another with its text.


def preamble_links(printed: LocatedReferences, related: RelatedCables) -> list[TextLink]:
    """Return the links on the items of a preamble, in order."""
    links = []
    for item in printed.items:
        reference = item.cited.reference
        lead, note = related.leads.get(reference, Lead()), ""
        if reference and item.end > item.start:
            note = absent(reference, lead)
        links.append(TextLink(item.start, item.end, str(lead), about(lead), item.anchor, note))
    return sorted(links, key=lambda link: (link.start, link.end))


def text_links(
    blocks: Iterable[Block], printed: LocatedReferences, related: RelatedCables, page: str
) -> dict[str, list[TextLink]]:
    """Return {block id: the links inside it}, in order.

    "Ref A" links to the item with that letter, unless it cites a paragraph of a held cable. A
    reference without a target gets no link. `page` is the address of the page with the items;
    "" is this page.
    """
    links: dict[str, list[TextLink]] = {}
    for block in blocks:
        for each in printed.named.get(block.id, ()):
            lead = related.leads.get(each.reference, Lead())
            address, title = lead.address(each.target), about(lead, each.target)
            words = block.text[each.start : each.end]
            item = _item_meant(words, each.reference, printed)
            if item and not (each.target and address):
                address, title = f"{page}#{item.anchor}", f"reference {item.cited.text}"
            if address:
                link = TextLink(each.start, each.end, address, title)
                links.setdefault(block.id, []).append(link)
    return links


def _item_meant(words: str, reference: str, printed: LocatedReferences):
    """Return the REF item meant by "ref A", "reftel" or the B of "refs A and B", or None."""
    if reference and prints_serial(words, reference):
        return None
    letters = words_of(words.upper())
    for item in printed.items:
        cited = item.cited
        meant = cited.reference == reference if reference else cited.bullet in letters
        if item.anchor and meant:
            return item
    return None


def refers_to(cable, printed: LocatedReferences, related: RelatedCables) -> list[ReferenceRow]:
    """Return the items of the REF list, then what only the source or the text cites."""
    rows = [_row_of(item, related) for item in printed.items]
    cited = dict.fromkeys(cable.cites, "")
    for paragraph, each in printed.named.items():
        for named_there in each:
            cited.setdefault(named_there.reference, paragraph)
    listed = {row.shown for row in rows} | {row.lead.cable for row in rows}
    for reference, paragraph in cited.items():
        lead = related.leads.get(reference)
        if lead and reference not in listed and (lead.cable is None or lead.cable not in listed):
            rows.append(_row(reference, related, paragraph=paragraph))
            listed.add(lead.cable or reference)
    absent_names = [row.shown for row in rows if row.lead.cable is None]
    pages = publishers_pages(absent_names, ListCounts.current())
    serials = [serial_of(row.shown) for row in rows]
    texts = _texts_of(cable, serials) if absent_names else {}
    return [
        replace(row, publisher=pages.get(row.shown, ""), document=texts.get(serial))
        for row, serial in zip(rows, serials, strict=True)
    ]


def _texts_of(cable, serials: list[int | None]) -> dict[int | None, tuple[str, str]]:
    """Return {12: (number, address) of the document that its note names behind "your 12"}."""
    texts: dict[int | None, tuple[str, str]] = {}
    edition = edition_of(cable.facts)
    links = links_in(edition.get("volume", ""), ListCounts.current())
    for note in edition.get("notes", ()):
        said, cited = PRINTED_IN.match(note["text"]), SERIAL.search(note["at"])
        for link in note.get("links", ()):
            if said and cited and link["end"] == said.end() and serials.count(int(cited[0])) == 1:
                texts[int(cited[0])] = said[1], links.address(link["to"])
    return texts


def _row_of(item, related: RelatedCables) -> ReferenceRow:
    cited = item.cited
    qualifiers = tuple((code, QUALIFIERS.get(code, "")) for code in cited.qualifiers)
    values = {"bullet": cited.bullet, "qualifiers": qualifiers}
    if cited.reference:
        return _row(cited.reference, related, title=cited.title, **values)
    return ReferenceRow(cited.text, words=KINDS.get(cited.kind, ""), **values)


def _row(reference: str, related: RelatedCables, **values) -> ReferenceRow:
    lead = related.leads.get(reference, Lead())
    if lead.cable is None:
        words = "not here" if lead.certain else f"(not certain: {ONLY_LATER})"
        return ReferenceRow(reference, lead, words=words, **values)
    values["title"] = ""
    if not lead.certain:
        return ReferenceRow(reference, lead, words=f"(not certain: {TO_OTHERS})", **values)
    if lead.earlier:
        words = f"(of the year before: no year is printed, and {_why_earlier(reference, lead)})"
        return ReferenceRow(lead.cable.reference, lead, words=words, **values)
    shown = lead.cable.reference if is_document(reference) else reference
    return ReferenceRow(shown, lead, **values)


def absent(reference: str, lead: Lead) -> str:
    """Return the note beside a reference whose cable is not held or not certain, else ""."""
    if not lead.certain:
        return f"{reference}: not certain, {TO_OTHERS if lead.cable else ONLY_LATER}"
    if lead.cable is None:
        return f"{reference} is not here"
    if lead.earlier:
        return f"{lead.cable.reference}, of the year before; {_why_earlier(reference, lead)}"
    return ""


def _why_earlier(reference: str, lead: Lead) -> str:
    return f"{reference} is {'a later cable' if lead.later else 'not here'}"


def about(lead: Lead, paragraph: str = "") -> str:
    """Return a description of the cable that a reference leads to, "" without one."""
    if lead.cable is None:
        return ""
    there = lead.cable.reference
    if paragraph and paragraph in lead.cable.paragraph_ids:
        there = f"{there}, {full_name(paragraph)}"
    return f"{there}: {reading_title(lead.cable)}"
