"""Find who signed a document (F-19)."""

import re

from lxml import etree

from .cross_references import linked_text
from .tei_text import local, text_of
from .volume import own_elements

LONGEST = 60  # Characters of a closing line that names a sender.
UNSIGNED = re.compile(r"[\[(]?File[d]? copy not signed", re.IGNORECASE)
BY_WIRE = re.compile(r"(?:\w+ )?(?:Tele|Air)gram\b", re.IGNORECASE)
LAST = 4  # Paragraphs at the end, one of which may be the signature.
MARKED = re.compile(
    r"[\[(]signed[\])]:?\s*(?P<name>[A-Z][^\d;:\n]{3,60})$",
    re.IGNORECASE | re.MULTILINE,
)
# What the telegraph office adds behind the name.
OFFICE_NOTE = re.compile(r"\s*\bNOTE BY\b.*")
# "... mid-March. KISSINGER", "... TO FOLLOW. RELL UNQUOTE KISSINGER".
IN_CAPITALS = re.compile(r"(?:^|[.!?)”\"]\s*)(?:[A-Z]{4,} ){0,2}(?P<name>[A-Z][A-Z’'-]{3,})\.?$")


def signature_of(
    document: etree._Element, title: str, sender: str = "", recipient: str = ""
) -> str:
    """Return who signed a document, "" if no one: its signature, closing line or last name."""
    if (signed := next(own_elements(document, "signed"), None)) is not None:
        return text_of(signed).rstrip(" ,")
    closers = [text_of(each) for each in own_elements(document, "closer")]
    if closers:
        named = len(closers[-1]) < LONGEST and not UNSIGNED.search(closers[-1])
        return closers[-1].rstrip(" ,") if named else ""
    if BY_WIRE.match(title):
        return _at_the_end(document)
    if marked := _behind_mark(document):
        return marked
    return _in_last_attachment(document, sender, recipient)


def closing_of(document: etree._Element) -> str:
    """Return the words with which a letter takes leave: its last paragraphs, and its closer."""
    last = [*own_elements(document, "p")][-LAST:]
    return " ".join(map(text_of, (*last, *own_elements(document, "closer"))))


def _behind_mark(document: etree._Element) -> str:
    """Return the name behind "[signed]" in one of the last paragraphs, or ""."""
    paragraphs = list(own_elements(document, "p"))[: -LAST - 1 : -1]
    lines = (linked_text(each, in_lines=True)[0] for each in paragraphs)
    found = next(filter(None, map(MARKED.match, lines)), None)
    return found["name"].strip(" ,") if found else ""


def _in_last_attachment(document: etree._Element, sender: str, recipient: str) -> str:
    """Return the sender's signature at the end of the last attachment, "" if there is none.

    A document that quotes others goes on in the attachment with the last of them if the
    recipient's name follows: "Hon. William H. Seward".
    """
    last = [each for each in document if local(each)][-2:]
    if [local(each) for each in last] != ["attachment", "postscript"]:
        return ""
    signed = [text_of(each) for each in last[0].iter("{*}signed")]
    named = (
        signed and _has_surname(signed[-1], sender) and _has_surname(text_of(last[1]), recipient)
    )
    return signed[-1].rstrip(" ,") if named else ""


def _has_surname(words: str, party: str) -> bool:
    """Return whether words have the surname of "Mr. Pike", "Minister in Peru (Pike)"."""
    names = _names(party)
    return bool(names) and names[-1] in _names(words)


def _names(words: str) -> list[str]:
    return re.findall(r"\w+", words.casefold())


def _at_the_end(document: etree._Element) -> str:
    """Return the name in capitals with which the last paragraph ends."""
    paragraphs = (OFFICE_NOTE.sub("", text_of(each)) for each in own_elements(document, "p"))
    lines = [words for words in paragraphs if words and not words.startswith("[")]
    found = IN_CAPITALS.search(lines[-1]) if lines else None
    return found["name"] if found else ""
