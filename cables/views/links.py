"""What the references in a cable's text lead to, and the list of all that it refers to."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..citing import Printed, prints_serial, words_of
from ..paragraphs import Block
from ..templatetags.wire import full_name, named
from .around import Around, Lead

# What an item of a REF list can be if it is no cable -> what it is called.
KINDS = {
    "email": "an e-mail",
    "telcon": "a telephone call",
    "report": "a report",
    "fam": "of the Foreign Affairs Manual",
    "dtg": "a message known by its date and time alone",
    "points": "talking points",
}
QUALIFIERS = {
    "NOTAL": "not to all: some who get this cable did not get that one",
    "EXDIS": "exclusive distribution",
    "NODIS": "no distribution beyond those who are addressed",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a text, [start:end], and what is added to it."""

    start: int
    end: int
    address: str = ""  # Where it leads; "" if it leads nowhere.
    title: str = ""  # What is there, in words.
    anchor: str = ""  # Its own fragment.
    note: str = ""  # What stands beside it, and is no part of the text.


@dataclass(frozen=True, slots=True)
class Row:
    """Something that a cable refers to. `shown` is its reference, or else the words printed."""

    shown: str
    lead: Lead = Lead()
    bullet: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()  # Each with what it means.
    title: str = ""  # As the item gives it, where the cable is not here to tell.
    words: str = ""  # What else is to be said of it.
    paragraph: str = ""  # The first that names it, if the REF list does not.


def preamble_links(printed: Printed, around: Around) -> list[Link]:
    """Return what is added to the items of a preamble, in order."""
    links = []
    for item in printed.items:
        reference = item.cited.reference
        lead, note = around.leads.get(reference, Lead()), ""
        if reference and item.end > item.start:
            note = absent(reference, lead)
        links.append(Link(item.start, item.end, str(lead), about(lead), item.anchor, note))
    return sorted(links, key=lambda link: (link.start, link.end))


def text_links(
    blocks: Iterable[Block], printed: Printed, around: Around, page: str
) -> dict[str, list[Link]]:
    """Return {block id: the links inside it}, in order.

    "Ref A" leads to the item with that letter, unless it names a paragraph of a cable that is
    here; what leads nowhere is no link. `page` is the address of the page with the items, ""
    if it is the same.
    """
    found = {}
    for block in blocks:
        for each in printed.named.get(block.id, ()):
            lead = around.leads.get(each.reference, Lead())
            address, title = lead.address(each.target), about(lead, each.target)
            words = block.text[each.start : each.end]
            item = _item_meant(words, each.reference, printed)
            if item and not (each.target and address):
                address, title = f"{page}#{item.anchor}", f"reference {item.cited.text}"
            if address:
                found.setdefault(block.id, []).append(Link(each.start, each.end, address, title))
    return found


def _item_meant(words: str, reference: str, printed: Printed):
    """Return the item that "ref A", "reftel" or the B of "refs A and B" stands for, or None."""
    if reference and prints_serial(words, reference):
        return None
    letters = words_of(words.upper())
    for item in printed.items:
        cited = item.cited
        meant = cited.reference == reference if reference else cited.bullet in letters
        if item.anchor and meant:
            return item
    return None


def refers_to(cable, printed: Printed, around: Around) -> list[Row]:
    """Return all that a cable refers to: the items of its REF list, then what its source and its
    text name beside them."""
    rows = [_row_of(item, around) for item in printed.items]
    given = dict.fromkeys(cable.cites, "")
    for paragraph, each in printed.named.items():
        for named_there in each:
            given.setdefault(named_there.reference, paragraph)
    listed = {row.shown for row in rows} | {row.lead.cable for row in rows}
    for reference, paragraph in given.items():
        lead = around.leads.get(reference)
        if lead and reference not in listed and (lead.cable is None or lead.cable not in listed):
            rows.append(_row(reference, around, paragraph=paragraph))
            listed.add(lead.cable or reference)
    return rows


def _row_of(item, around: Around) -> Row:
    cited = item.cited
    qualifiers = tuple((code, QUALIFIERS.get(code, "")) for code in cited.qualifiers)
    said = {"bullet": cited.bullet, "qualifiers": qualifiers}
    if cited.reference:
        return _row(cited.reference, around, title=cited.title, **said)
    return Row(cited.text, words=KINDS.get(cited.kind, ""), **said)


def _row(reference: str, around: Around, **said) -> Row:
    lead = around.leads.get(reference, Lead())
    if lead.cable is None:
        return Row(reference, lead, words="not here", **said)
    said["title"] = ""
    if lead.earlier:
        words = f"(of the year before: no year is printed, and {reference} is not here)"
        return Row(lead.cable.reference, lead, words=words, **said)
    return Row(reference, lead, **said)


def absent(reference: str, lead: Lead) -> str:
    """Return what is said beside a reference that is not here."""
    if lead.earlier:
        return f"{lead.cable.reference}, of the year before; {reference} is not here"
    return "" if lead.cable else f"{reference} is not here"


def about(lead: Lead, paragraph: str = "") -> str:
    """Return what a reference leads to, in words."""
    if lead.cable is None:
        return ""
    there = lead.cable.reference
    if paragraph and paragraph in lead.cable.paragraph_ids:
        there = f"{there}, {full_name(paragraph)}"
    return f"{there}: {named(lead.cable)}" if lead.cable.title else there
