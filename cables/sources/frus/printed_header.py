"""Part the header that a volume prints with a telegram from its text (F-22)."""

import re
from collections.abc import Iterator

from ...telegram.editors_additions import find_places, place_of
from ...telegram.header import find_date_time_group
from ...telegram.references import serial_of
from .document_names import claimed_reference
from .document_parts import DocumentText
from .heading import Heading

FIRST = "TELEGRAM\n"
# What follows: "P R 281848Z DEC 66", "FM AMEMBASSY LIMA", "TO SECSTATE WASHDC", "INFO ...".
MORE = re.compile(r"(?:[ZOPR0] ?){0,3}\d{6,7}\s?Z?\b|FM |(?:TO|INFO)\b(?!:)")


def take_header(text: DocumentText) -> str:
    """Take the header that is printed before a text out of it, and return it; "" if none is.

    Footnotes in it belong to the heading.
    """
    whole = text.body
    header, text.body = part_header(whole)
    if header:
        start = len(whole) - len(text.body)
        places = find_places([whole], [place_of(note) for note in text.notes])
        for note, place in zip(text.notes, places, strict=True):
            behind = max(place.offset - start, 0) if place else 0
            note["at"] = note["at"] if behind > len(note["at"]) else text.body[:behind]
    return header


def part_header(body: str) -> tuple[str, str]:
    """Split a text into the header that is printed before it, "" if none, and the rest.

    The header begins with the word TELEGRAM, and ends with the last recipient. The line that
    repeats station and number begins the text, also if no blank line precedes it.
    """
    blocks = body.split("\n\n")
    if not blocks[0].startswith(FIRST):
        return "", body
    end = next((at for at, each in enumerate(blocks) if at and not MORE.match(each)), len(blocks))
    own = blocks[0].split("\n")[-1]
    last, line, rest = blocks[end - 1].partition(f"\n{own}") if end > 1 else (blocks[0], "", "")
    text = [f"{line}{rest}".strip("\n"), *blocks[end:]]
    return "\n\n".join([*blocks[: end - 1], last]), "\n\n".join(filter(None, text))


def find_contradictions(header: str, heading: Heading) -> Iterator[tuple[str, str]]:
    """Yield (rule, sentence) where a printed header says other than the heading of its document."""
    number = re.search(r"\d+", header.split("\n\n")[0])
    serial = serial_of(claimed_reference(heading))
    if number and serial and int(number[0]) != serial:
        yield "F-6", f"The header that is printed with it has the number {number[0]}"
    group = find_date_time_group(header)
    if group and heading.precision == "minute" and group.instant != heading.created:
        yield "F-5", f"The header that is printed with it says {group.instant:%Y-%m-%d %H:%M}Z"
