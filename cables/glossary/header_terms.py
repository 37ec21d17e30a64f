"""Explain the message header of a cable: split it into parts, and each part into terms.

    TO RUEHC/SECSTATE WASHDC PRIORITY 9085     a HeaderPart of the kind "to", with three terms:
                                               TO, the recipient, PRIORITY

telegram/header.py parses the lines; entries.py has the meanings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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
from ..telegram.page_markers import BARE_CLASS
from .entries import GlossaryEntry, find, find_route

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
        if before is not None and _continues(before, kind, line.strip()):
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


def _continues(before: str, kind: str, line: str) -> bool:
    """Return whether a line continues the one before; lines of no known kind stay together."""
    if kind:
        return False
    return not line or not before or bool((more := CONTINUED.get(before)) and more.fullmatch(line))


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


def _from(text: str, header: Header) -> Iterator[HeaderTerm]:
    yield explain("label", "FM")
    yield from _words_of(text)


def _to(text: str, header: Header) -> Iterator[HeaderTerm]:
    yield explain("label", "TO")
    yield from _recipients(text, header.to)


def _copies(text: str, header: Header) -> Iterator[HeaderTerm]:
    yield explain("label", "INFO")
    yield from _recipients(text, header.info)


def _recipients(text: str, recipients: tuple[Recipient, ...]) -> Iterator[HeaderTerm]:
    yield from map(_recipient, recipients)
    urgencies = dict.fromkeys(recipient.precedence.split(" ")[-1] for recipient in recipients)
    for word in filter(None, urgencies):
        yield explain("precedence", LETTERS[word], word)
    yield from _words_of(text)


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


def _words_of(text: str) -> Iterator[HeaderTerm]:
    words = set(re.findall(r"[A-Z]+", text))
    for word in ADDRESS_WORDS:
        if word in words:
            kind = "precedence" if word == "NIACT" else "label"
            yield explain(kind, word)


def _distribution(text: str, header: Header) -> Iterator[HeaderTerm]:
    label = text.split(maxsplit=1)[0]
    yield explain("label", label)
    meaning = "Offices of the Department, each with the number of copies that it got."
    yield HeaderTerm("…-00", meaning)


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
    "from": _from,
    "to": _to,
    "copies": _copies,
    "distribution": _distribution,
}
