"""Explain the lines of a cable before its first paragraph: captions, tags, classification ..."""

import re
from collections.abc import Iterator

from ..telegram.classifications import Order, find_classified_by, find_order
from ..telegram.page_markers import CLASSIFICATION_LINE
from ..telegram.paragraphs.text_start import find_label
from ..telegram.preamble import find_captions, find_passing
from .entries import TAGS, find
from .header_terms import HeaderTerm, explain

LONGEST = 8_000  # Characters that are looked at.
MOST_PASSING = 8  # Passing instructions that are explained.
MOST_OFFICES = 40  # Names that are looked up.
OFFICE = re.compile(r"\b[A-Z]{2,9}\b(?:/[A-Z]{1,6}\b)?|\b[SG]/[A-Z]{1,4}\b")
# Name of a label in find_label -> in the glossary.
LABELS = {"tags": "TAGS", "subject": "SUBJECT", "ref": "REF", "by": "CLASSIFIED BY"}
WORDS = {
    "NOTAL": re.compile(r"\bNOTAL\b"),
    "DERIVED FROM": re.compile(r"\bDERIVED\s{1,8}FROM\b", re.IGNORECASE),
}
EXEMPTION = re.compile(r"\b(?:(?:25)?X[1-9]|OADR|MR)\b")
PERSON = "The name of a person. People are no index: it has no list."
NOT_KNOWN = "A tag that the glossary does not explain."
PLAIN_WORDS = "A tag in plain words, which is no code."


def read_opening(text: str, tags: list[tuple[str, str]]) -> list[HeaderTerm]:
    """Return the terms of an opening with their meanings, in the order of telegrams.

    `tags` are (code, meaning or "") of the cable's tags.
    """
    text = text[:LONGEST]
    printed = set(_labels(text))
    return [
        *_first_line(text),
        *(explain("caption", caption) for caption in find_captions(text)),
        *_passing(find_passing(text)),
        *_order(find_order(text)[0]),
        *(explain("label", label) for label in ("TAGS",) if label in printed),
        *map(_tag, tags),
        *(explain("label", label) for label in ("SUBJECT", "REF", "NOTAL") if label in printed),
        *_classified_by(text, printed),
    ]


def _labels(text: str) -> Iterator[str]:
    """Yield the labels and words in an opening that have glossary entries."""
    for line in text.split("\n"):
        at = 0
        while label := find_label(line[at:]):
            at += label.end()
            if label.lastgroup in LABELS:
                yield LABELS[label.lastgroup]
    for word, pattern in WORDS.items():
        if pattern.search(text):
            yield word


def _first_line(text: str) -> Iterator[HeaderTerm]:
    """Yield the terms of the classification line (H-9)."""
    line = CLASSIFICATION_LINE.search(text)
    if line is None:
        return
    letters = "".join(line["level"].split())
    level = "TOP SECRET" if letters == "TOPSECRET" else letters
    yield explain("class", "LIMITED OFFICIAL USE" if "LIMITED" in letters else level, line["level"])
    if line["sections"]:
        printed = f"SECTION {line['section']} OF {line['sections']}"
        section = f"Section {int(line['section'])} of {int(line['sections'])}."
        yield HeaderTerm(printed, f"{section} {_meaning('SECTION')}", "SECTION")
    made_of = "Who sent it, and its number: with the year they make its reference."
    yield HeaderTerm(f"{line['station'].strip()} {line['serial']}", made_of)


def _meaning(label: str) -> str:
    """Return what the glossary says of a label, "" if it has no entry."""
    entry = find("label", label)
    return entry.meaning if entry else ""


def _passing(instructions: list[str]) -> Iterator[HeaderTerm]:
    """Yield the passing instructions (H-11), then the offices that they name."""
    for at, instruction in enumerate(instructions[:MOST_PASSING]):
        meaning = "" if at else _meaning("PASS")
        yield HeaderTerm(instruction, meaning or "Another passing instruction.", "PASS")
    named = dict.fromkeys(office for words in instructions for office in OFFICE.findall(words))
    offices = (_office(name) for name in list(named)[:MOST_OFFICES])
    yield from dict.fromkeys(filter(None, offices))


def _office(name: str) -> HeaderTerm | None:
    """Return the term of an office, of its bureau (EUR of EUR/CE), or None."""
    bureau = name.partition("/")[0]
    for kind, code in (("office", name), ("office", bureau), ("organization", bureau)):
        if entry := find(kind, code):
            words = entry.words if kind == "office" else entry.name and f"{entry.name}."
            return HeaderTerm(entry.code, words, entry.slug) if words else None
    return None


def _order(order: Order) -> Iterator[HeaderTerm]:
    """Yield the executive order, and how long the classification lasts (H-12)."""
    if not order.number:
        return
    named = f"E.O. {order.number}"
    entry = find("order", order.number)
    yield (explain("order", entry.code, named) if entry else explain("label", "E.O.", named))
    if order.on:
        yield explain("label", "DECL", more=f"Here: {order.on:%-d %B %Y}.")
    elif order.event:
        yield explain("label", "DECL", more=f"Here: {order.event}.")
        for code in dict.fromkeys(EXEMPTION.findall(order.event.upper())):
            yield explain("exemption", code)
    elif order.printed.upper().startswith("N"):
        yield explain("exemption", "N/A", order.printed)


def _tag(tag: tuple[str, str]) -> HeaderTerm:
    code, meaning = tag
    if "," in code:
        return HeaderTerm(code, PERSON)
    unknown = PLAIN_WORDS if " " in code else NOT_KNOWN
    slug = next((entry.slug for kind in TAGS if (entry := find(kind, code))), "")
    return HeaderTerm(code, f"{meaning}." if meaning else unknown, slug)


def _classified_by(text: str, printed: set[str]) -> Iterator[HeaderTerm]:
    if "CLASSIFIED BY" in printed:
        yield explain("label", "CLASSIFIED BY", "Classified By")
    if "DERIVED FROM" in printed:
        yield explain("label", "DERIVED FROM", "Derived From")
    for letter in find_classified_by(text).reasons:
        yield explain("reason", f"1.4({letter})", f"1.4 ({letter})")
