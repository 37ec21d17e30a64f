"""Explain the message header of a cable, in parts and their terms, and the lines below it.

    TO RUEHC/SECSTATE WASHDC PRIORITY 9085     a HeaderPart of the kind "to", with three terms:
                                               TO, the recipient, PRIORITY

telegram/header.py parses the lines; entries.py has the meanings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..telegram.classifications import Order, find_classified_by, find_order
from ..telegram.header import (
    DISTRIBUTION,
    MORE_RELAYS,
    PAGE,
    PRECEDENCES,
    TRANSMISSION,
    Header,
    Recipient,
    parse_header,
)
from ..telegram.page_markers import BARE_CLASS, CLASSIFICATION_LINE
from ..telegram.paragraphs.text_start import find_label
from ..telegram.preamble import find_captions, find_passing
from .entries import TAGS, GlossaryEntry, find, find_route

ROUTE = re.compile(r"\bR[A-Z]{4,7}\b")
ADDRESS = re.compile(r"(?!CAPTION )[A-Z][A-Z0-9 /.,()&'-]*")
# Kinds of lines and their names, in the order of a header.
NAMES = {
    "transmission": "Transmission number",
    "precedence": "Precedence and relays",
    "station": "DE: sending station",
    "security": "Security",
    "sent": "Date-time group",
    "from": "FM: from",
    "to": "TO: for action",
    "copies": "INFO: for information",
    "distribution": "Distribution in the Department",
    "page": "Page break of the transmission",
}
# Beginnings that tell the kind of a line whose rest cannot be parsed.
BEGINNINGS = {
    **{"VZCZ": "transmission", "DE R": "station", "ZNR ": "security", "ZNY ": "security"},
    **{"TO ": "to", "INFO ": "copies"},
}
LISTS = {"to": "TO", "copies": "INFO"}
CONTINUED = {"precedence": MORE_RELAYS, "to": ADDRESS, "copies": ADDRESS}
# Words in addresses that have glossary entries.
ADDRESS_WORDS = ("AMEMBASSY", "AMCONSUL", "USMISSION", "SECSTATE", "COLLECTIVE", "XMT", "NIACT")
LETTERS = {word: letter for letter, word in PRECEDENCES.items()}
# Cached: a page parses most lines twice, for their kind and their terms, and cables share lines.
read_line = lru_cache(maxsize=2_000)(parse_header)


@dataclass(frozen=True, slots=True)
class HeaderTerm:
    """A term as printed, and its meaning. `code` is the slug of its glossary entry, or ""."""

    printed: str
    meaning: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class HeaderPart:
    """A line of a header with the lines that continue it. `kind` is "" if it is not known."""

    kind: str
    text: str

    @property
    def name(self) -> str:
        return NAMES.get(self.kind, "")

    @property
    def terms(self) -> list[HeaderTerm]:
        """The terms of the part, in order."""
        find_terms, text = TERMS_OF.get(self.kind), self.text
        label = LISTS.get(self.kind, "")
        if not text.lstrip().startswith(label):  # A list that continues after a page break.
            text = f"{label} {text}"
        return list(find_terms(text, read_line(text))) if find_terms else []


def read_envelope(header: str) -> list[HeaderPart]:
    """Split a header into its parts, in order. Their texts, joined by "\\n", are the header."""
    parts: list[tuple[str, list[str]]] = []
    listed = ""  # "to" or "copies", if a page break may interrupt this list.
    for line in header.split("\n"):
        kind, before = _kind_of(line.strip()), parts[-1][0] if parts else None
        more = CONTINUED.get(before or "")
        continues = not line.strip() or not before or (more and more.fullmatch(line.strip()))
        # Lines of no known kind stay together.
        if before is not None and not kind and continues:
            parts[-1][1].append(line)
            continue
        if before == "page" and not kind and ADDRESS.fullmatch(line.strip()):
            kind = listed
        elif kind != "page":
            listed = kind if kind in LISTS else ""
        parts.append((kind, [line]))
    return [HeaderPart(kind, "\n".join(lines)) for kind, lines in parts]


def _kind_of(line: str) -> str:
    """Return the kind of a line: that of the first header field that it has by itself."""
    if DISTRIBUTION.match(line):
        return "distribution"
    if PAGE.fullmatch(line) or BARE_CLASS.fullmatch(line):
        return "page"
    fields_of_line = read_line(line)
    fields = {
        "transmission": fields_of_line.transmission,
        "precedence": fields_of_line.relay_precedence,
        "station": fields_of_line.station,
        "security": fields_of_line.security,
        "sent": fields_of_line.group,
        "from": fields_of_line.sender,
        "to": fields_of_line.to,
        "copies": fields_of_line.info,
    }
    if kind := next((kind for kind, value in fields.items() if value), ""):
        return kind
    return next((kind for start, kind in BEGINNINGS.items() if line.startswith(start)), "")


def explain(kind: str, code: str, printed: str = "", more: str = "") -> HeaderTerm:
    """Return a code with its meaning in the glossary, followed by `more`."""
    entry = find(kind, code)
    printed = printed or code
    if entry is None:
        return HeaderTerm(printed, more)
    words = entry.meaning if entry.name.casefold() == printed.casefold() else entry.words
    return HeaderTerm(printed, f"{words} {more}".strip(), entry.slug)


def _slug(entry: GlossaryEntry | None) -> str:
    return entry.slug if entry else ""


def _transmission(text: str, header: Header) -> Iterator[HeaderTerm]:
    yield explain("label", "VZCZ")
    match = TRANSMISSION.fullmatch(header.transmission)
    if match is None:
        return
    yield HeaderTerm(match["channel"], "The channel on which this copy of the message came.")
    yield HeaderTerm(
        match["number"], "Its number in the channel. It says nothing of what is in it."
    )


def _precedence(text: str, header: Header) -> Iterator[HeaderTerm]:
    letter = LETTERS[header.relay_precedence]
    yield explain("precedence", letter, letter * 2, "The letter is written twice for the relays.")
    for route in header.relays:
        yield _station(route, "The message is passed on to it.")


def _station(route: str, role: str) -> HeaderTerm:
    """Return a routing indicator with the station's name and its role in this line."""
    entry = find_route(route)
    name = entry.name if entry else "A routing indicator that the glossary does not name"
    return HeaderTerm(route, f"{name}. {role}", _slug(entry))


