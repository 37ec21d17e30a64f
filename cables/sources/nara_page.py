"""Read a page of PlusD, the Public Library of US Diplomacy: one telegram with attributes (N-5)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..telegram.origins import origins
from ..telegram.references import station_of
from .limited_files import LIMITS, Limits, read_whole
from .nara import NOTICE, reference_of, without_last_lines
from .nara_attributes import NOTHING, Attributes, cable_of, edition_of
from .parsed_cable import ParsedCable, Reject, attempt
from .text_encodings import decoded
from .text_page import split_telegram

PAGE = re.compile(rb"<[a-z]+\b[^<>]{0,200}\bid=[\"']synopsis[\"']", re.IGNORECASE)
DECLARATION = re.compile(r"\A\s*<\?xml[^<>]{0,200}\?>")  # lxml refuses it in a str.
SUFFIX = re.compile(r"_(?P<set>[a-z])$")  # Of an id: "1973STATE089296_b".
ARCHIVE = "a"  # The suffix of the cables of 1966 to 2010, which are not of the National Archives.
EMPTY = re.compile(r"--.*--")  # "-- Not Assigned --", "-- N/A or Blank --"
MEANING = re.compile(r" - .*")  # "PFOR - Political Affairs", "TE - Telegram (cable)"
NAMES = {"canonical id": "document number", "film": "film number"}
CODES = ("tags", "type")


def is_page(sample: bytes) -> bool:
    """Return whether the beginning of a file is that of such a page."""
    return bool(PAGE.search(sample))


def read(
    path: Path, advance: Callable[[int], object] = lambda size: None, limits: Limits = LIMITS
) -> Iterator[ParsedCable | Reject]:
    """Yield the telegram on a page, or a Reject. Raises OSError, or SourceError if too long."""
    text, replaced = decoded(read_whole(path, advance, limits))
    yield attempt(lambda: parse_page(text, path.stem, replaced=replaced), 1, text)


def parse_page(text: str, name: str = "", *, replaced: int = 0) -> ParsedCable:
    """Return the telegram on a page; `name` is its id if the page prints none.

    Raises ValueError if the page has no number or no date.
    """
    from lxml import html

    tree = html.fromstring(DECLARATION.sub("", text))
    attributes = attributes_on(tree)
    printed = attributes.get("document number", name)
    attributes["document number"] = SUFFIX.sub("", printed)
    suffix = SUFFIX.search(printed)
    message = "".join(text.text_content() for text in tree.xpath("//*[@id='tagged-text']")[:1])
    message = message.replace("\r\n", "\n").replace("\r", "\n")
    message = without_last_lines(message).strip("\n")
    reference = reference_of(attributes, message)
    is_archive = bool(suffix and suffix["set"] == ARCHIVE)
    edition, warnings = ({}, ()) if is_archive else edition_of(attributes)
    if station_of(reference) in origins():  # The page names country and city as sender.
        attributes.pop("from", None)
    missing = message.strip().casefold() in NOTHING or (
        len(message.splitlines()) < 3 and NOTICE.search(message)
    )
    texts = ("", "") if missing else split_telegram(message, reference)
    form = "page" if is_archive else "nara"
    cable = cable_of(
        attributes, reference, edition, texts, form, replaced=replaced, warnings=warnings
    )
    return replace(cable, partial=cable.partial or bool(missing))


def attributes_on(tree: Any) -> Attributes:
    """Return the attributes in the table above the text, and the title as the subject."""
    keys = tree.xpath("//*[contains(concat(' ', @class, ' '), ' s_key ')]")
    attributes = {}
    for key in keys:
        values = key.xpath("following::*[contains(concat(' ', @class, ' '), ' s_val ')][1]")
        name = " ".join(key.text_content().split()).rstrip(": ").casefold()
        value = " ".join(values[0].text_content().split()) if values else ""
        if value.casefold() not in NOTHING and not EMPTY.fullmatch(value):
            name = NAMES.get(name, name)
            items = [item.strip() for item in value.split(" | ")]
            plain = [MEANING.sub("", item) if name in CODES else item for item in items]
            attributes[name] = ", ".join(plain)
    titles = tree.xpath("//*[@id='synopsis']//td[@colspan]")
    if titles:
        attributes.setdefault("subject", " ".join(titles[0].text_content().split()))
    return attributes
