"""Find who signed a document (F-19)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, takewhile

from lxml import etree

from .cross_references import linked_text
from .parties import EXTRACT_OF, TO_LABEL, WORDS_OF
from .printed_layout import HEADS
from .tei_text import local, text_of, words_before
from .volume import own_elements

LONGEST = 60  # Characters of a closing line that names a sender.
UNSIGNED = re.compile(r"[\[(]?File[d]? copy not signed", re.IGNORECASE)
LETTER = re.compile(r"(?:\w+ )?(?:Letter|Memorandum)\b")
BY_WIRE = re.compile(r"(?:\w+ )?(?:Tele|Air)gram\b", re.IGNORECASE)
# The first letter of HEADS, or no word yet.
MAY_HEAD = re.compile(r"\s*(?:[\[(aeist]|$)", re.IGNORECASE)
PLURAL = re.compile(r"\w+s:", re.IGNORECASE)  # "Enclosures:", a list of them.
LISTED = re.compile(r"(?:[EI]nclosure|Attachment|Annex|Tab)s?: .+")  # "Enclosures: 1. Fees."
AND = re.compile(r"[ ,]+(?:(?:&|and)$)?$")  # Between co-signers.
# Above the signature of one who certifies a copy: he did not write it.
OF_COPY = re.compile(
    r"(?:.*[.,;:] )?\W*(?:certified|attest(?:ed)?"
    r"|(?:(?:(?:this|the above) is )?a )?(?:true|official) copy"
    r"|i (?:hereby )?certify\b.*\btrue copy\b.*)\W*",
    re.IGNORECASE,
)
COPY = 200  # Characters in which he says so.
NAME = re.compile(r"(?:[A-Z][\w’'-]*\.? ?){2,4}")  # "Maro K. Rell", "MARO RELL."
POSTSCRIPT = re.compile(r"P\. ?S\.")
LAST = 4  # Paragraphs at the end, one of which may be the signature.
MARKED = re.compile(
    r"[\[(]signed[\])]:?\s*(?P<name>[A-Z][^\d;:\n]{3,60})$", re.IGNORECASE | re.MULTILINE
)
# On the right: "MARO RELL, Minister Resident.".
WITH_TITLE = re.compile(r"(?:[A-Z][A-Z.’'-]* ){1,4}[A-Z][A-Z’'-]+, (?!Clerk\b|Jr\b)[A-Z][a-z].+")
# A footnote to a signature: "Printed from a copy that bears these typed initials."
OF_SIGNATURE = re.compile(
    r"Printed from a copy (?:that|which) (?:bears|indicates)\b[^.]*\b(?:initial|sign)",
    re.IGNORECASE,
)
STOP = re.compile(r"(?<=[a-z]{3})\.$")  # Behind a name, not behind "Jr".
GOES_ON = re.compile(r"[,;:]|\b(?:and|for|of|on|the|to)$")  # At the end of a line.
# What the telegraph office adds behind the name.
OFFICE_NOTE = re.compile(r"\s*\bNOTE BY\b.*")
# "... mid-March. KISSINGER", "... TO FOLLOW. RELL UNQUOTE KISSINGER".
IN_CAPITALS = re.compile(r"(?:^|[.!?)”\"]\s*)(?:[A-Z]{4,} ){0,2}(?P<name>[A-Z][A-Z’'-]{3,})\.?$")
# "I, Maro Rell, Secretary of State", "The governor of Paris, in view of the law": his office.
CERTIFIES = r"\bI, {}, (?P<office>(?-i:[A-Z])[^,.;\n]+)"
DECREES = re.compile(
    r"(?:[^\n]{,100}\n\n){,2}The (?P<office>[a-z]+(?: [\w’-]+){2,5}?),?"
    r" in (?:consideration|view|virtue|pursuance) of\b"
)


def office_in_text(body: str, signed: str) -> str:
    """Return the office that the one who signed a text gives himself in it; "" if he gives none."""
    name = re.escape(signed.strip(" .,"))
    if not name or ";" in signed:
        return ""
    may_certify = "I, " in body or "i, " in body  # A cheap test that is usually false.
    found = re.search(CERTIFIES.format(name), body, re.IGNORECASE) if may_certify else None
    found = found or DECREES.match(body)
    office = found["office"] if found else ""
    return office[:1].upper() + office[1:]


def signature_of(
    document: etree._Element, title: str, sender: str = "", recipient: str = ""
) -> str:
    """Return who signed a document, "" if no one: its signatures, closing line or last name.

    Several who signed one below the other are all told.
    """
    wired = BY_WIRE.match(title) is not None
    own = EXTRACT_OF.sub("", title)
    closings = list(_without_copiers(_own_closings(document, sender, wired=wired)))
    signed = [each for each in closings if local(each) in ("signed", "p")]
    if signed or any(True for _ in own_elements(document, "signed")):
        name = _of_signatures(signed, sender)
        quoted = WORDS_OF.match(own) and not _has_surname(name, sender)
        return "" if quoted or (LETTER.match(own) and _is_of_another(document, signed)) else name
    closers = [text_of(each) for each in closings]
    if closers:
        named = len(closers[-1]) < LONGEST and not UNSIGNED.search(closers[-1])
        return closers[-1].rstrip(" ,") if named else ""
    if BY_WIRE.match(title):
        return _at_the_end(document)
    if line := _line_of_name(document, sender):
        return line
    return _in_last_attachment(document, sender, recipient)


def _own_closings(
    document: etree._Element, sender: str, *, wired: bool
) -> Iterator[etree._Element]:
    """Yield the closers and signatures of a document before a paper that it encloses begins.

    That begins with a heading ("Tab A"), or with a second list of readers ("MEMORANDUM FOR"), which
    telegrams have for other reasons. A paragraph on the right, in capitals, with a title or the
    sender's name signs too, and one directly above a postscript, below which are only initials, or
    one that is marked as the same person as the sender.
    """
    person = document.find("{*}head//{*}persName[@type='from']")
    key = person.get("corresp") if person is not None else None
    addressed = begun = False
    for element in own_elements(document, "signed", "closer", "p", "head", "list"):
        name = local(element)
        if name in ("signed", "closer"):
            yield element
            continue
        on_right = element.get("rend") == "right"
        if begun and name == "p" and not on_right and not MAY_HEAD.match(element.text or ""):
            continue  # The text of most paragraphs is not wanted.
        words = text_of(element.find("{*}head") if name == "list" else element)
        if name == "list" and not wired and TO_LABEL.fullmatch(words):
            if addressed and begun:
                return
            addressed = True
        elif begun and name != "list" and HEADS.fullmatch(words) and not PLURAL.match(words):
            return
        if (
            begun
            and on_right
            and (
                _is_named(words, sender)
                or _is_above_postscript(element)
                or (key and _is_person(element, key, words))
            )
        ):
            yield element
        begun = begun or (name == "p" and len(words) > LONGEST and not element.get("rend"))


def _is_named(words: str, sender: str) -> bool:
    in_capitals = words.isupper() and _has_surname(words, sender)
    return in_capitals or WITH_TITLE.fullmatch(words) is not None


def _is_person(paragraph: etree._Element, key: str, words: str) -> bool:
    """Return whether the words of a paragraph are only a person, whom the markup has by a key."""
    person = paragraph.find("{*}persName")
    return person is not None and person.get("corresp") == key and text_of(person) == words


def _is_above_postscript(paragraph: etree._Element) -> bool:
    below = next(filter(local, paragraph.itersiblings()), None)
    return POSTSCRIPT.match(text_of(below)) is not None


def _of_signatures(signed: Sequence[etree._Element], sender: str) -> str:
    """Return the signature that is the sender's, else all that stand one below the other.

    What stands below a postscript, and in brackets before a signature, is no co-signer's.
    """
    printed = ((each, f"{words_before(each)}{text_of(each)}".lstrip()) for each in signed)
    signed = [each for each, words in printed if words[:1] != "["] or signed
    names = [AND.sub("", _in_one_line(each)) for each in signed]
    is_one = " and " not in sender
    own = [each for each, name in zip(signed, names, strict=True) if _has_surname(name, sender)]
    if (own and is_one) or not names:  # One on the right may be of a quotation.
        first = min(own, key=lambda each: local(each) == "p") if own else None
        return "" if first is None else AND.sub("", _in_one_line(first))
    below = zip(signed, signed[1:], names[1:], strict=False)
    others = takewhile(lambda pair: _is_below(*pair[:2]), below)
    return "; ".join(dict.fromkeys([names[0], *(name for *_, name in others)]))


def _in_one_line(signed: etree._Element) -> str:
    """Return the lines of a signature: "Rell, Director for Fees", of two persons "Rell; Quay"."""
    if len(items := [*filter(None, map(text_of, signed.iter("{*}item")))]) > 1:
        return "; ".join(STOP.sub("", AND.sub("", item)) for item in items)
    persons = {text_of(each) for each in signed.iter("{*}persName")}
    told, *more = linked_text(signed, in_lines=True)[0].strip().split("\n")
    for line in filter(None, map(str.strip, more)):
        if GOES_ON.search(told[-4:]) or line[0].islower() or "[" in (line[0], told[0]):
            told += f" {line}"
        else:
            told = f"{told}; {line}" if line in persons else f"{STOP.sub('', told)}, {line}"
    return " ".join(told.split())


def _without_copiers(closings: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """Yield closings without those who certify a copy, and who sign below them."""
    copier = None
    for each in closings:
        if _is_of_copy(each) or (copier is not None and _is_below(copier, each)):
            copier = each
        else:
            yield each


def _is_of_copy(closing: etree._Element) -> bool:
    """Return whether one certifies a copy: "Certified:", "A true copy:" before his name."""
    above = next(filter(local, _closer_of(closing).itersiblings(preceding=True)), None)
    words = f"{text_of(above)} {words_before(closing)}".strip()
    return OF_COPY.fullmatch(words[-COPY:]) is not None


def _is_of_another(document: etree._Element, signed: Sequence[etree._Element]) -> bool:
    """Return whether the markup names another person as the sender than as the one who signed.

    He signed what is enclosed. Surnames that are alike, or forenames alone, are no other person.
    """
    sender = document.find("{*}head//{*}persName[@type='from']")
    name = next((each.find("{*}persName") for each in signed), None)
    if sender is None or name is None or " " not in text_of(name):
        return False
    keys = {each.get("corresp") for each in (sender, name)}
    return len(keys - {None}) == 2 and not _has_surname(text_of(name), text_of(sender))


def _is_below(before: etree._Element, signed: etree._Element) -> bool:
    """Return whether a signature stands directly below another."""
    between = _closer_of(before).itersiblings()
    following = next(filter(local, between), None)
    return _closer_of(before) is _closer_of(signed) or following is _closer_of(signed)


def _closer_of(signed: etree._Element) -> etree._Element:
    """Return the closer around a signature, or the signature itself."""
    parent = signed.getparent()
    return parent if parent is not None and local(parent) == "closer" else signed


def closing_of(document: etree._Element) -> str:
    """Return the words with which a letter takes leave: its last paragraphs, and its closer."""
    last = [*own_elements(document, "p")][-LAST:]
    return " ".join(map(text_of, (*last, *own_elements(document, "closer"))))


def _line_of_name(document: etree._Element, sender: str) -> str:
    """Return the name in one of the last paragraphs, or "".

    It stands behind "[signed]", or is the sender's, on the right or marked as a person. What is
    enclosed ("[Enclosure]", "Tab A") stands behind it; what has no such heading may too, if the
    name is on the right, in capitals, or has a note on the signature.
    """
    paragraphs = [*own_elements(document, "p")]
    begun = dropwhile(lambda each: len(text_of(each)) <= LONGEST, paragraphs)
    own = [*takewhile(lambda each: not _is_of_enclosures(text_of(each)), begun)]
    for paragraph in dict.fromkeys((*own[: -LAST - 1 : -1], *paragraphs[: -LAST - 1 : -1])):
        line, _ = linked_text(paragraph, in_lines=True)
        if marked := MARKED.match(line):
            return marked["name"].strip(" ,")
        person = paragraph.find("{*}persName")
        alone = paragraph.get("rend") == "right" or text_of(person) == line.partition("\n")[0]
        if alone and len(line) < LONGEST and _has_surname(line, sender):
            return line.partition("\n")[0].strip(" ,")
    if (noted := next(filter(_has_note_on_it, own), None)) is not None:
        return linked_text(noted, in_lines=True)[0].partition("\n")[0].strip(" ,")
    names = ((each, linked_text(each, in_lines=True)[0].partition("\n")[0]) for each in own[::-1])
    signs = (name for each, name in names if NAME.fullmatch(name) and _is_set_apart(each, name))
    return next((name for name in signs if _has_surname(name, sender)), "")


def _is_set_apart(paragraph: etree._Element, name: str) -> bool:
    """Return whether a paragraph that is a name is set as a signature."""
    noted = any("signature" in text_of(note) for note in paragraph.iter("{*}note"))
    return noted or name.isupper() or paragraph.get("rend") == "right"


def _has_note_on_it(paragraph: etree._Element) -> bool:
    """Return whether a footnote says that a paragraph is the signature of the copy."""
    notes = map(text_of, paragraph.iterfind("{*}note"))
    return any(map(OF_SIGNATURE.match, notes)) and len(text_of(paragraph)) < LONGEST


def _is_of_enclosures(line: str) -> bool:
    """Return whether a line is the heading of what is enclosed, or lists it."""
    return bool(HEADS.fullmatch(line) or LISTED.fullmatch(line))


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
    names, said = _names(party), _names(words)
    return bool(names) and (names[-1] in said or names[-1] in "".join(said))


def _names(words: str) -> list[str]:
    return re.findall(r"\w+", words.casefold())


def _at_the_end(document: etree._Element) -> str:
    """Return the name in capitals with which the last paragraph ends."""
    paragraphs = (OFFICE_NOTE.sub("", text_of(each)) for each in own_elements(document, "p"))
    lines = [words for words in paragraphs if words and not words.startswith("[")]
    found = IN_CAPITALS.search(lines[-1]) if lines else None
    return found["name"] if found else ""