def _sending(text: str, header: Header) -> Iterator[HeaderTerm]:
    yield explain("label", "DE")
    for route in ROUTE.findall(text):
        yield _station(route, "The station that sends.")
    if not header.station:
        return
    number = f"Number {int(header.number)}, the last four digits of the cable’s own number."
    yield HeaderTerm(f"#{header.number}", number)
    if header.section:
        this = f"This is section {int(header.section)}."
        yield explain("label", "SECTION", f"/{header.section}", this)
    clock = f"{header.time[:2]}:{header.time[2:]}"
    handed_in = f"Day {header.day} of the year, {clock} UTC: when it was handed in."
    yield HeaderTerm(f"{header.day:03}{header.time}", handed_in)


def _security(text: str, header: Header) -> Iterator[HeaderTerm]:
    for word in (word.strip("()/") for word in text.split()):
        if find("security", word):
            yield explain("security", word)
        elif len(word) == 5 and len(set(word)) == 1:
            yield HeaderTerm(
                word, "The class of the message for the relays, its letter five times."
            )
        else:
            yield from _signals((word,))


def _signals(signals: tuple[str, ...]) -> Iterator[HeaderTerm]:
    for signal in signals:
        if find("signal", signal):
            yield explain("signal", signal)
        elif signal[:1] == "Z" and len(signal) == 3:
            yield HeaderTerm(signal, "An operating signal, by which stations speak to each other.")


def _sent(text: str, header: Header) -> Iterator[HeaderTerm]:
    group = header.group
    if group is None:
        return
    if group.action:
        role = "This is for those who act." if group.info else ""
        yield explain("precedence", LETTERS[group.action], more=role)
    if group.info:
        yield explain("precedence", LETTERS[group.info], more="This is for those who get a copy.")
    printed = f"{group.instant:%d%H%MZ %b %y}".upper()
    in_words = f"{group.instant:%-d %B %Y, %H:%M} UTC"  # 7 November 2007, 01:27 UTC
    yield explain("label", "DTG", printed, f"Here: {in_words}.")
    yield from _signals(group.signals)


def _addresses(
    label: str, text: str, recipients: tuple[Recipient, ...] = ()
) -> Iterator[HeaderTerm]:
    yield explain("label", label)
    yield from map(_recipient, recipients)
    urgencies = dict.fromkeys(recipient.precedence.split(" ")[-1] for recipient in recipients)
    for word in filter(None, urgencies):
        yield explain("precedence", LETTERS[word], word)
    words = set(re.findall(r"[A-Z]+", text))
    for word in ADDRESS_WORDS:
        if word in words:
            yield explain("precedence" if word == "NIACT" else "label", word)


def _recipient(recipient: Recipient) -> HeaderTerm:
    """Return the term of one recipient."""
    station = find_route(recipient.route) if recipient.route else None
    sentences = [recipient.name]
    if station and station.name != recipient.name:
        sentences.append(f"The indicator is that of {station.name}")
    if recipient.precedence:
        sentences.append(f"{recipient.precedence} for this recipient")
    if recipient.number:
        sentences.append(f"Message number {recipient.number} to this recipient")
    if recipient.excluded:
        sentences.append(f"Except {', '.join(recipient.excluded)}")
    printed = recipient.route or recipient.name
    return HeaderTerm(printed, " ".join(f"{words}." for words in sentences), _slug(station))


def _distribution(text: str, header: Header) -> Iterator[HeaderTerm]:
    yield explain("label", text.split(maxsplit=1)[0])
    yield HeaderTerm(
        "…-00", "Offices of the Department, each with the number of copies that it got."
    )


def _page(text: str, header: Header) -> Iterator[HeaderTerm]:
    meaning = (
        "Where a page of the transmission ended: it has the class, and the number of the next."
    )
    yield HeaderTerm(text.strip(), meaning)


TERMS_OF = {
    "page": _page,
    "transmission": _transmission,
    "precedence": _precedence,
    "station": _sending,
    "security": _security,
    "sent": _sent,
    "from": lambda text, header: _addresses("FM", text),
    "to": lambda text, header: _addresses("TO", text, header.to),
    "copies": lambda text, header: _addresses("INFO", text, header.info),
    "distribution": _distribution,
}


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


def read_opening(text: str, tags: list[tuple[str, str]]) -> list[HeaderTerm]:
    """Return the terms before the first paragraph; `tags` are (code, meaning) of the cable."""
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
        return HeaderTerm(code, "The name of a person. People are no index: it has no list.")
    is_plain = "A tag in plain words, which is no code."
    unknown = is_plain if " " in code else "A tag that the glossary does not explain."
    slug = next((entry.slug for kind in TAGS if (entry := find(kind, code))), "")
    return HeaderTerm(code, f"{meaning}." if meaning else unknown, slug)


def _classified_by(text: str, printed: set[str]) -> Iterator[HeaderTerm]:
    if "CLASSIFIED BY" in printed:
        yield explain("label", "CLASSIFIED BY", "Classified By")
    if "DERIVED FROM" in printed:
        yield explain("label", "DERIVED FROM", "Derived From")
    for letter in find_classified_by(text).reasons:
        yield explain("reason", f"1.4({letter})", f"1.4 ({letter})")
